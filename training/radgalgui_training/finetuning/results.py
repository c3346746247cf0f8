"""What cross-validation told, and the card that goes with the weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.scores import score
from radgalgui.errors import DataError
from radgalgui.files import replaced_file
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.datasets.mixture import CITATIONS
from radgalgui_training.finetuning.data import LabelledSet
from radgalgui_training.finetuning.folds import calibrated, fit_temperature
from radgalgui_training.finetuning.start import Start
from radgalgui_training.loop import software
from radgalgui_training.recipes import FinetuneRecipe

__all__ = ["Measured", "card_of", "read_measured", "sights_of"]

_LICENCE: Final = "BSD-3-Clause"
_POSITIVE: Final = "FRII"
_SOURCES: Final = {
    "mirabest-confident": ("mirabest",),
    "mirabest-uncertain": ("mirabest",),
    "mirabest": ("mirabest",),
    "rgd": ("rgd",),
    "frdeep-nvss": ("frdeep",),
}


@dataclass(frozen=True)
class Measured:
    """Answers to each source by networks that had not learned from it.

    Parameters
    ----------
    classes : tuple of str
        The K columns.
    codes, folds : ndarray, shape (N,)
        True class, and the fold in which a source was measured.
    logits, probabilities : ndarray, shape (N, K)
        Mean over orientations and members; the probabilities of a fold by the temperature
        that fits the others.
    temperature : float
        That fits all logits: the one that goes with the weights.
    """

    classes: tuple[str, ...]
    codes: NDArray[np.int64]
    folds: NDArray[np.int64]
    logits: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    temperature: float

    @classmethod
    def of(
        cls, labelled: LabelledSet, folds: NDArray[np.int64], logits: NDArray[np.float64]
    ) -> Measured:
        """Return what logits (own, K) tell, each source's by a network that left its fold out."""
        codes = labelled.codes[: labelled.own]
        return cls(
            classes=labelled.classes,
            codes=codes,
            folds=folds,
            logits=logits,
            probabilities=calibrated(logits, codes, folds),
            temperature=fit_temperature(logits, codes),
        )

    def save(self, path: Path) -> None:
        """Write a row for each source as it is read, for `read_measured`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with replaced_file(path) as beside, beside.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **self.arrays())

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what is written; ``labels`` are classes by name."""
        return {
            "classes": np.asarray(self.classes),
            "labels": np.asarray(self.classes)[self.codes],
            "folds": self.folds,
            "logits": self.logits,
            "probabilities": self.probabilities,
            "temperature": np.asarray(self.temperature),
        }

    def metrics(self) -> dict[str, float]:
        """Return accuracy, ROC AUC, specificity, recall and calibration error.

        The positive class is FRII where there is one, and else the last.
        """
        positive = self.classes.index(_POSITIVE) if _POSITIVE in self.classes else -1
        column = positive % len(self.classes)
        scores = score(self.codes, self.probabilities, positive=column)
        return {
            "accuracy": round(scores.accuracy, 4),
            "roc_auc": round(scores.roc_auc, 4),
            "specificity": round(scores.specificity, 4),
            "recall": round(scores.recall, 4),
            "calibration_error": round(scores.calibration_error, 4),
        }


def read_measured(path: str | Path, labelled: LabelledSet) -> Measured:
    """Read what another training's cross-validation told of the same sources.

    Raises
    ------
    DataError
        If the file is missing, or tells of other sources.
    """
    try:
        with np.load(Path(path), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        classes = tuple(str(name) for name in arrays["classes"])
        codes = np.searchsorted(arrays["classes"], arrays["labels"]).astype(np.int64)
        measured = Measured(
            classes,
            codes,
            arrays["folds"],
            arrays["logits"],
            arrays["probabilities"],
            float(arrays["temperature"]),
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"is not what a cross-validation wrote ({error})",
            subject=path,
            remedy="train its recipe first, or leave it out",
        ) from error
    own = labelled.codes[: labelled.own]
    if classes != labelled.classes or not np.array_equal(codes, own):
        raise DataError(
            "tells of other sources than the recipe's", subject=path, remedy="train it again"
        )
    return measured


def card_of(
    recipe: FinetuneRecipe,
    start: Start,
    labelled: LabelledSet,
    sights: Sequence[Preprocessing],
    measured: Measured | None,
    baseline: Measured | None,
) -> dict[str, Any]:
    """Return what stands in the header of the weights file; the width is still to be told.

    ``sights`` are what each network sees, ``start`` is what the first one started from.
    """
    sets = [recipe.labels.set, *recipe.labels.extra]
    metrics: dict[str, Any] = {}
    if measured is not None:
        metrics = {
            "protocol": f"{recipe.folds}-fold cross-validation on the training part",
            "n": labelled.own,
            recipe.name: measured.metrics(),
        }
    if baseline is not None:
        metrics["supervised"] = baseline.metrics()
    used = sorted({name for chosen in sets for name in _SOURCES.get(chosen, ())})
    return {
        "name": recipe.name,
        "label_set": recipe.label_set,
        "classes": list(labelled.classes),
        "temperature": 1.0 if measured is None else measured.temperature,
        "members": len(sights),
        "architecture": dict(start.architecture),
        **sights_of(sights),
        "training_data": {"labelled": labelled.own, "further": labelled.helpers, "sets": sets},
        "started_from": start.source,
        "notes": _notes(recipe, start),
        "citations": sorted({CITATIONS[name] for name in used}),
        "recipe": recipe.model_dump(mode="json"),
        "metrics": metrics,
        "licence": _LICENCE,
        "software": software(),
    }


def sights_of(sights: Sequence[Preprocessing]) -> dict[str, Any]:
    """Return the entries of a card that tell what each network sees; one where all are alike."""
    told: dict[str, Any] = {"preprocessing": sights[0].to_dict()}
    if len(set(sights)) > 1:
        told["member_preprocessing"] = [sight.to_dict() for sight in sights]
    return told


def _notes(recipe: FinetuneRecipe, start: Start) -> list[str]:
    """Say what a reader of the figures must know."""
    notes = []
    if start.source:
        notes.append(
            f"The weights it started from ({start.source['name']}) had learned from the images "
            "that its card names, the measured ones perhaps among them: an encoder without labels."
        )
    if recipe.labels.set == "frdeep-nvss":
        notes.append(
            "FR-DEEP tells no positions: sources of it may be among those of FIRST that the "
            "starting weights were taught with, there in other images."
        )
    return notes
