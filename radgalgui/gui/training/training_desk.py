"""Where the form's questions are put and answers taken in, off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from radgalgui.errors import Cancelled
from radgalgui.gui.background import Background
from radgalgui.gui.errands import sentence
from radgalgui.gui.training.draft import RecipeForm

if TYPE_CHECKING:
    from radgalgui.jobs.recipes import RecipeInfo
    from radgalgui.jobs.training import Trial
    from radgalgui.jobs.work.orders import Order

__all__ = ["Checked", "Offers", "TrainingDesk"]


@dataclass(frozen=True)
class Offers:
    """What there is to choose from: recipes, and devices with their words."""

    recipes: list[RecipeInfo] = field(default_factory=list)
    devices: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Checked:
    """What is wrong with a recipe's values, by key; whether it asks for published images."""

    faults: dict[str, str]
    wants_data: bool


class TrainingDesk(QObject):
    """Asks the layer below, which is imported in the thread.

    ``offered(Offers)``, ``opened(RecipeForm)`` and ``checked(Checked)`` bring answers, of which a
    newer question drops the older; ``estimated(str)`` and ``not_estimated(str)`` end a trial,
    ``tried(int, int)`` tells its steps; ``troubled(str)`` says what could not be done.
    """

    offered = Signal(object)
    opened = Signal(object)
    checked = Signal(object)
    estimated = Signal(str)
    not_estimated = Signal(str)
    tried = Signal(int, int)
    troubled = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading, self._trying = Background(self), Background(self)
        self._trial: Trial | None = None
        self._asked = 0
        self._checks = self._checked = 0

    def close(self) -> None:
        """Drop every question, end a trial and the threads."""
        self.stop_trial()
        self._reading.close()
        self._trying.close()

    def want_offers(self) -> None:
        """Ask for recipes and devices."""
        self._reading.run(_offers, self.offered.emit, self._trouble)

    def want_form(self, recipe: str) -> None:
        """Ask for the fields of a recipe."""
        self._asked += 1
        number = self._asked

        def take(form: RecipeForm) -> None:
            if number == self._asked:
                self.opened.emit(form)

        self._reading.run(lambda: _form(recipe), take, self._trouble)

    def check(self, recipe: str, overrides: dict[str, Any]) -> None:
        """Ask what is wrong with some values."""
        self._checks += 1
        number = self._checks

        def look() -> Checked | None:
            return _checked(recipe, overrides) if number == self._checks else None

        def take(found: Checked | None) -> None:
            self._checked = number
            if found is not None and number == self._checks:
                self.checked.emit(found)

        def complain(error: Exception) -> None:
            self._checked = number
            self._trouble(error)

        self._reading.run(look, take, complain)

    @property
    def checking(self) -> bool:
        """Whether values are still looked at."""
        return self._checked < self._checks

    # -- how long it will take -------------------------------------------------------------

    @property
    def trying(self) -> bool:
        """Whether a trial runs."""
        return self._trial is not None

    def estimate(self, order: Order) -> None:
        """Ask how long a training would take: its first steps are taken."""
        from radgalgui.jobs.training import Trial

        self.stop_trial()
        trial = self._trial = Trial(order)

        def tell(done: int, total: int | None, what: str = "", /) -> None:
            if what == "first steps":
                self.tried.emit(done, total or 0)

        self._trying.run(
            lambda: trial.run(tell),
            lambda text: self._end_trial(trial, self.estimated.emit, text),
            lambda error: self._end_trial(trial, self.not_estimated.emit, _words(error)),
        )

    def stop_trial(self) -> None:
        """End the trial that runs."""
        if self._trial is not None:
            self._trial.stop()

    def _end_trial(self, trial: Trial, tell: Callable[[str], None], text: str) -> None:
        if trial is self._trial:
            self._trial = None
            tell(text)

    def _trouble(self, error: Exception) -> None:
        self.troubled.emit(sentence(error))


def _words(error: Exception) -> str:
    return "" if isinstance(error, Cancelled) else sentence(error)


def _offers() -> Offers:
    from radgalgui.jobs.recipes import recipes
    from radgalgui.jobs.survey.offers import device_offers

    return Offers(recipes(), device_offers())


def _form(recipe: str) -> RecipeForm:
    from radgalgui.jobs.recipes import form, recipe_info
    from radgalgui.jobs.training import catalogues_only, starting_points

    info = recipe_info(recipe)
    starts = tuple(each.value for each in starting_points(info))
    left_out = {} if info.kind == "classifier" else catalogues_only(recipe)
    return RecipeForm(info, tuple(form(recipe)), starts, left_out)


def _checked(recipe: str, overrides: dict[str, Any]) -> Checked:
    from radgalgui.jobs.recipes import check
    from radgalgui.jobs.training import wants_data

    faults = check(recipe, overrides)
    return Checked(faults, not faults and wants_data(recipe, overrides))
