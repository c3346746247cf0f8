"""Killed by SIGKILL between any two steps, work goes on and ends with the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radgalgui.models.weights import load_weights, save_weights

PROGRAM = Path(__file__).with_name("killed.py")
ROOT = Path(__file__).parents[3]
MOMENTS = {"build": 6, "append": 5, "remove": 4, "embed": 4, "likelihood": 4}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


@pytest.fixture(scope="module")
def told(
    tmp_path_factory: pytest.TempPathFactory, stack: Path, small_weights: Path
) -> dict[str, dict[str, Any]]:
    """Return what became of each kind of work that was killed: one process imports for all."""
    folder = tmp_path_factory.mktemp("killed")
    images = np.load(stack)
    np.save(folder / "half.npy", images[:30])
    np.save(folder / "more.npy", images[30:])
    tensors, card = load_weights(small_weights)
    save_weights(folder / "second.safetensors", tensors, {**card, "name": "second"})
    shared = {"encoders": {"small": str(small_weights)}, "base": str(folder / "base")}
    rng = np.random.default_rng(11)
    orders = [
        {
            "kind": kind,
            "folder": str(folder / kind),
            "moments": [*rng.uniform(0, 1, count).tolist(), 1.0],
            **shared,
        }
        for kind, count in MOMENTS.items()
    ]
    build, append, remove, embed, likelihood = orders
    build |= {"input": str(stack), "base": None}
    append |= {"input": str(folder / "more.npy")}
    remove |= {"remove": ["half_0003", "half_0017"]}
    embed |= {"weights": str(folder / "second.safetensors")}
    likelihood |= {"base": str(folder / "sixty")}
    make_base = {**shared, "kind": "build", "folder": None, "input": str(folder / "half.npy")}
    make_sixty = {**make_base, "input": str(stack), "base": str(folder / "sixty")}
    return run([make_base, make_sixty, *orders])


def run(orders: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    paths = [str(ROOT), *(str(ROOT / name) for name in ("training", "resources"))]
    result = subprocess.run(
        [sys.executable, str(PROGRAM), json.dumps(orders)],
        capture_output=True,
        text=True,
        timeout=3000,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert result.returncode == 0, result.stderr
    told: dict[str, dict[str, Any]] = json.loads(result.stdout)
    return {kind: {**what, "errors": result.stderr} for kind, what in told.items()}


@pytest.mark.parametrize("kind", list(MOMENTS))
def test_nothing_is_lost(told, kind):
    assert told[kind]["wrong"] == [], told[kind]["errors"]
    assert told[kind]["moments"] > 20
