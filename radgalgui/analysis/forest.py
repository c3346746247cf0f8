"""An isolation forest as plain arrays: grown by scikit-learn, asked without it.

Scikit-learn keeps a forest by pickling it, and a seed grows the same forest in one version
alone.  As arrays it takes half a megabyte, says the same for ever and answers for one vector in
a fraction of a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from radgalgui.analysis.trees import at_most

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Forest"]

_AT_ONCE: Final = 2048
_ARRAYS: Final = ("feature", "value", "left", "right")


@dataclass(frozen=True)
class Forest:
    """Trees that set vectors apart by random cuts: the fewer cuts, the stranger [1]_.

    Parameters
    ----------
    feature : ndarray, shape (T, M), int16
        The component that a node cuts; -1 where it is a leaf.
    value : ndarray, shape (T, M), float32
        Of a node: where it cuts (a vector of this value or less goes left).  Of a leaf: how many
        cuts lead to it, with those expected among the sources that ended there together.
    left, right : ndarray, shape (T, M), int16
        Nodes that follow.
    scale : float
        Cuts expected among as many sources as each tree was grown of.

    References
    ----------
    .. [1] Liu, Ting & Zhou 2008, ICDM, doi:10.1109/ICDM.2008.17
    """

    feature: NDArray[np.int16]
    value: NDArray[np.float32]
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    scale: float

    @classmethod
    def grow(
        cls, vectors: NDArray[np.float32], *, trees: int = 100, sample: int = 256, seed: int = 0
    ) -> Forest:
        """Grow one of finite vectors (N, D), each tree of a random ``sample`` of them."""
        from sklearn.ensemble import IsolationForest

        sample = min(sample, len(vectors))
        grown = IsolationForest(n_estimators=trees, max_samples=sample, random_state=seed)
        grown.fit(vectors)
        found = [
            _flat(each.tree_, names)
            for each, names in zip(grown.estimators_, grown.estimators_features_, strict=True)
        ]
        size = max(len(each["feature"]) for each in found)
        made = {name: np.stack([_padded(each[name], size) for each in found]) for name in _ARRAYS}
        return cls(**made, scale=float(_expected_cuts(np.array([sample]))[0]))

    def score(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return scikit-learn's score of vectors (n, D): from -1, strange, towards 0; (n,)."""
        told = np.empty(len(vectors))
        trees = np.arange(len(self.feature))
        for start in range(0, len(vectors), _AT_ONCE):
            part = vectors[start : start + _AT_ONCE]
            told[start : start + _AT_ONCE] = self._cuts(part, trees).mean(axis=1)
        return -np.exp2(-told / self.scale) if self.scale > 0 else np.full(len(vectors), -1.0)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what `from_arrays` reads."""
        return {name: getattr(self, name) for name in _ARRAYS} | {"scale": np.array([self.scale])}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], dimension: int) -> Forest:
        """Read a forest over vectors of ``dimension`` numbers.

        Raises
        ------
        KeyError, ValueError
            If an array is missing, or following it would lead out of the tree.
        """
        feature, value, left, right = (np.asarray(arrays[name]) for name in _ARRAYS)
        trees, size = feature.shape
        whole = all(each.shape == (trees, size) for each in (value, left, right)) and trees > 0
        nodes = feature >= 0
        if not whole or feature.max(initial=-1) >= dimension or not np.isfinite(value).all():
            raise ValueError("the isolation forest is damaged")
        own = np.broadcast_to(np.arange(size), feature.shape)
        for child in (left, right):  # only forwards, so that every walk ends
            if (child[nodes] <= own[nodes]).any() or (child[nodes] >= size).any():
                raise ValueError("the isolation forest is damaged")
        return cls(feature, value, left, right, float(np.asarray(arrays["scale"]).ravel()[0]))

    def _cuts(self, vectors: NDArray[np.float32], trees: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return how many cuts set each vector apart in each tree, shape (n, T)."""
        at = np.zeros((len(vectors), len(trees)), dtype=np.intp)
        rows = np.arange(len(vectors))[:, None]
        while True:
            feature = self.feature[trees, at]
            going = feature >= 0
            if not going.any():
                return np.asarray(self.value[trees, at])
            goes_left = vectors[rows, np.maximum(feature, 0)] <= self.value[trees, at]
            child = np.where(goes_left, self.left[trees, at], self.right[trees, at])
            at = np.where(going, child, at)


def _flat(tree: Any, names: NDArray[np.integer]) -> dict[str, NDArray[Any]]:
    """Return the nodes of one of scikit-learn's trees."""
    left, right = np.asarray(tree.children_left), np.asarray(tree.children_right)
    leaf = left < 0
    depth = np.zeros(len(left))
    for node in np.flatnonzero(~leaf):  # parents stand before their children
        depth[[left[node], right[node]]] = depth[node] + 1
    cuts = depth + _expected_cuts(np.asarray(tree.n_node_samples))
    return {
        "feature": np.where(leaf, -1, names[np.maximum(tree.feature, 0)]).astype(np.int16),
        "value": np.where(leaf, cuts, at_most(tree.threshold)).astype(np.float32),
        "left": np.where(leaf, 0, left).astype(np.int16),
        "right": np.where(leaf, 0, right).astype(np.int16),
    }


def _padded(values: NDArray[Any], size: int) -> NDArray[Any]:
    missing = -1 if values.dtype == np.int16 else 0
    return np.pad(values, (0, size - len(values)), constant_values=missing)


def _expected_cuts(counts: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the mean number of cuts that set one of so many apart (Liu et al. 2008, eq. 1)."""
    many = np.maximum(counts, 3).astype(np.float64)
    grown = 2.0 * (np.log(many - 1.0) + np.euler_gamma) - 2.0 * (many - 1.0) / many
    return np.where(counts <= 1, 0.0, np.where(counts == 2, 1.0, grown))
