"""Keeps the tiles in step with map, colours and session, and lets them be pointed at."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtGui import QColor

from radgalgui.gui.session import Change
from radgalgui.gui.theme import Tokens
from radgalgui.gui.tiling.layer import TileLayer
from radgalgui.gui.tiling.maker import Order, SheetMaker
from radgalgui.gui.tiling.sheet import Ink, Sheet
from radgalgui.gui.tiling.stand_ins import MOST, Crowd, Parts

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["TilesPresenter"]

AROUND = 0.35  # of the view: how far beyond it tiles are made


class TilesPresenter(QObject):
    """Shows tiles in place of points while it is switched on."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._view = window, window.map.view
        self._desk, self._session = window.desk, window.desk.session
        self.layer, self.maker = TileLayer(), SheetMaker(self)
        self.on, self.size = False, 64
        self._crowd: Crowd | None = None
        self._ink: Ink | None = None
        self._images: object = None
        self._view.box.addItem(self.layer, ignoreBounds=True)
        self._view.layer.setZValue(1)
        self._connect()

    def _connect(self) -> None:
        view = self._view
        self.maker.made.connect(self._show_sheet)
        self._session.subscribe(self._changed)
        self._window.presenter.map_shown.connect(self.renew)
        view.recoloured.connect(self.renew)
        view.shown_changed.connect(self.renew)
        view.box.sigRangeChanged.connect(self._moved)
        view.box.sigResized.connect(self._moved)
        view.hovered.connect(self._hovered)
        self._window.image.display_changed.connect(lambda _: self.renew())

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.layer.set_theme(tokens)
        self.renew()

    def close(self) -> None:
        """Wait for the sheet that is being made."""
        self.maker.close()

    # -- switching -------------------------------------------------------------------------

    def switch(self, *, on: bool) -> None:
        """Show images, or points again."""
        self.on = on
        self._view.pointed = self._pointed if on else None
        if on:
            self.renew()
        else:
            self.maker.forget()
            self._crowd = None
            self.layer.show_sheet(None)
        self._cover()

    def resize(self, size: int) -> None:
        """Let tiles be about so many pixels wide."""
        self.size = size
        if self.on:
            self._moved()

    # -- sheets ----------------------------------------------------------------------------

    def renew(self) -> None:
        """Make the tiles anew: other sources, colours, or others chosen."""
        sources, scale = self._desk.sources, self._view.scale
        if not self.on:
            return
        if sources is None or scale is None:
            self.maker.forget()
            self._crowd = None
            self.layer.show_sheet(None)
            self._cover()
            return
        if self._images is not sources.images:
            self._images = sources.images
            self.maker.set_images(sources.images)
            self.layer.show_sheet(None)
        chosen = self._session.chosen
        mask = chosen.mask(len(sources)) if chosen else None
        self._crowd = Crowd(self._view.points.cells, scale.codes, scale.kind == "categories", mask)
        self._ink = self._inks()
        self._ask(self._wanted(AROUND))

    def _changed(self, change: Change) -> None:
        if change is Change.CHOSEN:
            self.renew()

    def _moved(self) -> None:
        if not self.on or self._crowd is None:
            return
        sheet, now = self.layer.sheet, self._wanted(0.0)
        alike = sheet is not None and all(
            math.isclose(a, b, rel_tol=1e-6)
            for a, b in zip(sheet.scale, self._scale(), strict=True)
        )
        parts = sheet.tiles.parts if sheet is not None else None
        same = parts is not None and (parts.wide, parts.high) == (now.wide, now.high)
        if not (alike and same and parts is not None and parts.rect.contains(now.rect)):
            self._ask(self._wanted(AROUND))
        self._cover()

    def _ask(self, parts: Parts) -> None:
        if self._crowd is not None and self._ink is not None:
            self.maker.ask(Order(self._crowd, parts, self._scale(), self._ink))

    def _show_sheet(self, sheet: Sheet) -> None:
        if self.on:
            self.layer.show_sheet(sheet)
            self._cover()

    def _scale(self) -> tuple[float, float]:
        """Return pixels of the screen a unit of the map, across and up."""
        unit = self._view.box.viewPixelSize()
        ratio = self._view.devicePixelRatioF()
        return ratio / unit[0], ratio / unit[1]

    def _wanted(self, around: float) -> Parts:
        """Return the parts in view, and so many views around it, as far as there are sources."""
        view, bounds = self._in_view(), self._view.points.cells.bounds
        ratio = self._view.devicePixelRatioF()
        powers = [round(math.log2(self.size * ratio / scale)) for scale in self._scale()]
        x, y = around * view.width(), around * view.height()
        wide = view.adjusted(-x, -y, x, y).intersected(bounds)
        parts = Parts.over(wide, *powers)
        return parts if parts.columns * parts.rows <= MOST else Parts.over(view, *powers)

    def _in_view(self) -> QRectF:
        rect: QRectF = self._view.box.viewRect()
        return rect

    def _cover(self) -> None:
        """Hide the points where tiles lie over all of them."""
        sheet, bounds = self.layer.sheet, self._view.points.cells.bounds
        seen = self._in_view().intersected(bounds)
        covered = sheet is not None and sheet.tiles.parts.rect.contains(seen)
        self._view.points.setVisible(not (self.on and covered))

    def _inks(self) -> Ink:
        tokens, thumbnails = self._window.theme.tokens, self._window.presenter.thumbnails
        scale = self._view.scale
        frame = scale.table(dark=tokens.dark) if scale is not None else np.zeros((1, 3), np.uint8)
        image = thumbnails.table if thumbnails is not None else np.zeros((256, 3), np.uint8)
        return Ink(image, frame, _rgb(tokens.canvas), _rgb(tokens.skeleton))

    # -- pointing --------------------------------------------------------------------------

    def _tile_at(self, at: QPointF) -> int | None:
        sheet = self.layer.sheet
        if sheet is None:
            return None
        place = self._view.box.mapSceneToView(self._view.mapToScene(at.toPoint()))
        return sheet.tiles.at(place.x(), place.y())

    def _pointed(self, at: QPointF) -> int | None:
        """Return the source whose image is at a place of the map's widget."""
        tile, sheet = self._tile_at(at), self.layer.sheet
        return int(sheet.tiles.row[tile]) if sheet is not None and tile is not None else None

    def _hovered(self, index: int | None) -> None:
        sheet, sources = self.layer.sheet, self._desk.sources
        if not self.on or sheet is None or sources is None:
            return
        tile = self._tile_at(QPointF(self._view.hover_at)) if index is not None else None
        if tile is None or int(sheet.tiles.row[tile]) != index:
            self.layer.point_at(None)
            return
        self.layer.point_at(int(sheet.tiles.number[tile]))
        others = int(sheet.tiles.count[tile]) - 1
        thumbnails = self._window.presenter.thumbnails
        if others > 0 and thumbnails is not None and index is not None:
            lines = self._window.presenter.brief(sources, index)
            lines.append(f"stands for {others:,} more here" if others > 1 else "and one more here")
            picture = thumbnails.pixmap(index)
            self._view.card.show_source(self._view.hover_at, picture, sources.name(index), lines)


def _rgb(colour: str) -> tuple[int, int, int]:
    made = QColor(colour)
    return made.red(), made.green(), made.blue()
