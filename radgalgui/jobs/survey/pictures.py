"""PNG and JPEG pictures of the sky."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import ImageError
from radgalgui.jobs.survey.names import name_of
from radgalgui.sky.fits import MINIMUM_SIDE
from radgalgui.sky.image import Note, SkyImage

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["read_picture"]

_FETCH: Final = "save it again"
_SMALLEST_DIFFERENCE: Final = 8
"""Levels of 256 by which the colours of a grey JPEG may differ."""


def read_picture(path: str | os.PathLike[str]) -> SkyImage:
    """Read a PNG or JPEG picture.

    Parameters
    ----------
    path : path
        Grey or colour, 8 or 16 bits; what is transparent is blank.

    Returns
    -------
    SkyImage
        Without coordinates; its top row last, as FITS has it.  Three ``bands``, red, green and
        blue, of a colour picture, whose ``data`` is their mean, with the note ``colours``.

    Raises
    ------
    ImageError
        If it cannot be read, is too small, or empty.
    """
    path = Path(path)
    values = _pixels(path)[::-1]
    if min(values.shape[:2]) < MINIMUM_SIDE:
        raise ImageError(
            f"the image has {values.shape[1]} x {values.shape[0]} pixels, too few to hold a source",
            subject=path,
            remedy=f"give one of at least {MINIMUM_SIDE} x {MINIMUM_SIDE}",
        )
    planes = np.moveaxis(values, -1, 0).astype(np.float32)
    bands = _without_transparent(planes)
    data = bands[0] if len(bands) == 1 else bands.mean(axis=0)
    known = data[np.isfinite(data)]
    if not known.size or known.min() == known.max():
        raise ImageError(
            "all pixels of the picture have the same value", subject=path, remedy="look at it"
        )
    if len(bands) == 1 or _is_grey(bands):
        return SkyImage(np.ascontiguousarray(data), name_of(path), str(path))
    note = Note(
        "colours",
        "The picture has colours: encoders of one band see the mean of red, green and blue, which "
        "means little where colours stand for brightness.",
    )
    return SkyImage(data, name_of(path), str(path), notes=(note,), bands=tuple(bands))


def _pixels(path: Path) -> NDArray[Any]:
    """Return a picture's values, (H, W, C), C = 1 to 4."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=("PNG", "JPEG")) as picture:
                if picture.mode in ("P", "PA", "CMYK", "YCbCr", "LAB", "HSV"):
                    values = np.asarray(
                        picture.convert("RGBA" if _sees_through(picture) else "RGB")
                    )
                else:
                    values = np.asarray(picture)
    except FileNotFoundError:
        raise ImageError("no such file", subject=path, remedy="check the path") from None
    except Image.DecompressionBombError:
        raise ImageError(
            "the picture is too large", subject=path, remedy="cut a part out of it"
        ) from None
    except UnidentifiedImageError:
        raise ImageError("is no PNG or JPEG picture", subject=path, remedy=_FETCH) from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        reason = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
        raise ImageError(
            f"cannot be read as a picture ({reason})", subject=path, remedy=_FETCH
        ) from None
    return values[..., np.newaxis] if values.ndim == 2 else values


def _sees_through(picture: Image.Image) -> bool:
    return picture.mode == "PA" or "transparency" in picture.info


def _without_transparent(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return grey or colours, NaN where the last of two or four planes says transparent."""
    if len(planes) not in (2, 4):
        return planes
    bands = planes[:-1].copy()
    bands[:, planes[-1] == 0] = np.nan
    return bands


def _is_grey(bands: NDArray[np.float32]) -> bool:
    apart = np.nan_to_num(bands.max(axis=0) - bands.min(axis=0))
    return bool(np.quantile(apart, 0.999) <= _SMALLEST_DIFFERENCE)
