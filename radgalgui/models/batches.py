"""Images a batch at a time, the next one read and made ready while the last one is used."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from radgalgui.errors import ImageError, UsageError
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["Images", "as_tensor", "batches", "check_shape"]


class Images(Protocol):
    """Images in memory or on disk, shape (N, ...): an array, or what is sliced like one."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Return N and the shape of an image."""

    def __len__(self) -> int:
        """Return N."""

    def __getitem__(self, key: slice, /) -> Any:
        """Return the images of some rows as an array."""


def batches(
    images: Images,
    *,
    size: int,
    prepare: Callable[[NDArray[np.float32]], NDArray[np.float32]] | None = None,
) -> Generator[NDArray[np.float32], None, None]:
    """Yield all images in their order, a batch at a time.

    A thread reads and prepares the next batch while the last one is used, so that reading
    costs no time where it takes less than the use.  A single batch waits for no thread.

    Parameters
    ----------
    images : Images, shape (N, ...)
        An array, or what is read from disk as it is sliced, such as a catalogue's images.
    size : int
        Images a batch; the last may hold fewer.
    prepare : callable, optional
        What is done to a batch (n, ...), in the thread.

    Yields
    ------
    ndarray, shape (n, ...), float32
        What ``prepare`` made of it.

    Raises
    ------
    ImageError
        If a value is NaN or infinite, when its batch has come.
    """

    def read(start: int) -> NDArray[np.float32]:
        batch = np.asarray(images[start : start + size], dtype=np.float32)
        if not np.isfinite(batch).all():
            raise ImageError(
                "an image holds NaN or infinite values", remedy="prepare it with Preprocessing.see"
            )
        return batch if prepare is None else prepare(batch)

    starts = range(0, len(images), size)
    if len(starts) <= 1:
        yield from map(read, starts)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="next-batch") as reader:
        coming: Any = reader.submit(read, 0)
        for start in starts[1:]:
            batch = coming.result()
            coming = reader.submit(read, start)
            yield batch
        yield coming.result()


def as_tensor(batch: NDArray[np.floating]) -> Tensor:
    """Return images (n, C, S, S) as networks take them fastest: float32, channels last."""
    images = torch.from_numpy(np.ascontiguousarray(batch, dtype=np.float32))
    return images.contiguous(memory_format=torch.channels_last)


def check_shape(shape: tuple[int, ...], preprocessing: Preprocessing, *, taker: str) -> None:
    """Raise `UsageError` unless images are (N, C, S, S), as a preprocessing makes them.

    Parameters
    ----------
    shape : tuple of int
        Of the images.
    preprocessing : Preprocessing
        Tells C and S.
    taker : str
        Who takes them, in words: ``the encoder 'simclr'``.
    """
    side = preprocessing.size
    wanted = (preprocessing.channels, side, side)
    if len(shape) != 4 or shape[1:] != wanted:
        raise UsageError(
            f"{taker} takes images of shape (N, {', '.join(map(str, wanted))}), not {shape}"
        )
