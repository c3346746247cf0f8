"""Several opinions of the same sources joined into one, and how far they agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from radgalgui.analysis.percentiles import Reference
from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Combination", "agreement", "agreement_words", "combined"]

_MOST: Final = 20_000  # sources by which rank agreement is told: of more, some


def combined(percentiles: NDArray[np.floating], *, floor: float) -> NDArray[np.float64]:
    """Return the logarithm of the harmonic mean of tail probabilities [1]_.

    One method that is sure is heard beside others that see nothing: with the mean logarithm,
    Fisher's statistic, these drown it.  Measured over ten kinds of strange image the harmonic mean
    was better than Fisher's, the minimum and the mean for each encoder
    (`radgalgui_training.detection`).

    Parameters
    ----------
    percentiles : ndarray, shape (n, M)
        By each method, 0 for the strangest; NaN, which is left out, where it has no say.
    floor : float
        The least percentile that can be told apart from 0.

    Returns
    -------
    ndarray, shape (n,)
        Higher, towards 0, for the more usual source; NaN where no method has a say.

    References
    ----------
    .. [1] Wilson 2019, PNAS 116, 1195
    """
    table = np.asarray(percentiles, dtype=np.float64)
    known = ~np.isnan(table)
    inverse = np.where(known, 100.0 / np.maximum(np.where(known, table, 100.0), floor), 0.0)
    count = known.sum(axis=1)
    mean = inverse.sum(axis=1) / np.maximum(count, 1)
    return np.where(count > 0, -np.log(np.where(count > 0, mean, 1.0)), np.nan)


class Combination:
    """The joined opinion of several methods, as a percentile among a reference's own sources.

    Methods that agree are no independent witnesses, so the statistic is looked up among the own
    sources rather than in a table.  Where some have no say of a source, it is compared with what
    the others alone say of the own sources.

    Parameters
    ----------
    own : ndarray, shape (N, M)
        Percentiles of the own sources by each method, as from `Reference.percentile`; NaN where
        a method has no say.

    Raises
    ------
    UsageError
        If there are no own sources.
    """

    def __init__(self, own: NDArray[np.floating]) -> None:
        table = np.asarray(own, dtype=np.float64)
        if table.ndim != 2 or not table.size:
            raise UsageError(f"percentiles of shape (N, M) are needed, not {table.shape}")
        self._own = table
        self._floor = 25.0 / len(table)  # below the strangest own source, which has twice that
        self._told = ~np.isnan(table).all(axis=0)
        self._references: dict[bytes, Reference] = {}
        self.own = self.percentile(table)

    def percentile(self, percentiles: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the joined percentile of each source, shape (n,).

        Parameters
        ----------
        percentiles : ndarray, shape (n, M)
            Among the same own sources, by the same methods.

        Returns
        -------
        ndarray, shape (n,), float64
            0 where nothing in the reference is stranger; NaN where no method has a say.
        """
        table = np.asarray(percentiles, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != self._own.shape[1]:
            raise UsageError(
                f"percentiles of shape {table.shape} do not compare with those by "
                f"{self._own.shape[1]} methods"
            )
        told = np.full(len(table), np.nan)
        known = ~np.isnan(table) & self._told
        kinds, kind = np.unique(known @ (1 << np.arange(known.shape[1])), return_inverse=True)
        for number in range(len(kinds)):
            rows = kind == number
            some = known[np.argmax(rows)]
            if some.any():
                joined = combined(table[rows][:, some], floor=self._floor)
                told[rows] = self._reference(some).percentile(joined[:, None])[:, 0]
        return told

    def _reference(self, some: NDArray[np.bool_]) -> Reference:
        """Return how the own sources stand, joined by some of the methods alone."""
        key = some.tobytes()
        if key not in self._references:
            part = self._own[:, some]
            joined = combined(part[~np.isnan(part).any(axis=1)], floor=self._floor)
            self._references[key] = Reference(joined[:, None])
        return self._references[key]


def agreement(scores: NDArray[np.floating], *, seed: int = 0) -> NDArray[np.float64]:
    """Return Spearman's rank correlation between methods over the same sources.

    Parameters
    ----------
    scores : ndarray, shape (N, M)
        Or percentiles.  NaN is left out, pair by pair.
    seed : int
        Draws the sources that are looked at where there are more than some ten thousands.

    Returns
    -------
    ndarray, shape (M, M), float64
        1 on the diagonal; NaN where a method tells fewer than three sources, or them all alike.
    """
    table = np.asarray(scores)
    if len(table) > _MOST:
        rows = np.random.default_rng(seed).permutation(len(table))[:_MOST]
        table = table[np.sort(rows)]
    methods = table.shape[1]
    told = np.full((methods, methods), np.nan)
    for one in range(methods):
        for other in range(one, methods):
            told[one, other] = told[other, one] = _spearman(table[:, one], table[:, other])
    return told


def agreement_words(told: NDArray[np.floating], names: Sequence[str]) -> list[str]:
    """Return `agreement` in sentences: how far methods agree, and which pair agrees the least.

    Parameters
    ----------
    told : ndarray, shape (M, M)
    names : sequence of str
        Of the methods, as users read them.
    """
    pairs = [
        (float(told[one, other]), names[one], names[other])
        for one in range(len(names))
        for other in range(one + 1, len(names))
        if np.isfinite(told[one, other])
    ]
    if not pairs:
        return ["Only one method has a say here, so nothing can be said of agreement."]
    middle = float(np.median([value for value, _, _ in pairs]))
    least, most = min(pairs), max(pairs)
    sentences = [
        f"The methods {_degree(middle)} on which sources are strange "
        f"(median rank correlation {middle:.2f}; 1 would be the same order, 0 no relation)."
    ]
    if least != most:
        sentences.append(
            f"{most[1]} and {most[2]} agree most ({most[0]:.2f}), {least[1]} and {least[2]} "
            f"least ({least[0]:.2f})."
        )
    return sentences


def _degree(correlation: float) -> str:
    for least, words in ((0.8, "agree closely"), (0.5, "mostly agree"), (0.2, "agree in part")):
        if correlation >= least:
            return words
    return "hardly agree" if correlation > -0.2 else "contradict each other"


def _spearman(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    both = ~(np.isnan(one) | np.isnan(other))
    if both.sum() < 3:
        return float("nan")
    first, second = (_centred_ranks(each[both]) for each in (one, other))
    size = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / size if size > 0 else float("nan")


def _centred_ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return ranks less their mean, equal values sharing theirs."""
    # Not by scipy.stats, which takes two seconds to load.
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[place]
    return np.asarray(ranks - ranks.mean())
