"""Which sources a filter asks for: words that are looked for, or a condition on columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.text import Text
from radgalgui.catalog.where import is_condition, quoted
from radgalgui.gui.sources import LOOKED_AT, Sources

__all__ = ["asks_condition", "begun", "containing", "example", "filter_words", "truths"]


def truths(sources: Sources) -> list[str]:
    """Return the columns that are true or false of each source, such as named selections."""
    return [name for name in sources.columns if sources.kind_of(name) == "yes/no"]


def asks_condition(sources: Sources, text: str) -> bool:
    """Return whether a filter is a condition on columns rather than words to look for."""
    return is_condition(text, sources.columns.keys(), truths(sources))


def containing(sources: Sources, text: str) -> NDArray[np.bool_] | None:
    """Return which sources have ``text`` in any of their words (N,), None for all.

    The case does not matter; single quotes around the text are no part of it.
    """
    wanted = text.strip()
    if len(wanted) > 1 and wanted[0] == wanted[-1] == "'":
        wanted = wanted[1:-1]
    if not wanted:
        return None
    found = np.zeros(len(sources), dtype=bool)
    for values in sources.columns.values():
        if isinstance(values, Text):
            found |= values.contains(wanted)
    return found


def filter_words(sources: Sources | None, text: str) -> str:
    """Return what a filter leaves, in words: "sources with “FRII”"; "all sources" for none."""
    text = text.strip()
    if not text:
        return "all sources"
    if sources is not None and asks_condition(sources, text):
        return f"sources where {text}"
    return f"sources with “{text}”"


def begun(sources: Sources, text: str) -> str:
    """Return the column whose name a text begins with, or is the beginning of; "" for none.

    So conditions begin while they are typed.
    """
    typed = text.strip().lower().lstrip('("')
    for name in sources.columns:
        known = name.lower()
        if typed and (known.startswith(typed) or typed.split(" ")[0] == known):
            return name
    return ""


def example(sources: Sources, column: str) -> str:
    """Return a condition on a column that holds for some of the sources."""
    name, kind = quoted(column), sources.kind_of(column)
    if kind == "yes/no":
        return name
    some = sources.columns[column][:LOOKED_AT]
    if kind == "words":
        words, counts = np.unique(some[some != ""].astype(str), return_counts=True)
        word = str(words[np.argmax(counts)]) if len(words) else ""
        if len(words) > len(some) // 4:  # names
            return f"{name} LIKE '{word[:3]}%'"
        spelt = word.replace("'", "''")
        return f"{name} = '{spelt}'"
    known = some[np.isfinite(some)]
    return f"{name} > {float(np.median(known)):.2g}" if len(known) else f"{name} IS NULL"
