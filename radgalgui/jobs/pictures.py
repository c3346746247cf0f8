"""Write a galaxy that has been answered as FITS, from the events that told of it; no torch."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from radgalgui.jobs.draw import GENERATOR
from radgalgui.jobs.events import Reconstruction, Seen
from radgalgui.jobs.reconstruct import Reconstructed, save
from radgalgui.sky.image import Cutout
from radgalgui.sky.reconstruction import Residual

if TYPE_CHECKING:
    from astropy.wcs import WCS

__all__ = ["save_pictures"]


def save_pictures(
    folder: str | os.PathLike[str],
    name: str,
    told: Reconstruction,
    *,
    seen: Seen | None = None,
    stored: NDArray[np.floating] | None = None,
) -> list[Path]:
    """Write what was seen, drawn and missed, as `radgalgui reconstruct` does.

    Parameters
    ----------
    folder : path
        Where to; it must be there.  Files of the same names are replaced.
    name : str
        What the files' names begin with.
    told : Reconstruction
        The galaxy drawn again.
    seen : Seen, optional
        What was told of the image; the files have its WCS.
    stored : ndarray, shape (C, S, S), optional
        Instead of it, what a catalogue keeps of its source, in [0, 1].

    Returns
    -------
    list of Path
        ``NAME-input.fits``, ``NAME-reconstruction.fits`` and ``NAME-residual.fits``.

    Raises
    ------
    UsageError
        If they cannot be written.
    """
    view = seen.seen if seen is not None else stored
    if view is None:
        raise TypeError("give what was seen, or what is stored")
    left = Residual(told.residual, told.chi_square, told.chi_square_source, told.noise_known)
    cutout = _cutout(seen) if seen is not None else None
    made = Reconstructed(np.asarray(view, np.float32), told.image, left, GENERATOR, cutout)
    return save(made, folder, name)


def _cutout(seen: Seen) -> Cutout:
    return Cutout(
        data=seen.cutout,
        seen=seen.seen,
        noise=seen.noise,
        peak_snr=seen.peak_snr if seen.peak_snr is not None else float("inf"),
        angular_size=seen.angular_size,
        pixel=seen.pixel,
        wcs=_wcs(seen.header),
    )


def _wcs(header: str) -> WCS | None:
    if not header:
        return None
    from astropy.io.fits import Header
    from astropy.wcs import WCS

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what was odd in the image's header has been told
        return WCS(Header.fromstring(header)).celestial
