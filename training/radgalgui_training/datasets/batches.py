"""Read the numbered batches in which MiraBest and FR-DEEP are published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import DataError
from radgalgui_training.pickles import read_pickle

__all__ = ["batch_paths", "published_batches", "read_batch", "read_batches"]


def read_batches(
    folder: Path, *, side: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.str_]]:
    """Read ``data_batch_1``, ``data_batch_2``, ... of a folder, in that order.

    Parameters
    ----------
    folder : Path
        Where the batches lie.
    side : int
        Pixels along a side of every image.

    Returns
    -------
    images : ndarray, shape (N, side, side), uint8
    labels : ndarray, shape (N,), int64
    names : ndarray, shape (N,), str

    Raises
    ------
    DataError
        If there is no batch, or one does not hold what a batch holds.
    """
    parts = [read_batch(path, side=side) for path in batch_paths(folder)]
    if not parts:
        raise DataError("holds no data_batch_1", subject=folder, remedy="unpack the data set there")
    images, labels, names = zip(*parts, strict=True)
    return np.concatenate(images), np.concatenate(labels), np.concatenate(names)


def batch_paths(folder: Path) -> list[Path]:
    """Return the training batches in numerical order; a test batch is never among them."""

    def numbered() -> Iterator[tuple[int, Path]]:
        for path in folder.glob("data_batch_*"):
            if match := re.fullmatch(r"data_batch_(\d+)", path.name):
                yield int(match[1]), path

    return [path for _, path in sorted(numbered())]


def published_batches(path: Path) -> int | None:
    """Return of how many training batches one says that it is one; None where it does not.

    Raises
    ------
    DataError
        If the file is missing or damaged.
    """
    batch: Any = read_pickle(path)
    label = batch.get("batch_label") if isinstance(batch, dict) else None
    match = (
        re.fullmatch(r"training batch \d+ of (\d{1,4})", label) if isinstance(label, str) else None
    )
    return int(match[1]) if match else None


def read_batch(
    path: Path, *, side: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.str_]]:
    """Read one batch: images (N, side, side), labels (N,) and names (N,).

    Raises
    ------
    DataError
        If the file is missing, or does not hold what a batch holds.
    """
    batch: Any = read_pickle(path)
    try:
        images = np.asarray(batch["data"])
        told = np.asarray(batch["labels"])
        if not told.size:
            raise ValueError("it holds no images and labels")
        if told.dtype.kind not in "iu":
            raise ValueError("its labels are not whole numbers")
        labels = told.astype(np.int64)
        names = np.asarray([Path(str(name)).name for name in batch["filenames"]], dtype=np.str_)
        images = images.reshape(len(labels), side, side)
        if images.dtype != np.uint8 or len(names) != len(labels):
            raise ValueError("its images, labels and names do not fit together")
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"is not a batch of {side} x {side} images ({error})",
            subject=path,
            remedy="fetch the published file again",
        ) from error
    return images, labels, names
