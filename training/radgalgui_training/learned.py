"""Which images a network learned from, told by the vectors of the labelled sources it ships with.

A folder may be split in another way than the published one, so that some of its test part was
learned from.  The images themselves do not come along, and the vectors that do tell them: of all
labelled sets the same image gives a cosine that differs from 1 by less than 5e-7, and the most
alike of two different ones (compact sources of RGD) by 2.6e-5.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.labelled import LabelledVectors
from radgalgui.analysis.vectors import unit_parts
from radgalgui.errors import RadGalError
from radgalgui.models.encoder import Encoder
from radgalgui.progress import CancelToken
from radgalgui_training.published import Published

__all__ = ["known_images", "witness"]

_SAME: Final = 5e-6  # of 1 less the cosine


def witness(labelled: LabelledVectors, folders: Sequence[Path]) -> Encoder | None:
    """Return an encoder that made some of the labelled vectors; None where none is at hand.

    Parameters
    ----------
    labelled : LabelledVectors
    folders : sequence of Path
        Where weights files ``NAME.safetensors`` may lie.
    """
    for name, sha256 in labelled.weights.items():
        for folder in folders:
            try:
                encoder = Encoder.load(folder / f"{name}.safetensors")
            except RadGalError:
                continue  # missing or damaged: another will do
            if encoder.sha256 == sha256:
                return encoder
    return None


def known_images(
    labelled: LabelledVectors,
    encoder: Encoder,
    data: Published,
    *,
    vectors: NDArray[np.float32] | None = None,
    cancel: CancelToken | None = None,
) -> NDArray[np.bool_]:
    """Tell which images are among the labelled sources.

    Parameters
    ----------
    labelled : LabelledVectors
        With vectors of the encoder.
    encoder : Encoder
        As `witness` returns it.
    data : Published
        N images, seen as the labelled sources were.
    vectors : ndarray, shape (N, L * E), optional
        Of these images, where they are known: in all orientations if the labelled ones are.
    cancel : CancelToken, optional
        Looked at between batches.

    Returns
    -------
    ndarray, shape (N,), bool
        All False where the labelled sources were seen in another way.

    Raises
    ------
    Cancelled
        If the token is raised.
    """
    if not len(data):
        return np.zeros(0, dtype=bool)
    stored = labelled.vectors_of(encoder.name, encoder.sha256, dimension=encoder.dimension)
    asked = vectors
    if asked is None:
        ignore = labelled.ignore_orientation
        asked = data.vectors(encoder, ignore_orientation=ignore, cancel=cancel)
    if asked.shape[1] != stored.shape[1] or labelled.looks != data.classifier_looks:
        return np.zeros(len(data), dtype=bool)  # of another version: nothing can be compared
    looks, own = len(labelled.looks), encoder.dimension
    units = [unit_parts(v, looks, dimension=own).astype(np.float64) for v in (asked, stored)]
    known: NDArray[np.bool_] = (units[0] @ units[1].T).max(axis=1) > 1 - _SAME
    return known
