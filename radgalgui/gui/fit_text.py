"""How well a reconstruction fits its galaxy, in words and numbers, and how those came about."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from radgalgui.jobs.events import Reconstruction

__all__ = ["fit_explanation", "fit_words", "residual_plane"]

NOISE_LIKE = 1.5  # reduced chi-square up to which what is left is no more than noise


def residual_plane(told: Reconstruction) -> tuple[NDArray[np.float32], str]:
    """Return the residual to show, (S, S), and its unit.

    It is in units of the noise (σ) where that is known, else in per cent of the brightest pixel.
    Several bands are added up, divided by the root of their number, so that pure noise still
    has a standard deviation of 1 σ; shares of the peak are averaged.  NaN is blank in all bands.
    """
    residual = np.asarray(told.residual, dtype=np.float32)
    finite = np.isfinite(residual)
    count = finite.sum(axis=0)
    total = np.where(finite, residual, 0).sum(axis=0)
    share = np.sqrt(np.maximum(count, 1)) if told.noise_known else np.maximum(count, 1) / 100
    shown = np.where(count > 0, total / share, np.nan).astype(np.float32)
    return shown, "σ" if told.noise_known else "%"


def fit_words(told: Reconstruction) -> str:
    """Return one line on the fit, "" where there is nothing to tell."""
    if not told.noise_known:
        return f"Noise not known (background taken out)  ·  residual {_left(told)} of the peak"
    source, cutout = _known(told.chi_square_source), _known(told.chi_square)
    if source is None:
        nothing = "Nothing above the clip to call a source"
        return f"{nothing}  ·  reduced χ² {_number(cutout)}" if cutout is not None else ""
    whole = f" (cutout {_number(cutout)})" if cutout is not None else ""
    return f"Left over the source: {_judged(source)}  ·  reduced χ² {_number(source)}{whole}"


def fit_explanation(told: Reconstruction, noise: str) -> str:
    """Return how the numbers came about, as HTML; ``noise`` is its value and unit."""
    if not told.noise_known:
        return (
            "<p>The residual is the image less the reconstruction, in per cent of the brightest "
            "pixel. Without the noise nobody can say how much of it is significant, so there is "
            "no χ².</p><p>The number is the root mean square of the residual over the pixels "
            "where it, or the reconstruction, is not zero.</p>"
        )
    return (
        f"<p>The residual is the cutout less the reconstruction, pixel by pixel, divided by the "
        f"noise{f' ({noise})' if noise else ''}. Reduced χ² is the mean of its square: 1 is what "
        "noise alone leaves, 4 means twice as much.</p>"
        "<p><b>Over the source</b>: the pixels of its islands of emission, those above the clip. "
        "<b>Over the cutout</b>: all pixels.</p>"
        "<p>The reconstruction has no small number of parameters to subtract, and pixels within "
        "a beam share their noise, so read it as a measure, not as a test. A bright source "
        "reaches high values by small errors: a hundredth of a peak of 1000 σ is 10 σ.</p>"
    )


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _judged(chi_square: float) -> str:
    if chi_square <= NOISE_LIKE:
        return "no more than noise"
    times = math.sqrt(chi_square)
    return f"{times:.1f} × the noise" if times < 9.95 else f"{times:,.0f} × the noise"


def _number(value: float) -> str:
    if value < 9.95:
        return f"{value:.1f}" if value >= 0.1 else f"{value:.2f}"
    return f"{value:,.0f}"


def _left(told: Reconstruction) -> str:
    residual, _ = residual_plane(told)
    drawn = np.asarray(told.image).max(axis=0) > 1e-3
    there = np.isfinite(residual) & (drawn | (np.abs(residual) > 1e-3))
    rms = float(np.sqrt(np.mean(residual[there] ** 2))) if there.any() else 0.0
    return f"{rms:.1f} %" if rms < 10 else f"{rms:.0f} %"
