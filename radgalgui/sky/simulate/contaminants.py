"""Images that a survey of galaxies should find unlikely, drawn by code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import UsageError
from radgalgui.sky.image import Beam, SkyImage, SkyPosition
from radgalgui.sky.simulate.instrument import (
    BEAM_FWHM,
    NOISE_RMS,
    Telescope,
    beam_transform,
    grid_size,
)
from radgalgui.sky.simulate.names import draw_position, iau_name
from radgalgui.sky.simulate.particles import Particles
from radgalgui.sky.simulate.population import chosen_kinds
from radgalgui.sky.simulate.simulator import deposit, simulate, smooth

__all__ = ["CONTAMINANTS", "EXTENDED", "contaminant"]

EXTENDED: Final = ("FRII", "FRI", "WAT", "one-sided", "NAT", "hybrid")
"""Kinds of galaxies with structure to see, without those that are rare by design."""

_SCALE = 1.8  # arcsec a pixel, as FIRST
_GAP = (20.0, 60.0)  # arcsec between a source and its double
_FAINTEST, _SLOPE = 2e-3, 0.7  # peaks of point sources, Jy/beam, and their counts, as extended ones
_SIGHT = 80.0  # arcsec: what is drawn lies within so much of the middle

Floats = NDArray[np.float32]
_TRIES = 200


@dataclass(frozen=True)
class _Galaxies:
    """Which galaxies are drawn: of these kinds, and so large at least (arcsec)."""

    kinds: tuple[str, ...]
    least: float

    def draw(self, rng: np.random.Generator, size: int, *, pixel_scale: float = _SCALE) -> Floats:
        """Return one in its field, with noise."""
        for _ in range(_TRIES):
            drawn = simulate(
                1,
                seed=int(rng.integers(2**31)),
                size=size,
                pixel_scale=pixel_scale,
                kinds=self.kinds,
            )
            if drawn.truth["angular_size"][0] >= self.least:
                return np.asarray(drawn.images[0])
        raise UsageError(
            f"galaxies of {self.least:g} arcsec are too rare among {', '.join(self.kinds)}",
            remedy="ask for smaller ones",
        )


_Draw = Callable[[np.random.Generator, int, _Galaxies], Floats]


def contaminant(
    name: str,
    index: int,
    *,
    seed: int,
    size: int = 150,
    kinds: Iterable[str] = EXTENDED,
    least: float = 0.0,
) -> SkyImage:
    """Draw an image of a kind that a survey of galaxies should find unlikely.

    Parameters
    ----------
    name : str
        One of `CONTAMINANTS`:

        - ``white-noise``: noise that differs from pixel to pixel; ``noise``: noise of a
          telescope, correlated over its beam;
        - ``point``: one unresolved source and nothing else;
        - ``artefact``: a galaxy under the stripes of a bad baseline or a source outside the image;
        - ``blocks``, ``stripes``: shapes with hard edges, which no telescope shows;
        - ``doubled``: a galaxy and the same galaxy again, 20 to 60 arcsec beside it;
        - ``coarse``: a galaxy in pixels twice as large as the header tells, so that it and the
          beam look half their size; ``magnified``: in pixels half as large as it tells;
        - ``galaxy``: none of these but an ordinary source, to compare with.
    index, seed : int
        Image i of a seed is always the same.
    size : int, optional
        Side, pixels of 1.8 arcsec.
    kinds : iterable of str, optional
        Of `KINDS`: what galaxies are drawn where there is one; `EXTENDED` by default.
    least : float, optional
        Largest angular size (arcsec, beam not taken out) that such a galaxy has at least.

    Returns
    -------
    SkyImage
        Jy/beam, with position, beam of 5.4 arcsec and noise as FIRST has, as it would be read
        of a file.

    Raises
    ------
    UsageError
        If the name or a kind is unknown, or no galaxy of these kinds is so large.
    """
    if name not in CONTAMINANTS:
        raise UsageError(f"unknown control {name!r}", remedy="use " + ", ".join(CONTAMINANTS))
    rng = np.random.default_rng([seed, index, list(CONTAMINANTS).index(name)])
    data = CONTAMINANTS[name](rng, size, _Galaxies(chosen_kinds(kinds), least))
    ra, dec = draw_position(rng, seed, index)
    return as_image(data, ra, dec)


def as_image(data: Floats, ra: float, dec: float) -> SkyImage:
    """Return pixels as an image of FIRST's beam and pixel scale, its middle at a position."""
    from radgalgui.sky.celestial import north_up

    wcs = north_up(SkyPosition(ra, dec), data.shape[0], _SCALE)
    return SkyImage(data, iau_name(ra, dec), "", wcs, "Jy/beam", Beam(BEAM_FWHM, BEAM_FWHM))


def _peak(rng: np.random.Generator) -> float:
    """Return the peak of a source, Jy/beam, as bright and as often as extended ones."""
    return float(min(_FAINTEST * (1.0 - rng.random() * 0.9995) ** (-1 / _SLOPE), 2.0))


def _galaxy(rng: np.random.Generator, size: int, galaxies: _Galaxies) -> Floats:
    return galaxies.draw(rng, size)


def _observed(rng: np.random.Generator, sky: Floats, restored: Floats, size: int) -> Floats:
    """Return what the telescope shows of a sky (Jy a pixel; the same smoothed to the beam)."""
    grid = sky.shape[0]
    dec = float(rng.uniform(0, 60))
    image = Telescope(rng, grid=grid, pixel_scale=_SCALE, dec=dec).observe(sky, restored)
    margin = (grid - size) // 2
    return image[margin : margin + size, margin : margin + size]


def _white_noise(rng: np.random.Generator, size: int, _: _Galaxies) -> Floats:
    return np.float32(NOISE_RMS) * rng.standard_normal((size, size), dtype=np.float32)


def _noise(rng: np.random.Generator, size: int, _: _Galaxies) -> Floats:
    dark = np.zeros(2 * (grid_size(size, _SCALE),), dtype=np.float32)
    return _observed(rng, dark, dark, size)


def _point(rng: np.random.Generator, size: int, _: _Galaxies) -> Floats:
    """Return one source without extent, anywhere within a pixel of the middle."""
    grid = grid_size(size, _SCALE)
    place = rng.uniform(-0.9, 0.9, (2, 1))
    sky = deposit(Particles(place[0], place[1], np.ones(1)), grid, _SCALE)
    restored = smooth(sky, beam_transform(grid, _SCALE))
    scale = np.float32(_peak(rng) / float(restored.max()))
    return _observed(rng, sky * scale, restored * scale, size)


def _doubled(rng: np.random.Generator, size: int, galaxies: _Galaxies) -> Floats:
    """Return a galaxy and the same again, as a wrong shift in stacking or a ghost shows it."""
    image = galaxies.draw(rng, size + 2 * int(_GAP[1] / _SCALE))
    gap, angle = rng.uniform(*_GAP) / _SCALE, rng.uniform(0, 2 * np.pi)
    dx, dy = round(gap * np.cos(angle)), round(gap * np.sin(angle))
    return _middle(image + np.roll(image, (dy, dx), axis=(0, 1)), size, dx // 2, dy // 2)


def _middle(image: Floats, size: int, dx: int = 0, dy: int = 0) -> Floats:
    """Return the part round the image's middle, or so far from it, without copying."""
    row, column = (image.shape[0] - size) // 2 + dy, (image.shape[1] - size) // 2 + dx
    return image[row : row + size, column : column + size]


def _artefact(rng: np.random.Generator, size: int, galaxies: _Galaxies) -> Floats:
    """Return a galaxy crossed by narrow parallel ridges, a tenth to a half as bright as it.

    The ridges are what a strong source outside the image leaves in a snapshot, or a few
    baselines that went wrong together: unlike a single wave they are narrow and far apart.
    """
    image = galaxies.draw(rng, size)
    noise = 1.5 * NOISE_RMS
    height = max(float(_middle(image, 40).max()) * 10 ** rng.uniform(-1.0, -0.3), 6 * noise)
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    angle = rng.uniform(0, np.pi)
    across = (columns * np.cos(angle) + rows * np.sin(angle)) * _SCALE
    along = (rows * np.cos(angle) - columns * np.sin(angle)) * _SCALE
    spacing, width = rng.uniform(25.0, 50.0), BEAM_FWHM / 2.3548 * rng.uniform(1.0, 1.5)
    start = rng.uniform(0, spacing)
    ridges = np.zeros((size, size))
    for number in range(-6, 7):
        centre = start + spacing * (number + rng.normal(0, 0.12))
        waves = 1 + 0.3 * np.sin(2 * np.pi * (along / rng.uniform(40, 120) + rng.random()))
        strength = rng.uniform(0.4, 1.0) * waves
        ridges += strength * np.exp(-0.5 * ((across - centre) / width) ** 2)
    return np.asarray(image + height * ridges, dtype=np.float32)


def _blocks(rng: np.random.Generator, size: int, galaxies: _Galaxies) -> Floats:
    """Return three to six rectangles of even brightness near the middle."""
    data = _white_noise(rng, size, galaxies)
    reach = _SIGHT / _SCALE
    for _ in range(int(rng.integers(3, 7))):
        height, width = rng.integers(5, 19, 2)
        y, x = (size / 2 + rng.uniform(-0.7 * reach, 0.7 * reach, 2)).astype(int)
        data[y : y + height, x : x + width] += np.float32(rng.uniform(0.3, 1.0) * 0.05)
    return data


def _stripes(rng: np.random.Generator, size: int, galaxies: _Galaxies) -> Floats:
    """Return a square of even stripes with hard edges in the middle of noise."""
    data = _white_noise(rng, size, galaxies)
    reach = int(rng.uniform(0.5, 1.0) * _SIGHT / _SCALE)
    rows, columns = np.mgrid[-reach:reach, -reach:reach]
    angle, period = rng.uniform(0, np.pi), rng.uniform(8.0, 16.0)
    on = (columns * np.cos(angle) + rows * np.sin(angle)) % period < 0.45 * period
    _middle(data, 2 * reach)[:] += np.float32(0.05) * on
    return data


def _coarse(rng: np.random.Generator, size: int, galaxies: _Galaxies) -> Floats:
    """Return a galaxy whose pixels were averaged two by two, and nobody wrote it down."""
    image = galaxies.draw(rng, 2 * size)
    return np.asarray(image.reshape(size, 2, size, 2).mean(axis=(1, 3)), dtype=np.float32)


def _magnified(rng: np.random.Generator, size: int, galaxies: _Galaxies) -> Floats:
    """Return a galaxy in pixels half as large as the header will tell."""
    return galaxies.draw(rng, size, pixel_scale=_SCALE / 2)


CONTAMINANTS: Final[dict[str, _Draw]] = {
    "white-noise": _white_noise,
    "noise": _noise,
    "point": _point,
    "artefact": _artefact,
    "blocks": _blocks,
    "stripes": _stripes,
    "doubled": _doubled,
    "coarse": _coarse,
    "magnified": _magnified,
    "galaxy": _galaxy,
}
"""How each is drawn, by its name; the order is part of what a seed gives: add at the end."""
