"""A witness learns what is usual by all methods, and judges others by the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from radgalgui_training.detection.witnesses import fit_witness
from radgalgui_training.flows.presets import Preset

TINY = Preset("tiny", blocks=1, hidden=8, components=1, members=2, epochs=2, patience=2)


def test_all_methods_find_a_far_vector_strange(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(200, 4)).astype(np.float32)
    redrawn = rng.normal(size=200)
    witness = fit_witness("small", vectors, redrawn, preset=TINY, folder=tmp_path)
    assert witness.own.shape == (200, 5)
    np.testing.assert_array_equal(witness.own[:, 4], redrawn)
    asked = np.array([[0, 0, 0, 0], [9, -9, 9, 9]], dtype=np.float32)
    middle, far = witness.scores(asked, np.array([0.0, -9.0]))
    assert (far < middle).all()
    assert (far < witness.own.min(axis=0)).all()
    assert any(tmp_path.iterdir())  # the flow is kept
