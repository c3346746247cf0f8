"""The unpickler admits arrays and plain values, and runs nothing."""

from __future__ import annotations

import os
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radgalgui.errors import DataError
from radgalgui_training.pickles import read_pickle


class _Planted:
    """Runs a command when it is unpickled by Python's own unpickler."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (self.command,)


@pytest.mark.parametrize("protocol", range(2, 5))
def test_batches_are_read(tmp_path: Path, protocol: int) -> None:
    images = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    batch = {"data": list(images), "labels": [0, np.int64(1)], "filenames": [np.str_("a"), "b"]}
    path = tmp_path / "batch"
    path.write_bytes(pickle.dumps(batch, protocol=protocol))
    read = read_pickle(path)
    np.testing.assert_array_equal(np.stack(read["data"]), images)
    assert read["labels"] == [0, 1]
    assert read["filenames"] == ["a", "b"]


@pytest.mark.parametrize("protocol", range(6))
def test_a_planted_command_is_not_run(tmp_path: Path, protocol: int) -> None:
    trace = tmp_path / "trace"
    path = tmp_path / "batch"
    path.write_bytes(pickle.dumps({"data": _Planted(f"touch {trace}")}, protocol=protocol))
    with pytest.raises(DataError, match="plain arrays and values") as caught:
        read_pickle(path)
    assert not trace.exists()
    assert "system" in str(caught.value)
    pickle.loads(path.read_bytes())  # and it would have run
    assert trace.exists()


@pytest.mark.parametrize("value", [OrderedDict(a=1), Path("x"), np.random.default_rng(0), len])
def test_other_objects_are_refused(tmp_path: Path, value: object) -> None:
    path = tmp_path / "batch"
    path.write_bytes(pickle.dumps(value))
    with pytest.raises(DataError, match="it names"):
        read_pickle(path)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n", b"\x80\x04\x95", b"garos.system\n."])
def test_what_is_no_pickle_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "batch"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_pickle(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="batch: cannot be read"):
        read_pickle(tmp_path / "batch")
