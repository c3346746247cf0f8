"""From tallies of points to what is seen: how large points are, how opaque, in what shapes.

All of it follows the number of points in view without a jump: few are large and solid, with the
shapes of their categories; the more there are, the smaller and fainter is each, until where they
stand more densely is told by opacity alone, which grows with the logarithm of their number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.stamps import SHAPES, shape_of
from radgalgui.gui.tally import CODES, level_of

__all__ = ["LARGEST", "Drawn", "Look", "faded", "look_of"]

LARGEST = 4.2  # radius in logical pixels of points when there are few
SMALLEST = 0.5
FAINTEST, SOLID_ROOM = 0.38, 64.0  # opacity of a point in a crowd; pixels a point that make it 1
PLAIN, SHAPED = 130.0, 50.0  # pixels a point above which shapes are whole, and below which discs
MANY = 48  # where every so-manieth pixel has points, all are shifted rather than each is drawn
TOP = 255  # the level of what is opaque
DENSEST = 256  # level of tallies above which nothing changes
OPACITY = np.uint16(255 << 7)
FULL = 256  # weight of a pixel in the middle of a point


class Kernel(NamedTuple):
    """What a point covers: offsets (dy, dx) by weight, 1 to 256, none beyond ``reach``.

    ``full`` is whether its own pixel is covered as a whole.
    """

    reach: int
    full: bool
    groups: tuple[tuple[int, tuple[tuple[int, int], ...]], ...]


@dataclass(frozen=True)
class Look:
    """How points are drawn: radius in pixels, share of shapes, opacity of one, level of opaque."""

    radius: float
    shaped: float
    opacity: float
    dense: int


def look_of(
    count: float, area: float, crowd: float, *, size: float = 1.0, ratio: float = 1
) -> Look:
    """Return how points look of which ``count`` are in view.

    Parameters
    ----------
    count : float
        How many are in view.
    area : float
        Of the view, in logical pixels.
    crowd : float
        How many stand on a pixel where it is crowded.
    size : float
        How much larger the user wants them.
    ratio : float
        Pixels of the screen in a logical one.
    """
    room = area / max(count, 1.0)
    octaves = math.log2(room)
    radius = min(max(1.4 + 0.35 * (octaves - math.log2(36)), SMALLEST), LARGEST)
    opacity = min(max(FAINTEST + (1 - FAINTEST) * octaves / math.log2(SOLID_ROOM), FAINTEST), 1.0)
    shaped = (octaves - math.log2(SHAPED)) / (math.log2(PLAIN) - math.log2(SHAPED))
    dense = min(level_of(max(3.0, 1.5 * crowd)), DENSEST)
    return Look(max(radius * size, SMALLEST) * ratio, min(max(shaped, 0.0), 1.0), opacity, dense)


def faded(tallies: NDArray[np.uint16], look: Look) -> NDArray[np.uint16]:
    """Return opacities, 0 to 255, times 128, and colour numbers of an image of tallies."""
    first = max(1, round(TOP * look.opacity))
    slope = ((TOP - first) << 6) // max(look.dense - 1, 1)  # 64ths of an opacity a level
    level = np.right_shift(tallies, 7)
    np.minimum(level, look.dense, out=level)
    most = level * np.uint16(first)  # is 0 where no point stands, and else not less than opacity
    level *= np.uint16(slope)
    level += np.uint16((first << 6) - slope)
    level >>= 6
    np.minimum(level, most, out=level)
    level <<= 7
    level |= tallies & (CODES - 1)
    return level


class Drawn:
    """Pixels that have points, drawn as discs, or in the shapes of their categories.

    Parameters
    ----------
    tallies : ndarray (H, W)
        How many points stand on each pixel, and their colour numbers.
    look : Look
        How points look.
    count : int
        About how many points there are.
    shaped : bool
        Whether categories have shapes.
    mark : int
        What is added to all pixels that are not empty: a bit above those of opacity.
    columns : slice, optional
        Where points stand; all other columns of ``tallies`` are empty.
    """

    def __init__(
        self,
        tallies: NDArray[np.uint16],
        look: Look,
        count: float,
        *,
        shaped: bool,
        mark: int = 0,
        columns: slice | None = None,
    ) -> None:
        self._tallies, self._look, self._mark = tallies, look, np.uint16(mark)
        self._kernel = kernel("disc", *_rounded(look.radius, 0.0))
        self._room = math.ceil(look.radius + 1)
        width, reach = tallies.shape[1], self._kernel.reach
        within = columns or slice(0, width)
        room = 2 * reach + 1  # a disc to each side; a view that was moved may be off by a pixel
        self._columns = slice(max(within.start - room, 0), min(within.stop + room, width))
        self._ready: NDArray[np.uint16] | None = None
        if shaped and look.shaped > 0 and look.radius >= 1:
            self._ready = self._in_shapes()
        elif count * MANY < tallies.size:
            wide = self._empty()
            self._draw_each(wide, np.flatnonzero(tallies != 0), self._kernel)
            self._ready = self._inner(wide)

    def rows(self, top: int, end: int) -> NDArray[np.uint16] | None:
        """Return some rows of the image: opacity, 0 to 255, times 128, and colour number.

        The most opaque is on top; None where no point is near.  Rows within the radius of the
        image's edges must not be asked for, and columns there are not complete.
        """
        if self._ready is not None:
            made = self._ready[top:end]
            return made if made.any() else None
        reach = self._kernel.reach
        some = self._tallies[top - reach : end + reach, self._columns]
        if not some.any():
            return None
        made = np.zeros((end - top, self._tallies.shape[1]), np.uint16)
        points = faded(some, self._look)
        made[:, self._columns] = self._marked(_shift_all(points, self._kernel))
        return made

    def _marked(self, made: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """Mark the pixels of an image that are not transparent."""
        if self._mark:
            made |= np.minimum(made >> 7, 1) * self._mark
        return made

    def _in_shapes(self) -> NDArray[np.uint16]:
        made = self._empty()
        at = np.flatnonzero(self._tallies != 0)
        few = len(at) * MANY < made.size
        points = None if few else faded(self._tallies, self._look)
        shapes = _shapes_of_codes()[self._tallies.ravel()[at] & (CODES - 1)]
        for number, shape in enumerate(SHAPES):
            mine = at[shapes == number]
            if not len(mine):
                continue
            places = kernel(shape, *_rounded(self._look.radius, self._look.shaped))
            if points is None:
                self._draw_each(made, mine, places)
            else:
                alone = np.zeros_like(points)
                alone.ravel()[mine] = points.ravel()[mine]
                part = self._inner(made)[places.reach : len(alone) - places.reach]
                np.maximum(part, self._marked(_shift_all(alone, places)), out=part)
        return self._inner(made)

    def _empty(self) -> NDArray[np.uint16]:
        """Return an empty image with rows for what sticks out above and below."""
        height, width = self._tallies.shape
        return np.zeros((height + 2 * self._room, width), np.uint16)

    def _inner(self, wide: NDArray[np.uint16]) -> NDArray[np.uint16]:
        return wide[self._room : len(wide) - self._room]

    def _draw_each(self, wide: NDArray[np.uint16], at: NDArray[np.int64], places: Kernel) -> None:
        """Draw the points of some pixels, one offset after the other."""
        flat, width = wide.ravel(), wide.shape[1]
        values = faded(self._tallies.ravel()[at], self._look)
        at = at + self._room * width
        for weight, offsets in places.groups:
            weighed = self._marked(_weighed(values, weight).copy())
            for dy, dx in offsets:
                there = at + (dy * width + dx)  # beyond an edge: on the other, within the radius
                flat[there] = np.maximum(flat[there], weighed)


def _rounded(radius: float, shaped: float) -> tuple[float, float]:
    return round(radius * 32) / 32, round(shaped * 16) / 16


def _shift_all(points: NDArray[np.uint16], places: Kernel) -> NDArray[np.uint16]:
    """Spread all pixels at once; the rows within the radius of the edges are left out.

    The columns there are empty: all rows are moved as one, in a third of the time that each by
    itself would take, and what is moved beyond one edge comes in at the other.
    """
    reach, (height, width) = places.reach, points.shape
    made = points[reach : height - reach].copy() if places.full else None
    if made is None:
        made = np.zeros((height - 2 * reach, width), np.uint16)
    first, size = reach * width + reach, made.size - 2 * reach
    inner = made.ravel()[reach : reach + size]
    for weight, offsets in places.groups:
        weighed = _weighed(points, weight).ravel()
        for dy, dx in offsets:
            if places.full and not (dy or dx):
                continue  # a point's own pixel is there already
            start = first - dy * width - dx
            np.maximum(inner, weighed[start : start + size], out=inner)
    made[:, :reach] = made[:, width - reach :] = 0
    return made


def _weighed(values: NDArray[np.uint16], weight: int) -> NDArray[np.uint16]:
    """Return values with opacities times ``weight`` / 256."""
    if weight == FULL:
        return values
    level = np.right_shift(values, np.uint16(7))
    level *= np.uint16(weight)
    level >>= 1
    level &= OPACITY
    level |= values & np.uint16(CODES - 1)
    return level


@lru_cache(maxsize=512)
def kernel(shape: str, radius: float, shaped: float) -> Kernel:
    """Return what a point covers.

    ``shaped`` is the share of the shape, the rest is a disc; y points downward.
    """
    reach = math.ceil(radius + 0.5)
    dy, dx = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(float)
    weights = _soft(radius + 0.5 - np.hypot(dy, dx))
    if shaped > 0:
        weights = (1 - shaped) * weights + shaped * _shape(shape, dy, dx, radius)
    whole = np.rint(weights * FULL).astype(int)
    groups: dict[int, list[tuple[int, int]]] = {}
    for y, x, weight in zip(dy.ravel(), dx.ravel(), whole.ravel(), strict=True):
        if weight:
            groups.setdefault(int(weight), []).append((int(y), int(x)))
    widest = max(max(abs(y), abs(x)) for offsets in groups.values() for y, x in offsets)
    full = (0, 0) in groups.get(FULL, ())
    return Kernel(widest, full, tuple((w, tuple(groups[w])) for w in sorted(groups)))


def _soft(inward: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weights by how far within an outline pixels lie: an edge of one pixel's width."""
    return np.clip(inward, 0.0, 1.0)


def _shape(
    shape: str, dy: NDArray[np.float64], dx: NDArray[np.float64], radius: float
) -> NDArray[np.float64]:
    distance = np.hypot(dy, dx)
    if shape == "square":
        return _soft(0.88 * radius + 0.5 - np.maximum(abs(dy), abs(dx)))
    if shape == "triangle":
        side = (radius + dy) / 2 - abs(dx)
        return _soft(0.5 + np.minimum(0.9 * side, radius - 0.3 - dy))
    if shape == "diamond":
        return _soft(0.5 + 0.75 * (1.15 * radius - abs(dy) - abs(dx)))
    if shape == "ring":
        return _soft(np.minimum(radius + 0.5 - distance, distance - (radius - 1.6)))
    return _soft(radius + 0.5 - distance)


@lru_cache(maxsize=1)
def _shapes_of_codes() -> NDArray[np.uint8]:
    return np.array([SHAPES.index(shape_of(max(code, 1))) for code in range(CODES)], np.uint8)
