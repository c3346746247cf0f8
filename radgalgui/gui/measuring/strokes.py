"""Lines over pictures: dark beneath light, so that they are seen on any sky."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPen, QPolygonF

from radgalgui.gui.furniture import Ink

__all__ = ["as_path", "stroke"]


def as_path(places: ArrayLike) -> QPainterPath:
    """Return 0-based pixels as a path in image coordinates.

    Parameters
    ----------
    places : array_like, shape (n, 2) or (n, 2, 2)
        A polyline, or strokes from one place to another each; what is not finite is left out.
    """
    at: NDArray[np.float64] = np.asarray(places, float) + 0.5
    path = QPainterPath()
    if at.ndim == 3:
        for (x0, y0), (x1, y1) in at[np.isfinite(at).all(axis=(1, 2))].tolist():
            path.moveTo(x0, y0)
            path.lineTo(x1, y1)
        return path
    known = at[np.isfinite(at).all(axis=1)]
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in known.tolist()]))
    return path


def stroke(
    painter: QPainter,
    path: QPainterPath,
    ink: Ink,
    *,
    dashes: Sequence[float] = (),
    strong: bool = False,
) -> None:
    """Draw a path in the painter's coordinates: dashed, or strong for what is picked out."""
    painter.setBrush(QBrush(Qt.BrushStyle.NoBrush))
    width = 2.4 if strong else 1.4
    for colour, wide in ((ink.shadow, width + 2.2), (ink.line, width)):
        pen = QPen(colour, wide)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dashes:
            pen.setDashPattern([length * width / wide for length in dashes])
        painter.setPen(pen)
        painter.drawPath(path)
