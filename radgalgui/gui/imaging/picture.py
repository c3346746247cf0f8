"""What a picture of the sky is to the views that show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.imaging.levels import Levels
from radgalgui.gui.sky_readout import SkyReadout

__all__ = ["Sky", "same_pixels"]


@dataclass(frozen=True)
class Sky:
    """A picture and what is drawn over it.

    Parameters
    ----------
    values : ndarray, shape (H, W)
        Pixels, NaN is blank; row 0 is at the bottom.
    unit : str
        Their unit, "" where there is none.
    pixel_scale : float
        Arcsec a pixel; 0 where it is unknown, and there is no scale bar.
    readout : SkyReadout, optional
        The picture's WCS.
    beam : tuple of float
        Major, minor (arcsec) and position angle (degrees), or empty.
    box : tuple of float, optional
        Centre x, y and width of the cutout, pixels.
    grid : str
        Pictures of the same pixels of the same sky have the same word here, "" has none.
    noise : float
        Of the pixels, in their unit; 0 where it is not known.
    levels : Levels, optional
        Of ``values``, prepared beforehand in another thread.
    """

    values: NDArray[np.floating]
    unit: str = ""
    pixel_scale: float = 0.0
    readout: SkyReadout | None = None
    beam: tuple[float, ...] = ()
    box: tuple[float, float, float] | None = None
    grid: str = ""
    noise: float = 0.0
    levels: Levels | None = None


def same_pixels(one: Sky | None, other: Sky | None) -> bool:
    """Return whether two pictures have the same pixels, so that the view may stay."""
    if one is None or other is None:
        return one is other
    return one.values is other.values or np.array_equal(one.values, other.values, equal_nan=True)
