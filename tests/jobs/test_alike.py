"""How alike two sources at random are, beside all pairs counted one by one."""

from __future__ import annotations

import itertools
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from radgalgui.jobs import alike


@pytest.fixture
def catalog(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """Return the vectors of a catalogue, to be filled."""
    vectors = np.random.default_rng(1).normal(size=(40, 8)).astype(np.float16)
    opened = SimpleNamespace(embeddings=lambda _encoder: vectors)
    monkeypatch.setattr(alike.Catalog, "open", lambda _path: nullcontext(opened))
    return vectors


def test_it_is_that_of_all_pairs(catalog: np.ndarray) -> None:
    catalog[:20] += 2  # half of them lie together
    unit = catalog.astype(float) / np.linalg.norm(catalog.astype(float), axis=1)[:, None]
    pairs = [float(unit[i] @ unit[j]) for i, j in itertools.permutations(range(40), 2)]
    told = alike.by_chance(Path("any"), "simclr", pairs=20_000)
    assert told is not None
    assert told.median == pytest.approx(np.median(pairs), abs=0.03)
    assert told.high == pytest.approx(np.quantile(pairs, 0.99), abs=0.03)
    assert told == alike.by_chance(Path("any"), "simclr", pairs=20_000)


def test_a_source_is_never_its_own_pair_and_blank_vectors_are_passed_over(
    catalog: np.ndarray,
) -> None:
    catalog[:] = 0
    assert alike.by_chance(Path("any"), "simclr") is None
    catalog[:2] = np.eye(2, 8)
    catalog[2] = np.nan
    assert alike.by_chance(Path("any"), "simclr", pairs=20_000) == alike.ByChance(0.0, 0.0)
