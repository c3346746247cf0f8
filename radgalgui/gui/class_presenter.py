"""Shows classes: of the query in the panel, of the whole catalogue on the map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject

from radgalgui.gui.class_panel import ClassPanel
from radgalgui.gui.class_text import origin_words, own_words
from radgalgui.gui.colours import MISSING, Scale, class_order, share_scale
from radgalgui.gui.desk import Desk
from radgalgui.gui.elided import Elided
from radgalgui.gui.names import classifier_words, learned_words, own_network, set_title
from radgalgui.gui.session import Change, State
from radgalgui.jobs.events import CatalogClasses

__all__ = ["PREDICTED", "ClassPresenter", "Colouring"]

#: Names of the ways to colour the map by what is predicted: the class, or one class's probability.
PREDICTED = "predicted:"
QUIET = "What classifiers say of a galaxy will stand here."
NO_SETS = (
    "No labelled sources are here to learn from: none came with the program, and the catalogue"
    " has no column of classes."
)


@dataclass(frozen=True)
class Colouring:
    """A scale for the map and the words above its key."""

    scale: Scale
    title: str


class ClassPresenter(QObject):
    """Draws the classes of a desk's query on a panel, after each change."""

    def __init__(
        self, desk: Desk, panel: ClassPanel, count: Elided, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.desk, self.panel, self._count = desk, panel, count
        desk.session.subscribe(self._changed)
        desk.classifying.changed.connect(self.redraw)
        self.redraw()

    def _changed(self, change: Change) -> None:
        if change not in (Change.QUERIES, Change.VIEW):
            self.redraw()

    def redraw(self) -> None:
        """Draw what is known of the query shown."""
        classifying, query = self.desk.classifying, self.desk.session.current
        self.panel.set_choices(classifying.sets, *classifying.choice, classifying.words)
        told = query.classes if query is not None else None
        self._count.setText("")
        self._count.explain("")
        if not classifying.sets:
            self.panel.say(NO_SETS if self.desk.sources is not None else QUIET)
        elif query is None:
            self.panel.say(QUIET)
        elif told is not None and not classifying.stale(query):
            self.panel.show_classes(told)
            words = classifying.words.get(told.label_set)
            self._count.setText(*origin_words(told, "" if words is None else words.origin))
            self._count.explain(own_words(told))
        elif query.state is State.REFUSED:
            self.panel.say("Not classified: this image could not be used.")
        elif classifying.problem:
            self.panel.say(classifying.problem)
        elif query.open or told is not None:
            self.panel.wait()
        else:
            self.panel.say(_unclassified(classifying.label_set, stored=query.path is None))
        self.panel.mark(self.desk.session.selected)

    # -- map -------------------------------------------------------------------------------

    def colourings(self) -> list[tuple[str, str]]:
        """Return the ways to colour the map by predictions, name and title."""
        if not self.desk.classifying.label_set:
            return []
        told = self.desk.classifying.predictions
        names = class_order(told.classes) if told is not None else []
        single = [(f"{PREDICTED}{name}", f"Probability of {name}") for name in names]
        return [(PREDICTED, "Predicted class"), *single]

    def colouring(self, name: str, count: int) -> Colouring:
        """Return the colours of a way, all grey while they are being computed."""
        told = self.desk.classifying.predictions
        wanted = name.removeprefix(PREDICTED)
        if told is None or (wanted and wanted not in told.classes):
            self.desk.classifying.want_predictions()
        by = learned_words(self.desk.classifying.label_set)
        title = f"Probability of {wanted} {by}" if wanted else f"Predicted class {by}"
        if told is None or (wanted and wanted not in told.classes):
            problem = self.desk.classifying.prediction_problem
            state = "not known" if problem else "computing…"
            return Colouring(share_scale(np.full(count, np.nan)), f"{title}: {state}")
        if wanted:
            column = told.classes.index(wanted)
            return Colouring(share_scale(told.probabilities[:, column]), title)
        return Colouring(class_scale(told), title)

    def value(self, name: str, index: int) -> str:
        """Return in words what is predicted of a source, "" where it is not known."""
        told = self.desk.classifying.predictions
        if told is None or not np.isfinite(told.probabilities[index]).all():
            return ""
        chances = told.probabilities[index]
        wanted = name.removeprefix(PREDICTED)
        at = told.classes.index(wanted) if wanted in told.classes else int(chances.argmax())
        return f"Predicted {told.classes[at]} {chances[at]:.2f}"

    def tooltip(self) -> str:
        """Return how predictions of the catalogue come about."""
        told = self.desk.classifying.predictions
        if told is None:
            return "What colours the points"
        words = ", ".join(classifier_words(name) for name in told.classifiers)
        return f"Predictions: {words}; labels of {set_title(told.label_set)}"


def _unclassified(label_set: str, *, stored: bool) -> str:
    """Say that a galaxy was not classified, and what the user may do."""
    if stored and (own := own_network(label_set)):
        return (
            f"“{own}” sees galaxies otherwise than the catalogue keeps them: ask about the image "
            "of this one."
        )
    return "This galaxy was not classified."


def class_scale(told: CatalogClasses) -> Scale:
    """Return the colours of the most probable classes; grey where none is known.

    All classes have their places, also those that no source is taken for.
    """
    order = class_order(told.classes)
    number = np.array([order.index(name) + 1 for name in told.classes], dtype=np.uint8)
    known = np.isfinite(told.probabilities).all(axis=1)
    best = number[np.nan_to_num(told.probabilities).argmax(axis=1)]
    return Scale(
        np.where(known, best, MISSING).astype(np.uint8), "categories", categories=(*order,)
    )
