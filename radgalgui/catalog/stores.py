"""Where the images of a growing catalogue are put: an array file, or packed HDF5."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from radgalgui.catalog.images import DATASET

__all__ = ["ArrayStore", "PackedStore"]


class ArrayStore:
    """uint8 images in one ``.npy`` file whose length is written when it is known.

    NumPy leaves room in the header for the first axis to grow, so that the header can be
    rewritten in place.
    """

    def __init__(self, path: Path, shape: tuple[int, int, int]) -> None:
        self._shape = shape
        self._count = 0
        self._file = path.open("wb")
        self._header_bytes = self._write_header()

    def append(self, images: NDArray[np.uint8]) -> None:
        """Append images, shape (n, C, S, S)."""
        self._file.write(np.ascontiguousarray(images).data)
        self._count += len(images)

    def close(self) -> None:
        """Write the number of images and close the file."""
        if self._file.closed:
            return
        self._file.seek(0)
        if self._write_header() != self._header_bytes:
            raise ValueError("the header of the array file grew")
        self._file.close()

    def _write_header(self) -> int:
        header = {"descr": "|u1", "fortran_order": False, "shape": (self._count, *self._shape)}
        npy.write_array_header_1_0(self._file, header)
        return self._file.tell()


class PackedStore:
    """uint8 images in HDF5, gzip, a chunk a source: a few times smaller."""

    def __init__(self, path: Path, shape: tuple[int, int, int]) -> None:
        import h5py

        self._file: Any = h5py.File(path, "w", libver="latest")
        self._images = self._file.create_dataset(
            DATASET,
            shape=(0, *shape),
            maxshape=(None, *shape),
            chunks=(1, *shape),
            dtype="u1",
            compression="gzip",
            compression_opts=9,
        )

    def append(self, images: NDArray[np.uint8]) -> None:
        """Append images, shape (n, C, S, S)."""
        first = self._images.shape[0]
        self._images.resize(first + len(images), axis=0)
        self._images[first:] = images

    def close(self) -> None:
        """Close the file."""
        self._file.close()
