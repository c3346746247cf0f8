"""Stacks of images: .npy arrays and the data sets of HDF5 files, read image by image."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import ImageError

__all__ = [
    "HDF5_ENDINGS",
    "STACK_ENDINGS",
    "About",
    "Layout",
    "Stack",
    "about_hdf5",
    "open_stack",
    "read_layout",
]

HDF5_ENDINGS: Final = (".h5", ".hdf5", ".he5", ".hdf")
STACK_ENDINGS: Final = (".npy", *HDF5_ENDINGS)
_MOST_BANDS: Final = 8
_SMALLEST: Final = 8  # pixels a side
_REMEDY: Final = "give an array of shape (sources, side, side) or (sources, bands, side, side)"


@dataclass(frozen=True)
class Layout:
    """How the images of a stack lie: their number, bands and pixels; where the bands stand."""

    count: int
    bands: int
    height: int
    width: int
    bands_last: bool = False


class Stack(Protocol):
    """A stack that is open."""

    layout: Layout

    def image(self, index: int) -> NDArray[Any]:
        """Return the image at a place from 0, (C, H, W), top row last as FITS has it."""

    def close(self) -> None:
        """Let the file go."""


def read_layout(shape: tuple[int, ...]) -> Layout | None:
    """Return how an array of some shape holds images, None if it cannot.

    (N, H, W), (N, C, H, W) or (N, H, W, C), with up to 8 bands and sides of 8 pixels or more.
    """
    if len(shape) == 3 and min(shape[1:]) >= _SMALLEST:
        return Layout(shape[0], 1, *shape[1:])
    if len(shape) != 4:
        return None
    if 1 <= shape[1] <= _MOST_BANDS and min(shape[2:]) >= _SMALLEST:
        return Layout(*shape)
    if 1 <= shape[3] <= _MOST_BANDS and min(shape[1:3]) >= _SMALLEST:
        return Layout(shape[0], shape[3], shape[1], shape[2], bands_last=True)
    return None


def open_stack(path: str | os.PathLike[str], dataset: str = "") -> Stack:
    """Open a stack of images.

    Parameters
    ----------
    path : path
        A .npy file, memory-mapped, or an HDF5 file.
    dataset : str, optional
        Which of an HDF5 file's data sets; by default the one that holds the most pixels.

    Raises
    ------
    ImageError
        If there is no such file, or it holds no stack of images.
    """
    path = Path(path)
    if path.suffix.lower() == ".npy":
        return _ArrayStack(path)
    return _Hdf5Stack(path, dataset)


class _ArrayStack:
    """A .npy file."""

    def __init__(self, path: Path) -> None:
        try:
            self._array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise ImageError(
                f"cannot be read as a NumPy array ({_reason(error)})",
                subject=path,
                remedy="write it again with numpy.save",
            ) from error
        self.layout = _checked(self._array, path)

    def image(self, index: int) -> NDArray[Any]:
        return _bands_first(np.asarray(self._array[index]), self.layout)

    def close(self) -> None:
        del self._array


class _Hdf5Stack:
    """A data set of an HDF5 file."""

    def __init__(self, path: Path, dataset: str) -> None:
        import h5py

        try:
            self._file = h5py.File(path, "r")
        except OSError as error:
            raise ImageError(
                f"cannot be read as HDF5 ({_reason(error)})", subject=path, remedy="write it again"
            ) from error
        try:
            name = dataset or largest_stack(self._file)
            held = self._file.get(name) if name else None
            if held is None or not isinstance(held, h5py.Dataset):
                what = f"holds no data set {name!r}" if name else "holds no stack of images"
                raise ImageError(what, subject=path, remedy=_REMEDY)
            self.dataset = held
            self.layout = _checked(held, path)
        except BaseException:
            self._file.close()
            raise

    def image(self, index: int) -> NDArray[Any]:
        try:
            held = np.asarray(self.dataset[index])
        except OSError as error:
            raise ImageError(
                f"image {index + 1} cannot be read ({_reason(error)})", subject=self._file.filename
            ) from error
        return _bands_first(held, self.layout)

    def close(self) -> None:
        with suppress(Exception):  # a damaged file may refuse
            self._file.close()


def largest_stack(file: Any) -> str:
    """Return the name of the data set with the most pixels among those that may hold images."""
    import h5py

    best: tuple[int, str] = (0, "")

    def look(name: str, held: Any) -> None:
        nonlocal best
        if isinstance(held, h5py.Dataset) and held.dtype.kind in "uif" and read_layout(held.shape):
            best = max(best, (int(held.size), name))

    file.visititems(look)
    return best[1]


@dataclass(frozen=True)
class About:
    """What an HDF5 file tells of the stack in it.

    Parameters
    ----------
    dataset : str
        Its name.
    columns : tuple of str
        Names of the data sets beside it that have one value an image.
    pixel_scale, beam : float or None
        Arcsec.
    survey : str
        "" where it tells none.
    """

    dataset: str
    columns: tuple[str, ...]
    pixel_scale: float | None
    beam: float | None
    survey: str


def about_hdf5(path: Path, dataset: str = "") -> About:
    """Tell which data set of an HDF5 file holds images, and what lies beside it.

    Raises
    ------
    ImageError
        If it holds none.
    """
    import h5py

    stack = _Hdf5Stack(path, dataset)
    try:
        held = stack.dataset
        beside = held.parent
        columns = [
            name
            for name, other in beside.items()
            if isinstance(other, h5py.Dataset)
            and other.shape == held.shape[:1]
            and other.dtype.kind in "biufSO"
        ]
        told = {**dict(beside.file.attrs), **dict(beside.attrs), **dict(held.attrs)}
        return About(
            held.name.lstrip("/"),
            tuple(columns),
            _positive(told, "pixel_scale_arcsec", "pixel_scale", "pixscale"),
            _positive(told, "beam_arcsec", "beam"),
            str(told.get("survey", "")),
        )
    finally:
        stack.close()


def _positive(told: dict[str, Any], *names: str) -> float | None:
    """Return the first attribute of these names that is a number above 0."""
    for name in names:
        value = told.get(name)
        if isinstance(value, int | float | np.number) and np.isfinite(value) and value > 0:
            return float(value)
    return None


def _checked(array: Any, path: Path) -> Layout:
    layout = read_layout(array.shape) if array.dtype.kind in "uifb" else None
    if layout is None:
        raise ImageError(
            f"holds an array of shape {array.shape} and kind {array.dtype}, not a stack of images",
            subject=path,
            remedy=_REMEDY,
        )
    return layout


def _bands_first(image: NDArray[Any], layout: Layout) -> NDArray[Any]:
    if image.ndim == 2:
        return image[np.newaxis]
    return np.moveaxis(image, -1, 0) if layout.bands_last else image


def _reason(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
