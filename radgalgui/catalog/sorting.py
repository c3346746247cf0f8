"""Rows in the order of one column or several: stable, with unknown values at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.text import Column, Text

__all__ = ["sorted_rows"]


def sorted_rows(
    columns: Mapping[str, Column],
    keys: Sequence[tuple[str, bool]],
    rows: NDArray[np.int64] | None = None,
) -> NDArray[np.int64] | None:
    """Return rows in the order of some columns.

    Parameters
    ----------
    columns : mapping of str to ndarray or Text (N,)
        By name.
    keys : sequence of (str, bool)
        Columns to sort by, the one that counts most first, and whether the largest comes first.
        Unknown values come last in either direction; what is equal keeps its order.
    rows : ndarray of int, shape (M,), optional
        Which rows; all by default.

    Returns
    -------
    ndarray of int64, shape (M,), or None
        The rows, or None for all of them as they are.
    """
    if not keys:
        return rows
    ranks = [_ranks(columns[name], rows, falling=falling) for name, falling in reversed(keys)]
    order = np.lexsort(ranks) if len(ranks) > 1 else np.argsort(ranks[0], kind="stable")
    return order if rows is None else rows[order]


def _ranks(values: Column, rows: NDArray[np.int64] | None, *, falling: bool) -> NDArray[np.generic]:
    """Return numbers that rise in the order wanted, unknown values above all."""
    if isinstance(values, Text):
        ranks = values.ranks()
        if falling:
            ranks = np.where(values.known(), -ranks, np.int32(len(values)))
        return ranks if rows is None else ranks[rows]
    numbers = values if rows is None else values[rows]
    if numbers.dtype.kind == "f":
        return -numbers if falling else numbers  # NaN is sorted to the end by NumPy
    whole = numbers.astype(np.int64)
    return -whole if falling else whole
