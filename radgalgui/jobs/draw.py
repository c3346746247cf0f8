"""Drawn galaxies as others take them: FITS files that are queries like any other; no torch here."""

from __future__ import annotations

import os
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import RadGalError
from radgalgui.files import made_folder
from radgalgui.models.weights import can_draw, read_card
from radgalgui.sky.image import SkyImage, SkyPosition
from radgalgui.sky.noise import noise_level
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.writer import write_fits
from radgalgui_resources import weights_path

if TYPE_CHECKING:
    from astropy.io import fits

__all__ = [
    "GENERATOR",
    "GeneratorFacts",
    "installed_generator",
    "save_drawn",
    "sky_of",
]

GENERATOR: Final = "vdvae"
"""The name of the encoder that draws."""

_UNIT: Final = "relative"
_NOWHERE: Final = SkyPosition(0.0, 0.0)
_HISTORY_WIDTH: Final = 70
_EMPTY: Final = 0.5 / 255


@dataclass(frozen=True)
class GeneratorFacts:
    """What the installed generator is, as its weights file says.

    Parameters
    ----------
    name : str
        The encoder's name.
    preprocessing : Preprocessing
        How it sees, and therefore draws.
    conditioned : bool
        Whether it was taught angular sizes.
    dimension : int
        Components of its vector.
    """

    name: str
    preprocessing: Preprocessing
    conditioned: bool
    dimension: int


def installed_generator(weights: Path | None = None) -> GeneratorFacts | None:
    """Return what the bundled generator is, None where there is none that can be used."""
    try:
        card = read_card(weights or weights_path(GENERATOR))
        if not can_draw(card):
            return None
        eyes = Preprocessing.from_dict(card["preprocessing"])
    except RadGalError:
        return None
    conditioned = bool(card["architecture"].get("conditioned", False))
    return GeneratorFacts(card["name"], eyes, conditioned, card["dimension"])


def sky_of(image: NDArray[np.floating], preprocessing: Preprocessing, *, name: str) -> SkyImage:
    """Return a drawn galaxy as an image of the sky.

    Parameters
    ----------
    image : ndarray, shape (C, S, S)
        As drawn, in [0, 1].
    preprocessing : Preprocessing
        Of the generator: it undoes the stretch, and tells the pixel scale.
    name : str
        The galaxy's name.

    Returns
    -------
    SkyImage
        Linear, from 0 to 1; around RA 0, Dec 0, since it lies nowhere.  What is fainter than
        half of the first of 256 levels is empty.  A galaxy that fills the picture stands in one
        twice as wide, so that it cannot be taken for noise.
    """
    from radgalgui.sky.celestial import north_up

    planes = preprocessing.unstretch(np.where(np.asarray(image) < _EMPTY, 0.0, image))
    if max(map(noise_level, planes)) > 0:
        margin = preprocessing.size // 2
        planes = np.pad(planes, ((0, 0), (margin, margin), (margin, margin)))
    return SkyImage(
        data=planes.mean(axis=0),
        name=name,
        origin="drawn",
        wcs=north_up(_NOWHERE, planes.shape[-1], preprocessing.pixel_scale),
        unit=_UNIT,
        bands=tuple(planes) if len(planes) > 1 else (),
    )


def save_drawn(
    image: NDArray[np.floating],
    folder: str | os.PathLike[str],
    name: str,
    preprocessing: Preprocessing,
    *,
    note: str = "",
) -> Path:
    """Write a drawn galaxy as ``NAME.fits``, from which a cutout shows the same again.

    Parameters
    ----------
    image : ndarray, shape (C, S, S)
        As drawn, in [0, 1].
    folder : path
        Where to; it is made where it is missing.  A file of the same name is replaced.
    name : str
        The galaxy's name, which becomes ``OBJECT`` and the file's name.
    preprocessing : Preprocessing
        Of the generator.
    note : str
        How it was drawn (seed, temperature, ...), for ``HISTORY``.

    Returns
    -------
    Path
        The file: linear brightness from 0 to 1, ``BUNIT`` "relative", with a TAN grid of the
        encoder's pixels around RA 0, Dec 0.  `radgalgui.sky.cutout.make_cutout` scales its
        brightest pixel to 1, and moves a source that lies off the middle there.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    sky = sky_of(image, preprocessing, name=name)
    data = np.stack(sky.bands) if sky.bands else sky.data
    path = made_folder(folder) / f"{name}.fits"
    return write_fits(path, data, wcs=sky.wcs, unit=sky.unit, header=_header(name, note))


def _header(name: str, note: str) -> fits.Header:
    from astropy.io import fits

    header = fits.Header()
    header["OBJECT"] = name
    header.add_history("Drawn by a neural network; no galaxy of the sky.")
    for line in textwrap.wrap(note, _HISTORY_WIDTH):
        header.add_history(line)
    return header
