"""The images of a catalogue: one class in front of a memory map and of packed HDF5."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from radgalgui.errors import CatalogError

__all__ = ["DATASET", "CatalogImages"]

DATASET = "images"


class CatalogImages:
    """What the encoders saw, read from disk as it is asked for.

    Behaves as an array of shape (N, C, S, S), float32 in [0, 1]: ``images[3]`` is
    (C, S, S), ``images[2:5]`` and ``images[[7, 1, 7]]`` are (n, C, S, S) in the order asked.
    Whole numbers on disk (uint8) are divided by their largest value.

    Several threads may read at once: a memory map needs no lock, and h5py takes one of its
    own around every call, so that readers of packed images wait for each other.

    Parameters
    ----------
    path : path
        ``images.npy``, or ``images.h5`` with a chunk a source.
    count : int
        Sources of the catalogue.
    size : int
        Side of an image, pixels.
    channels : int
        Bands.

    Raises
    ------
    CatalogError
        If the file is damaged or its shape is another.
    """

    def __init__(self, path: Path, *, count: int, size: int, channels: int) -> None:
        self.shape = (count, channels, size, size)
        self._store = _open(path)
        if self._store.shape != self.shape:
            raise CatalogError(
                f"images are {_times(self._store.shape)}, the manifest says {_times(self.shape)}",
                subject=path,
                remedy="build the catalogue again, or take a fresh copy",
            )
        dtype = np.dtype(self._store.dtype)
        self._scale = np.float32(np.iinfo(dtype).max if dtype.kind == "u" else 1)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: int | slice | ArrayLike) -> NDArray[np.float32]:
        if isinstance(key, (int, np.integer)):
            one: NDArray[np.float32] = self._read(np.array([key]))[0]
            return one
        if isinstance(key, slice):
            start, stop, step = key.indices(len(self))
            if step == 1:
                return self._scaled(self._store[start : max(start, stop)])
            return self._read(np.arange(start, stop, step))
        rows = np.asarray(key)
        if rows.dtype == bool and rows.shape == (len(self),):
            rows = np.flatnonzero(rows)
        return self._read(rows)

    def _read(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Return the given images; negative rows count from the end."""
        if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
            raise IndexError("images are chosen by a number, a slice or a list of numbers")
        rows = np.where(rows < 0, rows + len(self), rows).astype(np.int64)
        if rows.size and (rows.min() < 0 or rows.max() >= len(self)):
            raise IndexError(f"image out of range: the catalogue holds {len(self)}")
        # One chunk a source: single reads beat h5py's fancy indexing, which also wants order.
        picked = np.empty((rows.size, *self.shape[1:]), dtype=self._store.dtype)
        for place, row in enumerate(rows):
            picked[place] = self._store[int(row)]
        return self._scaled(picked)

    def _scaled(self, stored: NDArray[Any]) -> NDArray[np.float32]:
        values = np.array(stored, dtype=np.float32)
        values /= self._scale
        return values

    def close(self) -> None:
        """Close the file of packed images; a memory map is left to those who still use it."""
        file = getattr(self._store, "file", None)
        if file is not None:
            file.close()


def _open(path: Path) -> Any:
    """Return the array on disk: a memory map, or an h5py data set."""
    try:
        if path.suffix == ".npy":
            return np.load(path, mmap_mode="r", allow_pickle=False)
        import h5py

        # No lock: files of a catalogue are replaced, never changed, and some disks know no locks.
        return h5py.File(path, "r", locking=False)[DATASET]
    except (OSError, ValueError, KeyError) as error:
        raise CatalogError(
            "the images cannot be read",
            subject=path,
            remedy="build the catalogue again, or take a fresh copy",
        ) from error


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
