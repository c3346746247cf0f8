"""Where faint extended emission is lost: jets and lobes between 3 and 8 times the noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.bootstrap import percentile_intervals

__all__ = ["FAINT", "Bin", "FaintPixels", "Recovery", "lost_beyond", "measure_recovery"]

FAINT: Final = (3.0, 8.0)  # in units of the noise
_SIZES: Final = (0.0, 30.0, 45.0, 60.0, 80.0, 100.0, 130.0, math.inf)  # arcsec
_DISTANCES: Final = (0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 75.0, math.inf)
_BRIGHTNESS: Final = (3.0, 4.0, 5.0, 6.0, 8.0)
_HALF: Final = 0.5
_FEWEST: Final = 3  # sources in a bin


@dataclass(frozen=True)
class FaintPixels:
    """The faint pixels in the islands of one source.

    Parameters
    ----------
    brightness : ndarray, shape (n,)
        In units of the noise, 3 to 8.
    distance : ndarray, shape (n,)
        From the core, arcsec.
    drawn : ndarray, shape (n,)
        What a reconstruction has there, in units of the noise.
    size : float
        The source's largest angular size, arcsec.
    """

    brightness: NDArray[np.float64]
    distance: NDArray[np.float64]
    drawn: NDArray[np.float64]
    size: float

    @property
    def kept(self) -> NDArray[np.float64]:
        """Brightness that is kept, in units of the noise: never more than there was."""
        return np.clip(self.drawn, 0.0, self.brightness)


@dataclass(frozen=True)
class Bin:
    """The share of faint flux that is kept in a range.

    Parameters
    ----------
    low, high : float
        Of the range; None where it is open.
    middle : float
        Mean over the pixels, weighted by flux.
    sources : int
        That have faint emission in it.
    kept : float
        Share of the flux, over all of them.
    interval : tuple of float
        95 %, by bootstrap over sources.
    """

    low: float
    high: float | None
    middle: float
    sources: int
    kept: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Recovery:
    """The share of faint flux that is kept, over all and by what may matter."""

    kept: float
    interval: tuple[float, float]
    by_size: tuple[Bin, ...]
    by_distance: tuple[Bin, ...]
    by_brightness: tuple[Bin, ...]


def measure_recovery(sources: Sequence[FaintPixels], weights: NDArray[np.float64]) -> Recovery:
    """Return what is kept of faint emission.

    Parameters
    ----------
    sources : sequence of FaintPixels
        One entry a source, with or without faint pixels.
    weights : ndarray, shape (B, N)
        Bootstrap samples; see `radgalgui.analysis.bootstrap.bootstrap_weights`.
    """
    owner = np.repeat(np.arange(len(sources)), [len(s.brightness) for s in sources])
    brightness = _joined([s.brightness for s in sources])
    kept = _joined([s.kept for s in sources])
    sizes = np.repeat([s.size for s in sources], [len(s.brightness) for s in sources])

    def binned(values: NDArray[np.float64], edges: Sequence[float]) -> tuple[Bin, ...]:
        found = []
        for low, high in pairwise(edges):
            chosen = (values >= low) & (values < high)
            if len(set(owner[chosen].tolist())) < _FEWEST:
                continue
            share, ends = _share(owner[chosen], brightness[chosen], kept[chosen], weights)
            middle = float(np.average(values[chosen], weights=brightness[chosen]))
            number = len(set(owner[chosen].tolist()))
            upper = high if math.isfinite(high) else None
            found.append(Bin(low, upper, middle, number, share, ends))
        return tuple(found)

    share, ends = _share(owner, brightness, kept, weights)
    return Recovery(
        share,
        ends,
        binned(sizes, _SIZES),
        binned(_joined([s.distance for s in sources]), _DISTANCES),
        binned(brightness, _BRIGHTNESS),
    )


def lost_beyond(bins: Sequence[Bin]) -> float | None:
    """Return where, going up, the share kept falls below one half; None where it never does.

    Between the middles of bins on a straight line; 0 where the first is below already.  A share
    that rises above one half again later on is lost all the same.
    """
    for number, each in enumerate(bins):
        if each.kept >= _HALF:
            continue
        if number == 0:
            return 0.0
        last = bins[number - 1]
        step = (last.kept - _HALF) / (last.kept - each.kept)
        return last.middle + step * (each.middle - last.middle)
    return None


def _share(
    owner: NDArray[np.intp],
    brightness: NDArray[np.float64],
    kept: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> tuple[float, tuple[float, float]]:
    """Return the share of the flux that is kept, and its interval."""
    count = weights.shape[1]
    whole = np.bincount(owner, brightness, count)
    part = np.bincount(owner, kept, count)
    if whole.sum() == 0:
        return math.nan, (math.nan, math.nan)
    sums = weights @ whole
    shares = np.divide(weights @ part, sums, out=np.full(len(sums), np.nan), where=sums > 0)
    low, high = percentile_intervals(shares[:, None])[0]
    return float(part.sum() / whole.sum()), (float(low), float(high))


def _joined(parts: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate(parts) if len(parts) else np.zeros(0)
