"""The sky on a plane: Aitoff for all of it, gnomonic for a field, and one into the other.

Formulae of Calabretta & Greisen (2002), A&A 395, 1077 (their AIT and TAN), for directions as unit
vectors: a million of them are projected in some ten milliseconds, and no angle is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["RIM", "TO_GALACTIC", "Frame", "Projection", "angles", "directions"]

Frame = Literal["icrs", "galactic"]

#: Turns ICRS directions to Galactic ones, as astropy does.
TO_GALACTIC = np.array(
    [
        [-0.05487565771259163, -0.8734370519556159, -0.48383507361671546],
        [0.4941094371927268, -0.4448297212232953, 0.7469821839866676],
        [-0.8676661375596576, -0.19807633727300059, 0.45598381368730156],
    ]
)

#: Half the width of the whole sky in Aitoff's projection, degrees; its height is half of that.
RIM = float(np.rad2deg(2 * np.sqrt(2)))

AT_ONCE = 1 << 16  # directions that are projected at once: what lies in a processor's cache
RIM_NEAR = 0.06  # cosines below this have lost digits: at the rim, and about the poles
EDGE = float(np.cos(np.deg2rad(80)))  # beyond 80 degrees off, only Aitoff has a place for things


def directions(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    """Return unit vectors, shape (3, N), of longitudes and latitudes in degrees."""
    a, d = np.deg2rad(np.atleast_1d(lon)), np.deg2rad(np.atleast_1d(lat))
    return np.stack([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)])


def angles(vectors: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitudes from 0 to 360 and latitudes, degrees, of vectors (3, N)."""
    x, y, z = np.asarray(vectors, dtype=np.float64)
    return np.rad2deg(np.arctan2(y, x)) % 360.0, np.rad2deg(np.arctan2(z, np.hypot(x, y)))


@dataclass(frozen=True)
class Projection:
    """The sky around a direction, north up.

    Parameters
    ----------
    lon, lat : float
        The direction in the middle, degrees, in ``frame``.
    frame : {"icrs", "galactic"}
        Whose north is up.
    whole : float
        1 is Aitoff's projection, 0 the gnomonic one; between them lies their weighted mean, which
        has a place for nothing farther than 80 degrees from the middle.

    Notes
    -----
    Places are degrees on the plane, x to the east and y to the north, as FITS has them.
    """

    lon: float
    lat: float
    frame: Frame = "icrs"
    whole: float = 1.0

    @property
    def axes(self) -> NDArray[np.float64]:
        """The middle, its east and its north as ICRS unit vectors, shape (3, 3), one a row."""
        a, d = np.deg2rad(self.lon), np.deg2rad(self.lat)
        rows = np.array(
            [
                [np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)],
                [-np.sin(a), np.cos(a), 0.0],
                [-np.sin(d) * np.cos(a), -np.sin(d) * np.sin(a), np.cos(d)],
            ]
        )
        return rows @ TO_GALACTIC if self.frame == "galactic" else rows

    def project(
        self, vectors: NDArray[np.floating]
    ) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Return places (x, y), each (N,), of ICRS unit vectors (3, N).

        NaN stands where there is none.  The precision is that of the vectors: in single
        precision 0.02 arcsec near the middle.
        """
        turn = self.axes.astype(vectors.dtype)
        places = np.empty((2, vectors.shape[1]), vectors.dtype)
        for first in range(0, vectors.shape[1], AT_ONCE):
            part = slice(first, first + AT_ONCE)
            places[:, part] = self._placed(*(turn @ vectors[:, part]))
        return places[0], places[1]

    def place(self, ra: float, dec: float) -> tuple[float, float] | None:
        """Return the place of an ICRS position, None where it has none."""
        x, y = self.project(directions(ra, dec))
        return (float(x[0]), float(y[0])) if np.isfinite(x[0]) else None

    def unproject(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Return ICRS unit vectors (3, N) of places, NaN beyond the rim of the sky."""
        u, v = np.deg2rad(np.atleast_1d(x)), np.deg2rad(np.atleast_1d(y))
        if self.whole >= 1:
            local = _from_aitoff(u, v)
        else:
            local = _from_plane(*(self._flattened(u, v) if self.whole > 0 else (u, v)))
        vectors: NDArray[np.float64] = self.axes.T @ local
        return vectors

    def position(self, x: float, y: float) -> tuple[float, float] | None:
        """Return the ICRS position at a place in degrees, None beyond the rim."""
        vector = self.unproject(x, y)
        if not np.isfinite(vector[0, 0]):
            return None
        ra, dec = angles(vector)
        return float(ra[0]), float(dec[0])

    def _placed(
        self, ahead: NDArray[np.floating], east: NDArray[np.floating], north: NDArray[np.floating]
    ) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        degrees = ahead.dtype.type(180 / np.pi)
        if self.whole >= 1:
            x, y = _aitoff(ahead, east, north)
            x *= degrees
            y *= degrees
            return x, y
        front = np.where(ahead > EDGE, ahead, np.nan)
        x, y = east / front, north / front
        if self.whole > 0:
            share = ahead.dtype.type(self.whole)
            wide, high = _aitoff(ahead, east, north)
            x, y = x + share * (wide - x), y + share * (high - y)
        return x * degrees, y * degrees

    def _flattened(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return gnomonic places of places, radians; near the middle the two are the same."""
        u, v = x.copy(), y.copy()
        for _ in range(80):  # the mean bends the plane so little that this comes to rest
            wide, high = self._placed(*_from_plane(u, v))
            left, low = x - np.deg2rad(wide), y - np.deg2rad(high)
            u, v = u + left, v + low
            if not (np.abs(left) + np.abs(low) > 1e-13).any():
                break
        return u, v


def _aitoff(
    ahead: NDArray[np.floating], east: NDArray[np.floating], north: NDArray[np.floating]
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return Aitoff's places, radians, by square roots in place of half angles.

    Each step is done in the memory of one before: that is half of the time.
    """
    kind = ahead.dtype.type
    square = ahead * ahead
    cosine = east * east  # of the latitude
    square += cosine
    np.sqrt(square, out=cosine)
    half = cosine * ahead
    half += square
    half *= kind(0.5)
    np.maximum(half, kind(1e-20), out=half)
    np.sqrt(half, out=half)  # the latitude's cosine times that of half the longitude
    rim = np.flatnonzero(half < RIM_NEAR)
    x = np.multiply(cosine, east, out=cosine)
    x /= half  # twice the latitude's cosine times the sine of half the longitude
    half += kind(1)
    stretch = np.divide(kind(2), half, out=half)
    np.sqrt(stretch, out=stretch)
    x *= stretch
    y = np.multiply(stretch, north, out=stretch)
    if len(rim):
        x[rim], y[rim] = _aitoff_at_rim(ahead[rim], east[rim], north[rim])
    return x, y


def _aitoff_at_rim(
    ahead: NDArray[np.floating], east: NDArray[np.floating], north: NDArray[np.floating]
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Do the same where it would take the difference of two numbers that are all but equal."""
    square = ahead * ahead + east * east
    cosine = np.sqrt(square)
    larger = np.sqrt((square + cosine * np.abs(ahead)) / 2)
    smaller = np.abs(east) * cosine / (2 * np.maximum(larger, ahead.dtype.type(1e-20)))
    front = ahead >= 0
    stretch = np.sqrt(2 / (1 + np.where(front, larger, smaller)))
    sine = np.copysign(np.where(front, smaller, larger), east)
    return 2 * sine * stretch, north * stretch


def _from_aitoff(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (ahead, east, north), shape (3, N), of Aitoff's places in radians."""
    square = 1 - (x / 4) ** 2 - (y / 2) ** 2
    z = np.sqrt(np.where(square >= 0.5, square, np.nan))
    sine = np.clip(y * z, -1, 1)
    half = np.arctan2(x * z / 2, 2 * z * z - 1)
    cosine = np.sqrt(1 - sine * sine)
    return np.stack([cosine * np.cos(2 * half), cosine * np.sin(2 * half), sine])


def _from_plane(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (ahead, east, north), shape (3, N), of gnomonic places in radians."""
    local = np.stack([np.ones_like(x), x, y])
    unit: NDArray[np.float64] = local / np.sqrt((local * local).sum(axis=0))
    return unit
