"""Decision trees as plain arrays: grown by scikit-learn, walked without it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

__all__ = ["Trees", "at_most"]

_AT_ONCE: Final = 1 << 17  # walks from a root to a leaf


@dataclass(frozen=True)
class Trees:
    """T trees of M nodes in all, one behind the other, each node right before its left child.

    Parameters
    ----------
    feature : ndarray, shape (M,), int32
        The component that a node cuts; -1 where it is a leaf.
    cut : ndarray, shape (M,), float32
        A vector of this value or less goes left.
    after : ndarray, shape (M,), int32
        Of a node, its right child; of a leaf, its row among ``values``.
    roots : ndarray, shape (T,), int32
        Where each tree begins.
    values : ndarray, shape (U, K), float64
        What leaves say, each kind once.
    """

    feature: NDArray[np.int32]
    cut: NDArray[np.float32]
    after: NDArray[np.int32]
    roots: NDArray[np.int32]
    values: NDArray[np.float64]

    @classmethod
    def of(cls, grown: Iterable[Any]) -> Trees:
        """Return what scikit-learn grew (``tree_`` of its estimators) depth first.

        Raises
        ------
        ValueError
            If trees were grown otherwise.
        """
        trees = list(grown)
        sizes = np.array([tree.node_count for tree in trees])
        roots = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        first = np.repeat(roots, sizes)
        left, right, feature, cut = (
            np.concatenate([getattr(tree, name) for tree in trees])
            for name in ("children_left", "children_right", "feature", "threshold")
        )
        leaf = left < 0
        if not (left + first == np.arange(len(left)) + 1)[~leaf].all():
            raise ValueError("these trees were not grown depth first")
        told = np.concatenate([tree.value[:, 0, :] for tree in trees])[leaf]
        values, kinds = np.unique(told, axis=0, return_inverse=True)
        after = right + first
        after[leaf] = kinds.ravel()
        return cls(
            feature=np.where(leaf, -1, feature).astype(np.int32),
            cut=np.where(leaf, 0, at_most(cut)).astype(np.float32),
            after=after.astype(np.int32),
            roots=roots.astype(np.int32),
            values=np.ascontiguousarray(values, dtype=np.float64),
        )

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], *, dimension: int) -> Trees:
        """Read trees over vectors of ``dimension`` numbers, as `arrays` gave them.

        Raises
        ------
        KeyError, ValueError
            If an array is missing, or following it would lead out of the trees.
        """
        trees = cls(**{name: np.asarray(arrays[name]) for name in _kinds()})
        trees._check(dimension)
        return trees

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what `from_arrays` reads."""
        return {name: getattr(self, name) for name in _kinds()}

    def leaves(self, vectors: NDArray[np.float32]) -> Iterator[tuple[slice, NDArray[np.int32]]]:
        """Yield, for some of the vectors (N, D) at a time, which, and where they end.

        That is for each tree the row among ``values`` of the leaf they reach, (n, T).
        """
        size = max(1, _AT_ONCE // len(self.roots))
        for start in range(0, len(vectors), size):
            part = slice(start, start + size)
            yield part, self._walked(vectors[part])

    def _walked(self, vectors: NDArray[np.float32]) -> NDArray[np.int32]:
        count, dimension = vectors.shape
        flat = np.ascontiguousarray(vectors).ravel()
        ends = np.empty(count * len(self.roots), dtype=np.int32)
        walks: NDArray[Any] = np.arange(len(ends))
        own: NDArray[Any] = np.repeat(np.arange(count) * dimension, len(self.roots))  # its vector's
        node: NDArray[Any] = np.tile(self.roots.astype(np.intp), count)
        while len(node):
            feature: NDArray[Any] = self.feature.take(node)
            there = np.flatnonzero(feature < 0)
            if len(there):
                ends[walks.take(there)] = self.after.take(node.take(there))
                on = np.flatnonzero(feature >= 0)
                walks, own = walks.take(on), own.take(on)
                node, feature = node.take(on), feature.take(on)
            goes_left = flat.take(own + feature) <= self.cut.take(node)
            node = np.where(goes_left, node + 1, self.after.take(node))
        return ends.reshape(count, len(self.roots))

    def _check(self, dimension: int) -> None:
        """Raise ValueError unless every walk ends at a leaf: children stand behind parents."""
        count = len(self.feature)
        for name, kind in _kinds().items():
            array = getattr(self, name)
            if array.dtype != kind or array.ndim != (2 if name == "values" else 1):
                raise ValueError(f"{name} is of another kind")
        if not count == len(self.cut) == len(self.after) or not len(self.roots):
            raise ValueError("the arrays do not fit each other")
        inner, own = self.feature >= 0, np.arange(count)
        ends = np.where(inner, count, len(self.values))
        sound = (
            (self.feature < dimension).all()
            and not inner[-1:].any()
            and (self.after >= np.where(inner, own + 1, 0)).all()
            and (self.after < ends).all()
            and ((self.roots >= 0) & (self.roots < count)).all()
            and np.isfinite(self.cut).all()
            and np.isfinite(self.values).all()
        )
        if not sound:
            raise ValueError("these trees lead nowhere")


def at_most(cut: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the largest float32 up to each cut, which divides vectors of float32 as it does."""
    below = np.asarray(cut).astype(np.float32)
    return np.where(below > cut, np.nextafter(below, np.float32(-np.inf)), below)


def _kinds() -> dict[str, type]:
    """Return the kind of number of each array."""
    kinds: dict[str, type] = dict.fromkeys((each.name for each in fields(Trees)), np.int32)
    return kinds | {"cut": np.float32, "values": np.float64}
