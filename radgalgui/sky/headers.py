"""What a header tells of an image besides its coordinates and its beam: unit, layout."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from astropy.io import fits

__all__ = ["card", "data_bytes", "number", "read_unit"]


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


def data_bytes(header: fits.Header) -> int:
    """Return how many bytes of data the header promises, without padding (FITS 4.0, eq. 2)."""
    axes = [int(card(header, f"NAXIS{i + 1}", 0)) for i in range(int(card(header, "NAXIS", 0)))]
    if not axes:
        return 0
    if axes[0] == 0 and card(header, "GROUPS") is True:
        axes = axes[1:]
    groups, extra = int(card(header, "GCOUNT", 1)), int(card(header, "PCOUNT", 0))
    return abs(int(card(header, "BITPIX", 8))) // 8 * groups * (extra + math.prod(axes))
