"""Properties of cutouts: the source that is meant, on the encoder's grid, with its notes."""

from __future__ import annotations

import dataclasses
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radgalgui.errors import ImageError
from radgalgui.sky.celestial import local_grid, read_plane
from radgalgui.sky.cutout import make_cutout, warm_up
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import Beam, SkyImage, SkyPosition
from radgalgui.sky.preprocess import Preprocessing

EYES = Preprocessing()


@pytest.fixture
def image_of(make_sky):
    """Return a maker of images: pixels, and what their header shall say."""

    def make(data: np.ndarray, **header) -> SkyImage:
        beam = header.get("beam", 5.4)
        head = make_sky.header(data.shape, **header)
        return SkyImage(
            data, "image", "image.fits", wcs=read_plane(head, data.shape).wcs, unit="Jy/beam",
            beam=None if beam is None else Beam(beam, beam),
        )  # fmt: skip

    return make


def _codes(cutout) -> set[str]:
    return {note.code for note in cutout.notes}


def _blob(shape, x, y, peak, fwhm=3.0) -> np.ndarray:
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return peak * np.exp(-4 * np.log(2) * ((columns - x) ** 2 + (rows - y) ** 2) / fwhm**2)


def _noise(shape=(300, 300), seed=0, sigma=1.5e-4) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, sigma, shape)


def test_pixels_of_the_same_scale_are_not_resampled(image_of, make_sky) -> None:
    data = make_sky.sky((200, 200), at=(90.0, 110.0))
    cutout = make_cutout(image_of(data), EYES)
    np.testing.assert_array_equal(cutout.data[0], data[78:142, 58:122])
    assert cutout.pixel == (89.5, 109.5)
    assert cutout.notes == ()
    np.testing.assert_array_equal(cutout.seen, EYES.see(cutout.data, cutout.noise))


@pytest.mark.parametrize(
    ("size", "scale"), [(64, 1.8), (96, 2.7), (50, 1.0), (151, 1.8), (64, 6.0)]
)
@pytest.mark.parametrize("turn", [0.0, 30.0])
def test_any_size_and_scale(image_of, make_sky, size, scale, turn) -> None:
    eyes = Preprocessing(size=size, pixel_scale=scale)
    cutout = make_cutout(image_of(make_sky.sky((300, 300)), CROTA2=turn), eyes)
    assert cutout.data.shape == cutout.seen.shape == (1, size, size)
    grid = local_grid(cutout.wcs, (size - 1) / 2, (size - 1) / 2)
    assert grid.scale == pytest.approx(scale, rel=0.005)
    assert abs(grid.rotation) < 0.5
    assert grid.east_left
    y, x = np.unravel_index(np.argmax(cutout.data[0]), (size, size))
    assert np.hypot(x - (size - 1) / 2, y - (size - 1) / 2) * scale < 2 * max(scale, 1.8)
    assert ("rescaled" in _codes(cutout)) == (scale != 1.8)


@pytest.mark.parametrize(("survey_scale", "remarked"), [(0.0, True), (1.8, False), (1.0, True)])
def test_resampling_as_in_training_is_no_warning(
    image_of, make_sky, survey_scale, remarked
) -> None:
    eyes = Preprocessing(pixel_scale=2.7, survey_scale=survey_scale)
    cutout = make_cutout(image_of(make_sky.sky((300, 300))), eyes)
    assert ("rescaled" in _codes(cutout)) == remarked
    as_wanted = make_cutout(image_of(make_sky.sky((300, 300)), scale=2.7, beam=8.1), eyes)
    assert "rescaled" not in _codes(as_wanted)  # for these pixels were not


@given(scale=st.floats(0.6, 4.0), turn=st.floats(-180, 180))
@settings(max_examples=8, deadline=None)
def test_resampling_keeps_brightness(make_sky, scale, turn) -> None:
    """A well-sampled source has the same peak and flux on another grid."""
    shape, fwhm = (260, 260), 12.0
    data = _blob(shape, 129.5, 129.5, 1.0, fwhm / scale).astype(np.float32)
    data += _noise(shape, sigma=1e-5).astype(np.float32)
    head = make_sky.header(shape, scale=scale, CROTA2=turn)
    image = SkyImage(data, "a", "a", wcs=read_plane(head, shape).wcs)
    cutout = make_cutout(image, dataclasses.replace(EYES, beam=0.0))
    flux = np.nansum(np.where(cutout.data > 0.01, cutout.data, 0)) * 1.8**2
    assert np.nanmax(cutout.data) == pytest.approx(1.0, abs=0.05)
    assert flux == pytest.approx(data[data > 0.01].sum() * scale**2, rel=0.05)


@pytest.mark.parametrize("unit", ["Jy/beam", "K"])
@pytest.mark.parametrize("turn", [0.0, 50.0])
def test_a_point_source_is_brought_to_the_encoder_s_beam(make_sky, unit, turn) -> None:
    """An elliptical beam of 4.1" x 2.3" becomes a round one of 5.4", and keeps Jy/beam."""
    shape, major, minor, angle = (361, 361), 4.1, 2.3, 48.0
    head = make_sky.header(shape, scale=1.0, CROTA2=turn)
    plane = read_plane(head, shape)
    grid = local_grid(plane.wcs, 180, 180)
    rows, columns = np.mgrid[:361, :361] - 180.0
    axis = np.deg2rad(90.0 + grid.rotation + angle)
    along = columns * np.cos(axis) + rows * np.sin(axis)
    across = -columns * np.sin(axis) + rows * np.cos(axis)
    data = np.exp(-4 * np.log(2) * ((along / major) ** 2 + (across / minor) ** 2))
    data = (data + _noise(shape, sigma=1e-4)).astype(np.float32)
    image = SkyImage(data, "a", "a", wcs=plane.wcs, unit=unit, beam=Beam(major, minor, angle))
    cutout = make_cutout(image, EYES)
    assert "beam-smoothed" in _codes(cutout)
    expected = 1.0 if unit == "Jy/beam" else major * minor / 5.4**2
    corner = np.exp(-4 * np.log(2) * 2 * 0.9**2 / 5.4**2)  # the middle lies between four pixels
    assert np.nanmax(cutout.data) == pytest.approx(expected * corner, rel=0.03)
    rows, columns = np.mgrid[:64, :64] - 31.5
    bright = np.where(cutout.data[0] > 0.05 * expected, cutout.data[0], 0)
    moments = np.cov(np.stack([columns.ravel(), rows.ravel()]), aweights=bright.ravel())
    widths = np.sqrt(np.linalg.eigvalsh(moments) * 8 * np.log(2)) * 1.8
    assert widths[1] / widths[0] < 1.06  # round
    assert widths.mean() == pytest.approx(5.4, rel=0.1)


def test_the_beam_is_left_where_it_is_the_encoder_s(image_of, make_sky) -> None:
    assert "beam-smoothed" not in _codes(make_cutout(image_of(make_sky.sky(), beam=5.4), EYES))
    coarse = make_cutout(image_of(make_sky.sky(fwhm=7), beam=13.0), EYES)
    assert "beam-coarse" in _codes(coarse)
    assert "beam-smoothed" not in _codes(coarse)


def test_a_faint_source_in_the_middle_before_a_bright_neighbour(image_of) -> None:
    data = _noise() + _blob((300, 300), 149.5, 149.5, 0.003) + _blob((300, 300), 200, 190, 0.5)
    cutout = make_cutout(image_of(data.astype(np.float32)), EYES)
    assert np.hypot(cutout.pixel[0] - 149.5, cutout.pixel[1] - 149.5) < 1.0


@pytest.mark.parametrize("gap", [8, 16, 30, 50])
def test_the_lobes_of_a_double_are_one_source(image_of, gap) -> None:
    data = _noise() + _blob((300, 300), 149.5 - gap / 2, 149.5, 0.02)
    data += _blob((300, 300), 149.5 + gap / 2, 149.5, 0.012)
    cutout = make_cutout(image_of(data.astype(np.float32)), EYES)
    assert np.hypot(cutout.pixel[0] - 149.5, cutout.pixel[1] - 149.5) * 1.8 < 10.0
    assert cutout.angular_size == pytest.approx((gap + 6) * 1.8, abs=8)


def test_two_sources_on_either_side_are_not_a_double_when_far_apart(image_of) -> None:
    data = _noise() + _blob((300, 300), 100, 149.5, 0.02) + _blob((300, 300), 240, 149.5, 0.02)
    cutout = make_cutout(image_of(data.astype(np.float32)), EYES)
    assert cutout.pixel[0] == pytest.approx(100, abs=1)


@pytest.mark.parametrize("at", [(40, 40), (250, 60), (20, 270)])
def test_an_off_centre_double_is_found_whole(image_of, at) -> None:
    data = (
        _noise()
        + _blob((300, 300), at[0] - 6, at[1], 0.02)
        + _blob((300, 300), at[0] + 6, at[1], 0.02)
    )
    cutout = make_cutout(image_of(data.astype(np.float32)), EYES)
    assert cutout.pixel == pytest.approx(at, abs=1.0)


def test_a_position_is_the_centre(image_of, make_sky) -> None:
    image = image_of(make_sky.sky((300, 300), at=(60.0, 70.0)), at=(60.0, 70.0))
    asked = image.pixel_to_sky(200.0, 210.0)
    cutout = make_cutout(image, EYES, position=asked)
    assert cutout.pixel == pytest.approx((200.0, 210.0), abs=0.51)
    assert "low-signal" in _codes(cutout)
    there = make_cutout(image, EYES, position=SkyPosition(make_sky.RA, make_sky.DEC))
    assert there.peak_snr > 50
    assert there.notes == ()


def test_a_position_off_the_image_is_refused(image_of, make_sky) -> None:
    for position in (SkyPosition(10.0, -80.0), SkyPosition(make_sky.RA + 0.3, make_sky.DEC)):
        with pytest.raises(ImageError, match="outside the image"):
            make_cutout(image_of(make_sky.sky()), EYES, position=position)


def test_a_position_without_coordinates_is_refused(make_sky) -> None:
    bare = SkyImage(make_sky.sky(), "bare", "bare.fits")
    with pytest.raises(ImageError, match="no sky coordinates"):
        make_cutout(bare, EYES, position=SkyPosition(1, 1))


def test_a_blank_position_is_refused(image_of, make_sky) -> None:
    data = make_sky.sky((300, 300))
    data[:, 150:] = np.nan
    image = image_of(data)
    with pytest.raises(ImageError, match="only blanks"):
        make_cutout(image, EYES, position=image.pixel_to_sky(240, 150))


def test_without_coordinates_pixels_come_as_they_are(make_sky) -> None:
    data = make_sky.sky((100, 120), at=(70.0, 45.0))
    cutout = make_cutout(SkyImage(data, "bare", "bare.fits"), EYES)
    x0, y0 = (int(c - 31.5) for c in cutout.pixel)
    assert (x0, y0) == pytest.approx((38.5, 13.5), abs=0.6)
    np.testing.assert_array_equal(cutout.data[0], data[y0 : y0 + 64, x0 : x0 + 64])
    assert cutout.position is None
    assert cutout.wcs is None


@given(factor=st.floats(1e-20, 1e20))
@settings(max_examples=10, deadline=None)
def test_the_unit_does_not_matter(make_sky, factor) -> None:
    data = make_sky.sky((100, 100)).astype(np.float64)
    plain = make_cutout(SkyImage(data, "a", "a"), EYES)
    scaled = make_cutout(SkyImage(data * factor, "a", "a"), EYES)
    np.testing.assert_allclose(scaled.seen, plain.seen, atol=1e-5)
    assert scaled.peak_snr == pytest.approx(plain.peak_snr, rel=1e-5)


def test_byte_order_does_not_matter(image_of, make_sky) -> None:
    data = make_sky.sky()
    plain, swapped = (make_cutout(image_of(data.astype(kind)), EYES) for kind in ("<f4", ">f4"))
    np.testing.assert_array_equal(plain.data, swapped.data)


def test_the_image_is_not_changed(image_of, make_sky) -> None:
    data = make_sky.sky() + np.float32(1.0)  # a pedestal, which is subtracted
    before = data.copy()
    data.flags.writeable = False
    assert "background" in _codes(make_cutout(image_of(data), EYES))
    np.testing.assert_array_equal(data, before)


def test_notes_have_numbers_and_units(image_of, make_sky) -> None:
    image = image_of(make_sky.sky((300, 300), fwhm=60))
    texts = {n.code: n.text for n in make_cutout(image, EYES).notes}
    assert '115"' in texts["larger-than-cutout"]
    fine = image_of(make_sky.sky((361, 361)), scale=1.0, beam=2.5)
    texts = {n.code: n.text for n in make_cutout(fine, EYES).notes}
    assert '1.00"' in texts["rescaled"]
    assert '2.5"' in texts["beam-smoothed"]


@pytest.mark.parametrize("seed", range(5))
def test_many_specks_do_not_hide_a_bright_source(image_of, seed) -> None:
    rng = np.random.default_rng(seed)
    data = np.zeros((300, 300))
    for y, x in rng.integers(20, 280, (150, 2)):
        data[y : y + 2, x : x + 2] = 1e-3
    blob = _blob((300, 300), 200, 149.5, 10.0)
    data += np.where(blob > 1e-3, blob, 0)
    cutout = make_cutout(image_of(data.astype(np.float32)), EYES)
    assert cutout.pixel == pytest.approx((200, 149.5), abs=8)


def test_warming_up_brings_what_images_need() -> None:
    warm_up()
    assert {"scipy.ndimage", "astropy.convolution", "astropy.coordinates"} <= set(sys.modules)


@pytest.mark.real
def test_first_fields_are_centred_on_their_source(shared_data) -> None:
    """Of all 1,096 fields 90.7 % lie within 10 arcsec and 98.4 % within 20 arcsec."""
    paths = sorted((shared_data / "first_fields").iterdir())[::24]
    offsets = []
    for path in paths:
        image = read_image(path)
        x, y = make_cutout(image, EYES).pixel
        offsets.append(1.8 * np.hypot(x - 149.5, y - 149.5))
    assert len(offsets) > 40
    assert np.mean(np.array(offsets) < 10) > 0.85
    assert np.mean(np.array(offsets) < 20) > 0.95


@pytest.mark.real
def test_vlass_cutouts_come_to_the_scale_and_beam_of_first(shared_data) -> None:
    for path in sorted((shared_data / "vlass").iterdir()):
        cutout = make_cutout(read_image(path), EYES)
        assert {"rescaled", "beam-smoothed"} <= _codes(cutout)
        assert cutout.data.shape == (1, 64, 64)
        assert cutout.peak_snr > 5
        grid = local_grid(cutout.wcs, 31.5, 31.5)
        assert grid.scale == pytest.approx(1.8, rel=1e-4)
