"""Files of every number type, packing, name and mended defect, which must be answered."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
from astropy.io import fits

from .cases import answered
from .made import cards, header, plain_cards, save, sky


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


@answered("planes")
def cube_whose_other_planes_are_blank(folder: Path) -> Path:
    planes = np.stack([sky(), np.full((200, 200), np.nan, np.float32), np.zeros((200, 200))])
    return save(folder / "blank planes.fits", planes.astype(np.float32))


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
def plain_under_a_gzip_name(folder: Path) -> Path:
    return save(folder / "plain.fits").rename(folder / "image.fits.gz")


@answered()
def plain_under_other_packers_names(folder: Path) -> Path:
    return save(folder / "plain.fits").rename(folder / "image.fits.bz2")


@answered()
def a_name_that_shells_expand(folder: Path) -> Path:
    return save(folder / "plain.fits").rename(folder / "~root$HOME*?[1].fits")


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


@answered("large-image", "off-middle")
def far_off_in_a_large_image(folder: Path) -> Path:
    shape, at = (2000, 2000), (300.0, 1700.0)
    return save(folder / "far.fits", sky(shape, at=at), header(shape, at=at))


@answered(at=(0.0, 89.9))
def near_the_pole(folder: Path) -> Path:
    return save(folder / "pole.fits", sky(), header(value=(0.0, 89.9)))
