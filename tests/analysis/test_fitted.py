"""Classifiers as arrays say what scikit-learn says, and arrays that are not theirs are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from radgalgui.analysis.classifiers import Classifier, Fitting
from radgalgui.analysis.fitted import KEPT, arrays_of, fingerprint, from_arrays
from radgalgui.analysis.trees import Trees, at_most

LABELS = {2: ("FRII", "FRI"), 4: ("FRI", "FRII", "Compact", "Bent")}


def sources(classes: int, *, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """Draw vectors of classes that overlap, two of them the same with different labels."""
    rng = np.random.default_rng(seed)
    numbers = np.arange(15 * classes) % classes
    vectors = (np.eye(5)[numbers] + rng.normal(0, 0.6, (len(numbers), 5))).astype(np.float32)
    vectors[1] = vectors[0]
    return vectors, np.asarray(LABELS[classes])[numbers]


@pytest.fixture(scope="module")
def fitted() -> Callable[[str, int], tuple[Fitting, Classifier]]:
    """Return what fits a classifier once."""
    known: dict[tuple[str, int], tuple[Fitting, Classifier]] = {}

    def fit(name: str, classes: int) -> tuple[Fitting, Classifier]:
        if (name, classes) not in known:
            fitting = Fitting(name, *sources(classes))
            known[name, classes] = fitting, fitting.run()
        return known[name, classes]

    return fit


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("name", KEPT)
def test_arrays_say_what_scikit_learn_says(fitted, name: str, classes: int) -> None:
    fitting, sklearn = fitted(name, classes)
    arrays = arrays_of(sklearn)
    kept = from_arrays(Fitting(name, *sources(classes)), arrays)
    new = np.concatenate([sources(classes, seed=1)[0], fitting.vectors])
    assert kept.classes == sklearn.classes
    np.testing.assert_allclose(kept.probabilities(new), sklearn.probabilities(new), atol=1e-12)
    assert kept.probabilities(new[:0]).shape == (0, classes)


def test_vectors_on_a_cut_go_the_way_they_went(fitted) -> None:
    _, sklearn = fitted("rf", 2)
    trees = Trees.of(each.tree_ for each in sklearn.model.estimators_)
    inner = trees.feature >= 0
    new = np.repeat(trees.cut[inner][:200, None], 5, axis=1)
    ends = np.concatenate([leaves for _, leaves in trees.leaves(new)])
    expected = sklearn.probabilities(new)
    np.testing.assert_allclose(trees.values[ends].mean(axis=1), expected, atol=1e-12)


def test_a_cut_in_single_precision_divides_single_precision_alike() -> None:
    cuts = np.random.default_rng(0).normal(size=1000)
    near = cuts.astype(np.float32)
    beside = [np.nextafter(near, np.float32(side)) for side in (-np.inf, np.inf)]
    for vectors in (near, *beside):
        np.testing.assert_array_equal(vectors <= at_most(cuts), vectors <= cuts)


def test_all_that_is_learned_from_tells_classifiers_apart() -> None:
    vectors, labels = sources(2)
    moved, swapped = vectors.copy(), labels.copy()
    moved[3, 2] = np.nextafter(moved[3, 2], np.float32(9))
    swapped[[4, 5]] = swapped[[5, 4]]
    known = {
        fingerprint(Fitting("ext", vectors, labels)),
        fingerprint(Fitting("rf", vectors, labels)),
        fingerprint(Fitting("ext", moved, labels)),
        fingerprint(Fitting("ext", vectors, swapped)),
        fingerprint(Fitting("ext", vectors, labels, seed=1)),
        fingerprint(Fitting("ext", vectors, labels, scaling="unit")),
    }
    assert len(known) == 6
    assert fingerprint(Fitting("ext", vectors, labels.tolist())) in known


def test_another_version_or_setting_is_another_classifier(monkeypatch) -> None:
    fitting = Fitting("grad", *sources(2))
    before = fingerprint(fitting)
    with monkeypatch.context() as patch:
        patch.setattr("sklearn.__version__", "99.0")
        assert fingerprint(fitting) != before
    model = fitting.unfitted().set_params(gradientboostingclassifier__max_depth=4)
    monkeypatch.setattr(fitting, "unfitted", lambda: model)
    assert fingerprint(fitting) != before


def _change(name: str, change: Callable[[NDArray[Any]], Any]) -> Callable[[dict[str, Any]], None]:
    def carry_out(arrays: dict[str, Any]) -> None:
        arrays[name] = change(arrays[name].copy())

    return carry_out


def _put(where: int, value: float) -> Callable[[NDArray[Any]], NDArray[Any]]:
    def put(array: NDArray[Any]) -> NDArray[Any]:
        array.ravel()[where] = value
        return array

    return put


@pytest.mark.parametrize(
    "damage",
    [
        _change("feature", _put(0, 5)),  # a component that vectors have not
        _change("feature", _put(-1, 0)),  # no node follows the last
        _change("after", _put(0, 0)),  # a node that leads back to itself
        _change("after", _put(0, 10**6)),
        _change("after", _put(-1, 10**6)),  # a leaf that says nothing
        _change("after", _put(-1, -1)),
        _change("roots", _put(1, -1)),
        _change("cut", _put(0, np.nan)),
        _change("values", _put(0, np.inf)),
        _change("values", lambda values: values[:, :1]),
        _change("values", lambda values: values.ravel()),
        _change("cut", lambda cut: cut[:-1]),
        _change("after", lambda after: after.astype(np.float32)),
        _change("roots", lambda roots: roots[:0]),
        lambda arrays: arrays.pop("cut"),
    ],
)
def test_damaged_trees_are_refused(fitted, damage: Callable[[dict[str, Any]], None]) -> None:
    fitting, sklearn = fitted("ext", 4)
    arrays = arrays_of(sklearn)
    damage(arrays)
    with pytest.raises((KeyError, ValueError)):
        from_arrays(fitting, arrays)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("svc", _change("slope", lambda slope: slope[:2])),
        ("svc", _change("offset", _put(0, np.nan))),
        ("grad", _change("start", lambda start: start[:1])),
        ("grad", _change("roots", lambda roots: roots[:-1])),
    ],
)
def test_what_does_not_fit_the_classes_is_refused(fitted, name: str, damage) -> None:
    fitting, sklearn = fitted(name, 4)
    arrays = arrays_of(sklearn)
    damage(arrays)
    with pytest.raises(ValueError, match=r"damaged|stage"):
        from_arrays(fitting, arrays)


def test_trees_that_were_not_grown_depth_first_are_not_taken(fitted) -> None:
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(max_leaf_nodes=20, random_state=0).fit(*sources(4))
    with pytest.raises(ValueError, match="depth first"):
        Trees.of([tree.tree_])
