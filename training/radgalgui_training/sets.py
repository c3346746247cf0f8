"""Published sets as images lie: what a catalogue's likelihoods are compared with.

Vectors of label sets are means over orientations, which classifiers prefer; a catalogue's are
not, and a mean is likelier than any of the vectors that it is of.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from radgalgui.analysis.labelled import LabelledVectors
from radgalgui.analysis.opinions import reconstruction_score
from radgalgui.models.encoder import Encoder
from radgalgui.models.generator import Generator
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui_training.labels import CREDITS, training_part

__all__ = ["make_set"]


def make_set(
    label_set: str,
    root: Path,
    encoders: Sequence[Encoder],
    *,
    generator: Generator | None = None,
    largest: int | None = None,
    seed: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> LabelledVectors:
    """Embed a published training part as its images lie.

    Parameters
    ----------
    label_set, root, encoders, largest, seed, progress, cancel
        As for `radgalgui_training.labels.make_labels`.
    generator : Generator, optional
        Draws each image again; ``about`` tells how well (``reconstruction``, a number a source)
        and by which weights (``generator``).

    Raises
    ------
    DataError
        If the data set is missing or damaged.
    UsageError
        If there is no such set, or no encoder.
    Cancelled
        If the token is raised.
    """
    data, order = training_part(label_set, root, encoders, largest=largest, seed=seed)
    data = data.select(order)
    classes, codes = np.unique(data.labels, return_inverse=True)
    vectors = {
        encoder.name: encoder.embed(
            data.seen(encoder.preprocessing), progress=progress, cancel=cancel
        ).astype(np.float16)
        for encoder in encoders
    }
    about: dict[str, object] = {"labels": CREDITS[label_set], "seed": seed}
    if generator is not None:
        seen = data.seen(generator.preprocessing)
        drawn = generator.reconstruct(seen, progress=progress, cancel=cancel)
        softening = data.look.softening or generator.preprocessing.softening
        scores = reconstruction_score(seen, drawn, softening=softening)
        # Five digits: the card is JSON, and the percentile of a source needs no more.
        about["reconstruction"] = [
            float(f"{score:.5g}") if np.isfinite(score) else None for score in scores
        ]
        about["generator"] = generator.sha256
    return LabelledVectors(
        name=label_set,
        classes=tuple(str(name) for name in classes),
        codes=codes.astype(np.int64),
        vectors=vectors,
        weights={encoder.name: encoder.sha256 for encoder in encoders},
        ignore_orientation=False,
        looks=(data.look,),
        about=about,
    )
