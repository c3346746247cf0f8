"""Reading: what is chosen, what is kept, what is found in folders; and real files."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from radgalgui.errors import ImageError
from radgalgui.sky.files import source_name
from radgalgui.sky.fits import find_images, is_image_name, read_image
from radgalgui.sky.headers import data_bytes

ENDINGS = [".fits", ".fit", ".fts", ".fits.gz", ".fits.fz", ".fit.gz", ".FITS", ".Fits.Gz", ".FTS"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_endings_in_any_case(ending) -> None:
    assert is_image_name(f"a.b{ending}")
    assert source_name(f"x/RGZJ134541.2+232253{ending}") == "RGZJ134541.2+232253"


@pytest.mark.parametrize("name", ["a.png", "a.fits.txt", "fits", "a.fitsx", "a.gz", ""])
def test_other_names(name) -> None:
    assert not is_image_name(name)


@pytest.mark.parametrize("ending", ["", ".gz", ".fz"])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_values_survive(make_sky, tmp_path, ending, dtype) -> None:
    data = make_sky.sky((30, 40)).astype(dtype)
    data[3, 4], data[5, 6] = np.nan, np.inf
    path = tmp_path / f"image.fits{ending}"
    if ending == ".fz":
        fits.CompImageHDU(data, compression_type="GZIP_2", quantize_level=0.0).writeto(path)
    else:
        fits.PrimaryHDU(data).writeto(path)
    read = read_image(path).data
    assert read.dtype == np.dtype(dtype)
    data[5, 6] = np.nan
    np.testing.assert_array_equal(read, data)


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64])
def test_integers_are_scaled_and_blanks_are_nan(tmp_path, kind) -> None:
    stored = np.arange(400).reshape(20, 20).astype(kind) % 120
    hdu = fits.PrimaryHDU(stored)
    hdu.header["BLANK"] = 7
    if kind in (np.uint8, np.int16, np.int32, np.int64):
        hdu.header["BSCALE"], hdu.header["BZERO"] = 0.25, 3.0
    hdu.writeto(tmp_path / "image.fits")
    with fits.open(tmp_path / "image.fits", memmap=False) as hdus:
        expected = hdus[0].data.astype(float)
    read = read_image(tmp_path / "image.fits").data
    assert read.dtype.kind == "f"
    np.testing.assert_array_equal(read, expected)
    if kind not in (np.uint16, np.uint32):  # theirs is a blank of the shifted values
        assert np.isnan(read).sum() == (stored == 7).sum()


def test_the_first_plane_is_taken_and_said(make_sky, tmp_path) -> None:
    cube = np.random.default_rng(0).normal(size=(3, 4, 20, 30)).astype(np.float32)
    image = read_image(make_sky.save(tmp_path / "cube.fits", cube, fits.Header()))
    np.testing.assert_array_equal(image.data, cube[0, 0])
    (note,) = (note for note in image.notes if note.code == "planes")
    assert "12 planes" in note.text


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_what_the_header_says(make_sky, tmp_path, ending) -> None:
    head = make_sky.header(OBJECT="3C 296")
    path = make_sky.save(tmp_path / "3C296.1.fits", head=head)
    if ending:
        path = path.rename(tmp_path / "plain")
        (tmp_path / "3C296.1.fits.gz").write_bytes(gzip.compress(path.read_bytes()))
        path = tmp_path / "3C296.1.fits.gz"
    image = read_image(str(path))
    assert (image.name, image.origin, image.unit) == ("3C296.1", str(path), "Jy/beam")
    assert image.beam is not None
    assert image.beam.major == pytest.approx(5.4)
    assert image.wcs is not None
    assert image.wcs.naxis == 2
    assert image.notes == ()


@pytest.mark.parametrize("shape", [(5, 7), (2, 3, 4), (1, 1, 9, 9)])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32, np.float64])
def test_the_bytes_that_a_header_promises(shape, dtype) -> None:
    data = np.zeros(shape, dtype)
    assert data_bytes(fits.PrimaryHDU(data).header) == data.nbytes


def test_small_images_let_go_of_their_file(make_sky, tmp_path) -> None:
    path = make_sky.save(tmp_path / "image.fits")
    image = read_image(path)
    before = image.data.copy()
    path.write_bytes(b"")
    np.testing.assert_array_equal(image.data, before)


def test_folders_are_searched(make_sky, tmp_path) -> None:
    for name in ("b.fits", "a.FITS.GZ", "deep/er/c.fit", ".hidden/d.fits", ".e.fits", "f.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    found = find_images([tmp_path])
    assert [str(p.relative_to(tmp_path)) for p in found] == ["a.FITS.GZ", "b.fits", "deep/er/c.fit"]


def test_files_keep_their_order_and_come_once(tmp_path) -> None:
    for name in ("b.fits", "a.fits"):
        (tmp_path / name).touch()
    given = [tmp_path / "b.fits", tmp_path / "x.png", str(tmp_path / "b.fits"), tmp_path]
    assert [p.name for p in find_images(given)] == ["b.fits", "x.png", "a.fits"]


def test_a_folder_without_images_is_refused(tmp_path) -> None:
    with pytest.raises(ImageError, match="holds no FITS file"):
        find_images([tmp_path])
    assert find_images([]) == []


def test_importing_costs_no_more_than_astropy() -> None:
    """What the window and --help import must not bring astronomy's heavy half along."""
    code = (
        "import sys, radgalgui.sky.fits, radgalgui.sky.cutout, radgalgui.sky.coordinates;"
        "print([m for m in ('astropy', 'photutils', 'reproject', 'scipy') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_a_healpix_map_is_called_by_its_name(tmp_path) -> None:
    table = fits.BinTableHDU.from_columns([fits.Column("T", "E", array=np.arange(48.0))])
    table.header["PIXTYPE"] = "HEALPIX"
    path = tmp_path / "map.fits"
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(path)
    with pytest.raises(ImageError, match="HEALPix map, not an image; project the part"):
        read_image(path)


# Not getrusage: its peak starts, after fork and exec, at what the test process itself held.
MOSAIC = """
import sys
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.fits import read_image
from radgalgui.sky.preprocess import Preprocessing
cutout = make_cutout(read_image(sys.argv[1]), Preprocessing())
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(cutout.pixel, peak.split()[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc/self/status")
def test_a_mosaic_of_12000_squared_stays_on_disk(make_sky, tmp_path) -> None:
    """Well under 1.5 GB; its seconds are in the benchmarks."""
    path = make_sky.mosaic(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", MOSAIC, str(path)], capture_output=True, text=True, check=True
    )
    pixel, kilobytes = done.stdout.rsplit(maxsplit=1)
    x, y = (float(part) for part in pixel.strip("()").split(","))
    assert (x, y) == pytest.approx((6040, 6010), abs=0.6)
    assert int(kilobytes) < 1_000_000


@pytest.mark.real
@pytest.mark.filterwarnings("ignore")  # astropy's own, of what it is asked for as a yardstick
@pytest.mark.parametrize("folder", ["skyview_originals", "vlass", "first_fields"])
def test_real_files_are_read_as_astropy_reads_them(shared_data, folder) -> None:
    paths = sorted((shared_data / folder).iterdir())[:12]
    assert len(paths) == 12
    for path in paths:
        image = read_image(path)
        with fits.open(path) as hdus:
            hdu = hdus[1] if path.suffix == ".fz" else hdus[0]
            expected = np.squeeze(hdu.data)
            theirs = WCS(hdu.header).celestial
        np.testing.assert_array_equal(image.data, expected)
        assert image.notes == ()
        assert image.unit.lower() == "jy/beam"
        sky, there = image.pixel_to_sky(10, 300), theirs.pixel_to_world(10, 300).icrs
        assert sky is not None
        assert sky.ra == pytest.approx(there.ra.deg, abs=1e-9)
        assert sky.dec == pytest.approx(there.dec.deg, abs=1e-9)


@pytest.mark.real
def test_real_folders(shared_data: Path) -> None:
    assert len(find_images([shared_data / "vlass", shared_data / "skyview_originals"])) == 24
