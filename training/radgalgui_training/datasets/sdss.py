"""Optical galaxies of SDSS with classes of Galaxy Zoo 1 (Lintott et al. 2008): three bands."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import h5py
import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import DataError
from radgalgui_training.datasets.labelled import LabelledImages

__all__ = ["SDSS_CLASSES", "SDSS_FILE", "SDSS_PIXEL", "read_sdss", "read_sdss_file"]

SDSS_FILE: Final = "gz1_64.h5"
SDSS_CLASSES: Final = ("elliptical", "spiral_acw", "spiral_cw", "edge_on", "merger", "unsure")
# The file does not tell how large its pixels are on the sky.  They count as SDSS's own, so that
# an encoder of 64 such pixels is shown the images as they are.
SDSS_PIXEL: Final = 0.396  # arcsec
_SIDE: Final = 64


def read_sdss(root: Path) -> LabelledImages:
    """Read ``sdss/gz1_64.h5`` below ``root``.

    Returns
    -------
    LabelledImages
        (N, 3, 64, 64) uint8 images, bands in the order of the file (red, green, blue: SDSS i, r,
        g); labels are places in `SDSS_CLASSES`; names are SDSS object identifiers; no positions.

    Raises
    ------
    DataError
        If the file is missing or is not what it should be.
    """
    return read_sdss_file(root / "sdss" / SDSS_FILE)


def read_sdss_file(path: Path) -> LabelledImages:
    """Read the file itself, wherever it lies; as `read_sdss`."""
    try:
        with h5py.File(path) as file:
            images = np.asarray(file["images"])
            told = np.asarray(file["label"].asstr()[:], dtype=np.str_)
            names = np.asarray(file["objid"]).astype(np.str_)
        if images.shape != (len(told), _SIDE, _SIDE, 3) or images.dtype != np.uint8:
            raise ValueError(f"images of shape {images.shape}, {images.dtype}")
        labels = _codes(told)
        if not len(labels) == len(names) > 0:
            raise ValueError(f"{len(labels)} labels and {len(names)} identifiers")
    except (AttributeError, OSError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"is not the set of SDSS galaxies ({error})",
            subject=path,
            remedy=f"fetch {SDSS_FILE} again",
        ) from error
    unknown = np.full(len(labels), np.nan)
    bands_first = np.ascontiguousarray(np.moveaxis(images, -1, 1))
    classes = dict(enumerate(SDSS_CLASSES))
    return LabelledImages(
        bands_first, labels, names, unknown, unknown.copy(), classes, pixel_scale=SDSS_PIXEL
    )


def _codes(told: NDArray[np.str_]) -> NDArray[np.int64]:
    """Return the place of each class in `SDSS_CLASSES`."""
    if strange := sorted(set(told.tolist()) - set(SDSS_CLASSES)):
        raise ValueError(f"an unknown class {strange[0]!r}")
    return np.asarray([SDSS_CLASSES.index(name) for name in told.tolist()], dtype=np.int64)
