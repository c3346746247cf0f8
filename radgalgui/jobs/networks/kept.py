"""The classifying networks that a user has kept, in the user's own folder.

Each is a weights file ``classifiers/NAME.safetensors`` with ``NAME.folds.npz`` beside it, what
its cross-validation told.  A label set ``network:NAME`` means it wherever labels are chosen.
"""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import radgalgui_resources
from radgalgui.errors import RadGalError, UsageError
from radgalgui.files import sha256
from radgalgui.jobs.networks.taught import folds_beside, read_taught
from radgalgui.jobs.work.copies import (
    check_kept_name,
    check_name,
    is_path,
    keep_copy,
    listed,
    remove_copy,
)
from radgalgui.jobs.work.library import data_folder

__all__ = [
    "NETWORK_SET",
    "NetworkWords",
    "add_network",
    "network_path",
    "network_stamp",
    "network_words",
    "networks",
    "networks_folder",
    "remove_network",
    "suggested_name",
]

NETWORK_SET: Final = "network:"
"""Before the name of a network, where label sets are named."""

_SUFFIX: Final = ".safetensors"
_WHAT: Final = "a classifier"


def networks_folder() -> Path:
    """Return the folder of the user's own classifying networks, which may not exist yet."""
    return data_folder() / "classifiers"


def networks() -> dict[str, Path]:
    """Return the user's own classifying networks by name; only the folder is read."""
    found = sorted(networks_folder().glob(f"*{_SUFFIX}"))
    return {path.stem: path for path in found if not path.name.startswith(".")}


def network_path(name: str) -> Path:
    """Return the weights file of a network: by its name, or by a path, which is returned as it is.

    Raises
    ------
    UsageError
        If none of this name was kept.
    """
    chosen, name = name.startswith(NETWORK_SET), name.removeprefix(NETWORK_SET)
    if is_path(name):
        return Path(name)
    known = networks()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    choices = f"perhaps you mean {near[0]!r}" if near else f"choose {listed(list(known))}"
    if chosen:  # from a list: it was there a moment ago
        raise UsageError(
            f"your classifier {name!r} is no longer in {networks_folder()}",
            remedy="put its file back, or choose other labels",
        )
    raise UsageError(
        f"no classifier {name!r} of your own is kept in {networks_folder()}",
        remedy=f"{choices}, or name its weights file" if known else "name its weights file",
    )


@dataclass(frozen=True)
class NetworkWords:
    """What a network is: in a few words ("" where it cannot be used), and in full, or why not."""

    origin: str
    whole: str


def network_words(name: str) -> NetworkWords:
    """Return what there is to say of a network that was kept, or why it cannot be used."""
    try:
        taught = read_taught(network_path(name))
    except RadGalError as error:
        return NetworkWords("", str(error))
    return NetworkWords(taught.origin, taught.words)


def network_stamp(label_set: str) -> tuple[int, ...]:
    """Return what changes when another network takes the name of a removed one; () of none."""
    path = networks().get(label_set.removeprefix(NETWORK_SET))
    if path is None or not label_set.startswith(NETWORK_SET):
        return ()
    try:
        status = path.stat()
    except OSError:
        return ()  # opening says what is missing
    return status.st_mtime_ns, status.st_size, status.st_ino


def suggested_name(label_set: str) -> str:
    """Return a name for a network that learned a label set: that of the set, where it is free."""
    bundled = radgalgui_resources.classifier_path(label_set).is_file()
    first = f"{label_set}-mine" if bundled else label_set
    known, number, name = networks(), 2, first
    while name in known:
        name, number = f"{first}-{number}", number + 1
    return name


def add_network(path: str | os.PathLike[str], name: str) -> Path:
    """Copy a trained network into the user's folder, with its answers out of fold.

    It appears whole or not at all.  The same file may be added again, which changes nothing.
    Torch is not needed.

    Parameters
    ----------
    path : str or path
        What ``radgalgui train`` wrote for a recipe with labels.
    name : str
        What it shall be called.

    Returns
    -------
    Path
        The weights file in the user's folder.

    Raises
    ------
    WeightsError
        If the file is missing, damaged, or holds no classifying network.
    UsageError
        If the name cannot be used: it belongs to a classifier that comes along or to another of
        the user's, or would not do for a file; or if the copy cannot be written.
    """
    from radgalgui.models.weights import load_weights

    source, name = Path(path), name.strip()
    read_taught(source)
    load_weights(source)  # all of it: a file that was cut off is not kept
    _check_name(name)
    target = networks_folder() / f"{name}{_SUFFIX}"
    if target.is_file():
        if sha256(target) == sha256(source):
            return target
        raise UsageError(
            f"there is another classifier {name!r} of your own already",
            subject=target,
            remedy="choose another name",
        )
    beside = folds_beside(target)
    beside.unlink(missing_ok=True)  # of a network that was taken away by hand
    if folds_beside(source).is_file():
        keep_copy(folds_beside(source), beside, "the classifier")
    keep_copy(source, target, "the classifier")
    return target


def remove_network(name: str) -> Path:
    """Delete one of the user's own networks, with its answers out of fold.

    What its training wrote elsewhere stays; a label set ``network:NAME`` names nothing from now on.

    Parameters
    ----------
    name : str
        As `networks` lists it, with or without ``network:`` before it.

    Returns
    -------
    Path
        The weights file that was there.

    Raises
    ------
    UsageError
        If none of this name was kept, a path is given, or the file cannot be deleted.
    """
    name = name.removeprefix(NETWORK_SET)
    check_kept_name(name)
    path = network_path(name)
    remove_copy(path, folds_beside(path))  # in this order: it must not stay without its folds
    return path


def _check_name(name: str) -> None:
    check_name(name, _WHAT)
    if radgalgui_resources.classifier_path(name).is_file():
        raise UsageError(
            f"{name!r} is the name of a classifier that comes along",
            remedy=f"choose another name, such as {name + '-mine'!r}",
        )
