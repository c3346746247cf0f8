"""Domain shift: classifiers fitted on one survey, measured on another that no encoder has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from radgalgui.analysis.bootstrap import bootstrap_weights
from radgalgui.errors import DataError
from radgalgui.models.encoder import Encoder
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui_training.emu import read_emu
from radgalgui_training.fits import Fits, Part, rounds_of
from radgalgui_training.protocols import FOLDS, REPEATS, Begins, cross_validation, unchecked
from radgalgui_training.published import read_published
from radgalgui_training.results import (
    SCORES,
    Drop,
    Report,
    Result,
    Rounds,
    measured,
    named_intervals,
    resampled,
)

__all__ = ["HOME", "transfer"]

HOME: Final = "mirabest-confident"

_PROTOCOL: Final = (
    "FR-I and FR-II of EMU, each alone in a field as many beams wide as FIRST's: fitted "
    f"on {HOME}, and on EMU itself by stratified {FOLDS}-fold cross-validation repeated "
    f"{REPEATS} times, sources that share sky kept together"
)


def transfer(
    root: Path,
    encoders: Sequence[Encoder],
    *,
    classifiers: Sequence[str] = ("knn",),
    ignore_orientation: bool = True,
    scaling: str = "none",
    seed: int = 0,
    draws: int = 1000,
    begins: Begins = unchecked,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Report:
    """Measure classifiers on EMU's FR-I and FR-II that were fitted on MiraBest, and on EMU.

    Both are measured on the same sources.  Those fitted on EMU are cross-validated, sources
    that share sky kept together; those fitted on MiraBest Confident saw its training part
    alone, all of it, and nothing of EMU.

    Parameters
    ----------
    root : Path
        Holds ``mirabest`` and ``emu``.
    encoders : sequence of Encoder
        Whose vectors.
    classifiers : sequence of str
        Some of `radgalgui.analysis.classifiers.CLASSIFIERS`; 20 nearest neighbours by default.
    ignore_orientation, scaling, seed, draws, begins, progress, cancel
        As for `radgalgui_training.protocols.evaluate`.

    Returns
    -------
    Report
        Each result tells in ``how`` what was fitted on.  ``drops`` holds what is lost: EMU's
        own scores less those fitted on MiraBest, with intervals over groups of sources.

    Raises
    ------
    DataError, UsageError, Cancelled
        As for `radgalgui_training.protocols.evaluate`.
    """
    home, away = read_published(HOME, root).training_part(), read_emu(root)
    classes, truth = np.unique(away.labels, return_inverse=True)
    if set(classes.tolist()) != set(home.labels.tolist()):
        raise DataError("lacks FR-I or FR-II sources", subject=away.name)
    weights = bootstrap_weights(len(away), draws=draws, seed=seed, groups=away.groups)
    rounds = Rounds(truth, tuple(classes.tolist()), away.positive, weights)
    # Sources of both surveys one after the other, so that both kinds of fits run side by side.
    labels = np.concatenate([home.labels, away.labels])
    there, here = np.arange(len(home)), len(home) + np.arange(len(away))
    folds = cross_validation(away, seed)
    splits = [(there, here), *((here[train], here[test]) for train, test in folds)]
    fits = Fits(
        labels,
        scaling=scaling,
        seed=seed,
        total=len(encoders) * len(classifiers) * len(splits),
        progress=progress,
        cancel=cancel,
    )
    report = Report(
        dataset=away.name,
        protocol=_PROTOCOL,
        classes=rounds.classes,
        positive=rounds.positive,
        ignore_orientation=ignore_orientation,
        scaling=scaling,
        seed=seed,
        results=(),
    )
    begins(report)
    seen = [(home.seen(e.preprocessing), away.seen(e.preprocessing)) for e in encoders]
    results: list[Result] = []
    drops: list[Drop] = []
    for encoder, images in zip(encoders, seen, strict=True):
        vectors = np.concatenate(
            [
                encoder.embed(part, ignore_orientation=ignore_orientation, cancel=cancel)
                for part in images
            ]
        )
        for name, parts in fits.run(vectors, classifiers, splits).items():
            abroad, own, drop = _compared(encoder.name, name, rounds, parts)
            results += [abroad, own]
            drops.append(drop)
    return replace(report, results=tuple(results), drops=tuple(drops))


def _compared(
    encoder: str, classifier: str, rounds: Rounds, parts: Sequence[Part]
) -> tuple[Result, Result, Drop]:
    """Return the results of a fit abroad, the first part, and of fits on the survey's own folds.

    They are of the same sources; each draw of the bootstrap is scored in both.
    """
    _, abroad = rounds_of(parts[:1], folds=1)
    _, own = rounds_of(parts[1:], folds=FOLDS)
    n_own = round(float(np.mean([len(part.train) for part in parts[1:]])))
    told = (encoder, classifier, rounds)
    there = measured(*told, abroad, n_train=len(parts[0].train), how=f"fitted on {HOME}")
    here = measured(*told, own, n_train=n_own, how="fitted on emu")
    drop = Drop(
        encoder=encoder,
        classifier=classifier,
        scores={name: getattr(here, name) - getattr(there, name) for name in SCORES},
        intervals=named_intervals(resampled(rounds, own) - resampled(rounds, abroad)),
    )
    return there, here, drop
