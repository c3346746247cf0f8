"""Images of several bands: read from cubes, cut on one grid, each seen above its own noise."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from astropy.io import fits

from radgalgui.errors import ImageError
from radgalgui.sky import fits as reading
from radgalgui.sky.bands import mean_of_bands
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import SkyImage
from radgalgui.sky.noise import noise_level
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.writer import write_fits

ONE = Preprocessing()
THREE = Preprocessing(channels=3)
SHAPE = (200, 200)


def _cube(sky: ModuleType, *, at: tuple[float, float] = (110.0, 95.0)) -> np.ndarray:
    """Return three bands of one source, each with its own brightness, width and noise."""
    bands = [
        sky.sky(SHAPE, at=at, peak=peak, fwhm=fwhm, noise=noise)
        for peak, fwhm, noise in ((0.02, 3.0, 1e-4), (0.04, 5.0, 2e-4), (0.1, 8.0, 5e-4))
    ]
    return np.stack(bands)


def _header(sky: ModuleType, **cards: float) -> fits.Header:
    head = sky.header(SHAPE, **cards)
    head["CTYPE3"], head["CRPIX3"], head["CRVAL3"], head["CDELT3"] = "WAVELEN", 1.0, 5e-7, 1e-7
    return head


@pytest.fixture
def cube(make_sky: ModuleType, tmp_path: Path) -> Path:
    return make_sky.save(tmp_path / "cube.fits", _cube(make_sky), _header(make_sky))


def test_a_cube_of_a_few_planes_is_read_whole(cube: Path, make_sky: ModuleType) -> None:
    image = read_image(cube)
    np.testing.assert_array_equal(np.stack(image.bands), _cube(make_sky))
    np.testing.assert_array_equal(image.data, image.bands[0])
    assert {note.code for note in image.notes} == {"planes"}


@pytest.mark.parametrize("kind", ["gz", "fz", "int16", "four axes", "without coordinates"])
def test_bands_are_read_however_they_are_stored(
    make_sky: ModuleType, tmp_path: Path, kind: str
) -> None:
    planes, head = _cube(make_sky), _header(make_sky)
    expected, tolerance = planes, 0.0
    if kind == "fz":
        path = tmp_path / "cube.fits.fz"
        packed = fits.CompImageHDU(planes, head, compression_type="GZIP_2", quantize_level=0.0)
        fits.HDUList([fits.PrimaryHDU(), packed]).writeto(path)
    elif kind == "int16":
        path, tolerance = tmp_path / "cube.fits", 2e-5
        hdu = fits.PrimaryHDU(planes.copy(), head)
        hdu.scale("int16", bscale=1e-5, bzero=0.1)
        hdu.writeto(path)
    elif kind == "four axes":
        path = make_sky.save(tmp_path / "cube.fits", planes[:, None], make_sky.header(SHAPE))
    elif kind == "without coordinates":
        path = make_sky.save(tmp_path / "cube.fits", planes, fits.Header())
    else:
        path = make_sky.save(tmp_path / "cube.fits.gz", planes, head)
    bands = np.stack(read_image(path).bands)
    np.testing.assert_allclose(bands, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("count", [1, 9, 40])
def test_a_single_plane_and_a_cube_of_many_have_no_bands(
    make_sky: ModuleType, tmp_path: Path, count: int
) -> None:
    planes = np.stack([make_sky.sky(SHAPE)] * count)
    image = read_image(make_sky.save(tmp_path / "many.fits", planes, make_sky.header(SHAPE)))
    assert image.bands == ()


def test_bands_beyond_memory_are_left_in_the_file(
    cube: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_BANDS_BYTES", 1000)
    assert read_image(cube).bands == ()
    monkeypatch.setattr(reading, "_MAPPED_BYTES", 1000)
    bands = read_image(cube).bands
    assert len(bands) == 3
    assert not any(band.flags.writeable for band in bands)
    assert make_cutout(read_image(cube), THREE).seen.shape == (3, 64, 64)


def test_the_first_plane_is_used_where_the_others_are_damaged(
    make_sky: ModuleType, tmp_path: Path
) -> None:
    path = tmp_path / "cube.fits.fz"
    planes = _cube(make_sky)
    packed = fits.CompImageHDU(
        planes, _header(make_sky), compression_type="GZIP_1", quantize_level=0.0,
        tile_shape=(1, *SHAPE),
    )  # fmt: skip
    fits.HDUList([fits.PrimaryHDU(), packed]).writeto(path)
    held = bytearray(path.read_bytes())
    held[-200_000:-3000] = bytes(197_000)  # in the last plane
    path.write_bytes(held)
    image = read_image(path)
    np.testing.assert_array_equal(image.data, planes[0])
    assert image.bands == ()
    with pytest.raises(ImageError, match="one plane to go by"):
        make_cutout(image, THREE)


def test_each_band_is_seen_above_its_own_noise(cube: Path) -> None:
    image = read_image(cube)
    cutout = make_cutout(image, THREE)
    assert cutout.data.shape == cutout.seen.shape == (3, 64, 64)
    assert cutout.data.dtype == cutout.seen.dtype == np.float32
    for band, data, seen in zip(image.bands, cutout.data, cutout.seen, strict=True):
        single = SkyImage(band, "a", "a", wcs=image.wcs, beam=image.beam)
        alone = make_cutout(single, ONE, position=cutout.position)
        np.testing.assert_array_equal(data, alone.data[0])
        np.testing.assert_array_equal(seen, ONE.see(data, noise_level(band)))
        assert seen.max() == pytest.approx(1.0)
    assert cutout.pixel == pytest.approx((110.0, 95.0), abs=0.6)


@pytest.mark.parametrize("cards", [{"scale": 1.2}, {"scale": 1.0, "beam": 2.5}, {"CROTA2": 40.0}])
def test_bands_lie_on_one_grid_when_they_are_resampled(
    make_sky: ModuleType, tmp_path: Path, cards: dict[str, float]
) -> None:
    path = make_sky.save(tmp_path / "cube.fits", _cube(make_sky), _header(make_sky, **cards))
    image = read_image(path)
    cutout = make_cutout(image, THREE)
    position = cutout.position
    assert position is not None
    peaks = {np.unravel_index(np.argmax(plane), plane.shape) for plane in cutout.data}
    assert all(np.hypot(y - 31.5, x - 31.5) < 2 for y, x in peaks)
    for number, band in enumerate(image.bands):
        alone = SkyImage(band, "a", "a", wcs=image.wcs, unit=image.unit, beam=image.beam)
        same = make_cutout(alone, ONE, position=position)
        np.testing.assert_allclose(cutout.data[number], same.data[0], rtol=1e-4, atol=1e-6)


def test_three_equal_planes_are_seen_as_one_plane_is(make_sky: ModuleType, tmp_path: Path) -> None:
    plane = make_sky.sky(SHAPE, at=(80.0, 120.0))
    head = _header(make_sky, scale=1.3)
    cube = read_image(make_sky.save(tmp_path / "cube.fits", np.stack([plane] * 3), head))
    single = read_image(make_sky.save(tmp_path / "one.fits", plane, head))
    three, one = make_cutout(cube, THREE), make_cutout(single, ONE)
    for band in range(3):
        np.testing.assert_array_equal(three.data[band], one.data[0])
        np.testing.assert_array_equal(three.seen[band], one.seen[0])
    assert (three.noise, three.pixel, three.position) == (one.noise, one.pixel, one.position)
    assert (three.peak_snr, three.angular_size) == (one.peak_snr, one.angular_size)


def test_an_encoder_of_one_band_takes_the_first_plane_and_says_so(
    cube: Path, make_sky: ModuleType, tmp_path: Path
) -> None:
    plain = make_sky.save(tmp_path / "one.fits", _cube(make_sky)[0], _header(make_sky))
    of_cube, of_plane = (make_cutout(read_image(path), ONE) for path in (cube, plain))
    np.testing.assert_array_equal(of_cube.data, of_plane.data)
    np.testing.assert_array_equal(of_cube.seen, of_plane.seen)
    assert {note.code for note in of_cube.notes} - {note.code for note in of_plane.notes} == {
        "planes"
    }


def test_the_planes_that_were_taken_are_told(cube: Path) -> None:
    notes = {note.code: note.text for note in make_cutout(read_image(cube), THREE).notes}
    assert "planes" not in notes
    assert "3 planes were taken for the encoder's 3 bands" in notes["bands"]


@pytest.mark.parametrize(("count", "says"), [(1, "one plane"), (2, "2 planes"), (4, "4 planes")])
def test_another_number_of_planes_is_refused(
    make_sky: ModuleType, tmp_path: Path, count: int, says: str
) -> None:
    path = tmp_path / "image.fits"
    planes = np.stack([make_sky.sky(SHAPE)] * count).squeeze()
    image = read_image(make_sky.save(path, planes, make_sky.header(SHAPE)))
    with pytest.raises(ImageError, match=says) as caught:
        make_cutout(image, THREE)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "give a FITS cube of 3 planes" in message
    assert "\n" not in message


def test_what_is_blank_in_one_band_is_found_in_the_others(
    make_sky: ModuleType, tmp_path: Path
) -> None:
    planes = _cube(make_sky)
    planes[1] = np.nan
    planes[2, :, :20] = np.inf
    image = read_image(make_sky.save(tmp_path / "cube.fits", planes, _header(make_sky)))
    mean = mean_of_bands(image, 3).data
    expected = np.nanmean(np.where(np.isfinite(planes), planes, np.nan)[[0, 2]], axis=0)
    np.testing.assert_allclose(mean, expected, rtol=1e-6)
    cutout = make_cutout(image, THREE)
    assert not cutout.seen[1].any()
    assert cutout.seen[0].max() == cutout.seen[2].max() == pytest.approx(1.0)


def test_the_mean_is_made_some_rows_at_a_time(make_sky: ModuleType) -> None:
    bands = tuple(np.random.default_rng(0).normal(size=(3, 1100, 12)))
    mean = mean_of_bands(SkyImage(bands[0], "a", "a", bands=bands), 3)
    np.testing.assert_allclose(mean.data, np.mean(bands, axis=0), rtol=1e-5, atol=1e-6)


def test_a_cutout_of_three_bands_can_be_written_and_read(cube: Path, tmp_path: Path) -> None:
    image = read_image(cube)
    cutout = make_cutout(image, THREE)
    path = write_fits(tmp_path / "out.fits", cutout.data, wcs=cutout.wcs, unit=image.unit)
    again = read_image(path)
    np.testing.assert_array_equal(np.stack(again.bands), cutout.data)
    assert again.pixel_to_sky(31.5, 31.5) == cutout.position
