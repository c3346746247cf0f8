"""FITS files out: pixels with their WCS, unit and beam, written beside and renamed."""

from __future__ import annotations

import os
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.errors import UsageError
from radgalgui.files import replaced_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from astropy.io import fits
    from astropy.wcs import WCS
    from numpy.typing import ArrayLike, NDArray

    from radgalgui.sky.image import Beam

__all__ = ["write_fits"]

# What describes the layout of the array belongs to the array that is written, never to the
# header that is handed on; checksums would be wrong, and the WCS is written by itself.
_LAYOUT = re.compile(
    r"SIMPLE|XTENSION|BITPIX|EXTEND|PCOUNT|GCOUNT|GROUPS|TFIELDS|BSCALE|BZERO|BLANK|THEAP|END"
    r"|CHECKSUM|DATASUM|DATAMIN|DATAMAX|CONTINUE|EXTNAME|EXTVER|EXTLEVEL|INHERIT"
    r"|WCSAXES|RADE(SY|C)SY?S?|EQUINOX|EPOCH|LONPOLE|LATPOLE|WCSNAME|BUNIT|BMAJ|BMIN|BPA"
    r"|(NAXIS|CTYPE|CRVAL|CRPIX|CDELT|CROTA|CUNIT|TTYPE|TFORM|TUNIT|TDIM|TNULL|TSCAL|TZERO)\d*[A-Z]?"
    r"|(CD|PC|PV|PS)\d+_\d+[A-Z]?|(PC|CD)\d{6}|(A|B|AP|BP)_(\d+_\d+|ORDER|DMAX)"
    r"|Z(IMAGE|TENSION|BITPIX|NAXIS\d*|TILE\d+|CMPTYPE|NAME\d+|VAL\d+|QUANTIZ|DITHER0|BLANK|SIMPLE)"
)


def write_fits(
    path: str | os.PathLike[str],
    data: ArrayLike,
    *,
    wcs: WCS | None = None,
    unit: str = "",
    beam: Beam | None = None,
    header: fits.Header | Mapping[str, Any] | None = None,
) -> Path:
    """Write an image as FITS; an interrupted write leaves the old file or none.

    Parameters
    ----------
    path : str or path
        Where to; endings ``.gz`` and ``.fz`` compress, without loss.
    data : array_like, shape (H, W) or (C, H, W)
        Pixels, written as float32 unless they are integers or float64; NaN is blank.  One
        plane, shape (1, H, W), is written with two axes.
    wcs : `astropy.wcs.WCS`, optional
        Celestial WCS of the two last axes.
    unit : str
        Written as ``BUNIT``.
    beam : Beam, optional
        Written as ``BMAJ``, ``BMIN``, ``BPA``, degrees.
    header : Header or mapping, optional
        Further cards.  What describes layout or coordinates is left out, and characters that
        FITS does not allow (tabs among them) become spaces; cards beyond mending are dropped.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UsageError
        If the place cannot be written to, or ``data`` has not two or three axes.

    References
    ----------
    FITS Standard 4.0, IAU FITS Working Group 2018; version 3.0 is Pence et al. 2010, A&A 524, A42.
    """
    path = Path(path)
    pixels = _pixels(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # astropy remarks on what was mended here
        hdus = _hdus(path, pixels, _header(wcs, unit, beam, header))
        _write_beside(path, hdus)
    return path


def _pixels(data: ArrayLike) -> NDArray[Any]:
    """Return the array as it is stored: two or three axes, a number type of FITS."""
    array = np.asarray(data)
    if array.ndim == 3 and array.shape[0] == 1:
        array = array[0]
    if array.ndim not in (2, 3):
        raise UsageError(f"an image of {array.ndim} axes cannot be written; give two or three")
    if array.dtype.kind == "f" and array.dtype.itemsize == 8:
        return array.astype(np.float64, copy=False)
    if array.dtype.kind in "iu" and array.dtype.itemsize <= 8:
        return array
    return array.astype(np.float32, copy=False)


def _header(
    wcs: WCS | None,
    unit: str,
    beam: Beam | None,
    extra: fits.Header | Mapping[str, Any] | None,
) -> fits.Header:
    """Return the header: coordinates first, then unit and beam, then what is handed on."""
    from astropy.io import fits

    header = fits.Header()
    if wcs is not None:
        header.update(wcs.to_header(relax=True))
        header["WCSAXES"] = wcs.naxis
    if unit:
        header["BUNIT"] = _printable(unit)
    if beam is not None:
        header["BMAJ"] = (beam.major / 3600, "[deg] beam major axis, FWHM")
        header["BMIN"] = (beam.minor / 3600, "[deg] beam minor axis, FWHM")
        header["BPA"] = (beam.position_angle, "[deg] beam position angle")
    for card in _handed_on(extra, taken=set(header)):
        header.append(card, end=True)
    return header


def _handed_on(
    extra: fits.Header | Mapping[str, Any] | None, *, taken: set[str]
) -> Iterator[fits.Card]:
    """Yield the cards of ``extra`` that can be written, mended where they need it."""
    from astropy.io import fits

    if extra is None:
        return
    cards = extra.cards if isinstance(extra, fits.Header) else extra.items()
    for raw in cards:
        card = _mended(raw)
        if card is None or card.keyword in taken or _is_layout(card.keyword):
            continue
        yield card


def _mended(raw: Any) -> fits.Card | None:
    """Return a card that FITS allows, or None where nothing can be saved."""
    from astropy.io import fits

    try:
        keyword, value, *rest = raw
        if isinstance(value, (str, bytes)):
            value = _printable(value if isinstance(value, str) else value.decode("latin-1"))
        if isinstance(value, np.generic):
            value = value.item()
        comment = _printable(str(rest[0])) if rest and rest[0] else ""
        if str(keyword) in {"COMMENT", "HISTORY", ""}:
            # Long ones would come back as several cards: keep to one.
            card = fits.Card(str(keyword), str(value)[:72])
        else:
            card = fits.Card(str(keyword), value, comment)
        card.verify("exception")
        str(card)
    except Exception:
        # astropy raises VerifyError, ValueError, TypeError, AttributeError and more on foreign
        # cards; a card that cannot be written is no reason not to write the image.
        return None
    return card


def _is_layout(keyword: str) -> bool:
    """Tell whether a keyword describes layout, compression or coordinates."""
    return _LAYOUT.fullmatch(keyword) is not None


def _printable(text: str) -> str:
    """Return text in the characters that FITS headers allow: ASCII 32 to 126."""
    return "".join(c if " " <= c <= "~" else " " for c in text)


def _hdus(path: Path, pixels: NDArray[Any], header: fits.Header) -> fits.HDUList:
    """Return the HDUs to write: a primary image, or a compressed one for ``.fz``."""
    from astropy.io import fits

    if path.suffix.lower() != ".fz":
        return fits.HDUList([fits.PrimaryHDU(pixels, header)])
    packed = fits.CompImageHDU(pixels, header, compression_type="GZIP_2", quantize_level=0.0)
    return fits.HDUList([fits.PrimaryHDU(), packed])


def _write_beside(path: Path, hdus: fits.HDUList) -> None:
    """Write to a hidden neighbour of ``path`` and put it in place in one step."""
    try:
        # astropy compresses by the ending of the name, which the neighbour shares.
        with replaced_file(path, synced=False) as beside:
            hdus.writeto(beside, overwrite=True, output_verify="silentfix+ignore")
    except OSError as error:
        reason = error.strerror or str(error).strip(" .") or "the disk refused"
        raise UsageError(
            f"cannot be written: {reason}",
            subject=path,
            remedy="choose a folder that exists and that you may write to",
        ) from None
