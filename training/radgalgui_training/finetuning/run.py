"""Teach a network classes by a recipe, measure it by cross-validation, and write its weights."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pytorch_lightning.utilities import rank_zero_only

from radgalgui.models.devices import choose_device
from radgalgui.models.network_classifier import (
    ClassifyingNetwork,
    NetworkClassifier,
    pack_members,
)
from radgalgui.models.weights import save_weights
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.finetuning.data import LabelledSet
from radgalgui_training.finetuning.folds import learned_from, split
from radgalgui_training.finetuning.pupils import Pupil, pupils_of
from radgalgui_training.finetuning.results import (
    Measured,
    card_of,
    read_measured,
    sights_of,
)
from radgalgui_training.listening import UNHEARD, Listener, later
from radgalgui_training.recipes import FinetuneRecipe, load_finetune

__all__ = ["finetune", "write_classifier"]


def finetune(
    recipe: str | os.PathLike[str],
    *,
    data: str | os.PathLike[str] | None,
    out: str | os.PathLike[str],
    folders: Sequence[Path] = (),
    resume: bool = False,
    overrides: Mapping[str, Any] | None = None,
    watch: bool = False,
    progress: Progress = silent,
    note: Notice = unheard,
    cancel: CancelToken | None = None,
    listener: Listener = UNHEARD,
) -> Path:
    """Teach a network classes, and write ``OUT/LABEL_SET.safetensors``.

    Parameters
    ----------
    recipe : str or path
        A bundled recipe's name or a TOML file with a table ``[labels]``.
    data : str, path or None
        The folder of the published data; not needed for labels in an archive.
    out : str or path
        Receives the weights; ``LABEL_SET.folds.npz`` with the probabilities of each source
        by the networks that had not learned from it; and checkpoints.
    folders : sequence of Path
        Where the encoders and classifiers lie that a recipe may name.
    resume : bool
        Go on from the checkpoints in ``out``; finished trainings are not repeated.  On the
        CPU the result is the same as without the interruption.
    overrides : mapping, optional
        Recipe values by dotted key.
    watch : bool
        After each epoch, measure what the networks say of the fold that they do not learn from,
        for ``epochs.csv`` beside their checkpoints.
    progress : Progress
        Called after each step.
    note : Notice
        Told of a shortage of memory.
    cancel : CancelToken, optional
        Looked at before each step.
    listener : Listener
        Told what it runs on, and the numbers of each epoch, counted on from network to network.

    Returns
    -------
    Path
        The weights file, for `radgalgui.models.network_classifier.NetworkClassifier.load`; or
        the probabilities where the recipe asks for a cross-validation alone.

    Raises
    ------
    RecipeError
        If the recipe, or a value in it, is not admitted, or a checkpoint does not fit it.
    WeightsError
        If what it starts from is damaged.
    DataError
        If a data set is missing or damaged, or too small for the folds.
    Cancelled
        If the token is raised.
    """
    settings = load_finetune(recipe, overrides=overrides)
    choose_device(settings.training.device)  # a missing one is told before images are read
    pupils = pupils_of(settings, data=None if data is None else Path(data), folders=folders)
    baseline = None
    if settings.baseline:
        baseline = read_measured(settings.baseline, pupils[0].labelled)
    lessons = _Lessons(settings, pupils, Path(out), resume, watch, progress, note, cancel, listener)
    measured = lessons.cross_validate() if settings.folds else None
    if measured is not None:
        # Of several processes the first alone writes.
        rank_zero_only(measured.save)(lessons.folds_path)
    if not settings.final:
        return lessons.folds_path
    return lessons.write(measured, baseline)


@dataclass(frozen=True)
class _Lessons:
    """All trainings of a recipe: those of the folds, and the last ones."""

    settings: FinetuneRecipe
    pupils: Sequence[Pupil]
    out: Path
    resume: bool
    watch: bool
    progress: Progress
    note: Notice
    cancel: CancelToken | None
    listener: Listener

    @property
    def labelled(self) -> LabelledSet:
        """The sources, which are the same for all networks."""
        return self.pupils[0].labelled

    @property
    def folds_path(self) -> Path:
        return self.out / f"{self.settings.label_set}.folds.npz"

    def cross_validate(self) -> Measured:
        """Return the logits of each source by the networks that had not learned from it."""
        labelled, views = self.labelled, self._views()
        numbers = split(labelled, self.settings.folds)
        logits = np.empty((labelled.own, len(labelled.classes)))
        for fold in range(self.settings.folds):
            rows, here = learned_from(labelled, numbers, fold), numbers == fold
            what = f"fold {fold + 1} of {self.settings.folds}"
            watched = np.flatnonzero(here) if self.watch else None
            members = self._taught(rows, what, fold + 1, watched)
            classifier = self._classifier(members, {"temperature": 1.0})
            seen = [views[sight][here] for sight in classifier.sights]
            logits[here] = classifier.logits(*seen)
        return Measured.of(labelled, numbers, logits)

    def write(self, measured: Measured | None, baseline: Measured | None) -> Path:
        """Teach the members with all labels and write them."""
        members = self._taught(np.arange(len(self.labelled)), "all labels", 0)
        return write_classifier(
            self.settings, self.pupils, members, self.out, measured=measured, baseline=baseline
        )

    def _views(self) -> dict[Preprocessing, NDArray[np.float32]]:
        """Return what the networks see of the sources, (own, C, S, S), once for each sight."""
        by_sight = {pupil.sight: pupil.labelled for pupil in self.pupils}
        return {sight: labelled.seen(sight) for sight, labelled in by_sight.items()}

    def _classifier(
        self, members: list[ClassifyingNetwork], card: dict[str, Any]
    ) -> NetworkClassifier:
        told = {
            "label_set": self.settings.label_set,
            "classes": list(self.labelled.classes),
            **sights_of([pupil.sight for pupil in self.pupils]),
        }
        return NetworkClassifier(members, card={**told, **card})

    def _taught(
        self,
        rows: NDArray[np.int64],
        what: str,
        fold: int,
        watched: NDArray[np.int64] | None = None,
    ) -> list[ClassifyingNetwork]:
        """Teach each network with some of the images, and watch others; fold 0 are all."""
        before = (fold - 1 if fold else self.settings.folds) * len(self.pupils)
        epochs = self.settings.training.epochs
        return [
            pupil.taught(
                rows,
                fold=fold,
                out=self.out,
                what=what,
                watched=watched,
                resume=self.resume,
                progress=self.progress,
                note=self.note,
                cancel=self.cancel,
                listener=later(self.listener, (before + pupil.place) * epochs),
            )
            for pupil in self.pupils
        ]


def write_classifier(
    settings: FinetuneRecipe,
    pupils: Sequence[Pupil],
    members: Sequence[ClassifyingNetwork],
    out: Path,
    *,
    measured: Measured | None,
    baseline: Measured | None = None,
) -> Path:
    """Write taught networks with the card of their recipe, and return the file."""
    first, sights = pupils[0], [pupil.sight for pupil in pupils]
    card = card_of(settings, first.start, first.labelled, sights, measured, baseline)
    card["dimension"] = members[0].network.dimension
    NetworkClassifier(members, card=card)
    path = out / f"{settings.label_set}.safetensors"
    # Of several processes the first alone writes.
    rank_zero_only(save_weights)(path, pack_members(members), card)
    return path
