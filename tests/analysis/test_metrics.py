"""Metrics: against their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.analysis.metrics import neighbour_share, recall
from radgalgui.errors import UsageError


def test_recall_counts_the_neighbours_found_in_any_order():
    truth = [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert recall(truth, truth) == 1.0
    assert recall([[4, 3, 2, 1], [8, 7, 6, 5]], truth) == 1.0
    assert recall([[1, 2, 9, 9], [0, 0, 0, 0]], truth) == 0.25
    assert recall([9, 9], [1, 2]) == 0.0


def test_recall_refuses_what_does_not_compare():
    with pytest.raises(UsageError):
        recall([[1, 2]], [[1, 2, 3]])
    with pytest.raises(UsageError):
        recall([], [])


def test_share_of_labels_against_a_loop():
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((60, 5))
    labels = rng.choice(["FRI", "FRII", "Bent"], 60)
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    shares = []
    for i in range(60):
        others = [j for j in range(60) if j != i]
        near = sorted(others, key=lambda j: -(units[i] @ units[j]))[:7]
        shares.append(np.mean([labels[j] == labels[i] for j in near]))
    found = neighbour_share(vectors, labels, 7)
    assert found["all"] == pytest.approx(np.mean(shares))
    for name in set(labels):
        assert found[name] == pytest.approx(np.mean(np.array(shares)[labels == name]))


def test_separate_clusters_share_everything_and_noise_the_class_shares():
    rng = np.random.default_rng(1)
    labels = rng.choice(["a", "b"], 600, p=[0.8, 0.2])
    apart = np.where(labels[:, None] == "a", [1.0, 0.0], [0.0, 1.0]) + rng.normal(0, 0.01, (600, 2))
    assert neighbour_share(apart, labels, 10) == {"a": 1.0, "b": 1.0, "all": 1.0}
    noise = neighbour_share(rng.standard_normal((600, 30)), labels, 10)
    assert noise["all"] == pytest.approx(0.8**2 + 0.2**2, abs=0.05)


def test_excluded_sources_are_nobodys_neighbours():
    vectors = np.random.default_rng(2).standard_normal((30, 4))
    labels = np.array(["a", "b"] * 15)
    exclude = np.arange(30) % 3 == 0
    assert neighbour_share(vectors, labels, 3, exclude=exclude) == neighbour_share(
        vectors[~exclude], labels[~exclude], 3
    )


def test_twins_do_not_count_themselves():
    vectors = np.ones((10, 3))
    labels = np.array(["a"] * 9 + ["b"])
    assert neighbour_share(vectors, labels, 9)["b"] == 0.0


def test_refuses_what_has_no_neighbours():
    with pytest.raises(UsageError):
        neighbour_share(np.ones((3, 2)), ["a"] * 3, 3)
    with pytest.raises(UsageError):
        neighbour_share(np.ones((3, 2)), ["a"] * 2, 1)
