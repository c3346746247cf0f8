"""How large the sources of kept images are on the sky, measured as a query's source is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.islands import find_islands
from radgalgui.sky.sources import choose_source
from radgalgui_training.datasets.kept import Kept

__all__ = ["angular_sizes"]


def angular_sizes(
    kept: Kept,
    pixel_scale: float,
    *,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> NDArray[np.float32]:
    """Return the largest extent of the source in the middle of each image, arcsec.

    All sets are measured alike, simulated ones too: emission above 3 sigma (all that is left
    where the background was taken out) in islands that reach 5 sigma, of which those are taken
    that `radgalgui.sky.sources.choose_source` holds for one source.  The beam is not taken out.
    On MiraBest the median is 1.46 times the published size, which ends at the outermost peaks.

    Parameters
    ----------
    kept : Kept
        Bands are averaged.
    pixel_scale : float
        Arcsec a pixel.

    Returns
    -------
    ndarray, shape (N,), float32
        0 where no island reaches 5 sigma.
    """
    sizes = np.zeros(len(kept), dtype=np.float32)
    middle = (kept.images.shape[-1] // 2,) * 2
    for number, (image, noise) in enumerate(zip(kept.images, kept.noise, strict=True)):
        if cancel is not None:
            cancel.check()
        plane = np.asarray(image, dtype=np.float32).mean(axis=0)
        islands = find_islands(plane, noise=float(noise))
        source = choose_source(islands, middle, scale=pixel_scale, noise=float(noise))
        sizes[number] = 0.0 if source is None else source.extent * pixel_scale
        progress(number + 1, len(kept), "measuring angular sizes")
    return sizes
