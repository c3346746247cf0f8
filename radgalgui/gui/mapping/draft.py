"""What was chosen in the form for a new map, and the command that makes it; plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from radgalgui.gui.names import encoder_title
from radgalgui.gui.work.words import duration
from radgalgui.jobs.maps.effort import map_seconds
from radgalgui.jobs.maps.recipe import FEWEST, METHODS, Recipe
from radgalgui.jobs.work.orders import Order

__all__ = ["ALL", "EXPLAINED", "MapDraft"]

ALL = "all"

#: What each method is, for those who never heard of it.
EXPLAINED = {
    "umap": "Galaxies that look alike to the encoder lie close together, in islands. How far the"
    " islands lie from each other means little.",
    "tsne": "Keeps the nearest galaxies nearest, better than UMAP does, and spreads them evenly."
    " Sizes of groups and distances between them mean nothing.",
    "pca": "The two directions along which the galaxies differ most, unbent: distances mean what"
    " they say, but groups overlap. Other components can be chosen on the map.",
}


@dataclass
class MapDraft:
    """A map that is being thought of.

    Parameters
    ----------
    catalog : Path
        The catalogue.
    count : int
        Its sources.
    encoder : str
        Of whose vectors, or `ALL`.
    encoders : tuple of str
        Those there are.
    there : dict of str to set of str
        The maps that there are, by encoder; of encoders that are not in use it is not known.
    fixed : bool
        Whether the catalogue cannot be changed.
    """

    catalog: Path
    count: int
    encoder: str
    encoders: tuple[str, ...]
    there: dict[str, set[str]] = field(default_factory=dict)
    fixed: bool = False
    recipe: Recipe = field(default_factory=lambda: Recipe("tsne"))

    @property
    def problem(self) -> str:
        """Why this map cannot be made, in a sentence; "" where it can."""
        if self.recipe.problem:
            return self.recipe.problem
        least = FEWEST[self.recipe.method]
        if self.count < least:
            method = METHODS[self.recipe.method]
            return f"A {method} map needs {least} sources; the catalogue has {self.count}."
        if self.fixed and self.again:
            words = self.recipe.words
            return f"There is a map {words} already: change a setting or the seed, or give a name."
        if self.recipe.method == "umap" and self.recipe.neighbours >= self.count:
            return f"A galaxy has {self.count - 1:,} others at most to be its neighbours."
        return ""

    @property
    def again(self) -> bool:
        """Whether there is a map of this name already, which would be replaced."""
        chosen = self.encoders if self.encoder == ALL else (self.encoder,)
        return any(self.recipe.name in self.there.get(name, ()) for name in chosen)

    @property
    def how_long(self) -> str:
        """How long it takes, in a sentence."""
        many = len(self.encoders) if self.encoder == ALL else 1
        seconds = map_seconds(self.recipe, self.count, many)
        each = f" by {many} encoders" if many > 1 else ""
        return f"{self.count:,} sources{each}: about {duration(seconds)}, in the background."

    @property
    def remarks(self) -> list[str]:
        """What else is to be known, a sentence each."""
        told = []
        if self.again and not self.fixed:
            told.append(f"There is a map {self.recipe.words} already; it is made again.")
        if self.fixed and not self.problem:
            told.append("It is kept in your own folder, for this catalogue cannot be changed.")
        return told

    @property
    def arguments(self) -> list[str]:
        """What stands after ``radgalgui``."""
        told = self.recipe.to_dict()
        words = ["catalog", "map", str(self.catalog), "--method", self.recipe.method]
        words += ["--encoder", self.encoder]
        usual = Recipe(self.recipe.method).to_dict()
        options = {
            "neighbours": "--neighbours",
            "min_dist": "--min-dist",
            "perplexity": "--perplexity",
            "seed": "--seed",
            "title": "--name",
        }
        for key, option in options.items():
            if key in told and told[key] != usual.get(key, ""):
                value = told[key]
                words += [option, value if isinstance(value, str) else f"{value:g}"]
        return words

    def order(self) -> Order:
        """Return the job that makes it."""
        who = "all encoders" if self.encoder == ALL else encoder_title(self.encoder)
        title = f"{self.recipe.words} map of {self.catalog.name}, {who}"
        return Order("map", title, self.arguments, self.catalog, resumable=False)
