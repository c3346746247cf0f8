"""Baselines are held-out likelihoods, and a flow beats them where neither describes the sources."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from radgalgui_training.flows.baselines import measure_baselines
from radgalgui_training.flows.fit import fit_density
from radgalgui_training.flows.moments import moments
from radgalgui_training.flows.presets import PRESETS


def test_a_gaussian_is_described_by_one(gaussian: np.ndarray, turned: np.ndarray) -> None:
    told = measure_baselines(gaussian[:3000], members=2)
    entropy = 0.5 * 4 * np.log(2 * np.pi * np.e) + np.linalg.slogdet(turned).logabsdet
    assert told.gaussian == pytest.approx(-entropy / 4, rel=0.03)
    assert told.mixture < told.gaussian  # ten learn the noise
    assert told.card()["sources"] == told.sources == 1500


def test_sources_on_islands_and_bridges(bananas: np.ndarray) -> None:
    """The flow, which starts as such a mixture, is better than both."""
    told = measure_baselines(bananas, members=2, folds=2)
    preset = replace(PRESETS["bundled"], hidden=32, blocks=2, members=2, epochs=12)
    fitted = fit_density(bananas, preset=preset)
    assert told.gaussian + 0.1 < told.mixture < fitted.held_out_per_dimension
    starts = [epoch.held_out for epoch in fitted.curve if epoch.number == 0]
    assert min(starts) > told.gaussian + 0.1  # the mixture is there before any epoch


def test_moments_are_those_of_numpy(bananas: np.ndarray) -> None:
    rows = np.arange(5, 2900)
    mean, covariance = moments(bananas, rows)
    np.testing.assert_allclose(mean, bananas[rows].mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(covariance, np.cov(bananas[rows].T), rtol=1e-4, atol=1e-5)
