"""What a header tells of an image besides its coordinates: unit, beam, layout."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from radgalgui.sky.image import Beam

if TYPE_CHECKING:
    from astropy.io import fits

__all__ = ["card", "data_bytes", "number", "read_beam", "read_unit"]

# As AIPS writes it: HISTORY AIPS   CLEAN BMAJ=  1.5000E-03 BMIN=  1.5000E-03 BPA=   0.00
_AIPS_BEAM = re.compile(
    r"BMAJ\s*=\s*(?P<major>[-+.\dEeDd]+)\s+BMIN\s*=\s*(?P<minor>[-+.\dEeDd]+)"
    r"(?:\s+BPA\s*=\s*(?P<angle>[-+.\dEeDd]+))?"
)
_LARGEST_BEAM = 5.0
"""Degrees; a wider one is in other units than the standard's, and is not believed."""


def card(header: fits.Header, keyword: str, default: Any = None) -> Any:
    """Return a card's value, or the default where it is absent or cannot be read."""
    try:
        return header.get(keyword, default)
    except Exception:
        # astropy parses a card when it is asked for; a broken one raises VerifyError, ValueError
        # or IndexError, and counts as absent.
        return default


def number(header: fits.Header, keyword: str, default: float) -> float:
    """Return a card's value as a number, or the default where it is none."""
    value = card(header, keyword, default)
    return float(value) if isinstance(value, (int, float)) else default


def read_unit(header: fits.Header) -> str:
    """Return ``BUNIT`` as written, without surrounding blanks; "" where absent."""
    unit = card(header, "BUNIT", "")
    return unit.strip() if isinstance(unit, str) else ""


def read_beam(header: fits.Header) -> Beam | None:
    """Return the restoring beam from ``BMAJ``, else from the last AIPS ``CLEAN BMAJ=`` history."""
    beam = _beam(*(card(header, keyword) for keyword in ("BMAJ", "BMIN", "BPA")))
    return beam or _beam_of_history(header)


def data_bytes(header: fits.Header) -> int:
    """Return how many bytes of data the header promises, without padding (FITS 4.0, eq. 2)."""
    axes = [int(card(header, f"NAXIS{i + 1}", 0)) for i in range(int(card(header, "NAXIS", 0)))]
    if not axes:
        return 0
    if axes[0] == 0 and card(header, "GROUPS") is True:
        axes = axes[1:]
    groups, extra = int(card(header, "GCOUNT", 1)), int(card(header, "PCOUNT", 0))
    return abs(int(card(header, "BITPIX", 8))) // 8 * groups * (extra + math.prod(axes))


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
