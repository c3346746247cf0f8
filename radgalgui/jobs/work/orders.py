"""What is asked of the background: a command line with a title."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

__all__ = ["KINDS", "Kind", "Order"]

Kind = Literal[
    "train",
    "build",
    "append",
    "remove",
    "embed",
    "refresh",
    "likelihood",
    "map",
    "duplicates",  # pairs are looked for
    "without",  # another catalogue without them
]
KINDS: Final[tuple[str, ...]] = get_args(Kind)


@dataclass(frozen=True)
class Order:
    """Work for a process of its own.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    title : str
        What it is, for people: ``Catalogue of the 1,096 fields``.
    arguments : list of str
        What stands after ``radgalgui``, without ``--events`` and ``--resume``.
    out : Path
        What it writes: a folder, or a file.
    resumable : bool
        Whether the command takes ``--resume`` and then goes on where it was.
    """

    kind: Kind
    title: str
    arguments: list[str]
    out: Path
    resumable: bool

    def command(self, *, resume: bool = False) -> list[str]:
        """Return the command line that is started; it goes on with what there is if asked to."""
        more = ["--resume"] if resume and self.resumable else []
        left_out = {"--events", *more, *(["--restart"] if more else [])}
        here = [argument for argument in self.arguments if argument not in left_out]
        return [sys.executable, "-m", "radgalgui", *here, *more, "--events"]

    def shown(self) -> str:
        """Return the command as a user would type it, quoted for the shell of the system."""
        words = ["radgalgui", *self.arguments]
        return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "kind": self.kind,
            "title": self.title,
            "arguments": list(self.arguments),
            "out": str(self.out),
            "resumable": self.resumable,
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Order:
        """Return the order that `to_dict` told.

        Raises
        ------
        ValueError
            If something is missing or of the wrong kind.
        """
        try:
            kind, title, arguments = told["kind"], told["title"], told["arguments"]
            out, resumable = told["out"], told["resumable"]
        except (KeyError, TypeError) as error:
            raise ValueError(f"an order lacks {error}") from error
        texts = [title, out, *arguments] if isinstance(arguments, list) else [None]
        if kind not in KINDS or not all(isinstance(text, str) for text in texts):
            raise ValueError("an order is not what it must be")
        return cls(kind, title, list(arguments), Path(out), bool(resumable))
