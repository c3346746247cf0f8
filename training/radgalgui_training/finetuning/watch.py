"""What a network says, epoch by epoch, of sources that it does not learn from."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytorch_lightning as pl
import torch
from numpy.typing import NDArray
from pytorch_lightning.callbacks import Callback
from torch import Tensor

from radgalgui.analysis.scores import accuracy, roc_auc
from radgalgui.files import replaced_file
from radgalgui.models.network_classifier import softmax

__all__ = ["EPOCHS", "HeldOut", "read_epochs"]

EPOCHS: Final = "epochs.csv"
_COLUMNS: Final = ("epoch", "accuracy", "roc_auc")
_AT_ONCE: Final = 256


class HeldOut(Callback):
    """Write a line of ``epochs.csv`` after each epoch; a resumed training goes on where it stood.

    The columns are ``epoch`` (from 1), ``accuracy`` and ``roc_auc`` of the running mean of the
    weights, which is what answers in the end, on images as they lie.

    Parameters
    ----------
    seen : ndarray, shape (N, C, S, S), float32
        What the network sees of the sources.
    codes : ndarray, shape (N,), int64
        Their classes.
    folder : Path
        Receives the file.
    """

    def __init__(self, seen: NDArray[np.float32], codes: NDArray[np.int64], folder: Path) -> None:
        self._seen = seen
        self._codes = codes
        self._path = folder / EPOCHS
        self._rows: list[dict[str, float]] = []

    def on_train_start(self, trainer: pl.Trainer, *_: Any) -> None:
        """Keep the lines of the epochs that the checkpoint has behind it, and no others."""
        done = trainer.current_epoch
        self._rows = [row for row in read_epochs(self._path) if row["epoch"] <= done]

    def on_train_epoch_end(self, trainer: pl.Trainer, method: Any) -> None:
        """Ask, and write the file with a line more, beside and renamed."""
        if not trainer.is_global_zero:
            return
        chances = softmax(self._logits(method.average))
        told = (
            trainer.current_epoch + 1,
            accuracy(self._codes, chances),
            roc_auc(self._codes, chances),
        )
        self._rows.append(dict(zip(_COLUMNS, map(float, told), strict=True)))
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(
            [int(row["epoch"]), f"{row['accuracy']:.5f}", f"{row['roc_auc']:.5f}"]
            for row in self._rows
        )
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with replaced_file(self._path) as beside:
            beside.write_text(text.getvalue(), encoding="utf-8")

    def _logits(self, network: torch.nn.Module) -> NDArray[np.float32]:
        """Return what the network answers now; whether it trains is as before afterwards."""
        device, was_training = next(network.parameters()).device, network.training
        network.eval()
        try:
            with torch.inference_mode(), torch.autocast(device.type, enabled=False):
                parts: list[Tensor] = [
                    network(torch.from_numpy(self._seen[start : start + _AT_ONCE]).to(device))
                    for start in range(0, len(self._seen), _AT_ONCE)
                ]
        finally:
            network.train(was_training)
        logits: NDArray[np.float32] = torch.cat(parts).float().cpu().numpy()
        return logits


def read_epochs(path: Path) -> list[dict[str, float]]:
    """Return the lines of an ``epochs.csv``; none where it is not there or is something else."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return [{name: float(row[name]) for name in _COLUMNS} for row in csv.DictReader(stream)]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, TypeError, ValueError):
        return []
