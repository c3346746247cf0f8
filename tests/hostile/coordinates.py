"""Images of every shape, frame, projection and grid, which must be answered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy.io import fits

from .cases import answered
from .made import RA, header, in_frame, save, sky


@answered()
def simple(folder: Path) -> Path:
    return save(folder / "simple.fits")


@answered("blanks")
def half_nan(folder: Path) -> Path:
    data = sky()
    data[:, :85] = np.nan
    return save(folder / "half.fits", data)


@answered("blanks")
def infinities(folder: Path) -> Path:
    data = sky()
    data[90, 70:80], data[80, 70:80] = np.inf, -np.inf
    return save(folder / "inf.fits", data)


@answered("blanks")
def eight_by_eight(folder: Path) -> Path:
    return save(folder / "eight.fits", sky((8, 8), noise=1e-3), header((8, 8)))


@answered()
def four_axes(folder: Path) -> Path:
    head = header(CTYPE3="FREQ", CRVAL3=1.4e9, CTYPE4="STOKES", CRVAL4=1.0)
    return save(folder / "four.fits", sky()[None, None], head)


@answered("planes")
def sixteen_channels(folder: Path) -> Path:
    cube = np.stack([sky()] + [sky(at=(20, 20))] * 15)
    return save(folder / "cube.fits", cube, header(CTYPE3="FREQ", CRVAL3=1.4e9, CDELT3=1e7))


@answered("planes")
def stokes_iquv(folder: Path) -> Path:
    cube = np.stack([sky()] + [sky(at=(20, 20))] * 3)
    return save(folder / "iquv.fits", cube, header(CTYPE3="STOKES", CRVAL3=1.0))


@answered("planes")
def frequency_first(folder: Path) -> Path:
    head = header()
    for name in ("CTYPE", "CRVAL", "CRPIX", "CDELT", "CUNIT"):
        head[f"{name}3"], head[f"{name}2"] = head[f"{name}2"], head[f"{name}1"]
    head.update(CTYPE1="FREQ", CRVAL1=1.4e9, CRPIX1=1.0, CDELT1=1e7, CUNIT1="Hz")
    return save(folder / "first.fits", np.stack([sky()] * 5, axis=-1), head)


@answered("turned")
def declination_first(folder: Path) -> Path:
    head = header()
    for name in ("CTYPE", "CRVAL", "CRPIX", "CDELT"):
        head[f"{name}1"], head[f"{name}2"] = head[f"{name}2"], head[f"{name}1"]
    return save(folder / "swapped.fits", sky(), head)


@answered("no-wcs", at=None)
def no_wcs(folder: Path) -> Path:
    return save(folder / "bare.fits", sky(), fits.Header())


@answered("no-wcs", at=None)
def singular_wcs(folder: Path) -> Path:
    head = header(CD1_1=0.0, CD1_2=0.0, CD2_1=0.0, CD2_2=0.0)
    del head["CDELT1"], head["CDELT2"]
    return save(folder / "singular.fits", sky(), head)


@answered("no-wcs", at=None)
def unknown_projection(folder: Path) -> Path:
    return save(folder / "xyz.fits", sky(), header(projection="XYZ"))


@answered("no-wcs", at=None)
def linear_axes(folder: Path) -> Path:
    return save(folder / "linear.fits", sky(), header(CTYPE1="LINEAR", CTYPE2="LINEAR"))


@answered("no-wcs", at=None)
def impossible_declination(folder: Path) -> Path:
    return save(folder / "dec.fits", sky(), header(value=(RA, 3125.0)))


@answered("turned")
def galactic(folder: Path) -> Path:
    head = header(value=(49.9617455, 79.9741606))
    head["CTYPE1"], head["CTYPE2"] = "GLON-TAN", "GLAT-TAN"
    head["CRVAL1"], head["CRVAL2"] = in_frame("galactic")
    return save(folder / "galactic.fits", sky(), head)


@answered()
def orthographic(folder: Path) -> Path:
    return save(folder / "sin.fits", sky(), header(projection="SIN"))


@answered()
def b1950(folder: Path) -> Path:
    head = header(value=in_frame("fk4"), EQUINOX=1950.0, RADESYS="FK4")
    return save(folder / "b1950.fits", sky(), head)


@answered()
def epoch_1950_as_aips_writes(folder: Path) -> Path:
    head = header(value=in_frame("fk4"), EPOCH=1950.0, projection="SIN", beam=None)
    head.add_history("AIPS   CLEAN BMAJ=  1.5000E-03 BMIN=  1.5000E-03 BPA=   0.00")
    return save(folder / "aips.fits", sky(), head)


@answered()
def fk5_with_crota(folder: Path) -> Path:
    return save(folder / "crota.fits", sky(), header(RADESYS="FK5", EQUINOX=2000.0, CROTA2=0.0))


@answered("turned")
def rotated_cd(folder: Path) -> Path:
    head = header()
    turn = np.deg2rad(37.0)
    step = 1.8 / 3600
    head.update(
        CD1_1=-step * np.cos(turn), CD1_2=step * np.sin(turn),
        CD2_1=step * np.sin(turn), CD2_2=step * np.cos(turn),
    )  # fmt: skip
    del head["CDELT1"], head["CDELT2"]
    return save(folder / "rotated.fits", sky(), head)


@answered("turned")
def mirrored(folder: Path) -> Path:
    return save(folder / "mirrored.fits", sky(), header(CDELT1=1.8 / 3600))


@answered("rescaled")
def oblong_pixels(folder: Path) -> Path:
    return save(folder / "oblong.fits", sky(), header(CDELT1=-2.4 / 3600))


@answered()
def sip_without_its_suffix(folder: Path) -> Path:
    head = header(A_ORDER=2, B_ORDER=2, A_2_0=1e-7, B_0_2=1e-7)
    return save(folder / "sip.fits", sky(), head)
