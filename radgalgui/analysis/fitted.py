"""Fitted classifiers as plain arrays: those that take longer to fit than to read.

Nothing is unpickled: what was learned is arrays, and what answers is written here.  Of `svc`
these are the slopes of its probabilities alone, since what takes long are the folds that they
are found by; its support vectors are found anew.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from radgalgui.analysis.classifiers import Classifier, Fitting
from radgalgui.analysis.trees import Trees

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["KEPT", "arrays_of", "fingerprint", "from_arrays"]

KEPT: Final = ("svc", "ext", "rf", "grad")
"""The classifiers that have such arrays; the others are fitted sooner than read."""

_FORMAT: Final = 1


@dataclass(frozen=True)
class _Forest:
    """Says the mean of what all trees say."""

    classes_: NDArray[np.str_]
    trees: Trees

    def predict_proba(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        chances = np.empty((len(vectors), len(self.classes_)))
        for part, leaves in self.trees.leaves(vectors):
            for column, value in enumerate(self.trees.values.T):
                chances[part, column] = value.take(leaves).mean(axis=1)
        return chances


@dataclass(frozen=True)
class _Boosted:
    """Adds up what the trees of each class say, stage by stage, beginning at ``start``."""

    classes_: NDArray[np.str_]
    trees: Trees
    start: NDArray[np.float64]  # (K,), or (1,) for two classes

    def predict_proba(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        from scipy.special import expit, softmax

        raw = self.start + _added_up(self.trees, vectors, len(self.start))
        if len(self.classes_) > 2:
            return np.asarray(softmax(raw, axis=1))
        second = expit(raw[:, 0])
        return np.stack([1 - second, second], axis=1)


@dataclass(frozen=True)
class _Calibrated:
    """Support vectors with Platt's probabilities, class against the rest."""

    classes_: NDArray[np.str_]
    machine: Any
    slope: NDArray[np.float64]  # (K,), or (1,) for two classes
    offset: NDArray[np.float64]

    def predict_proba(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        from scipy.special import expit

        count, classes = len(vectors), len(self.classes_)
        decisions = self.machine.decision_function(vectors).reshape(count, -1)
        told = expit(-(self.slope * decisions + self.offset))
        if classes == 2:
            return np.concatenate([1 - told, told], axis=1)
        total = told.sum(axis=1, keepdims=True)
        even = np.full((count, classes), 1 / classes)
        return np.asarray(np.divide(told, total, out=even, where=total > 0))


def fingerprint(fitting: Fitting) -> str:
    """Return what tells apart all that a classifier may learn from, and how, in hexadecimal.

    That is vectors, labels, settings and the version of scikit-learn, which alone grows the
    same trees from the same seed.
    """
    from sklearn import __version__

    pipeline = fitting.unfitted()
    settings = sorted((key, repr(value)) for key, value in pipeline.get_params().items())
    told = (_FORMAT, fitting.name, __version__, fitting.vectors.shape, settings)
    digest = hashlib.sha256(repr(told).encode())
    digest.update(np.ascontiguousarray(fitting.vectors).tobytes())
    digest.update("\0".join(fitting.labels.tolist()).encode())
    return digest.hexdigest()


def arrays_of(classifier: Classifier) -> dict[str, NDArray[Any]]:
    """Return what a classifier of `KEPT`, fitted without scaling, has learned.

    Raises
    ------
    AttributeError, ValueError
        If scikit-learn keeps it in another way than is known here.
    """
    model = classifier.model
    if classifier.name == "svc":
        (only,) = model.calibrated_classifiers_
        found = [(each.a_, each.b_) for each in only.calibrators]
        return dict(zip(("slope", "offset"), np.array(found, dtype=np.float64).T, strict=True))
    trees = Trees.of(each.tree_ for each in np.ravel(model.estimators_))
    if classifier.name != "grad":
        return trees.arrays()
    trees.values[:] *= model.learning_rate
    nothing = np.zeros((1, model.n_features_in_), dtype=np.float32)
    raw = model.decision_function(nothing).reshape(-1)
    start = raw - _added_up(trees, nothing, len(raw))[0]
    return trees.arrays() | {"start": start}


def from_arrays(fitting: Fitting, arrays: Mapping[str, NDArray[Any]]) -> Classifier:
    """Return the classifier that a fitting would end with, of what `arrays_of` gave.

    Raises
    ------
    KeyError, ValueError
        If the arrays are damaged, or another classifier's.
    """
    classes = np.unique(fitting.labels)
    dimension = fitting.vectors.shape[1]
    model: Any
    if fitting.name == "svc":
        slope, offset = (_vector(arrays, name, len(classes)) for name in ("slope", "offset"))
        machine = fitting.unfitted()[-1].estimator.fit(fitting.vectors, fitting.labels)
        model = _Calibrated(classes, machine, slope, offset)
    elif fitting.name == "grad":
        trees = _trees(arrays, dimension, columns=1)
        start = _vector(arrays, "start", len(classes))
        if len(trees.roots) % len(start):
            raise ValueError("a stage has as many trees as there are classes")
        model = _Boosted(classes, trees, start)
    else:
        model = _Forest(classes, _trees(arrays, dimension, columns=len(classes)))
    return Classifier(fitting.name, model, dimension=dimension)


def _added_up(trees: Trees, vectors: NDArray[np.float32], classes: int) -> NDArray[np.float64]:
    """Return the sum over stages of one tree for each class, (n, K)."""
    total = np.empty((len(vectors), classes))
    for part, leaves in trees.leaves(vectors):
        told = trees.values[:, 0].take(leaves)
        total[part] = told.reshape(len(told), -1, classes).sum(axis=1)
    return total


def _trees(arrays: Mapping[str, NDArray[Any]], dimension: int, *, columns: int) -> Trees:
    trees = Trees.from_arrays(arrays, dimension=dimension)
    if trees.values.shape[1] != columns:
        raise ValueError(f"leaves say {columns} numbers, not {trees.values.shape[1]}")
    return trees


def _vector(arrays: Mapping[str, NDArray[Any]], name: str, classes: int) -> NDArray[np.float64]:
    """Return one finite number for each class, or one for two classes."""
    found = np.asarray(arrays[name], dtype=np.float64)
    if found.shape != (classes if classes > 2 else 1,) or not np.isfinite(found).all():
        raise ValueError(f"{name} is damaged")
    return found
