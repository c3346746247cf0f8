"""Whether drawn galaxies are as large as real ones, and as large as was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui_training.generation.morphology import kolmogorov_smirnov
from radgalgui_training.generation.numbers import Measured

__all__ = ["AskedSizes", "SizeBias", "asked_sizes", "size_bias"]

_DRAWS: Final = 500
_BINS: Final = 8
_ENDS: Final = (0.025, 0.975)


@dataclass(frozen=True)
class SizeBias:
    """How much too small, or too large, a set of galaxies is.

    Parameters
    ----------
    name : str
        Whose.
    median, mean : Measured
        Median and mean angular size over those of the real sources: 1 without a bias.
    ks : float
        Largest difference of the cumulative distributions.
    """

    name: str
    median: Measured
    mean: Measured
    ks: float


@dataclass(frozen=True)
class AskedSizes:
    """Sizes that were asked for and those that were drawn.

    Parameters
    ----------
    correlation : float
        Spearman's, over all galaxies.
    off : float
        Median of how far measured sizes are off, as a factor of 1 or more.
    asked, measured, low, high : tuple of float
        In bins of as many galaxies each: median size asked for; median, 25 % and 75 % quantiles
        of what was drawn, arcsec.
    """

    correlation: float
    off: float
    asked: tuple[float, ...]
    measured: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def size_bias(
    name: str, drawn: NDArray[np.float64], real: NDArray[np.float64], *, seed: int = 0
) -> SizeBias:
    """Compare angular sizes (N,) with those of real sources (M,); 0, of empty images, is none.

    Intervals are by bootstrap over both sets.
    """
    drawn, real = drawn[drawn > 0], real[real > 0]
    if not (len(drawn) and len(real)):
        unknown = Measured(np.nan, np.nan, np.nan)
        return SizeBias(name, unknown, unknown, float("nan"))
    rng = np.random.default_rng(seed)
    samples = np.asarray([
        _ratios(rng.choice(drawn, len(drawn)), rng.choice(real, len(real))) for _ in range(_DRAWS)
    ])  # fmt: skip
    ends = np.quantile(samples, _ENDS, axis=0)
    median, mean = (
        Measured(value, float(ends[0, place]), float(ends[1, place]))
        for place, value in enumerate(_ratios(drawn, real))
    )
    return SizeBias(name, median, mean, kolmogorov_smirnov(drawn, real))


def asked_sizes(asked: NDArray[np.float64], measured: NDArray[np.float64]) -> AskedSizes:
    """Compare sizes asked for (N,) with those of what was drawn; 0, of empty images, is none."""
    told = measured > 0
    asked, measured = asked[told], measured[told]
    if len(asked) < 2:
        return AskedSizes(float("nan"), float("nan"), (), (), (), ())
    order = np.argsort(asked, kind="stable")
    parts = [part for part in np.array_split(order, _BINS) if len(part)]
    rows = [
        (float(np.median(asked[part])), *np.quantile(measured[part], (0.5, 0.25, 0.75)).tolist())
        for part in parts
    ]
    off = np.exp(np.abs(np.log(measured / asked)))
    columns = (tuple(column) for column in zip(*rows, strict=True))
    return AskedSizes(_spearman(asked, measured), float(np.median(off)), *columns)


def _ratios(drawn: NDArray[np.float64], real: NDArray[np.float64]) -> tuple[float, float]:
    median = float(np.median(drawn) / np.median(real))
    return median, float(drawn.mean() / real.mean())


def _spearman(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    from scipy.stats import rankdata

    ranks = [rankdata(values) for values in (first, second)]
    if min(float(each.std()) for each in ranks) == 0:
        return float("nan")
    return float(np.corrcoef(*ranks)[0, 1])
