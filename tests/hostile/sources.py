"""Images of every scale, beam, noise and place of the source, which must be answered."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .cases import answered
from .made import NOISE, header, save, sky


@answered("rescaled", "beam-smoothed")
def finer_pixels_and_beam(folder: Path) -> Path:
    shape = (361, 361)
    return save(folder / "fine.fits", sky(shape), header(shape, scale=1.0, beam=2.5))


@answered("rescaled", "beam-smoothed")
def finer_pixels_without_beam(folder: Path) -> Path:
    shape = (400, 400)
    return save(folder / "fine.fits", sky(shape, fwhm=5), header(shape, scale=0.5, beam=None))


@answered("rescaled", "beam-coarse")
def nvss_like(folder: Path) -> Path:
    return save(folder / "nvss.fits", sky(), header(scale=15.0, beam=45.0))


@answered("off-middle")
def off_centre(folder: Path) -> Path:
    at = (40.0, 150.0)
    return save(folder / "off.fits", sky(at=at), header(at=at))


@answered("several-sources")
def two_sources(folder: Path) -> Path:
    data = sky() + sky(at=(75.0, 120.0), peak=0.1, noise=0.0)
    return save(folder / "two.fits", data)


@answered("near-edge", "blanks")
def at_the_edge(folder: Path) -> Path:
    at = (1.0, 100.0)
    return save(folder / "edge.fits", sky(at=at, fwhm=6), header(at=at))


@answered("larger-than-cutout")
def larger_than_the_cutout(folder: Path) -> Path:
    return save(folder / "large.fits", sky((300, 300), fwhm=60), header((300, 300)))


@answered("low-signal", at=None)
def noise_only(folder: Path) -> Path:
    return save(folder / "noise.fits", sky(peak=0.0))


@answered("faint")
def faint(folder: Path) -> Path:
    return save(folder / "faint.fits", sky(peak=8 * NOISE, fwhm=4))


@answered("no-noise")
def background_cut_off(folder: Path) -> Path:
    data = sky()
    data[data < 5 * NOISE] = 0.0
    return save(folder / "clean.fits", data)


@answered("background")
def pedestal(folder: Path) -> Path:
    return save(folder / "pedestal.fits", sky() + np.float32(0.3))
