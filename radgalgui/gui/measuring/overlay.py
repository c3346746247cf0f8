"""What was measured, drawn over every picture of the same sky."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QTransform

from radgalgui.gui.furniture import Ink, paint_words
from radgalgui.gui.imaging.picture import Sky
from radgalgui.gui.imaging.ties import place_in
from radgalgui.gui.measuring.measurement import Measurement
from radgalgui.gui.measuring.strokes import as_path, stroke
from radgalgui.gui.measuring.telling import label
from radgalgui.gui.picture_view import PictureView

__all__ = ["MeasuredOverlay"]

DASHES = (3.0, 3.0)
MOST_KEPT = 256
#: Pixels; in smaller pictures, and in those not measured on much sooner, words hide the galaxy.
ROOMY, VERY_ROOMY = 180, 300


class MeasuredOverlay:
    """An `Overlay`: ``measured`` returns what belongs on a picture, ``picked`` the one lit."""

    def __init__(
        self,
        measured: Callable[[Sky], Sequence[Measurement]],
        picked: Callable[[], Measurement | None],
    ) -> None:
        self._measured, self._picked = measured, picked
        self._paths: dict[tuple[int, int], tuple[Measurement, Sky, _Drawn]] = {}

    def paint(self, painter: QPainter, to_screen: QTransform, ink: Ink, view: PictureView) -> None:
        """Draw lines, then words over all of them."""
        sky = view.sky
        if sky is None:
            return
        drawn = [(one, self._drawn(one, sky)) for one in self._measured(sky)]
        picked = self._picked()
        for one, shape in drawn:
            for path in shape.faint:
                stroke(painter, to_screen.map(path), ink, dashes=DASHES)
            for path in shape.lines:
                stroke(painter, to_screen.map(path), ink, strong=one is picked)
        frame, metrics = view.stage.frame, painter.fontMetrics()
        taken: list[QRectF] = []
        for one, shape in drawn:
            if shape.at is None:
                continue
            own = one.ground.sky.values is sky.values
            roomy = frame.width() >= (ROOMY if own else VERY_ROOMY)
            words = label(one) if roomy else str(one.number)
            room = QRectF(metrics.boundingRect(words)).adjusted(-2, -1, 2, 1)
            room.moveTo(to_screen.map(shape.at) + QPointF(6, -room.height()))
            if frame.contains(to_screen.map(shape.at)):
                _find_room(room, frame, taken)
                taken.append(room)
                paint_words(painter, ink, room.bottomLeft() + QPointF(2, -metrics.descent()), words)

    def _drawn(self, measurement: Measurement, sky: Sky) -> _Drawn:
        """Return the paths on a picture, which stay until another is shown."""
        key = (id(measurement), id(sky))
        kept = self._paths.get(key)
        if kept is None or kept[0] is not measurement or kept[1] is not sky:
            if len(self._paths) >= MOST_KEPT:
                self._paths.clear()
            kept = (measurement, sky, _Drawn(measurement, sky))
            self._paths[key] = kept
        return kept[2]


class _Drawn:
    """The lines of a measurement in the image coordinates of a picture."""

    def __init__(self, measurement: Measurement, sky: Sky) -> None:
        ground = measurement.ground.sky
        lines = [_moved(ground, sky, part) for part in measurement.lines]
        faint = [_moved(ground, sky, part) for part in measurement.faint]
        self.lines: list[QPainterPath] = [as_path(part) for part in lines if part is not None]
        self.faint: list[QPainterPath] = [as_path(part) for part in faint if part is not None]
        self.at: QPointF | None = None
        if lines and lines[0] is not None:
            known = lines[0][np.isfinite(lines[0]).all(axis=1)]
            if len(known):
                x, y = known[np.argmax(known[:, 0] + known[:, 1])]  # upper right
                self.at = QPointF(float(x) + 0.5, float(y) + 0.5)


def _find_room(room: QRectF, frame: QRectF, taken: Sequence[QRectF]) -> None:
    """Move words into the frame and, downwards, away from other words."""
    room.moveLeft(min(room.left(), frame.right() - room.width() - 4))
    room.moveTop(max(room.top(), frame.top() + 2))
    while any(room.intersects(other) for other in taken):
        room.translate(0, room.height())


def _moved(ground: Sky, sky: Sky, places: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return pixels of one picture as those of another; None where nothing ties the two."""
    flat = places.reshape(-1, 2)
    found = place_in(ground, sky, flat[:, 0], flat[:, 1])
    return None if found is None else np.stack(found, axis=1).reshape(places.shape)
