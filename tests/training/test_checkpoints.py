"""Checkpoints appear whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from radgalgui_training.checkpoints import WholeCheckpoints
from radgalgui_training.loop import last_checkpoint


class _Unwilling:
    """Fails when it is half written, as a disk that is full."""

    def __reduce__(self) -> tuple[type, tuple[()]]:
        raise OSError(28, "No space left on device")


def test_what_cannot_be_written_leaves_the_last_one(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints" / "last.ckpt"
    WholeCheckpoints().save_checkpoint({"epoch": 1}, path)
    with pytest.raises(OSError, match="No space"):
        WholeCheckpoints().save_checkpoint({"epoch": 2, "x": _Unwilling()}, path)
    assert torch.load(path, weights_only=True) == {"epoch": 1}
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_leaves_the_last_one(tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)], capture_output=True
    ) if sys.platform == "linux" else None  # fmt: skip
    if mounted is None or mounted.returncode:
        pytest.skip("no small file system can be mounted here")
    try:
        path = tmp_path / "checkpoints" / "last.ckpt"
        WholeCheckpoints().save_checkpoint({"weights": torch.zeros(100_000)}, path)
        with pytest.raises((OSError, RuntimeError)):
            WholeCheckpoints().save_checkpoint({"weights": torch.ones(200_000)}, path)
        assert last_checkpoint(tmp_path) == path
        assert torch.load(path, weights_only=True)["weights"].sum() == 0
        assert list(path.parent.iterdir()) == [path]
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)
