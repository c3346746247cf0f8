"""Points counted pixel by pixel: how many stand on each, and which colour number they have there.

An image of tallies holds in each pixel ``level * 128 + code``: the level grows by `OCTAVE` each
time the number of points doubles, 1 for a single point and 0 for none; the code, below 128, is the
mean of the points' colour numbers, or for categories that of the last one in a fixed order.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray
from PySide6.QtCore import QRectF

from radgalgui.gui.cells import Cells

__all__ = ["CODES", "OCTAVE", "Lattice", "Paint", "Room", "Scrolling", "level_of", "tally"]

Number = TypeVar("Number", bound=np.generic)

CODES = 128  # colour numbers are below this
OCTAVE = 16  # levels to a doubling
MANY = 1 << 20  # points whose weights are 2 ** 30 and their codes, otherwise it is 2 ** 32
NONE = 2.0**52  # a sum of nothing: above it, all bits of a float are those of a whole number
AT_ONCE = 1 << 16  # points whose arrays stay in the processor's cache
BLOCK = 1 << 15  # pixels, alike
EDGE = 24  # pixels: cells larger than that are cut at the edges of the image point by point
SPARSE = 6  # fewer points than a pixel in so many are looked at one by one
FLOAT_WHOLE = 1 << 24  # up to here all whole numbers have a float32
LOW = 0 if sys.byteorder == "little" else 1  # which half of a number holds its lower bits


@dataclass(frozen=True)
class Lattice:
    """Pixels laid over a map: column ``floor((x - x0) * mx) - left``, and rows alike."""

    x0: float
    y0: float
    mx: float
    my: float
    width: int
    height: int
    left: int = 0
    top: int = 0

    def rect(self) -> QRectF:
        """Return the rectangle of the map that the pixels cover."""
        x = self.x0 + self.left / self.mx
        y = self.y0 + self.top / self.my
        return QRectF(x, y, self.width / self.mx, self.height / self.my).normalized()

    def covered(self, rect: QRectF) -> tuple[slice, slice]:
        """Return the rows and columns that a rectangle of the map may touch."""
        ends = []
        for origin, scale, first, size, low, high in (
            (self.y0, self.my, self.top, self.height, rect.top(), rect.bottom()),
            (self.x0, self.mx, self.left, self.width, rect.left(), rect.right()),
        ):
            at = sorted(min(max((v - origin) * scale - first, -9), size + 9) for v in (low, high))
            start = min(max(math.floor(at[0]) - 2, 0), size)
            ends.append(slice(start, max(min(math.floor(at[1]) + 3, size), start)))
        return ends[0], ends[1]

    def part(self, left: int, top: int, width: int, height: int) -> Lattice:
        """Return some of the pixels, of which ``left`` and ``top`` are counted from the first."""
        corner = (self.left + left, self.top + top)
        return replace(self, left=corner[0], top=corner[1], width=width, height=height)


@dataclass(frozen=True)
class Paint:
    """Colour numbers of the points of some `Cells`, in their order.

    Parameters
    ----------
    codes : ndarray (M,), uint8
        From 1 to 127; 0 for a value that is unknown, which enters no mean.
    apart : bool
        Whether numbers are categories, of which no mean can be taken.
    missing : bool
        Whether some are unknown; pixels on which all are have the number 0 too.
    """

    codes: NDArray[np.uint8]
    apart: bool
    missing: bool = False


def level_of(count: float) -> int:
    """Return the level of pixels on which so many points stand."""
    if count < 1:
        return 0
    octave = math.floor(math.log2(count))
    return 1 + int(OCTAVE * (octave + count / 2**octave - 1))


class Room:
    """Memory that is used again for each frame: fresh pages cost more than what is done in them."""

    def __init__(self) -> None:
        self._kept: dict[str, NDArray[Any]] = {}

    def of(
        self, name: str, size: int, filling: float, dtype: DTypeLike = np.float64
    ) -> NDArray[Any]:
        """Return an array of one value, which must be left as it was found, all that one value."""
        kept = self._kept.get(name)
        if kept is None or len(kept) < size or len(kept) > 4 * max(size, 1 << 16):
            room = size + size // 4  # the next frame may be a little larger, and the next one
            kept = self._kept[name] = np.full(room, filling, dtype)
        return kept[:size]


def tally(
    cells: Cells, paint: Paint, lattice: Lattice, room: Room | None = None
) -> NDArray[np.uint16]:
    """Count the points of all pixels of a lattice; returns shape (height, width)."""
    rows, columns = lattice.covered(cells.extent)
    made = np.zeros((lattice.height, lattice.width), np.uint16)
    wide, high = columns.stop - columns.start, rows.stop - rows.start
    if wide and high and len(cells.index):
        part = lattice.part(columns.start, rows.start, wide, high)
        made[rows, columns] = _Counting(cells, paint, part, room or Room()).image()
    return made


class _Counting:
    """The points of one image, counted in memory that is used again."""

    def __init__(self, cells: Cells, paint: Paint, lattice: Lattice, room: Room) -> None:
        self.cells, self.paint, self.lattice = cells, paint, lattice
        # Some pixels more on each side collect what lies outside, at least from cells that are cut.
        cell = cells.span / cells.grid * np.abs([lattice.mx, lattice.my])
        self.clip = bool(cell.max() > EDGE)
        self.edge = 1 if self.clip else math.ceil(cell.max()) + 1
        self.width, self.height = lattice.width + 2 * self.edge, lattice.height + 2 * self.edge
        pixels = self.width * self.height
        self.type = np.float32 if pixels < FLOAT_WHOLE else np.float64
        self.sums = room.of("sums", pixels, NONE)
        self.last = room.of("last", pixels if paint.apart else 0, 0, np.uint8)
        self.unknown = room.of("unknown", pixels if paint.missing else 0, 0, np.float32)
        self.made = room.of("made", pixels, 0, np.uint16)

    def image(self) -> NDArray[np.uint16]:
        runs = self.cells.runs(self.lattice.rect())
        whole = sum(end - first for first, end in runs)
        self.bits = 32 if whole < MANY else 30
        self.unit = 2.0**self.bits
        if whole * SPARSE < self.width * self.height:
            self._count_few(runs)
        else:
            self._count_many(runs)
        inner = slice(self.edge, -self.edge)
        made = self.made.reshape(self.height, self.width)[inner, inner].copy()
        self._clean()
        return made

    def _count_few(self, runs: list[tuple[int, int]]) -> None:
        """Count point by point, and look only at pixels on which points stand."""
        pieces = [slice(first, end) for first, end in runs]
        if not pieces:
            self.touched: slice | NDArray[np.int64] = slice(0, 0)
            return
        at = self._pixels(pieces)
        codes = _joined(self.paint.codes, pieces)
        np.add.at(self.sums, at, self._weights(codes))
        if self.paint.apart:
            self.last[at] = codes
        elif self.paint.missing:
            np.add.at(self.unknown, at[codes == 0], np.float32(1))
        self.made[at] = self._levels(at)
        self.touched = at

    def _count_many(self, runs: list[tuple[int, int]]) -> None:
        """Count some points at a time, which stand in few rows of pixels, then look at all."""
        ends = [self._count(pieces) for pieces in _portions(runs)]
        low, high = min(first for first, _ in ends), max(end for _, end in ends)
        for first in range(low, high, BLOCK):
            some = slice(first, min(first + BLOCK, high))
            self.made[some] = self._levels(some)
        self.touched = slice(low, high)

    def _count(self, pieces: list[slice]) -> tuple[int, int]:
        """Count some points; return the first pixel, and the one after the last."""
        at = self._pixels(pieces)
        codes = _joined(self.paint.codes, pieces)
        low = int(at.min())
        place = at - low
        if self.paint.apart:
            counted: NDArray[Any] = np.bincount(place) * self.unit
            self.last[at] = codes
        else:
            counted = np.bincount(place, weights=self._weights(codes))
        self.sums[low : low + len(counted)] += counted
        if self.paint.missing:
            unknown = np.bincount(place[codes == 0], minlength=1)
            self.unknown[low : low + len(unknown)] += unknown
        return low, low + len(counted)

    def _weights(self, codes: NDArray[np.uint8]) -> NDArray[np.float64]:
        if self.paint.apart:
            return np.full(len(codes), self.unit)
        return np.add(codes, self.unit, dtype=np.float64)

    def _clean(self) -> None:
        """Leave memory as it was found."""
        self.sums[self.touched] = NONE
        self.made[self.touched] = 0
        for array in (self.last, self.unknown):
            if len(array):
                array[self.touched] = 0

    def _pixels(self, pieces: list[slice]) -> NDArray[np.int64]:
        to = self.lattice
        x = self._along(_joined(self.cells.x, pieces), to.x0, to.mx, to.left, self.width)
        y = self._along(_joined(self.cells.y, pieces), to.y0, to.my, to.top, self.height)
        y *= self.width
        y += x
        return y.astype(np.int64)

    def _along(
        self, values: NDArray[np.float32], origin: float, scale: float, first: int, size: int
    ) -> NDArray[np.floating]:
        at = np.subtract(values, np.float32(origin), dtype=self.type)
        at *= self.type(scale)
        np.floor(at, out=at)
        at -= self.type(first - self.edge)
        if self.clip:
            np.maximum(at, 0, out=at)
            np.minimum(at, size - 1, out=at)
        return at

    def _levels(self, at: NDArray[np.int64] | slice) -> NDArray[np.uint16]:
        words = self.sums[at].view(np.uint32).reshape(-1, 2)
        low, high = words[:, LOW], words[:, 1 - LOW]
        number = high & np.uint32((1 << 20) - 1)  # the rest is the exponent of `NONE`
        if self.bits < 32:
            number <<= np.uint32(32 - self.bits)
            number |= low >> np.uint32(self.bits)
            low = low & np.uint32((1 << self.bits) - 1)
        count = number.astype(np.float32)
        codes = self.last[at] if self.paint.apart else self._means(low, count, at)
        level = count.view(np.int32) >> (23 - 4)  # of a float: exponent, and 4 bits behind it
        level -= (127 << 4) - 1
        np.maximum(level, 0, out=level)
        level <<= 7
        level |= codes
        return level.astype(np.uint16)

    def _means(
        self, sums: NDArray[np.uint32], count: NDArray[np.float32], at: NDArray[np.int64] | slice
    ) -> NDArray[np.int32]:
        mean = sums.astype(np.float32)
        known = count - self.unknown[at] if self.paint.missing else count
        mean /= np.maximum(known, 1)
        mean += 0.5
        return mean.astype(np.int32)


def _portions(runs: list[tuple[int, int]]) -> list[list[slice]]:
    """Return pieces of `AT_ONCE` points at most, as slices each."""
    made: list[list[slice]] = []
    room = 0
    for first, end in runs:
        while first < end:
            if room == 0:
                made.append([])
                room = AT_ONCE
            stop = min(end, first + room)
            made[-1].append(slice(first, stop))
            room -= stop - first
            first = stop
    return made


def _joined(values: NDArray[Number], pieces: list[slice]) -> NDArray[Number]:
    if len(pieces) == 1:
        return values[pieces[0]]
    return np.concatenate([values[piece] for piece in pieces])


class Scrolling:
    """The tallies of a view that moves: what stays in view is not counted again.

    ``room`` is memory that others use, too, but never at the same time.
    """

    def __init__(self, cells: Cells, paint: Paint, room: Room | None = None) -> None:
        self.cells, self.paint = cells, paint
        self._lattice: Lattice | None = None
        self._image = np.zeros((0, 0), np.uint16)
        self._room, self._strips = room or Room(), Room()

    def image(self, wanted: Lattice) -> NDArray[np.uint16]:
        """Return the tallies of a lattice, moved by less than a pixel to fit those before."""
        before = self._lattice
        shift = _shift(before, wanted) if before is not None else None
        if before is None or shift is None:
            self._lattice, self._image = wanted, tally(self.cells, self.paint, wanted, self._room)
        elif shift != (0, 0):
            self._move(before, *shift)
        return self._image

    def _move(self, before: Lattice, right: int, down: int) -> None:
        lattice = before.part(right, down, before.width, before.height)
        width, height = lattice.width, lattice.height
        moved = np.empty_like(self._image)
        to_x, from_x = _stays(right, width)
        to_y, from_y = _stays(down, height)
        moved[to_y, to_x] = self._image[from_y, from_x]
        for rows in _new(to_y, height):
            part = lattice.part(0, rows.start, width, rows.stop - rows.start)
            moved[rows] = tally(self.cells, self.paint, part, self._strips)
        for columns in _new(to_x, width):
            part = lattice.part(
                columns.start, to_y.start, columns.stop - columns.start, to_y.stop - to_y.start
            )
            moved[to_y, columns] = tally(self.cells, self.paint, part, self._strips)
        self._lattice, self._image = lattice, moved


def _shift(before: Lattice, wanted: Lattice) -> tuple[int, int] | None:
    """Return by how many pixels a view has moved; None if it has grown or nothing of it is left."""
    alike = all(
        math.isclose(getattr(before, name), getattr(wanted, name), rel_tol=1e-9)
        for name in ("mx", "my")
    )
    if not alike or (before.width, before.height) != (wanted.width, wanted.height):
        return None
    right = (wanted.x0 - before.x0) * before.mx + wanted.left - before.left
    down = (wanted.y0 - before.y0) * before.my + wanted.top - before.top
    if abs(right) > 0.7 * before.width or abs(down) > 0.7 * before.height:
        return None
    return round(right), round(down)


def _stays(shift: int, size: int) -> tuple[slice, slice]:
    """Return where what stays in view is to stand, and where it stood."""
    there = slice(max(-shift, 0), size + min(-shift, 0))
    return there, slice(max(shift, 0), size + min(shift, 0))


def _new(stayed: slice, size: int) -> list[slice]:
    ends = [slice(0, stayed.start), slice(stayed.stop, size)]
    return [piece for piece in ends if piece.stop > piece.start]
