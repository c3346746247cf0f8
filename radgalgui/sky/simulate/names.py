"""Where simulated sources lie on the sky and what they are called."""

from __future__ import annotations

import numpy as np

from radgalgui.sky.coordinates import position_name

__all__ = ["draw_position", "iau_name"]

_RA_RANGE = (112.5, 258.75)  # degrees: the northern Galactic cap of FIRST
_DEC_RANGE = (-5.0, 60.0)
_GOLDEN = 0.6180339887498949


def draw_position(rng: np.random.Generator, seed: int, index: int) -> tuple[float, float]:
    """Return right ascension and declination, degrees ICRS.

    Notes
    -----
    Uniform over the northern part of the FIRST footprint.  Right ascensions follow a golden
    ratio sequence, whose members keep apart by 0.45 / N of the range: the first 150,000
    sources of a seed therefore differ in the tenth of a second that their names show.
    """
    start = np.random.default_rng([seed, 0x52A]).random()
    fraction = (start + index * _GOLDEN) % 1.0
    ra = _RA_RANGE[0] + fraction * (_RA_RANGE[1] - _RA_RANGE[0])
    low, high = np.sin(np.radians(_DEC_RANGE))
    dec = float(np.degrees(np.arcsin(rng.uniform(low, high))))
    return float(ra), dec


def iau_name(ra: float, dec: float) -> str:
    """Return ``SIMJhhmmss.s+ddmmss``, as `radgalgui.sky.coordinates.position_name` has it."""
    return f"SIM{position_name(ra, dec)}"
