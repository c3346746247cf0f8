"""The Radio Galaxy Dataset (Griese et al. 2023): FIRST images in four classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import DataError
from radgalgui_training.datasets.labelled import LabelledImages

__all__ = ["read_rgd"]

_CLASSES: Final = {0: "FRI", 1: "FRII", 2: "Compact", 3: "Bent"}


def read_rgd(root: Path) -> LabelledImages:
    """Read ``rgd/galaxy_data_h5.h5`` below ``root``, without the published test split.

    Returns
    -------
    LabelledImages
        300 x 300 uint8 images at 1.8" a pixel; labels 0 FRI, 1 FRII, 2 Compact, 3 Bent.

    Raises
    ------
    DataError
        If the file is missing or is not what it should be.
    """
    path = root / "rgd" / "galaxy_data_h5.h5"
    try:
        with h5py.File(path) as file:
            groups = [file[name] for name in sorted(file, key=_number)]
            kept = [group for group in groups if _split(group) != "test"]
            pixels = [group["Img"] for group in kept]
            images = np.stack([np.asarray(dataset) for dataset in pixels])
            labels = np.asarray([group["Label_literature"][()] for group in kept])
            names = np.asarray([Path(group.name).name for group in kept], dtype=np.str_)
            ra, dec = _attribute(pixels, "RA"), _attribute(pixels, "DEC")
    except (OSError, KeyError, ValueError) as error:
        raise DataError(
            f"is not the Radio Galaxy Dataset ({error})",
            subject=path,
            remedy="fetch galaxy_data_h5.h5 again",
        ) from error
    return LabelledImages(images, labels.astype(np.int64), names, ra, dec, dict(_CLASSES))


def _number(name: str) -> int:
    """Sort ``data_2`` before ``data_10``."""
    return int(name.rpartition("_")[2])


def _split(group: Any) -> str:
    value = group["Split_literature"][()]
    return value.decode() if isinstance(value, bytes) else str(value)


def _attribute(datasets: list[Any], name: str) -> NDArray[np.float64]:
    return np.asarray([dataset.attrs[name] for dataset in datasets], dtype=np.float64)
