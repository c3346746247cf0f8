"""FITS images in: the image HDU, its first plane, WCS, unit and beam, and what was assumed."""

from __future__ import annotations

import warnings
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.errors import ImageError
from radgalgui.sky.beams import doubts_on, find_beam
from radgalgui.sky.files import check_file, find_images, is_image_name, source_name, unpacked
from radgalgui.sky.headers import card, data_bytes, number, read_unit
from radgalgui.sky.image import Note, SkyImage
from radgalgui.sky.tiles import unpacked_rows

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from astropy.io import fits
    from astropy.wcs import WCS
    from numpy.typing import NDArray

__all__ = ["MINIMUM_SIDE", "find_images", "is_image_name", "read_footprint", "read_image"]

MINIMUM_SIDE = 8
"""Pixels; less than some beams across no source can be told from its surroundings."""

_MAPPED_BYTES = 64 * 2**20
"""Planes larger than this stay memory maps; smaller ones are copied and the file let go."""

_MOST_BANDS = 8
"""Planes that may be the bands of one picture; cubes of more have channels, times or depths."""

_MOST_BLANK = 256
"""Planes that are looked at for one that is not blank."""

_BANDS_BYTES = 256 * 2**20
"""Bands that together take more are read only where they stay memory maps."""

_UNPACKED_BYTES = 2 * 2**30
"""Compressed images must be unpacked into memory; larger ones are refused."""

_FETCH_AGAIN = "fetch or write the file again"


def read_image(path: str | os.PathLike[str]) -> SkyImage:
    """Read the first sky plane of a FITS file.

    Parameters
    ----------
    path : str or path
        ``.fits``, ``.fit``, ``.fts``, plain, gzipped or tile-compressed.  The content counts,
        not the ending.

    Returns
    -------
    SkyImage
        Of the first HDU that holds an image, its first plane that is not blank; with all as
        ``bands`` where it has 2 to 8.  float32 or float64; blanks and infinities are NaN, save in
        planes over 64 MiB, which are read-only memory maps of the file's own byte order where the
        file allows.  Notes: ``no-wcs``, ``planes``, ``images`` (further image HDUs), ``beam`` (one
        that cannot be right).

    Raises
    ------
    ImageError
        In one sentence, whatever is wrong with the file.
    """
    path = Path(path)
    gzipped = check_file(path)
    with _as_image_error(path):
        from astropy.io import fits

        if gzipped:
            held = unpacked(path, limit=_UNPACKED_BYTES)
            hdus = fits.HDUList.fromstring(held, do_not_scale_image_data=True)
        else:
            # astropy scales no memory maps, and needs more memory: BSCALE and BZERO are ours
            hdus = fits.open(path.absolute(), memmap=True, do_not_scale_image_data=True)
        with hdus:
            image = _read(hdus, path, gzipped=gzipped)
    _check_pixels(image.data, path)
    return image


def read_footprint(path: str | os.PathLike[str]) -> tuple[WCS | None, tuple[int, int]]:
    """Read where a FITS image lies on the sky, and none of its pixels.

    Returns
    -------
    wcs : `astropy.wcs.WCS` or None
        That of the image which `read_image` reads.
    shape : tuple of int
        Its rows and columns.

    Raises
    ------
    ImageError
        If the file holds no image.
    """
    path = Path(path)
    gzipped = check_file(path)
    with _as_image_error(path):
        from astropy.io import fits

        from radgalgui.sky.celestial import read_plane

        if gzipped:  # the pixels are unpacked with the header: it does not tell where they begin
            image = read_image(path)
            return image.wcs, (image.data.shape[0], image.data.shape[1])
        with fits.open(path.absolute(), memmap=True, do_not_scale_image_data=True) as hdus:
            _, hdu = _image_hdu(hdus, path)
            plane = read_plane(hdu.header, hdu.shape)
            pairs = zip(hdu.shape, plane.index, strict=True)
            rows, columns = (n for n, i in pairs if isinstance(i, slice))
    return plane.wcs, (rows, columns)


@contextmanager
def _as_image_error(path: Path) -> Iterator[None]:
    """Silence astropy, and turn whatever it raises into one sentence."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except ImageError:
            raise
        except (EOFError, zlib.error):
            raise ImageError(
                "the compressed file is cut short or damaged", subject=path, remedy=_FETCH_AGAIN
            ) from None
        except MemoryError:
            raise ImageError(
                "the image does not fit into memory", subject=path, remedy="cut a part out of it"
            ) from None
        except Exception as error:
            # Broken FITS makes astropy raise OSError, ValueError, TypeError, KeyError, IndexError,
            # VerifyError and more: none is a defect of this program, all mean the same.
            if "buffer is too small" in str(error):
                raise ImageError(
                    "the file is cut short", subject=path, remedy=_FETCH_AGAIN
                ) from None
            reason = f" ({str(error).splitlines()[0][:100]})" if str(error).strip() else ""
            raise ImageError(
                f"cannot be read as FITS{reason}", subject=path, remedy=_FETCH_AGAIN
            ) from None


def _read(hdus: fits.HDUList, path: Path, *, gzipped: bool) -> SkyImage:
    """Return the image of the first HDU that holds one."""
    from radgalgui.sky.celestial import read_plane

    at, hdu = _image_hdu(hdus, path)
    header = hdu.header
    _check_size(hdu, path, gzipped=gzipped)
    plane = read_plane(header, hdu.shape)
    rows, columns = (n for n, i in zip(hdu.shape, plane.index, strict=True) if isinstance(i, slice))
    if min(rows, columns) < MINIMUM_SIDE:
        raise ImageError(
            f"the image has {columns} x {rows} pixels, too few to hold a source",
            subject=path,
            remedy=f"give one of at least {MINIMUM_SIDE} x {MINIMUM_SIDE}",
        )
    data, index = _first_filled(hdu, plane.index)
    beam = find_beam(hdus, at, index)
    doubt = doubts_on(beam, plane.wcs, (rows, columns))
    notes = (*_reading_notes(hdus, at, plane.skipped, _number(hdu, index)), *plane.notes, *doubt)
    return SkyImage(
        data=data,
        name=source_name(path),
        origin=str(path),
        wcs=plane.wcs,
        unit=read_unit(header) or _unit_of_first(hdus, at),
        beam=None if doubt else beam,
        notes=notes,
        bands=_bands(hdu, index, data),
    )


def _image_hdu(hdus: fits.HDUList, path: Path) -> tuple[int, Any]:
    """Return number and HDU of the first image with two axes longer than one."""
    seen: list[str] = []
    number = 0
    while True:
        try:
            hdu = hdus[number]
        except IndexError:
            break
        kind = type(hdu).__name__
        if kind == "GroupsHDU":
            seen.append("visibilities")
        elif hdu.is_image:
            shape = hdu.shape
            if sum(n > 1 for n in shape) >= 2 and 0 not in shape:
                return number, hdu
            if len(shape) >= 1:
                seen.append("1x1" if all(n == 1 for n in shape) else "one-dimensional")
        else:
            healpix = str(card(hdu.header, "PIXTYPE", "")).upper() == "HEALPIX"
            seen.append("healpix" if healpix else "table" if "Table" in kind else "unknown")
        number += 1
    raise _no_image(seen, path)


def _no_image(seen: list[str], path: Path) -> ImageError:
    """Say what a file holds in place of an image."""
    what, remedy = "holds no image", "give a FITS file with a two-dimensional image"
    if "visibilities" in seen:
        what, remedy = "holds visibilities (UVFITS), not an image", "image them first"
    elif "1x1" in seen:
        what = "the image has 1 x 1 pixels, too few to hold a source"
        remedy = f"give one of at least {MINIMUM_SIDE} x {MINIMUM_SIDE}"
    elif "one-dimensional" in seen:
        what = "holds one-dimensional data (a spectrum or a scan), not an image"
    elif "healpix" in seen:
        what, remedy = "holds a HEALPix map, not an image", "project the part you want first"
    elif "table" in seen:
        what = "holds a table, not an image"
    return ImageError(what, subject=path, remedy=remedy)


def _check_size(hdu: Any, path: Path, *, gzipped: bool) -> None:
    """Refuse data shorter than the header says, and what cannot be unpacked into memory."""
    compressed = type(hdu).__name__ == "CompImageHDU"
    promised = data_bytes(hdu.header)
    if (gzipped or compressed) and promised > _UNPACKED_BYTES:
        raise ImageError(
            f"the image takes {promised / 2**30:.1f} GiB when unpacked, more than "
            f"{_UNPACKED_BYTES // 2**30} GiB",
            subject=path,
            remedy="store it uncompressed, or cut a part out of it",
        )
    if gzipped or compressed:
        return
    there = path.stat().st_size - hdu.fileinfo()["datLoc"]
    if there < promised:
        raise ImageError(
            f"the file is cut short: {there:,} of {promised:,} bytes of the image are there",
            subject=path,
            remedy=_FETCH_AGAIN,
        )


def _pixels(hdu: Any, index: tuple[int | slice, ...]) -> NDArray[np.floating]:
    """Return the plane: a copy without infinities, or the file's own bytes where it is large."""
    compressed = type(hdu).__name__ == "CompImageHDU"
    whole = unpacked_rows(hdu) if compressed and len(index) == 2 else None
    if whole is None:
        whole = np.asarray(hdu.section[index] if compressed else hdu.data[index])
    stored = whole
    large = stored.nbytes > _MAPPED_BYTES
    is_float = stored.dtype.kind == "f"
    scale, zero = number(hdu.header, "BSCALE", 1.0), number(hdu.header, "BZERO", 0.0)
    if large and is_float and not compressed and (scale, zero) == (1.0, 0.0):
        stored.flags.writeable = False
        return stored
    exact = stored.dtype.itemsize == 8 if is_float or large else stored.dtype.itemsize >= 4
    kept = np.float64 if exact else np.float32
    pixels: NDArray[Any] = stored.astype(kept, copy=not compressed)
    if (scale, zero) != (1.0, 0.0):
        np.multiply(pixels, scale, out=pixels)
        np.add(pixels, zero, out=pixels)
    if is_float:
        pixels[~np.isfinite(pixels)] = np.nan
    elif (blank := card(hdu.header, "BLANK")) is not None:
        pixels[stored == blank] = np.nan
    return pixels


def _first_filled(
    hdu: Any, index: tuple[int | slice, ...]
) -> tuple[NDArray[np.floating], tuple[int | slice, ...]]:
    """Return the first plane that is not all blank, as channels that were flagged are, and which.

    The very first where all of them are.
    """
    first = _pixels(hdu, index)
    if _is_filled(first):
        return first, index
    for at in _planes(hdu, index)[1:_MOST_BLANK]:
        try:
            plane = _pixels(hdu, at)
        except Exception:  # as above: damage has many names
            break
        if _is_filled(plane):
            return plane, at
    return first, index


def _is_filled(plane: NDArray[np.floating]) -> bool:
    """Tell whether a plane has any value, looking at some rows at a time."""
    step = 512
    return any(np.isfinite(plane[at : at + step]).any() for at in range(0, len(plane), step))


def _planes(hdu: Any, index: tuple[int | slice, ...]) -> list[tuple[int | slice, ...]]:
    """Return the indices of all planes, in the file's order."""
    others = [n for n, i in zip(hdu.shape, index, strict=True) if not isinstance(i, slice)]
    made = []
    for place in np.ndindex(*others):
        numbers = iter(place)
        made.append(tuple(i if isinstance(i, slice) else next(numbers) for i in index))
    return made


def _number(hdu: Any, index: tuple[int | slice, ...]) -> int:
    """Return the number of a plane among all, from 1."""
    return _planes(hdu, index).index(index) + 1


def _bands(
    hdu: Any, index: tuple[int | slice, ...], taken: NDArray[np.floating]
) -> tuple[NDArray[np.floating], ...]:
    """Return all planes in the file's order, the one that was ``taken`` as read.

    None of a single plane, and none where the others cannot be read: that one still can be used.
    """
    planes = _planes(hdu, index)
    is_map = not taken.flags.writeable
    large = len(planes) * taken.nbytes > _BANDS_BYTES
    if not 1 < len(planes) <= _MOST_BANDS or (large and not is_map):
        return ()
    try:
        return tuple(taken if at == index else _pixels(hdu, at) for at in planes)
    except Exception:  # as above: damage has many names
        return ()


def _unit_of_first(hdus: fits.HDUList, at: int) -> str:
    """Return the unit of the file's first header, where that holds no image of its own."""
    alone = at > 0 and not card(hdus[0].header, "NAXIS", 0)
    return read_unit(hdus[0].header) if alone else ""


def _reading_notes(hdus: fits.HDUList, at: int, skipped: int, taken: int) -> Iterator[Note]:
    """Yield what the reader had to choose."""
    if skipped:
        which = "the first was taken"
        if taken > 1:
            which = f"number {taken} was taken, for those before it are blank"
        yield Note(
            "planes",
            f"The image has {skipped + 1} planes (channels, polarisations or times): {which}.",
        )
    others = _further_images(hdus, at)
    if others:
        yield Note("images", f"The file holds {others + 1} images: the first, HDU {at}, was taken.")


def _further_images(hdus: fits.HDUList, at: int) -> int:
    """Count image HDUs after the chosen one; a damaged tail counts as none."""
    try:
        return sum(hdu.is_image and len(hdu.shape) >= 2 for hdu in hdus[at + 1 :])
    except Exception:  # the image itself was read; what follows it does not matter
        return 0


def _check_pixels(data: NDArray[np.floating], path: Path) -> None:
    """Refuse an image without any finite pixel, or without any difference between them."""
    lowest, highest = np.inf, -np.inf
    for start in range(0, data.shape[0], 512):
        block = np.asarray(data[start : start + 512])
        finite = block[np.isfinite(block)]
        if finite.size:
            lowest, highest = min(lowest, finite.min()), max(highest, finite.max())
        if lowest < highest:
            return
    if lowest > highest:
        raise ImageError(
            "all pixels are blank (NaN)",
            subject=path,
            remedy="check that the survey covers this place",
        )
    raise ImageError(
        f"all pixels have the same value, {lowest:g}",
        subject=path,
        remedy="give an image of a source",
    )
