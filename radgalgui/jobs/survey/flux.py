"""The flux density of a source that was cut out."""

from __future__ import annotations

import math
import re
from typing import Final

from radgalgui.sky.image import Beam, Cutout, SkyImage
from radgalgui.sky.islands import find_islands
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.sources import choose_source

__all__ = ["flux_density"]

_PER_BEAM = re.compile(
    r"(?P<prefix>[munµμ]?)Jy\s*(?:(?:/|per\s+)\s*beam|beam\s*(?:\^|\*\*)?\s*\(?-1\)?)",
    re.IGNORECASE,
)
_PREFIXES: Final = {"": 1.0, "m": 1e-3, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "n": 1e-9}
_BEAM_AREA: Final = math.pi / (4.0 * math.log(2.0))


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
        That it was cut with; its beam counts where the image was smoothed to it.

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
    source = choose_source(islands, middle, scale=scale, noise=piece.noise)
    if source is None:
        return 0.0
    pixels = _BEAM_AREA * beam.major * beam.minor / scale**2
    return sum(island.flux for island in source.islands) / pixels * unit


def jansky_per_beam(unit: str) -> float:
    """Return how many Jy/beam a unit is, NaN for any other kind of unit."""
    found = _PER_BEAM.fullmatch(unit.strip())
    if found is None:
        return math.nan
    return _PREFIXES[found["prefix"].lower()]


def _beam(beam: Beam, piece: Cutout, preprocessing: Preprocessing) -> Beam:
    """Return the beam after smoothing, where there was any."""
    if not any(note.code == "beam-smoothed" for note in piece.notes):
        return beam
    return Beam(max(beam.major, preprocessing.beam), max(beam.minor, preprocessing.beam))
