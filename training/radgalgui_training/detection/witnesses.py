"""What judges images in a measurement of detection: a flow and second opinions of one encoder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.analysis.opinions import Opinions
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui_training.flows.fit import fit_density

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from radgalgui_training.flows.presets import Preset

__all__ = ["Witness", "fit_witness"]


@dataclass(frozen=True)
class Witness:
    """Judges by the vectors of one encoder.

    Parameters
    ----------
    encoder : str
        Its name.
    own : ndarray, shape (N, 5)
        Scores of the sources that it learned from, each as if it had not been among them:
        flow, isolation forest, local outlier factor, distance to neighbours, reconstruction.
    scores : callable
        Returns the scores (n, 5) of vectors (n, D) and reconstruction scores (n,) of others.
    """

    encoder: str
    own: NDArray[np.floating[Any]]
    scores: Callable[[NDArray[np.float32], NDArray[np.floating[Any]]], NDArray[np.floating[Any]]]


def fit_witness(
    encoder: str,
    vectors: NDArray[np.floating[Any]],
    redrawn: NDArray[np.floating[Any]],
    *,
    preset: str | Preset = "bundled",
    seed: int = 0,
    folder: Path | None = None,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Witness:
    """Learn from vectors what is usual, as a catalogue's judge does.

    Parameters
    ----------
    encoder : str
        Whose vectors.
    vectors : ndarray, shape (N, D)
        Of ordinary sources, as a catalogue stores them.
    redrawn : ndarray, shape (N,)
        Their reconstruction scores.
    preset : str or Preset
        Of the flow.
    seed : int
        Of all that is drawn at random.
    folder : Path, optional
        Where the flow is kept, so that it need not be fitted twice.

    Raises
    ------
    UsageError
        If there are too few vectors, or one is not finite.
    Cancelled
        If the user asked to stop.
    """
    fitted = fit_density(
        vectors,
        preset=preset,
        seed=seed,
        folder=folder,
        resume=folder is not None,
        progress=progress,
        cancel=cancel,
    )
    opinions, own = Opinions.fit(vectors, seed=seed, progress=progress, cancel=cancel)

    def scores(
        asked: NDArray[np.float32], drawn: NDArray[np.floating[Any]]
    ) -> NDArray[np.floating[Any]]:
        likely = fitted.density.log_likelihood(asked)
        return np.column_stack([likely, opinions.score(asked), drawn])

    return Witness(encoder, np.column_stack([fitted.own, own, redrawn]), scores)
