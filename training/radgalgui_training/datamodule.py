"""Training images as batches: all in memory, handed over a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from radgalgui_training.datasets.kept import Kept

__all__ = ["KeptData"]

_SEED_STRIDE = 1_000_003


class _KeptDataset(Dataset[Any]):
    """Images over their peaks, noise, depths, and sizes and classes where they have any.

    Gives a whole batch for a list of indices.
    """

    def __init__(self, kept: Kept, classes: NDArray[np.int64] | None) -> None:
        arrays = (kept.images, kept.noise, kept.depth, kept.sizes, classes)
        self._tensors = [torch.from_numpy(np.array(a)) for a in arrays if a is not None]

    def __len__(self) -> int:
        return len(self._tensors[0])

    def __getitem__(self, index: int) -> tuple[Tensor, ...]:
        return tuple(tensor[index] for tensor in self._tensors)

    def __getitems__(self, indices: list[int]) -> tuple[Tensor, ...]:
        return tuple(tensor[indices] for tensor in self._tensors)


class KeptData(pl.LightningDataModule):
    """Shuffled batches of kept images; the order depends on the seed and the epoch alone.

    Parameters
    ----------
    kept : Kept
        The training images.
    batch_size : int
        Images a step and device; the last, incomplete batch of an epoch is left out.
    seed : int
        Of the order.
    classes : ndarray, shape (N,), int64, optional
        Handed over as the last of each batch.
    parts : int
        In how many parts each batch is handed over, where memory does not hold it at once.  The
        same images make up each step.
    """

    def __init__(
        self,
        kept: Kept,
        *,
        batch_size: int,
        seed: int,
        classes: NDArray[np.int64] | None = None,
        parts: int = 1,
    ) -> None:
        super().__init__()
        self._dataset = _KeptDataset(kept, classes)
        self._whole = min(batch_size, len(kept))
        self._parts = parts
        self._seed = seed

    @property
    def batch_size(self) -> int:
        """Images that are handed over at once, on a single device."""
        return max(1, self._whole // self._parts)

    def train_dataloader(self) -> DataLoader[Any]:
        """Return the loader; Lightning shares its sampler out where there are several devices."""
        devices = 1 if self.trainer is None else self.trainer.world_size
        # A set that is smaller than a batch is one batch, shared out evenly.
        size = max(1, min(self.batch_size, len(self._dataset) // devices))
        used = len(self._dataset)
        if self._parts > 1:  # no more than whole batches, or steps would take other images
            used = used // self._whole * size * self._parts
        return DataLoader(
            self._dataset,
            batch_size=size,
            sampler=_EpochOrder(len(self._dataset), self._seed, self._epoch, used),
            drop_last=True,
            collate_fn=_as_it_is,
            pin_memory=torch.cuda.is_available(),
        )

    def _epoch(self) -> int:
        return 0 if self.trainer is None else self.trainer.current_epoch


class _EpochOrder(Sampler[int]):
    """Indices in an order of each epoch's own, so that a resumed epoch repeats itself.

    The first ``used`` of all ``count`` are given.
    """

    def __init__(self, count: int, seed: int, epoch: Callable[[], int], used: int) -> None:
        self._count = count
        self._seed = seed
        self._epoch = epoch
        self._used = used

    def __len__(self) -> int:
        return self._used

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self._seed * _SEED_STRIDE + self._epoch())
        yield from torch.randperm(self._count, generator=generator).tolist()[: self._used]


def _as_it_is(batch: Any) -> Any:
    """Return the batch: the data set has put it together already."""
    return batch
