"""Points as pixels: discs and other shapes stamped into an image of colour numbers."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["CORE", "SHAPES", "offsets", "radius", "shape_of", "stamp"]

CORE = 128  # added to a colour number where a point is solid; without it, its soft edge
MANY = 60_000  # above this many points in view, widening the image beats stamping each point
SHAPES = ("disc", "square", "triangle", "diamond", "ring")
COLOURS = 7  # categories have a colour each; after these the colours return in other shapes


def shape_of(code: int) -> str:
    """Return the shape of a category's colour number, which begins at 1.

    Two categories that share a colour never share the shape.
    """
    number = code - 1
    return SHAPES[(number + number // COLOURS) % len(SHAPES)]


def radius(count: int, pixels: int, ratio: float = 1.0) -> int:
    """Choose how wide points are: the fewer on the screen, the larger, 1 to 4 logical pixels."""
    room = pixels / max(count, 1)
    size = 1 if room < 36 else 2 if room < 320 else 3 if room < 2500 else 4
    return max(1, round(size * ratio))


@lru_cache(maxsize=64)
def offsets(shape: str, reach: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the offsets (dy, dx) of a shape's solid part, and of its soft edge; y downward."""
    dy, dx = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    distance = np.hypot(dy, dx)
    if shape == "square":
        solid = np.maximum(abs(dy), abs(dx)) <= reach - 1
    elif shape == "triangle":
        solid = (abs(dx) <= (dy + reach) / 2) & (dy < reach)
    elif shape == "diamond":
        solid = abs(dy) + abs(dx) <= reach
    elif shape == "ring":
        solid = (distance <= reach) & (distance > reach - 1.3)
    else:
        solid = distance <= (reach - 0.4 if reach > 1 else 1.0)
    edge = ~solid & (distance <= reach + 0.5) if shape == "disc" else np.zeros_like(solid)
    return np.stack([dy[solid], dx[solid]], 1), np.stack([dy[edge], dx[edge]], 1)


def stamp(
    x: NDArray[np.int32],
    y: NDArray[np.int32],
    codes: NDArray[np.uint8],
    width: int,
    height: int,
    *,
    reach: int,
    shaped: bool = False,
) -> NDArray[np.uint8]:
    """Return an image of colour numbers, its rows padded to 4 bytes as QImage wants them.

    Where points overlap the higher number is on top, and a solid part above any edge.
    Single pixels tell no shape: below a ``reach`` of 2, and where points are many, all are discs.
    """
    stride = (width + 3) // 4 * 4
    wide = np.zeros((height + 2 * reach, stride + 2 * reach), np.uint8)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    x, y, codes = x[inside] + reach, y[inside] + reach, codes[inside]
    order = np.argsort(codes, kind="stable")
    at, codes = (y.astype(np.int64) * wide.shape[1] + x)[order], codes[order]
    if len(at) > MANY:
        wide.ravel()[at] = codes
        wide = _widened(wide, *offsets("disc", reach))
    elif shaped and reach > 1:
        for code in np.unique(codes):
            part = codes == code
            _stamp_each(wide, at[part], codes[part], shape_of(int(code)), reach)
    else:
        _stamp_each(wide, at, codes, "disc", reach)
    return wide[reach : reach + height, reach : reach + stride].copy()


def _stamp_each(
    wide: NDArray[np.uint8],
    at: NDArray[np.int64],
    codes: NDArray[np.uint8],
    shape: str,
    reach: int,
) -> None:
    solid, edge = offsets(shape, reach)
    flat = wide.ravel()
    for places, number in ((edge, codes), (solid, codes + np.uint8(CORE))):
        for dy, dx in places:
            flat[at + (dy * wide.shape[1] + dx)] = number


def _widened(
    single: NDArray[np.uint8], solid: NDArray[np.int64], edge: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Spread single pixels to discs with maxima of shifted copies."""
    core = np.where(single > 0, single | np.uint8(CORE), np.uint8(0))
    made = np.zeros_like(single)
    for source, places in ((single, edge), (core, solid)):
        for dy, dx in places:
            there = made[_part(dy, 0), _part(dx, 0)]
            np.maximum(there, source[_part(dy, 1), _part(dx, 1)], out=there)
    return made


def _part(shift: int, side: int) -> slice:
    """Return the rows that a shifted copy covers (side 0), and those it is taken from (1)."""
    forward = shift if side == 0 else -shift
    return slice(max(forward, 0), min(forward, 0) or None)
