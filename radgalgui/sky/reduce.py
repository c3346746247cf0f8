"""Large images made small enough to look at, with a WCS that still tells the truth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from radgalgui.sky.image import SkyImage
from radgalgui.sky.pyramid import reduced

if TYPE_CHECKING:
    from astropy.wcs import WCS, Sip

__all__ = ["coarser", "reduce_image"]


def reduce_image(image: SkyImage, factor: int) -> SkyImage:
    """Return the image averaged over blocks of ``factor`` x ``factor`` pixels.

    Parameters
    ----------
    image : SkyImage
        May be memory-mapped; it is read a band of rows at a time.
    factor : int
        1 keeps every pixel.  Rows and columns that do not fill a block are dropped.

    Returns
    -------
    SkyImage
        float32; a block is blank (NaN) only where all of it is, or beyond float32's range.
        The WCS follows.
    """
    wcs = image.wcs if image.wcs is None or factor == 1 else coarser(image.wcs, factor)
    return replace(image, data=reduced(image.data, factor), wcs=wcs)


def coarser(wcs: WCS, factor: int) -> WCS:
    """Return the WCS of blocks of ``factor`` x ``factor`` pixels.

    astropy's ``wcs[::f, ::f]`` scales CDELT alone, which a CD matrix overrides.
    """
    made = wcs.deepcopy()
    made.wcs.crpix = (np.asarray(made.wcs.crpix) - 0.5) / factor + 0.5
    if made.wcs.has_cd():
        made.wcs.cd = made.wcs.cd * factor
    else:
        made.wcs.cdelt = made.wcs.cdelt * factor
    if made.sip is not None:
        made.sip = _coarser_sip(made, factor)
    made.wcs.set()
    return made


def _coarser_sip(wcs: WCS, factor: int) -> Sip:
    """Return distortion polynomials whose pixels are blocks: a term of order n times f^(n-1)."""
    from astropy.wcs import Sip

    def scaled(terms: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
        if terms is None:
            return None
        order = np.add.outer(np.arange(len(terms)), np.arange(len(terms)))
        return np.asarray(terms * float(factor) ** (order - 1))

    sip = wcs.sip
    return Sip(scaled(sip.a), scaled(sip.b), scaled(sip.ap), scaled(sip.bp), wcs.wcs.crpix)
