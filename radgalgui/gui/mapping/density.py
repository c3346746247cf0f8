"""How densely the map is populated around each source, to colour it by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from radgalgui.gui.background import Background

__all__ = ["DENSITY", "TITLE", "Density", "neighbours_around"]

#: The name of this way to colour the map, beside those of the table's columns.
DENSITY = "density:"
TITLE = "Density (sources around)"

CELLS = 1000  # along the map's longer side
REACH = 10  # cells to each side that count as around: a hundredth of the map


def neighbours_around(places: NDArray[np.floating]) -> NDArray[np.float32]:
    """Count the sources around each source of a map, itself among them.

    Those in a square count that reaches a hundredth of the map's longer side to each side, to
    half a thousandth of it; the counts do not depend on what is in view.

    Parameters
    ----------
    places : ndarray, shape (N, 2)
        Where sources lie on the map; NaN where they have no place.

    Returns
    -------
    ndarray, shape (N,), float32
        At least 1; NaN where a source has no place.  Without any places all are NaN.
    """
    counted = np.full(len(places), np.nan, dtype=np.float32)
    known = np.isfinite(places).all(axis=1)
    if not known.any():
        return counted
    kept = np.asarray(places[known], dtype=np.float64)
    low = kept.min(axis=0)
    span = float((kept.max(axis=0) - low).max()) or 1.0
    cell = np.minimum((kept - low) / span * CELLS, CELLS - 1).astype(np.int64)
    flat = np.bincount(cell[:, 1] * CELLS + cell[:, 0], minlength=CELLS * CELLS)
    sums = np.zeros((CELLS + 1, CELLS + 1), dtype=np.int64)  # of all cells below and to the left
    sums[1:, 1:] = flat.reshape(CELLS, CELLS).cumsum(axis=0).cumsum(axis=1)
    first = np.maximum(cell - REACH, 0)
    end = np.minimum(cell + REACH + 1, CELLS)
    counted[known] = (
        sums[end[:, 1], end[:, 0]]
        - sums[first[:, 1], end[:, 0]]
        - sums[end[:, 1], first[:, 0]]
        + sums[first[:, 1], first[:, 0]]
    )
    return counted


class Density(QObject):
    """The density of the map shown, counted in the background when it is first wanted.

    ``changed()`` tells that it has been counted.
    """

    changed = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._places: NDArray[np.floating] | None = None
        self._values: NDArray[np.float32] | None = None

    def of(self, places: NDArray[np.floating]) -> NDArray[np.float32] | None:
        """Return the counts (N,) for a map, None while they are on their way."""
        if places is not self._places:
            self._places, self._values = places, None
            self._background.run(
                lambda: neighbours_around(places),
                lambda values: self._take(places, values),
                lambda _: None,
            )
        return self._values

    def _take(self, places: NDArray[np.floating], values: NDArray[np.float32]) -> None:
        if places is self._places:
            self._values = values
            self.changed.emit()
