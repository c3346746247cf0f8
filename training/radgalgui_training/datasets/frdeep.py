"""FR-DEEP (Tang et al. 2019): NVSS images of FRI and FRII sources."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from radgalgui_training.datasets.batches import read_batches
from radgalgui_training.datasets.labelled import LabelledImages

__all__ = ["FRDEEP_FIELD", "read_frdeep"]

# What a training without labels is shown of an image, arcsec: NVSS sources then fill as much of it
# as FIRST sources do of theirs.
FRDEEP_FIELD: Final = 1800.0
_PIXEL: Final = 15.0


def read_frdeep(root: Path) -> LabelledImages:
    """Read the training batches below ``root`` (the folder with ``frdeep/NVSS_PNG_dataset``).

    Returns
    -------
    LabelledImages
        150 x 150 uint8 images at 15" a pixel; 0 is FRI and 1 FRII; no positions.

    Raises
    ------
    DataError
        If a batch is missing or is not what it should be.
    """
    images, labels, names = read_batches(root / "frdeep" / "NVSS_PNG_dataset", side=150)
    unknown = np.full(len(labels), np.nan)
    classes = {0: "FRI", 1: "FRII"}
    return LabelledImages(images, labels, names, unknown, unknown.copy(), classes, _PIXEL)
