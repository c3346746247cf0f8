"""A device whose memory runs short: smaller batches, the same steps, and a word about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from radgalgui.errors import ResourceError, UsageError
from radgalgui.models.encoder import Encoder
from radgalgui.models.weights import load_weights
from radgalgui_training.methods.simclr import SimCLR
from radgalgui_training.monitor import read_log
from radgalgui_training.recipes import TrainingSettings
from radgalgui_training.run import train

OVERRIDES = {
    "training.epochs": 3,
    "data.simulated": 40,
    "training.batch_size": 16,
    "training.device": "cpu",  # where there is a card, too
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The batches of a training on a device that has room for five images at a time."""
    return _limited(monkeypatch, 5)


def _limited(monkeypatch: pytest.MonkeyPatch, limit: int, *, after: int = 0) -> list[int]:
    """Let memory run short with more than ``limit`` images, once ``after`` batches are done."""
    taken: list[int] = []
    step = SimCLR.training_step

    def checked(self: SimCLR, batch: Any, number: int) -> torch.Tensor:
        if len(batch[0]) > limit and len(taken) >= after:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        taken.append(len(batch[0]))
        return step(self, batch, number)

    monkeypatch.setattr(SimCLR, "training_step", checked)
    return taken


def _train(out: Path, cache: Path, said: list[str], **more: Any) -> Path:
    options = {"data": None, "cache": cache, "overrides": OVERRIDES, **more}
    return train("simclr-smoke", out=out, note=lambda level, text: said.append(text), **options)


def test_smaller_batches_take_the_same_steps(
    taken: list[int], cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    path = _train(tmp_path / "small", cache, said)
    assert said == [
        "The memory of cpu ran short with 16 images at a time: going on with 8, "
        "and 2 such batches a step.",
        "The memory of cpu ran short with 8 images at a time: going on with 4, "
        "and 4 such batches a step.",
    ]
    # Two steps of sixteen images in each epoch, the last eight of forty left out as always.
    assert taken == [4] * (4 * 2 * 3)
    monkeypatch.undo()
    whole = _train(tmp_path / "large", cache, said)
    assert len(said) == 2
    small, large = (read_log(p.parent / "log.csv") for p in (path, whole))
    assert [row["step"] for row in small] == [row["step"] for row in large] == ["2", "4", "6"]
    assert [row["learning_rate"] for row in small] == [row["learning_rate"] for row in large]
    assert Encoder.load(path).card["recipe"]["training"]["batch_size"] == 16
    # The contrast among four images is another than among sixteen, but of the same order: were
    # the losses of four batches not brought back to one's, it would be a quarter.
    ratio = float(small[0]["loss"]) / float(large[0]["loss"])
    assert 0.4 < ratio < 1.6


def test_it_goes_on_from_its_own_checkpoint(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two epochs are done when memory runs short in the third: they are not done again."""
    taken, said = _limited(monkeypatch, 8, after=4), list[str]()
    path = _train(tmp_path, cache, said)
    assert len(said) == 1
    assert taken == [16] * 4 + [8] * 4
    assert [row["step"] for row in read_log(path.parent / "log.csv")] == ["2", "4", "6"]


def test_an_older_checkpoint_is_left_alone(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --resume a training begins anew, also after a shortage in its first step."""
    _train(tmp_path, cache, [], overrides={**OVERRIDES, "training.epochs": 1})
    taken = _limited(monkeypatch, 8)
    _train(tmp_path, cache, [])
    assert taken == [8] * (2 * 2 * 3)


def test_memory_that_never_suffices_is_told(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _limited(monkeypatch, 1)
    said: list[str] = []
    with pytest.raises(ResourceError, match=r"with 2 images at a time .*lower training.batch_size"):
        _train(tmp_path, cache, said)
    assert len(said) == 3


def test_other_errors_pass(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr(SimCLR, "training_step", broken)
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        _train(tmp_path, cache, [])


def test_the_processor_can_be_asked_for(cache: Path, tmp_path: Path) -> None:
    class Listener:
        text = ""

        def device(self, text: str, /) -> None:
            self.text = text

        def point(self, *_: Any) -> None: ...

        def pictures(self, *_: Any) -> None: ...

    listener, overrides = Listener(), {"training.device": "cpu", "training.threads": 1}
    short = {**OVERRIDES, "training.epochs": 1, **overrides}
    path = _train(tmp_path, cache, [], overrides=short, listener=listener)
    assert listener.text == "CPU, 1 thread, 32-bit"
    assert load_weights(path)[1]["recipe"]["training"]["device"] == "cpu"


def test_a_card_that_is_not_there_is_told_before_anything_else(tmp_path: Path) -> None:
    missing = f"cuda:{torch.cuda.device_count()}"
    with pytest.raises(UsageError, match=f"no device '{missing}'"):
        _train(tmp_path, tmp_path, [], overrides={**OVERRIDES, "training.device": missing})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("device", "environment", "expected"),
    [
        ("auto", {}, {"accelerator": "auto", "devices": "auto", "num_nodes": 1}),
        ("cpu", {}, {"accelerator": "cpu", "devices": "auto", "num_nodes": 1}),
        ("cuda", {}, {"accelerator": "gpu", "devices": "auto", "num_nodes": 1}),
        ("cuda:1", {}, {"accelerator": "gpu", "devices": [1], "num_nodes": 1}),
        ("mps", {}, {"accelerator": "mps", "devices": 1, "num_nodes": 1}),
        (
            "cpu",
            {"TORCHELASTIC_RUN_ID": "1", "LOCAL_WORLD_SIZE": "2", "WORLD_SIZE": "6"},
            {"accelerator": "cpu", "devices": 2, "num_nodes": 3},
        ),
    ],
)
def test_where_it_runs_is_told_to_lightning(
    device: str,
    environment: dict[str, str],
    expected: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from radgalgui_training.loop import placement

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert placement(TrainingSettings(device=device)) == expected
