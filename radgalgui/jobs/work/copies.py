"""Copies of weights files in the user's folder: under what names, and whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Final

from radgalgui.errors import UsageError
from radgalgui.files import replaced_file

__all__ = ["check_name", "is_path", "keep_copy", "listed"]

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


def is_path(name: str) -> bool:
    """Whether what somebody typed is the path of a weights file, and no name."""
    return name.endswith(_SUFFIX) or "/" in name or os.sep in name


def listed(names: list[str]) -> str:
    """Return names in quotes, joined by commas and a last "or"."""
    if not names:
        return ""
    return " or ".join(filter(None, (", ".join(map(repr, names[:-1])), repr(names[-1]))))
