"""Ellipses on the sky: which share of each pixel lies in one."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.sky.measuring.field import box_around

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from radgalgui.sky.measuring.field import Field

__all__ = ["Aperture", "Covered", "covered", "outline"]


@dataclass(frozen=True)
class Aperture:
    """An ellipse about a pixel.

    Parameters
    ----------
    x, y : float
        Centre, 0-based pixels.
    semi_major, semi_minor : float
        Arcsec, or pixels where the image has no scale; the same for a circle.
    position_angle : float
        Of the longer axis, degrees from north to east.
    """

    x: float
    y: float
    semi_major: float
    semi_minor: float
    position_angle: float = 0.0

    @classmethod
    def circle(cls, x: float, y: float, radius: float) -> Aperture:
        """Return a circle."""
        return cls(x, y, radius, radius)

    @property
    def area(self) -> float:
        """Square arcsec."""
        return math.pi * self.semi_major * self.semi_minor

    def grown(self, factor: float) -> Aperture:
        """Return the same ellipse so many times as large."""
        return Aperture(
            self.x, self.y, factor * self.semi_major, factor * self.semi_minor, self.position_angle
        )


@dataclass(frozen=True, eq=False)
class Covered:
    """The pixels that an aperture touches.

    Parameters
    ----------
    values : ndarray, shape (h, w), float64
        NaN is blank.
    weights : ndarray, shape (h, w), float64
        The share of each that lies inside, 0 to 1.
    outside : float
        The share of the aperture that lies beyond the image's edge, 0 to 1.
    first : tuple of int
        (x, y) of the first of these pixels.
    """

    values: NDArray[np.float64]
    weights: NDArray[np.float64]
    outside: float
    first: tuple[int, int]

    def weights_of(self, inner: Covered) -> NDArray[np.float64]:
        """Return the shares of the same pixels in a smaller aperture, shape (h, w)."""
        placed = np.zeros_like(self.weights)
        left, top = inner.first[0] - self.first[0], inner.first[1] - self.first[1]
        height, width = inner.weights.shape
        if height and width:
            placed[top : top + height, left : left + width] = inner.weights
        return placed


def covered(field: Field, aperture: Aperture) -> Covered:
    """Return the pixels that an aperture touches and the exact share of each that lies inside."""
    to_circle = _to_circle(field, aperture)
    across, up = _reach(to_circle)
    part, x0, y0 = box_around(field.values, aperture.x, aperture.y, across, up)
    weights = _weights(to_circle, part.shape, x0 - aperture.x, y0 - aperture.y)
    whole = math.pi / abs(float(np.linalg.det(to_circle)))  # pixels
    outside = max(1.0 - float(weights.sum()) / whole, 0.0)
    values = np.asarray(part, dtype=np.float64)
    return Covered(values, weights, outside if outside > 1e-9 else 0.0, (x0, y0))


def outline(field: Field, aperture: Aperture, count: int = 96) -> NDArray[np.float64]:
    """Return 0-based pixels (x, y) along the ellipse, the first again at the end."""
    angles = np.linspace(0.0, 2.0 * np.pi, count + 1)
    circle = np.stack([np.cos(angles), np.sin(angles)])
    offsets = np.linalg.inv(_to_circle(field, aperture)) @ circle
    return np.asarray(offsets.T + np.array([aperture.x, aperture.y]))


def _to_circle(field: Field, aperture: Aperture) -> NDArray[np.float64]:
    """Return the matrix that takes pixel offsets from the centre to a circle of radius 1."""
    angle = math.radians(aperture.position_angle)
    along = [math.sin(angle), math.cos(angle)]  # (east, north)
    across = [math.cos(angle), -math.sin(angle)]
    axes = np.array([along, across])
    sizes = np.array([[aperture.semi_major], [aperture.semi_minor]])
    return np.asarray(axes @ field.jacobian(aperture.x, aperture.y) / sizes)


def _reach(to_circle: NDArray[np.float64]) -> tuple[float, float]:
    """Return how far the ellipse reaches from its centre in x and in y, pixels."""
    back = np.linalg.inv(to_circle)
    return float(np.hypot(*back[0])), float(np.hypot(*back[1]))


def _weights(
    to_circle: NDArray[np.float64], shape: tuple[int, ...], dx: float, dy: float
) -> NDArray[np.float64]:
    """Return the share of each pixel in the circle; the first is at (dx, dy) from the centre."""
    rows, columns = shape
    weights = np.zeros(shape)
    if weights.size == 0:
        return weights
    x = np.arange(columns + 1) + dx - 0.5
    y = np.arange(rows + 1) + dy - 0.5
    corners = to_circle[:, :1, np.newaxis] * x + to_circle[:, 1:, np.newaxis] * y[:, np.newaxis]
    inside = np.hypot(*corners) <= 1.0
    weights[inside[:-1, :-1] & inside[:-1, 1:] & inside[1:, :-1] & inside[1:, 1:]] = 1.0
    middles = (corners[:, :-1, :-1] + corners[:, 1:, 1:]) / 2
    half = max(np.hypot(*(to_circle @ [1, 1])), np.hypot(*(to_circle @ [1, -1]))) / 2
    row, column = np.nonzero((weights == 0) & (np.hypot(*middles) < 1.0 + half))
    steps = [(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)]
    ring = [corners[:, row + down, column + right] for down, right in steps]
    area = sum(_wedge(a, b) for a, b in itertools.pairwise(ring))
    weights[row, column] = np.abs(area) / abs(np.linalg.det(to_circle))
    return np.clip(weights, 0.0, 1.0)


def _wedge(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float64]:
    """Return the signed area that the triangles (0, a, b) share with the circle of radius 1.

    Along the edge from a to b, what lies inside the circle bounds a triangle, and what lies
    outside a sector.
    """
    way = b - a
    square = np.sum(way * way, axis=0)
    half = np.sum(a * way, axis=0)
    left = half**2 - square * (np.sum(a * a, axis=0) - 1.0)
    root = np.sqrt(np.maximum(left, 0.0))
    first = np.clip((-half - root) / square, 0.0, 1.0)
    last = np.clip((-half + root) / square, 0.0, 1.0)
    none = (left <= 0.0) | (last <= first)
    first, last = np.where(none, 0.0, first), np.where(none, 0.0, last)
    enters, leaves = a + first * way, a + last * way
    return np.asarray((_cross(enters, leaves) + _angle(a, enters) + _angle(leaves, b)) / 2)


def _cross(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(a[0] * b[1] - a[1] * b[0])


def _angle(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(np.arctan2(_cross(a, b), np.sum(a * b, axis=0)))
