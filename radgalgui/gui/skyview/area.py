"""Rectangle and lasso on the sky: what lies within a line drawn in pixels of the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from radgalgui.gui.choosing.regions import in_lasso
from radgalgui.gui.choosing.tool import AreaTool, Tool
from radgalgui.gui.map_points import Cells

if TYPE_CHECKING:
    from radgalgui.gui.skyview.view import SkyView

__all__ = ["SkyArea"]


class SkyArea(AreaTool):
    """Draws areas on a sky view: its units are the pixels of the view, for the sky is curved."""

    _view: SkyView  # type: ignore[assignment]

    def __init__(self, view: SkyView) -> None:
        super().__init__(view)  # type: ignore[arg-type]

    def _place(self, at: QPointF) -> QPointF:
        return QPointF(at)

    def _pixel(self, place: QPointF) -> QPointF:
        return QPointF(place)

    def _rows(self, corners: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the rows of sources in an area, in no order."""
        low, high = corners.min(axis=0), corners.max(axis=0)
        box = QRectF(QPointF(*low), QPointF(*high))
        places, rows = self._view.scene.places_within(box)
        if self.tool is not Tool.LASSO or not len(rows):
            return rows
        found: NDArray[np.int64] = rows[in_lasso(Cells(places), corners)]
        return found
