"""Tables as text: CSV, TSV and their kin, in whatever encoding, line by line."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from radgalgui.errors import UsageError
from radgalgui.jobs.survey.values import is_sexagesimal, read_number

__all__ = ["DelimitedTable", "Line"]

_DELIMITERS: Final = (",", "\t", ";", "|")
_LOOKED_AT: Final = 60  # lines from which the layout is guessed
_MOST_JOINED: Final = 20  # lines that a cell in quotation marks may go on for
_FILE_NAME: Final = re.compile(r".*\.(fits?|fts|png|jpe?g|npy|h5)(\.[fg]z)?", re.IGNORECASE)
_RULE: Final = re.compile(r"-*")


@dataclass(frozen=True)
class Line:
    """A row of a table as it was read.

    Parameters
    ----------
    cells : tuple
        One a column; empty where ``problem`` says why they cannot be told.
    problem : str
        Why the row is of no use, "" where it is.
    remark : str
        What had to be assumed, "" where nothing.
    """

    cells: tuple[str | int | float | None, ...]
    problem: str = ""
    remark: str = ""


class DelimitedTable:
    """A text file with a row a line.

    Cells are parted by commas, tabs, semicolons, bars or blanks; which, is found out, and whether
    the first line names the columns.  Lines that begin with # above it are comments; the two
    lines of units and dashes that VizieR writes below it are understood.  Bytes that are not
    UTF-8 are read as Windows-1252, line by line.

    Parameters
    ----------
    path : Path
        May be gzipped.

    Raises
    ------
    UsageError
        If it holds no table.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        first = [text for text, _ in zip(self._texts(), range(_LOOKED_AT), strict=False)]
        start = next((n for n, (text, _) in enumerate(first) if _has_content(text)), None)
        if start is None:
            raise UsageError("this table is empty", subject=path)
        body = [text for text, _ in first[start:]]
        self._delimiter = _delimiter(body)
        head = self._split(body[0]) or [body[0]]
        self._body = start
        named = not _is_data(head)
        if named:
            self._body += 1
        self.names = _names(head if named else [""] * len(head))
        self.units = [""] * len(self.names)
        if named:
            self._read_units(body[1:4])

    def lines(self) -> Iterator[Line]:
        """Yield each line below the head, blank ones and comments too."""
        texts = self._texts()
        for _ in range(self._body):
            next(texts)
        held: list[tuple[str, bool]] = []  # read ahead for a cell of several lines
        while True:
            if not held:
                following = next(texts, None)
                if following is None:
                    return
                held.append(following)
            text, strange = held.pop(0)
            yield self._line(text, strange, held, texts)

    def _line(
        self,
        text: str,
        strange: bool,
        held: list[tuple[str, bool]],
        texts: Iterator[tuple[str, bool]],
    ) -> Line:
        if not text.strip():
            return Line((), "the line is blank")
        if text.startswith("#") and self._width(text) != len(self.names):
            return Line((), "the line is a comment")
        if "\0" in text:
            return Line((), "the line holds null bytes: the file is damaged there")
        cells = self._split(text)
        joined = 0
        while cells is None and joined < _MOST_JOINED:
            if len(held) <= joined:
                following = next(texts, None)
                if following is None:
                    break
                held.append(following)
            # A line that is a row by itself is one: it is the mark before it that is wrong.
            ahead = held[joined][0]
            if ahead.count('"') % 2 == 0 and self._width(ahead) == len(self.names) > 1:
                break
            joined += 1
            cells = self._split("\n".join([text, *(part for part, _ in held[:joined])]))
        if cells is None:
            return Line((), "a quotation mark is opened and not closed")
        del held[:joined]
        return self._checked(cells, strange)

    def _checked(self, cells: list[str], strange: bool) -> Line:
        """Return the line if it has as many cells as the table has columns."""
        width = len(self.names)
        while len(cells) > width and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) != width:
            few = "few" if len(cells) < width else "many"
            return Line((), f"the line has {len(cells)} cells, too {few} for {width} columns")
        remark = "It is not in UTF-8, and was read as Windows-1252." if strange else ""
        return Line(tuple(cell.strip() or None for cell in cells), remark=remark)

    def _width(self, text: str) -> int:
        return len(self._split(text) or [])

    def _split(self, text: str) -> list[str] | None:
        """Return a line's cells, None where a quotation mark is not closed."""
        if self._delimiter == " ":
            return text.split()
        try:
            return next(csv.reader([text], delimiter=self._delimiter, strict=True), [])
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                return None
        try:
            return next(csv.reader([text], delimiter=self._delimiter), [])
        except csv.Error:
            return text.split(self._delimiter)

    def _read_units(self, following: list[str]) -> None:
        """Take the lines of units and of dashes below the names, as VizieR writes them."""
        for number, text in enumerate(following[:2]):
            cells = self._split(text) or []
            ruled = [bool(_RULE.fullmatch(cell.strip())) for cell in cells]
            if len(cells) > 1 and all(ruled) and any(cell.strip() for cell in cells):
                if number == 1:
                    units = (self._split(following[0]) or [])[: len(self.names)]
                    self.units[: len(units)] = [unit.strip() for unit in units]
                self._body += number + 1
                return

    def _texts(self) -> Iterator[tuple[str, bool]]:
        """Yield each line, and whether it is in another encoding than UTF-8."""
        with self.path.open("rb") as raw:
            start = raw.read(4)
            raw.seek(0)
            if start.startswith(b"\x1f\x8b"):
                with gzip.open(raw) as unpacked:
                    yield from _decoded(unpacked, self.path)
            else:
                yield from _decoded(raw, self.path)


def _decoded(stream: BinaryIO | gzip.GzipFile, path: Path) -> Iterator[tuple[str, bool]]:
    start = stream.read(4)
    stream.seek(0)
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    # Latin-1 keeps every byte, so that lines can be parted before they are decoded one by one.
    text = io.TextIOWrapper(stream, encoding="utf-16" if wide else "latin-1", errors="replace")
    try:
        for number, line in enumerate(text):
            line = line.rstrip("\n")
            if wide:
                yield line, False
                continue
            held = line.encode("latin-1")
            if number == 0:
                held = held.removeprefix(b"\xef\xbb\xbf")
            try:
                yield held.decode("utf-8"), False
            except UnicodeDecodeError:
                yield held.decode("cp1252", "replace"), True
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(
            f"cannot be read ({error})", subject=path, remedy="fetch the file again"
        ) from error
    finally:
        text.detach()


def _has_content(text: str) -> bool:
    return bool(text.strip()) and not text.startswith("#")


def _delimiter(lines: list[str]) -> str:
    """Return what parts the cells: the mark that most lines hold equally often, else a comma."""
    lines = [line for line in lines if _has_content(line)]
    best: tuple[float, int, str] = (0.0, 0, ",")
    for mark in _DELIMITERS:
        counts = Counter(_count(line, mark) for line in lines)
        often = (
            counts.most_common(1)[0][0] if _count(lines[0], mark) == 0 else _count(lines[0], mark)
        )
        if often:
            best = max(best, (counts[often] / len(lines), often, mark))
    if best[0] > 0.3:
        return best[2]
    columns = Counter(len(line.split()) for line in lines).most_common(1)[0]
    return " " if columns[0] > 1 and columns[1] > 0.5 * len(lines) else ","


def _count(line: str, mark: str) -> int:
    """Count a mark outside quotation marks."""
    return sum(part.count(mark) for part in line.split('"')[::2])


def _is_data(cells: list[str]) -> bool:
    """Tell whether a first line holds values, not names."""
    return any(
        (cell.strip() and read_number(cell) is not None and read_number(cell) == read_number(cell))
        or is_sexagesimal(cell)
        or _FILE_NAME.fullmatch(cell.strip())
        for cell in cells
    )


def _names(head: list[str]) -> list[str]:
    """Return a name for each column, each once."""
    names: list[str] = []
    for number, cell in enumerate(head, start=1):
        wanted = " ".join(cell.split()).lstrip("#").strip() or f"column {number}"
        name, count = wanted, 2
        while name in names:
            name, count = f"{wanted}_{count}", count + 1
        names.append(name)
    return names
