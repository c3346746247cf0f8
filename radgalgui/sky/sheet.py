"""Many small pictures on one sheet, as a PNG file; Qt is not needed for it."""

from __future__ import annotations

import math
import os
import struct
import zlib
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import UsageError
from radgalgui.files import replaced_file

__all__ = ["contact_sheet", "write_png"]

_GAP: Final = 4  # pixels between pictures
_GAP_GREY: Final = 96
_COLOURS: Final = 3
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def contact_sheet(
    images: NDArray[np.floating], *, columns: int | None = None, zoom: int = 2
) -> NDArray[np.uint8]:
    """Return pictures side by side, row after row.

    Parameters
    ----------
    images : ndarray, shape (N, C, S, S)
        As encoders see, in [0, 1], the first row of each at the bottom, as on the sky.  Three
        bands become red, green and blue, the last one red; of any others the mean is shown.
    columns : int, optional
        Pictures in a row; by default so many that the sheet is about square.
    zoom : int
        Pixels of the sheet for each pixel, on a side.

    Returns
    -------
    ndarray, shape (H, W) or (H, W, 3), uint8
        Empty sky is black.

    Raises
    ------
    UsageError
        If there are no pictures.
    """
    if len(images) == 0:
        raise UsageError("there are no pictures to put on a sheet")
    columns = min(columns or math.ceil(math.sqrt(len(images))), len(images))
    rows = -(-len(images) // columns)
    pictures = _pictures(images).repeat(zoom, axis=1).repeat(zoom, axis=2)
    step = pictures.shape[1] + _GAP
    shape = (rows * step + _GAP, columns * step + _GAP, *pictures.shape[3:])
    sheet = np.full(shape, _GAP_GREY, dtype=np.uint8)
    for place in range(rows * columns):
        top, left = ((place // columns) * step + _GAP, (place % columns) * step + _GAP)
        frame = sheet[top : top + step - _GAP, left : left + step - _GAP]
        frame[:] = pictures[place] if place < len(pictures) else _GAP_GREY
    return sheet


def write_png(path: str | os.PathLike[str], pixels: NDArray[np.uint8]) -> Path:
    """Write a picture (H, W), grey, or (H, W, 3), colour, as a PNG file of 8 bits.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    target = Path(path)
    height, width = pixels.shape[:2]
    colour = 2 if pixels.ndim == _COLOURS else 0
    lines = np.ascontiguousarray(pixels).reshape(height, -1)
    unfiltered = np.pad(lines, ((0, 0), (1, 0)))  # each line begins with its filter: none
    content = (
        _SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(unfiltered.tobytes(), 9))
        + _chunk(b"IEND", b"")
    )
    try:
        with replaced_file(target) as beside:
            beside.write_bytes(content)
    except OSError as error:
        raise UsageError(
            f"cannot be written ({error.strerror})",
            subject=target,
            remedy="choose a folder that exists and that you may write to",
        ) from error
    return target


def _pictures(images: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return pictures (N, S, S) or (N, S, S, 3), the first row at the top."""
    if images.shape[1] == _COLOURS:
        planes = np.moveaxis(images, 1, -1)[..., ::-1]
    else:
        planes = images.mean(axis=1)
    levels = np.clip(np.nan_to_num(planes[:, ::-1]), 0.0, 1.0) * 255
    pictures: NDArray[np.uint8] = levels.round().astype(np.uint8)
    return pictures


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
