"""Shows the catalogue laid over the open one: diamonds on the map, a card, and words on them.

The sky, which shows the same diamonds where they lie there, asks here what they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPixmap

from radgalgui.gui.catalogs.layer import FAMILIAR, NEW
from radgalgui.gui.catalogs.layer_card import LayerCard
from radgalgui.gui.catalogs.overlay_desk import Overlay, OverlayDesk
from radgalgui.gui.desk import Desk
from radgalgui.gui.facts import source_brief
from radgalgui.gui.map_panel import MapPanel
from radgalgui.gui.presenter import Presenter
from radgalgui.gui.thumbnails import Thumbnails
from radgalgui.jobs.covered import NEW_FROM, coverage_text

__all__ = ["OverlayPresenter", "codes_of", "counted"]

SOONEST_MS = 250  # between two pictures of a layer that grows


class OverlayPresenter(QObject):
    """Follows an `OverlayDesk`, and which map is shown; ``drawn()`` tells that it did."""

    drawn = Signal()

    def __init__(
        self, desk: Desk, presenter: Presenter, panel: MapPanel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._presenter, self._panel = desk, presenter, panel
        self.asking = OverlayDesk(desk, self)
        self.card = LayerCard(panel.view)
        self._thumbnails: Thumbnails | None = None
        self._of: Overlay | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SOONEST_MS)
        self._later.timeout.connect(self._draw)
        self.asking.changed.connect(self._changed)
        presenter.map_shown.connect(self._draw)
        self.card.closed.connect(self.asking.forget)
        self.card.shown.connect(lambda _: self._draw())
        panel.view.layer_hovered.connect(self._hover)
        panel.view.layer_picked.connect(self.pick)

    def toggle(self) -> None:
        """Show or hide the diamonds."""
        self.card.box.toggle()

    def _changed(self) -> None:
        overlay = self.asking.overlay
        if overlay is None or not self.asking.open or not self._panel.view.layer.isVisible():
            self._draw()  # the first and the last at once
        elif not self._later.isActive():
            self._later.start()
        self._desk.status_changed.emit()

    def _draw(self) -> None:
        self._draw_on_map()
        self.drawn.emit()

    def _draw_on_map(self) -> None:
        overlay, view = self.asking.overlay, self._panel.view
        if overlay is None:
            view.set_layer(None)
            self.card.hide()
            self._of = self._thumbnails = None
            return
        if overlay is not self._of:
            self._of = overlay
            self._thumbnails = Thumbnails(overlay.sources.images)
        self._show_card(overlay)
        places = overlay.on_map(self._presenter.method)
        if places is None or not self.card.box.isChecked():
            view.set_layer(None)
            return
        view.set_layer(places, codes_of(overlay))

    @property
    def shown(self) -> Overlay | None:
        """What is laid over and not hidden."""
        return self.asking.overlay if self.card.box.isChecked() else None

    def _show_card(self, overlay: Overlay) -> None:
        counts = counted(overlay)
        words, progress = self.asking.working, (overlay.done, len(overlay.sources))
        if overlay.covered is not None:
            words = coverage_text(overlay.covered, "this catalogue")
        still = progress if self.asking.open else None
        self.card.show_overlay(overlay.title, words, counts, still)

    # -- pointer ---------------------------------------------------------------------------

    def _hover(self, row: int | None) -> None:
        view = self._panel.view
        if row is not None and (told := self.tell(row)) is not None:
            view.card.show_source(view.hover_at, *told)

    def tell(self, row: int) -> tuple[QPixmap, str, list[str]] | None:
        """Return a source's picture, its name, and lines on it; None where there is none."""
        overlay = self.asking.overlay
        if overlay is None or self._thumbnails is None:
            return None
        lines = [_novelty_words(float(overlay.novelty[row]))]
        mine, nearest = self._desk.sources, int(overlay.nearest[row])
        if mine is not None and nearest >= 0:
            alike = float(overlay.similarity[row])
            lines.append(f"most like {mine.name(nearest)} ({alike:.3f}): click for it")
        lines += source_brief(overlay.sources, row)
        colours = self._presenter.views.image.display.colour_map
        if self._thumbnails.colour_map != colours:
            self._thumbnails.set_colour_map(colours)
        return self._thumbnails.pixmap(row), overlay.sources.name(row), lines

    def pick(self, row: int) -> None:
        """Select the source of the open catalogue that is most like one."""
        overlay = self.asking.overlay
        if overlay is not None and overlay.nearest[row] >= 0:
            self._desk.session.select(int(overlay.nearest[row]))


def codes_of(overlay: Overlay) -> NDArray[np.uint8]:
    """Return `FAMILIAR` or `NEW` for each source (N,), 0 for those that are still to come."""
    codes = np.where(overlay.novelty >= NEW_FROM, NEW, FAMILIAR)
    return np.where(np.isnan(overlay.novelty), 0, codes).astype(np.uint8)


def counted(overlay: Overlay) -> tuple[str, str]:
    """Return how many sources are familiar, and how many new, in words; "" before the first."""
    if not overlay.done:
        return "", ""
    new = int((overlay.novelty >= NEW_FROM).sum())
    return (
        f"{overlay.done - new:,} where this catalogue has sources",
        f"{new:,} unlike any of its sources",
    )


def _novelty_words(novelty: float) -> str:
    if novelty >= NEW_FROM:
        return "unlike any source of this catalogue"
    return f"more unusual than {novelty:.0f} % of this catalogue's own"
