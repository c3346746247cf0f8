"""On real images: WCS against astropy, fluxes and sizes against photutils."""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import numpy as np
import pytest
from astropy.coordinates import FK4, SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

from radgalgui.gui.sky_readout import SkyReadout
from radgalgui.jobs.sight import Sight
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import SkyPosition
from radgalgui.sky.measuring.aperture import Aperture
from radgalgui.sky.measuring.field import Field
from radgalgui.sky.measuring.flux import measure_flux
from radgalgui.sky.measuring.size import measure_size
from radgalgui.sky.preprocess import Preprocessing

RNG = np.random.default_rng(11)
PIXELS = 0.01
"""How far positions may be from astropy's."""


def header_of(path: Path) -> fits.Header:
    with fits.open(path) as hdus:
        return next(h.header.copy() for h in hdus if h.is_image and h.header["NAXIS"] >= 2)


def astropys(header: fits.Header) -> WCS:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return WCS(header).celestial


def pixels_off(wcs: WCS, x: np.ndarray, y: np.ndarray, ra: np.ndarray, dec: np.ndarray) -> float:
    """Return how many pixels positions lie from where astropy puts the pixels, at most."""
    back = SkyCoord(ra, dec, unit="deg", frame="icrs").to_pixel(wcs)
    return float(np.hypot(back[0] - x, back[1] - y).max())


def check(path: Path, wcs: WCS) -> None:
    """Compare image, readout in the window and cutout with astropy's WCS of the file."""
    image = read_image(path)
    height, width = image.data.shape
    x, y = RNG.uniform(0, width - 1, 6), RNG.uniform(0, height - 1, 6)
    field = Field.of_image(image)
    assert pixels_off(wcs, x, y, *field.sky_of(x, y)) < PIXELS
    sight = Sight(image)
    readout = SkyReadout(sight.picture("job").header)
    told = np.array([readout.at(*at) for at in zip(x, y, strict=True)])
    assert pixels_off(wcs, x, y, *told.T) < PIXELS
    back = np.array([readout.pixel_at(*at) for at in told])
    np.testing.assert_allclose(back, np.stack([x, y], axis=1), atol=PIXELS)
    piece = make_cutout(image, Preprocessing())
    ra, dec = Field(piece.data[0], wcs=piece.wcs).sky_of(*[(piece.data.shape[-1] - 1) / 2] * 2)
    assert pixels_off(wcs, *np.array(piece.pixel), ra, dec) < PIXELS
    seen = SkyReadout(sight.seen("job", Preprocessing()).header)
    x, y = RNG.uniform(0, 63, (2, 4))
    expected = SkyCoord.from_pixel(x, y, piece.wcs).icrs
    told = np.array([seen.at(*at) for at in zip(x, y, strict=True)])
    away = SkyCoord(*told.T, unit="deg").separation(expected).arcsec
    assert away.max() / seen.pixel_scale < PIXELS


@pytest.mark.parametrize("folder", ["skyview_originals", "vlass", "first_fields"])
def test_positions_on_real_images_are_astropys(shared_data, folder) -> None:
    for path in sorted((shared_data / folder).iterdir())[:: 180 if folder == "first_fields" else 2]:
        check(path, astropys(header_of(path)))


MADE = {
    "TAN": {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN"},
    "SIN": {"CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN"},
    "Galactic": {"CTYPE1": "GLON-TAN", "CTYPE2": "GLAT-TAN"},
    "B1950": {
        "CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN", "RADESYS": "FK4", "EQUINOX": 1950.0,
    },
    "by epoch": {"CTYPE1": "RA---NCP", "CTYPE2": "DEC--NCP", "EPOCH": 1950.0},
}  # fmt: skip


@pytest.mark.parametrize("turn", [0.0, 35.0])
@pytest.mark.parametrize("kind", MADE)
def test_positions_on_made_images_are_astropys(tmp_path, kind, turn) -> None:
    cards = fits.Header(MADE[kind])
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    scale = 1.4 / 3600
    cards.update(CRVAL1=83.6, CRVAL2=62.0, CRPIX1=70.3, CRPIX2=81.8, BUNIT="Jy/beam")
    cards.update(CD1_1=-scale * c, CD1_2=scale * s, CD2_1=scale * s, CD2_2=scale * c)
    wcs = astropys(cards)
    data = np.random.default_rng(3).normal(0, 1e-6, (150, 160))
    y, x = np.mgrid[:150, :160]
    data += np.exp(-((x - 84.4) ** 2 + (y - 70.7) ** 2) / (2 * 2.5**2))
    path = tmp_path / "made.fits"
    fits.writeto(path, data.astype(np.float32), cards)
    check(path, wcs)
    _check_pixels(path, wcs)
    readout = SkyReadout(wcs.to_header(relax=True).tostring())
    old = readout.besselian(20.0, 30.0)
    if "1950" in kind or "epoch" in kind:
        expected = SkyCoord.from_pixel(20.0, 30.0, wcs)
        assert isinstance(expected.frame, FK4)
        assert old == pytest.approx((expected.ra.deg, expected.dec.deg), abs=1e-9)
    else:
        assert old is None
    ra, dec = readout.at(20.0, 30.0)
    galactic = SkyCoord(ra, dec, unit="deg").galactic
    assert readout.galactic(ra, dec) == pytest.approx((galactic.l.deg, galactic.b.deg), abs=1e-7)


def _check_pixels(path: Path, wcs: WCS) -> None:
    """A source stands in the cutout where its WCS says, turned and resampled as that may be."""
    there = SkyCoord.from_pixel(84.4, 70.7, wcs).icrs
    position = SkyPosition(there.ra.deg, there.dec.deg)
    piece = make_cutout(read_image(path), Preprocessing(beam=0.0), position=position)
    y, x = np.mgrid[:64, :64]
    bright = np.nan_to_num(piece.data[0]) * (np.hypot(x - 31.5, y - 31.5) < 12)
    found = [float((v * bright).sum() / bright.sum()) for v in (x, y)]
    px, py = piece.wcs.world_to_pixel(there)
    assert found == pytest.approx([float(px), float(py)], abs=PIXELS)


def test_fluxes_and_sizes_of_real_sources_are_those_of_photutils(shared_data) -> None:
    from photutils.aperture import CircularAperture, EllipticalAperture, aperture_photometry
    from photutils.segmentation import detect_sources

    compared = 0
    fields = sorted((shared_data / "first_fields").iterdir())[7::90]
    for path in [*fields, *sorted((shared_data / "vlass").iterdir())[::4]]:
        image = read_image(path)
        field = Field.of_image(image)
        header = header_of(path)
        scale = abs(header.get("CDELT1") or header["CD1_1"]) * 3600
        beam = 2 * math.pi * header["BMAJ"] * header["BMIN"] * 3600**2 / (8 * math.log(2))
        x, y = (image.data.shape[1] - 1) / 2 + 1.3, (image.data.shape[0] - 1) / 2 - 0.4
        data = np.asarray(image.data, float)
        circle = CircularAperture((x, y), 25.0 / scale)
        ellipse = EllipticalAperture((x, y), 40.0 / scale, 20.0 / scale, theta=math.radians(120))
        for theirs, ours in (
            (circle, Aperture.circle(x, y, 25.0)),
            (ellipse, Aperture(x, y, 40.0, 20.0, 30.0)),
        ):
            total = aperture_photometry(data, theirs)["aperture_sum"][0] * scale**2 / beam
            told = measure_flux(field, ours)
            assert told.unit == "Jy"
            assert told.value == pytest.approx(total, rel=0.01, abs=0.1 * told.error)
        peak = np.unravel_index(np.nanargmax(data), data.shape)
        noise = field.noise_at(float(peak[1]), float(peak[0]))
        segments = detect_sources(data, 3 * noise, n_pixels=1, connectivity=8)
        rows, columns = np.nonzero(segments.data == segments.data[peak])
        corners = np.stack([columns, rows], axis=1).astype(float)
        far = max(np.hypot(*(corners - one).T).max() for one in corners)
        size = measure_size(field, [(float(peak[1]), float(peak[0]))])
        assert size is not None
        assert len(size.pixels) == len(rows)
        assert size.length / scale == pytest.approx(far + 1, abs=1.0)
        assert size.flux.value == pytest.approx(
            data[rows, columns].sum() * scale**2 / beam, rel=0.01
        )
        compared += 1
    assert compared >= 12
