"""What the actions on likelihoods do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from radgalgui.errors import RadGalError
from radgalgui.gui.likelihood import offer

if TYPE_CHECKING:
    from radgalgui.gui.likelihood.page import LikelihoodPage
    from radgalgui.gui.window import MainWindow

__all__ = ["LikelihoodCommands"]


class LikelihoodCommands:
    """Slots of actions on likelihoods."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.page: LikelihoodPage | None = None

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {"likelihoods": self.open}

    def connect(self) -> None:
        """Follow the panel, and write the percentile on its tab."""
        window, dock = self._window, self._window.docks["likelihood"]
        window.likelihood.open_wanted.connect(self.open)
        window.likelihood.make_wanted.connect(self.make)

        def title(percentile: str) -> None:
            dock.setWindowTitle(f"Likelihood {percentile}".strip())
            dock.toggleViewAction().setText("Likelihood")  # Qt takes it from the title

        window.judging.titled.connect(title)

    def open(self) -> None:
        """Open the page on likelihoods."""
        window = self._window
        if self.page is None:
            from radgalgui.gui.likelihood.page import LikelihoodPage

            self.page = LikelihoodPage(window, window.desk, window.settings)
            self.page.set_theme(window.theme.tokens)
            window.theme.changed.connect(self.page.set_theme)
            self.page.help_wanted.connect(
                lambda: window.commands.show_help("likelihood", "Likelihoods")
            )
            self.page.judge_wanted.connect(self.make)
        self.page.open()

    def make(self) -> None:
        """Let a job make the likelihoods of the catalogue that is open."""
        window, sources = self._window, self._window.desk.sources
        if sources is None or offer.obstacle(sources):
            return
        try:
            window.board.start(offer.order(sources))
        except RadGalError as error:
            window.toasts.say(str(error), "failure")
            return
        window.commands.jobs.open()
