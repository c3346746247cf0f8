"""What the actions of the Encoder and Analyse menus do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from radgalgui.gui.class_presenter import PREDICTED
from radgalgui.gui.evaluation_page import EvaluationPage
from radgalgui.gui.export import classified, export_classes
from radgalgui.gui.feature import Feature
from radgalgui.gui.saving import export_rows
from radgalgui.gui.understand_page import UnderstandPage

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["AnalysisCommands"]


class AnalysisCommands(Feature):
    """Slots of actions on encoders, classes, evaluations and components."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.page: EvaluationPage | None = None
        self.understanding: UnderstandPage | None = None

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {
            "next_encoder": self.next_encoder,
            "next_labels": self.next_labels,
            "colour_classes": self.colour_classes,
            "evaluation": self.evaluation,
            "understand": self.understand,
            "export_classes": self.export_classes,
        }

    def refresh(self) -> None:
        """Offer only what can be done now."""
        desk, actions = self._window.desk, self._window.actions_
        actions["export_classes"].setEnabled(bool(classified(desk.session.queries)))
        actions["next_labels"].setEnabled(len(desk.classifying.sets) > 1)
        ready = desk.sources is not None and bool(desk.classifying.sets)
        actions["colour_classes"].setEnabled(ready)

    # -- encoders --------------------------------------------------------------------------

    def choose_encoder(self, encoder: str) -> None:
        """See galaxies through another encoder."""
        self._window.desk.choose_encoder(encoder)
        self.show_encoder()

    def next_encoder(self) -> None:
        """See galaxies through the next encoder of the catalogue."""
        sources = self._window.desk.sources
        if sources is not None and len(sources.encoders) > 1:
            at = sources.encoders.index(self._window.desk.encoder)
            self.choose_encoder(sources.encoders[(at + 1) % len(sources.encoders)])

    def show_encoder(self) -> None:
        """Show in the list which encoder is in use, or on its way."""
        desk = self._window.desk
        names = desk.sources.encoders if desk.sources is not None else ()
        self._window.encoders.show_encoders(names, desk.encoder)

    # -- classes ---------------------------------------------------------------------------

    def choose_classes(self, label_set: str, level: float) -> None:
        """Classify by other labels, or at another level."""
        self._window.desk.choose_classes(label_set, level)
        self._window.settings.keep_classes(*self._window.desk.classifying.choice)

    def next_labels(self) -> None:
        """Classify by the next label set."""
        classifying = self._window.desk.classifying
        sets = classifying.sets
        if len(sets) > 1:
            at = sets.index(classifying.label_set)
            self.choose_classes(sets[(at + 1) % len(sets)], classifying.level)

    def colour_classes(self) -> None:
        """Colour the map by predicted class."""
        self._window.commands.choose_column(PREDICTED)

    def export_classes(self) -> None:
        """Write the classes of all queries to a file that the user names."""
        queries = self._window.desk.session.queries
        export_rows(
            self._window,
            "Export classes",
            "classes.csv",
            lambda path: export_classes(path, queries),
        )

    # -- evaluation ------------------------------------------------------------------------

    def evaluation(self) -> None:
        """Open the page that says how good encoders and classifiers are."""
        if self.page is None:
            self.page = EvaluationPage(self._window, self._window.settings)
            self.page.set_theme(self._window.theme.tokens)
            self._window.theme.changed.connect(self.page.set_theme)
            self.page.help_wanted.connect(
                lambda: self._window.commands.show_help("evaluation", "Evaluation")
            )
        self.page.open()

    # -- components ------------------------------------------------------------------------

    def understand(self) -> None:
        """Open the page that says what the components of vectors hold."""
        window = self._window
        if self.understanding is None:
            self.understanding = UnderstandPage(window, window.desk, window.settings)
            self.understanding.set_theme(window.theme.tokens)
            window.theme.changed.connect(self.understanding.set_theme)
            self.understanding.help_wanted.connect(
                lambda: window.commands.show_help("understand", "Components")
            )
        self.understanding.open(window.presenter.column)
