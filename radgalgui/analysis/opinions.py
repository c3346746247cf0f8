"""Second opinions on how strange a source is: an isolation forest and two measures of distance.

All three look at vectors along the principal axes of a catalogue's own, each axis brought to
unit spread (``tests/benchmarks/bench_opinions.py`` measures why): raw distances are ruled by the
few components that spread most, and a galaxy unlike others in a quiet component goes unnoticed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from radgalgui.analysis.forest import Forest
from radgalgui.analysis.neighbours import others_than
from radgalgui.errors import CatalogError, UsageError
from radgalgui.progress import silent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from radgalgui.progress import CancelToken, Progress

__all__ = ["AXES", "LEAST", "MOST", "NAMES", "NEIGHBOURS", "Opinions", "reconstruction_score"]

NAMES: Final = ("isolation_forest", "local_outlier_factor", "knn_distance")
"""The opinions, in the order of their columns."""

LEAST: Final = 50
"""Vectors without which there is no opinion."""

MOST: Final = 30_000
"""Vectors that others are compared with: of more, so many are drawn."""

NEIGHBOURS: Final = 20
AXES: Final = 64

_AT_ONCE: Final = 2048
_TWINS: Final = 1e-3  # of the usual distance: nearer than this all are equally near
_QUIET: Final = 1e-6  # of the largest spread: an axis below it holds rounding
_AGAIN: Final = "make the likelihoods again"


@dataclass(frozen=True)
class _Axes:
    """Principal axes, each of unit spread."""

    mean: NDArray[np.float32]  # (D,)
    axes: NDArray[np.float32]  # (D, k)

    @classmethod
    def of(cls, vectors: NDArray[np.float32]) -> _Axes:
        # An axis told by fewer than five sources would be their accident.
        most = max(2, min(AXES, len(vectors) // 5))
        mean = vectors.mean(axis=0, dtype=np.float64)
        spread = np.zeros((vectors.shape[1],) * 2)
        for start in range(0, len(vectors), _AT_ONCE):
            rest = vectors[start : start + _AT_ONCE] - mean
            spread += rest.T @ rest
        variances, axes = np.linalg.eigh(spread / len(vectors))
        variances, axes = variances[::-1][:most], axes[:, ::-1][:, :most]
        told = variances > _QUIET**2 * variances[0]
        if not variances[0] > 0:
            raise UsageError("all vectors are the same, so nothing is usual or strange among them")
        axes = axes[:, told] / np.sqrt(variances[told])
        return cls(mean.astype(np.float32), axes.astype(np.float32))

    def along(self, vectors: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return vectors (n, D) along the axes, shape (n, k)."""
        told = np.empty((len(vectors), self.axes.shape[1]), dtype=np.float32)
        for start in range(0, len(vectors), _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            told[rows] = (np.asarray(vectors[rows], dtype=np.float32) - self.mean) @ self.axes
        return told


class Opinions:
    """What an isolation forest, the local outlier factor and the nearest neighbours say.

    - The isolation forest [1]_ sets sources apart by random cuts: few cuts, strange.
    - The local outlier factor [2]_ compares how densely sources lie around one with how densely
      they lie around its neighbours: strange is what lies beside a crowd.
    - The distance to the 20th neighbour: strange is what lies far from all.

    Scores are those of scikit-learn's ``IsolationForest`` and ``LocalOutlierFactor`` (the tests
    compare them) and the distance with its sign turned, so that each is higher for the more usual
    source.  Made by `fit`; kept as plain arrays.

    References
    ----------
    .. [1] Liu, Ting & Zhou 2008, ICDM, doi:10.1109/ICDM.2008.17
    .. [2] Breunig et al. 2000, SIGMOD, doi:10.1145/335191.335388
    """

    def __init__(
        self,
        axes: _Axes,
        rows: NDArray[np.int64],
        reference: NDArray[np.float32],
        forest: Forest,
        reach: NDArray[np.float32],
        density: NDArray[np.float32],
    ) -> None:
        from sklearn.neighbors import NearestNeighbors

        self._axes, self._rows, self._forest = axes, rows, forest
        self._reach, self._density = reach, density
        self.neighbours = _neighbours(len(reference))
        self._search = NearestNeighbors(n_neighbors=self.neighbours, algorithm="brute")
        self._search.fit(reference)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return len(self._axes.mean)

    @property
    def compared(self) -> int:
        """How many of the own sources others are compared with: all, or `MOST`."""
        return len(self._rows)

    @classmethod
    def fit(
        cls,
        vectors: NDArray[np.floating],
        *,
        seed: int = 0,
        most: int = MOST,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> tuple[Opinions, NDArray[np.float32]]:
        """Learn what is usual among vectors.

        Parameters
        ----------
        vectors : ndarray, shape (N, D)
            Finite, of any real type; may be memory-mapped.
        seed : int
            Grows the forest, and draws the vectors compared with where there are more than
            ``most``.

        Returns
        -------
        opinions : Opinions
        own : ndarray, shape (N, 3), float32
            Scores of these vectors, in the order of `NAMES`.  Each was left out of the neighbours
            of its own; the forest has seen it, in one tree of 80 where there are 20,000.

        Raises
        ------
        UsageError
            If there are fewer than `LEAST`, one is not finite, or all are the same.
        Cancelled
            If the token is raised.
        """
        _check(vectors)
        if len(vectors) < LEAST:
            raise UsageError(
                f"{len(vectors)} sources are too few to know what is usual",
                remedy=f"take a catalogue of {LEAST} or more",
            )
        rows = np.arange(len(vectors))
        if len(vectors) > most:
            rows = np.sort(np.random.default_rng(seed).permutation(len(vectors))[:most])
        chosen = np.asarray(vectors[rows], dtype=np.float32)
        axes = _Axes.of(chosen)
        reference = axes.along(chosen)
        forest = Forest.grow(reference, seed=seed)
        none = np.empty(0, dtype=np.float32)
        made = cls(axes, rows, reference, forest, none, none)
        ids, distances = made._own_neighbours(reference, len(vectors), progress, cancel)
        made._learn_density(ids, distances)
        own = np.empty((len(vectors), len(NAMES)), dtype=np.float32)
        own[rows] = made._told(reference, ids, distances)
        others = np.setdiff1d(np.arange(len(vectors)), rows, assume_unique=True)
        for start in range(0, len(others), _AT_ONCE):
            if cancel is not None:
                cancel.check()
            progress(len(rows) + start, len(vectors), "asking for second opinions")
            part = others[start : start + _AT_ONCE]
            own[part] = made.score(vectors[part])
        progress(len(vectors), len(vectors), "asking for second opinions")
        return made, own

    def score(self, vectors: NDArray[np.floating]) -> NDArray[np.float64]:
        """Tell how usual other vectors are.

        Parameters
        ----------
        vectors : ndarray, shape (n, D)
            Of sources that are not among the own ones: one of these would find itself.

        Returns
        -------
        ndarray, shape (n, 3), float64
            In the order of `NAMES`, higher for the more usual; a row of NaN for a vector that is
            not finite.

        Raises
        ------
        UsageError
            If the vectors are of another length.
        """
        if np.ndim(vectors) != 2 or vectors.shape[1] != self.dimension:
            raise UsageError(
                f"vectors of shape {np.shape(vectors)} cannot be judged by opinions on vectors of "
                f"{self.dimension} numbers",
                remedy="use the encoder that the catalogue's likelihoods were made for",
            )
        with np.errstate(over="ignore", invalid="ignore"):
            placed = self._axes.along(vectors)
        told = np.full((len(placed), len(NAMES)), np.nan)
        sound = np.flatnonzero((np.abs(placed) < 1e15).all(axis=1))  # whose squares are finite
        for start in range(0, len(sound), _AT_ONCE):
            part = sound[start : start + _AT_ONCE]
            distances, ids = self._search.kneighbors(placed[part])
            told[part] = self._told(placed[part], ids, distances)
        return told

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what `from_arrays` reads: some hundreds of kilobytes, none of it a vector."""
        forest = {f"forest.{name}": array for name, array in self._forest.arrays().items()}
        return {
            "mean": self._axes.mean,
            "axes": np.ascontiguousarray(self._axes.axes),
            "rows": self._rows.astype(np.int32),
            "reach": self._reach,
            "density": self._density,
            **forest,
        }

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, NDArray[Any]], vectors: NDArray[np.floating]
    ) -> Opinions:
        """Read opinions again.

        Parameters
        ----------
        arrays : mapping
            From `arrays`.
        vectors : ndarray, shape (N, D)
            Those that they were fitted on.

        Raises
        ------
        CatalogError
            If an array is missing or damaged, or they were fitted on other vectors.
        """
        try:
            rows = np.asarray(arrays["rows"], dtype=np.int64)
            axes = _Axes(*(np.asarray(arrays[name], np.float32) for name in ("mean", "axes")))
            reach, density = (np.asarray(arrays[name]) for name in ("reach", "density"))
            parts = {k[7:]: array for k, array in arrays.items() if k.startswith("forest.")}
            forest = Forest.from_arrays(parts, axes.axes.shape[1])
            whole = axes.mean.shape == vectors.shape[1:] == axes.axes.shape[:1]
            whole = whole and reach.shape == density.shape == rows.shape and len(rows) >= LEAST
            if not whole or rows.min() < 0 or rows.max() >= len(vectors):
                raise ValueError("they are of other vectors")
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise CatalogError(
                f"the second opinions cannot be read ({error})", remedy=_AGAIN
            ) from error
        return cls(axes, rows, axes.along(vectors[rows]), forest, reach, density)

    def _own_neighbours(
        self,
        reference: NDArray[np.float32],
        total: int,
        progress: Progress,
        cancel: CancelToken | None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the nearest others of each vector compared with, and their distances (R, k)."""
        shape = (len(reference), self.neighbours)
        ids, distances = np.empty(shape, dtype=np.int64), np.empty(shape)
        for start in range(0, len(reference), _AT_ONCE):
            if cancel is not None:
                cancel.check()
            progress(start, total, "asking for second opinions")
            rows = np.arange(start, min(start + _AT_ONCE, len(reference)))
            far, near = self._search.kneighbors(reference[rows], n_neighbors=shape[1] + 1)
            others = others_than(rows, near)
            ids[rows] = near[others].reshape(-1, shape[1])
            distances[rows] = far[others].reshape(-1, shape[1])
        return ids, distances

    def _learn_density(self, ids: NDArray[np.int64], distances: NDArray[np.float64]) -> None:
        """Keep how far the k-th neighbour of each lies, and how densely they lie around it."""
        # Twins have no distance, and a density without end would make all beside them strange.
        far = distances[:, -1]
        apart = far[far > 0]
        usual = float(np.median(far) or np.median(apart)) if len(apart) else 0.0
        reach = np.maximum(far, max(_TWINS * usual, float(np.finfo(np.float32).tiny)))
        self._reach = reach.astype(np.float32)
        self._density = _density(distances, self._reach[ids]).astype(np.float32)

    def _told(
        self,
        placed: NDArray[np.float32],
        ids: NDArray[np.int64],
        distances: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        around = self._density[ids].mean(axis=1, dtype=np.float64)
        factor = around / _density(distances, self._reach[ids])
        return np.column_stack([self._forest.score(placed), -factor, -distances[:, -1]])


def reconstruction_score(
    seen: NDArray[np.floating], drawn: NDArray[np.floating], *, softening: float = 0.1
) -> NDArray[np.float64]:
    """Tell how much of each image was drawn again by a network that draws.

    Parameters
    ----------
    seen, drawn : ndarray, shape (n, C, S, S)
        Images in [0, 1], as an encoder sees them, and what the network drew of them.
    softening : float
        Of the stretch that they were shown with (`radgalgui.sky.preprocess.Preprocessing`).

    Returns
    -------
    ndarray, shape (n,), float64
        Minus the share of the image's power that was missed: of squared brightness, which is
        linear again, so that how bright a source is does not count.  0 where all was drawn, below
        -1 where what was drawn is no better than nothing; NaN where there is nothing to be drawn,
        or a pixel is not finite.

    Raises
    ------
    UsageError
        If the shapes do not fit.

    Notes
    -----
    Images hold no noise that a chi-square could count in.  Of twenty ways to weigh what is missed
    (as the network sees it or linear, smoothed or not, over power or area or neither) this one
    added the most to the other opinions.  As the network sees it, large sources miss most, whatever
    they are: faint edges are many pixels.
    """
    one, other = np.asarray(seen), np.asarray(drawn)
    if one.shape != other.shape or one.ndim != 4:
        raise UsageError(f"images of shapes {one.shape} and {other.shape} do not compare")
    told = np.full(len(one), np.nan)
    for start in range(0, len(one), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        image, redrawn = (_linear(each[rows], softening) for each in (one, other))
        power = (image**2).sum(axis=(1, 2, 3))
        missed = ((image - redrawn) ** 2).sum(axis=(1, 2, 3))
        np.divide(-missed, power, out=told[rows], where=(power > 0) & np.isfinite(missed))
    return told


def _linear(images: NDArray[np.floating], softening: float) -> NDArray[np.float64]:
    """Return stretched images as brightness in units of the peak."""
    stretched = np.clip(np.asarray(images, dtype=np.float64), -10.0, 10.0)  # leaves NaN
    return np.asarray(np.sinh(stretched * np.arcsinh(1.0 / softening)) * softening)


def _density(distances: NDArray[np.floating], reach: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return how densely sources lie around some: one over the mean reachability distance (n,)."""
    return np.asarray(1.0 / np.maximum(distances, reach).mean(axis=1, dtype=np.float64))


def _neighbours(count: int) -> int:
    return min(NEIGHBOURS, count - 1)


def _check(vectors: NDArray[np.floating]) -> None:
    if np.ndim(vectors) != 2 or not vectors.shape[1]:
        raise UsageError(f"vectors of shape (N, D) are needed, not {np.shape(vectors)}")
    for start in range(0, len(vectors), _AT_ONCE):
        bad = ~np.isfinite(vectors[start : start + _AT_ONCE]).all(axis=1)
        if bad.any():
            raise UsageError(f"vector {start + int(np.flatnonzero(bad)[0])} holds NaN or infinity")
