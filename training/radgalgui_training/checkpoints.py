"""Checkpoints that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch
from lightning_fabric.plugins import TorchCheckpointIO

from radgalgui.files import replaced_file

__all__ = ["WholeCheckpoints"]


class WholeCheckpoints(TorchCheckpointIO):
    """Writes a checkpoint beside the last one and then in its place.

    Lightning writes into the system's folder of temporary files and moves it from there, which
    is a copy where that is another disk: a full one, or a kill on the way, then leaves half a
    checkpoint where a whole one was.
    """

    def save_checkpoint(
        self,
        checkpoint: dict[str, Any],
        path: str | os.PathLike[str],
        storage_options: Any | None = None,  # noqa: ARG002
    ) -> None:
        """Write a checkpoint.

        Raises
        ------
        OSError, RuntimeError
            If it cannot be written; the last one stays.
        """
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with replaced_file(target) as beside:
            torch.save(checkpoint, beside)
