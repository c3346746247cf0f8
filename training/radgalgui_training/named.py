"""Weights files by the names that recipes use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from radgalgui.errors import RecipeError

__all__ = ["find_weights"]


def find_weights(
    name: str,
    folders: Sequence[Path],
    *,
    key: str,
    what: str = "an encoder",
    others: str = "a path",
) -> Path:
    """Return the weights file that a recipe means.

    Parameters
    ----------
    name : str
        ``NAME.safetensors`` in one of the folders, or a path.
    folders : sequence of Path
        Looked through in their order.
    key, what, others : str
        The recipe's key, what may be named, and what else may be said: for the message.

    Raises
    ------
    RecipeError
        If there is no such file.
    """
    for path in (*(folder / f"{name}.safetensors" for folder in folders), Path(name)):
        if path.is_file():
            return path
    known = sorted(path.stem for folder in folders for path in folder.glob("*.safetensors"))
    raise RecipeError(
        f"{key} = {name!r} is neither {what}, nor a weights file",
        remedy=f"use {', '.join([*known, others])}",
    )
