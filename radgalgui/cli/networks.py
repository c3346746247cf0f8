"""``radgalgui networks``: the encoders and classifiers of the user's own, listed and removed."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from radgalgui.cli.output import complain, print_table
from radgalgui.errors import RadGalError, UsageError

__all__ = ["add_arguments", "run"]

_SHOWN: Final = ("name", "kind", "MB", "about", "catalogues")
_KINDS: Final = ("encoder", "classifier")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the actions and their arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    shown = actions.add_parser("list", help="what you have kept, and which catalogues need it")
    shown.add_argument("--json", action="store_true", help="as JSON, with the paths")
    remove = actions.add_parser(
        "remove", help="delete one that you have kept; what its training wrote elsewhere stays"
    )
    remove.add_argument("names", nargs="+", metavar="NAME", help="as 'list' tells it")
    remove.add_argument(
        "--kind", choices=_KINDS, help="which is meant where both kinds have one of that name"
    )
    remove.add_argument("--yes", action="store_true", help="ask nothing")
    for action in (shown, remove):
        action.add_argument(
            "--catalog",
            type=Path,
            action="append",
            default=[],
            metavar="DIR",
            help="a catalogue to be looked into as well (may be repeated); those that jobs on this "
            "computer have made, and those of which maps, selections or decisions are kept, are "
            "known",
        )


def run(options: argparse.Namespace) -> int:
    """Carry out an action."""
    actions: dict[str, Callable[[argparse.Namespace], None]] = {"list": _list, "remove": _remove}
    actions[options.action](options)
    return 0


def _kept() -> dict[str, dict[str, Path]]:
    """Return all that is kept: weights files by name, by kind."""
    from radgalgui.jobs.networks.encoders import own_encoders
    from radgalgui.jobs.networks.kept import networks

    return {"encoder": own_encoders(), "classifier": networks()}


# -- listing -------------------------------------------------------------------------------------


def _list(options: argparse.Namespace) -> None:
    from radgalgui.jobs.networks.encoders import known_catalogs

    known = known_catalogs(options.catalog)
    rows = [
        _row(kind, name, path, known)
        for kind, kept in _kept().items()
        for name, path in kept.items()
    ]
    if options.json:
        print(json.dumps(rows, indent=2))
    elif rows:
        shown = [{**row, "catalogues": ", ".join(row["catalogues"])} for row in rows]
        print_table(_SHOWN, shown, formats={"MB": ".1f"})
    else:
        complain("you have kept no encoder and no classifier of your own")


def _row(kind: str, name: str, path: Path, known: list[Path]) -> dict[str, Any]:
    from radgalgui.jobs.networks.encoders import catalogs_with

    needed = catalogs_with(path, known) if kind == "encoder" else []
    return {
        "name": name,
        "kind": kind,
        "MB": path.stat().st_size / 1e6,
        "about": _about(kind, path),
        "catalogues": list(map(str, needed)),
        "path": str(path),
    }


def _about(kind: str, path: Path) -> str:
    """Return what a network is, or why it cannot be used."""
    from radgalgui.jobs.networks.encoders import read_own
    from radgalgui.jobs.networks.taught import read_taught

    try:
        if kind == "encoder":
            return read_own(path).words
        taught = read_taught(path)
    except RadGalError as error:
        return f"cannot be used: {error.what}"
    return f"{', '.join(taught.classes)}; {taught.origin}"


# -- removing ------------------------------------------------------------------------------------


def _remove(options: argparse.Namespace) -> None:
    from radgalgui.jobs.networks.encoders import catalogs_with, known_catalogs, remove_encoder
    from radgalgui.jobs.networks.kept import remove_network

    removers = {"encoder": remove_encoder, "classifier": remove_network}
    chosen = [(_kind(name, options), name) for name in dict.fromkeys(options.names)]
    encoders = [name for kind, name in chosen if kind == "encoder"]
    known = known_catalogs(options.catalog) if encoders else []
    for name in encoders:
        _say_needed(name, catalogs_with(_kept()["encoder"][name], known))
    if not options.yes:
        what = " and ".join(f"the {kind} {name!r}" for kind, name in chosen)
        if not _asked(f"Delete {what}? This cannot be undone. [y/N] "):
            complain("nothing was removed")
            return
    for kind, name in chosen:
        print(removers[kind](name))


def _kind(name: str, options: argparse.Namespace) -> str:
    """Return whether an encoder or a classifier is meant.

    Raises
    ------
    UsageError
        If neither is kept under the name, or both are and nothing was said.
    """
    kept = _kept()
    kinds = [kind for kind in _KINDS if name in kept[kind] and options.kind in (None, kind)]
    if len(kinds) == 1:
        return kinds[0]
    if kinds:
        raise UsageError(
            f"there is an encoder {name!r} and a classifier", remedy="say which by --kind"
        )
    known = [each for kind in _KINDS if options.kind in (None, kind) for each in kept[kind]]
    near = difflib.get_close_matches(name, known, n=1)
    raise UsageError(
        f"you have kept no {options.kind or 'encoder and no classifier'} {name!r}",
        remedy=f"perhaps you mean {near[0]!r}" if near else "see 'radgalgui networks list'",
    )


def _say_needed(name: str, catalogs: list[Path]) -> None:
    """Tell what becomes of catalogues without an encoder."""
    for path in catalogs:
        complain(
            f"{path} has vectors of the encoder {name!r}; these can then be looked at only: no "
            "image can be compared with them"
        )


def _asked(question: str) -> bool:
    """Ask at the terminal.

    Raises
    ------
    UsageError
        If nobody is there to answer.
    """
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to be asked", remedy="add --yes to delete without")
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
