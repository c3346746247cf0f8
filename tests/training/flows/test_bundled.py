"""The bundled flows are better than Gaussians and mixtures of them, and agree with each other."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui_resources import catalog_path
from radgalgui_training.flows.parts import parts_of
from radgalgui_training.flows.presets import PRESETS

# Nats per dimension of unseen sources by a mixture of ten Gaussians (`measure_baselines`, which
# takes two minutes an encoder); a single Gaussian is 0.6 to 1.1 lower.
MIXTURES = {"byol": 2.339, "simclr": 1.766, "simsiam": 1.534, "vdvae": 5.411}


@pytest.fixture(scope="module")
def own() -> dict[str, np.ndarray]:
    """The flows' log-likelihoods of the bundled sources, in nats per dimension."""
    with Catalog.open(catalog_path()) as catalog:
        return {
            name: np.array(catalog.likelihood(name)[:, 0], dtype=np.float64)
            / catalog.embeddings(name).shape[1]
            for name in MIXTURES
        }


@pytest.mark.parametrize("encoder", MIXTURES)
def test_flows_beat_the_mixture_on_the_same_unseen_sources(
    own: dict[str, np.ndarray], encoder: str
) -> None:
    parts = parts_of(len(own[encoder]), PRESETS["bundled"].members, seed=0)
    assert own[encoder][parts[0].unseen].mean() > MIXTURES[encoder] + 0.02


@pytest.mark.parametrize("encoder", MIXTURES)
def test_no_flow_says_less_than_the_others(own: dict[str, np.ndarray], encoder: str) -> None:
    """Or the sources that it alone scores would seem strange among those of the others."""
    parts = parts_of(len(own[encoder]), PRESETS["bundled"].members, seed=0)
    levels = [np.median(own[encoder][part.unseen]) for part in parts]
    assert np.ptp(levels) < 0.3 * own[encoder].std()
