"""Files that hold no image to answer for."""

from __future__ import annotations

import gzip
import os
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
from astropy.io import fits

from .cases import answered, refused
from .made import cards, header, plain_cards, save, sky


@refused("empty")
def empty(folder: Path) -> Path:
    path = folder / "empty.fits"
    path.touch()
    return path


@refused("cut short")
def truncated_data(folder: Path) -> Path:
    path = save(folder / "truncated.fits")
    path.write_bytes(path.read_bytes()[:60_000])
    return path


@refused("cut short")
def cube_cut_short_in_its_last_plane(folder: Path) -> Path:
    path = save(folder / "cube.fits", np.stack([sky()] * 3))
    path.write_bytes(path.read_bytes()[: 2880 + 4 * 200 * 200 * 5 // 2])
    return path


@refused("cannot be read as FITS")
def truncated_header(folder: Path) -> Path:
    path = save(folder / "header.fits")
    path.write_bytes(path.read_bytes()[:700])
    return path


@refused("PNG")
def png(folder: Path) -> Path:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"\0" * 72))
    path = folder / "picture.fits"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + rows + chunk(b"IEND", b""))
    return path


@refused("JPEG")
def jpeg(folder: Path) -> Path:
    path = folder / "picture.fits"
    path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 8)
    return path


@refused("web page")
def html(folder: Path) -> Path:
    path = folder / "cutout.fits"
    path.write_text("<!DOCTYPE html><html><body>No image at this position</body></html>")
    return path


@refused("text")
def text(folder: Path) -> Path:
    path = folder / "notes.fits"
    path.write_text("ra,dec,flux\n202.4,31.25,0.02\n" * 50)
    return path


@refused("gzip")
def gzip_of_garbage(folder: Path) -> Path:
    path = folder / "garbage.fits.gz"
    path.write_bytes(gzip.compress(np.random.default_rng(2).bytes(5000)))
    return path


@refused("gzip")
def gzip_damaged(folder: Path) -> Path:
    path = folder / "damaged.fits.gz"
    path.write_bytes(b"\x1f\x8b" + np.random.default_rng(3).bytes(5000))
    return path


@refused("cut short")
def gzip_truncated(folder: Path) -> Path:
    plain = save(folder / "plain.fits").read_bytes()
    path = folder / "truncated.fits.gz"
    path.write_bytes(gzip.compress(plain)[:-20_000])
    return path


@refused("cut short")
def gzip_of_truncated(folder: Path) -> Path:
    plain = save(folder / "plain.fits").read_bytes()
    path = folder / "whole.fits.gz"
    path.write_bytes(gzip.compress(plain[:60_000]))
    return path


@refused("FITS")
def fpack_damaged(folder: Path) -> Path:
    path = folder / "image.fits.fz"
    packed = fits.CompImageHDU(sky(), header(), compression_type="RICE_1", quantize_level=4.0)
    fits.HDUList([fits.PrimaryHDU(), packed]).writeto(path)
    held = bytearray(path.read_bytes())
    held[2880 * 3 :] = np.random.default_rng(4).bytes(len(held) - 2880 * 3)
    path.write_bytes(held)
    return path


@refused("table")
def table(folder: Path) -> Path:
    path = folder / "table.fits"
    column = fits.Column(name="RA", format="D", array=np.arange(5.0))
    fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns([column])]).writeto(path)
    return path


@refused("no image")
def header_only(folder: Path) -> Path:
    path = folder / "header.fits"
    fits.PrimaryHDU().writeto(path)
    return path


@refused("visibilities")
def visibilities(folder: Path) -> Path:
    path = folder / "uv.fits"
    groups = fits.GroupData(np.ones((4, 1, 1, 3), np.float32), parnames=["UU"], pardata=[[1.0] * 4])
    fits.GroupsHDU(groups).writeto(path)
    return path


@refused("one-dimensional")
def spectrum(folder: Path) -> Path:
    return save(folder / "spectrum.fits", np.arange(100, dtype=np.float32), fits.Header())


@refused("NaN")
def all_nan(folder: Path) -> Path:
    return save(folder / "nan.fits", np.full((200, 200), np.nan, np.float32))


@refused("blank")
def all_infinite(folder: Path) -> Path:
    return save(folder / "inf.fits", np.full((200, 200), np.inf, np.float32))


@refused("blank")
def beyond_single_precision(folder: Path) -> Path:
    return save(folder / "beyond.fits", sky().astype(np.float64) * 1e300)


@refused("same value")
def constant(folder: Path) -> Path:
    return save(folder / "constant.fits", np.full((200, 200), 0.5, np.float32))


@refused("1 x 1")
def one_pixel(folder: Path) -> Path:
    return save(folder / "pixel.fits", np.ones((1, 1), np.float32), fits.Header())


@refused("4 x 4")
def sixteen_pixels(folder: Path) -> Path:
    return save(folder / "small.fits", sky((4, 4)), header((4, 4)))


@refused("")
def no_axes(folder: Path) -> Path:
    lines = plain_cards([])
    lines[2] = b"NAXIS   =                   -2"
    return cards(folder / "axes.fits", lines, sky())


@refused("cut short")
def a_million_squared(folder: Path) -> Path:
    lines = plain_cards([])
    lines[3:5] = [b"NAXIS1  =              1000000", b"NAXIS2  =              1000000"]
    return cards(folder / "huge.fits", lines, sky())


@refused("FITS")
def random_after_simple(folder: Path) -> Path:
    path = folder / "random.fits"
    path.write_bytes(b"SIMPLE  =                    T" + np.random.default_rng(5).bytes(20_000))
    return path


@refused("ZIP")
def zip_archive(folder: Path) -> Path:
    path = folder / "archive.fits"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("image.fits", b"SIMPLE")
    return path


@refused("HDF5")
def hdf5(folder: Path) -> Path:
    path = folder / "images.fits"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(2000))
    return path


@refused("NumPy")
def numpy_array(folder: Path) -> Path:
    path = folder / "array.fits"
    with path.open("wb") as stream:
        np.save(stream, sky())
    return path


@refused("no such file")
def missing(folder: Path) -> Path:
    return folder / "missing.fits"


@refused("link")
def dangling_link(folder: Path) -> Path:
    path = folder / "link.fits"
    path.symlink_to(folder / "nowhere.fits")
    return path


@refused("")
def link_to_itself(folder: Path) -> Path:
    path = folder / "loop.fits"
    path.symlink_to(path)
    return path


@refused("folder")
def empty_folder(folder: Path) -> Path:
    path = folder / "folder.fits"
    path.mkdir()
    return path


@refused("pipe or a device")
def pipe(folder: Path) -> Path:
    path = folder / "pipe.fits"
    os.mkfifo(path)
    return path


@refused("pipe or a device")
def device(folder: Path) -> Path:
    path = folder / "device.fits"
    path.symlink_to("/dev/zero")
    return path


@refused("")
def name_too_long(folder: Path) -> Path:
    return folder / ("x" * 300 + ".fits")


@refused("middle is blank")
def blank_middle_and_no_source(folder: Path) -> Path:
    data = sky((300, 300), peak=0.0)
    data[60:240, 60:240] = np.nan
    return save(folder / "hole.fits", data, header((300, 300)))


@refused("off the projected sphere")
def off_the_sphere(folder: Path) -> Path:
    return save(folder / "sphere.fits", sky(at=(5.0, 5.0)), header(scale=3600.0, projection="SIN"))


def no_permission(folder: Path) -> Path:
    path = save(folder / "secret.fits")
    path.chmod(0)
    return path


if hasattr(os, "geteuid") and os.geteuid() == 0:
    answered()(no_permission)  # nothing is secret to root
else:
    refused("permission")(no_permission)
