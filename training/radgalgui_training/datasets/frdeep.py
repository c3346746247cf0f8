"""FR-DEEP (Tang et al. 2019): NVSS images of FRI and FRII sources."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from radgalgui_training.datasets.batches import read_batches
from radgalgui_training.datasets.labelled import LabelledImages

__all__ = ["FRDEEP_FIELD", "FRDEEP_SOFTENING", "read_frdeep"]

# What is shown of an image, arcsec, and the softening of its stretch.  At 45" most sources are
# hardly resolved, and much of what tells their class is faint and lies around them.
FRDEEP_FIELD: Final = 960.0
FRDEEP_SOFTENING: Final = 0.02
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
