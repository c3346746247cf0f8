"""Tile-compressed images unpacked at once, where their tiles are rows and hold Rice codes.

As fpack writes them by default.  astropy unpacks tile by tile, and takes four times as long for
what lies around its decoder: much, for thousands of small images.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["unpacked_rows"]

_MOST_PIXELS = 2**24
"""Larger images are left to astropy, which needs less memory."""

_DITHERS = {"NO_DITHER": -1, "SUBTRACTIVE_DITHER_1": 1, "SUBTRACTIVE_DITHER_2": 2}


def unpacked_rows(hdu: Any) -> NDArray[np.float32] | None:
    """Return the pixels of a compressed image of float32, the same to the last bit as astropy's.

    Parameters
    ----------
    hdu : CompImageHDU
        Of two axes; not scaled.

    Returns
    -------
    ndarray, shape (H, W), or None
        None where it is compressed in another way, damaged, or astropy is of a version that
        has its decoder elsewhere: astropy itself is to be asked then.
    """
    try:
        return _unpacked(hdu)
    except Exception:  # private names may be gone; what is damaged, astropy says better
        return None


def _unpacked(hdu: Any) -> NDArray[np.float32] | None:
    table = hdu._bintable
    header = table.header
    rows, columns = hdu.shape
    if not _is_of_rows(header, rows, columns) or "ZBLANK" in table.columns.names:
        return None
    entries = np.array(table.data["COMPRESSED_DATA"])  # length and offset of each row
    scale, zero = (np.array(table.data[name]) for name in ("ZSCALE", "ZZERO"))
    heap = table._get_raw_data(
        header["PCOUNT"], np.uint8, table._data_offset + table._theap
    ).tobytes()
    known = len(entries) == rows and scale.dtype.itemsize == zero.dtype.itemsize == 8
    if not known or (entries[:, 0] <= 0).any() or entries.sum(axis=1).max() > len(heap):
        return None
    codes = _codes(heap, entries, columns)
    pixels: NDArray[np.float32]
    dither = _DITHERS[header.get("ZQUANTIZ", "NO_DITHER")]
    if dither < 0:
        pixels = (codes * scale[:, None] + zero[:, None]).astype(np.float32)
    else:
        first = header.get("ZDITHER0", 0)
        pixels = _undithered(codes, scale, zero, first=first, method=dither)
    blank = header.get("ZBLANK", hdu.header.get("BLANK"))
    if blank is not None:
        pixels[codes == blank] = np.nan
    return pixels


def _codes(heap: bytes, entries: NDArray[np.integer], columns: int) -> NDArray[np.int32]:
    """Return the whole numbers (H, W) that stand for the pixels."""
    from astropy.io.fits.hdu.compressed._compression import decompress_rice_1_c

    codes = np.empty((len(entries), columns), dtype=np.int32)
    for row, (length, start) in enumerate(entries.tolist()):
        packed = heap[start : start + length]
        codes[row] = np.frombuffer(decompress_rice_1_c(packed, 32, 4, columns), np.int32)
    return codes


def _undithered(
    codes: NDArray[np.int32],
    scale: NDArray[np.floating],
    zero: NDArray[np.floating],
    *,
    first: int,
    method: int,
) -> NDArray[np.float32]:
    """Return pixels (H, W) without the noise that was added before they were rounded."""
    from astropy.io.fits.hdu.compressed._compression import unquantize_float_c

    pixels = np.empty(codes.shape, dtype=np.float32)
    for row, line in enumerate(codes):
        made = unquantize_float_c(
            line.tobytes(), row + first, line.size, scale[row], zero[row], method, 0, 0, 0.0, 4
        )
        pixels[row] = np.frombuffer(made, np.float32)
    return pixels


def _is_of_rows(header: Any, rows: int, columns: int) -> bool:
    """Tell whether each tile is a row of float32 in Rice codes of 4 bytes in blocks of 32."""
    settings = {
        str(header[f"ZNAME{n}"]).upper(): header[f"ZVAL{n}"]
        for n in range(1, 10)
        if f"ZNAME{n}" in header
    }
    return (
        header["ZCMPTYPE"] in ("RICE_1", "RICE_ONE")
        and header["ZBITPIX"] == -32
        and (header["ZTILE1"], header["ZTILE2"]) == (columns, 1)
        and settings.get("BLOCKSIZE", 32) == 32
        and settings.get("BYTEPIX", 4) == 4
        and rows * columns <= _MOST_PIXELS
    )
