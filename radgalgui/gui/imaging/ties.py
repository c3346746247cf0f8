"""Where the sky of one picture lies in another: what moves pictures together."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from radgalgui.gui.imaging.picture import Sky
from radgalgui.gui.picture_view import PictureView

__all__ = ["lead", "place_in"]


def place_in(
    one: Sky, other: Sky, x: ArrayLike, y: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return where 0-based pixels of a picture lie in another, NaN off the sky.

    By the pixels themselves if they are the same; else by the position on the sky; without
    coordinates by the outline of the cutout in the image it was cut from.  None where nothing
    ties the two.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    if one.values is other.values or (one.grid and one.grid == other.grid):
        return x, y
    if one.readout is not None and other.readout is not None:
        from radgalgui.sky.celestial import icrs_to_pixel, pixel_to_icrs

        return icrs_to_pixel(other.readout.wcs, *pixel_to_icrs(one.readout.wcs, x, y))
    if one.readout is not None or other.readout is not None:
        return None
    if one.box is not None and other.grid and other.box is None:
        return _into_cutout(one.box, other, x, y)
    if other.box is not None and one.grid and one.box is None:
        return _out_of_cutout(other.box, one, x, y)
    return None


def _into_cutout(
    box: tuple[float, float, float], cutout: Sky, x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    side = cutout.values.shape[1]
    scale, middle = side / box[2], (side - 1) / 2
    return (x - box[0]) * scale + middle, (y - box[1]) * scale + middle


def _out_of_cutout(
    box: tuple[float, float, float], cutout: Sky, x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    side = cutout.values.shape[1]
    scale, middle = box[2] / side, (side - 1) / 2
    return (x - middle) * scale + box[0], (y - middle) * scale + box[1]


def lead(leader: PictureView, follower: PictureView) -> None:
    """Let a view show the same sky as another, in the middle and as large.

    Where nothing ties the pictures it shows the same part if they have as many pixels, and else
    stays as it is.
    """
    one, other = leader.sky, follower.sky
    if one is None or other is None:
        return
    if one.values is other.values or (one.grid and one.grid == other.grid):
        follower.follow(leader)
        return
    x, y = leader.middle
    places = place_in(one, other, [x, x + 1.0, x], [y, y, y + 1.0])
    if places is None:
        if one.values.shape == other.values.shape:
            follower.follow(leader)
        return
    px, py = places
    if not (np.isfinite(px).all() and np.isfinite(py).all()):
        return
    across = np.hypot(px[1] - px[0], py[1] - py[0]) * np.hypot(px[2] - px[0], py[2] - py[0])
    if across > 0:
        size = leader.pixel_size * _grown(leader, follower) / np.sqrt(across)
        follower.look_at(float(px[0]), float(py[0]), float(size))


def _grown(leader: PictureView, follower: PictureView) -> float:
    """Return how much larger the follower's widget is, if views ever differ."""
    ours = min(leader.width(), leader.height())
    return min(follower.width(), follower.height()) / ours if ours else 1.0
