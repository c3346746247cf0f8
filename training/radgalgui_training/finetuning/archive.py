"""A user's own labelled images: an archive of NumPy arrays, read without unpickling anything."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import DataError
from radgalgui_training.published import DATASETS

__all__ = ["Archive", "read_archive"]

_NEEDED: Final = ("images", "labels")
_KINDS: Final = {"images": "biuf", "labels": "biufUS", "groups": "biufUS", "pixel_scale": "iuf"}
_DAMAGE: Final = (
    OSError,
    EOFError,
    KeyError,
    TypeError,
    ValueError,
    RuntimeError,  # packed with a password, or in a way that is not implemented
    zipfile.BadZipFile,
    zlib.error,
)
_WRITE: Final = "numpy.savez(FILE, images=..., labels=...)"


@dataclass(frozen=True)
class Archive:
    """What an archive of labelled images holds; nothing of it is checked against the rest.

    Parameters
    ----------
    images : ndarray
        Numbers.
    labels : ndarray, str
    groups : ndarray or None
        The same for images of one source.
    pixel_scale : float or None
        Arcsec.
    """

    images: NDArray[Any]
    labels: NDArray[np.str_]
    groups: NDArray[Any] | None
    pixel_scale: float | None


def read_archive(path: Path) -> Archive:
    """Read an archive as ``numpy.savez`` writes it.

    Raises
    ------
    DataError
        If it is not there, is damaged or no archive, lacks images or labels, or holds Python
        objects, such as a column of pandas, in place of numbers and text.
    """
    if not path.is_file():
        raise DataError(
            "is neither a published set nor an archive of labelled images that is there",
            subject=path,
            remedy=f"use one of {', '.join(DATASETS)}, or write one with {_WRITE}",
        )
    try:
        with zipfile.ZipFile(path) as members:
            held = {name.removesuffix(".npy") for name in members.namelist()}
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: _plain(archive, name, path) for name in _KINDS if name in held}
        labels = arrays["labels"].astype(np.str_) if "labels" in arrays else np.empty(0, np.str_)
    except _DAMAGE as error:
        raise _damaged(path, error) from error
    if missing := [name for name in _NEEDED if name not in arrays]:
        raise DataError(
            f"is neither a published set nor an archive with images and labels: it holds no "
            f"{' and no '.join(missing)}",
            subject=path,
            remedy=f"write one with {_WRITE}",
        )
    scale = arrays.get("pixel_scale")
    if scale is not None and scale.size != 1:
        raise DataError(
            f"pixel_scale holds {scale.size} numbers", subject=path, remedy="give one, in arcsec"
        )
    if labels.ndim != 1:
        raise DataError(
            f"labels are of shape {labels.shape}", subject=path, remedy="give one word an image"
        )
    return Archive(
        arrays["images"],
        labels,
        arrays.get("groups"),
        None if scale is None else float(scale.reshape(-1)[0]),
    )


def _plain(archive: Any, name: str, path: Path) -> NDArray[Any]:
    """Return an array of numbers or text; refuse one of Python objects, which are pickled."""
    try:
        array: NDArray[Any] = archive[name]
        fits = array.dtype.kind in _KINDS[name]
    except ValueError as error:
        if "allow_pickle" not in str(error):
            raise
        fits = False
    if not fits:
        kind = "text or numbers" if "U" in _KINDS[name] else "numbers"
        as_text = f"{name} = numpy.array({name}, dtype={'str' if 'U' in _KINDS[name] else 'float'})"
        raise DataError(
            f"its {name} are Python objects or something else that is not {kind}",
            subject=path,
            remedy=f"turn them before they are saved, as by {as_text}",
        )
    return array


def _damaged(path: Path, error: Exception) -> DataError:
    if isinstance(error, OSError) and error.strerror:
        return DataError(f"cannot be read ({error.strerror})", subject=path)
    return DataError(
        f"is no archive of NumPy arrays, or is damaged ({error})",
        subject=path,
        remedy=f"write it again with {_WRITE}",
    )
