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
    """Images over their peaks, their noise, and their sizes and classes where they have any.

    Gives a whole batch for a list of indices.
    """

    def __init__(self, kept: Kept, classes: NDArray[np.int64] | None) -> None:
        arrays = (kept.images, kept.noise, kept.sizes, classes)
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
        Handed over as the third of each batch.
    """

    def __init__(
        self,
        kept: Kept,
        *,
        batch_size: int,
        seed: int,
        classes: NDArray[np.int64] | None = None,
    ) -> None:
        super().__init__()
        self._dataset = _KeptDataset(kept, classes)
        self._batch_size = min(batch_size, len(kept))
        self._seed = seed

    def train_dataloader(self) -> DataLoader[Any]:
        """Return the loader; Lightning shares its sampler out where there are several devices."""
        devices = 1 if self.trainer is None else self.trainer.world_size
        return DataLoader(
            self._dataset,
            # A set that is smaller than a batch is one batch, shared out evenly.
            batch_size=max(1, min(self._batch_size, len(self._dataset) // devices)),
            sampler=_EpochOrder(len(self._dataset), self._seed, self._epoch),
            drop_last=True,
            collate_fn=_as_it_is,
            pin_memory=torch.cuda.is_available(),
        )

    def _epoch(self) -> int:
        return 0 if self.trainer is None else self.trainer.current_epoch


class _EpochOrder(Sampler[int]):
    """All indices, in an order of each epoch's own, so that a resumed epoch repeats itself."""

    def __init__(self, count: int, seed: int, epoch: Callable[[], int]) -> None:
        self._count = count
        self._seed = seed
        self._epoch = epoch

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self._seed * _SEED_STRIDE + self._epoch())
        yield from torch.randperm(self._count, generator=generator).tolist()


def _as_it_is(batch: Any) -> Any:
    """Return the batch: the data set has put it together already."""
    return batch
