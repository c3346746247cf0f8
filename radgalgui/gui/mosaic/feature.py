"""What the window does about large images: offers their overview, and opens it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QFileDialog

from radgalgui.gui.feature import Feature, Spec
from radgalgui.gui.session import Change, Query
from radgalgui.jobs.work.library import data_folder

if TYPE_CHECKING:
    from radgalgui.gui.mosaic.page import MosaicPage
    from radgalgui.gui.theme import Tokens
    from radgalgui.gui.window import MainWindow
    from radgalgui.sky.extraction import FieldSource

__all__ = ["MosaicFeature"]

#: An image so many times as wide as what the encoder sees of it holds more than one source.
FIELDS = 6.0


class MosaicFeature(Feature):
    """Opens a mosaic from the menus, from what is dropped, and from the query shown."""

    specs: ClassVar[tuple[Spec, ...]] = (
        Spec(
            "mosaic",
            "&File",
            "Open a &mosaic…",
            ("Ctrl+B",),
            "Look over a large image, find its sources, and ask about each",
            before="paste",
        ),
        Spec(
            "see_mosaic",
            "&Image",
            "See it all as a &mosaic",
            ("Ctrl+Alt+B",),
            "Look over the image of this query, and ask about other sources in it",
            line=True,
        ),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.page: MosaicPage | None = None
        self._offered: set[Path] = set()

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {"mosaic": self.choose, "see_mosaic": self.see}

    def connect(self) -> None:
        """Listen to what is dropped and asked."""
        self._window.curtain.mosaic_wanted.connect(self.open)
        self._window.desk.session.subscribe(self._told)

    def refresh(self) -> None:
        """Offer the mosaic of the query shown."""
        current = self._window.desk.session.current
        action = self._window.actions_["see_mosaic"]
        action.setEnabled(current is not None and current.path is not None)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        if self.page is not None:
            self.page.set_theme(tokens)

    def close(self) -> None:
        """End the page's threads."""
        if self.page is not None:
            self.page.end()

    # -- opening ---------------------------------------------------------------------------

    def choose(self) -> None:
        """Let the user choose a mosaic."""
        from radgalgui.gui.commands import FITS_FILTER

        settings = self._window.settings
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Open a mosaic", settings.folder("open"), FITS_FILTER
        )
        if name:
            settings.keep_folder("open", str(Path(name).parent))
            self.open(Path(name))

    def see(self) -> None:
        """Open the image of the query shown."""
        current = self._window.desk.session.current
        if current is not None and current.path is not None:
            self.open(current.path)

    def open(self, path: Path) -> None:
        """Open a mosaic on the page."""
        if self.page is None:
            self.page = self._made()
        self.page.open(path)

    def _made(self) -> MosaicPage:
        from radgalgui.gui.mosaic.page import MosaicPage  # nothing that a start waits for

        window = self._window
        page = MosaicPage(window, window.desk, window.image.display)
        page.set_theme(window.theme.tokens)
        page.catalogue_wanted.connect(self._make_catalogue)
        page.export_wanted.connect(self._export)
        page.help_wanted.connect(lambda: window.commands.show_help("mosaic", "Mosaics"))
        return page

    # -- offering --------------------------------------------------------------------------

    def _told(self, change: Change) -> None:
        """Offer the overview of an image that is much wider than what was seen of it."""
        query = self._window.desk.session.current
        if change is not Change.ANSWER or query is None or not is_wide(query):
            return
        path = query.path
        if path is None or path in self._offered:
            return
        self._offered.add(path)
        self._window.toasts.say(
            f"{path.name} shows far more sky than one source: it can be looked over as a mosaic.",
            "info",
            ("Open the mosaic", lambda: self.open(path)),
            stays=True,
        )

    # -- what is made of it ----------------------------------------------------------------

    def _make_catalogue(self, path: Path, sources: list[FieldSource]) -> None:
        """Write the positions down and open the wizard with them and the image."""
        from radgalgui.jobs.mosaic.table import write_positions

        table = data_folder() / "mosaics" / f"{_plain(path)}-sources.csv"
        try:
            table.parent.mkdir(parents=True, exist_ok=True)
            write_positions(table, sources)
        except OSError as error:
            self._window.toasts.say(f"The positions could not be written: {error}", "failure")
            return
        self._window.commands.surveys.open([path, table])

    def _export(self, path: Path, sources: list[FieldSource], scale: float) -> None:
        from radgalgui.gui.saving import export_rows
        from radgalgui.jobs.mosaic.table import write_table

        export_rows(
            self._window,
            "Export the sources of the mosaic",
            f"{_plain(path)}-sources.csv",
            lambda target: write_table(target, sources, scale),
        )


def is_wide(query: Query) -> bool:
    """Tell whether a query's image is much wider than what was seen of it."""
    picture, seen = query.picture, query.seen
    if picture is None or seen is None or query.position is not None or seen.box <= 0:
        return False
    return bool(max(picture.original.shape) >= FIELDS * seen.box)


def _plain(path: Path) -> str:
    """Return a name for files about an image."""
    return re.sub(r"\.(fits|fit|fts)(\.gz|\.fz)?$", "", path.name, flags=re.IGNORECASE) or "mosaic"
