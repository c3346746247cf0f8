"""Where one looks at the sky, and how much of it: plain values that glide into one another."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from radgalgui.sky.projection import RIM, TO_GALACTIC, Frame, Projection, angles, directions

__all__ = ["FIELD", "LEAST", "WHOLE", "Aim"]

WHOLE = RIM * 1.06  # half the width that holds the whole sky, with a little room around it
LEAST = 0.5 / 60  # nearer than this, degrees, positions in single precision would show

#: From a half width of 42 degrees down to 18 the whole sky's projection becomes the plane one.
FIELD, GLOBE = 18.0, 42.0
#: Up to the first all directions can be in the middle; from the second on only the equator.
FREE, UPRIGHT = 80.0, 150.0


@dataclass(frozen=True)
class Aim:
    """A direction and half the width that is seen.

    Parameters
    ----------
    lon, lat : float
        The direction in the middle, degrees, in ``frame``.
    radius : float
        Half the width, degrees on the plane, in a view twice as wide as high; a narrower view is
        as wide, a wider one as high.
    frame : {"icrs", "galactic"}
        Whose north is up.
    """

    lon: float = 180.0
    lat: float = 0.0
    radius: float = WHOLE
    frame: Frame = "icrs"

    @property
    def share(self) -> float:
        """How far the projection is that of the whole sky: 1, down to 0 for a field."""
        t = (self.radius - FIELD) / (GLOBE - FIELD)
        t = min(max(t, 0.0), 1.0)
        return t * t * (3 - 2 * t)

    @property
    def whole(self) -> bool:
        """Whether this is a view of the whole sky rather than of a field."""
        return self.radius >= GLOBE

    @property
    def projection(self) -> Projection:
        """How directions become places."""
        return Projection(self.lon, self.lat, self.frame, self.share)

    def scale(self, width: float, height: float) -> float:
        """Return how many pixels a degree has in the middle of a view of that size."""
        return max(min(width / 2, height), 1.0) / self.radius

    def zoomed(self, factor: float) -> Aim:
        """Return a view as many times nearer; above 1 is nearer."""
        return replace(self, radius=self.radius / factor).kept()

    def moved(self, lon: float, lat: float) -> Aim:
        """Return a view with its middle as many degrees on."""
        return replace(self, lon=self.lon + lon, lat=self.lat + lat).kept()

    def kept(self) -> Aim:
        """Return this view within its limits: the whole sky stands upright, north is up."""
        radius = min(max(self.radius, LEAST), WHOLE)
        free = (UPRIGHT - radius) / (UPRIGHT - FREE)
        most = 90.0 * min(max(free, 0.0), 1.0)
        return replace(
            self, lon=self.lon % 360.0, lat=min(max(self.lat, -most), most), radius=radius
        )

    def in_frame(self, frame: Frame) -> Aim:
        """Return a view with the same direction in the middle, and another north up."""
        return self.towards(self.vector, self.radius, frame)

    @property
    def vector(self) -> NDArray[np.float64]:
        """The direction in the middle, ICRS unit vector (3,)."""
        return np.asarray(self.projection.axes[0])

    def towards(
        self, vector: NDArray[np.floating], radius: float, frame: Frame | None = None
    ) -> Aim:
        """Return a view of an ICRS direction (3,)."""
        frame = frame or self.frame
        turned = TO_GALACTIC @ vector if frame == "galactic" else vector
        lon, lat = angles(np.reshape(turned, (3, 1)))
        return Aim(float(lon[0]), float(lat[0]), radius, frame).kept()

    def between(self, other: Aim, part: float) -> Aim:
        """Return the view ``part`` of the way to another of the same frame, the short way round.

        Directions go along a great circle; widths by the same factor in equal times.
        """
        start, end = (directions(aim.lon, aim.lat)[:, 0] for aim in (self, other))
        angle = math.acos(min(max(float(start @ end), -1.0), 1.0))
        if angle < 1e-9 or math.pi - angle < 1e-6:
            lon, lat = (other.lon, other.lat) if part > 0.5 else (self.lon, self.lat)
        else:
            way = math.sin((1 - part) * angle) * start + math.sin(part * angle) * end
            lon, lat = (float(v[0]) for v in angles(way.reshape(3, 1)))
        radius = self.radius ** (1 - part) * other.radius**part
        return Aim(lon, lat, radius, other.frame).kept()
