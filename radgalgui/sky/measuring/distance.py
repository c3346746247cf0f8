"""Distances and directions on the sky."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from radgalgui.sky.measuring.field import Field

__all__ = ["Distance", "measure_distance", "on_sphere"]


@dataclass(frozen=True)
class Distance:
    """From one place to another.

    Parameters
    ----------
    length : float
        Arcsec along the great circle, or pixels where the image has no scale.
    position_angle : float
        Direction of the second from the first, degrees from north to east in [0, 360); NaN for
        no distance, and where north is not known.
    start, end : tuple of float
        (x, y), 0-based pixels.
    """

    length: float
    position_angle: float
    start: tuple[float, float]
    end: tuple[float, float]


def measure_distance(
    field: Field, start: tuple[float, float], end: tuple[float, float]
) -> Distance:
    """Measure from one 0-based pixel to another; NaN where one lies off the projected sphere."""
    sky = field.sky_of([start[0], end[0]], [start[1], end[1]])
    if sky is not None:
        (ra1, ra2), (dec1, dec2) = (np.asarray(v, float).tolist() for v in sky)
        return Distance(*on_sphere(ra1, dec1, ra2, dec2), start, end)
    step = field.jacobian(*start) @ np.subtract(end, start)
    length = float(np.hypot(*step))
    angle = math.degrees(math.atan2(step[0], step[1])) % 360.0 if length > 0 else math.nan
    return Distance(length, angle if field.in_arcsec else math.nan, start, end)


def on_sphere(ra1: float, dec1: float, ra2: float, dec2: float) -> tuple[float, float]:
    """Return the distance, arcsec, and the position angle, degrees, between two positions.

    The formula of Vincenty (1975), which is exact for any distance.
    """
    a, d1, d2 = (math.radians(v) for v in (ra2 - ra1, dec1, dec2))
    east = math.cos(d2) * math.sin(a)
    north = math.cos(d1) * math.sin(d2) - math.sin(d1) * math.cos(d2) * math.cos(a)
    along = math.sin(d1) * math.sin(d2) + math.cos(d1) * math.cos(d2) * math.cos(a)
    across = math.hypot(east, north)
    length = math.degrees(math.atan2(across, along)) * 3600.0
    angle = math.degrees(math.atan2(east, north)) % 360.0 if across > 0 else math.nan
    return length, angle
