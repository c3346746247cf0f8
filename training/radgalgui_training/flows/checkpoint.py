"""Where a fit stands, in a folder: flows that are finished, and the one in training."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from radgalgui.files import UNFINISHED, replaced_file

__all__ = ["Checkpoints", "fingerprint"]

_KEY: Final = "fit"
_TRAINING: Final = "training.safetensors"
_BLOCK: Final = 8192


class Checkpoints:
    """The files of one fit; each appears whole or not at all.

    Parameters
    ----------
    folder : Path or None
        Made where it is missing; None keeps nothing.
    mark : str
        What the fit is of, see `fingerprint`; what was kept under another mark is not read.
    """

    def __init__(self, folder: Path | None, mark: str) -> None:
        self._folder, self._mark = folder, mark
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def clear(self) -> None:
        """Remove what an earlier fit left."""
        if self._folder is None:
            return
        for pattern in ("member-*.safetensors", _TRAINING, UNFINISHED + "safetensors"):
            for path in self._folder.glob(pattern):
                path.unlink(missing_ok=True)

    def keep_member(
        self, number: int, arrays: Mapping[str, NDArray[Any]], card: Mapping[str, Any]
    ) -> None:
        """Keep a finished flow, and forget its training."""
        self._keep(f"member-{number}.safetensors", arrays, card)
        if self._folder is not None:
            (self._folder / _TRAINING).unlink(missing_ok=True)

    def member(self, number: int) -> tuple[dict[str, NDArray[Any]], dict[str, Any]] | None:
        """Return a finished flow, None where there is none."""
        return self._read(f"member-{number}.safetensors")

    def keep_training(
        self, number: int, arrays: Mapping[str, NDArray[Any]], card: Mapping[str, Any]
    ) -> None:
        """Keep the flow in training."""
        self._keep(_TRAINING, arrays, {**card, "member": number})

    def training(self, number: int) -> tuple[dict[str, NDArray[Any]], dict[str, Any]] | None:
        """Return where the training of a flow stands, None where that is not known."""
        found = self._read(_TRAINING)
        return found if found is not None and found[1].get("member") == number else None

    def _keep(self, name: str, arrays: Mapping[str, NDArray[Any]], card: Mapping[str, Any]) -> None:
        if self._folder is None:
            return
        header = {_KEY: json.dumps({**card, "mark": self._mark})}
        with replaced_file(self._folder / name) as beside:
            save_file({key: np.ascontiguousarray(a) for key, a in arrays.items()}, beside, header)

    def _read(self, name: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]] | None:
        """Read a file; what is not there, or not of this fit, is as if never written."""
        if self._folder is None:
            return None
        try:
            with safe_open(self._folder / name, framework="np") as file:
                card = json.loads((file.metadata() or {})[_KEY])
                if card["mark"] != self._mark:
                    return None
                return {key: file.get_tensor(key) for key in file.keys()}, card  # noqa: SIM118
        except (OSError, SafetensorError, KeyError, TypeError, ValueError):
            return None


def fingerprint(vectors: NDArray[np.floating[Any]], settings: Mapping[str, Any]) -> str:
    """Return what tells the fits of other vectors, or by other settings, apart."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    digest.update(f"{vectors.dtype} {vectors.shape}".encode())
    for start in range(0, len(vectors), _BLOCK):
        digest.update(np.ascontiguousarray(vectors[start : start + _BLOCK]).tobytes())
    return digest.hexdigest()
