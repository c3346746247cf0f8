"""Writing: what is read back is what was written, whatever header it came with."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from radgalgui.errors import UsageError
from radgalgui.sky.celestial import pixel_to_icrs
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import Beam
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.writer import write_fits


@pytest.mark.parametrize("ending", [".fits", ".FITS", ".fits.gz", ".fits.fz"])
@pytest.mark.parametrize("dtype", ["f4", ">f4", "f8", "i2", "f2"])
def test_there_and_back(make_sky, tmp_path, ending, dtype) -> None:
    data = (make_sky.sky((24, 40)) * 1000).astype(dtype)
    if data.dtype.kind == "f":
        data[2, 3] = np.nan
    image = read_image(make_sky.save(tmp_path / "with wcs.fits"))
    path = write_fits(
        tmp_path / f"été 1{ending}", data, wcs=image.wcs, unit="Jy/beam", beam=Beam(6.4, 5.4, 12.0)
    )
    again = read_image(path)
    np.testing.assert_array_equal(again.data, data.astype(again.data.dtype))
    assert again.unit == "Jy/beam"
    assert again.beam is not None
    assert (again.beam.major, again.beam.position_angle) == pytest.approx((6.4, 12.0))
    np.testing.assert_allclose(
        pixel_to_icrs(again.wcs, [3, 90], [4, 70]), pixel_to_icrs(image.wcs, [3, 90], [4, 70]),
        atol=1e-10,
    )  # fmt: skip
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["with wcs.fits", path.name])


def test_planes(tmp_path) -> None:
    cube = np.arange(3 * 20 * 20, dtype=np.float32).reshape(3, 20, 20)
    with fits.open(write_fits(tmp_path / "cube.fits", cube)) as hdus:
        np.testing.assert_array_equal(hdus[0].data, cube)
    with fits.open(write_fits(tmp_path / "one.fits", cube[:1])) as hdus:
        assert hdus[0].data.shape == (20, 20)


@pytest.mark.parametrize("shape", [(5,), (1, 2, 3, 4)])
def test_other_numbers_of_axes_are_refused(tmp_path, shape) -> None:
    with pytest.raises(UsageError, match="axes"):
        write_fits(tmp_path / "image.fits", np.zeros(shape))


def test_a_folder_that_does_not_exist_is_refused(tmp_path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_fits(tmp_path / "nowhere" / "image.fits", np.zeros((9, 9)))


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch) -> None:
    path = write_fits(tmp_path / "image.fits", np.ones((9, 9)))
    before = path.read_bytes()

    def fail(self, fileobj, **_options):
        with open(fileobj, "wb") as stream:  # noqa: PTH123
            stream.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fits.HDUList, "writeto", fail)
    with pytest.raises(UsageError, match="No space left"):
        write_fits(path, np.zeros((9, 9)))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


KEYWORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ abc\t", min_size=1, max_size=12)
VALUES = st.one_of(
    st.text(max_size=90), st.integers(), st.floats(), st.booleans(), st.none(),
    st.binary(max_size=10), st.lists(st.integers()), st.just(np.float32(1.5)),
)  # fmt: skip


@given(st.dictionaries(KEYWORDS, VALUES, max_size=12))
@settings(max_examples=100, deadline=None)
def test_no_header_is_refused(tmp_path_factory, header) -> None:
    folder = tmp_path_factory.mktemp("headers")
    path = write_fits(folder / "image.fits", np.eye(9), header=header)
    with fits.open(path) as hdus:
        hdus.verify("exception")
        np.testing.assert_array_equal(hdus[0].data, np.eye(9))


def test_layout_and_coordinates_are_not_handed_on(make_sky, tmp_path) -> None:
    old = make_sky.header(BSCALE=2.0, BLANK=3, CHECKSUM="x", CD1_1=7.0, OBJECT="3C 296")
    with fits.open(write_fits(tmp_path / "image.fits", np.eye(9), header=old)) as hdus:
        assert hdus[0].header["OBJECT"] == "3C 296"
        assert not {"BSCALE", "BLANK", "CHECKSUM", "CD1_1", "CTYPE1", "BMAJ"} & set(hdus[0].header)


@pytest.mark.real
@pytest.mark.parametrize("folder", ["skyview_originals", "vlass"])
def test_cutouts_of_real_files_with_their_headers(shared_data, tmp_path, folder) -> None:
    for path in sorted((shared_data / folder).iterdir()):
        image = read_image(path)
        cutout = make_cutout(image, Preprocessing())
        header = fits.getheader(path)
        written = write_fits(
            tmp_path / path.name, cutout.data, wcs=cutout.wcs, unit=image.unit, header=header
        )
        again = read_image(written)
        np.testing.assert_array_equal(again.data, cutout.data[0])
        assert again.pixel_to_sky(31.5, 31.5) is not None
        assert again.pixel_to_sky(31.5, 31.5).ra == pytest.approx(cutout.position.ra, abs=1e-8)
        with fits.open(written) as hdus:
            hdus.verify("exception")
            assert hdus[0].header["TELESCOP"] == header["TELESCOP"]
