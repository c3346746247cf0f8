"""Go on with half as many images at a time when the memory of a device runs short.

The gradients of several batches are then added up before a step is taken, so that a step sees as
many images as the recipe says, and there are as many steps.  What does differ: normalisations see
the smaller batches, and methods that tell the images of a batch from one another have fewer.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

import numpy as np
import pytorch_lightning as pl
import torch
from numpy.typing import NDArray
from pytorch_lightning.callbacks import Callback

from radgalgui.errors import ResourceError
from radgalgui.models.devices import is_memory_shortage
from radgalgui.progress import Notice
from radgalgui_training.datamodule import KeptData
from radgalgui_training.datasets.kept import Kept
from radgalgui_training.listening import UNHEARD, Listener
from radgalgui_training.loop import (
    build_trainer,
    checkpoint_path,
    device_text,
    fit,
    last_checkpoint,
    quiet,
)
from radgalgui_training.recipes.model import TrainingSettings

__all__ = ["Lesson", "learn", "lesson"]

_FEWEST: Final = 2  # images that a normalisation can make something of
Module = TypeVar("Module", bound=pl.LightningModule)


@dataclass(frozen=True)
class Lesson(Generic[Module]):
    """A training that is ready to begin."""

    trainer: pl.Trainer
    method: Module
    batches: KeptData


def lesson(
    method: Module,
    kept: Kept,
    settings: TrainingSettings,
    folder: Path,
    callbacks: list[Callback],
    *,
    seed: int | None = None,
    classes: NDArray[np.int64] | None = None,
    listener: Listener = UNHEARD,
    parts: int = 1,
) -> Lesson[Module]:
    """Return a training that is ready to begin, and tell what it runs on.

    Parameters
    ----------
    method : LightningModule
        What learns.
    kept, classes, seed
        As `KeptData` takes them; the recipe's seed by default.
    settings : TrainingSettings
        Of the recipe.
    folder : Path
        Receives the checkpoints.
    callbacks : list of Callback
        Told of each step.
    listener : Listener
        Told what it runs on.
    parts : int
        In how many parts a batch is taken.
    """
    with quiet():
        trainer = build_trainer(settings, folder, callbacks, parts=parts)
    if trainer.is_global_zero:
        listener.device(device_text(trainer))
    batches = KeptData(
        kept,
        batch_size=settings.batch_size,
        seed=settings.seed if seed is None else seed,
        classes=classes,
        parts=parts,
    )
    return Lesson(trainer, method, batches)


def learn(
    prepare: Callable[[int], Lesson[Module]], folder: Path, *, resume: bool, note: Notice
) -> Lesson[Module]:
    """Run a training; begin again, with smaller batches, each time that memory runs short.

    It goes on from the last checkpoint that it has written itself.

    Parameters
    ----------
    prepare : callable
        Given in how many parts each batch is taken, returns the training from its beginning.
    folder : Path
        Where its checkpoints lie.
    resume : bool
        Whether to go on from the checkpoint that is there already.
    note : Notice
        Told each time that batches become smaller.

    Returns
    -------
    Lesson
        The training that came to its end.

    Raises
    ------
    ResourceError
        If memory does not suffice for two images at a time, or runs short where several devices
        work together, of which the others could not be told.
    RecipeError
        As `fit`.
    """
    parts, before = 1, _written(folder)
    checkpoint = last_checkpoint(folder) if resume else None
    while True:
        ready = prepare(parts)
        alone, most = ready.trainer.world_size == 1, ready.batches.batch_size
        where = str(ready.trainer.strategy.root_device)
        try:
            fit(ready.trainer, ready.method, ready.batches, checkpoint)
        except (RuntimeError, MemoryError) as error:
            if not is_memory_shortage(error):
                raise
            problem = str(error).partition("\n")[0][:200]
        else:
            return ready
        del ready  # beyond the except: until there, its tensors are still held
        _sweep(where)
        parts *= 2
        if not alone or most // 2 < _FEWEST:
            raise ResourceError(
                f"the memory of {where} ran short with {most} images at a time ({problem})",
                remedy="lower training.batch_size, or choose another device (--device cpu)",
            )
        note(
            "warning",
            f"The memory of {where} ran short with {most} images at a time: going on with "
            f"{most // 2}, and {parts} such batches a step.",
        )
        if _written(folder) != before:
            checkpoint = last_checkpoint(folder)


def _written(folder: Path) -> int:
    """Return when the last checkpoint was written, 0 where there is none."""
    path = checkpoint_path(folder)
    return path.stat().st_mtime_ns if path.is_file() else 0


def _sweep(where: str) -> None:
    """Give memory back that nobody holds any more."""
    gc.collect()
    if where.startswith("cuda"):
        torch.cuda.empty_cache()
