"""The file of a judge: arrays and a JSON card in one safetensors file, read without torch.

The card tells the ``format``, ``kind``, ``encoder``, ``weights_sha256``, ``dimension`` and
``count`` of the vectors that it was made of, and how (`radgalgui.jobs.likelihood.fit`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from radgalgui.errors import CatalogError
from radgalgui.files import replaced_file

__all__ = ["FORMAT", "read_card", "read_judge", "write_judge"]

FORMAT: Final = 1
_KIND: Final = "judge"
_KEY: Final = "radgalgui"
_AGAIN: Final = "tell the likelihoods again: radgalgui catalog likelihood DIR"
_NEEDED: Final[dict[str, type]] = {"encoder": str, "dimension": int, "count": int, "density": dict}


def write_judge(path: Path, arrays: Mapping[str, NDArray[Any]], card: Mapping[str, Any]) -> None:
    """Write arrays, of whatever numbers, and their card; ``format`` and ``kind`` are added."""
    header = json.dumps({"format": FORMAT, "kind": _KIND, **card}, sort_keys=True, allow_nan=False)
    stored = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    with replaced_file(path) as beside:
        save_file(stored, beside, metadata={_KEY: header})
        beside.chmod(0o644)  # safetensors makes its files for their owner alone


def read_card(path: Path) -> dict[str, Any]:
    """Read the card alone.

    Raises
    ------
    CatalogError
        If the file is missing or damaged, is no judge's, or was written by a newer RadGalGUI.
    """
    try:
        with safe_open(path, framework="np") as file:
            header = file.metadata() or {}
        card = json.loads(header[_KEY])
    except (OSError, SafetensorError, KeyError, ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(card, dict) or card.get("kind") != _KIND:
        raise _damaged(path)
    if not isinstance(card.get("format"), int) or card["format"] > FORMAT:
        raise CatalogError(
            f"the likelihoods are of format {card.get('format')}, newer than the {FORMAT} known "
            "here",
            subject=path,
            remedy="update RadGalGUI",
        )
    if not all(isinstance(card.get(name), kind) for name, kind in _NEEDED.items()):
        raise _damaged(path)
    return card


def read_judge(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read arrays and card.

    Raises
    ------
    CatalogError
        As `read_card`.
    """
    card = read_card(path)
    try:
        with safe_open(path, framework="np") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, TypeError, AttributeError) as error:
        # the last two: numbers of a kind that NumPy has not, such as bfloat16
        raise _damaged(path) from error
    return arrays, card


def _damaged(path: Path) -> CatalogError:
    return CatalogError("what judges sources cannot be read", subject=path, remedy=_AGAIN)
