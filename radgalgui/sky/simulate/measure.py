"""What is measured of a simulated source, with neither noise nor neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from radgalgui.sky.islands import extent
from radgalgui.sky.simulate.morphology import Model
from radgalgui.sky.simulate.particles import Particles

__all__ = ["arm_numbers", "largest_angular_size"]


def largest_angular_size(
    image: NDArray[np.floating], threshold: float, pixel_scale: float
) -> float:
    """Return the longest straight extent of all pixels above a threshold, arcsec.

    Separate lobes count as one source.  The beam is not taken out, so a bright point
    measures more than a faint one.  0 where no pixel is above the threshold.
    """
    y, x = np.nonzero(image > threshold)
    return extent(x, y) * pixel_scale


def arm_numbers(model: Model) -> tuple[float, float, float]:
    """Return bending (degrees), arm-length ratio and flux ratio (both 1 or more) of two arms.

    An arm's length and direction are those of its flux-weighted mean from the core.
    Bending is 0 for a straight source, 180 where both arms point the same way.  All are NaN
    for sources without two arms.
    """
    if len(model.arms) != 2:
        return float("nan"), float("nan"), float("nan")
    first, second = (_mean(arm) for arm in model.arms)
    lengths = np.hypot(*first), np.hypot(*second)
    angle = np.arctan2(*first) - np.arctan2(*second)
    between = abs((np.degrees(angle) + 180.0) % 360.0 - 180.0)
    length_ratio = max(lengths) / max(min(lengths), 1e-6)
    fluxes = [arm.total for arm in model.arms]
    return float(180.0 - between), float(length_ratio), max(fluxes) / max(min(fluxes), 1e-9)


def _mean(cloud: Particles) -> NDArray[np.float64]:
    return np.array(
        [np.average(cloud.x, weights=cloud.flux), np.average(cloud.y, weights=cloud.flux)]
    )
