"""Scores against slow naive references, and what must hold of them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from radgalgui.analysis.scores import (
    accuracy,
    calibration_error,
    confusion_matrix,
    recall_of,
    roc_auc,
    score,
    specificity_of,
)
from radgalgui.errors import UsageError

CASES = [(classes, seed) for classes in (2, 3, 5) for seed in range(4)]


def drawn(classes: int, seed: int, count: int = 60) -> tuple[NDArray, NDArray]:
    """Draw classes and rounded probabilities, so that there are ties."""
    rng = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(classes), rng.integers(0, classes, count - classes)])
    chances = rng.dirichlet(np.ones(classes), count)
    chances[np.arange(count), truth] += 0.4
    chances = np.round(chances / chances.sum(axis=1, keepdims=True), 1)
    chances[:, -1] = 1 - chances[:, :-1].sum(axis=1)
    return truth, chances


@pytest.mark.parametrize(("classes", "seed"), CASES)
def test_counts_are_those_of_a_loop(classes: int, seed: int) -> None:
    truth, chances = drawn(classes, seed)
    counts = [[0] * classes for _ in range(classes)]
    for true, row in zip(truth, chances, strict=True):
        counts[true][max(range(classes), key=lambda k: row[k])] += 1
    others = [k for k in range(classes) if k != 1]
    wrong = sum(counts[k][1] for k in others)
    assert confusion_matrix(truth, chances).tolist() == counts
    assert accuracy(truth, chances) == pytest.approx(sum(counts[k][k] for k in range(classes)) / 60)
    assert recall_of(1, truth, chances) == pytest.approx(counts[1][1] / sum(counts[1]))
    assert specificity_of(1, truth, chances) == pytest.approx(
        1 - wrong / sum(sum(counts[k]) for k in others)
    )


@pytest.mark.parametrize(("classes", "seed"), CASES)
def test_roc_auc_counts_pairs(classes: int, seed: int) -> None:
    from sklearn.metrics import roc_auc_score

    truth, chances = drawn(classes, seed)
    areas = []
    for k in range(classes):
        pairs = [
            (a > b) + 0.5 * (a == b) for a in chances[truth == k, k] for b in chances[truth != k, k]
        ]
        areas.append(sum(pairs) / len(pairs))
    expected = areas[1] if classes == 2 else np.mean(areas)
    assert roc_auc(truth, chances) == pytest.approx(expected)
    given = chances[:, 1] if classes == 2 else chances
    assert roc_auc(truth, chances) == pytest.approx(roc_auc_score(truth, given, multi_class="ovr"))


@pytest.mark.parametrize(("classes", "seed"), CASES)
def test_calibration_error_is_that_of_a_loop(classes: int, seed: int) -> None:
    truth, chances = drawn(classes, seed)
    chances = chances + np.random.default_rng(seed).uniform(0, 1e-3, chances.shape)
    chances /= chances.sum(axis=1, keepdims=True)
    total = 0.0
    for low in np.arange(10) / 10:
        inside = [
            (row.max(), float(row.argmax() == true))
            for true, row in zip(truth, chances, strict=True)
            if low < row.max() <= low + 0.1
        ]
        if inside:
            confidence, right = np.mean(inside, axis=0)
            total += len(inside) * abs(confidence - right)
    assert calibration_error(truth, chances) == pytest.approx(total / len(truth))


def test_the_best_and_the_worst() -> None:
    truth = np.asarray([0, 1, 0, 1])
    sure = np.eye(2)[truth]
    best, worst = score(truth, sure, positive=1), score(truth, 1 - sure, positive=1)
    assert vars_of(best) == (1, 1, 1, 1, 0)
    assert vars_of(worst) == (0, 0, 0, 0, 1)


def vars_of(scores: object) -> tuple[float, ...]:
    return tuple(getattr(scores, name) for name in scores.__dataclass_fields__)


def test_scores_do_not_depend_on_the_order_of_sources() -> None:
    truth, chances = drawn(3, 0)
    order = np.random.default_rng(0).permutation(len(truth))
    assert vars_of(score(truth, chances, positive=1)) == pytest.approx(
        vars_of(score(truth[order], chances[order], positive=1))
    )


def test_a_class_without_sources_gives_no_number() -> None:
    truth, chances = np.zeros(4, dtype=int), np.full((4, 2), 0.5)
    assert np.isnan(roc_auc(truth, chances))
    assert np.isnan(recall_of(1, truth, chances))
    assert specificity_of(1, truth, chances) == 1
    assert np.isnan(specificity_of(0, truth, chances))


@pytest.mark.parametrize(
    ("truth", "chances"),
    [([], np.zeros((0, 2))), ([0], np.ones((1, 1))), ([0, 1], np.ones((1, 2))), ([2], [[0, 1]])],
)
def test_what_does_not_fit_is_told(truth: list[int], chances: object) -> None:
    with pytest.raises(UsageError):
        accuracy(truth, chances)
