"""Folds that part no source from itself, and the temperature that follows from them."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.errors import DataError
from radgalgui.models.network_classifier import softmax
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.finetuning.data import LabelledSet
from radgalgui_training.finetuning.extra import groups_by_position
from radgalgui_training.finetuning.folds import calibrated, fit_temperature, learned_from, split


def _labelled(groups: list[int], labels: list[str], helpers: int = 0) -> LabelledSet:
    images = np.zeros((len(groups), 64, 64), np.uint8)
    return LabelledSet(images, np.asarray(labels), np.asarray(groups), helpers=helpers)


def test_no_fold_learns_from_what_it_measures() -> None:
    rng = np.random.default_rng(3)
    groups = rng.integers(0, 40, 100).tolist() + rng.integers(20, 60, 50).tolist()
    labels = rng.choice(["a", "b", "c"], 150).tolist()
    labelled = _labelled(groups, labels, helpers=50)
    numbers = split(labelled, 5)
    assert numbers.shape == (100,)
    for fold in range(5):
        rows = learned_from(labelled, numbers, fold)
        measured = set(labelled.groups[:100][numbers == fold])
        assert measured
        assert not measured & set(labelled.groups[rows])
        assert (rows >= 100).any()  # helpers of other groups are learned from
        assert set(np.flatnonzero(numbers != fold)) <= set(rows)


def test_each_fold_has_its_share_of_each_class() -> None:
    labelled = _labelled(list(range(100)), ["a"] * 30 + ["b"] * 70)
    numbers = split(labelled, 5)
    for fold in range(5):
        codes = labelled.codes[numbers == fold]
        assert (np.bincount(codes) == [6, 14]).all()
    np.testing.assert_array_equal(numbers, split(labelled, 5))


@pytest.mark.parametrize("folds", [1, 7])
def test_too_few_sources_for_the_folds_are_told(folds: int) -> None:
    with pytest.raises(DataError, match="smallest class has too few sources, 6, for"):
        split(_labelled(list(range(20)), ["a"] * 6 + ["b"] * 14), folds)


def test_helpers_are_no_sources_of_the_set_and_of_its_classes() -> None:
    own = _labelled([0, 1, 2], ["a", "b", "a"])
    more = own.with_helpers(
        np.ones((4, 64, 64), np.uint8), np.asarray(["a", "b", "c", "b"]), np.asarray([7, 1, 8, 9])
    )
    assert more.groups.tolist() == [0, 1, 2, 7, 9]
    assert more.own == 3
    assert more.seen(Preprocessing()).shape == (3, 1, 64, 64)


def test_near_sources_are_one_group() -> None:
    ra = np.array([10.0, 10.0, 10.0, 200.0, 359.99999, 0.00001])
    dec = np.array([0.0, 60 / 3600, 120 / 3600, 89.99, 5.0, 5.0])
    groups = groups_by_position(ra, dec, within=90)
    assert groups[0] == groups[1] == groups[2]  # a chain
    assert groups[4] == groups[5]  # across the meridian
    assert len(set(groups.tolist())) == 3


def test_the_temperature_is_found_again() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (5_000, 3))
    codes = np.array([rng.choice(3, p=p) for p in softmax(logits)])
    assert fit_temperature(3.0 * logits, codes) == pytest.approx(3.0, rel=0.1)


def test_a_folds_temperature_knows_nothing_of_the_fold() -> None:
    rng = np.random.default_rng(1)
    logits, codes = rng.normal(0, 2, (60, 2)), rng.integers(0, 2, 60)
    numbers = np.arange(60) % 3
    chances = calibrated(logits, codes, numbers)
    turned = np.where(numbers == 1, 1 - codes, codes)
    np.testing.assert_array_equal(
        calibrated(logits, turned, numbers)[numbers == 1], chances[numbers == 1]
    )
    np.testing.assert_array_equal(chances.argmax(axis=1), logits.argmax(axis=1))


# Labels of one's own, and what is refused.


def test_an_image_without_emission_stays() -> None:
    labelled = _labelled([0, 1], ["a", "b"])
    assert len(labelled.kept(Preprocessing())) == 2
    assert np.isfinite(labelled.kept(Preprocessing()).images).all()
