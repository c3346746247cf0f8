"""The parser of the ``radgalgui`` command, and which module carries out each subcommand."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
import textwrap
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from radgalgui import __version__
from radgalgui.errors import UsageError

__all__ = ["COMMANDS", "is_command", "parse_window", "require_display", "run"]

COMMANDS = {
    "search": "find the galaxies most similar to an image",
    "classify": "tell the class of the galaxy in an image, by seven classifiers",
    "likelihood": "tell how likely the galaxy in an image is among a catalogue's",
    "reconstruct": "draw galaxies again from what the very deep VAE keeps of them",
    "sample": "draw new galaxies, from nothing or around a given one",
    "walk": "draw the way from one galaxy to another",
    "traverse": "draw a galaxy with one component of its vector changed",
    "measure": "measure size and flux of the source in an image",
    "islands": "find every source of a large image, as a table of positions",
    "simulate": "make FIRST-like radio galaxies, as FITS files or as a catalogue",
    "catalog": "make a catalogue of your own sources, change it, look into it",
    "embed": "embed a catalogue, or your own sources, with an encoder",
    "train": "train an encoder by a recipe",
    "networks": "list and remove encoders and classifiers of your own",
    "understand": "tell what the components of an encoder's vectors hold",
    "evaluate": "measure classifiers and neighbours on published data sets",
    "labels": "make the label sets that ship, from published data",
    "doctor": "report versions, devices, display and what is missing",
    "engine": "answer queries over a pipe (used by the window)",
}
_HIDDEN = {"engine", "labels"}


class _Help(argparse.HelpFormatter):
    """Breaks no line at a hyphen: names such as ``byol-smoke`` are copied from it."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines = self._split_lines(text, width - len(indent))
        return "\n".join(f"{indent}{line}" for line in lines)


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one line, as everywhere in this program."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": _Help, **options})

    def error(self, message: str) -> NoReturn:
        """Raise `UsageError` instead of printing the usage."""
        raise UsageError(message, remedy=f"see '{self.prog} --help'")


def is_command(arguments: Sequence[str]) -> bool:
    """Whether the arguments ask for a subcommand, the help or the version."""
    if not arguments:
        return False
    first = arguments[0]
    if first in COMMANDS or first in {"-h", "--help", "--version"}:
        return True
    _suggest(first)
    return False


def run(arguments: Sequence[str]) -> int:
    """Carry out a subcommand, the help or the version; return the exit status."""
    first = arguments[0]
    if first == "--version":
        print(f"radgalgui {__version__}")
        return 0
    if first in {"-h", "--help"}:
        print(_help())
        return 0
    module = import_module(f"radgalgui.cli.{first}")
    parser = Parser(prog=f"radgalgui {first}", description=COMMANDS[first].capitalize() + ".")
    module.add_arguments(parser)
    try:
        options = parser.parse_args(arguments[1:])
    except SystemExit as end:  # argparse ends the program after --help
        return int(end.code or 0)
    options.typed = ["radgalgui", *arguments]
    return int(module.run(options))


def parse_window(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of the window: files, and a few options."""
    parser = Parser(prog="radgalgui", add_help=False)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--catalog", type=Path)
    parser.add_argument("--snapshot", type=Path, metavar="DIR")
    return parser.parse_args(arguments)


def require_display() -> None:
    """Raise `UsageError` where Qt would abort for want of a screen."""
    if not sys.platform.startswith("linux"):
        return
    if not any(os.environ.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise UsageError(
            "there is no display for the window",
            remedy="use 'radgalgui search FILE', or 'radgalgui --snapshot DIR FILE'",
        )


def _suggest(word: str) -> None:
    """Raise `UsageError` for what looks like a mistyped subcommand rather than a file."""
    if word.startswith("-") or os.sep in word or "." in word or Path(word).exists():
        return
    near = difflib.get_close_matches(word, [c for c in COMMANDS if c not in _HIDDEN], n=1)
    if near:
        raise UsageError(f"no command or file {word!r}", remedy=f"perhaps you mean '{near[0]}'")


def _help() -> str:
    width = max(len(name) for name in COMMANDS)
    rows = [f"  {name:<{width}}  {COMMANDS[name]}" for name in COMMANDS if name not in _HIDDEN]
    return "\n".join(
        [
            "usage: radgalgui [FILE...] [--catalog DIR] [--snapshot DIR]",
            "       radgalgui COMMAND ...",
            "",
            "Explore what neural encoders learned of radio galaxies. With files, or alone, the",
            "window opens and the files become queries; with --snapshot it answers them without",
            "a screen, and writes neighbours.csv and window.png to DIR.",
            "",
            "commands:",
            *rows,
            "",
            "options:",
            "  --help      this text; 'radgalgui COMMAND --help' explains one command",
            "  --version   the version",
            "",
            "Exit status: 0; 2 for bad input, with one line on standard error; 130 interrupted.",
        ]
    )
