"""What the actions on likelihoods do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from radgalgui.errors import RadGalError
from radgalgui.gui.feature import Feature
from radgalgui.gui.likelihood import offer
from radgalgui.gui.saving import export_rows
from radgalgui.gui.session import Query

if TYPE_CHECKING:
    from radgalgui.gui.likelihood.page import LikelihoodPage
    from radgalgui.gui.window import MainWindow

__all__ = ["LikelihoodCommands", "export_likelihoods", "judged"]

COLUMN = "likelihood_percentile"


class LikelihoodCommands(Feature):
    """Slots of actions on likelihoods; made with the window, joined to it by `connect`."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.page: LikelihoodPage | None = None

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {
            "likelihoods": self.open,
            "colour_likelihood": self.colour,
            "export_likelihoods": self.export,
        }

    def connect(self) -> None:
        """Follow the panel, and write the percentile on its tab."""
        window, dock = self._window, self._window.docks["likelihood"]
        window.likelihood.open_wanted.connect(self.open)
        window.likelihood.make_wanted.connect(self.make)

        def title(percentile: str) -> None:
            dock.setWindowTitle(f"Likelihood {percentile}".strip())
            dock.toggleViewAction().setText("Likelihood")  # Qt takes it from the title

        window.judging.titled.connect(title)

    def refresh(self) -> None:
        """Offer only what can be done now."""
        actions, desk = self._window.actions_, self._window.desk
        actions["export_likelihoods"].setEnabled(bool(judged(desk.session.queries)))
        told = desk.sources is not None and COLUMN in desk.sources.columns
        actions["colour_likelihood"].setEnabled(told and bool(self._window.presenter.method))

    def open(self) -> None:
        """Open the page on likelihoods."""
        window = self._window
        if self.page is None:
            from radgalgui.gui.likelihood.page import LikelihoodPage

            self.page = LikelihoodPage(window, window.desk, window.settings)
            self.page.set_theme(window.theme.tokens)
            window.theme.changed.connect(self.page.set_theme)
            self.page.help_wanted.connect(
                lambda: window.commands.show_help("likelihood", "Likelihood")
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

    def colour(self) -> None:
        """Colour the map by how usual each source is."""
        self._window.commands.choose_column(COLUMN)

    def export(self) -> None:
        """Write the likelihoods of all queries to a file that the user names."""
        queries = self._window.desk.session.queries
        export_rows(
            self._window,
            "Export likelihoods",
            "likelihoods.csv",
            lambda path: export_likelihoods(path, queries),
        )


def judged(queries: Sequence[Query]) -> list[Query]:
    """Return the queries of which it was told how likely they are."""
    return [query for query in queries if query.likelihood is not None]


def export_likelihoods(path: Path, queries: Sequence[Query]) -> int:
    """Write the likelihoods of queries, as the command line does; return how many rows.

    Raises
    ------
    RadGalError
        If the file cannot be written.
    """
    from radgalgui.catalog.export import write_csv
    from radgalgui.jobs.results import LIKELIHOOD_COLUMNS, likelihood_row

    rows = [likelihood_row(q.name, q.likelihood) for q in queries if q.likelihood is not None]
    write_csv(path, LIKELIHOOD_COLUMNS, rows)
    return len(rows)
