"""Curves agree with slow references, and with the numbers that sum them up."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.analysis.curves import reliability_curve, roc_curve
from radgalgui.analysis.scores import calibration_error, roc_auc
from radgalgui.errors import UsageError


def _drawn(count: int, seed: int, *, ties: bool = False) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, count)
    chance = 1 / (1 + np.exp(-(rng.normal(0, 1, count) + 1.5 * truth - 0.75)))
    return truth, np.round(chance, 1) if ties else chance


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_every_point_is_what_a_threshold_gives(seed: int, ties: bool) -> None:
    truth, chance = _drawn(60, seed, ties=ties)
    curve = roc_curve(truth == 1, chance)
    reached = {(0.0, 0.0)}
    for threshold in chance:
        taken = chance >= threshold
        reached.add((taken[truth == 0].mean(), taken[truth == 1].mean()))
    for point in zip(curve.fpr, curve.tpr, strict=True):
        assert min(np.hypot(point[0] - a, point[1] - b) for a, b in reached) < 1e-12
    area = np.sum(np.diff(curve.fpr) * (curve.tpr[1:] + curve.tpr[:-1]) / 2)
    assert area == pytest.approx(roc_auc(truth, np.stack([1 - chance, chance], 1)))


def test_a_long_curve_is_thinned_and_keeps_its_area() -> None:
    truth, chance = _drawn(20_000, 0)
    curve = roc_curve(truth == 1, chance)
    assert 50 < len(curve.fpr) == len(curve.tpr) <= 101
    assert (curve.fpr[0], curve.tpr[0], curve.fpr[-1], curve.tpr[-1]) == (0, 0, 1, 1)
    assert (np.diff(curve.fpr) >= 0).all()
    assert (np.diff(curve.tpr) >= 0).all()
    area = np.sum(np.diff(curve.fpr) * (curve.tpr[1:] + curve.tpr[:-1]) / 2)
    assert area == pytest.approx(roc_auc(truth, np.stack([1 - chance, chance], 1)), abs=0.01)


def test_perfect_and_worthless_chances_have_the_curves_they_should() -> None:
    truth = np.asarray([True, True, False])
    perfect = roc_curve(truth, [0.9, 0.8, 0.1])
    assert list(zip(perfect.fpr, perfect.tpr, strict=True)) == [(0, 0), (0, 1), (1, 1)]
    blind = roc_curve(truth, [0.5, 0.5, 0.5])
    assert list(zip(blind.fpr, blind.tpr, strict=True)) == [(0, 0), (1, 1)]


@pytest.mark.parametrize("truth", [[True, True], [False, False]])
def test_one_class_alone_has_no_curve(truth: list[bool]) -> None:
    curve = roc_curve(truth, [0.2, 0.7])
    assert len(curve.fpr) == len(curve.tpr) == 0


def test_curves_of_other_shapes_are_refused() -> None:
    with pytest.raises(UsageError, match="no curve"):
        roc_curve([True, False], [0.5])
    with pytest.raises(UsageError, match="no curve"):
        roc_curve([True, False], [0.5, np.nan])
    with pytest.raises(UsageError, match="do not fit"):
        reliability_curve([0, 1], [[0.5, 0.5]])


@pytest.mark.parametrize("classes", [2, 4])
def test_reliability_is_what_a_loop_over_sources_gives(classes: int) -> None:
    rng = np.random.default_rng(classes)
    chances = rng.dirichlet(np.full(classes, 0.5), 300)
    chances[:3] = 0
    chances[:3, 1] = 1  # exactly 1 falls into the last bin
    truth = rng.integers(0, classes, 300)
    curve = reliability_curve(truth, chances)
    bins: dict[int, list[tuple[float, bool]]] = {}
    for row, label in zip(chances, truth, strict=True):
        number = next(k for k in range(10) if row.max() <= (k + 1) / 10)
        bins.setdefault(number, []).append((row.max(), int(row.argmax()) == label))
    expected = [np.mean(bins[k], axis=0) for k in sorted(bins)]
    np.testing.assert_allclose(np.stack([curve.confidence, curve.accuracy], 1), expected)
    assert curve.count.tolist() == [len(bins[k]) for k in sorted(bins)]
    gap = np.sum(curve.count * np.abs(curve.confidence - curve.accuracy)) / 300
    assert calibration_error(truth, chances) == pytest.approx(gap)


def test_a_million_sources_of_each_class_make_no_straight_line():
    rng = np.random.default_rng(0)
    positive = np.arange(2_400_000) % 2 == 0
    curve = roc_curve(positive, rng.random(len(positive)) + positive)
    area = np.trapezoid(curve.tpr, curve.fpr)
    assert area == pytest.approx(1.0, abs=0.011)
