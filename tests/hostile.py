"""Broken, foreign and hostile files, each with what must come of it; needs no pytest.

``CASES`` is a list of `Case`.  ``case.build(folder)`` makes the file in an empty folder and returns
its path.  Every door of the program (library, command line, window) is tested with all of them.
"""

from __future__ import annotations

import gzip
import os
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

RA, DEC = 202.4, 31.25
"""Where the source lies in all images that have coordinates, ICRS degrees."""

NOISE = 1.5e-4


@dataclass(frozen=True)
class Case:
    """One file.

    Parameters
    ----------
    name : str
        Unique, fit for a test's name.
    build : callable
        ``build(folder) -> path``.
    outcome : str
        ``"answered"`` or ``"refused"``.
    codes : frozenset of str
        Codes of notes that must come with the answer; others may.
    says : str
        What the refusal says, a part of it.
    position : tuple of float or None
        Where the cutout's centre must lie, within 3 arcsec.
    """

    name: str
    build: Callable[[Path], Path]
    outcome: str = "answered"
    codes: frozenset[str] = field(default_factory=frozenset)
    says: str = ""
    position: tuple[float, float] | None = None

    def __str__(self) -> str:
        return self.name


CASES: list[Case] = []


def answered(
    *codes: str, at: tuple[float, float] | None = (RA, DEC)
) -> Callable[[Callable[[Path], Path]], Callable[[Path], Path]]:
    """Enter a builder whose file must be answered, with these notes."""

    def enter(build: Callable[[Path], Path]) -> Callable[[Path], Path]:
        CASES.append(Case(build.__name__, build, codes=frozenset(codes), position=at))
        return build

    return enter


def refused(says: str) -> Callable[[Callable[[Path], Path]], Callable[[Path], Path]]:
    """Enter a builder whose file must be refused with these words."""

    def enter(build: Callable[[Path], Path]) -> Callable[[Path], Path]:
        CASES.append(Case(build.__name__, build, outcome="refused", says=says))
        return build

    return enter


# ---- what images are made of


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


# ---- files that hold no image


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
    path = fpack(folder)
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


def no_permission(folder: Path) -> Path:
    path = save(folder / "secret.fits")
    path.chmod(0)
    return path


if hasattr(os, "geteuid") and os.geteuid() == 0:
    answered()(no_permission)  # nothing is secret to root
else:
    refused("permission")(no_permission)


# ---- images that must be answered


@answered()
def simple(folder: Path) -> Path:
    return save(folder / "simple.fits")


@answered("blanks")
def half_nan(folder: Path) -> Path:
    data = sky()
    data[:, :85] = np.nan
    return save(folder / "half.fits", data)


@answered("blanks")
def infinities(folder: Path) -> Path:
    data = sky()
    data[90, 70:80], data[80, 70:80] = np.inf, -np.inf
    return save(folder / "inf.fits", data)


@answered("blanks")
def eight_by_eight(folder: Path) -> Path:
    return save(folder / "eight.fits", sky((8, 8), noise=1e-3), header((8, 8)))


@answered()
def four_axes(folder: Path) -> Path:
    head = header(CTYPE3="FREQ", CRVAL3=1.4e9, CTYPE4="STOKES", CRVAL4=1.0)
    return save(folder / "four.fits", sky()[None, None], head)


@answered("planes")
def sixteen_channels(folder: Path) -> Path:
    cube = np.stack([sky()] + [sky(at=(20, 20))] * 15)
    return save(folder / "cube.fits", cube, header(CTYPE3="FREQ", CRVAL3=1.4e9, CDELT3=1e7))


@answered("planes")
def stokes_iquv(folder: Path) -> Path:
    cube = np.stack([sky()] + [sky(at=(20, 20))] * 3)
    return save(folder / "iquv.fits", cube, header(CTYPE3="STOKES", CRVAL3=1.0))


@answered("planes")
def frequency_first(folder: Path) -> Path:
    head = header()
    for name in ("CTYPE", "CRVAL", "CRPIX", "CDELT", "CUNIT"):
        head[f"{name}3"], head[f"{name}2"] = head[f"{name}2"], head[f"{name}1"]
    head.update(CTYPE1="FREQ", CRVAL1=1.4e9, CRPIX1=1.0, CDELT1=1e7, CUNIT1="Hz")
    return save(folder / "first.fits", np.stack([sky()] * 5, axis=-1), head)


@answered("turned")
def declination_first(folder: Path) -> Path:
    head = header()
    for name in ("CTYPE", "CRVAL", "CRPIX", "CDELT"):
        head[f"{name}1"], head[f"{name}2"] = head[f"{name}2"], head[f"{name}1"]
    return save(folder / "swapped.fits", sky(), head)


@answered("no-wcs", at=None)
def no_wcs(folder: Path) -> Path:
    return save(folder / "bare.fits", sky(), fits.Header())


@answered("no-wcs", at=None)
def singular_wcs(folder: Path) -> Path:
    head = header(CD1_1=0.0, CD1_2=0.0, CD2_1=0.0, CD2_2=0.0)
    del head["CDELT1"], head["CDELT2"]
    return save(folder / "singular.fits", sky(), head)


@answered("no-wcs", at=None)
def unknown_projection(folder: Path) -> Path:
    return save(folder / "xyz.fits", sky(), header(projection="XYZ"))


@answered("no-wcs", at=None)
def linear_axes(folder: Path) -> Path:
    return save(folder / "linear.fits", sky(), header(CTYPE1="LINEAR", CTYPE2="LINEAR"))


@answered("no-wcs", at=None)
def impossible_declination(folder: Path) -> Path:
    return save(folder / "dec.fits", sky(), header(value=(RA, 3125.0)))


@answered("turned")
def galactic(folder: Path) -> Path:
    head = header(value=(49.9617455, 79.9741606))
    head["CTYPE1"], head["CTYPE2"] = "GLON-TAN", "GLAT-TAN"
    head["CRVAL1"], head["CRVAL2"] = _in_frame("galactic")
    return save(folder / "galactic.fits", sky(), head)


@answered()
def orthographic(folder: Path) -> Path:
    return save(folder / "sin.fits", sky(), header(projection="SIN"))


@answered()
def b1950(folder: Path) -> Path:
    head = header(value=_in_frame("fk4"), EQUINOX=1950.0, RADESYS="FK4")
    return save(folder / "b1950.fits", sky(), head)


@answered()
def epoch_1950_as_aips_writes(folder: Path) -> Path:
    head = header(value=_in_frame("fk4"), EPOCH=1950.0, projection="SIN", beam=None)
    head.add_history("AIPS   CLEAN BMAJ=  1.5000E-03 BMIN=  1.5000E-03 BPA=   0.00")
    return save(folder / "aips.fits", sky(), head)


@answered()
def fk5_with_crota(folder: Path) -> Path:
    return save(folder / "crota.fits", sky(), header(RADESYS="FK5", EQUINOX=2000.0, CROTA2=0.0))


@answered("turned")
def rotated_cd(folder: Path) -> Path:
    head = header()
    turn = np.deg2rad(37.0)
    step = 1.8 / 3600
    head.update(
        CD1_1=-step * np.cos(turn), CD1_2=step * np.sin(turn),
        CD2_1=step * np.sin(turn), CD2_2=step * np.cos(turn),
    )  # fmt: skip
    del head["CDELT1"], head["CDELT2"]
    return save(folder / "rotated.fits", sky(), head)


@answered("turned")
def mirrored(folder: Path) -> Path:
    return save(folder / "mirrored.fits", sky(), header(CDELT1=1.8 / 3600))


@answered("rescaled")
def oblong_pixels(folder: Path) -> Path:
    return save(folder / "oblong.fits", sky(), header(CDELT1=-2.4 / 3600))


@answered()
def sip_without_its_suffix(folder: Path) -> Path:
    head = header(A_ORDER=2, B_ORDER=2, A_2_0=1e-7, B_0_2=1e-7)
    return save(folder / "sip.fits", sky(), head)


@answered("rescaled", "beam-smoothed")
def finer_pixels_and_beam(folder: Path) -> Path:
    shape = (361, 361)
    return save(folder / "fine.fits", sky(shape), header(shape, scale=1.0, beam=2.5))


@answered("rescaled", "beam-smoothed")
def finer_pixels_without_beam(folder: Path) -> Path:
    shape = (400, 400)
    return save(folder / "fine.fits", sky(shape, fwhm=5), header(shape, scale=0.5, beam=None))


@answered("rescaled", "beam-coarse")
def nvss_like(folder: Path) -> Path:
    return save(folder / "nvss.fits", sky(), header(scale=15.0, beam=45.0))


@answered()
def off_centre(folder: Path) -> Path:
    at = (40.0, 150.0)
    return save(folder / "off.fits", sky(at=at), header(at=at))


@answered("several-sources")
def two_sources(folder: Path) -> Path:
    data = sky() + sky(at=(75.0, 120.0), peak=0.1, noise=0.0)
    return save(folder / "two.fits", data)


@answered("near-edge", "blanks")
def at_the_edge(folder: Path) -> Path:
    at = (1.0, 100.0)
    return save(folder / "edge.fits", sky(at=at, fwhm=6), header(at=at))


@answered("larger-than-cutout")
def larger_than_the_cutout(folder: Path) -> Path:
    return save(folder / "large.fits", sky((300, 300), fwhm=60), header((300, 300)))


@answered("low-signal", at=None)
def noise_only(folder: Path) -> Path:
    return save(folder / "noise.fits", sky(peak=0.0))


@answered("faint")
def faint(folder: Path) -> Path:
    return save(folder / "faint.fits", sky(peak=8 * NOISE, fwhm=4))


@answered("no-noise")
def background_cut_off(folder: Path) -> Path:
    data = sky()
    data[data < 5 * NOISE] = 0.0
    return save(folder / "clean.fits", data)


@answered("background")
def pedestal(folder: Path) -> Path:
    return save(folder / "pedestal.fits", sky() + np.float32(0.3))


@answered()
def sixteen_bit_with_blank(folder: Path) -> Path:
    counts = np.round(sky() / 1e-6).astype(np.int16)
    counts[:, :5] = -32768
    hdu = fits.PrimaryHDU(counts, header())
    hdu.header.update(BSCALE=1e-6, BZERO=0.0, BLANK=-32768)
    path = folder / "int16.fits"
    hdu.writeto(path)
    return path


@answered()
def unsigned_bytes(folder: Path) -> Path:
    values = np.clip(sky() / 0.02 * 200 + 40, 0, 255).astype(np.uint8)
    return save(folder / "bytes.fits", values)


@answered()
def thirty_two_bit_integers(folder: Path) -> Path:
    return save(folder / "int32.fits", np.round(sky() / 1e-9).astype(np.int32))


@answered()
def double_precision(folder: Path) -> Path:
    return save(folder / "double.fits", sky().astype(np.float64))


@answered()
def huge_values(folder: Path) -> Path:
    return save(folder / "huge.fits", sky() * np.float32(1e30))


@answered()
def tiny_values(folder: Path) -> Path:
    return save(folder / "tiny.fits", sky().astype(np.float64) * 1e-30)


@answered()
def header_with_tabs(folder: Path) -> Path:
    extra = [
        b"COMMENT     \t tabs\tin a comment",
        b"HISTORY \x07 a bell",
        b"OBSERVER= 'R.\tBecker'",
    ]
    return cards(folder / "tabs.fits", plain_cards(extra), sky())


@answered()
def cards_beyond_the_standard(folder: Path) -> Path:
    extra = [
        b"lower   = 3", b"NOVALUE =", b"BROKEN  = 'no end", b"TOO MANY WORDS = 1",
        b"BMAJ    = 'wide'", b"DATE-OBS= 'yesterday'", b"HIERARCH ESO A B = 3", b"BUNIT   = 7",
    ]  # fmt: skip
    lines = [line for line in plain_cards([]) if not line.startswith((b"BMAJ", b"BUNIT"))]
    return cards(folder / "cards.fits", lines + extra, sky())


@answered()
def unpadded(folder: Path) -> Path:
    path = save(folder / "unpadded.fits")
    path.write_bytes(path.read_bytes()[: 2880 + 200 * 200 * 4])
    return path


@answered()
def garbage_at_the_end(folder: Path) -> Path:
    path = save(folder / "tail.fits")
    path.write_bytes(path.read_bytes() + np.random.default_rng(6).bytes(3000))
    return path


@answered()
def wrong_checksum(folder: Path) -> Path:
    head = header(CHECKSUM="0000000000000000", DATASUM="1")
    return save(folder / "checksum.fits", sky(), head)


@answered()
def gzipped(folder: Path) -> Path:
    plain = save(folder / "plain.fits").read_bytes()
    path = folder / "image.fits.gz"
    path.write_bytes(gzip.compress(plain))
    return path


@answered()
def gzipped_under_a_plain_name(folder: Path) -> Path:
    path = gzipped(folder)
    return path.rename(folder / "image.fits")


@answered()
def fpack(folder: Path) -> Path:
    path = folder / "image.fits.fz"
    packed = fits.CompImageHDU(sky(), header(), compression_type="RICE_1", quantize_level=4.0)
    fits.HDUList([fits.PrimaryHDU(), packed]).writeto(path)
    return path


@answered()
def upper_case_ending(folder: Path) -> Path:
    return save(folder / "plain.fits").rename(folder / "IMAGE.FIT")


@answered()
def spaces_and_unicode(folder: Path) -> Path:
    inner = folder / "mes données — 画像"
    inner.mkdir()
    return save(inner / "galaxie n° 1 ☄ 'x' \"y\".fits")


@answered()
def newline_in_the_name(folder: Path) -> Path:
    return save(folder / "plain.fits").rename(folder / "two\nlines.fits")


@answered()
def link(folder: Path) -> Path:
    path = folder / "link.fits"
    path.symlink_to(save(folder / "target.fits"))
    return path


@answered()
def image_in_an_extension(folder: Path) -> Path:
    path = folder / "extension.fits"
    table = fits.BinTableHDU.from_columns([fits.Column(name="A", format="J", array=[1])])
    fits.HDUList([fits.PrimaryHDU(), table, fits.ImageHDU(sky(), header())]).writeto(path)
    return path


@answered("images")
def two_images(folder: Path) -> Path:
    path = folder / "images.fits"
    weights = fits.ImageHDU(np.ones((200, 200), np.float32), header())
    fits.HDUList([fits.PrimaryHDU(sky(), header()), weights]).writeto(path)
    return path


@answered("large-image")
def larger_than_the_search(folder: Path) -> Path:
    shape = (2000, 2000)
    return save(folder / "mosaic.fits", sky(shape), header(shape))


@answered("large-image")
def far_off_in_a_large_image(folder: Path) -> Path:
    shape, at = (2000, 2000), (300.0, 1700.0)
    return save(folder / "far.fits", sky(shape, at=at), header(shape, at=at))


@answered(at=(0.0, 89.9))
def near_the_pole(folder: Path) -> Path:
    return save(folder / "pole.fits", sky(), header(value=(0.0, 89.9)))


def _in_frame(frame: str) -> tuple[float, float]:
    """Return the source's longitude and latitude in another frame, degrees."""
    from astropy.coordinates import FK4, SkyCoord

    system: Any = FK4(equinox="B1950") if frame == "fk4" else frame
    place = SkyCoord(RA, DEC, unit="deg", frame="icrs").transform_to(system).spherical
    return float(place.lon.deg), float(place.lat.deg)
