"""Finds sources that are there twice: the action and the page that it opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from radgalgui.gui.feature import Feature, Spec

if TYPE_CHECKING:
    from radgalgui.gui.duplicates.page import DuplicatesPage
    from radgalgui.gui.theme import Tokens
    from radgalgui.gui.window import MainWindow

__all__ = ["DuplicatesFeature"]


class DuplicatesFeature(Feature):
    """Opens the page of duplicates of the open catalogue."""

    specs = (
        Spec(
            "duplicates",
            "&Analyse",
            "&Duplicates…",
            ("Ctrl+Alt+D",),
            "Sources that are there twice: close together on the sky, or with the same image",
            before="lay_over",
        ),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.page: DuplicatesPage | None = None

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {"duplicates": self.open}

    def connect(self) -> None:
        """Let a new catalogue without duplicates be opened, and lists of them be looked at."""
        window = self._window
        window.board.offer(
            "without", "Open the map", lambda job: window.commands.surveys.open_catalogue(job.out)
        )
        window.board.offer("duplicates", "Look at the pairs", lambda _: self.open())

    def refresh(self) -> None:
        """Offer only what can be done now."""
        there = self._window.desk.sources is not None
        self._window.actions_["duplicates"].setEnabled(there)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        if self.page is not None:
            self.page.set_theme(tokens)

    def close(self) -> None:
        """End the search, as the window closes."""
        if self.page is not None:
            self.page.desk.close()

    def open(self) -> None:
        """Show the page."""
        window = self._window
        if self.page is None:
            from radgalgui.gui.duplicates.page import DuplicatesPage
            from radgalgui.gui.duplicates.pair_desk import PairDesk

            desk = PairDesk(window.desk, window.board, window)
            desk.said.connect(window.toasts.say)
            self.page = DuplicatesPage(window, desk)
            self.page.set_theme(window.theme.tokens)
            self.page.help_wanted.connect(
                lambda: window.commands.show_help("duplicates", "Duplicates")
            )
        self.page.open()
