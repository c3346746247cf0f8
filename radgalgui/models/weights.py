"""Weights files: safetensors whose header carries a card that tells what they are.

The card is JSON: ``format`` (a version), ``name``, ``architecture``, ``preprocessing``,
``dimension``, ``training_data``, ``recipe``, ``metrics``, ``licence`` and ``software``.
Tensors are NumPy arrays here, so that a card can be read without loading torch.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from radgalgui.errors import ResourceError, WeightsError
from radgalgui.files import replaced_file, sha256

__all__ = ["FORMAT", "can_draw", "load_weights", "read_card", "save_weights", "sha256"]

FORMAT: Final = 1
_KEY: Final = "radgalgui"
_KINDS: Final[dict[str, type]] = {
    "name": str,
    "architecture": dict,
    "preprocessing": dict,
    "dimension": int,
}
_DRAWING: Final = frozenset({"vae", "vdvae"})  # networks that are generative
_WORDS: Final = {str: "a text", dict: "a table of settings", int: "a whole number above 0"}
_FETCH_AGAIN: Final = "fetch or train the weights again"
# What people mistake for weights files, by their first bytes.
_OTHERS: Final = {
    b"PK\x03\x04": "is a ZIP archive, such as torch.save writes",
    b"\x80": "is a pickle, such as old versions of torch.save write",
    b"\x1f\x8b": "is a gzip file",
    b"\x89HDF": "is an HDF5 file",
    b"SIMPLE  =": "is a FITS file",
}


def save_weights(
    path: str | os.PathLike[str],
    tensors: Mapping[str, NDArray[Any]],
    card: Mapping[str, Any],
) -> None:
    """Write tensors and their card, beside the file and then in its place.

    Arrays of two or more dimensions are stored as float16, which halves the file and changes
    a vector's direction by less than 1e-3; those of one dimension (running variances span
    more orders of magnitude than float16 holds) stay float32.

    Parameters
    ----------
    path : str or path
        The file to write; its folder is made where it is missing.
    tensors : mapping of str to ndarray
        Floating arrays, or integers, which are stored as they are.
    card : mapping
        What JSON can hold; ``name``, ``architecture``, ``preprocessing`` and ``dimension``
        must be there.  ``format`` is added.

    Raises
    ------
    WeightsError
        If the card lacks something, or a value is not finite as it would be stored.
    ResourceError
        If it cannot be written: no room, or no permission.  What was there before stays.
    """
    target = Path(path)
    if missing := [key for key in _KINDS if key not in card]:
        raise WeightsError(f"the card lacks {missing[0]!r}", subject=target)
    stored = {name: _storable(target, name, array) for name, array in tensors.items()}
    header = {_KEY: json.dumps({"format": FORMAT, **card}, sort_keys=True)}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with replaced_file(target) as beside:
            save_file(stored, beside, metadata=header)
            beside.chmod(0o644)  # safetensors makes its files for their owner alone
    except (OSError, SafetensorError) as error:  # the latter is what safetensors makes of it
        reason = getattr(error, "strerror", None) or error
        raise ResourceError(
            f"cannot be written ({reason})",
            subject=target,
            remedy="make room on that disk, or choose a folder that you may write to",
        ) from error


def load_weights(
    path: str | os.PathLike[str], *, expected_sha256: str | None = None
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read tensors (floating ones as float32) and their card.

    Parameters
    ----------
    path : str or path
        A file written by `save_weights`.
    expected_sha256 : str, optional
        The hash that the file must have, such as the one in a catalogue's manifest.

    Raises
    ------
    WeightsError
        If the file is missing, is no safetensors file (pickles are never read), has no card or
        one that does not say what it must, was written by a newer RadGalGUI, has another hash,
        or holds values that are NaN or infinite.
    """
    card = read_card(path)
    if expected_sha256 is not None and (found := sha256(path)) != expected_sha256:
        raise WeightsError(
            f"has the hash {found[:12]}..., not {expected_sha256[:12]}...",
            subject=path,
            remedy="use the weights that belong to the catalogue",
        )
    try:
        with safe_open(path, framework="np") as file:
            tensors = {name: _widened(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, TypeError, AttributeError) as error:
        # the last two: numbers of a kind that NumPy has not, such as bfloat16
        raise WeightsError(
            f"cannot be read ({error})", subject=path, remedy=_FETCH_AGAIN
        ) from error
    for name, array in tensors.items():
        if not np.isfinite(array).all():
            raise WeightsError(
                f"the tensor {name!r} holds NaN or infinite values",
                subject=path,
                remedy=_FETCH_AGAIN,
            )
    return tensors, card


def read_card(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read the card alone, without the tensors and without torch.

    Raises
    ------
    WeightsError
        As for `load_weights`, save for the hash.
    """
    _check_file(Path(path))
    try:
        with safe_open(path, framework="np") as file:
            header = file.metadata() or {}
    except (OSError, SafetensorError) as error:
        raise WeightsError(
            f"is not a safetensors file ({error})", subject=path, remedy=_FETCH_AGAIN
        ) from error
    return _checked_card(path, header.get(_KEY))


def can_draw(card: Mapping[str, Any]) -> bool:
    """Tell from a card whether its network draws galaxies too, without loading torch."""
    architecture = card.get("architecture")
    return isinstance(architecture, dict) and architecture.get("name") in _DRAWING


def _check_file(path: Path) -> None:
    """Refuse what is no plain file, which might never end, and what is plainly another format."""
    try:
        if path.is_dir():
            raise WeightsError("is a folder, not a safetensors file", subject=path)
        if path.exists() and not path.is_file():
            raise WeightsError("is a pipe or a device, not a safetensors file", subject=path)
        with path.open("rb") as file:
            start = file.read(16)
    except FileNotFoundError as error:
        raise WeightsError("is not there", subject=path, remedy=_FETCH_AGAIN) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise WeightsError(f"cannot be read ({reason})", subject=path) from error
    if start[8:9] == b"{":
        return
    for mark, what in _OTHERS.items():
        if start.startswith(mark):
            raise WeightsError(f"{what}, not a safetensors file", subject=path, remedy=_FETCH_AGAIN)


def _checked_card(path: str | os.PathLike[str], text: str | None) -> dict[str, Any]:
    try:
        card = json.loads(text or "")
        version = card["format"]
        if type(version) is not int or version < 1:  # True is an int too
            raise ValueError(f"{version!r} is no format")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise WeightsError(
            "has no RadGalGUI card in its header", subject=path, remedy=_FETCH_AGAIN
        ) from error
    if version > FORMAT:
        raise WeightsError(
            f"was written in format {version}, and this version reads up to {FORMAT}",
            subject=path,
            remedy="update RadGalGUI",
        )
    for key, kind in _KINDS.items():
        if key not in card:
            raise WeightsError(f"has a card without {key!r}", subject=path, remedy=_FETCH_AGAIN)
        value = card[key]
        if type(value) is not kind or value == "" or (type(value) is int and value < 1):
            raise WeightsError(
                f"has a card whose {key!r} is {_shortened(value)}, not {_WORDS[kind]}",
                subject=path,
                remedy=_FETCH_AGAIN,
            )
    return dict(card)


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _storable(path: Path, name: str, array: NDArray[Any]) -> NDArray[Any]:
    """Return a contiguous array in the type that it is stored in."""
    if not np.issubdtype(array.dtype, np.floating):
        return np.ascontiguousarray(array)
    with np.errstate(over="ignore"):
        stored = array.astype(np.float16 if array.ndim >= 2 else np.float32)
    if not np.isfinite(stored).all():
        raise WeightsError(f"the tensor {name!r} is not finite in {stored.dtype}", subject=path)
    return np.ascontiguousarray(stored)


def _widened(array: NDArray[Any]) -> NDArray[Any]:
    if not np.issubdtype(array.dtype, np.floating):
        return array
    with np.errstate(over="ignore"):  # an infinity is refused with its tensor's name
        return array.astype(np.float32)
