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

_FORMS: dict[str, tuple[Any, ...]] = {
    "1PB": (">i4", 2), "PB": (">i4", 2), "1QB": (">i8", 2), "QB": (">i8", 2),
    "1D": (">f8",), "D": (">f8",),
}  # fmt: skip
"""Of columns, as NumPy has them: lengths and offsets of bytes, and numbers."""

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
    kind = _table_of(header)
    if kind is None or not _is_of_rows(header, rows, columns):
        return None
    table_bytes = table._get_raw_data(rows * kind.itemsize, np.uint8, table._data_offset)
    lines = table_bytes.view(kind).ravel()
    entries = lines["COMPRESSED_DATA"].astype(np.int64)  # length and offset of each row
    scale, zero = (lines[name].astype(np.float64) for name in ("ZSCALE", "ZZERO"))
    heap = table._get_raw_data(
        header["PCOUNT"], np.uint8, table._data_offset + table._theap
    ).tobytes()
    if (entries[:, 0] <= 0).any() or (entries[:, 1] < 0).any():
        return None
    if entries.sum(axis=1).max() > len(heap):
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


def _table_of(header: Any) -> np.dtype[Any] | None:
    """Return the columns of a table of tiles; None if there are others than fpack writes."""
    fields = []
    for number in range(1, header["TFIELDS"] + 1):
        form = _FORMS.get(str(header[f"TFORM{number}"]).strip().split("(")[0])
        if form is None or f"TSCAL{number}" in header or f"TZERO{number}" in header:
            return None
        fields.append((str(header[f"TTYPE{number}"]).strip(), *form))
    kind = np.dtype(fields)
    whole = kind.itemsize == header["NAXIS1"] and header["NAXIS2"] == header["ZNAXIS2"]
    known = whole and kind.names is not None and "ZBLANK" not in kind.names
    return kind if known else None


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
