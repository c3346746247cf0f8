"""The training that is being put together: plain Python, and the command that it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from radgalgui.jobs.work.orders import Order

if TYPE_CHECKING:  # imported in a thread, when the form is asked for
    from radgalgui.jobs.recipes import FieldInfo, Group, RecipeInfo

__all__ = ["NOTHING", "RecipeForm", "Source", "TrainingDraft"]

Source = Literal["published", "own", "both"]
NOTHING = ("", "none")  # what a recipe says for a start from nothing
CATALOGUES = "data.catalogs"


@dataclass(frozen=True)
class RecipeForm:
    """What is asked of a recipe: what it is, its fields, what it may start from.

    ``without_published`` are the values that leave all published images out.
    """

    info: RecipeInfo
    groups: tuple[Group, ...]
    starts: tuple[str, ...]
    without_published: dict[str, Any] = field(default_factory=dict)


@dataclass
class TrainingDraft:
    """What was chosen so far.

    Parameters
    ----------
    form : RecipeForm or None
        Of the recipe; None before one is chosen.
    changed : dict
        Values that are not the recipe's, by dotted key.
    source : str
        Whether published images are learned from, catalogues of one's own, or both.
    data, out : str
        The folder of published images, and where the training writes.
    own_out : bool
        Whether that folder was chosen, and not proposed.
    compare : bool
        Whether one that starts from nothing is trained beside it.
    faults : dict
        What is wrong, by dotted key.
    wants_data : bool
        Whether published images are asked for.
    """

    form: RecipeForm | None = None
    changed: dict[str, Any] = field(default_factory=dict)
    source: Source = "published"
    data: str = ""
    out: str = ""
    own_out: bool = False
    compare: bool = False
    faults: dict[str, str] = field(default_factory=dict)
    wants_data: bool = False

    def choose(self, form: RecipeForm) -> None:
        """Begin with another recipe."""
        self.form, self.changed, self.faults = form, {}, {}
        self.compare = False
        self.source = "published" if form.info.needs_data or self.is_classifier else "both"
        self.wants_data = form.info.needs_data
        if not self.is_classifier:
            self.changed["name"] = _own_name(str(self.fields["name"].value))
        else:
            self.changed["label_set"] = _own_name(str(self.fields["label_set"].value))

    @property
    def is_classifier(self) -> bool:
        """Whether classes are learned."""
        return self.form is not None and self.form.info.kind == "classifier"

    @property
    def fields(self) -> dict[str, FieldInfo]:
        """The fields of the form by key."""
        groups = self.form.groups if self.form is not None else ()
        return {each.key: each for group in groups for each in group.fields}

    def value(self, key: str) -> Any:
        """Return what a field holds now."""
        if key in self.changed:
            return self.changed[key]
        known = self.fields.get(key)
        return None if known is None else known.value

    def set(self, key: str, value: Any) -> None:
        """Take a value in; the recipe's own is no change."""
        known = self.fields.get(key)
        if known is not None and value == known.value:
            self.changed.pop(key, None)
        else:
            self.changed[key] = value

    @property
    def start_key(self) -> str:
        """The key of what is started from."""
        return "init" if self.is_classifier else "start_from"

    @property
    def compares(self) -> bool:
        """Whether it is trained twice: from something, and from nothing."""
        return self.compare and self.value(self.start_key) not in NOTHING

    @property
    def overrides(self) -> dict[str, Any]:
        """What is changed of the recipe."""
        chosen = dict(self.changed)
        if self.form is not None and not self.is_classifier:
            if self.source == "own":
                chosen |= self.form.without_published
            elif self.source == "published":
                chosen.pop(CATALOGUES, None)
        if self.compares:
            chosen.pop(self.start_key, None)
        return chosen

    @property
    def result_name(self) -> str:
        """What the result is called."""
        return str(self.value("label_set" if self.is_classifier else "name") or "")

    @property
    def title(self) -> str:
        """What the training is called among the jobs."""
        name = self.result_name or "a network"
        return f"Comparing starts of {name}" if self.compares else f"Training {name}"

    @property
    def obstacle(self) -> str:
        """Why it cannot begin, in a few words; "" where it can."""
        if self.form is None:
            return "Choose a recipe"
        if self.faults:
            key, words = next(iter(self.faults.items()))
            known = self.fields.get(key)
            return f"{known.title}: {words}" if known is not None else words
        if self.source != "published" and not self.is_classifier and self._lacks_catalogue():
            return "Add a catalogue to learn from"
        if self.wants_data and not self.data.strip():
            return "Say where the published images lie"
        return "" if self.out.strip() else "Choose a folder for the result"

    def _lacks_catalogue(self) -> bool:
        """Whether one's own images are asked for and none are named, nor are there others."""
        has_others = self.source == "both" and (
            self.wants_data or bool(self.value("data.simulated"))
        )
        return not self.value(CATALOGUES) and not has_others

    def order(self) -> Order:
        """Return the work that it is; a recipe has been chosen."""
        from radgalgui.jobs.recipes import set_arguments

        assert self.form is not None
        words = ["train", self.form.info.name]
        if self.wants_data and self.data.strip():
            words += ["--data", str(Path(self.data.strip()).expanduser())]
        out, changed = Path(self.out.strip() or ".").expanduser(), self.overrides
        if not self.is_classifier:
            for folder in changed.pop(CATALOGUES, ()):
                words += ["--catalog", str(folder)]
        if self.source == "own":  # which the command understands without --data
            changed = {k: v for k, v in changed.items() if k not in self.form.without_published}
        words += ["--out", str(out), *set_arguments(changed)]
        if self.compares:
            words += ["--compare", f"start_from={self.value(self.start_key)},none"]
        return Order("train", self.title, words, out, resumable=True)


def _own_name(name: str) -> str:
    """Return a name that no encoder of the program has."""
    return f"{name}-mine"
