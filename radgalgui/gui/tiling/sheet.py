"""Images of sources side by side as one picture, each in a frame of its colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.tiling.stand_ins import StandIns

__all__ = ["Ink", "Sheet", "edges", "sheet_pixels", "shrunk"]

AT_ONCE = 64  # images that are made smaller together
GAP = 1  # pixels between two tiles
DIM = 0.3  # what is left of an image that stands for no chosen source, over the ground


@dataclass(frozen=True)
class Ink:
    """The colours of a sheet.

    Parameters
    ----------
    image : ndarray (256, 3), uint8
        Those of images with one band, by level.
    frame : ndarray (M, 3), uint8
        Those of frames, by colour number.
    ground : tuple of int
        What tiles that step back fade to.
    blank : tuple of int
        What stands where an image is not there yet.
    """

    image: NDArray[np.uint8]
    frame: NDArray[np.uint8]
    ground: tuple[int, int, int]
    blank: tuple[int, int, int]


@dataclass(frozen=True)
class Sheet:
    """A picture of parts of the map.

    Parameters
    ----------
    tiles : StandIns
        What is shown.
    pixels : ndarray (H, W), uint32
        Premultiplied ARGB, 0 where there is no tile; the uppermost row of parts first.
    scale : tuple of float
        Pixels a unit of the map, across and up.
    whole : bool
        Whether all images are there.
    """

    tiles: StandIns
    pixels: NDArray[np.uint32]
    scale: tuple[float, float]
    whole: bool


def edges(count: int, side: float) -> NDArray[np.int64]:
    """Return the pixels at which ``count`` tiles begin, and the end of the last."""
    made: NDArray[np.int64] = np.rint(np.arange(count + 1) * side).astype(np.int64)
    return made


def sheet_pixels(
    tiles: StandIns,
    images: Callable[[int], NDArray[np.uint8] | None],
    ink: Ink,
    sides: tuple[float, float],
) -> NDArray[np.uint32]:
    """Return the picture of some tiles.

    Parameters
    ----------
    tiles : StandIns
        Which source stands where.
    images : callable
        Gives levels (C, S, S) of a catalogue row, row 0 at the bottom; None where not there yet.
    ink : Ink
        The colours.
    sides : tuple of float
        Pixels that a part is wide and high.
    """
    parts = tiles.parts
    x, y = edges(parts.columns, sides[0]), edges(parts.rows, sides[1])
    made = np.zeros((y[-1], x[-1]), np.uint32)
    side = int(min(sides)) - GAP  # tiles are squares, whatever the parts are
    if side < 3:
        return made
    frame = 1 if side < 40 else 2
    frames, dims = _frame_colours(ink)
    rows, columns = np.divmod(tiles.number, parts.columns)
    top, left = y[parts.rows - 1 - rows], x[columns]
    for first in range(0, len(tiles), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        lit = tiles.lit[some]
        border = np.where(lit, frames[tiles.code[some]], dims[tiles.code[some]])
        pictures = _pictures(tiles.row[some], images, ink, lit, side - 2 * frame)
        for k, (down, across) in enumerate(zip(top[some], left[some], strict=True)):
            made[down : down + side, across : across + side] = border[k]
            inner = slice(down + frame, down + side - frame)
            made[inner, across + frame : across + side - frame] = pictures[k]
    return made


def _pictures(
    rows: NDArray[np.int64],
    images: Callable[[int], NDArray[np.uint8] | None],
    ink: Ink,
    lit: NDArray[np.bool_],
    side: int,
) -> NDArray[np.uint32]:
    """Return the pictures of some sources, shape (K, side, side)."""
    found = [images(int(row)) for row in rows]
    made = np.full((len(rows), side, side), _argb(np.array(ink.blank, np.uint8)), np.uint32)
    there = [k for k, levels in enumerate(found) if levels is not None]
    if not there:
        return made
    levels = np.stack([image for image in found if image is not None])[:, :, ::-1]
    if levels.shape[1] == 3:
        rgb = np.moveaxis(shrunk(levels, side), 1, -1)
        rgb[~lit[there]] = _dimmed(rgb[~lit[there]], ink)
        made[there] = _argb(rgb)
        return made
    plane = levels[:, 0] if levels.shape[1] == 1 else levels.mean(axis=1)
    tables = np.concatenate([_argb(_dimmed(ink.image, ink)), _argb(ink.image)])
    behind = lit[there].astype(np.uint16)[:, None, None] * np.uint16(256)
    made[there] = tables[shrunk(plane, side) + behind]
    return made


def shrunk(levels: NDArray[np.floating] | NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return images (..., S, S) at another size (..., side, side): each pixel a mean."""
    weights = _weights(levels.shape[-1], side)
    made = np.rint(weights @ levels.astype(np.float32) @ weights.T)
    whole: NDArray[np.uint8] = np.clip(made, 0, 255).astype(np.uint8)
    return whole


@lru_cache(maxsize=64)
def _weights(size: int, side: int) -> NDArray[np.float32]:
    """Return what each of ``side`` pixels has of each of ``size``: rows that sum to 1.

    Larger pixels are means over what they cover; smaller ones lie between their two nearest.
    """
    reach = max(size / side, 1.0)
    middle = (np.arange(side) + 0.5) * size / side - 0.5
    apart = np.abs(np.arange(size)[None, :] - np.clip(middle, 0, size - 1)[:, None])
    weights = np.clip(1 - apart / reach, 0, None)
    made: NDArray[np.float32] = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return made


def _frame_colours(ink: Ink) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return the colours of frames by colour number, and of those that step back."""
    whole = np.zeros((256, 3), np.uint8)
    whole[: len(ink.frame)] = ink.frame
    return _argb(whole), _argb(_dimmed(whole, ink))


def _dimmed(rgb: NDArray[np.uint8], ink: Ink) -> NDArray[np.uint8]:
    ground = np.array(ink.ground, np.float32) * (1 - DIM)
    faded: NDArray[np.uint8] = np.rint(rgb.astype(np.float32) * DIM + ground).astype(np.uint8)
    return faded


def _argb(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return opaque colours (..., 3) as numbers (...)."""
    made = np.full((*rgb.shape[:-1], 4), 255, np.uint8)
    made[..., 2::-1] = rgb  # blue first, as memory has them
    whole: NDArray[np.uint32] = made.view("<u4")[..., 0]
    return whole
