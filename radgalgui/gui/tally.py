"""Points counted pixel by pixel: how many stand on each, and which colour number they have there.

An image of tallies holds in each pixel ``level * 128 + code``: the level grows by `OCTAVE` each
time the number of points doubles, 1 for a single point and 0 for none; the code, below 128, is the
mean of the points' colour numbers, or for categories that of the last one in a fixed order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray
from PySide6.QtCore import QRectF

from radgalgui.gui.cells import Cells

__all__ = ["CODES", "OCTAVE", "Lattice", "Paint", "Scrolling", "level_of", "tally"]

CODES = 128  # colour numbers are below this
OCTAVE = 16  # levels to a doubling
UNIT = 2.0**32  # a point's weight: the sum of weights holds the number of points above this
AT_ONCE = 1 << 16  # points whose arrays stay in the processor's cache
SPARSE = 6  # fewer points than a pixel in so many are looked at one by one
FLOAT_WHOLE = 1 << 24  # up to here all whole numbers have a float32


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
        From 1 to 127.
    apart : bool
        Whether numbers are categories, of which no mean can be taken.
    missing : int
        The number that stands for a value that is unknown and enters no mean; 0 if none does.
    """

    codes: NDArray[np.uint8]
    apart: bool
    missing: int = 0


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

    def zeros(self, name: str, size: int, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """Return an array of zeros that is valid until the next one of that name is asked for."""
        kept = self._kept.get(name)
        if kept is None or len(kept) < size or len(kept) > 4 * max(size, 1 << 16):
            kept = self._kept[name] = np.zeros(size, dtype)
        made = kept[:size]
        made.fill(0)
        return made


def tally(
    cells: Cells, paint: Paint, lattice: Lattice, room: Room | None = None
) -> NDArray[np.uint16]:
    """Count the points of all pixels of a lattice; returns shape (height, width)."""
    return _Counting(cells, paint, lattice, room or Room()).image()


class _Counting:
    """Counts some points at a time, each time only in the rows of pixels on which they stand."""

    def __init__(self, cells: Cells, paint: Paint, lattice: Lattice, room: Room) -> None:
        self.cells, self.paint, self.lattice = cells, paint, lattice
        # One pixel more on each side collects what lies outside.
        self.width, self.height = lattice.width + 2, lattice.height + 2
        pixels = self.width * self.height
        self.type = np.float32 if pixels < FLOAT_WHOLE else np.float64
        self.sums = room.zeros("sums", pixels)
        self.last = room.zeros("last", pixels if paint.apart else 0, np.uint8)
        self.known = room.zeros("known", pixels if paint.missing and not paint.apart else 0)
        self.made = room.zeros("made", pixels, np.uint16)
        self.places: list[NDArray[np.int64]] = []
        self.clip = not lattice.rect().contains(cells.bounds)

    def image(self) -> NDArray[np.uint16]:
        runs = self.cells.runs(self.lattice.rect())
        whole = sum(end - first for first, end in runs)
        sparse = whole * SPARSE < self.width * self.height
        for pieces in _portions(runs):
            self._count(pieces, keep=sparse)
        made = self.made
        if sparse and self.places:
            at = np.concatenate(self.places)
            made[at] = self._levels(at)
        elif whole:
            for first in range(0, len(made), AT_ONCE):
                some = slice(first, first + AT_ONCE)
                made[some] = self._levels(some)
        return made.reshape(self.height, self.width)[1:-1, 1:-1].copy()

    def _count(self, pieces: list[slice], *, keep: bool) -> None:
        at = self._pixels(pieces)
        codes = _joined(self.paint.codes, pieces)
        low = int(at.min())
        place = at - low
        if self.paint.apart:
            counted = np.bincount(place) * UNIT
            self.last[at] = codes
        elif self.paint.missing:
            is_known = codes != self.paint.missing
            counted = np.bincount(place, weights=np.where(is_known, codes, 0) + UNIT)
            self.known[low : low + len(counted)] += np.bincount(place, weights=is_known)
        else:
            counted = np.bincount(place, weights=codes + UNIT)
        self.sums[low : low + len(counted)] += counted
        if keep:
            self.places.append(at)

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
        at -= self.type(first - 1)
        if self.clip:
            np.clip(at, 0, size - 1, out=at)
        return at

    def _levels(self, at: NDArray[np.int64] | slice) -> NDArray[np.uint16]:
        sums = self.sums[at]
        count = np.multiply(sums, 1 / UNIT, dtype=np.float64).astype(np.float32)
        if self.paint.apart:
            codes = self.last[at].astype(np.uint16)
        else:
            codes = self._means(sums, count, at)
        level = count.view(np.int32) >> (23 - 4)  # of a float: exponent, and 4 bits behind it
        level -= (127 << 4) - 1
        np.clip(level, 0, (1 << 9) - 1, out=level)
        made = level.astype(np.uint16)
        made *= CODES
        made |= codes
        return made

    def _means(
        self, sums: NDArray[np.float64], count: NDArray[np.float32], at: NDArray[np.int64] | slice
    ) -> NDArray[np.uint16]:
        rest = np.multiply(count, UNIT, dtype=np.float64)
        mean = np.subtract(sums, rest, out=rest).astype(np.float32)
        known = self.known[at].astype(np.float32) if self.paint.missing else count
        mean /= np.maximum(known, 1)
        mean += 0.5
        codes = mean.astype(np.uint16)
        if self.paint.missing:
            codes[(known == 0) & (count > 0)] = self.paint.missing
        return codes


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


def _joined(values: NDArray[np.generic], pieces: list[slice]) -> NDArray[np.generic]:
    if len(pieces) == 1:
        return values[pieces[0]]
    return np.concatenate([values[piece] for piece in pieces])


class Scrolling:
    """The tallies of a view that moves: what stays in view is not counted again."""

    def __init__(self, cells: Cells, paint: Paint) -> None:
        self.cells, self.paint = cells, paint
        self._lattice: Lattice | None = None
        self._image = np.zeros((0, 0), np.uint16)
        self._room, self._strips = Room(), Room()

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
