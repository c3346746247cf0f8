"""Sorting by several columns is what sorting row by row would give."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from radgalgui.catalog.sorting import sorted_rows
from radgalgui.catalog.text import Text

COUNT = 120
NAMES = ("label", "size", "parts", "mine")


@pytest.fixture(scope="module")
def columns() -> dict:
    rng = np.random.default_rng(4)
    size = rng.integers(0, 6, COUNT).astype(np.float32)
    size[::7] = np.nan
    return {
        "label": Text.of(rng.choice(np.array(["b", "a", "", "c"], dtype=object), COUNT)),
        "size": size,
        "parts": rng.integers(-3, 3, COUNT).astype(np.int32),
        "mine": rng.random(COUNT) < 0.5,
    }


def _naive(columns, keys, rows) -> list[int]:
    """Sort by the last key first; Python's sort keeps what is equal where it is."""
    made = list(rows)
    for name, falling in reversed(keys):
        values = columns[name]

        def unknown(row, values=values) -> bool:
            value = values[row]
            return value == "" or (not isinstance(value, str) and math.isnan(value))

        known = [row for row in made if not unknown(row)]
        kinds = sorted({values[row] for row in known}, reverse=falling)
        place = {kind: i for i, kind in enumerate(kinds)}
        known.sort(key=lambda row, v=values, p=place: p[v[row]])
        made = known + [row for row in made if unknown(row)]
    return made


@pytest.mark.parametrize("keys", list(itertools.permutations(NAMES, 2)))
def test_two_columns_in_all_directions(columns, keys):
    rows = np.arange(COUNT)[::-1][:90]
    for falling in itertools.product((False, True), repeat=2):
        wanted = list(zip(keys, falling, strict=True))
        assert sorted_rows(columns, wanted, rows).tolist() == _naive(columns, wanted, rows)
        assert sorted_rows(columns, wanted).tolist() == _naive(columns, wanted, range(COUNT))


def test_nothing_to_sort_by(columns):
    rows = np.array([4, 2])
    assert sorted_rows(columns, [], rows) is rows
    assert sorted_rows(columns, []) is None
    assert sorted_rows(columns, [("size", False)], rows[:0]).tolist() == []
