"""Which angular size to tell a network, so that its galaxies come out as large as was asked for.

Told a size, a network draws galaxies nearer the typical one: what it is told is one hint among
the many that its latents are.  How much nearer is found by drawing some.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from radgalgui.models.generative.network import GenerativeNetwork
from radgalgui.models.noise import standard_noise
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.reconstruction import angular_sizes

__all__ = ["ToldSizes", "fitted_line"]

_TRIED: Final = (4.0, 700.0)  # arcsec
_COUNT: Final = 128
_AT_ONCE: Final = 16
_SEED: Final = 0
_FLATTEST: Final = 0.2  # a network that takes less notice than this is told what was asked for
_LEAST_CORRELATION: Final = 0.3
_FEWEST: Final = 16
_LARGEST: Final = 1000.0


class ToldSizes:
    """From sizes that are asked for to those that a network is told.

    A straight line between the logarithms of sizes told and drawn, fitted when first needed to
    128 galaxies, always the same: a second or two.

    Parameters
    ----------
    network : GenerativeNetwork
        Conditioned.
    preprocessing : Preprocessing
        Tells how large pixels are.
    """

    def __init__(self, network: GenerativeNetwork, preprocessing: Preprocessing) -> None:
        self._network, self._preprocessing = network, preprocessing
        self._line: tuple[float, float] | None = None

    def told(self, angular_size: float | None, count: int, *, free: bool = True) -> Tensor | None:
        """Return the size to tell for each of so many galaxies, (count,); None for none.

        Parameters
        ----------
        angular_size : float or None
            Asked for, arcsec.
        count : int
            How many galaxies are drawn at a time.
        free : bool
            False where the vector is given, which says how large the galaxy is: then the network
            is told what was asked for.
        """
        if angular_size is None:
            return None
        size = float(angular_size)
        if free:
            intercept, slope = self._fitted()
            size = float(np.exp(min((np.log(size) - intercept) / slope, np.log(_LARGEST))))
        return torch.full((count,), size)

    def _fitted(self) -> tuple[float, float]:
        """Return intercept and slope of the logarithm drawn over the one told."""
        if self._line is None:
            told = np.geomspace(*_TRIED, _COUNT)
            self._line = fitted_line(told, angular_sizes(self._drawn(told), self._preprocessing))
        return self._line

    def _drawn(self, told: NDArray[np.float64]) -> NDArray[np.float32]:
        shapes, found = self._network.latent_shapes, []
        for start in range(0, len(told), _AT_ONCE):
            sizes = torch.from_numpy(told[start : start + _AT_ONCE].astype(np.float32))
            noise = standard_noise(shapes, _SEED, range(start, start + len(sizes)))
            with torch.inference_mode():
                descent = self._network.descend(standardised=noise, angular_size=sizes)
                found.append(self._network.likelihood.typical(descent.parameters).numpy())
        return np.concatenate(found)


def fitted_line(told: NDArray[np.floating], drawn: NDArray[np.floating]) -> tuple[float, float]:
    """Return intercept and slope of the logarithms of sizes drawn over those told.

    Parameters
    ----------
    told, drawn : ndarray, shape (N,)
        Arcsec; 0, of an empty image, is left out.

    Returns
    -------
    intercept, slope : float
        0 and 1 where too few were drawn, or what is told hardly matters.
    """
    there = (drawn > 0) & np.isfinite(drawn)
    if there.sum() < _FEWEST or np.ptp(drawn[there]) == 0:
        return 0.0, 1.0
    x, y = np.log(told[there].astype(np.float64)), np.log(drawn[there].astype(np.float64))
    slope, intercept = np.polyfit(x, y, 1)
    if slope < _FLATTEST or np.corrcoef(x, y)[0, 1] < _LEAST_CORRELATION:
        return 0.0, 1.0
    return float(intercept), float(slope)
