"""The loop around all trainings: Lightning's, with one progress, one checkpoint, and quietly."""

from __future__ import annotations

import logging
import os
import platform
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import Callback, ModelCheckpoint

from radgalgui.errors import RecipeError
from radgalgui.progress import CancelToken, Progress
from radgalgui_training.checkpoints import WholeCheckpoints
from radgalgui_training.recipes.model import TrainingSettings

__all__ = [
    "Reporter",
    "build_trainer",
    "checkpoint_path",
    "device_text",
    "fit",
    "last_checkpoint",
    "placement",
    "quiet",
    "software",
]


class Reporter(Callback):
    """Tell how far the training is, and end it when somebody asks.

    Parameters
    ----------
    progress : Progress
        Called after each step, by the first of several processes.
    cancel : CancelToken or None
        Looked at before each step.
    more : callable, optional
        Returns what else to tell; nothing by default.
    """

    def __init__(
        self,
        progress: Progress,
        cancel: CancelToken | None,
        more: Callable[[], str] | None = None,
    ) -> None:
        self._progress = progress
        self._cancel = cancel
        self._more = more

    def on_train_batch_start(self, *_: Any) -> None:
        """Stop here if somebody has asked to."""
        if self._cancel is not None:
            self._cancel.check()

    def on_train_batch_end(self, trainer: pl.Trainer, *_: Any) -> None:
        """Tell the step, the epoch and the loss."""
        loss = float(trainer.callback_metrics.get("loss", torch.nan))
        epoch = f"epoch {trainer.current_epoch + 1} of {trainer.max_epochs}"
        total = int(trainer.estimated_stepping_batches)
        words = [epoch, self._more() if self._more else "", f"loss {loss:.3f}"]
        if trainer.is_global_zero:
            self._progress(trainer.global_step, total, ", ".join(filter(None, words)))


def build_trainer(
    settings: TrainingSettings, folder: Path, callbacks: list[Callback], *, parts: int = 1
) -> pl.Trainer:
    """Return Lightning's loop: one code path for the processor, a card, several, and nodes.

    A step takes a batch in so many ``parts``, one after the other.

    Raises
    ------
    UsageError
        If this machine has not the device that is asked for.
    """
    if settings.threads:
        torch.set_num_threads(settings.threads)
    keeper = ModelCheckpoint(
        dirpath=folder / "checkpoints",
        filename="last",
        enable_version_counter=False,
        every_n_epochs=settings.checkpoint_every,
        save_on_train_epoch_end=True,
    )
    place = placement(settings)
    on_cards = torch.cuda.is_available() and place["accelerator"] in ("auto", "gpu")
    cards = torch.cuda.device_count() if place["devices"] == "auto" else _count(place["devices"])
    return pl.Trainer(
        **place,
        precision=settings.precision,
        max_epochs=settings.epochs,
        accumulate_grad_batches=parts,
        # Torch normalises batches over several devices on graphics cards alone.
        sync_batchnorm=on_cards and max(cards, place["num_nodes"]) > 1,
        callbacks=[keeper, *callbacks],
        default_root_dir=folder,
        logger=False,
        plugins=[WholeCheckpoints()],
        enable_progress_bar=False,
        enable_model_summary=False,
    )


def placement(settings: TrainingSettings) -> dict[str, Any]:
    """Return where a training runs, in Lightning's words: accelerator, devices, nodes.

    Under torchrun there are as many processes as it has started, unless the recipe says how many.
    """
    kind, _, number = settings.device.partition(":")
    devices: Any = settings.devices
    nodes = settings.nodes
    if "TORCHELASTIC_RUN_ID" in os.environ:
        here, everywhere = (int(os.environ[name]) for name in ("LOCAL_WORLD_SIZE", "WORLD_SIZE"))
        devices = here if devices == "auto" else devices
        nodes = everywhere // here if nodes == 1 else nodes
    if kind == "mps":
        devices = 1
    elif number:
        devices = [int(number)]
    accelerator = {"cuda": "gpu"}.get(kind, kind)
    return {"accelerator": accelerator, "devices": devices, "num_nodes": nodes}


def _count(devices: int | list[int]) -> int:
    return devices if isinstance(devices, int) else len(devices)


def device_text(trainer: pl.Trainer) -> str:
    """Return what a training runs on, in words."""
    device = trainer.strategy.root_device
    bits = {"32": "32-bit", "16": "16-bit", "bf16": "bfloat16"}
    precision = bits.get(str(trainer.precision).partition("-")[0], str(trainer.precision))
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
    elif device.type == "cpu":
        threads = torch.get_num_threads()
        name = f"CPU, {threads} thread{'' if threads == 1 else 's'}"
    else:
        name = device.type.upper()
    several = f"{trainer.world_size} x " if trainer.world_size > 1 else ""
    return f"{several}{name}, {precision}"


def checkpoint_path(folder: Path) -> Path:
    """Return where the last checkpoint of a training is written."""
    return folder / "checkpoints" / "last.ckpt"


def last_checkpoint(folder: Path) -> Path | None:
    """Return the last checkpoint where there is one, having looked into it."""
    path = checkpoint_path(folder)
    if not path.is_file():
        return None
    try:
        torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        # A damaged file raises nearly anything; what it means to the user is always this.
        raise RecipeError(
            f"is a checkpoint that cannot be read ({type(error).__name__})",
            subject=path,
            remedy="remove it, or leave --resume out",
        ) from error
    return path


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Lightning's advice and advertisements from the terminal of the user."""
    loggers = [logging.getLogger(name) for name in ("pytorch_lightning", "lightning_fabric")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            # All images are in memory: worker processes would only copy them.
            warnings.filterwarnings("ignore", message=".*does not have many workers.*")
            warnings.filterwarnings("ignore", message=".*exists and is not empty.*")
            warnings.filterwarnings("ignore", message=".*LeafSpec.*is deprecated.*")
            yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def fit(
    trainer: pl.Trainer,
    method: pl.LightningModule,
    batches: pl.LightningDataModule,
    checkpoint: Path | None,
) -> None:
    """Run the training, from a checkpoint where there is one.

    Raises
    ------
    RecipeError
        If the checkpoint is that of another network.
    """
    try:
        with quiet():
            trainer.fit(method, batches, ckpt_path=checkpoint, weights_only=True)
    except (KeyError, RuntimeError) as error:
        if checkpoint is None or "state_dict" not in str(error):
            raise
        raise RecipeError(
            "was written by another recipe",
            subject=checkpoint,
            remedy="choose another --out, or leave --resume out",
        ) from error


def software() -> dict[str, str]:
    """Return the versions that a training depends on, for the card of its weights."""
    packages = ("torch", "pytorch-lightning", "lightly", "numpy")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}
