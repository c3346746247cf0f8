"""FR-I and FR-II sources of the EMU pilot survey, another telescope: to measure on, never to train.

The images are those of RadioGalaxyNET (Gupta et al. 2024), whose terms are non-commercial.
Nothing that is shipped has learned from them, so they are no data set of a recipe.

At 13" its labels mean something else than MiraBest's: what is called FR-I is mostly a double
whose peaks nearly touch, which MiraBest calls FRII where FIRST resolves it, and many a FR-II has
the plumes of an FRI.  What is lost from one survey to the other is the labels' doing as well.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import h5py
import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import DataError
from radgalgui_training.datasets.finding import found_folder
from radgalgui_training.published import Published

__all__ = ["read_emu"]

_FILE: Final = "emu_cutouts.h5"
_CLASSES: Final = {"FR-I": "FRI", "FR-II": "FRII"}
_SIDE: Final = 150
_PIXEL: Final = 2.0  # arcsec
_BEAM: Final = 13.0  # arcsec
_BLOCK: Final = 5  # pixels that are averaged before images are compared
_ALIKE: Final = 0.85  # correlation from which two images show one source


def read_emu(root: Path) -> Published:
    """Read the sources labelled FR-I or FR-II of ``emu_cutouts.h5``.

    They are shown as MiraBest's are: what lies beyond the source is blank, as its authors made
    it (here beyond the circle around the published box), and the field is as many beams wide,
    so that a beam has as many pixels.  Both were chosen without a look at how classifiers from
    another survey do.  Cross-validated within EMU, bundled SimCLR, 20 neighbours, accuracy and
    AUC: 64" 0.868, 0.844; 96" 0.884, 0.865; 128" 0.874, 0.857; 160" 0.860, 0.837; 200" 0.855,
    0.838; 277" 0.850, 0.831 as the images come, with whatever else they hold; with the source
    alone 96" 0.886, 0.876; 128" 0.893, 0.875; 200" 0.890, 0.869; 277", as many beams as
    FIRST is shown with, 0.894, 0.876.

    Parameters
    ----------
    root : Path
        The folder of the file, or one that holds it as ``emu``.

    Returns
    -------
    Published
        ``groups`` joins the sources of one frame, and frames that show the same source: the
        frames overlap, and some 350 pairs of images are one source in two of them, with the
        same label.  Grouped by frame alone, a source would be measured on itself.

    Raises
    ------
    DataError
        If the file is missing or is not what it should be.
    """
    path = found_folder(root, ("emu",), _FILE) / _FILE
    try:
        with h5py.File(path) as file:
            told = np.asarray(file["label"].asstr()[:], dtype=np.str_)
            frames = np.asarray(file["frame"].asstr()[:], dtype=np.str_)
            images = np.asarray(file["images"])
            boxes = np.asarray(file["box_px"], dtype=np.float64)
        if images.shape != (len(told), _SIDE, _SIDE) or images.dtype != np.uint8:
            raise ValueError(f"images of shape {images.shape}, {images.dtype}")
        kept = np.isin(told, list(_CLASSES))
        if not frames.shape == told.shape == boxes[..., 0].shape or not kept.any():
            raise ValueError("images, frames and labels do not fit together")
    except (AttributeError, IndexError, OSError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"is not the set of EMU sources ({error})", subject=path, remedy=f"fetch {_FILE} again"
        ) from error
    labels = np.asarray([_CLASSES[name] for name in told[kept].tolist()])
    return Published(
        name="emu",
        images=_alone(images[kept], boxes[kept]),
        labels=labels,
        test=np.zeros(len(labels), dtype=bool),
        pixel_scale=_PIXEL,
        beam=_BEAM,
        groups=_groups(images[kept], frames[kept]),
    )


def _alone(images: NDArray[np.uint8], boxes: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Blank what lies beyond the circle around each source's box (N, 2), in pixels."""
    middle = (_SIDE - 1) / 2
    away = np.hypot(*(np.mgrid[:_SIDE, :_SIDE] - middle))
    radii = np.hypot(boxes[:, 0], boxes[:, 1]) / 2
    alone: NDArray[np.uint8] = np.where(away <= radii[:, None, None], images, np.uint8(0))
    return alone


def _groups(images: NDArray[np.uint8], frames: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return a group for each image (N,): that of all frames which share a source with its own."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    names, number = np.unique(frames, return_inverse=True)
    first, second = np.nonzero(np.triu(_alike(images) >= _ALIKE, 1))
    links = coo_matrix(
        (np.ones(len(first)), (number[first], number[second])), shape=(len(names),) * 2
    )
    _, joined = connected_components(links, directed=False)
    groups: NDArray[np.str_] = joined[number].astype(np.str_)
    return groups


def _alike(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the correlation of each pair of images, (N, N), as they lie, in coarse pixels.

    The survey shows one sky, north up: an image that shows a source again need not be turned
    to find its twin.
    """
    side = images.shape[-1] // _BLOCK
    blocks = images.reshape(-1, side, _BLOCK, side, _BLOCK).mean(axis=(2, 4), dtype=np.float32)
    flat = blocks.reshape(len(images), -1)
    flat -= flat.mean(axis=1, keepdims=True)
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    alike: NDArray[np.float32] = flat @ flat.T
    return alike
