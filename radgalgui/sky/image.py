"""What an image of the sky is to the rest of the program: pixels, WCS, beam and notes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from astropy.wcs import WCS

__all__ = ["Beam", "Cutout", "Note", "SkyImage", "SkyPosition"]


@dataclass(frozen=True, slots=True)
class Note:
    """A warning that travels with an image and stands beside it in words.

    Parameters
    ----------
    code : str
        A short stable name for programs, such as ``"no-wcs"`` or ``"rescaled"``.
    text : str
        One plain sentence for an astronomer, with numbers and units.
    """

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Beam:
    """The restoring beam: full widths at half maximum in arcsec, position angle in degrees."""

    major: float
    minor: float
    position_angle: float = 0.0

    @property
    def area(self) -> float:
        """That of the Gaussian, pi / (4 ln 2) times both widths, square arcsec."""
        return math.pi / (4.0 * math.log(2.0)) * self.major * self.minor


@dataclass(frozen=True, slots=True)
class SkyPosition:
    """A place on the sky: right ascension and declination, ICRS, degrees, float64."""

    ra: float
    dec: float


@dataclass(frozen=True)
class SkyImage:
    """One plane of the sky as it was read, and the others where there are a few.

    Parameters
    ----------
    data : ndarray, shape (H, W)
        Pixel values in ``unit``; NaN is blank.  May be a read-only memory map of any byte
        order: convert what is cut from it, never the whole of a mosaic.
    name : str
        The source's name: the file name without its endings, never rounded.
    origin : str
        The file it came from.
    wcs : `astropy.wcs.WCS` or None
        Celestial axes only (two); None where the header has none that can be used.
    unit : str
        ``BUNIT`` as written, "" where absent.
    beam : Beam or None
        The restoring beam where the header tells it.
    notes : tuple of Note
        What the reader had to decide or assume.
    bands : tuple of ndarray, each of shape (H, W)
        All planes of a cube of a few, ``data`` one of them, for encoders that take several
        bands; empty for a single plane, and for a cube of many.
    """

    data: NDArray[np.floating]
    name: str
    origin: str
    wcs: WCS | None = None
    unit: str = ""
    beam: Beam | None = None
    notes: tuple[Note, ...] = ()
    bands: tuple[NDArray[np.floating], ...] = ()

    def pixel_to_sky(self, x: float, y: float) -> SkyPosition | None:
        """Return the ICRS position of a 0-based pixel; None without a WCS or off the sphere."""
        if self.wcs is None:
            return None
        from radgalgui.sky.celestial import pixel_to_icrs

        ra, dec = (float(value) for value in pixel_to_icrs(self.wcs, x, y))
        return SkyPosition(ra, dec) if np.isfinite(ra) and np.isfinite(dec) else None

    def sky_to_pixel(self, position: SkyPosition) -> tuple[float, float]:
        """Return the 0-based pixel (x, y) of a position; NaN without a WCS or off the plane."""
        if self.wcs is None:
            return float("nan"), float("nan")
        from radgalgui.sky.celestial import icrs_to_pixel

        x, y = icrs_to_pixel(self.wcs, position.ra, position.dec)
        return float(x), float(y)


@dataclass(frozen=True)
class Cutout:
    """A square piece of sky on an encoder's scale, and what the encoder sees of it.

    Of several bands, noise, signal and size are those of their mean.

    Parameters
    ----------
    data : ndarray, shape (C, S, S), float32
        Sky values in the image's unit on the encoder's pixel scale; NaN is blank.
    seen : ndarray, shape (C, S, S), float32
        The encoder's view: clipped, scaled to [0, 1] and stretched; no NaN.
    noise : float
        The sigma-clipped, MAD-scaled noise of the image around the cutout, in its unit, after
        smoothing where the encoder's beam asks for it; 0 where the background was taken out.
    peak_snr : float
        The source's peak over the noise; infinite where the noise is 0.
    angular_size : float
        Largest angular size of the source's emission above 3 sigma, arcsec.
    pixel : tuple of float
        The cutout's centre (x, y) in the original image, 0-based.
    position : SkyPosition or None
        The cutout's centre on the sky; None without a WCS.
    wcs : `astropy.wcs.WCS` or None
        Celestial WCS of ``data``.
    notes : tuple of Note
        The image's notes and the cutout's own.
    band_noise : tuple of float
        The noise of each plane above which it is seen, where there are several; else empty.
    """

    data: NDArray[np.float32]
    seen: NDArray[np.float32]
    noise: float
    peak_snr: float
    angular_size: float
    pixel: tuple[float, float]
    position: SkyPosition | None = None
    wcs: WCS | None = None
    notes: tuple[Note, ...] = field(default=())
    band_noise: tuple[float, ...] = ()
