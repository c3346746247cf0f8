"""Rows of a table by an expression: what stands behind WHERE in SQL, as DuckDB answers it.

An expression such as ``angular_size > 30 AND label = 'FRII'`` is asked of an Arrow table in
memory.  It can read that and nothing else: files, networks, settings and further statements are
shut off before it is looked at.
"""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.text import Column, Text
from radgalgui.errors import Cancelled, UsageError

__all__ = ["UnfinishedError", "Where", "is_condition", "quoted"]

ROW = "row of the table"  # the column that tells which row it is; no name of a column in a survey
MEMORY = "2GB"  # more than any condition on three million sources needs
MOST_NAMED = 8  # columns listed where none is near what was written
EXAMPLE = "angular_size > 30"

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "memory_limit": MEMORY,
    "threads": "2",
}

_QUOTED = re.compile(r"'(?:[^']|'')*'?")
_NAMED = re.compile(r'"(?:[^"]|"")*"?')
_COMPARED = re.compile(r"[<>=]")
_TESTED = re.compile(
    r"\b(?:is\s+(?:not\s+)?null|(?:not\s+)?(?:i?like\b|in\s*\(|between\b|similar\s+to\b))", re.I
)
_JOINING = re.compile(r"\b(?:and|or|not)\b|[()]", re.I)
_SEVERAL = ("more than one statement", "single expression", "single SELECT")
_SELECT = re.compile(r"\bselect\b", re.I)
_WORD = re.compile(r"[A-Za-z_]\w*")


class UnfinishedError(UsageError):
    """An expression that breaks off, as all do while they are typed."""


def is_condition(text: str, columns: Collection[str], truths: Collection[str] = ()) -> bool:
    """Return whether a text is a condition on columns rather than words to look for.

    A condition compares (``<``, ``>``, ``=``), or tests a column (``flux IS NULL``, ``name LIKE
    'J12%'``, ``IN``, ``BETWEEN``), or consists of columns that are true or false, alone or
    joined by AND, OR, NOT.  What stands wholly in single quotes is looked for as it is.

    Parameters
    ----------
    text : str
        As it was typed.
    columns : collection of str
        Names of the columns.
    truths : collection of str
        Those that are true or false.
    """
    text = text.strip()
    if not text or _QUOTED.fullmatch(text):
        return False
    bare = _QUOTED.sub("''", text)
    outside = _NAMED.sub('""', bare)
    if _COMPARED.search(outside):
        return True
    if tested := _TESTED.search(outside):
        known = {name.lower() for name in columns}
        before = outside[: tested.start()]
        return '""' in before or any(w.lower() in known for w in _WORD.findall(before))
    return _only_truths(bare, truths)


def _only_truths(text: str, truths: Collection[str]) -> bool:
    """Return whether a text consists of names of truths, joined."""
    known = {name.lower() for name in truths}
    if text.lower() in known:
        return True
    found = [name.strip('"') for name in _NAMED.findall(text)]
    found += _WORD.findall(_JOINING.sub(" ", _NAMED.sub(" ", text)))
    rest = _WORD.sub("", _JOINING.sub("", _NAMED.sub("", text)))
    return bool(found) and not rest.strip() and all(name.lower() in known for name in found)


def quoted(name: str) -> str:
    """Return a column's name as an expression spells it: in double quotes where it must be."""
    return name if _WORD.fullmatch(name) else '"' + name.replace('"', '""') + '"'


class Where:
    """The columns of a catalogue, ready to be asked which rows fulfil a condition.

    Parameters
    ----------
    columns : mapping of str to ndarray or Text (N,)
        By name.  NaN and "" are NULL: nothing compares with them, ``IS NULL`` finds them.
    """

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self._columns = dict(columns)
        self._count = len(next(iter(columns.values())))
        self._open: tuple[Any, Any] | None = None
        self._opening = threading.Lock()

    def rows(self, condition: str) -> NDArray[np.int64]:
        """Return the rows that fulfil a condition, in increasing order.

        A name without spaces may be written in any case; others stand in double quotes.  Where a
        condition is the bare name of a column of truth values, it holds where that is true.

        Raises
        ------
        UsageError
            If it cannot be understood, with what is wrong and what may be meant.
        UnfinishedError
            If it breaks off.
        Cancelled
            If `interrupt` was called meanwhile.
        """
        import duckdb

        condition = self._named(condition.strip())
        if not condition:
            raise UnfinishedError("there is no condition yet", remedy=f"write one as {EXAMPLE}")
        if _SELECT.search(_QUOTED.sub("", _NAMED.sub("", condition))):
            raise UsageError("a condition cannot hold a SELECT", remedy=f"write one as {EXAMPLE}")
        try:
            connection, table = self._connected()
            asked = connection.from_arrow(table).filter(self._checked(connection, table, condition))
            found = asked.select(duckdb.ColumnExpression(ROW)).fetchnumpy()[ROW]
        except duckdb.InterruptException:
            raise Cancelled from None
        except duckdb.Error as error:
            raise self._said(str(error), condition) from error
        return np.sort(np.asarray(found, dtype=np.int64))

    def interrupt(self) -> None:
        """Let what is being asked in another thread end with `Cancelled`."""
        opened = self._open
        if opened is not None:
            opened[0].interrupt()

    def close(self) -> None:
        """Forget the columns."""
        with self._opening:
            if self._open is not None:
                self._open[0].close()
                self._open = None

    def _named(self, condition: str) -> str:
        """Return a condition that is a name with spaces in the quotes that it needs."""
        names = {name.lower(): name for name in self._columns}
        plain = condition.lower() in names and not _WORD.fullmatch(condition)
        return quoted(names[condition.lower()]) if plain else condition

    def _connected(self) -> tuple[Any, Any]:
        with self._opening:
            if self._open is None:
                import duckdb

                connection = duckdb.connect(":memory:", config=_CONFIG)
                connection.execute("SET lock_configuration = true")
                self._open = connection, self._table()
            return self._open

    def _table(self) -> Any:
        import pyarrow as pa

        made = {name: _nullable(values) for name, values in self._columns.items()}
        return pa.table({**made, ROW: np.arange(self._count)})

    def _checked(self, connection: Any, table: Any, condition: str) -> Any:
        """Return the condition as one expression that is true or false."""
        import duckdb

        expression = duckdb.SQLExpression(condition)
        kind = str(connection.from_arrow(table.slice(0, 0)).select(expression).types[0])
        if kind not in ("BOOLEAN", '"NULL"'):
            raise UnfinishedError(
                f"{condition} is no condition", remedy=f"compare it, as in {EXAMPLE}"
            )
        return expression

    # -- what went wrong -------------------------------------------------------------------

    def _said(self, said: str, condition: str) -> UsageError:
        """Return in a sentence what DuckDB said of a condition."""
        if lacking := re.search(r'Referenced column "([^"]*)"', said):
            return self._no_column(lacking[1], condition)
        if "syntax error at end of input" in said or "unterminated" in said:
            return UnfinishedError("the condition breaks off", remedy="close what is open in it")
        if near := re.search(r'syntax error at or near "([^"]*)"', said):
            return _not_understood(near[1], condition)
        if word := re.search(r"Could not convert string '(.*?)' to (\w+)", said):
            what = "true or false" if word[2].startswith("BOOL") else "a number"
            return UsageError(f"'{word[1]}' is not {what}", remedy="compare like with like")
        if "Cannot compare values of type" in said or "an explicit cast is required" in said:
            return UsageError(
                "words cannot be compared with numbers",
                remedy="put words in single quotes, as in label = 'FRII'",
            )
        if any(words in said for words in _SEVERAL):
            return UsageError("only one condition can be asked", remedy="join them by AND or OR")
        if "cannot contain" in said or "Aggregates cannot" in said:
            return UsageError(
                "a condition cannot hold what is computed over all sources",
                remedy=f"compare values of each source, as in {EXAMPLE}",
            )
        if "does not exist" in said and (name := re.search(r"Function with name (\S+)", said)):
            return UsageError(
                f"there is no function {name[1]}",
                remedy="use those of SQL, as abs, sqrt, log10, lower, upper",
            )
        first = said.splitlines()[0].split("Error:", 1)[-1].strip()
        return UsageError(f"the condition cannot be used: {first}", remedy=f"see {EXAMPLE}")

    def _no_column(self, name: str, condition: str) -> UsageError:
        """Say that there is no such column, and what may be meant."""
        if _compared_with(name, condition) and any(
            isinstance(values, Text) for values in self._columns.values()
        ):
            return UsageError(
                f"there is no column {name}",
                remedy=f"put words in single quotes, as in label = '{name}'",
            )
        lower = {column.lower(): column for column in self._columns}
        near = difflib.get_close_matches(name.lower(), lower, n=1, cutoff=0.65)
        some = [quoted(column) for column in self._columns][:MOST_NAMED]
        more = " and others" if len(self._columns) > MOST_NAMED else ""
        remedy = f"there are {', '.join(some)}{more}"
        if near:
            remedy = f"perhaps you mean {quoted(lower[near[0]])}"
        return UsageError(f"there is no column {name}", remedy=remedy)


def _not_understood(near: str, condition: str) -> UsageError:
    if condition.rstrip().lower().endswith(near.lower()):
        return UnfinishedError("the condition breaks off", remedy=f"write on after {near}")
    return UsageError(f"the condition is not understood near {near}", remedy=f"see {EXAMPLE}")


def _compared_with(name: str, condition: str) -> bool:
    """Whether a name stands at the right of ``=``, where a word in quotes is meant."""
    bare = re.escape(name)
    return re.search(rf'(?:=|<>|\bi?like)\s*"?{bare}"?', condition, re.I) is not None


def _nullable(values: Column) -> Any:
    """Return a column for Arrow in which NaN and "" are null."""
    import pyarrow as pa
    from pyarrow import compute

    if isinstance(values, Text):
        return compute.if_else(compute.equal(values.values, ""), None, values.values)
    return pa.array(np.ascontiguousarray(values), from_pandas=True)
