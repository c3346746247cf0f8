"""Radio galaxies as clouds of weighted particles: cores, knots, hot spots, jets, plumes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Particles", "Spine", "blob", "clumpy", "join", "spine", "tube"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Particles:
    """A cloud on the plane of the sky.

    Parameters
    ----------
    x, y : ndarray, shape (P,)
        Arcsec from the core, along and across the source's axis.
    flux : ndarray, shape (P,)
        Relative flux of each particle.
    """

    x: Floats
    y: Floats
    flux: Floats

    @property
    def total(self) -> float:
        """Sum of the flux."""
        return float(self.flux.sum())

    def scaled(self, flux: float) -> Particles:
        """Return the cloud with another total flux; an empty or dark cloud stays as it is."""
        total = self.total
        return self if total <= 0 else Particles(self.x, self.y, self.flux * (flux / total))

    def moved(self, angle: float, dx: float = 0.0, dy: float = 0.0) -> Particles:
        """Return the cloud turned by ``angle`` (radians, anticlockwise), then shifted."""
        cos, sin = np.cos(angle), np.sin(angle)
        return Particles(
            cos * self.x - sin * self.y + dx, sin * self.x + cos * self.y + dy, self.flux
        )


@dataclass(frozen=True)
class Spine:
    """The middle line of a jet or tail: points (arcsec) and direction (radians), each (T,)."""

    x: Floats
    y: Floats
    angle: Floats

    @property
    def end(self) -> tuple[float, float]:
        """Where it ends."""
        return float(self.x[-1]), float(self.y[-1])


def join(clouds: Sequence[Particles]) -> Particles:
    """Return one cloud of all."""
    return Particles(
        np.concatenate([c.x for c in clouds]),
        np.concatenate([c.y for c in clouds]),
        np.concatenate([c.flux for c in clouds]),
    )


def blob(
    rng: np.random.Generator,
    *,
    flux: float,
    fwhm: float,
    at: tuple[float, float] = (0.0, 0.0),
    axis_ratio: float = 1.0,
    angle: float = 0.0,
    count: int = 240,
) -> Particles:
    """Return a Gaussian knot of some full width at half maximum (arcsec, major axis)."""
    count = 1 if fwhm <= 0.3 else count
    sigma = fwhm / 2.3548 if count > 1 else 0.0
    major, minor = sigma * rng.standard_normal((2, count))
    cloud = Particles(major, minor * axis_ratio, np.full(count, flux / count))
    return cloud.moved(angle, *at)


def spine(
    rng: np.random.Generator,
    *,
    length: float,
    bend: float = 0.0,
    bend_from: float = 0.0,
    bend_width: float = 1.0,
    wiggle: float = 0.0,
    steps: int = 64,
) -> Spine:
    """Return a line that starts along +x and may bend and meander.

    Parameters
    ----------
    rng : `numpy.random.Generator`
        Draws the meanders.
    length : float
        Arcsec along the line.
    bend : float
        Total turn, radians.
    bend_from, bend_width : float
        Where along the line, as fractions, the turn begins and over how much it is spread.
    wiggle : float
        Amplitude of the meanders, radians.
    steps : int
        Points of the line.
    """
    t = np.linspace(0.0, 1.0, steps)
    turn = np.clip((t - bend_from) / max(bend_width, 1e-3), 0.0, 1.0)
    angle = bend * turn * turn * (3 - 2 * turn)
    for mode in (1, 2, 3):
        phase = rng.uniform(0, 2 * np.pi)
        wave = np.sin(2 * np.pi * mode * t + phase) - np.sin(phase)
        angle += wiggle / mode * rng.normal() * wave * np.sqrt(t)
    step = length / (steps - 1)
    x = np.concatenate([[0.0], np.cumsum(np.cos(angle[:-1]))]) * step
    y = np.concatenate([[0.0], np.cumsum(np.sin(angle[:-1]))]) * step
    return Spine(x, y, angle)


def tube(
    rng: np.random.Generator,
    line: Spine,
    *,
    brightness: Floats,
    width: Floats,
    flux: float,
    filled: bool = False,
    clumps: float = 0.0,
    count: int = 1200,
) -> Particles:
    """Return emission round a line.

    Parameters
    ----------
    rng : `numpy.random.Generator`
        Places the particles.
    line : Spine
        The middle line, T points.
    brightness : ndarray, shape (T,)
        Relative flux per unit length.
    width : ndarray, shape (T,)
        Full width, arcsec.
    flux : float
        Total flux.
    filled : bool
        Fill a cylinder with a sharp edge, as lobes do, instead of a Gaussian profile.
    clumps : float
        Contrast of knots and filaments; 0 is smooth.
    count : int
        Particles.
    """
    steps = len(line.x)
    t = (np.arange(count) + rng.random(count)) / count
    place = t * (steps - 1)
    low = np.minimum(place.astype(np.intp), steps - 2)
    part = place - low
    if filled:
        across = 0.5 * np.sqrt(rng.random(count)) * np.cos(np.pi * rng.random(count))
    else:
        across = rng.standard_normal(count) / 2.3548
    across *= _along(width, low, part)
    angle = _along(line.angle, low, part)
    cloud = Particles(
        _along(line.x, low, part) - across * np.sin(angle),
        _along(line.y, low, part) + across * np.cos(angle),
        np.maximum(_along(brightness, low, part), 0.0),
    )
    if clumps > 0:
        cloud = clumpy(rng, cloud, contrast=clumps)
    return cloud.scaled(flux)


def clumpy(rng: np.random.Generator, cloud: Particles, *, contrast: float) -> Particles:
    """Return the cloud with a lognormal texture of filaments from 4 to 30 arcsec."""
    waves = 12
    scale = np.exp(rng.uniform(np.log(4.0), np.log(30.0), waves))
    turn = rng.uniform(0, 2 * np.pi, (2, waves))
    kx, ky = 2 * np.pi / scale * np.cos(turn[0]), 2 * np.pi / scale * np.sin(turn[0])
    field = np.cos(np.outer(cloud.x, kx) + np.outer(cloud.y, ky) + turn[1]).sum(axis=1)
    texture = np.exp(contrast * field / np.sqrt(waves / 2))
    return Particles(cloud.x, cloud.y, cloud.flux * texture)


def _along(values: Floats, low: NDArray[np.intp], part: Floats) -> Floats:
    """Interpolate between neighbouring points of a line."""
    return values[low] * (1 - part) + values[low + 1] * part
