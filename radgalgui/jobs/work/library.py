"""The user's own folder: encoders that were trained here, and the jobs.

An encoder in it is offered wherever one that comes along is.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
from pathlib import Path
from typing import Final

import radgalgui_resources
from radgalgui.errors import UsageError, WeightsError
from radgalgui.files import sha256
from radgalgui.jobs.work.copies import check_name, is_path, keep_copy, listed

__all__ = [
    "add_encoder",
    "cache_folder",
    "data_folder",
    "encoder_path",
    "encoders",
    "encoders_folder",
    "jobs_folder",
]

_PROGRAM: Final = "RadGalGUI"
_SUFFIX: Final = ".safetensors"
_KEY: Final = "radgalgui"  # of the card in the header of a safetensors file
_LENGTH: Final = 8  # bytes in which such a file tells how long its header is


def data_folder() -> Path:
    """Return the user's own folder, which may not exist yet.

    ``RADGALGUI_HOME``, or where the system keeps such things: ``~/.local/share/RadGalGUI`` or
    what ``XDG_DATA_HOME`` says, ``~/Library/Application Support`` on a Mac, ``%LOCALAPPDATA%``
    on Windows.
    """
    if named := os.environ.get("RADGALGUI_HOME"):
        return Path(named).expanduser().absolute()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / _PROGRAM
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / _PROGRAM
    shared = Path(os.environ.get("XDG_DATA_HOME", ""))
    # One that is not absolute is to be passed over, says the standard.
    return (shared if shared.is_absolute() else Path.home() / ".local" / "share") / _PROGRAM


def cache_folder() -> Path:
    """Return the folder of what is made again when it is missed, which may not exist yet.

    ``cache`` in ``RADGALGUI_HOME``, or where the system keeps such things:
    ``~/.cache/RadGalGUI`` or what ``XDG_CACHE_HOME`` says, ``~/Library/Caches/RadGalGUI`` on a
    Mac, ``cache`` in the user's own folder on Windows.
    """
    if os.environ.get("RADGALGUI_HOME") or sys.platform == "win32":
        return data_folder() / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / _PROGRAM
    cache = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (cache if cache.is_absolute() else Path.home() / ".cache") / _PROGRAM


def jobs_folder() -> Path:
    """Return the folder of the jobs, for `radgalgui.jobs.work.ledger.Ledger`."""
    return data_folder() / "jobs"


def encoders_folder() -> Path:
    """Return the folder of the user's own encoders."""
    return data_folder() / "encoders"


def encoders() -> dict[str, Path]:
    """Return all encoders by name: those that come along, then the user's own.

    Nothing is read but the folders, so it is quick; a file among them may be damaged.
    """
    found: dict[str, Path] = {}
    for folder in (radgalgui_resources.path("weights"), encoders_folder()):
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            if not path.name.startswith("."):  # what a killed process left half copied
                found.setdefault(path.stem, path)
    return found


def encoder_path(name: str) -> Path:
    """Return the weights file of an encoder: by its name, or by a path, which is returned as it is.

    Anything with a folder in it, or that ends in ``.safetensors``, is a path.

    Raises
    ------
    UsageError
        If no encoder has this name.
    """
    if is_path(name):
        return Path(name)
    known = encoders()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    choices = f"perhaps you mean {near[0]!r}" if near else f"choose {listed(list(known))}"
    raise UsageError(
        f"there is no encoder {name!r}",
        remedy=f"{choices}, or name its weights file" if known else "name its weights file",
    )


def add_encoder(path: str | os.PathLike[str], name: str | None = None) -> Path:
    """Copy a trained weights file into the user's folder, so that it is offered everywhere.

    It appears whole or not at all, and calls itself by its new name.  The same file may be added
    again, which changes nothing.  Torch is not needed; it takes a tenth of a second or so.

    Parameters
    ----------
    path : str or path
        What ``radgalgui train`` wrote.
    name : str, optional
        What it shall be called; by default what it calls itself.

    Returns
    -------
    Path
        The file in the user's folder.

    Raises
    ------
    WeightsError
        If the file is missing, damaged, or holds no encoder.
    UsageError
        If the name cannot be used: it belongs to an encoder that comes along or to another one
        of the user's, or would not do for a file; or if the copy cannot be written.
    """
    source = Path(path)
    own = _checked(source)
    name = own if name is None else name.strip()
    _check_name(name)
    target = encoders_folder() / f"{name}{_SUFFIX}"
    content = _named(source, name) if name != own else None
    if target.is_file():
        if _holds(target, source, content):
            return target
        raise UsageError(
            f"there is another encoder {name!r} of your own already",
            subject=target,
            remedy="choose another name: catalogues may have been made with that one",
        )
    keep_copy(source, target, "the encoder", content=content)
    return target


def _checked(path: Path) -> str:
    """Return what an encoder calls itself, having read the whole file."""
    from radgalgui.models.weights import load_weights

    tensors, card = load_weights(path)
    centre = tensors.get("centre")
    if centre is None or centre.shape != (card["dimension"],):
        raise WeightsError(
            "holds no encoder",
            subject=path,
            remedy="choose what 'radgalgui train' wrote for an encoder's recipe",
        )
    return str(card["name"])


def _check_name(name: str) -> None:
    check_name(name, "an encoder")
    if radgalgui_resources.weights_path(name).is_file():
        raise UsageError(
            f"{name!r} is the name of an encoder that comes along",
            remedy=f"choose another name, such as {name + '-mine'!r}",
        )


def _named(path: Path, name: str) -> bytes:
    """Return a weights file that calls itself otherwise; the numbers stay byte by byte."""
    content = path.read_bytes()
    length = int.from_bytes(content[:_LENGTH], "little")
    header = json.loads(content[_LENGTH : _LENGTH + length])
    card = json.loads(header["__metadata__"][_KEY])
    header["__metadata__"][_KEY] = json.dumps({**card, "name": name}, sort_keys=True)
    told = json.dumps(header, separators=(",", ":")).encode()
    told += b" " * (-len(told) % _LENGTH)  # so that the numbers stay aligned
    return len(told).to_bytes(_LENGTH, "little") + told + content[_LENGTH + length :]


def _holds(target: Path, source: Path, content: bytes | None) -> bool:
    """Whether a file is the copy that would be made."""
    if content is not None:
        return target.read_bytes() == content
    return sha256(target) == sha256(source)
