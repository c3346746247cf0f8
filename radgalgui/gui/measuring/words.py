"""Measurements in words: lengths, angles, fluxes with their errors, brightnesses."""

from __future__ import annotations

import math

from radgalgui.sky.measuring.units import Adding, adding_of

__all__ = ["angle", "brightness", "brightness_scale", "length", "with_error"]

_STEPS = ((1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))
UNKNOWN = "unknown"


def _step(value: float) -> tuple[float, str]:
    """Return the prefix under which a value of Jy has one to four digits before the point."""
    size = abs(value)
    return next((step for step in _STEPS[1:] if size >= step[0]), _STEPS[-1]) if size else (1.0, "")


def brightness(value: float, unit: str) -> str:
    """Return a pixel's value with its unit: ``1.234 mJy/beam``, ``312 counts``."""
    if not math.isfinite(value):
        return "blank"
    factor, own = brightness_scale(value, unit)
    return f"{value * factor:.4g} {own}".strip().replace("-", "−")


def brightness_scale(value: float, unit: str) -> tuple[float, str]:
    """Return by what values are multiplied to be told in a handy unit, and that unit."""
    told = adding_of(unit)
    if told.unit != "Jy" or told.adding is Adding.AREA or not math.isfinite(value):
        return 1.0, unit
    per = "/beam" if told.adding is Adding.BEAM else "/pixel" if "/" in unit else ""
    factor, prefix = _step(value * told.factor)
    return told.factor / factor, f"{prefix}Jy{per}"


def with_error(value: float, error: float, unit: str) -> str:
    """Return ``12.34 ± 0.15 mJy``: the error has two digits, the value as many places."""
    if not math.isfinite(value):
        return UNKNOWN
    factor, prefix = _step(value) if unit == "Jy" else (1.0, "")
    value, error = value / factor, error / factor
    if not math.isfinite(error) or error <= 0:
        return f"{value:.4g} {prefix}{unit}".strip()
    places = max(1 - math.floor(math.log10(error)), 0) if error < 100 else 0
    return f"{value:.{places}f} ± {error:.{places}f} {prefix}{unit}".strip().replace("-", "−")


def length(value: float, *, in_arcsec: bool) -> str:
    """Return ``12.3″``, ``4.56′`` from three arcmin on, or ``12.3 px``."""
    if not math.isfinite(value):
        return UNKNOWN
    if not in_arcsec:
        return f"{value:.1f} px"
    if value >= 7200:
        return f"{value / 3600:.3f}°"
    return (
        f"{value / 60:.2f}′"
        if value >= 180
        else f"{value:.1f}″"
        if value >= 10
        else f"{value:.2f}″"
    )


def angle(value: float) -> str:
    """Return ``PA 32.4°``, "" where there is none."""
    return f"PA {value:.1f}°" if math.isfinite(value) else ""
