"""The flux density of a source that was cut out."""

from __future__ import annotations

import math

from radgalgui.sky.image import Beam, Cutout, SkyImage
from radgalgui.sky.islands import find_islands
from radgalgui.sky.measuring.units import Adding, adding_of
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.sources import choose_source, choosing_scale

__all__ = ["flux_density", "jansky_per_beam"]


def flux_density(piece: Cutout, image: SkyImage, preprocessing: Preprocessing) -> float:
    """Return the flux density of the source in the middle of a cutout, Jy.

    The sum over the islands above 3 sigma that are one source, over the beam's area.  It lacks
    what lies outside the cutout or below 3 sigma.

    Parameters
    ----------
    piece : Cutout
        Of one band.
    image : SkyImage
        Its unit and beam.
    preprocessing : Preprocessing
        That it was cut with, wider where more sky than the encoder's own was shown; its beam
        counts where the image was smoothed to it.

    Returns
    -------
    float
        NaN where the unit is not Jy/beam or a part of it, the beam is not known, or the cutout
        has several bands; 0 where nothing stands out.
    """
    unit = jansky_per_beam(image.unit)
    if image.beam is None or math.isnan(unit) or len(piece.data) > 1 or piece.wcs is None:
        return math.nan
    beam = _beam(image.beam, piece, preprocessing)
    islands = find_islands(piece.data[0], noise=piece.noise)
    middle = ((piece.data.shape[-1] - 1) / 2,) * 2
    scale = preprocessing.pixel_scale
    counted = choosing_scale(scale, image.beam)
    source = choose_source(islands, middle, scale=counted, noise=piece.noise)
    if source is None:
        return 0.0
    pixels = beam.area / scale**2
    return sum(island.flux for island in source.islands) / pixels * unit


def jansky_per_beam(unit: str) -> float:
    """Return how many Jy/beam a unit is, NaN for any other kind of unit."""
    told = adding_of(unit)
    return told.factor if told.adding is Adding.BEAM else math.nan


def _beam(beam: Beam, piece: Cutout, preprocessing: Preprocessing) -> Beam:
    """Return the beam after smoothing, where there was any."""
    if not any(note.code == "beam-smoothed" for note in piece.notes):
        return beam
    return Beam(max(beam.major, preprocessing.beam), max(beam.minor, preprocessing.beam))
