"""What lies below the sources on the sky: the rim, the grid with its words, the Galaxy's plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from radgalgui.gui.skyview.aim import Aim
from radgalgui.gui.skyview.grid import (
    Lines,
    grid_lines,
    latitude_text,
    longitude_text,
    plane_of_galaxy,
)
from radgalgui.gui.theme import GRID, LIGHT, Tokens
from radgalgui.sky.projection import RIM

__all__ = ["Backdrop"]

EDGE = 6.0  # pixels between words and the edge of the view
PLANE_WORDS = "Galactic plane"


@dataclass(frozen=True)
class _Words:
    """A text, and the place of its left end and base line."""

    text: str
    at: QPointF
    room: QRectF


class Backdrop:
    """The grid of one view; made anew when the view is another."""

    def __init__(self, aim: Aim, width: float, height: float, metrics: QFontMetricsF) -> None:
        self._aim, self._width, self._height = aim, width, height
        self._metrics = metrics
        self._scale = aim.scale(width, height)
        self._taken: list[QRectF] = []
        meridians, parallels = grid_lines(aim, width, height)
        self._grid = QPainterPath()
        for lines in (meridians, parallels):
            self._grid.addPath(self._path(lines))
        plane = plane_of_galaxy(aim)
        self._plane = self._path(plane) if plane is not None else QPainterPath()
        self.words = [*self._beside(parallels), *self._below(meridians)]
        self._plane_words = self._along(plane) if plane is not None else []

    # -- painting --------------------------------------------------------------------------

    def paint(self, painter: QPainter, tokens: Tokens = LIGHT) -> None:
        """Draw ground, rim and lines."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(0, 0, self._width, self._height), QColor(tokens.panel))
        rim = self._rim()
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.canvas))
        if rim is None:
            painter.drawRect(QRectF(0, 0, self._width, self._height))
        else:
            painter.drawEllipse(rim)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.strokePath(self._grid, QPen(QColor(tokens.line), 1.0))
        plane = QColor(tokens.strong_line)
        painter.strokePath(self._plane, QPen(plane, 1.0, Qt.PenStyle.DashLine))
        if rim is not None:
            painter.setPen(QPen(QColor(tokens.strong_line), 1.0))
            painter.drawEllipse(rim)
        painter.restore()

    def paint_over(self, painter: QPainter, tokens: Tokens = LIGHT) -> None:
        """Etch the lines into crowded sources, and write their values on a veil over those."""
        if self._aim.share > 0:
            line = QColor(tokens.canvas)
            line.setAlphaF(0.4 * self._aim.share)
            painter.strokePath(self._grid, QPen(line, 1.0))
        veil = QColor(tokens.canvas)
        veil.setAlphaF(0.8)
        for words in (*self.words, *self._plane_words):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(veil)
            painter.drawRoundedRect(words.room, 3, 3)
            painter.setPen(QColor(tokens.muted))
            painter.drawText(words.at, words.text)

    def _rim(self) -> QRectF | None:
        """Return the ellipse around the whole sky; None for a field."""
        if self._aim.share < 1:
            return None
        wide = RIM * self._scale
        return QRectF(self._width / 2 - wide, self._height / 2 - wide / 2, 2 * wide, wide)

    # -- lines -----------------------------------------------------------------------------

    def _pixels(self, lines: Lines) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        return (
            self._width / 2 - lines.x * self._scale,
            self._height / 2 - lines.y * self._scale,
        )

    def _path(self, lines: Lines) -> QPainterPath:
        """Return lines as one path, broken where they have no place or go around the sky."""
        x, y = self._pixels(lines)
        far = 50.0 * (self._width + self._height)
        known = np.isfinite(x) & (np.abs(x) < far) & (np.abs(y) < far)
        leap = np.abs(np.diff(lines.x, axis=1)) > RIM / 2
        joined = np.zeros(x.shape, dtype=np.int32)
        joined[:, :-1] = known[:, :-1] & known[:, 1:] & ~leap
        if not joined.any():
            return QPainterPath()
        x, y = np.where(known, x, 0.0), np.where(known, y, 0.0)
        path: QPainterPath = pg.arrayToQPath(x.ravel(), y.ravel(), connect=joined.ravel())
        return path

    # -- words -----------------------------------------------------------------------------

    def _below(self, lines: Lines) -> list[_Words]:
        """Write longitudes at the lower edge; of the whole sky, along the equator."""
        px, py = self._pixels(lines)
        base = self._height - EDGE
        edge = base - 2 * self._metrics.height()
        made = []
        for k, value in enumerate(lines.values):
            text = longitude_text(float(value), lines.step, self._aim.frame)
            if self._aim.whole and np.isfinite(lines.y[k]).any():
                middle = lines.y.shape[1] // 2
                if 0 < py[k, middle] < edge:
                    made += self._fit(text, float(px[k, middle]) + 3, float(py[k, middle]) - 4)
                    continue
            at = _crossing(py[k], px[k], edge)
            if at is not None:
                wide = self._metrics.horizontalAdvance(text)
                made += self._fit(text, at - wide / 2, base)
        return made

    def _beside(self, lines: Lines) -> list[_Words]:
        """Write latitudes at the left edge, or outside the rim of the sky."""
        px, py = self._pixels(lines)
        made = []
        for k, value in enumerate(lines.values):
            text = latitude_text(float(value), lines.step)
            wide = self._metrics.horizontalAdvance(text)
            at = _crossing(px[k], py[k], EDGE)
            if at is not None:
                made += self._fit(text, EDGE, at - 3)
            elif not np.isfinite(px[k]).any():
                continue
            elif self._aim.share < 1:  # circles around a pole
                near = int(np.nanargmin(np.abs(px[k] - self._width / 2) - 1e-3 * py[k]))
                made += self._fit(text, float(px[k, near]) + 4, float(py[k, near]) - 3)
            else:
                left = int(np.nanargmin(px[k]))
                x, y = float(px[k, left]), float(py[k, left])
                below = self._metrics.ascent() * (0.9 if value < 0 else 0.1 if value > 0 else 0.4)
                made += self._fit(text, x - wide - EDGE, y + below)
        return made

    def _along(self, lines: Lines) -> list[_Words]:
        """Name the plane of the Galaxy once, where it stands most freely in view."""
        px, py = (v[0] for v in self._pixels(lines))
        wide = self._metrics.horizontalAdvance(PLANE_WORDS)
        inside = (px > GRID) & (px < self._width - wide - GRID)
        inside &= (py > 3 * GRID) & (py < self._height - 6 * GRID)
        for k in np.flatnonzero(inside)[:: max(1, int(inside.sum()) // 12)]:
            if fit := self._fit(PLANE_WORDS, float(px[k]) + 4, float(py[k]) - 6):
                return fit
        return []

    def _fit(self, text: str, x: float, base: float) -> list[_Words]:
        """Return words at a place, none where they would not fit or lie over others."""
        room = QRectF(
            x - 2,
            base - self._metrics.ascent() - 1,
            self._metrics.horizontalAdvance(text) + 4,
            self._metrics.height() + 1,
        )
        whole = QRectF(0, 0, self._width, self._height)
        spaced = room.adjusted(-EDGE, -2, EDGE, 2)
        if not whole.contains(room) or any(spaced.intersects(other) for other in self._taken):
            return []
        self._taken.append(room)
        return [_Words(text, QPointF(x, base), room)]


def _crossing(
    along: NDArray[np.floating], across: NDArray[np.floating], edge: float
) -> float | None:
    """Return where a line crosses an edge: ``across`` there; None where it does not."""
    with np.errstate(invalid="ignore"):
        side = along > edge
        met = np.flatnonzero(
            (side[1:] != side[:-1]) & np.isfinite(along[1:]) & np.isfinite(along[:-1])
        )
    if not len(met):
        return None
    i = int(met[0])
    part = (edge - along[i]) / (along[i + 1] - along[i])
    return float(across[i] + part * (across[i + 1] - across[i]))
