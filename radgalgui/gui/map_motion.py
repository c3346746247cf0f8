"""How the view of the map moves: it glides, and tells when it has come to rest."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEasingCurve, QObject, QRectF, QTimer, QVariantAnimation, Signal

__all__ = ["Motion", "framed"]

GLIDE_MS = 450
REST_MS = 300  # how long the view has not moved when it has settled
NEAREST_VIEW = 0.4  # of the map's longer side: what a glide shows at least
MOST_SHIFT = 0.22  # of the view's sides: how far it moves to show less void
MARGIN = 0.04  # of the map's sides: the void that a glide may show around it


class Motion(QObject):
    """Moves a view; ``settled(QRectF)`` tells what is in view when hand or glide have rested."""

    settled = Signal(QRectF)

    def __init__(self, box: pg.ViewBox, parent: QObject) -> None:
        super().__init__(parent)
        self._box = box
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._glide.valueChanged.connect(lambda rect: box.setRange(rect, padding=0))
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(lambda: self.settled.emit(box.viewRect()))
        self._glide.finished.connect(self._rest.start)
        box.sigRangeChangedManually.connect(lambda *_: self._moved_by_hand())

    @property
    def _gliding(self) -> bool:
        return self._glide.state() is QVariantAnimation.State.Running

    @property
    def at_rest(self) -> bool:
        """Whether the view does not move, and where it came to rest has been told."""
        return not self._gliding and not self._rest.isActive()

    def _moved_by_hand(self) -> None:
        self._glide.stop()  # which would go on its own way against the hand
        self._rest.start()

    def stop(self) -> None:
        """Stay where the glide is, which is told as its end would have been."""
        if self._gliding:
            self._glide.stop()
            self._rest.start()

    def go(self, rect: QRectF, *, glide: bool) -> None:
        """Bring a part of the map into view; of a move that this ends nothing is told."""
        moved = not self.at_rest
        self._glide.stop()
        self._rest.stop()  # it would tell of a place on the way as if the view rested there
        if glide:
            self._glide.setStartValue(self._box.viewRect())
            self._glide.setEndValue(rect)
            self._glide.start()
            return
        self._box.setRange(rect, padding=0)
        if moved:
            self._rest.start()  # whoever waits for its end hears of this place

    def zoom(self, factor: float) -> None:
        """Zoom about the middle; above 1 is nearer."""
        self._glide.stop()
        self._box.scaleBy((1 / factor, 1 / factor))
        self._rest.start()


def framed(places: NDArray[np.floating], shape: tuple[int, int], bounds: QRectF) -> QRectF:
    """Return a part of the map that holds ``places`` (K, 2) with room around and little void.

    ``shape`` is that of the window, (width, height), and ``bounds`` holds the whole map.
    """
    low, high = places.min(axis=0), places.max(axis=0)
    least = NEAREST_VIEW * max(bounds.width(), bounds.height())
    size = np.maximum((high - low) * 1.6, least)
    sides = np.maximum(np.asarray(shape, dtype=float), 1)
    size = sides * (size / sides).max()  # as wide for its height as the window is
    corner = _kept_inside((low + high - size) / 2, size, bounds)
    return QRectF(*(float(v) for v in (*corner, *size)))


def _kept_inside(
    corner: NDArray[np.floating], size: NDArray[np.floating], bounds: QRectF
) -> NDArray[np.floating]:
    """Move a view to show less of the void around the map, its middle not too near an edge.

    The overview lies in a corner: what the view was centred on must not come to lie under it.
    """
    sides = np.array([bounds.width(), bounds.height()])
    low = np.array([bounds.left(), bounds.top()]) - MARGIN * sides
    high = low + (1 + 2 * MARGIN) * sides - size
    inside = np.clip(corner, low, np.maximum(low, high))
    inside = np.where(high < low, (low + high) / 2, inside)
    return np.clip(inside, corner - MOST_SHIFT * size, corner + MOST_SHIFT * size)
