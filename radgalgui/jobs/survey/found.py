"""Image files in folders: FITS, and pictures such as PNG."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from radgalgui.jobs.survey.names import PICTURE_ENDINGS
from radgalgui.sky.files import is_image_name

__all__ = ["files_below", "find_files", "is_picture_name"]


def is_picture_name(path: str | os.PathLike[str]) -> bool:
    """Tell whether a name ends as PNG and JPEG pictures do, in any case."""
    return os.fspath(path).lower().endswith(PICTURE_ENDINGS)


def find_files(inputs: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """Return the images among files and folders, in the order given, each file once.

    Folders are searched with all that is in them, sorted by path, without hidden files and links
    to folders.  Files are kept whatever their name: a wrong one is refused in words later on.
    A folder without images adds none.
    """
    found: dict[Path, None] = {}
    for path in map(Path, inputs):
        found.update(dict.fromkeys(_images_below(path) if path.is_dir() else [path]))
    return list(found)


def _images_below(folder: Path) -> list[Path]:
    below = files_below(folder)
    return sorted(path for path in below if is_image_name(path) or is_picture_name(path))


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and its subfolders, without hidden ones, in no order."""
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(where, name) for name in names if not name.startswith("."))
