"""How long a training will take: steps counted as the training counts them, and nothing left."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radgalgui.errors import Cancelled, DataError
from radgalgui.progress import CancelToken
from radgalgui_training.estimate import Estimate, duration, estimate


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 s"),
        (42, "42 s"),
        (62, "1 min 2 s"),
        (599.6, "10 min"),
        (3599, "59 min"),
        (3661, "1 h 1 min"),
        (7200, "2 h"),
        (26 * 3600, "1 day 2 h"),
        (75 * 3600, "3 days 3 h"),
    ],
)
def test_times_are_told_in_two_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_an_estimate_reads_as_a_sentence() -> None:
    assert Estimate(4800, 1.6, 3.0).text == "about 2 h 8 min: 4,800 steps of 1.6 s"
    assert Estimate(10, 0.0125, 0.0).text == "about 1 s: 10 steps of 12 ms"


def test_it_takes_as_long_as_its_steps(tmp_path: Path) -> None:
    """Each step is held up by 20 ms: 16 images a step of 64, and 50 passes, are 200 steps."""
    told: list[str] = []
    times: list[float] = []

    def slow(done: int, total: int | None, what: str = "", /) -> None:
        told.append(what)
        if what == "first steps":
            assert total == 12
            times.append(time.perf_counter())
            time.sleep(0.02)

    overrides = {"training.epochs": 50}
    found = estimate("simclr-smoke", data=None, out=tmp_path, overrides=overrides, progress=slow)
    assert found.steps == 200
    gaps = np.diff(times)
    assert max(0.02, gaps.min()) <= found.seconds_a_step <= gaps.max()
    assert found.seconds_a_step * 200 == found.seconds
    assert found.seconds_before > 0
    assert told.count("first steps") == 12
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_a_training_of_few_steps_is_told_too(tmp_path: Path) -> None:
    overrides = {"training.epochs": 1, "data.simulated": 16}
    found = estimate("simclr-smoke", data=None, out=tmp_path, overrides=overrides)
    assert found.steps == 1
    assert found.seconds > 0


def test_all_networks_of_all_folds_count(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    images = rng.random((40, 80, 80)).astype(np.float32)
    np.savez(tmp_path / "labels.npz", images=images, labels=["a", "b"] * 20)
    overrides: dict[str, Any] = {
        "labels.set": str(tmp_path / "labels.npz"),
        "training.epochs": 10,
        "training.batch_size": 10,
        "members": 2,
    }
    found = estimate("finetune-smoke", data=None, out=tmp_path / "out", overrides=overrides)
    # Ten to a step: two steps in each of two folds, four in the last training; two networks.
    assert found.steps == 10 * (2 + 2 + 4) * 2
    assert not (tmp_path / "out").exists()


def test_somebody_may_stop_it(tmp_path: Path) -> None:
    token = CancelToken()

    def progress(done: int, total: int | None, what: str = "", /) -> None:
        token.cancel()

    options: dict[str, Any] = {"data": None, "out": tmp_path, "progress": progress}
    with pytest.raises(Cancelled):
        estimate("simclr-smoke", cancel=token, **options)


def test_what_the_training_would_say_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="--data DIR"):
        estimate("simclr-bundled", data=None, out=tmp_path)
