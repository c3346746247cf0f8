"""Copies of weights files in the user's folder: under what names, and whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Final

from radgalgui.errors import UsageError
from radgalgui.files import replaced_file

__all__ = ["check_kept_name", "check_name", "is_path", "keep_copy", "listed", "remove_copy"]

_SUFFIX: Final = ".safetensors"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,59}")


def check_name(name: str, what: str) -> None:
    """Raise `UsageError` unless a name does for a file; ``what`` is what is called so."""
    if not _NAME.fullmatch(name) or name.endswith((_SUFFIX, ".")):
        raise UsageError(
            f"{name!r} is no name for {what}",
            remedy="use letters, digits, '-', '_', '+' and '.', beginning with a letter or digit",
        )


def keep_copy(source: Path, target: Path, what: str, *, content: bytes | None = None) -> None:
    """Write a copy, or ``content`` in its place, beside the target and then as it.

    Raises
    ------
    UsageError
        If it cannot be written; ``what`` is what is kept.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with replaced_file(target) as beside:
            if content is None:
                shutil.copyfile(source, beside)
            else:
                beside.write_bytes(content)
    except OSError as error:
        raise UsageError(
            f"{what} cannot be kept there ({error.strerror or error})",
            subject=target.parent,
            remedy="make room on that disk, or let RADGALGUI_HOME name another folder",
        ) from error


def remove_copy(path: Path, *beside: Path) -> None:
    """Delete a file that was kept, then what lies beside it, if that is there.

    Raises
    ------
    UsageError
        If it cannot be deleted.
    """
    try:
        path.unlink()
        for other in beside:
            other.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(
            f"cannot be deleted ({error.strerror or error})",
            subject=path,
            remedy="see whether you may write to its folder",
        ) from error


def check_kept_name(name: str) -> None:
    """Raise `UsageError` if a path is given where what was kept is to be removed."""
    if is_path(name):
        raise UsageError(
            "is a path: only what is kept under a name can be removed",
            subject=name,
            remedy="give its name, or delete the file yourself",
        )


def is_path(name: str) -> bool:
    """Whether what somebody typed is the path of a weights file, and no name."""
    return name.endswith(_SUFFIX) or "/" in name or os.sep in name


def listed(names: list[str]) -> str:
    """Return names in quotes, joined by commas and a last "or"."""
    if not names:
        return ""
    return " or ".join(filter(None, (", ".join(map(repr, names[:-1])), repr(names[-1]))))
