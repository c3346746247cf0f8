"""The images of catalogue folders as training images: a survey of one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import RecipeError
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.datasets.kept import Kept, join, keep
from radgalgui_training.datasets.labelled import framed

__all__ = ["catalog_state", "read_catalog"]

_AT_ONCE: Final = 512


def read_catalog(
    folder: Path,
    *,
    side: int,
    preprocessing: Preprocessing,
    progress: Progress = silent,
    note: Notice = unheard,
    cancel: CancelToken | None = None,
) -> Kept:
    """Return the images of a catalogue on the pixels that the network will see.

    A catalogue holds what an encoder saw: clipped at the noise, and stretched.  The stretch is
    undone; what lay below the clip stays 0, and so does the sky beyond the cutout, which turned
    images have in their corners.

    Parameters
    ----------
    folder : Path
        The catalogue.
    side : int
        Pixels to keep around a source.
    preprocessing : Preprocessing
        Pixel scale, side and bands that the encoder sees.
    progress, note, cancel
        Told how far it is, told where the cutouts are narrower than what the encoder sees, and
        looked at along the way.

    Returns
    -------
    Kept
        Without the sources of which nothing rises above the noise.

    Raises
    ------
    CatalogError
        If it is no catalogue, or damaged.
    RecipeError
        If it has not as many bands as the encoder sees.
    """
    with Catalog.open(folder) as catalog:
        seen = catalog.manifest.preprocessing
        if seen.channels != preprocessing.channels:
            raise RecipeError(
                f"preprocessing.channels = {preprocessing.channels}, and the images of the "
                f"catalogue have {seen.channels}",
                subject=folder,
                remedy="choose catalogues of as many bands as the network takes",
            )
        if seen.field_of_view < 0.95 * preprocessing.field_of_view:
            note(
                "warning",
                f'The cutouts of {folder.name} are {seen.field_of_view:.0f}" wide and the network '
                f'sees {preprocessing.field_of_view:.0f}": what lies beyond is taken as empty.',
            )
        scale = preprocessing.pixel_scale / seen.pixel_scale
        parts = []
        for start in range(0, len(catalog), _AT_ONCE):
            if cancel is not None:
                cancel.check()
            sky = seen.unstretch(catalog.images[start : start + _AT_ONCE])
            planes = framed(sky, scale=scale, side=side)
            # New pixels at the edge of emission that was clipped hold a little of it.
            planes[planes < _faintest(sky) / 2] = 0
            parts.append(keep(planes, 0.0, side=side, seen=preprocessing.size))
            progress(
                min(start + _AT_ONCE, len(catalog)),
                len(catalog),
                f"reading images of {folder.name}",
            )
    return join(parts)


def _faintest(sky: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the least that was not clipped of each image, (N, 1, 1, 1); 0 where nothing is."""
    least = np.where(sky > 0, sky, np.inf).min(axis=(1, 2, 3), keepdims=True)
    return np.where(np.isfinite(least), least, np.float32(0))


def catalog_state(folder: Path) -> str:
    """Return a text that changes when the catalogue's images do: where they lie, and since when.

    Raises
    ------
    CatalogError
        If it is no catalogue, or damaged.
    """
    with Catalog.open(folder) as catalog:
        path = folder / catalog.manifest.images.file
        seen = catalog.manifest.preprocessing.to_dict()
    told = path.stat()
    return json.dumps([str(path.resolve()), told.st_size, told.st_mtime_ns, seen])
