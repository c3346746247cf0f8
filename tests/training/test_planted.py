"""A batch with a planted command is refused by every door that reads batches; nothing is run."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radgalgui.entry import main
from radgalgui.errors import DataError
from radgalgui_training.datasets.batches import read_batches
from radgalgui_training.published import read_published

FOLDERS = {
    "mirabest-confident": Path("mirabest") / "F_batches",
    "frdeep-nvss": Path("frdeep") / "NVSS_PNG_dataset",
}


class _Planted:
    """Runs a command when it is unpickled by Python's own unpickler."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.trace}",)


def _batch(planted: object = None) -> dict[str, Any]:
    images = np.random.default_rng(0).integers(0, 255, (8, 150, 150), np.uint8)
    batch = {"data": list(images), "labels": [0, 1] * 4, "filenames": ["x"] * 8}
    return batch if planted is None else {**batch, "extra": planted}


def _plant(root: Path, dataset: str, file: str) -> Path:
    """Write a published folder in which one file runs a command; return what that would leave."""
    folder = root / FOLDERS[dataset]
    folder.mkdir(parents=True)
    trace = root / "trace"
    for name in ("data_batch_1", "data_batch_2", "test_batch"):
        (folder / name).write_bytes(pickle.dumps(_batch()))
    planted = (
        {"label_names": _Planted(trace)} if file == "batches.meta" else _batch(_Planted(trace))
    )
    (folder / file).write_bytes(pickle.dumps(planted))
    return trace


@pytest.mark.parametrize("file", ["data_batch_1", "data_batch_2", "test_batch", "batches.meta"])
@pytest.mark.parametrize("dataset", FOLDERS)
def test_the_published_sets_are_not_read(tmp_path: Path, dataset: str, file: str) -> None:
    trace = _plant(tmp_path, dataset, file)
    with pytest.raises(DataError, match=f"{file}: is not a batch of plain arrays") as caught:
        read_published(dataset, tmp_path)
    assert "\n" not in str(caught.value)
    assert "system" in str(caught.value)
    assert not trace.exists()


def test_a_training_does_not_read_it(tmp_path: Path) -> None:
    trace = _plant(tmp_path, "mirabest-confident", "data_batch_2")
    with pytest.raises(DataError, match="plain arrays"):
        read_batches(tmp_path / FOLDERS["mirabest-confident"], side=150)
    assert not trace.exists()


@pytest.mark.parametrize("dataset", FOLDERS)
def test_evaluate_ends_with_status_2_and_one_sentence(
    tmp_path: Path, dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = _plant(tmp_path, dataset, "data_batch_1")
    command = ["evaluate", dataset, "--root", str(tmp_path), "--encoder", "simclr"]
    assert main([*command, "--classifier", "knn"]) == 2
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 1
    assert "data_batch_1: is not a batch of plain arrays and values" in captured.err
    assert "Traceback" not in captured.out + captured.err
    assert not trace.exists()


def test_what_was_planted_would_have_run(tmp_path: Path) -> None:
    trace = _plant(tmp_path, "frdeep-nvss", "test_batch")
    pickle.loads((tmp_path / FOLDERS["frdeep-nvss"] / "test_batch").read_bytes())
    assert trace.exists()
