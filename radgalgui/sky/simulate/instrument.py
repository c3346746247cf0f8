"""What a VLA snapshot survey does to the sky: (u, v) coverage, CLEAN, beam and noise."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

__all__ = ["BEAM_FWHM", "NOISE_RMS", "Telescope", "beam_transform", "grid_size"]

BEAM_FWHM = 5.4
"""Restoring beam of FIRST (Becker, White & Helfand 1995), arcsec."""

NOISE_RMS = 0.15e-3
"""Typical noise of FIRST, Jy/beam."""

Floats = NDArray[np.float32]

_PIXEL = 1.8
_LOST = np.float32(0.016)  # cycles per 1.8 arcsec: B configuration misses scales over 2'
_ROBUST = 12.0  # between natural (infinity) and uniform (0) weighting
_LATITUDE = np.radians(34.0784)
_ARM_AZIMUTHS = np.radians([355.0, 236.0, 115.0])  # north, south-west, south-east
_ARM_LENGTH = 6.3e3  # m, B configuration
_STATION_POWER = 1.716  # Thompson et al. (1980): stations lie at n**1.716 along each arm
_WAVELENGTHS = 0.2141 * np.array([0.985, 1.0, 1.015])  # m; the channels blur the coverage


def grid_size(size: int, pixel_scale: float) -> int:
    """Return the side of the grid on which an image is made.

    It is padded, of the parity of ``size`` so that both share their centre, and holds at least
    300 arcsec, so that what is true of a source does not depend on how much of it is shown.
    """
    least = max(size + max(24, size // 6), math.ceil(300.0 / pixel_scale))
    grid = int(fft.next_fast_len(least, real=True))
    while (grid - size) % 2:
        grid = int(fft.next_fast_len(grid + 1, real=True))
    return grid


@lru_cache(maxsize=8)
def beam_transform(grid: int, pixel_scale: float) -> Floats:
    """Return the transform of the Gaussian beam of unit peak, shape (grid, grid // 2 + 1)."""
    sigma = BEAM_FWHM / 2.3548 / pixel_scale
    k2 = fft.fftfreq(grid)[:, None] ** 2 + fft.rfftfreq(grid)[None, :] ** 2
    transform = 2 * np.pi * sigma**2 * np.exp(-2 * np.pi**2 * sigma**2 * k2)
    return np.asarray(transform, dtype=np.float32)


@lru_cache(maxsize=1)
def _baselines() -> NDArray[np.float64]:
    """Return east and north of the 351 baselines of the 27 antennas, m, shape (2, 351)."""
    radius = _ARM_LENGTH * (np.arange(1, 10) / 9.0) ** _STATION_POWER
    east = (radius[:, None] * np.sin(_ARM_AZIMUTHS)).ravel()
    north = (radius[:, None] * np.cos(_ARM_AZIMUTHS)).ravel()
    first, second = np.triu_indices(27, 1)
    return np.stack([east[first] - east[second], north[first] - north[second]])


@lru_cache(maxsize=8)
def _frequencies(grid: int, pixel_scale: float) -> tuple[Floats, Floats]:
    """Return spatial frequency (cycles per 1.8 arcsec) and its direction of the half plane."""
    row, column = fft.fftfreq(grid)[:, None], fft.rfftfreq(grid)[None, :]
    scale = _PIXEL / pixel_scale
    return (
        np.asarray(np.hypot(row, column) * scale, dtype=np.float32),
        np.asarray(np.arctan2(row, column), dtype=np.float32),
    )


@lru_cache(maxsize=8)
def _taper(grid: int, pixel_scale: float) -> Floats:
    """Return the taper that turns the array's own beam of 4.3" into the survey's of 5.4"."""
    frequency, _ = _frequencies(grid, pixel_scale)
    return np.asarray(np.exp(frequency**2 * np.float32(-1 / (2 * 0.25**2))))


class Telescope:
    """One pointing of the survey: its (u, v) coverage, and how it shows a sky.

    Parameters
    ----------
    rng : `numpy.random.Generator`
        Draws hour angles, noise and calibration errors.
    grid : int
        Side of the square grid, pixels.
    pixel_scale : float
        Arcsec a pixel.
    dec : float
        Declination of the field, degrees.

    Notes
    -----
    FIRST adds a few snapshots of some minutes taken near one hour angle.  Their coverage is
    the six-armed star of the Y-shaped array, so that noise and whatever CLEAN leaves behind
    show stripes in six directions.  Noise is drawn in the sampled cells only; emission below
    CLEAN's depth keeps the dirty beam, and all of it suffers gains that are wrong by a
    percent.  Smooth emission loses its largest scales to the missing short
    baselines and lies in a shallow bowl.
    """

    def __init__(
        self, rng: np.random.Generator, *, grid: int, pixel_scale: float, dec: float
    ) -> None:
        self.rng = rng
        self.grid = grid
        self.beam = beam_transform(grid, pixel_scale)
        self.rms = NOISE_RMS * float(np.exp(0.06 * rng.standard_normal() + rng.exponential(0.06)))
        self.clean_depth = self.rms * rng.uniform(0.8, 2.2)
        self.error = float(np.clip(0.008 * np.exp(0.8 * rng.standard_normal()), 0.0, 0.03))
        self.weights = self._coverage(pixel_scale, np.radians(dec))
        frequency, _ = _frequencies(grid, pixel_scale)
        self.lost = 0.35 * rng.random() ** 2 * np.exp(-((frequency / _LOST) ** 2))
        self.noise_power = self.weights * self._colour(pixel_scale)

    def _colour(self, pixel_scale: float) -> Floats:
        """Return how this field's noise power differs from its weights.

        Snapshots differ in weighting and antennas; faint unsubtracted emission adds power on
        large scales, interference and bad baselines in one direction.
        """
        rng = self.rng
        frequency, direction = _frequencies(self.grid, pixel_scale)
        tilt, slant = np.float32(rng.normal(0.15, 0.43)), np.float32(rng.normal(0.0, 0.2))
        towards = np.float32(rng.uniform(0, np.pi))
        excess = np.float32(2.2 * np.exp(0.7 * rng.standard_normal()))
        colour = np.exp(
            tilt * np.tanh(frequency * 10 - 1) + slant * np.cos(2 * (direction - towards))
        )
        return np.asarray(colour * (1 + excess * np.exp(-((frequency / 0.03) ** 2))))

    def _coverage(self, pixel_scale: float, dec: float) -> Floats:
        """Return the weight of each cell of the half plane, zero where nothing was sampled."""
        rng = self.rng
        snapshots = int(rng.integers(2, 6))
        centre = rng.normal(0.0, 0.5)
        hours = centre + 0.15 * rng.standard_normal(snapshots)
        if rng.random() < 0.1:  # a second visit at another hour angle
            hours[-1] = rng.normal(0.0, 2.0)
        u, v = _project(np.radians(15.0 * hours), dec)
        cell = self.grid * np.radians(pixel_scale / 3600.0) / _WAVELENGTHS  # cells a metre
        column = np.rint(np.multiply.outer(cell, u)).astype(np.intp).ravel()
        row = np.rint(np.multiply.outer(cell, v)).astype(np.intp).ravel()
        column, row = np.concatenate([column, -column]), np.concatenate([row, -row])
        half = self.grid // 2
        keep = (column >= 0) & (column < half) & (np.abs(row) < half)
        flat = (row[keep] % self.grid) * (half + 1) + column[keep]
        count = np.bincount(flat, minlength=self.grid * (half + 1)).astype(np.float32)
        weights = count / (1.0 + count / _ROBUST)
        return weights.reshape(self.grid, half + 1) * _taper(self.grid, pixel_scale)

    def _gain_errors(self) -> NDArray[np.complex64]:
        """Return what calibration left wrong in each cell: a little common, most at random."""
        shape = self.weights.shape
        errors = np.empty(shape, dtype=np.complex64)
        errors.real = self.rng.standard_normal(shape, dtype=np.float32)
        errors.imag = self.rng.standard_normal(shape, dtype=np.float32)
        errors += np.float32(0.4)
        return np.asarray(errors * np.float32(self.error))

    def observe(self, sky: Floats, restored: Floats) -> Floats:
        """Return the image that CLEAN would have left, Jy/beam.

        Parameters
        ----------
        sky : ndarray, shape (grid, grid)
            Flux of each pixel, Jy.
        restored : ndarray, shape (grid, grid)
            ``sky`` convolved with the beam, Jy/beam.
        """
        total = np.float32(_half_plane_mean(self.weights))
        depth = np.float32(self.clean_depth)
        left = fft.rfft2(sky * (depth / np.maximum(restored, depth)))
        dirty = self.weights / total
        residual = left * (dirty - self.beam) + fft.rfft2(sky) * dirty * self._gain_errors()
        soft = np.float32(25.0 * self.rms)
        smooth = fft.rfft2(sky * (soft / np.maximum(restored, soft)))
        residual -= smooth * self.beam * self.lost
        white = self.rng.standard_normal((self.grid, self.grid), dtype=np.float32)
        noise = fft.rfft2(white) * np.sqrt(
            self.noise_power * np.float32(self.rms**2 / _half_plane_mean(self.noise_power))
        )
        return np.asarray(restored + fft.irfft2(residual + noise, s=sky.shape), dtype=np.float32)


def _project(
    hour_angles: NDArray[np.float64], dec: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return u and v (m) of all baselines at some hour angles, flattened."""
    east, north = _baselines()
    x, y, z = -np.sin(_LATITUDE) * north, east, np.cos(_LATITUDE) * north
    sin_h, cos_h = np.sin(hour_angles)[:, None], np.cos(hour_angles)[:, None]
    u = sin_h * x + cos_h * y
    v = np.sin(dec) * (sin_h * y - cos_h * x) + np.cos(dec) * z
    return np.asarray(u).ravel(), np.asarray(v).ravel()


def _half_plane_mean(weights: Floats) -> float:
    """Return the mean of the full plane from its half: all columns but the first count twice."""
    side = weights.shape[0]
    return float((2.0 * float(weights.sum()) - float(weights[:, 0].sum())) / side**2)
