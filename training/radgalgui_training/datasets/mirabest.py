"""MiraBest (Porter & Scaife 2023; Miraghaei & Best 2017): FIRST images of FRI and FRII sources."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui_training.datasets.batches import read_batches
from radgalgui_training.datasets.labelled import LabelledImages

__all__ = ["is_confident", "is_frii", "read_mirabest"]

_CLASSES: Final = ("100", "102", "104", "110", "112", "200", "201", "210", "300", "310")
_CONFIDENT: Final = (0, 1, 2, 5, 6)  # the third digit, morphology, does not count
_FRII: Final = (5, 6, 7)


def read_mirabest(root: Path) -> LabelledImages:
    """Read the training batches below ``root`` (the folder that holds ``mirabest/F_batches``).

    Returns
    -------
    LabelledImages
        150 x 150 uint8 images at 1.8" a pixel; labels 0 to 9; positions as in the names.

    Raises
    ------
    DataError
        If a batch is missing or is not what it should be.
    """
    images, labels, names = read_batches(root / "mirabest" / "F_batches", side=150)
    ra, dec = _positions(names)
    return LabelledImages(images, labels, names, ra, dec, dict(enumerate(_CLASSES)))


def is_confident(labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which sources are 'MiraBest Confident': FRI or FRII without doubt, no hybrids."""
    return np.isin(labels, _CONFIDENT)


def is_frii(labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which sources are FRII, the positive class."""
    return np.isin(labels, _FRII)


def _positions(names: NDArray[np.str_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return ra, dec in degrees from names like ``100_123.251+043.797_0.1281_0034.09.png``."""
    found = [re.match(r"\d{3}_(\d+\.\d+)([+-]\d+\.\d+)_", str(name)) for name in names]
    pairs = [(float(m[1]), float(m[2])) if m else (np.nan, np.nan) for m in found]
    ra, dec = np.asarray(pairs, dtype=np.float64).T
    return ra, dec
