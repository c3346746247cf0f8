"""Simulate FIRST-like images of radio galaxies, with the truth about each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from radgalgui.errors import UsageError
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.simulate.instrument import NOISE_RMS, Telescope, beam_transform, grid_size
from radgalgui.sky.simulate.measure import arm_numbers, largest_angular_size
from radgalgui.sky.simulate.morphology import build
from radgalgui.sky.simulate.names import draw_position, iau_name
from radgalgui.sky.simulate.particles import Particles
from radgalgui.sky.simulate.population import Shape, chosen_kinds, draw_shape

__all__ = ["Simulated", "deposit", "simulate", "smooth"]

_NEIGHBOURS = 0.5 / 270.0**2  # a square arcsec: 90 FIRST sources a square degree
_COMPANIONS = 0.08  # radio galaxies live in groups: further sources, 30" round the centre


@dataclass(frozen=True)
class Simulated:
    """Simulated images and the truth about them.

    Parameters
    ----------
    images : ndarray, shape (N, size, size), float32
        Jy/beam; north is up (rows rise with declination), east to the left.
    truth : dict of str to ndarray, each shape (N,)
        ``name``, ``ra``, ``dec`` (deg, ICRS), ``label`` (one of `KINDS`); ``angular_size``
        (arcsec, longest extent above 3 times 0.15 mJy/beam without noise and neighbours, beam
        not taken out), ``flux`` (Jy), ``peak_flux`` (Jy/beam, of the source alone),
        ``position_angle`` (of its axis, deg east of north, 0 to 180), ``inclination`` (deg, 90 in
        the plane of the sky), ``bending`` (deg, 0 is straight), ``asymmetry`` and ``flux_ratio``
        (longer over shorter, brighter over fainter arm; these three NaN without two arms),
        ``core_fraction``, ``chance_neighbours`` (unrelated sources in the image), ``noise``
        (Jy/beam).
    seed, first : int
        What the images were drawn from: image k is source ``first + k`` of ``seed``.
    pixel_scale : float
        Arcsec a pixel.
    """

    images: NDArray[np.float32]
    truth: dict[str, NDArray[Any]]
    seed: int
    first: int
    pixel_scale: float

    def __len__(self) -> int:
        return len(self.images)


def simulate(
    n: int,
    *,
    seed: int,
    size: int = 150,
    pixel_scale: float = 1.8,
    kinds: Iterable[str] | None = None,
    first: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Simulated:
    """Simulate radio galaxies as the FIRST survey would show them.

    Parameters
    ----------
    n : int
        How many.
    seed : int
        Source i of a seed is the same whatever ``n`` and ``first`` are, but for another size,
        pixel scale or choice of kinds.
    size : int
        Side of an image, pixels.
    pixel_scale : float
        Arcsec a pixel; the 5.4" beam wants less than 2.7.
    kinds : iterable of str, optional
        Draw only these of `KINDS`, in their usual proportions; None draws all.  Use another
        seed for another choice: the same seed draws much the same sizes and angles.
    first : int
        Index of the first source, so that a large set can be made in pieces.
    progress, cancel
        Told after each source; looked at before each.

    Returns
    -------
    Simulated
        Images and truth; ``n`` 0 gives empty arrays.

    Raises
    ------
    UsageError
        If a number is out of range or a kind unknown.
    Cancelled
        If the user asked to stop.
    """
    _check(n=n, seed=seed, size=size, pixel_scale=pixel_scale, first=first)
    chosen = chosen_kinds(kinds)
    images = np.empty((n, size, size), dtype=np.float32)
    rows: list[dict[str, Any]] = []
    for k in range(n):
        if cancel is not None:
            cancel.check()
        images[k], row = _one(seed, first + k, size, pixel_scale, chosen)
        rows.append(row)
        progress(k + 1, n, "simulating")
    return Simulated(images, _columns(rows), seed, first, pixel_scale)


def _one(
    seed: int, index: int, size: int, pixel_scale: float, kinds: tuple[str, ...]
) -> tuple[NDArray[np.float32], dict[str, Any]]:
    """Return the image and the truth of one source."""
    rng = np.random.default_rng([seed, index])
    ra, dec = draw_position(rng, seed, index)
    shape = draw_shape(rng, kinds)
    model = build(rng, shape)
    grid = grid_size(size, pixel_scale)
    beam = beam_transform(grid, pixel_scale)
    cloud = _on_sky(rng, model.particles(), shape)
    sky = deposit(cloud, grid, pixel_scale)
    source = smooth(sky, beam)
    scale = np.float32(shape.peak / max(float(source.max()), 1e-12))
    sky *= scale
    source *= scale
    others, count = _neighbours(rng, grid, size, pixel_scale)
    restored = source if others is None else source + smooth(others, beam)
    telescope = Telescope(rng, grid=grid, pixel_scale=pixel_scale, dec=dec)
    image = telescope.observe(sky if others is None else sky + others, restored)
    bending, asymmetry, flux_ratio = arm_numbers(model)
    row = {
        "name": iau_name(ra, dec),
        "ra": ra,
        "dec": dec,
        "label": shape.kind,
        "angular_size": largest_angular_size(source, 3 * NOISE_RMS, pixel_scale),
        "flux": cloud.total * float(scale),
        "peak_flux": float(source.max()),
        "position_angle": shape.position_angle % 180.0,
        "inclination": shape.inclination,
        "bending": bending,
        "asymmetry": asymmetry,
        "flux_ratio": flux_ratio,
        "core_fraction": model.core.total / max(cloud.total, 1e-12),
        "chance_neighbours": count,
        "noise": telescope.rms,
    }
    margin = (grid - size) // 2
    return image[margin : margin + size, margin : margin + size], row


def _on_sky(rng: np.random.Generator, cloud: Particles, shape: Shape) -> Particles:
    """Turn the axis to its position angle; x then grows to the west and y to the north.

    Half of the sources are centred on their core, as lists of host galaxies do, half on their
    centre of flux, as lists of radio sources do, and none exactly on a pixel.
    """
    if rng.random() < 0.5:
        cloud = Particles(cloud.x, -cloud.y, cloud.flux)
    turned = cloud.moved(np.radians(shape.position_angle + 90.0))
    centred = rng.random() < 0.5
    dx, dy = rng.uniform(-0.9, 0.9, 2)
    if centred and turned.total > 0:
        dx -= np.average(turned.x, weights=turned.flux)
        dy -= np.average(turned.y, weights=turned.flux)
    return turned.moved(0.0, float(dx), float(dy))


def deposit(cloud: Particles, grid: int, pixel_scale: float) -> NDArray[np.float32]:
    """Share each particle between its four nearest pixels; shape (grid, grid)."""
    middle = (grid - 1) / 2.0
    x, y = cloud.x / pixel_scale + middle, cloud.y / pixel_scale + middle
    keep = (x >= 0) & (x < grid - 1) & (y >= 0) & (y < grid - 1)
    x, y, flux = x[keep], y[keep], cloud.flux[keep]
    column, row = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    part_x, part_y = x - column, y - row
    sky = np.zeros(grid * grid)
    for dy, weight_y in ((0, 1 - part_y), (1, part_y)):
        for dx, weight_x in ((0, 1 - part_x), (1, part_x)):
            flat = (row + dy) * grid + column + dx
            sky += np.bincount(flat, flux * weight_x * weight_y, minlength=grid * grid)
    return sky.reshape(grid, grid).astype(np.float32)


def smooth(sky: NDArray[np.float32], beam: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a sky (Jy a pixel) convolved with the beam of that transform, Jy/beam."""
    smoothed: NDArray[np.float32] = fft.irfft2(fft.rfft2(sky) * beam, s=sky.shape)
    return np.maximum(smoothed, 0.0)


def _neighbours(
    rng: np.random.Generator, grid: int, size: int, pixel_scale: float
) -> tuple[NDArray[np.float32] | None, int]:
    """Return unrelated sources of the field (Jy a pixel) and how many lie in the image."""
    side = size * pixel_scale
    count, near = int(rng.poisson(_NEIGHBOURS * side**2)), int(rng.poisson(_COMPANIONS))
    places = rng.uniform(-side / 2, side / 2, (count, 2))
    places = np.concatenate([places, rng.normal(0.0, 30.0, (near, 2))])
    places = places[np.abs(places).max(axis=1, initial=0.0) < side / 2]
    if len(places) == 0:
        return None, 0
    sky = np.zeros((grid, grid), dtype=np.float32)
    for dx, dy in places:
        shape = draw_shape(rng, ("compact", "resolved", "FRII"))
        cloud = _on_sky(rng, build(rng, shape).particles(), shape).scaled(shape.peak)
        sky += deposit(cloud.moved(0.0, float(dx), float(dy)), grid, pixel_scale)
    return sky, len(places)


def _columns(rows: list[dict[str, Any]]) -> dict[str, NDArray[Any]]:
    """Return the truth as columns of fixed types, so that pieces can be joined."""
    return {
        name: np.array([row[name] for row in rows], dtype=kind) for name, kind in _COLUMNS.items()
    }


_COLUMNS = {
    "name": "U19",
    "ra": "f8",
    "dec": "f8",
    "label": "U13",
    "angular_size": "f8",
    "flux": "f8",
    "peak_flux": "f8",
    "position_angle": "f8",
    "inclination": "f8",
    "bending": "f8",
    "asymmetry": "f8",
    "flux_ratio": "f8",
    "core_fraction": "f8",
    "chance_neighbours": "i8",
    "noise": "f8",
}


def _check(*, n: int, seed: int, size: int, pixel_scale: float, first: int) -> None:
    """Refuse numbers that make no sense."""
    for name, value, least in (
        ("n", n, 0),
        ("seed", seed, 0),
        ("first", first, 0),
        ("size", size, 16),
    ):
        if value < least:
            raise UsageError(f"{name} is {value}", remedy=f"use {least} or more")
    if not 0.1 <= pixel_scale <= 2.7:
        raise UsageError(
            f"the pixel scale is {pixel_scale} arcsec",
            remedy="use 0.1 to 2.7 with a 5.4 arcsec beam",
        )
