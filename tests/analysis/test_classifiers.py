"""The six classifiers: published settings, sound probabilities, any classes, plain refusals."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.base import clone

from radgalgui.analysis.classifiers import CLASSIFIERS, SCALINGS, Fitting, fit_classifier
from radgalgui.errors import UsageError

LABELS = {2: ("FRII", "FRI"), 4: ("FRI", "FRII", "Compact", "Bent")}


def blobs(classes: int, *, each: int = 12, seed: int = 0) -> tuple[NDArray, NDArray]:
    """Draw well separated vectors of some classes, in turn."""
    rng = np.random.default_rng(seed)
    numbers = np.arange(classes * each) % classes
    centres = 3 * np.eye(5)[numbers]
    vectors = centres + rng.normal(0, 0.3, (len(numbers), 5))
    return vectors.astype(np.float32), np.asarray(LABELS[classes])[numbers]


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_probabilities_are_sound_and_separated_classes_told(name: str, classes: int) -> None:
    vectors, labels = blobs(classes)
    fitted = fit_classifier(name, vectors, labels)
    new, truth = blobs(classes, seed=1)
    chances = fitted.probabilities(new)
    assert fitted.classes == tuple(sorted(LABELS[classes]))
    assert chances.shape == (len(new), classes)
    assert (chances >= 0).all()
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-6)
    assert (fitted.predict(new) == truth).mean() > 0.9
    assert (fitted.predict(new) == np.asarray(fitted.classes)[chances.argmax(axis=1)]).all()
    assert fitted.probabilities(new[:0]).shape == (0, classes)


@pytest.mark.parametrize("name", ["svc", "grad", "ext"])
def test_the_same_seed_gives_the_same_probabilities(name: str) -> None:
    vectors, labels = blobs(2)
    vectors += np.random.default_rng(2).normal(0, 1, vectors.shape).astype(np.float32)
    first, second = (fit_classifier(name, vectors, labels, seed=4) for _ in range(2))
    np.testing.assert_array_equal(first.probabilities(vectors), second.probabilities(vectors))


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("knn", {"n_neighbors": 20, "weights": "uniform", "metric": "minkowski"}),
        ("rf", {"n_estimators": 260}),
        ("svc", {"estimator__kernel": "rbf", "estimator__gamma": 0.2, "estimator__C": 100}),
        ("lr", {"max_iter": 1000, "C": 1.0}),
        ("grad", {"n_estimators": 250, "max_depth": 3}),
        ("ext", {"n_estimators": 400}),
    ],
)
def test_settings_are_the_published(name: str, settings: dict[str, object]) -> None:
    fitted = fit_classifier(name, *blobs(2))
    assert len(fitted._pipeline.steps) == 1
    used = fitted._pipeline[-1].get_params()
    assert {key: used[key] for key in settings} == settings


def test_the_nearest_neighbours_vote() -> None:
    """Against counting by hand: 20 neighbours by distance, each one vote."""
    rng = np.random.default_rng(0)
    vectors, new = rng.normal(size=(60, 3)), rng.normal(size=(7, 3))
    labels = np.where(vectors[:, 0] + rng.normal(size=60) > 0, "b", "a")
    chances = fit_classifier("knn", vectors, labels).probabilities(new)
    for query, chance in zip(new, chances, strict=True):
        nearest = np.argsort(((vectors - query) ** 2).sum(axis=1))[:20]
        assert chance[1] == pytest.approx((labels[nearest] == "b").mean())


@pytest.mark.parametrize("name", ["knn", "svc", "lr"])
def test_unit_scaling_forgets_lengths_and_standard_scaling_units(name: str) -> None:
    vectors, labels = blobs(2)
    lengths = np.random.default_rng(1).uniform(0.5, 2, (len(vectors), 1)).astype(np.float32)
    units = np.asarray([1, 10, 0.1, 2, 5], dtype=np.float32)
    for scaling, changed in (("unit", vectors * lengths), ("standard", vectors * units + 1)):
        plain = fit_classifier(name, vectors, labels, scaling=scaling).probabilities(vectors)
        other = fit_classifier(name, changed, labels, scaling=scaling).probabilities(changed)
        np.testing.assert_allclose(plain, other, atol=1e-3)


@pytest.mark.parametrize(
    ("name", "scaling"), list(zip(CLASSIFIERS, [*SCALINGS, *SCALINGS], strict=True))
)
def test_two_sources_a_class_are_enough(name: str, scaling: str) -> None:
    vectors, labels = blobs(2, each=2)
    chances = fit_classifier(name, vectors, labels, scaling=scaling).probabilities(vectors)
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "knm"}, "'knm'; choose among knn, rf"),
        ({"scaling": "log"}, "no scaling 'log'"),
        ({"labels": ["a"] * 24}, "two classes"),
        ({"labels": ["a"] * 23 + ["b"]}, "'b' has one source only"),
        ({"labels": ["a", "b"]}, "do not fit"),
        ({"vectors": np.full((24, 5), np.nan)}, "vector 0 holds NaN"),
        ({"vectors": np.zeros(24)}, "shape"),
    ],
)
def test_what_cannot_be_fitted_is_told(change: dict[str, object], words: str) -> None:
    vectors, labels = blobs(2)
    with pytest.raises(UsageError, match=words):
        fit_classifier(**{"name": "lr", "vectors": vectors, "labels": labels, **change})


def test_vectors_of_another_encoder_are_refused() -> None:
    fitted = fit_classifier("lr", *blobs(2))
    with pytest.raises(UsageError, match="vectors of 5 numbers, not 4"):
        fitted.predict(np.zeros((1, 4)))


@pytest.mark.parametrize("name", ["rf", "grad", "ext"])
def test_trees_grown_in_steps_are_those_grown_at_once(name: str) -> None:
    vectors, labels = blobs(4)
    vectors += np.random.default_rng(2).normal(0, 1, vectors.shape).astype(np.float32)
    fitting = Fitting(name, vectors, labels, seed=3)
    assert fitting.left > 4
    at_once = clone(fitting.run()._pipeline[-1]).set_params(warm_start=False)
    expected = at_once.fit(vectors, labels).predict_proba(vectors)
    np.testing.assert_array_equal(fitting.run().probabilities(vectors), expected)


def test_a_fit_has_as_many_steps_as_it_says() -> None:
    for name in ("lr", "ext"):
        fitting = Fitting(name, *blobs(2))
        steps = fitting.left
        for left in reversed(range(steps)):
            fitting.step()
            assert fitting.left == left
        fitting.step()  # nothing is left, and nothing happens
        assert fitting.run().classes == ("FRI", "FRII")
