"""What commands print: tables on standard output, progress and complaints on standard error."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from radgalgui.errors import UsageError
from radgalgui.jobs.work.reports import phase

__all__ = [
    "TerminalProgress",
    "add_outputs",
    "check_outputs",
    "check_target",
    "complain",
    "print_table",
    "prints_tables",
    "rows_kept",
    "write_outputs",
]


def complain(message: object) -> None:
    """Print one line on standard error."""
    print(f"radgalgui: {message}", file=sys.stderr)


def check_target(option: str, path: Path) -> None:
    """Refuse a file that stands in no folder, or is one, before the work that it is for."""
    if not path.absolute().parent.is_dir():
        raise UsageError(
            f"there is no folder {str(path.parent)!r} to write it to",
            subject=f"{option} {path}",
            remedy="make the folder first, or choose another",
        )
    if path.is_dir():
        raise UsageError("is a folder", subject=f"{option} {path}", remedy="name a file in it")


def add_outputs(parser: argparse.ArgumentParser) -> None:
    """Describe where the rows of a command go: a CSV file, a VOTable, or events instead."""
    parser.add_argument("--csv", metavar="OUT", help="write a CSV file ('-' for standard output)")
    parser.add_argument("--votable", metavar="OUT", help="write a VOTable with units and UCDs")
    parser.add_argument(
        "--events",
        action="store_true",
        help="print what becomes known as JSON lines instead of a table",
    )


def check_outputs(options: argparse.Namespace) -> None:
    """Refuse outputs that could not be written, before the work that they are for."""
    if options.csv == "-" and options.events:
        raise UsageError(
            "--csv - and --events both print on standard output", remedy="write the CSV to a file"
        )
    if options.votable == "-":
        raise UsageError("--votable needs a file to write to", remedy="name one")
    for option, target in (("--csv", options.csv), ("--votable", options.votable)):
        if target and target != "-":
            check_target(option, Path(target))


def prints_tables(options: argparse.Namespace) -> bool:
    """Return whether answers are printed as tables, because no output was asked for."""
    return not (options.csv or options.votable or options.events)


@contextmanager
def rows_kept(
    write: Callable[[list[dict[str, Any]]], None], of: int, *targets: str | None
) -> Iterator[list[list[dict[str, Any]]]]:
    """Write what was answered when the block ends, also where it ends before its time.

    Parameters
    ----------
    write : callable
        Called with all rows, if there are any.
    of : int
        How many images were to be answered.
    targets : str or None
        The files that rows are written to, "-" for standard output; None for one not asked for.

    Yields
    ------
    list
        To which the rows of each image are added when it is answered.
    """
    answered: list[list[dict[str, Any]]] = []
    try:
        yield answered
    except (Exception, KeyboardInterrupt):
        asked = ["the output" if name == "-" else name for name in targets if name]
        if asked and _write_all(write, answered):
            done = f"{len(answered):,} of {of:,} images were answered"
            complain(f"{done}; their rows are in {' and '.join(asked)}")
        raise
    _write_all(write, answered)


def _write_all(
    write: Callable[[list[dict[str, Any]]], None], answered: Sequence[list[dict[str, Any]]]
) -> bool:
    """Write rows, and tell whether there were any."""
    rows = [row for each in answered for row in each]
    if rows:
        write(rows)
    return bool(rows)


def write_outputs(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], options: argparse.Namespace
) -> None:
    """Write the CSV and the VOTable that were asked for."""
    from radgalgui.catalog import export

    if options.csv == "-":
        export.write_csv(sys.stdout, columns, rows)
    elif options.csv:
        export.write_csv(Path(options.csv), columns, rows)
    if options.votable:
        export.write_votable(options.votable, columns, rows)


def print_table(
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    *,
    formats: Mapping[str, str] | None = None,
) -> None:
    """Print rows under a heading, numbers to the right, text to the left; None is blank."""
    formats = formats or {}
    cells = [[_cell(row[name], formats.get(name, "")) for name in columns] for row in rows]
    widths = [max(len(line[i]) for line in [list(columns), *cells]) for i in range(len(columns))]
    numeric = [any(isinstance(row[name], (int, float)) for row in rows) for name in columns]
    for line in [list(columns), *cells]:
        parts = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        ]
        print("  ".join(parts).rstrip())


def _cell(value: object, spec: str) -> str:
    if value is None:
        return ""
    return format(value, spec)


class TerminalProgress:
    """A progress reporter that draws a bar on standard error, one for each phase.

    Nothing is drawn where standard error is no terminal, so that logs stay readable.
    """

    def __init__(self) -> None:
        self._bar: Any = None
        self._phase: tuple[str, int | None] | None = None

    def __call__(self, done: int, total: int | None, what: str = "", /) -> None:
        """Report that ``done`` of ``total`` steps of ``what`` are done."""
        if not sys.stderr.isatty():
            return
        now = (phase(what), total)
        if self._bar is None or now != self._phase or done < self._bar.n:
            self.close()
            from tqdm import tqdm

            self._bar = tqdm(total=total, file=sys.stderr, leave=False)
            self._phase = now
        self._bar.set_description(what or None, refresh=False)
        self._bar.n = done
        self._bar.refresh()

    def close(self) -> None:
        """Wipe the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
