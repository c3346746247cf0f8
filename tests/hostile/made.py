"""What the images are made of: pixels, headers, and files written by hand."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

RA, DEC = 202.4, 31.25
"""Where the source lies in all images that have coordinates, ICRS degrees."""

NOISE = 1.5e-4


def sky(
    shape: tuple[int, int] = (200, 200),
    *,
    at: tuple[float, float] | None = None,
    fwhm: float = 3.0,
    peak: float = 0.02,
    noise: float = NOISE,
) -> np.ndarray:
    """Return noise with a round source of ``fwhm`` pixels, in the middle or at pixel (x, y)."""
    height, width = shape
    x0, y0 = at if at is not None else ((width - 1) / 2, (height - 1) / 2)
    y, x = np.mgrid[:height, :width]
    source = peak * np.exp(-4 * np.log(2) * ((x - x0) ** 2 + (y - y0) ** 2) / fwhm**2)
    return (source + np.random.default_rng(1).normal(0, noise, shape)).astype(np.float32)


def header(
    shape: tuple[int, int] = (200, 200),
    *,
    at: tuple[float, float] | None = None,
    scale: float = 1.8,
    projection: str = "TAN",
    value: tuple[float, float] = (RA, DEC),
    beam: float | None = 5.4,
    **cards: Any,
) -> fits.Header:
    """Return a north-up header whose reference pixel, the middle or (x, y), lies at ``value``."""
    height, width = shape
    x0, y0 = at if at is not None else ((width - 1) / 2, (height - 1) / 2)
    out = fits.Header()
    out["CTYPE1"], out["CTYPE2"] = f"RA---{projection}", f"DEC--{projection}"
    out["CRVAL1"], out["CRVAL2"] = value
    out["CRPIX1"], out["CRPIX2"] = x0 + 1, y0 + 1
    out["CDELT1"], out["CDELT2"] = -scale / 3600, scale / 3600
    out["CUNIT1"], out["CUNIT2"] = "deg", "deg"
    out["BUNIT"] = "Jy/beam"
    if beam is not None:
        out["BMAJ"], out["BMIN"], out["BPA"] = beam / 3600, beam / 3600, 0.0
    out.update(cards)
    return out


def save(path: Path, data: np.ndarray | None = None, head: fits.Header | None = None) -> Path:
    """Write a plain FITS file."""
    data = sky() if data is None else data
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fits.PrimaryHDU(data, header() if head is None else head).writeto(path)
    return path


def cards(path: Path, lines: list[bytes], data: np.ndarray) -> Path:
    """Write a FITS file card by card, as no library would."""
    block = b"".join(line.ljust(80)[:80] for line in [*lines, b"END"])
    block += b" " * (-len(block) % 2880)
    body = data.astype(">f4").tobytes()
    path.write_bytes(block + body + b"\0" * (-len(body) % 2880))
    return path


def plain_cards(extra: list[bytes], shape: tuple[int, int] = (200, 200)) -> list[bytes]:
    """Return the cards of a float32 image as bytes."""
    lines = [
        b"SIMPLE  =                    T",
        b"BITPIX  =                  -32",
        b"NAXIS   =                    2",
        b"NAXIS1  = %20d" % shape[1],
        b"NAXIS2  = %20d" % shape[0],
    ]
    return [*lines, *(card.image.encode() for card in header(shape).cards), *extra]


def mosaic(folder: Path, side: int = 12_000) -> Path:
    """Write a mosaic with a source near its middle; apart from ``CASES``, since it takes seconds.

    Noise fills 600 rows, and the rest are holes in the file: 29 of 576 MB are written.
    """
    head = fits.Header([("SIMPLE", True), ("BITPIX", -32), ("NAXIS", 2)])
    head.update(NAXIS1=side, NAXIS2=side)
    head.update(header((side, side), at=(side // 2 + 40, side // 2 + 10)))
    text = head.tostring().encode()
    path = folder / "mosaic.fits"
    with path.open("wb") as stream:
        stream.write(text)
        stream.truncate(len(text) + -(-4 * side * side // 2880) * 2880)
        stream.seek(len(text) + 4 * side * (side // 2 - 300))
        stream.write(sky((600, side), at=(side // 2 + 40, 310)).astype(">f4").tobytes())
    return path


def in_frame(frame: str) -> tuple[float, float]:
    """Return the source's longitude and latitude in another frame, degrees."""
    from astropy.coordinates import FK4, SkyCoord

    system: Any = FK4(equinox="B1950") if frame == "fk4" else frame
    place = SkyCoord(RA, DEC, unit="deg", frame="icrs").transform_to(system).spherical
    return float(place.lon.deg), float(place.lat.deg)
