"""The restoring beam of an image: of its own header, of the file's first, or of a table."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.sky.headers import card
from radgalgui.sky.image import Beam, Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from astropy.io import fits
    from astropy.wcs import WCS

__all__ = ["doubts_on", "find_beam", "read_beam"]

# As AIPS writes it: HISTORY AIPS   CLEAN BMAJ=  1.5000E-03 BMIN=  1.5000E-03 BPA=   0.00
_AIPS_BEAM = re.compile(
    r"BMAJ\s*=\s*(?P<major>[-+.\dEeDd]+)\s+BMIN\s*=\s*(?P<minor>[-+.\dEeDd]+)"
    r"(?:\s+BPA\s*=\s*(?P<angle>[-+.\dEeDd]+))?"
)
_LARGEST_BEAM = 5.0
"""Degrees; a wider one is in other units than the standard's, and is not believed."""
_TABLE = "BEAMS"
_TO_DEGREES = {"arcsec": 1 / 3600, "arcmin": 1 / 60, "deg": 1.0, "rad": 180 / math.pi}
_SPECTRAL = ("FREQ", "VELO", "VRAD", "VOPT", "WAVE", "FELO", "ZOPT", "AWAV")


def find_beam(hdus: fits.HDUList, at: int, index: Sequence[int | slice]) -> Beam | None:
    """Return the restoring beam of a plane of an image.

    Parameters
    ----------
    hdus : HDUList
        All of the file.
    at : int
        The image's HDU.
    index : sequence of int or slice
        Which plane of it, NumPy order.

    Returns
    -------
    Beam or None
        Of the image's own header; else of the table ``BEAMS``, where CASA has one beam for each
        channel and polarisation; else of the file's first header, if that holds no image.  None
        where none of them tells any.
    """
    beam = read_beam(hdus[at].header)
    if beam is None:
        try:
            beam = _beam_of_table(hdus, hdus[at].header, index)
        except Exception:  # damage has many names, and the image itself was read
            beam = None
    if beam is None and at > 0 and not card(hdus[0].header, "NAXIS", 0):
        beam = read_beam(hdus[0].header)
    return beam


def doubts_on(beam: Beam | None, wcs: WCS | None, shape: tuple[int, int]) -> tuple[Note, ...]:
    """Return a note where a beam is wider than its image (rows, columns): arcsec for degrees."""
    if beam is None or wcs is None:
        return ()
    from radgalgui.sky.celestial import local_grid

    rows, columns = shape
    side = max(shape) * local_grid(wcs, (columns - 1) / 2, (rows - 1) / 2).scale
    if beam.major <= side:
        return ()
    text = (
        f"The header's beam of {beam.major / 3600:.3g} degrees is wider than the image, so that it "
        "is left out: headers tell beams in degrees."
    )
    return (Note("beam", text),)


def read_beam(header: fits.Header) -> Beam | None:
    """Return the restoring beam from ``BMAJ``, else from the last AIPS ``CLEAN BMAJ=`` history."""
    beam = _beam(*(card(header, keyword) for keyword in ("BMAJ", "BMIN", "BPA")))
    return beam or _beam_of_history(header)


def _beam(major: Any, minor: Any, angle: Any) -> Beam | None:
    """Return a beam of degrees as written, or None where they cannot be a beam."""
    try:
        widths = float(major), float(major if minor is None else minor)
        turn = float(angle or 0.0)
    except (TypeError, ValueError):
        return None
    if not all(0 < width < _LARGEST_BEAM for width in widths):
        return None
    turn = turn if math.isfinite(turn) else 0.0
    return Beam(max(widths) * 3600.0, min(widths) * 3600.0, turn)


def _beam_of_history(header: fits.Header) -> Beam | None:
    try:
        lines = [str(line) for line in header["HISTORY"]] if "HISTORY" in header else []
    except Exception:  # as in card()
        return None
    for line in reversed(lines):
        found = _AIPS_BEAM.search(line)
        if found:
            numbers = [
                n and n.upper().replace("D", "E") for n in found.group("major", "minor", "angle")
            ]
            return _beam(*numbers)
    return None


def _beam_of_table(
    hdus: fits.HDUList, header: fits.Header, index: Sequence[int | slice]
) -> Beam | None:
    """Return the beam of a plane from a table of them, None without."""
    if _TABLE not in hdus:
        return None
    table = hdus[_TABLE]
    names = table.columns.names
    right = np.ones(len(table.data), dtype=bool)
    for name, number in _place(header, index).items():
        if name in names:
            right &= np.asarray(table.data[name]) == number
    if not right.any():
        return None
    row = int(np.argmax(right))
    major, minor = (
        float(table.data[name][row]) * _TO_DEGREES.get(str(table.columns[name].unit), 1 / 3600)
        for name in ("BMAJ", "BMIN")
    )
    return _beam(major, minor, float(table.data["BPA"][row]) if "BPA" in names else 0.0)


def _place(header: fits.Header, index: Sequence[int | slice]) -> dict[str, int]:
    """Return the number of a plane's channel and of its polarisation, as such tables have them."""
    place = {"CHAN": 0, "POL": 0}
    for axis, number in enumerate(index):
        kind = str(card(header, f"CTYPE{len(index) - axis}", "")).upper()
        if isinstance(number, slice):
            continue
        if kind.startswith(_SPECTRAL):
            place["CHAN"] = int(number)
        elif kind.startswith("STOKES"):
            place["POL"] = int(number)
    return place
