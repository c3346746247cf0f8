"""Numbers with their intervals, and how reports of them become JSON."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.bootstrap import percentile_intervals

__all__ = ["Measured", "plain", "with_interval"]

_DIGITS = 5


@dataclass(frozen=True)
class Measured:
    """A number, and its 95 % interval by bootstrap over sources."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.4g} ({self.low:.4g} to {self.high:.4g})"


def with_interval(
    values: NDArray[np.float64], weights: NDArray[np.float64], *, median: bool = False
) -> Measured:
    """Return the mean, or the median, of one number a source.

    Parameters
    ----------
    values : ndarray, shape (N,)
        NaN, of sources that cannot be measured so, is left out.
    weights : ndarray, shape (B, N)
        Bootstrap samples; see `radgalgui.analysis.bootstrap.bootstrap_weights`.
    """
    told = ~np.isnan(values)
    values, weights = values[told], weights[:, told]
    if not len(values):
        return Measured(math.nan, math.nan, math.nan)
    middle = _medians if median else _means
    value = middle(values, np.ones((1, len(values))))[0]
    low, high = percentile_intervals(middle(values, weights)[:, None])[0]
    return Measured(float(value), float(low), float(high))


def plain(value: Any) -> Any:
    """Return what JSON holds: no dataclasses or tuples, five digits, None for what is no number."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    return value


def _means(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = weights.sum(axis=1)
    means: NDArray[np.float64] = np.divide(
        weights @ values, sums, out=np.full(len(sums), np.nan), where=sums > 0
    )
    return means


def _medians(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return medians of values that count several times each, or not at all."""
    counts = weights.astype(np.intp)
    found = [np.repeat(values, row) for row in counts]
    return np.asarray([np.median(each) if len(each) else np.nan for each in found])
