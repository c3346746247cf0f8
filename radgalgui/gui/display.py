"""From pixel values to levels of a colour map: limits and stretches, by astropy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["LIMITS", "STRETCHES", "Display", "limits_of", "to_levels"]

STRETCHES = ("linear", "log", "sqrt", "squared", "asinh", "sinh", "power", "histeq")
LIMITS = ("min-max", "99.9 %", "99.5 %", "99 %", "95 %", "zscale")


@dataclass(frozen=True)
class Display:
    """How an image is shown."""

    stretch: str = "linear"
    limits: str = "99.9 %"
    colour_map: str = "inferno"


def limits_of(values: NDArray[np.floating], limits: str) -> tuple[float, float]:
    """Return the values that become black and white; (0, 1) where nothing is finite."""
    from astropy.visualization import MinMaxInterval, PercentileInterval, ZScaleInterval

    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    if limits == "zscale":
        interval: Any = ZScaleInterval()
    elif limits == "min-max":
        interval = MinMaxInterval()
    else:
        interval = PercentileInterval(float(limits.rstrip(" %")))
    low, high = (float(v) for v in interval.get_limits(finite))
    return (low, high) if high > low else (low, low + 1.0)


def to_levels(values: NDArray[np.floating], display: Display) -> NDArray[np.uint8]:
    """Return values (H, W) as levels 0 to 255; blanks become 0.

    The stretches are those of `astropy.visualization`, with its default parameters, and 3
    as the power.
    """
    low, high = limits_of(values, display.limits)
    scaled = np.clip((values - low) / np.float64(high - low), 0.0, 1.0)
    finite = np.isfinite(scaled)
    stretched = _stretch(display.stretch, scaled[finite])(scaled[finite], clip=True)
    made = np.zeros(values.shape, np.uint8)
    made[finite] = np.round(np.asarray(stretched) * 255).astype(np.uint8)
    return made


def _stretch(name: str, scaled: NDArray[np.floating]) -> Any:
    from astropy import visualization as vis

    if name == "histeq" and np.ptp(scaled if scaled.size else np.zeros(1)) > 0:
        return vis.HistEqStretch(scaled)
    return {
        "log": vis.LogStretch,
        "sqrt": vis.SqrtStretch,
        "squared": vis.SquaredStretch,
        "asinh": vis.AsinhStretch,
        "sinh": vis.SinhStretch,
        "power": lambda: vis.PowerStretch(3),
    }.get(name, vis.LinearStretch)()
