"""Drawn galaxies as files: a query of one shows it again; sheets are PNG that others read."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from radgalgui.errors import UsageError
from radgalgui.files import made_folder
from radgalgui.jobs.draw import installed_generator, save_drawn, sky_of
from radgalgui.models.weights import load_weights, save_weights
from radgalgui.sky.celestial import local_grid
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.fits import read_image
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.sheet import contact_sheet, write_png

EYES = Preprocessing(pixel_scale=2.7, survey_scale=1.8)


def galaxy(*, width: float = 40.0, channels: int = 1) -> np.ndarray:
    """Return a round galaxy in the middle of empty sky, as encoders see, (C, 64, 64)."""
    y, x = np.mgrid[:64, :64] - 31.5
    sky = np.exp(-(x**2 + y**2) / width)
    plane = EYES.see(np.where(sky > 0.02, sky, 0.0), 0.0)
    return np.stack([plane**power for power in range(1, channels + 1)])


@pytest.mark.parametrize("width", [3.0, 40.0, 220.0])
def test_a_cutout_of_a_drawn_galaxy_shows_the_same_again(width, tmp_path):
    image = galaxy(width=width)
    path = save_drawn(image, tmp_path / "new", "drawn 1", EYES, note="seed 3")
    cutout = make_cutout(read_image(path), EYES)
    np.testing.assert_allclose(cutout.seen, image, atol=2e-3)
    assert {note.code for note in cutout.notes} <= {"no-noise"}


def test_a_faint_drawn_galaxy_is_seen_with_its_peak_at_1(tmp_path):
    path = save_drawn(0.8 * galaxy(), tmp_path, "faint", EYES)
    seen = make_cutout(read_image(path), EYES).seen
    assert seen.max() == pytest.approx(1.0)
    wanted = EYES.unstretch(0.8 * galaxy()) / EYES.unstretch(np.array(0.8))
    np.testing.assert_allclose(EYES.unstretch(seen), wanted, atol=2e-3)


def test_a_galaxy_of_several_bands_comes_back_in_its_bands(tmp_path):
    eyes = Preprocessing(pixel_scale=2.7, survey_scale=1.8, channels=3)
    image = galaxy(channels=3)
    path = save_drawn(image, tmp_path, "bands", eyes)
    np.testing.assert_allclose(make_cutout(read_image(path), eyes).seen, image, atol=2e-3)


def test_the_header_says_what_it_is(tmp_path):
    note = "seed 7, temperature 0.8, " + "around a galaxy with a very long name " * 4
    path = save_drawn(galaxy(), tmp_path, "drawn 2", EYES, note=note)
    header = fits.getheader(path)
    assert (header["OBJECT"], header["BUNIT"]) == ("drawn 2", "relative")
    history = " ".join(str(header["HISTORY"]).split())
    assert "no galaxy of the sky" in history
    assert note.strip() in history
    image = read_image(path)
    grid = local_grid(image.wcs, 31.5, 31.5)
    assert (grid.scale, grid.east_left) == (pytest.approx(2.7), True)
    middle = image.pixel_to_sky(31.5, 31.5)
    assert (middle.ra % 360, middle.dec) == (pytest.approx(0.0), pytest.approx(0.0))


def test_an_image_of_the_sky_needs_no_file():
    sky = sky_of(galaxy(), EYES, name="n")
    np.testing.assert_allclose(make_cutout(sky, EYES).seen, galaxy(), atol=2e-3)


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UsageError, match="cannot be made"):
            made_folder(folder)
    assert made_folder(tmp_path) == tmp_path


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_locked_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="may write"):
        save_drawn(galaxy(), tmp_path, "n", EYES)


def test_what_the_installed_generator_is_can_be_told_from_its_card(drawing_weights, tmp_path):
    facts = installed_generator(drawing_weights)
    assert (facts.name, facts.conditioned, facts.dimension) == ("vdvae", True, 16)
    assert facts.preprocessing == EYES
    assert installed_generator(tmp_path / "none.safetensors") is None
    (tmp_path / "bad.safetensors").write_bytes(b"nonsense")
    assert installed_generator(tmp_path / "bad.safetensors") is None
    tensors, card = load_weights(drawing_weights)
    other = tmp_path / "other.safetensors"
    save_weights(other, tensors, {**card, "architecture": {"name": "resnet"}})
    assert installed_generator(other) is None


def read_png(path: Path) -> np.ndarray:
    """Return the pixels of a PNG file by another's hand."""
    image = pytest.importorskip("matplotlib.image")
    return (image.imread(path) * 255).round().astype(np.uint8)


def test_a_sheet_holds_every_picture_with_north_up():
    images = np.zeros((5, 1, 8, 8), np.float32)
    images[:, 0, -1, 0] = np.linspace(0.2, 1.0, 5)  # bright at the top left
    sheet = contact_sheet(images, zoom=3)
    assert sheet.shape == (2 * 28 + 4, 3 * 28 + 4)
    corners = [sheet[4 + 28 * (k // 3), 4 + 28 * (k % 3)] for k in range(5)]
    assert corners == [51, 102, 153, 204, 255]
    assert (sheet[4:7, 4:7] == 51).all()  # a pixel is 3 x 3
    assert (sheet[32:56, 60:84] == 96).all()  # no sixth picture
    assert contact_sheet(images, columns=5).shape == (2 * 8 + 8, 5 * 20 + 4)


def test_a_sheet_is_a_png_file(tmp_path):
    rng = np.random.default_rng(0)
    grey = contact_sheet(rng.random((3, 1, 8, 8)))
    read = read_png(write_png(tmp_path / "grey.png", grey))
    np.testing.assert_array_equal(read if read.ndim == 2 else read[..., 0], grey)
    colour = contact_sheet(rng.random((3, 3, 8, 8)))
    read = read_png(write_png(tmp_path / "colour.png", colour))
    np.testing.assert_array_equal(read[..., :3], colour)


def test_of_three_bands_the_last_is_red():
    images = np.zeros((1, 3, 4, 4))
    images[:, 2] = 1.0
    assert contact_sheet(images, zoom=1)[5, 5].tolist() == [255, 0, 0]


def test_values_that_are_no_brightness_do_no_harm():
    images = np.full((1, 1, 2, 2), np.nan)
    images[0, 0, 0] = 7.0, -7.0
    sheet = contact_sheet(images, zoom=1)
    assert sheet[4:6, 4:6].tolist() == [[0, 0], [255, 0]]


def test_there_is_no_sheet_of_nothing_and_none_in_no_folder(tmp_path):
    with pytest.raises(UsageError, match="no pictures"):
        contact_sheet(np.zeros((0, 1, 8, 8)))
    with pytest.raises(UsageError, match="cannot be written"):
        write_png(tmp_path / "none" / "sheet.png", np.zeros((2, 2), np.uint8))
