"""Where a published data set lies below the folder that a user names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from radgalgui.errors import DataError

__all__ = ["found_folder"]

_DEEPEST: Final = 3  # levels below the root that are looked through
_MOST: Final = 2000  # folders, so that naming a whole disk takes no minutes


def found_folder(root: Path, parts: tuple[str, ...], file: str) -> Path:
    """Return the folder that holds a file: the root, or one of the published names below it.

    Parameters
    ----------
    root : Path
        As a user names it.
    parts : tuple of str
        What the folders are called, such as ``mirabest/F_batches``.  Where they do not lie right
        below the root, the last of several is looked for deeper, and the file alone otherwise.
    file : str
        What the folder must hold.

    Raises
    ------
    DataError
        If none does, or several deeper ones do.
    """
    below = [root.joinpath(*parts[start:]) for start in range(len(parts))]
    for folder in (root, *below, root.joinpath(*parts[:1])):
        if os.path.isfile(folder / file):  # noqa: PTH113 - False where Path's raises: not allowed
            return folder
    named = parts[-1] if len(parts) > 1 else None
    deeper = [folder for folder in _deeper(root, file) if named in (None, folder.name)]
    if len(deeper) == 1:
        return deeper[0]
    if deeper:
        raise DataError(
            f"holds the data set more than once ({' and '.join(map(str, deeper[:2]))})",
            subject=root,
            remedy="name one of them with --root",
        )
    raise DataError(
        f"holds no {file}, nor does {'/'.join(parts)} below it",
        subject=root,
        remedy="name the published folder with --root",
    )


def _deeper(root: Path, file: str) -> Iterator[Path]:
    """Give the folders below the root that hold the file; those not allowed are passed over."""
    depth = len(root.parts)
    for seen, (place, folders, files) in enumerate(os.walk(root)):
        if seen == _MOST:
            return
        here = Path(place)
        if file in files:
            yield here
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if len(here.parts) - depth >= _DEEPEST:
            folders.clear()
