"""From tallies of points to what is seen: how large points are, how opaque, in what shapes.

All of it follows the number of points in view without a jump: few are large and solid, with the
shapes of their categories; the more there are, the smaller and fainter is each, until where they
stand more densely is told by opacity alone, which grows with the logarithm of their number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.stamps import SHAPES, shape_of
from radgalgui.gui.tally import CODES, level_of

__all__ = ["LARGEST", "Look", "faded", "look_of", "spread"]

LARGEST = 4.2  # radius in logical pixels of points when there are few
SMALLEST = 0.5
FAINTEST, SOLID_ROOM = 0.38, 64.0  # opacity of a point in a crowd; pixels a point that make it 1
PLAIN, SHAPED = 130.0, 50.0  # pixels a point above which shapes are whole, and below which discs
MANY = 48  # where every so-manieth pixel has points, all are shifted rather than each is drawn
TOP = 255  # the level of what is opaque
FULL = 256  # weight of a pixel in the middle of a point

Kernel = tuple[tuple[int, tuple[tuple[int, int], ...]], ...]


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
    some = level > 0
    np.minimum(level, look.dense, out=level)
    np.subtract(level, 1, out=level, where=some)
    level *= np.uint16(slope)
    level >>= 6
    level += np.uint16(first)
    np.minimum(level, TOP, out=level)
    level <<= 7
    level |= tallies & (CODES - 1)
    level *= some
    return level


def spread(points: NDArray[np.uint16], look: Look, *, shaped: bool) -> NDArray[np.uint16]:
    """Draw each pixel that has points as a disc, or in its category's shape if ``shaped``.

    Parameters
    ----------
    points : ndarray (H, W)
        Opacity times 128, and colour number, as of `faded`.  What is within `margin` of the edges
        of the image may be cut off.

    Returns
    -------
    ndarray (H, W)
        The same, where the most opaque is on top.
    """
    if not shaped or look.shaped == 0 or look.radius < 1:
        return _spread(points, kernel("disc", *_rounded(look.radius, 0.0)))
    made = np.zeros_like(points)
    shapes = _shapes_of_codes()[points & (CODES - 1)]
    for number, shape in enumerate(SHAPES):
        mine = np.where(shapes == number, points, 0)
        if mine.any():
            part = _spread(mine, kernel(shape, *_rounded(look.radius, look.shaped)))
            np.maximum(made, part, out=made)
    return made


def _rounded(radius: float, shaped: float) -> tuple[float, float]:
    return round(radius * 32) / 32, round(shaped * 16) / 16


def _spread(points: NDArray[np.uint16], places: Kernel) -> NDArray[np.uint16]:
    at = np.flatnonzero(points)
    few = len(at) * MANY < points.size
    return _draw_each(points, at, places) if few else _shift_all(points, places)


def _draw_each(
    points: NDArray[np.uint16], at: NDArray[np.int64], places: Kernel
) -> NDArray[np.uint16]:
    made = np.zeros_like(points)
    flat, width = made.ravel(), points.shape[1]
    values = points.ravel()[at]
    y, x = np.divmod(at, width)
    reach = max(max(abs(dy), abs(dx)) for _, offsets in places for dy, dx in offsets)
    inside = (y >= reach) & (y < points.shape[0] - reach) & (x >= reach) & (x < width - reach)
    at, values = at[inside], values[inside]
    for weight, offsets in places:
        weighed = _weighed(values, weight)
        for dy, dx in offsets:
            there = at + (dy * width + dx)
            flat[there] = np.maximum(flat[there], weighed)
    return made


def _shift_all(points: NDArray[np.uint16], places: Kernel) -> NDArray[np.uint16]:
    made = np.zeros_like(points)
    reach = max(max(abs(dy), abs(dx)) for _, offsets in places for dy, dx in offsets)
    height, width = points.shape
    inner = points[reach : height - reach, reach : width - reach]
    for weight, offsets in places:
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
    some = level > 0
    level <<= 7
    level |= values & (CODES - 1)
    level *= some
    return level


@lru_cache(maxsize=512)
def kernel(shape: str, radius: float, shaped: float) -> Kernel:
    """Return the offsets (dy, dx) that a point covers, grouped by their weights from 1 to 256.

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
    return tuple((weight, tuple(groups[weight])) for weight in sorted(groups))


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
