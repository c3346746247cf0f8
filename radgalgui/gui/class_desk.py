"""By whose labels galaxies are classified, at which level, and what that says of the catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

import radgalgui_resources
from radgalgui.gui.engine_link import CLASSES_JOB, PREDICT_JOB, EngineLink
from radgalgui.gui.names import NETWORK_SET, own_network
from radgalgui.gui.session import Query
from radgalgui.gui.sources import Sources
from radgalgui.jobs.events import CatalogClasses, Refused
from radgalgui.jobs.networks.kept import NetworkWords, networks

__all__ = ["LEVELS", "ClassDesk", "own_sets", "shipped_sets"]

#: Levels of the conformal sets that are on offer.
LEVELS = (0.80, 0.90, 0.95, 0.99)
FIRST_LEVEL = 0.90
ORDER = ("mirabest", "rgd", "frdeep")


def own_sets() -> list[str]:
    """Return the label sets that networks of the user's own stand for; only a folder is read."""
    return [f"{NETWORK_SET}{name}" for name in networks()]


def shipped_sets(folder: Path | None = None) -> list[str]:
    """Return the label sets that come with the program, MiraBest first; none without a folder."""
    folder = folder or radgalgui_resources.path("labels")
    names = [path.stem for path in folder.glob("*.safetensors")]
    return sorted(names, key=lambda n: (ORDER.index(n) if n in ORDER else len(ORDER), n))


class ClassDesk(QObject):
    """Which labels are learned from, told to the engine whenever it changes.

    Signals: ``changed()`` when label set, level or the problem with them is another;
    ``predicted()`` when the classes of the whole catalogue have come, or went out of date;
    ``left()`` when what was said by other labels, or at another level, is out of date.
    """

    changed = Signal()
    predicted = Signal()
    left = Signal()

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self.shipped = shipped_sets()
        self.own = own_sets()
        self.words: dict[str, NetworkWords] = {}
        self.columns: list[str] = []
        self.wanted, self.level, self.encoder = "", FIRST_LEVEL, ""
        self.catalog: Path | None = None
        self._told: tuple[Path | None, str, str] | None = None
        self.problem = self.prediction_problem = ""
        self.predictions: CatalogClasses | None = None
        self.predicting = False

    @property
    def sets(self) -> list[str]:
        """The label sets on offer: those of the program, columns, then the user's networks."""
        return [*self.shipped, *self.columns, *self.own]

    @property
    def label_set(self) -> str:
        """The label set in use, "" where there is none."""
        if self.wanted in self.sets:
            return self.wanted
        return self.sets[0] if self.sets else ""

    @property
    def choice(self) -> tuple[str, float]:
        """Label set and level in use."""
        return self.label_set, self.level

    def remember(self, label_set: str, level: float) -> None:
        """Take remembered choices, before anything is asked."""
        self.wanted = label_set
        self.level = level if level in LEVELS else FIRST_LEVEL

    def set_sources(self, sources: Sources) -> None:
        """Offer the columns of a catalogue as labels."""
        self.columns = list(sources.labelled())
        if sources.obstacle:
            self.forget(sources.encoder)
        else:
            self.open(sources.path, sources.encoder)
        self.changed.emit()

    def offer_own(self, words: dict[str, NetworkWords]) -> None:
        """Offer networks of the user's own, by label set, with what there is to say of each."""
        before = self.label_set
        self.own, self.words = list(words), words
        if own_network(self.wanted) and self.wanted not in words:
            self.wanted = ""  # one that is kept under its name later is another
        if self.label_set != before:
            self.tell()
        self.changed.emit()
        if own_network(before) and before not in words:
            self.left.emit()

    def open(self, catalog: Path, encoder: str) -> None:
        """Tell the engine what to classify an encoder's vectors by, unless it knows."""
        self.catalog, self.encoder = catalog, encoder
        if self._told != (catalog, encoder, self.label_set):
            self.tell()

    def forget(self, encoder: str) -> None:
        """Take in that the engine has no catalogue open that it could classify."""
        self.catalog, self.encoder, self._told = None, encoder, None
        self.predictions, self.predicting = None, False
        self.predicted.emit()

    def tell(self) -> None:
        """Tell the engine what to classify by; what it said of the catalogue is out of date."""
        had = self._told is not None and self._told[2]  # the engine is to forget even the last
        self._told = (self.catalog, self.encoder, self.label_set)
        self.problem = self.prediction_problem = ""
        if self.predicting:  # a network looks at every image: it would take minutes in vain
            self._link.cancel(PREDICT_JOB)
        self.predictions, self.predicting = None, False
        if self.label_set or had:
            self._link.classes_of(self.label_set, self.level)
        self.predicted.emit()

    def choose(self, label_set: str, level: float) -> bool:
        """Classify by other labels or at another level; return whether that is a change."""
        if (label_set, level) == self.choice or label_set not in self.sets:
            return False
        other_set = label_set != self.label_set
        self.wanted, self.level = label_set, level
        if other_set:
            self.tell()
        else:
            self._link.classes_of(label_set, level)
        self.changed.emit()
        self.left.emit()
        return True

    def stale(self, query: Query) -> bool:
        """Whether a query was not classified by the labels in use, at the level in use."""
        told = query.classes
        if told is None or not self.label_set:
            return bool(self.label_set)
        return told.label_set != self.label_set or abs(told.level - self.level) > 1e-6

    def ask(self, query: Query) -> tuple[str, float]:
        """Drop what other labels said of a query that is asked now; return the choice in use."""
        if self.stale(query):
            query.classes = None  # a network may not be able to say anything of it
        return self.choice

    def want_predictions(self) -> None:
        """Ask for the class of every source of the catalogue, once for each choice of labels."""
        asked = self.predicting or bool(self.prediction_problem)
        if self.predictions is None and not asked and self.label_set:
            self.predicting = True
            self._link.predict_catalog()

    def ask_again(self) -> None:
        """Repeat what a lost engine had been asked."""
        if self.predicting:
            self._link.predict_catalog()

    def take(self, event: Any) -> bool:
        """Take in what the engine says of labels; return whether it was for this desk."""
        if event.job == CLASSES_JOB:
            if isinstance(event, Refused):
                self.problem = event.message
                self.changed.emit()
            return True
        if event.job != PREDICT_JOB:
            return False
        told = isinstance(event, CatalogClasses) and (event.encoder, event.label_set)
        if told == (self.encoder, self.label_set):
            self.predictions, self.predicting = event, False
            self.predicted.emit()
        elif isinstance(event, Refused):
            self.predicting, self.prediction_problem = False, event.message
            self.predicted.emit()
        return True
