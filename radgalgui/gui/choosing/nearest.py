"""The nearest to a place of the map, and those most like a galaxy, whatever their number."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF

from radgalgui.gui.asking import Asking
from radgalgui.gui.engine_link import EngineLink
from radgalgui.gui.map_points import Cells
from radgalgui.gui.session import Query
from radgalgui.jobs.events import Event, Neighbours

__all__ = ["AlikeAsk", "nearest_on_map"]


def nearest_on_map(cells: Cells, place: tuple[float, float], count: int) -> NDArray[np.int64]:
    """Return the rows of the sources nearest to a place of the map, the nearest first.

    Parameters
    ----------
    cells : Cells
        The sources of the map.
    place : (float, float)
        In the map's units.
    count : int
        How many; all of them where there are fewer.
    """
    whole = len(cells.index)
    if not whole or count < 1:
        return np.empty(0, np.int64)
    bounds = cells.bounds
    x, y = place
    far = math.hypot(
        max(abs(x - bounds.left()), abs(x - bounds.right())),
        max(abs(y - bounds.top()), abs(y - bounds.bottom())),
    )
    area = max(bounds.width() * bounds.height(), 1e-12)
    reach = min(1.2 * math.sqrt(count * area / whole / math.pi), far)
    while True:
        near = cells.within(QRectF(x - reach, y - reach, 2 * reach, 2 * reach))
        distance = np.hypot(*(cells.xy[near].astype(np.float64) - place).T)
        if reach >= far or np.count_nonzero(distance <= reach) >= count:
            break
        reach = min(reach * 2, far)
    if len(near) > count:
        part = np.argpartition(distance, count - 1)[:count]
        near, distance = near[part], distance[part]
    rows: NDArray[np.int64] = cells.index[near[np.argsort(distance, kind="stable")]]
    return rows


class AlikeAsk(Asking):
    """Asks the engine for the sources most like a galaxy; ``told`` is called with their rows."""

    def __init__(
        self, link: EngineLink, told: Callable[[list[int], str], None], parent: QObject
    ) -> None:
        super().__init__(link, parent)
        self._told = told
        self._what: int | Path = 0
        self._name, self._count, self._turned = "", 0, False

    def source(self, index: int, name: str, count: int) -> None:
        """Ask for those like a source of the catalogue, itself left out."""
        self._what, self._name, self._count, self._turned = index, name, count, False
        self._begin()

    def query(self, query: Query, count: int) -> None:
        """Ask for those like the galaxy of a query."""
        if query.index is not None:
            self.source(query.index, query.name, count)
        elif query.path is not None:
            self._what, self._name, self._count = query.path, query.name, count
            self._turned = query.ignore_orientation
            self._begin()

    def _send(self, job: str) -> None:
        if isinstance(self._what, Path):
            self._link.search(job, self._what, ignore_orientation=self._turned, top=self._count)
        else:
            self._link.neighbours(job, self._what, top=self._count)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Neighbours):
            self._drop()  # classes and likelihood are nobody's question
            self._told([row["index"] for row in event.rows], self._name)
