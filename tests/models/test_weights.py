"""Weights files: what goes in comes out, and what is wrong is said in one sentence."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import save_file

from radgalgui.errors import ResourceError, WeightsError
from radgalgui.models.weights import FORMAT, load_weights, read_card, save_weights, sha256

CARD: dict[str, Any] = {
    "name": "test",
    "architecture": {"name": "resnet"},
    "preprocessing": {},
    "dimension": 4,
}
HALF_EXACT = st.integers(-2048, 2048).map(lambda n: n / 64)


@given(
    array=hnp.arrays(np.float32, hnp.array_shapes(max_dims=4, max_side=5), elements=HALF_EXACT),
    note=st.text(max_size=20),
)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_tensors_and_card_come_back(tmp_path: Path, array: np.ndarray, note: str) -> None:
    path = tmp_path / "w.safetensors"
    save_weights(path, {"a": array, "count": np.arange(3)}, {**CARD, "licence": note})
    tensors, card = load_weights(path)
    np.testing.assert_array_equal(tensors["a"], array)
    np.testing.assert_array_equal(tensors["count"], np.arange(3))
    assert tensors["a"].dtype == np.float32
    assert card == {**CARD, "licence": note, "format": FORMAT}
    assert [p.name for p in tmp_path.iterdir()] == ["w.safetensors"]


def test_matrices_are_stored_in_half_and_statistics_in_full(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    variances = np.full(1, 1e-9, np.float32)
    save_weights(path, {"m": np.zeros((64, 64), np.float32), "v": variances}, CARD)
    assert path.stat().st_size < 64 * 64 * 4
    assert load_weights(path)[0]["v"] == variances


def test_what_half_cannot_hold_is_refused_and_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    save_weights(path, {"m": np.ones((2, 2), np.float32)}, CARD)
    before = sha256(path)
    for bad in (1e6, np.nan):
        with pytest.raises(WeightsError, match="'m' is not finite"):
            save_weights(path, {"m": np.full((2, 2), bad, np.float32)}, CARD)
    assert sha256(path) == before
    assert len(list(tmp_path.iterdir())) == 1


def test_where_nothing_can_be_written_a_sentence_says_so_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "w.safetensors"
    save_weights(path, {"m": np.ones((2, 2), np.float32)}, CARD)
    before = sha256(path)
    with pytest.raises(ResourceError, match="cannot be written"):  # a file is no folder
        save_weights(path / "inside.safetensors", {"m": np.zeros((2, 2), np.float32)}, CARD)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ResourceError, match=r"w\.safetensors: cannot be written \(No space left"):
        save_weights(path, {"m": np.zeros((2, 2), np.float32)}, CARD)
    assert sha256(path) == before
    assert [each.name for each in tmp_path.iterdir()] == ["w.safetensors"]


def test_an_incomplete_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="lacks 'dimension'"):
        save_weights(tmp_path / "w", {}, {k: v for k, v in CARD.items() if k != "dimension"})


def _broken(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.safetensors"
    tensors = {"m": np.ones((8, 8), np.float16)}
    if kind == "missing":
        return path
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("not weights" * 40)
    elif kind == "truncated":
        save_weights(path, tensors, CARD)
        path.write_bytes(path.read_bytes()[:-20])
    elif kind == "cardless":
        save_file(tensors, path)
    elif kind == "unreadable card":
        save_file(tensors, path, metadata={"radgalgui": "{"})
    elif kind == "newer":
        card = json.dumps({**CARD, "format": FORMAT + 1})
        save_file(tensors, path, metadata={"radgalgui": card})
    elif kind == "folder":
        path.mkdir()
    return path


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("missing", "is not there"),
        ("empty", "not a safetensors file"),
        ("text", "not a safetensors file"),
        ("truncated", "not a safetensors file"),
        ("cardless", "no RadGalGUI card"),
        ("unreadable card", "no RadGalGUI card"),
        ("newer", f"format {FORMAT + 1}.*update RadGalGUI"),
        ("folder", "not a safetensors file"),
    ],
)
def test_a_broken_file_is_refused_in_one_line(tmp_path: Path, kind: str, says: str) -> None:
    path = _broken(tmp_path, kind)
    with pytest.raises(WeightsError, match=says) as caught:
        load_weights(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message


def test_another_hash_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    save_weights(path, {"m": np.ones((2, 2), np.float32)}, CARD)
    assert load_weights(path, expected_sha256=sha256(path))[1]["name"] == "test"
    with pytest.raises(WeightsError, match="belong to the catalogue"):
        load_weights(path, expected_sha256="0" * 64)


def test_the_hash_is_sha256(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256(tmp_path / "abc").startswith("ba7816bf8f01cfea414140de5dae2223b00361a396177a9c")


def test_a_card_is_read_without_torch(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    save_weights(path, {"m": np.ones((2, 2), np.float32)}, CARD)
    code = (
        "import sys; from radgalgui.models.weights import read_card;"
        f"read_card({str(path)!r}); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert read_card(path)["dimension"] == 4
