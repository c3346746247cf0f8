"""From pixel values to levels of a colour map: limits and stretches, by astropy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BY_HAND",
    "LIMITS",
    "STRETCHES",
    "TIPS",
    "Display",
    "Wishes",
    "limits_of",
    "symmetric_span",
    "to_levels",
]

STRETCHES = ("linear", "log", "sqrt", "squared", "asinh", "sinh", "power", "histeq")
LIMITS = ("min-max", "99.9 %", "99.5 %", "99 %", "95 %", "zscale")
BY_HAND = "by hand"  # limits that were typed or dragged: a display's span has them

#: What is chosen by each of the three lists below pictures.
TIPS = {
    "Stretch": "How brightness becomes colour between the limits: asinh, log and sqrt show faint"
    " emission beside bright, squared and power the brightest alone, histeq all levels alike",
    "Limits": "Which values are black and white: a percentage leaves out as many of the faintest"
    " and brightest pixels, zscale is that of IRAF and DS9; H sets them by hand",
    "Colour map": "The colours of all pictures, galleries and tiles",
}


@dataclass(frozen=True)
class Display:
    """How an image is shown; ``span``, where there is one, goes before ``limits``.

    ``signed`` pictures have values around 0, which is in the middle of their colours.
    """

    stretch: str = "linear"
    limits: str = "99.9 %"
    colour_map: str = "inferno"
    span: tuple[float, float] | None = None
    signed: bool = False


@dataclass(frozen=True)
class Wishes:
    """Which pictures are wanted, and whether the original has the limits of the encoder's view."""

    reconstruction: bool = True
    same_limits: bool = False


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


def symmetric_span(values: NDArray[np.floating], *, least: float = 0.0) -> tuple[float, float]:
    """Return limits around 0 that hold nearly all values: 1, 2 or 5 times a power of ten.

    The faintest 99.5 % lie within; blanks count for nothing.  ``least`` keeps noise from looking
    like more than it is.
    """
    finite = np.abs(values[np.isfinite(values)])
    reach = max(float(np.percentile(finite, 99.5)) if finite.size else 0.0, least, 1e-12)
    power = 10.0 ** np.floor(np.log10(reach))
    step = next(m for m in (1.0, 2.0, 5.0, 10.0) if m * power >= reach * (1 - 1e-9))
    return -float(step * power), float(step * power)


def to_levels(values: NDArray[np.floating], display: Display) -> NDArray[np.uint8]:
    """Return values (H, W) as levels 0 to 255; blanks become 0, or 128 if signed.

    The stretches are those of `astropy.visualization`, with its default parameters, and 3
    as the power.
    """
    low, high = display.span or limits_of(values, display.limits)
    scaled = np.clip((values - low) / np.float64(high - low), 0.0, 1.0)
    finite = np.isfinite(scaled)
    stretched = _stretch(display.stretch, scaled[finite])(scaled[finite], clip=True)
    made = np.full(values.shape, 128 if display.signed else 0, np.uint8)
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
