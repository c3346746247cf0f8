"""What the components of vectors hold: variance along principal axes, importance for a number.

The importance is that of Andrianomena & Tang (arXiv 2311.08331): a random forest is grown batch
by batch of 1000 sources, one tree more a batch, to tell a property of the sources from their
vectors; a component is the more important, the more its splits bring down the error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "BATCH",
    "FEWEST",
    "SETTLED",
    "ImportanceForest",
    "Spectrum",
    "axes_holding",
    "correlations",
]

BATCH: Final = 1000
"""Sources from which each tree is grown, as in the paper."""

FEWEST: Final = 20
"""Sources with a value, below which nothing can be told of the components' importance."""

SETTLED: Final = 0.05
"""Share of the importance that a round of trees may move from one component to another."""

_ROUND: Final = 20  # trees, at least, between two looks at whether the importance has settled
_MOST_ROUNDS: Final = 10
_AT_ONCE: Final = 8192  # vectors brought to float64 at a time


@dataclass(frozen=True)
class Spectrum:
    """How vectors are spread.

    Attributes
    ----------
    mean, spread : ndarray, shape (D,), float64
        Mean and standard deviation of each component.
    explained : ndarray, shape (D,), float64
        Share of the variance along each principal axis, falling; zeros where there is none.
    sound : ndarray of bool, shape (N,)
        The vectors that were looked at: those without NaN and infinity.
    """

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    explained: NDArray[np.float64]
    sound: NDArray[np.bool_]

    @classmethod
    def of(cls, vectors: NDArray[np.floating]) -> Spectrum:
        """Measure vectors (N, D), which may be memory-mapped and of any real type.

        Raises
        ------
        UsageError
            If fewer than two of them are finite.
        """
        if vectors.ndim != 2 or vectors.shape[1] == 0:
            raise UsageError(f"vectors of shape (N, D) are needed, not {vectors.shape}")
        sound = np.zeros(len(vectors), dtype=bool)
        for rows in _rows(len(vectors)):
            sound[rows] = np.isfinite(vectors[rows]).all(axis=1)
        count = int(sound.sum())
        if count < 2:
            raise UsageError(f"of {len(vectors)} vectors {count} are finite; two are needed")
        mean = np.zeros(vectors.shape[1])
        for part in _sound_parts(vectors, sound):
            mean += part.sum(axis=0) / count
        products = np.zeros((vectors.shape[1],) * 2)
        for part in _sound_parts(vectors, sound):
            rest = part - mean
            products += rest.T @ rest
        variances = np.linalg.eigvalsh(products)[::-1].clip(min=0.0)
        total = variances.sum()
        return cls(
            mean=mean,
            spread=np.sqrt(products.diagonal() / count),
            explained=variances / total if total > 0 else np.zeros_like(variances),
            sound=sound,
        )


def axes_holding(explained: ArrayLike, share: float) -> int:
    """Return how many of the shares ``explained``, falling, add up to ``share``; 0 for zeros."""
    held = np.cumsum(np.asarray(explained, dtype=np.float64))
    if held.size == 0 or held[-1] <= 0:
        return 0
    # Rounding must not ask for one more axis than there are.
    return min(int(np.searchsorted(held, share - 1e-9)) + 1, held.size)


def correlations(
    vectors: NDArray[np.floating], values: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return Pearson's correlation of each component of vectors (N, D) with values (N,).

    It is NaN for a component, or for values, that are all the same.
    """
    x = np.asarray(vectors, dtype=np.float64)
    x = x - x.mean(axis=0)
    y = _standardised(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        told: NDArray[np.float64] = (y @ x) / np.sqrt((y @ y) * (x**2).sum(axis=0))
    return told


class ImportanceForest:
    """A random forest that tells a number from vectors, grown one tree at a time.

    The sources are shuffled and dealt into batches of `BATCH`.  Each step grows one tree from the
    next batch (of as many sources drawn from it with repetition); after the last batch they
    are shuffled anew.  After every round, which is one pass over all sources or several where
    there are fewer than 20 batches, the importance is compared with that of the round before.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        Finite.
    values : array-like, shape (N,)
        What is to be told, finite.
    seed : int
        Of shuffling and growing; the same seed grows the same forest.

    Attributes
    ----------
    trees : int
        How many have been grown.
    change : float
        Half the summed differences of the importances between the last two rounds: the share
        that moved from some components to others.  NaN before the second round has ended.
    settled : bool
        Whether the last round changed less than `SETTLED`.

    Raises
    ------
    UsageError
        If shapes do not fit, a value is not finite, there are fewer than `FEWEST`, or all values
        are the same.
    """

    def __init__(self, vectors: NDArray[np.floating], values: ArrayLike, *, seed: int = 0) -> None:
        self._vectors = np.asarray(vectors, dtype=np.float32)
        numbers = np.asarray(values, dtype=np.float64)
        _check(self._vectors, numbers)
        self._values = _standardised(numbers)
        self._rng = np.random.default_rng(seed)
        self._forest = _new_forest(seed)
        self._batches: list[NDArray[np.intp]] = []
        self._sums = np.zeros(len(numbers))
        self._votes = np.zeros(len(numbers), dtype=np.int64)
        self._importances: list[NDArray[np.float64]] = []
        self._last_round: NDArray[np.float64] | None = None
        self.change, self.settled = math.nan, False
        self._in_pass = max(1, round(len(numbers) / BATCH))
        self._in_round = self._in_pass * math.ceil(_ROUND / self._in_pass)

    @property
    def trees(self) -> int:
        """How many trees have been grown."""
        return len(self._importances)

    @property
    def passes(self) -> int:
        """How many times all sources have been shown to the forest."""
        return self.trees // self._in_pass

    @property
    def most_trees(self) -> int:
        """How many trees are grown where the importance does not settle before."""
        return self._in_round * _MOST_ROUNDS

    @property
    def finished(self) -> bool:
        """Whether another tree would tell nothing new, or has not in many rounds."""
        return self.settled or self.trees >= self.most_trees

    def step(self) -> None:
        """Grow one tree more: tenths of a second for 1000 vectors of 256 numbers."""
        batch = self._next_batch()
        drawn = self._rng.choice(batch, size=len(batch))
        rows, counts = np.unique(drawn, return_counts=True)
        self._forest.set_params(n_estimators=self.trees + 1)
        self._forest.fit(self._vectors[rows], self._values[rows], sample_weight=counts)
        tree = self._forest.estimators_[-1]
        self._importances.append(tree.feature_importances_)
        unseen = np.ones(len(self._values), dtype=bool)
        unseen[rows] = False
        self._sums[unseen] += tree.predict(self._vectors[unseen]) if unseen.any() else 0.0
        self._votes[unseen] += 1
        if self.trees % self._in_round == 0:
            self._end_round()

    @property
    def importance(self) -> NDArray[np.float64]:
        """Mean over trees of each component's share, shape (D,), sum 1; NaN without trees.

        It is 0 everywhere as long as no tree has found anything to split by.
        """
        if not self._importances:
            return np.full(self._vectors.shape[1], np.nan)
        mean = np.mean(self._importances, axis=0)
        shares: NDArray[np.float64] = mean / (mean.sum() or 1.0)
        return shares

    @property
    def error(self) -> NDArray[np.float64]:
        """Standard error of `importance` from the scatter of the trees; NaN below two trees."""
        if self.trees < 2:
            return np.full(self._vectors.shape[1], np.nan)
        scatter = np.std(self._importances, axis=0, ddof=1)
        error: NDArray[np.float64] = scatter / math.sqrt(self.trees)
        return error

    @property
    def score(self) -> float:
        """Out-of-bag coefficient of determination (R²).

        Each source is told by the mean of those trees alone that were grown without it.  1 is
        perfect, 0 no better than the mean of all, below 0 worse.  NaN where too few
        sources have such a tree yet.
        """
        told = self._votes > 0
        if told.sum() < FEWEST:
            return math.nan
        truth, guess = self._values[told], self._sums[told] / self._votes[told]
        scatter = ((truth - truth.mean()) ** 2).sum()
        return float(1 - ((truth - guess) ** 2).sum() / scatter) if scatter > 0 else math.nan

    def _next_batch(self) -> NDArray[np.intp]:
        if not self._batches:
            order = self._rng.permutation(len(self._values))
            self._batches = np.array_split(order, self._in_pass)
        return self._batches.pop()

    def _end_round(self) -> None:
        now = self.importance
        if self._last_round is not None:
            self.change = float(np.abs(now - self._last_round).sum() / 2)
            self.settled = self.change < SETTLED
        self._last_round = now


def _new_forest(seed: int) -> Any:
    """Return a forest to which `fit` adds trees; what each is grown from is drawn outside."""
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(
        n_estimators=1, warm_start=True, bootstrap=False, random_state=seed, n_jobs=1
    )


def _check(vectors: NDArray[np.float32], values: NDArray[np.float64]) -> None:
    if vectors.ndim != 2 or values.shape != (len(vectors),):
        raise UsageError(f"vectors {vectors.shape} and values {values.shape} do not fit")
    if not (np.isfinite(vectors).all() and np.isfinite(values).all()):
        raise UsageError("vectors and values must be finite")
    if len(values) < FEWEST:
        raise UsageError(
            f"importance needs {FEWEST} sources with a value, and there are {len(values)}"
        )
    if values.min() == values.max():
        raise UsageError("all values are the same, so that there is nothing to tell apart")


def _standardised(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return values with mean 0 and variance 1, without overflow; zeros if all are the same."""
    numbers = np.asarray(values, dtype=np.float64)
    numbers = numbers / max(float(np.abs(numbers).max(initial=0.0)), np.finfo(float).tiny)
    numbers = numbers - numbers.mean()
    spread = float(numbers.std())
    return numbers / spread if spread > 0 else np.zeros_like(numbers)


def _sound_parts(
    vectors: NDArray[np.floating], sound: NDArray[np.bool_]
) -> Iterator[NDArray[np.float64]]:
    """Yield the sound vectors some thousands at a time, as copies."""
    for rows in _rows(len(vectors)):
        yield vectors[rows][sound[rows]].astype(np.float64)


def _rows(count: int) -> Iterator[slice]:
    for start in range(0, count, _AT_ONCE):
        yield slice(start, start + _AT_ONCE)
