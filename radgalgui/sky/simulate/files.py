"""Simulated images as FITS files that say plainly that they are simulated."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from astropy.io import fits
from astropy.wcs import WCS

from radgalgui.files import made_folder
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.celestial import north_up
from radgalgui.sky.image import Beam, SkyPosition
from radgalgui.sky.simulate.instrument import BEAM_FWHM
from radgalgui.sky.simulate.simulator import Simulated
from radgalgui.sky.writer import write_fits

__all__ = ["simulated_header", "simulated_wcs", "write_simulated"]

_UNIT = "Jy/beam"

_CARDS = (
    ("label", "SIMCLASS", "class that was simulated"),
    ("angular_size", "SIMSIZE", "[arcsec] largest extent above 3 sigma"),
    ("flux", "SIMFLUX", "[Jy] integrated flux density"),
    ("position_angle", "SIMPA", "[deg] position angle of the axis, east of north"),
    ("noise", "SIMNOISE", "[Jy/beam] rms noise"),
)


def simulated_wcs(simulated: Simulated, k: int) -> WCS:
    """Return the WCS of image ``k``: gnomonic (TAN), ICRS, its centre at the truth's ra, dec."""
    centre = SkyPosition(float(simulated.truth["ra"][k]), float(simulated.truth["dec"][k]))
    return north_up(centre, simulated.images.shape[-1], simulated.pixel_scale)


def simulated_header(simulated: Simulated, k: int) -> fits.Header:
    """Return the cards of image ``k`` besides its WCS, unit and beam."""
    header = fits.Header()
    header["OBJECT"] = (str(simulated.truth["name"][k]), "simulated source")
    header["ORIGIN"] = ("RadGalGUI", "simulation")
    header["TELESCOP"] = ("SIMULATED", "not an observation")
    for column, keyword, comment in _CARDS:
        value: Any = simulated.truth[column][k]
        header[keyword] = (value.item() if hasattr(value, "item") else value, comment)
    header["SIMSEED"] = (simulated.seed, "seed of the simulation")
    header["SIMINDEX"] = (simulated.first + k, "index of the source within the seed")
    header["COMMENT"] = "SIMULATED radio galaxy made by RadGalGUI: not an observation."
    header["HISTORY"] = "Simulated after the VLA FIRST survey (1.4 GHz, 5.4 arcsec beam)."
    return header


def write_simulated(
    simulated: Simulated,
    out_dir: str | os.PathLike[str],
    *,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> list[Path]:
    """Write each image as ``NAME.fits`` with its WCS, unit, beam and truth in the header.

    Parameters
    ----------
    simulated : Simulated
        What `radgalgui.sky.simulate.simulate` returned.
    out_dir : path
        Folder, made where absent; files of the same name are replaced.
    progress, cancel
        Told after each file; looked at before each.

    Returns
    -------
    list of Path
        The files, in the order of the images.

    Raises
    ------
    UsageError
        If the folder cannot be made or written to.
    Cancelled
        If the user asked to stop; files written so far stay.
    """
    folder, paths = made_folder(out_dir), []
    beam = Beam(BEAM_FWHM, BEAM_FWHM, 0.0)
    for k, image in enumerate(simulated.images):
        if cancel is not None:
            cancel.check()
        path = folder / f"{simulated.truth['name'][k]}.fits"
        header = simulated_header(simulated, k)
        write_fits(
            path, image, wcs=simulated_wcs(simulated, k), unit=_UNIT, beam=beam, header=header
        )
        paths.append(path)
        progress(k + 1, len(simulated), "writing")
    return paths
