"""World coordinates: the two celestial axes of a header, and the way to ICRS and back."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.sky.frames import rotation, turned
from radgalgui.sky.image import Note, SkyPosition

if TYPE_CHECKING:
    from astropy.io import fits
    from astropy.wcs import WCS
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "LocalGrid",
    "Plane",
    "icrs_to_pixel",
    "local_grid",
    "north_up",
    "pixel_jacobian",
    "pixel_to_icrs",
    "read_plane",
    "section",
]

# All that places pixels on the sky, and nothing that astropy would remark on or look up:
# dates, observatories, look-up tables in other HDUs.
_WCS_CARDS = re.compile(
    r"WCSAXES|NAXIS\d*|RADE(SYS|CSYS)|EQUINOX|EPOCH|LONPOLE|LATPOLE"
    r"|(CTYPE|CRVAL|CRPIX|CDELT|CROTA|CUNIT)\d+|(CD|PC|PV)\d+_\d+|PC\d{6}"
    r"|(A|B|AP|BP)_(\d+_\d+|ORDER)"
)
# Those without which pixels lie elsewhere: wcslib takes one that it cannot read for zero.
_NUMBERS = re.compile(
    r"EQUINOX|EPOCH|LONPOLE|LATPOLE|(CRVAL|CRPIX|CDELT|CROTA)\d+|(CD|PC|PV)\d+_\d+|PC\d{6}"
)
_POLAR = 89.9
"""Degrees of declination beyond which right ascensions are too close together to be subtracted."""
_OLD_UNITS = {
    "DEGREE": "deg",
    "DEGREES": "deg",
    "DEG": "deg",
    "RADIANS": "rad",
    "ARCSECONDS": "arcsec",
}


@dataclass(frozen=True)
class Plane:
    """Which plane of an array of any dimension is the sky, and where it lies.

    Parameters
    ----------
    index : tuple of int or slice
        NumPy index that takes the plane; two slices.
    skipped : int
        Planes left out: 0 where the other axes are degenerate.
    wcs : `astropy.wcs.WCS` or None
        Celestial, two axes in the plane's order.
    notes : tuple of Note
        Why there is no WCS, or what had to be mended.
    """

    index: tuple[int | slice, ...]
    skipped: int
    wcs: WCS | None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class LocalGrid:
    """The pixel grid at one place: arcsec a pixel, turn of north, and whether east is left.

    Parameters
    ----------
    scale : float
        Square root of the pixel's area, arcsec.
    stretch : float
        Longer over shorter side of the pixel, at least 1; 1.41 or more also for a skewed grid.
    rotation : float
        Direction of north from the pixel's +y, degrees, counted towards -x.
    east_left : bool
        False where the image is mirrored.
    """

    scale: float
    stretch: float
    rotation: float
    east_left: bool


def read_plane(header: fits.Header, shape: tuple[int, ...]) -> Plane:
    """Choose the sky plane of an array and read its WCS.

    Parameters
    ----------
    header : Header
        Of the image HDU.
    shape : tuple of int
        Of its array, NumPy order; at least two axes longer than one.

    Returns
    -------
    Plane
        The two celestial axes where the header names them, else the two last axes longer
        than one; the first plane along all others.
    """
    full, why = _full_wcs(header)
    pair = _celestial_axes(full, shape) or _last_axes(shape)
    index = tuple(slice(None) if axis in pair else 0 for axis in range(len(shape)))
    planes = int(np.prod([n for axis, n in enumerate(shape) if axis not in pair], dtype=np.int64))
    notes: list[Note] = []
    wcs = None
    if full is not None and _celestial_axes(full, shape) is not None:
        wcs = _celestial(full, (shape[pair[0]], shape[pair[1]]))
        why = why or "it cannot be evaluated inside the image"
    if wcs is None:
        notes.append(Note("no-wcs", _no_wcs_text(why)))
    return Plane(index, planes - 1, wcs, tuple(notes))


def pixel_to_icrs(wcs: WCS, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return right ascension and declination, ICRS degrees, of 0-based pixels; NaN outside."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        world = wcs.all_pix2world(np.asarray(x, float), np.asarray(y, float), 0)
        lon, lat = np.asarray(world[wcs.wcs.lng]), np.asarray(world[wcs.wcs.lat])
        frame = _frame(wcs)
        if frame.name == "icrs":
            return lon % 360.0, lat
        if (turn := rotation(frame)) is not None:
            return turned(turn, lon, lat)
        sky = _skycoord(lon, lat, frame).icrs
        return np.asarray(sky.ra.deg), np.asarray(sky.dec.deg)


def icrs_to_pixel(wcs: WCS, ra: ArrayLike, dec: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return 0-based pixels (x, y) of ICRS degrees; NaN where the projection has none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = _frame(wcs)
        lon, lat = np.asarray(ra, float), np.asarray(dec, float)
        if (turn := rotation(frame)) is not None:
            lon, lat = turned(turn.T, lon, lat)
        elif frame.name != "icrs":
            sky = _skycoord(lon, lat, "icrs").transform_to(frame).spherical
            lon, lat = sky.lon.deg, sky.lat.deg
        world = (lon, lat) if wcs.wcs.lng < wcs.wcs.lat else (lat, lon)
        x, y = wcs.all_world2pix(*world, 0, quiet=True)
    return np.asarray(x), np.asarray(y)


def local_grid(wcs: WCS, x: float, y: float) -> LocalGrid:
    """Return scale, turn and handedness of the pixel grid at one pixel, against ICRS north.

    Raises
    ------
    numpy.linalg.LinAlgError
        Where the pixel lies off the projected sphere, or the grid is singular.
    """
    jacobian = pixel_jacobian(wcs, x, y)
    determinant = float(np.linalg.det(jacobian))
    singular = np.linalg.svd(jacobian, compute_uv=False)
    inverse = np.linalg.inv(jacobian)
    return LocalGrid(
        scale=float(np.sqrt(abs(determinant))),
        stretch=float(singular[0] / singular[1]),
        rotation=float(np.rad2deg(np.arctan2(-inverse[0, 1], inverse[1, 1]))),
        east_left=determinant < 0,
    )


def pixel_jacobian(wcs: WCS, x: float, y: float) -> NDArray[np.float64]:
    """Return arcsec east and north (ICRS) for one pixel in x and one in y, at one pixel; (2, 2).

    Raises
    ------
    numpy.linalg.LinAlgError
        Where the pixel lies off the projected sphere.
    """
    step = 0.5
    ra, dec = pixel_to_icrs(wcs, [x - step, x + step, x, x], [y, y, y - step, y + step])
    if np.max(np.abs(dec)) > _POLAR:
        jacobian = _polar_jacobian(ra, dec, *pixel_to_icrs(wcs, x, y))
    else:
        centre_dec = np.deg2rad(np.mean(dec))
        d_ra = (np.array([ra[1] - ra[0], ra[3] - ra[2]]) + 180.0) % 360.0 - 180.0
        east = d_ra * np.cos(centre_dec) * 3600.0  # arcsec for one pixel in x and one in y
        north = np.array([dec[1] - dec[0], dec[3] - dec[2]]) * 3600.0
        jacobian = np.array([east, north])
    if not np.isfinite(jacobian).all():
        raise np.linalg.LinAlgError("the pixel lies off the sphere")
    return jacobian


def north_up(position: SkyPosition, size: int, pixel_scale: float) -> WCS:
    """Return a TAN grid in ICRS, north up and east left, centred on a position.

    Parameters
    ----------
    position : SkyPosition
        The middle of the grid: between the two middle pixels where ``size`` is even.
    size : int
        Side, pixels.
    pixel_scale : float
        Arcsec a pixel.
    """
    from astropy.wcs import WCS

    grid = WCS(naxis=2)
    grid.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    grid.wcs.crval = [position.ra, position.dec]
    grid.wcs.crpix = [(size + 1) / 2, (size + 1) / 2]
    grid.wcs.cdelt = [-pixel_scale / 3600.0, pixel_scale / 3600.0]
    grid.wcs.cunit = ["deg", "deg"]
    grid.wcs.radesys = "ICRS"
    grid.wcs.set()
    grid.pixel_shape = (size, size)
    return grid


def section(wcs: WCS, x0: int, y0: int) -> WCS:
    """Return the WCS of the pixels from (``x0``, ``y0``) on, which may lie outside the image."""
    moved = wcs.deepcopy()
    moved.wcs.crpix = moved.wcs.crpix - np.array([x0, y0], float)
    if moved.sip is not None:
        from astropy.wcs import Sip

        sip = moved.sip
        moved.sip = Sip(sip.a, sip.b, sip.ap, sip.bp, moved.wcs.crpix)
    moved.pixel_shape = None
    moved.wcs.set()
    return moved


def _polar_jacobian(
    ra: NDArray[Any], dec: NDArray[Any], ra0: ArrayLike, dec0: ArrayLike
) -> NDArray[np.float64]:
    """Return arcsec east and north for one pixel in x and one in y, next to or at a pole.

    By directions in space: right ascensions of pixels around the pole differ by any angle.
    """
    a, d = np.deg2rad(np.append(ra, ra0)), np.deg2rad(np.append(dec, dec0))
    space = np.array([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)])  # (3, 5)
    steps = np.stack([space[:, 1] - space[:, 0], space[:, 3] - space[:, 2]], axis=1)
    east = [-np.sin(a[4]), np.cos(a[4]), 0.0]
    north = [-np.sin(d[4]) * np.cos(a[4]), -np.sin(d[4]) * np.sin(a[4]), np.cos(d[4])]
    return np.asarray(np.rad2deg(np.array([east, north]) @ steps) * 3600.0)


def _full_wcs(header: fits.Header) -> tuple[WCS | None, str]:
    """Return the WCS of all axes, or None and why."""
    from astropy.wcs import WCS

    try:
        cards = _wcs_cards(header)
    except ValueError as error:
        return None, str(error)
    if "CTYPE1" not in cards:
        return None, "the header names no coordinates"
    if not _has_scale(cards):
        return None, "the header tells no pixel scale"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return WCS(cards), ""
        except Exception as error:
            # wcslib and astropy raise some fifteen kinds of error on foreign headers; whichever
            # it is, the pixels can still be shown.
            reason = str(error).strip().splitlines() or [type(error).__name__]
            return None, f"its coordinates are not valid: {reason[-1].strip().rstrip('.')[:120]}"


def _wcs_cards(header: fits.Header) -> fits.Header:
    """Return the cards that place pixels on the sky, mended where writers often go wrong.

    Raises
    ------
    ValueError
        If one that must be a number is none.
    """
    from astropy.io import fits

    cards = fits.Header()
    for keyword in header:
        if not _WCS_CARDS.fullmatch(keyword) or keyword in cards:
            continue
        try:
            value = header[keyword]
        except Exception:  # astropy has several for a card that it cannot parse
            if _NUMBERS.fullmatch(keyword):
                raise ValueError(f"its {keyword} cannot be read") from None
            continue
        if _NUMBERS.fullmatch(keyword):
            value = _as_number(keyword, value)
        if keyword.startswith("CUNIT") and isinstance(value, str):
            value = _OLD_UNITS.get(value.strip().upper(), value)
        cards[keyword] = value
    if "A_ORDER" in cards and "B_ORDER" in cards:
        for keyword in ("CTYPE1", "CTYPE2"):
            if not str(cards.get(keyword, "-SIP")).endswith("-SIP"):
                cards[keyword] = f"{cards[keyword]}-SIP"
    return cards


def _as_number(keyword: str, value: Any) -> Any:
    """Return a card's number, also where it was written as text; equinoxes as B1950 or J2000."""
    if not isinstance(value, str):
        return value
    text = value.strip().upper()
    if keyword in ("EQUINOX", "EPOCH"):
        text = text.removeprefix("B").removeprefix("J")
    try:
        return float(text.replace("D", "E"))
    except ValueError:
        raise ValueError(f"its {keyword} is {value.strip()!r}, not a number") from None


def _has_scale(cards: fits.Header) -> bool:
    """Tell whether a pixel's size is given; without, wcslib assumes one degree."""
    return any(
        keyword.startswith(("CDELT", "CD", "PC")) and value != 0 for keyword, value in cards.items()
    )


def _celestial_axes(full: WCS | None, shape: tuple[int, ...]) -> tuple[int, int] | None:
    """Return the two celestial axes in NumPy order, or None without two that are long."""
    if full is None or full.wcs.lng < 0 or full.wcs.lat < 0:
        return None
    axes = sorted(len(shape) - 1 - axis for axis in (full.wcs.lng, full.wcs.lat))
    if axes[0] < 0 or min(shape[axis] for axis in axes) < 2:
        return None
    return axes[0], axes[1]


def _last_axes(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the two last axes longer than one."""
    long = [axis for axis, n in enumerate(shape) if n > 1]
    return long[-2], long[-1]


def _celestial(full: WCS, shape: tuple[int, int]) -> WCS | None:
    """Return the celestial part, or None where it does not work in the image's middle."""
    try:
        wcs = full.celestial
        middle = ((shape[1] - 1) / 2, (shape[0] - 1) / 2)
        grid = local_grid(wcs, *middle)
        back = icrs_to_pixel(wcs, *pixel_to_icrs(wcs, *middle))
    except Exception:
        # as in _full_wcs: whatever is wrong with it, it cannot be used
        return None
    sane = np.isfinite(grid.scale) and 1e-4 < grid.scale < 3e5 and grid.stretch < 20
    return wcs if sane and np.allclose(back, middle, atol=0.5) else None


def _frame(wcs: WCS) -> Any:
    """Return the astropy frame of a celestial WCS; kept on it, since making it is slow."""
    from astropy.wcs.utils import wcs_to_celestial_frame

    frame = wcs.__dict__.get("_radgalgui_frame")
    if frame is None:
        frame = wcs_to_celestial_frame(wcs)
        wcs.__dict__["_radgalgui_frame"] = frame
    return frame


def _skycoord(lon: ArrayLike, lat: ArrayLike, frame: Any) -> Any:
    from astropy.coordinates import SkyCoord

    return SkyCoord(lon, lat, unit="deg", frame=frame)


def _no_wcs_text(why: str) -> str:
    reason = f" ({why})" if why else ""
    return (
        f"No sky coordinates could be read{reason}: the pixels are taken as they come, "
        "and the image's scale is assumed to be the encoder's."
    )
