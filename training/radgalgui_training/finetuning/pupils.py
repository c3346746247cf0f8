"""The networks that answer together: what each starts from and sees, and how it is taught."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytorch_lightning as pl
from numpy.typing import NDArray

from radgalgui.models.network_classifier import ClassifyingNetwork
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.datasets.kept import Kept
from radgalgui_training.finetuning.data import LabelledSet, labelled_set
from radgalgui_training.finetuning.module import Finetuning
from radgalgui_training.finetuning.start import Start, read_start
from radgalgui_training.finetuning.watch import HeldOut
from radgalgui_training.listening import UNHEARD, Listener, Points
from radgalgui_training.loop import Reporter
from radgalgui_training.recipes import FinetuneRecipe, each_network
from radgalgui_training.same_recipe import SameRecipe
from radgalgui_training.shortage import Lesson, learn, lesson

__all__ = ["Pupil", "pupils_of"]

_SEED_STRIDE = 101


@dataclass(frozen=True)
class Pupil:
    """One network, not taught yet.

    Parameters
    ----------
    settings : FinetuneRecipe
        Of its kind.
    start : Start
        The weights that it starts with.
    labelled : LabelledSet
        The same sources for all; the scale at which they are seen is its own.
    sight : Preprocessing
        What it sees.
    kept : Kept
        The images that its views are drawn from.
    place, number : int
        Which it is of all, which names its folder, and of its kind, which makes its seed.
    """

    settings: FinetuneRecipe
    start: Start
    labelled: LabelledSet
    sight: Preprocessing
    kept: Kept
    place: int
    number: int

    def taught(
        self,
        rows: NDArray[np.int64],
        *,
        fold: int,
        out: Path,
        what: str = "",
        watched: NDArray[np.int64] | None = None,
        resume: bool = False,
        progress: Progress = silent,
        note: Notice = unheard,
        cancel: CancelToken | None = None,
        listener: Listener = UNHEARD,
    ) -> ClassifyingNetwork:
        """Return the network taught with some of the images.

        Parameters
        ----------
        rows : ndarray of int
            Of the images.
        fold : int
            From 1 on; 0 for all images.
        out : Path
            Where trainings are kept, each in a folder of its own.
        what : str
            Leads what is told of its progress.
        watched : ndarray of int, optional
            Of the images that are its own, which are asked for after each epoch; see `HeldOut`.
        resume : bool
            Go on from its checkpoint, where there is one.
        progress, cancel
            Told of, and looked at before, every step.
        note : Notice
            Told of a shortage of memory.
        listener : Listener
            Told what it runs on, and the numbers of each epoch.
        """
        settings, folder = self.settings, out / "trainings" / f"{fold}-{self.place}"
        seed = (settings.training.seed * _SEED_STRIDE + fold) * _SEED_STRIDE + self.number

        def prepare(parts: int) -> Lesson[Finetuning]:
            pl.seed_everything(seed, workers=True, verbose=False)
            classifier = self.start.classifier(
                len(self.labelled.classes), dropout=settings.learning.dropout, seed=seed
            )
            watching = [] if watched is None else [self._watching(watched, folder)]
            parted = {"folds": settings.folds} if fold else {}
            return lesson(
                Finetuning(classifier, settings, self.sight, seed=seed),
                self.kept.select(rows),
                settings.training,
                folder,
                [
                    SameRecipe(settings, folder, parted),
                    Reporter(_prefixed(progress, what, self.place), cancel),
                    *watching,
                    Points(listener),
                ],
                seed=seed,
                classes=self.labelled.codes[rows],
                listener=listener,
                parts=parts,
            )

        learned = learn(prepare, folder, resume=resume, note=note)
        return learned.method.average.cpu().float().eval()

    def _watching(self, watched: NDArray[np.int64], folder: Path) -> HeldOut:
        seen = self.labelled.seen(self.sight)[watched]
        return HeldOut(seen, self.labelled.codes[watched], folder)


def pupils_of(
    recipe: FinetuneRecipe, *, data: Path | None, folders: Sequence[Path] = ()
) -> list[Pupil]:
    """Return the networks of a recipe: first one of each kind, then the second of each.

    Parameters
    ----------
    recipe : FinetuneRecipe
        With its kinds.
    data : Path or None
        The folder of the published data; not needed for labels in an archive.
    folders : sequence of Path
        Where the encoders and classifiers lie that it may start from.

    Raises
    ------
    RecipeError, WeightsError, DataError
        As `read_start` and `labelled_set` raise them.
    """
    networks = each_network(recipe)
    kinds = len(networks) // recipe.members
    shown: dict[tuple[int, Preprocessing], tuple[LabelledSet, Preprocessing, Kept]] = {}
    pupils = []
    for place, settings in enumerate(networks):
        start = read_start(settings, folders, member=place)
        key = place % kinds, start.preprocessing
        if key not in shown:  # members of a kind look at the same images in memory
            labelled, sight = labelled_set(settings.labels, start.preprocessing, data=data)
            kept = labelled.kept(sight, side=settings.labels.side)
            shown[key] = labelled, sight, kept
        pupils.append(Pupil(settings, start, *shown[key], place=place, number=place // kinds))
    return pupils


def _prefixed(progress: Progress, what: str, place: int) -> Progress:
    """Return a reporter that says which of several trainings it is."""

    def told(done: int, total: int | None, words: str = "", /) -> None:
        network = f", network {place + 1}" if place else ""
        progress(done, total, f"{what}{network}, {words}")

    return told
