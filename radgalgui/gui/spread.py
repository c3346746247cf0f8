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
FULL = 256  # weight of a pixel in the middle of a point


class Kernel(NamedTuple):
    """What a point covers: offsets (dy, dx) by weight, 1 to 256, none beyond ``reach``."""

    reach: int
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
    dense = level_of(max(3.0, 1.5 * crowd))
    return Look(max(radius * size, SMALLEST) * ratio, min(max(shaped, 0.0), 1.0), opacity, dense)


def faded(tallies: NDArray[np.uint16], look: Look) -> NDArray[np.uint16]:
    """Return opacities, 0 to 255, times 128, and colour numbers of an image of tallies."""
    first = max(1, round(TOP * look.opacity))
    steps = max(look.dense - 1, 1)
    slope = ((TOP - first) << 6) // steps  # 64ths of an opacity a level
    level = np.right_shift(tallies, 7)
    some = np.minimum(level, 1)
    np.minimum(level, look.dense, out=level)
    level -= some
    level *= np.uint16(slope)
    level >>= 6
    level += np.uint16(first)
    level *= some
    level <<= 7
    some *= CODES - 1
    some &= tallies
    level |= some
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
    """

    def __init__(
        self, tallies: NDArray[np.uint16], look: Look, count: float, *, shaped: bool
    ) -> None:
        self._tallies, self._look = tallies, look
        self._kernel = kernel("disc", *_rounded(look.radius, 0.0))
        self._ready: NDArray[np.uint16] | None = None
        if shaped and look.shaped > 0 and look.radius >= 1:
            self._ready = self._in_shapes()
        elif count * MANY < tallies.size:
            points = faded(tallies, look)
            self._ready = _draw_each(points, np.flatnonzero(points), self._kernel)

    def rows(self, top: int, end: int) -> NDArray[np.uint16]:
        """Return some rows of the image: opacity, 0 to 255, times 128, and colour number.

        The most opaque is on top.  Within the radius of the image's edges nothing is drawn; no
        such row may be asked for.
        """
        if self._ready is not None:
            return self._ready[top:end]
        reach = self._kernel.reach
        some = self._tallies[top - reach : end + reach]
        if not some.any():
            return np.zeros((end - top, some.shape[1]), np.uint16)
        points = faded(some, self._look)
        return _shift_all(points, self._kernel)[reach : len(points) - reach]

    def _in_shapes(self) -> NDArray[np.uint16]:
        points = faded(self._tallies, self._look)
        at = np.flatnonzero(points)
        few = len(at) * MANY < points.size
        made = np.zeros_like(points)
        shapes = _shapes_of_codes()[points.ravel()[at] & (CODES - 1)]
        for number, shape in enumerate(SHAPES):
            mine = at[shapes == number]
            if not len(mine):
                continue
            places = kernel(shape, *_rounded(self._look.radius, self._look.shaped))
            if few:
                _draw_each(points, mine, places, made)
            else:
                alone = np.zeros_like(points)
                alone.ravel()[mine] = points.ravel()[mine]
                np.maximum(made, _shift_all(alone, places), out=made)
        return made


def _rounded(radius: float, shaped: float) -> tuple[float, float]:
    return round(radius * 32) / 32, round(shaped * 16) / 16


def _draw_each(
    points: NDArray[np.uint16],
    at: NDArray[np.int64],
    places: Kernel,
    onto: NDArray[np.uint16] | None = None,
) -> NDArray[np.uint16]:
    made = np.zeros_like(points) if onto is None else onto
    flat, width = made.ravel(), points.shape[1]
    values = points.ravel()[at]
    y, x = np.divmod(at, width)
    reach = places.reach
    inside = (y >= reach) & (y < points.shape[0] - reach) & (x >= reach) & (x < width - reach)
    at, values = at[inside], values[inside]
    for weight, offsets in places.groups:
        weighed = _weighed(values, weight)
        for dy, dx in offsets:
            there = at + (dy * width + dx)
            flat[there] = np.maximum(flat[there], weighed)
    return made


def _shift_all(points: NDArray[np.uint16], places: Kernel) -> NDArray[np.uint16]:
    made = np.zeros_like(points)
    reach = places.reach
    height, width = points.shape
    inner = points[reach : height - reach, reach : width - reach]
    for weight, offsets in places.groups:
        weighed = _weighed(inner, weight)
        for dy, dx in offsets:
            rows = slice(reach + dy, height - reach + dy)
            there = made[rows, reach + dx : width - reach + dx]
            np.maximum(there, weighed, out=there)
    return made


def _weighed(values: NDArray[np.uint16], weight: int) -> NDArray[np.uint16]:
    """Return values with opacities times ``weight`` / 256; nothing where none is left."""
    if weight == FULL:
        return values
    level = values >> 7
    level *= np.uint16(weight)
    level >>= 8
    some = np.minimum(level, 1)
    some *= CODES - 1
    some &= values
    level <<= 7
    level |= some
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
    return Kernel(widest, tuple((weight, tuple(groups[weight])) for weight in sorted(groups)))


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
