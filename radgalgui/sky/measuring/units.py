"""How pixel values add up to a flux: per beam, per pixel, per solid angle, or not at all."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import Enum

__all__ = ["Adding", "Sum", "adding_of"]

_ARCSEC2_PER_SR = (180.0 / math.pi * 3600.0) ** 2
_PREFIXES = {"": 1.0, "m": 1e-3, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "n": 1e-9, "k": 1e3, "M": 1e6}
_JANSKY = re.compile(
    r"(?P<prefix>[mMuµμnk]?)(jy|jansky)\s*(?:/|\bper\b|[*.]?)\s*\(?\s*"
    r"(?P<per>beam|bm|pixel|pix|px|sr|arcsec\s*(?:\^|\*\*)?\s*\(?-?2\)?)?"
    r"(?:\s*\)?\s*(?:\^|\*\*)?\s*\(?-?1)?\)?",
    re.IGNORECASE,
)


class Adding(Enum):
    """What pixel values are per."""

    BEAM = "beam"
    PIXEL = "pixel"
    AREA = "area"  # a surface brightness, among them temperatures
    NOTHING = "nothing"  # counts, or an unknown unit


@dataclass(frozen=True)
class Sum:
    """How values are added up, and in which unit.

    Parameters
    ----------
    adding : Adding
        What values are per.
    factor : float
        From a value times what it is per to ``unit``; areas are in square arcsec.
    unit : str
        Of the sum.
    """

    adding: Adding
    factor: float
    unit: str

    def weight(self, *, pixels_per_beam: float, pixel_area: float) -> float:
        """Return what one pixel's value counts in the sum; NaN where the beam is not known.

        Parameters
        ----------
        pixels_per_beam : float
            The beam's area, pixels; NaN where it is unknown.
        pixel_area : float
            Square arcsec.
        """
        if self.adding is Adding.BEAM:
            return self.factor / pixels_per_beam
        return self.factor * (pixel_area if self.adding is Adding.AREA else 1.0)


def adding_of(unit: str) -> Sum:
    """Return how values of a unit are added up.

    Parameters
    ----------
    unit : str
        As headers write it: ``Jy/beam``, ``JY/BEAM``, ``mJy beam-1``, ``Jy.beam**(-1)``,
        ``Jy/pixel``, ``MJy/sr``, ``mJy arcsec-2``, ``K``, ``counts``.

    Returns
    -------
    Sum
        In Jy where the unit is one of flux; brightness temperatures in K arcsec², which needs no
        frequency; whatever else is in its own unit, a sum over pixels.
    """
    text = unit.strip().strip("'\"").strip()
    found = _JANSKY.fullmatch(text)
    if found is not None:
        per = (found["per"] or "").lower()
        scale = _prefix(found["prefix"], per)
        if per in ("beam", "bm"):
            return Sum(Adding.BEAM, scale, "Jy")
        if per == "sr":
            return Sum(Adding.AREA, scale / _ARCSEC2_PER_SR, "Jy")
        if per.startswith("arcsec"):
            return Sum(Adding.AREA, scale, "Jy")
        return Sum(Adding.PIXEL, scale, "Jy")  # "Jy" alone: models and clean components
    if text.lower() in ("k", "kelvin", "mk") or text == "K (Tb)":
        return Sum(Adding.AREA, 1e-3 if text == "mK" else 1.0, "K arcsec²")
    return Sum(Adding.NOTHING, 1.0, text)


def _prefix(letter: str, per: str) -> float:
    """Return what a prefix multiplies by; ``MJY/BEAM`` of shouting writers is milli."""
    if letter == "M" and per != "sr":
        return _PREFIXES["m"]
    return _PREFIXES.get(letter, _PREFIXES.get(letter.lower(), 1.0))
