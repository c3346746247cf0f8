"""How often conformal sets of classes hold the true one, at several levels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.conformal import coverage
from radgalgui_training.results import ConformalResult

__all__ = ["LEVELS", "conformal_results"]

LEVELS: Final = (0.8, 0.9, 0.95, 0.99)
_REPEATS: Final = 4  # splits into calibration and test, for each round of probabilities


def conformal_results(
    encoder: str,
    truth: NDArray[np.int64],
    rounds: Sequence[NDArray[np.float64]],
    *,
    classes: Sequence[str],
    seed: int = 0,
) -> list[ConformalResult]:
    """Measure the sets at `LEVELS` by cross-validation, and average over rounds.

    Rounds are not averaged before: their mean is better than the one answer that a new source
    gets, and would make sets look smaller than they are.

    Parameters
    ----------
    encoder : str
        Whose vectors.
    truth : ndarray of int, shape (N,)
        Column of each source's class.
    rounds : sequence of ndarray, shape (N, K)
        Out-of-fold probabilities.
    classes : sequence of str
        What the columns are.
    seed : int
        Of the splits.
    """
    results = []
    for level in LEVELS:
        every = [
            coverage(truth, chances, level=level, repeats=_REPEATS, seed=seed + _REPEATS * number)
            for number, chances in enumerate(rounds)
        ]
        shares = np.mean([one.by_class for one in every], axis=0)
        results.append(
            ConformalResult(
                encoder=encoder,
                level=level,
                coverage=float(np.mean([one.overall for one in every])),
                per_class=dict(zip(classes, shares.tolist(), strict=True)),
                mean_size=float(np.mean([one.size for one in every])),
                empty=float(np.mean([one.empty for one in every])),
                singletons=float(np.mean([one.singletons for one in every])),
            )
        )
    return results
