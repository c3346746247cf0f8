"""Brightnesses as people read and type them: in a unit that suits the noise, or in sigma."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from radgalgui.sky.measuring.units import Adding, adding_of

__all__ = ["Ruler"]

PREFIXES = {"": 1.0, "k": 1e3, "M": 1e6, "m": 1e-3, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "n": 1e-9}
TYPED = re.compile(
    r"([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(σ|s|sigma|(?:[kmuµμn]?jy\S*)|)", re.IGNORECASE
)


@dataclass(frozen=True)
class Ruler:
    """The unit in which a picture's values are told.

    Parameters
    ----------
    factor : float
        Of the picture's unit in one of the told unit.
    unit : str
        What is told, such as ``mJy/beam``; "" for none.
    jansky : float
        Of the picture's unit in one Jy; 0 where it is no flux density.
    noise : float
        In the picture's unit, 0 where unknown.
    """

    factor: float = 1.0
    unit: str = ""
    jansky: float = 0.0
    noise: float = 0.0

    @classmethod
    def of(cls, unit: str, noise: float) -> Ruler:
        """Return what suits a picture in which ``noise`` is small."""
        told = adding_of(unit)
        if told.unit != "Jy" or told.adding is Adding.AREA:
            return cls(1.0, unit, 0.0, noise)
        jansky = 1 / told.factor
        per = {Adding.BEAM: "/beam", Adding.PIXEL: "/pixel"}[told.adding]
        size = abs(noise) * told.factor * 30  # of faint sources
        prefix = next((p for p in ("", "m", "µ") if size >= PREFIXES[p]), "µ" if size else "")
        return cls(PREFIXES[prefix] * jansky, f"{prefix}Jy{per}", jansky, noise)

    def number(self, value: float, digits: int = 3) -> str:
        """Return a value in the told unit, without it."""
        told = value / self.factor
        return f"{told:.{digits}g}".replace("-", "−") if math.isfinite(told) else ""

    def read(self, text: str) -> float | None:
        """Return a typed value in the picture's unit: a number, one in Jy, or one in sigma.

        None where it cannot be read, or counts in sigma of a noise that is not known.
        """
        match = TYPED.fullmatch(text.strip().replace("−", "-"))
        if match is None:
            return None
        number, unit = float(match[1]), match[2]
        if unit.lower() in ("s", "σ", "sigma"):
            return number * self.noise if self.noise > 0 else None
        if unit:
            prefix = unit[: unit.lower().index("jy")]
            prefix = prefix if prefix in PREFIXES else prefix.lower()
            return number * PREFIXES[prefix] * self.jansky if self.jansky else None
        return number * self.factor
