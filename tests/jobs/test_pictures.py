"""A galaxy that was answered, written from its events: as the command line writes it."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from radgalgui.errors import UsageError
from radgalgui.jobs.events import Reconstruction
from radgalgui.jobs.pictures import save_pictures
from radgalgui.jobs.reconstruct import Reconstructed, save
from radgalgui.jobs.sight import Sight
from radgalgui.sky.fits import read_image
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.reconstruction import residual
from radgalgui_resources import example_path

EYES = Preprocessing(pixel_scale=2.7)


@pytest.fixture(scope="module")
def sight() -> Sight:
    return Sight(read_image(example_path()))


@pytest.fixture(scope="module")
def told(sight) -> Reconstruction:
    cutout = sight.piece(EYES)
    left = residual(cutout, cutout.seen * np.float32(0.9), EYES)
    return Reconstructed(cutout.seen, cutout.seen * np.float32(0.9), left, "vdvae").event("job")


def test_events_give_the_files_that_the_command_line_gives(sight, told, tmp_path):
    (tmp_path / "line").mkdir()
    cutout = sight.piece(EYES)
    left = residual(cutout, told.image, EYES)
    expected = save(
        Reconstructed(cutout.seen, told.image, left, "vdvae", cutout), tmp_path / "line", "a"
    )
    (tmp_path / "window").mkdir()
    written = save_pictures(tmp_path / "window", "a", told, seen=sight.seen("job", EYES))
    assert [path.name for path in written] == [path.name for path in expected]
    for mine, theirs in zip(written, expected, strict=True):
        np.testing.assert_array_equal(fits.getdata(mine), fits.getdata(theirs))
        header, other = fits.getheader(mine), fits.getheader(theirs)
        assert header["CHISQSRC"] == pytest.approx(other["CHISQSRC"])
        assert header["BUNIT"] == other["BUNIT"]
        assert header["SKYNOISE"] == pytest.approx(other["SKYNOISE"])
        middle = WCS(header).pixel_to_world(31.5, 31.5)
        assert middle.separation(WCS(other).pixel_to_world(31.5, 31.5)).arcsec < 1e-3


def test_a_stored_source_has_shares_of_its_peak_and_no_coordinates(tmp_path):
    image = np.random.default_rng(1).uniform(0, 1, (3, 64, 64)).astype(np.float32)
    told = Reconstruction("job", image, image / 10, None, None, noise_known=False)
    written = save_pictures(tmp_path, "SIM_J1", told, stored=image)
    assert fits.getheader(written[2])["BUNIT"] == "peak"
    assert fits.getdata(written[0]).shape == (3, 64, 64)
    assert not WCS(fits.getheader(written[0]), naxis=2).has_celestial
    assert "CHISQ" not in fits.getheader(written[1])


def test_a_folder_that_is_not_there_is_named(told, sight, tmp_path):
    with pytest.raises(UsageError, match="nowhere"):
        save_pictures(tmp_path / "nowhere", "a", told, seen=sight.seen("job", EYES))
