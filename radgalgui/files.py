"""Files that appear whole or not at all, and what a file is known by: its hash."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from radgalgui.errors import UsageError

__all__ = ["UNFINISHED", "made_folder", "replaced_file", "sha256"]

UNFINISHED = ".part-*."
"""How the name of a file that is still being written begins, as a pattern for `Path.glob`."""


@contextmanager
def replaced_file(path: Path, *, synced: bool = True) -> Iterator[Path]:
    """Yield a name beside ``path``; the file written there takes its place when the block ends.

    The name ends as that of ``path`` does, for libraries that choose a format by it.  A
    failure, or a process killed on the way, leaves the file that was there before; so does a
    power cut where ``synced``, which takes milliseconds: much for one of thousands of images.

    Raises
    ------
    OSError
        If the folder is not there or cannot be written to, or the disk is full; it names ``path``.
    """
    # Not tempfile: its files are for their owner alone, also after the renaming.
    mark = UNFINISHED.replace("*", secrets.token_hex(8))
    beside = path.with_name(f"{mark}{path.name[-40:]}")
    try:
        yield beside
        if synced:
            with beside.open("rb+") as stream:  # on disk before the name points to it
                os.fsync(stream.fileno())
        beside.replace(path)
    except OSError as error:
        if error.filename in (None, beside, str(beside)):
            error.filename = str(path)  # nobody knows the other name
        raise
    finally:
        beside.unlink(missing_ok=True)


def made_folder(folder: str | os.PathLike[str]) -> Path:
    """Return a folder, made where it is missing.

    Raises
    ------
    UsageError
        If it cannot be made, or is a file.
    """
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"the folder cannot be made ({error.strerror or error})",
            subject=path,
            remedy="choose a folder that you may write to",
        ) from error
    return path


def sha256(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
