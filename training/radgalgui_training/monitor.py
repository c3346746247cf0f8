"""What a training tells as it goes: a line of ``log.csv`` an epoch, and what neighbours know."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytorch_lightning as pl
import torch
from numpy.typing import NDArray
from pytorch_lightning.callbacks import Callback
from torch.nn.functional import normalize

from radgalgui.errors import DataError, RecipeError
from radgalgui.files import replaced_file
from radgalgui.models.network import Network
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.listening import Epoch, Epochs
from radgalgui_training.published import read_published
from radgalgui_training.recipes.model import Recipe
from radgalgui_training.whitening import centre_and_whitening

__all__ = [
    "LOG",
    "Labelled",
    "NeighbourAccuracy",
    "TrainingLog",
    "knn_accuracy",
    "read_log",
    "watching",
]

LOG: Final = "log.csv"
_COLUMNS: Final = ("epoch", "step", "loss", "learning_rate", "images_per_second", "knn_accuracy")
_NEIGHBOURS: Final = 20
_TEMPERATURE: Final = 0.1
_FOLDS: Final = 5
_AT_ONCE: Final = 256


@dataclass(frozen=True)
class Labelled:
    """Images with classes that a training is watched by, never learned from.

    Parameters
    ----------
    name : str
        The published set.
    images : ndarray, shape (N, C, S, S), float32
        What the encoder sees.
    classes : ndarray, shape (N,), int64
        Numbers from 0.
    """

    name: str
    images: NDArray[np.float32]
    classes: NDArray[np.int64]

    @classmethod
    def read(cls, name: str, root: Path | None, preprocessing: Preprocessing) -> Labelled:
        """Read the training part of a published set; its test part is never looked at.

        Raises
        ------
        DataError
            If it is missing or damaged, or there is no folder to look in.
        RecipeError
            If it has not as many bands as the encoder sees.
        """
        if root is None:
            raise DataError(
                f"the recipe watches {name}",
                remedy="say where it lies (--data DIR), or set training.knn to ''",
            )
        published = read_published(name, root).training_part()
        if published.channels != preprocessing.channels:
            raise RecipeError(
                f"preprocessing.channels = {preprocessing.channels}, and the images of "
                f"training.knn = {name!r} have {published.channels}",
                remedy="watch a set of as many bands as the network takes",
            )
        classes = np.unique(published.labels, return_inverse=True)[1]
        return cls(name, published.seen(preprocessing), classes)


def knn_accuracy(
    vectors: NDArray[np.floating],
    classes: NDArray[np.int64],
    *,
    k: int = _NEIGHBOURS,
    seed: int = 0,
) -> tuple[float, float]:
    """Return how often the nearest neighbours tell the class, and its standard error.

    Five stratified folds; each source is answered by its ``k`` nearest by cosine outside its
    fold, which vote with weights exp(cosine / 0.1), as in arXiv 2207.08666.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
    classes : ndarray, shape (N,), int64
        Numbers from 0; each class has at least 5 sources.
    k : int
        Neighbours; no more than there are outside a fold.
    seed : int
        Of the folds.

    Returns
    -------
    (float, float)
        The mean over the folds, and the standard deviation over them by the root of 5.
    """
    from lightly.utils.benchmarking import knn_predict
    from sklearn.model_selection import StratifiedKFold

    points = normalize(torch.from_numpy(np.asarray(vectors, dtype=np.float32)), dim=1)
    labels = torch.from_numpy(classes)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    shares = []
    for known, asked in folds.split(vectors, classes):
        ranked = knn_predict(
            points[asked],
            points[known].T.contiguous(),
            labels[known],
            num_classes=int(classes.max()) + 1,
            knn_k=min(k, len(known)),
            knn_t=_TEMPERATURE,
        )
        shares.append(float((ranked[:, 0] == labels[asked]).float().mean()))
    return float(np.mean(shares)), float(np.std(shares, ddof=1) / math.sqrt(_FOLDS))


class NeighbourAccuracy(Callback):
    """Measure, every few epochs and after the last, what neighbours know of classes.

    Parameters
    ----------
    labelled : Labelled
        The images that the frozen network is asked for.
    every : int
        Epochs between.
    whitening : float
        As the recipe's: vectors are compared as the encoder will give them.
    """

    def __init__(self, labelled: Labelled, *, every: int, whitening: float) -> None:
        self.value: float | None = None
        self._told = ""
        self._labelled = labelled
        self._every = every
        self._whitening = whitening

    def on_train_epoch_start(self, *_: Any) -> None:
        """Forget the last value: it was that of another epoch."""
        self.value = None

    def on_train_epoch_end(self, trainer: pl.Trainer, method: Any) -> None:
        """Measure where it is time to."""
        done = trainer.current_epoch + 1
        if trainer.is_global_zero and (done % self._every == 0 or done == trainer.max_epochs):
            self.value = self.measured(method.network)[0]
            self._told = f"neighbours right {self.value:.3f}"

    def latest(self) -> float | None:
        """Return the value of this epoch, None where it was not measured."""
        return self.value

    def told(self) -> str:
        """Return the last value in words, for the line of progress; "" before the first."""
        return self._told

    def measured(self, network: Network) -> tuple[float, float]:
        """Return the accuracy of a network's vectors, and its standard error."""
        outputs = _outputs(network, self._labelled.images)
        centre, whitening = centre_and_whitening(outputs, power=self._whitening)
        return knn_accuracy((outputs - centre) @ whitening, self._labelled.classes)


class TrainingLog(Epochs):
    """Write a line of ``log.csv`` after each epoch; a resumed training goes on where it stood.

    The columns are ``epoch`` (from 1), ``step``, ``loss`` (its mean over the epoch),
    ``learning_rate`` (where its schedule stands), ``images_per_second`` (of all devices, data
    and all) and ``knn_accuracy`` (empty where it was not measured).

    Parameters
    ----------
    folder : Path
        Receives ``log.csv``.
    neighbours : NeighbourAccuracy, optional
        Asked for its value after each epoch; stands before the log among the callbacks.
    """

    def __init__(self, folder: Path, neighbours: NeighbourAccuracy | None = None) -> None:
        super().__init__()
        self._path = folder / LOG
        self._neighbours = neighbours
        self._rows: list[dict[str, str]] = []

    def on_train_start(self, trainer: pl.Trainer, *_: Any) -> None:
        """Keep the lines of the epochs that the checkpoint has behind it, and no others."""
        self._rows = []
        if trainer.current_epoch > 0:
            known = read_log(self._path)
            self._rows = [row for row in known if int(row["epoch"]) <= trainer.current_epoch]

    def tell(self, _: pl.Trainer, epoch: Epoch) -> None:
        """Write the file with a line more, beside and renamed."""
        known = None if self._neighbours is None else self._neighbours.value
        row = {
            "epoch": str(epoch.number),
            "step": str(epoch.step),
            "loss": f"{epoch.loss:.6g}",
            "learning_rate": f"{epoch.learning_rate:.6g}",
            "images_per_second": f"{epoch.images_per_second:.4g}",
            "knn_accuracy": "" if known is None else f"{known:.4f}",
        }
        self._rows.append(row)
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self._rows)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with replaced_file(self._path) as beside:
            beside.write_text(text.getvalue(), encoding="utf-8")


def watching(settings: Recipe, data: Path | None) -> NeighbourAccuracy | None:
    """Return what a recipe wants to be watched by, having read it; None for nothing.

    Raises
    ------
    DataError, RecipeError
        As `Labelled.read`.
    """
    if not settings.training.knn:
        return None
    preprocessing = settings.preprocessing.preprocessing()
    labelled = Labelled.read(settings.training.knn, data, preprocessing)
    every = settings.training.knn_every
    return NeighbourAccuracy(labelled, every=every, whitening=settings.whitening)


def read_log(path: Path) -> list[dict[str, str]]:
    """Return the lines of a ``log.csv``; none where it is not there or is something else."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error):
        return []
    whole = [row for row in rows if None not in row and None not in row.values()]
    return [row for row in whole if tuple(row) == _COLUMNS and row["epoch"].isdecimal()]


def _outputs(network: Network, images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the outputs of a network as it is answered with, and leave it in training."""
    device = next(network.parameters()).device
    was_training = network.training
    network.eval()
    try:
        with torch.inference_mode(), torch.autocast(device.type, enabled=False):
            parts = [
                network(torch.from_numpy(images[start : start + _AT_ONCE]).to(device)).float().cpu()
                for start in range(0, len(images), _AT_ONCE)
            ]
    finally:
        network.train(was_training)
    outputs: NDArray[np.float32] = torch.cat(parts).numpy()
    return outputs
