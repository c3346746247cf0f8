"""Makes sheets in a thread: the newest that was asked for, first with the images at hand."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from radgalgui.gui.background import Background
from radgalgui.gui.tiling.sheet import Ink, Sheet, sheet_pixels
from radgalgui.gui.tiling.stand_ins import Crowd, Parts, StandIns, stand_ins

__all__ = ["Levels", "Order", "SheetMaker"]

KEPT = 6000  # images that are kept
SOON, LATER = 0.04, 0.3  # seconds of reading before a sheet is shown: the first one, others
PAUSE_EACH = 8  # images, after which the window's thread may have its turn


@dataclass(frozen=True)
class Order:
    """A sheet that is wanted.

    Parameters
    ----------
    crowd, parts : Crowd, Parts
        Of which sources, where on the map.
    scale : tuple of float
        Pixels a unit of the map, across and up.
    ink : Ink
        In which colours.
    """

    crowd: Crowd
    parts: Parts
    scale: tuple[float, float]
    ink: Ink


class Levels:
    """Images of sources in 256 levels, those last asked for kept; for one thread."""

    def __init__(self, images: Any, kept: int = KEPT) -> None:
        self._images, self._most = images, kept
        self._kept: OrderedDict[int, NDArray[np.uint8]] = OrderedDict()

    def get(self, row: int) -> NDArray[np.uint8] | None:
        """Return the levels (C, S, S) of a source if they have been read."""
        found = self._kept.get(row)
        if found is not None:
            self._kept.move_to_end(row)
        return found

    def read(self, rows: Iterable[int], until: float, given_up: Callable[[], bool]) -> bool:
        """Read what is lacking until a time of the clock; False where some is lacking still."""
        for number, row in enumerate(row for row in rows if row not in self._kept):
            if time.perf_counter() > until or given_up():
                return False
            values = np.nan_to_num(np.asarray(self._images[row], np.float32))
            planes = values[None] if values.ndim == 2 else values
            self._kept[row] = np.clip(planes * 255, 0, 255).astype(np.uint8)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            if number % PAUSE_EACH == PAUSE_EACH - 1:
                time.sleep(0.0005)  # Python hands its lock over no sooner than it is let go
        return True


class SheetMaker(QObject):
    """``made(Sheet)`` tells of each sheet of what was asked for last."""

    made = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = Background(self)
        self._levels = Levels([])
        self._wanted: Order | None = None
        self._busy = False
        self._found: tuple[Crowd, Parts, StandIns] | None = None

    def set_images(self, images: Any) -> None:
        """Take the images of another catalogue."""
        self._levels = Levels(images)
        self._wanted = None

    def ask(self, order: Order) -> None:
        """Want a sheet; what was wanted before and is not made yet is wanted no more."""
        self._wanted = order
        if not self._busy:
            self._begin(order, SOON)

    def forget(self) -> None:
        """Want nothing."""
        self._wanted = None

    @property
    def busy(self) -> bool:
        """Whether something is being made."""
        return self._busy

    def close(self) -> None:
        """Wait for what has begun."""
        self._wanted = None
        self._thread.close()

    def _begin(self, order: Order, seconds: float) -> None:
        self._busy = True
        levels = self._levels
        self._thread.run(
            lambda: self._make(order, levels, seconds),
            lambda sheet: self._ended(order, sheet),
            lambda _: self._ended(order, None),  # a file that was closed, or has gone
        )

    def _ended(self, order: Order, sheet: Sheet | None) -> None:
        self._busy = False
        wanted = self._wanted
        if wanted is order and sheet is not None:
            self.made.emit(sheet)
            if not sheet.whole:
                self._begin(order, LATER)
        elif wanted is not None and wanted is not order:
            self._begin(wanted, SOON)

    # -- in the thread ---------------------------------------------------------------------

    def _make(self, order: Order, levels: Levels, seconds: float) -> Sheet:
        tiles = self._tiles(order)
        until = time.perf_counter() + seconds
        rows = _from_the_middle(tiles)
        whole = levels.read(rows, until, lambda: self._wanted is not order)
        sides = (order.scale[0] * 2.0**order.parts.wide, order.scale[1] * 2.0**order.parts.high)
        pixels = sheet_pixels(tiles, levels.get, order.ink, sides)
        return Sheet(tiles, pixels, order.scale, whole)

    def _tiles(self, order: Order) -> StandIns:
        kept = self._found
        if kept is None or kept[0] is not order.crowd or kept[1] != order.parts:
            kept = (order.crowd, order.parts, stand_ins(order.crowd, order.parts))
            self._found = kept
        return kept[2]


def _from_the_middle(tiles: StandIns) -> list[int]:
    """Return the rows of tiles, those in the middle of the view first."""
    row, column = np.divmod(tiles.number, tiles.parts.columns)
    apart = np.abs(row - tiles.parts.rows / 2) + np.abs(column - tiles.parts.columns / 2)
    order: list[int] = tiles.row[np.argsort(apart, kind="stable")].tolist()
    return order
