"""Vectors made ready for comparison: finite, of one length, of one norm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["as_queries", "side_by_side", "unit_blocks", "unit_parts", "unit_vectors"]

_BLOCK = 32768  # vectors that are made ready at once: 32 MB of 256 numbers each


def unit_vectors(
    vectors: NDArray[np.floating], *, what: str = "vector", first: int = 0
) -> NDArray[np.float32]:
    """Return vectors divided by their norm.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        Any real dtype.
    what : str
        What they are called in a message.
    first : int, optional
        The number of the first of them, in a message.

    Returns
    -------
    ndarray, shape (N, D), float32

    Raises
    ------
    UsageError
        If there are none, or one holds NaN or infinity, or is zero and has no direction.
    """
    values = np.asarray(vectors)
    if values.ndim != 2 or values.size == 0:
        raise UsageError(f"{what}s of shape (N, D) are needed, not {values.shape}")
    values = values.astype(np.float32)
    largest = np.abs(values).max(axis=1, keepdims=True)
    _refuse(~np.isfinite(largest), what, "holds NaN or infinity", first)
    _refuse(largest == 0, what, "is zero, which has no direction", first)
    values /= largest  # so that the squares neither overflow nor vanish
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    return values


def side_by_side(vectors: NDArray[np.floating], looks: int) -> NDArray[np.floating]:
    """Return the vectors of sources that were looked at several times, joined.

    They are divided by the root of the number of looks: the product of two of them is the mean
    over the looks, and a classifier's settings mean what they mean for one look.

    Parameters
    ----------
    vectors : ndarray, shape (L * N, D)
        All sources by the first look, all by the second, and so on.
    looks : int
        How many, L.

    Returns
    -------
    ndarray, shape (N, L * D)
        Look by look.
    """
    each = np.asarray(vectors).reshape(looks, -1, np.shape(vectors)[-1])
    joined: NDArray[np.floating] = each.swapaxes(0, 1).reshape(each.shape[1], -1)
    return joined / joined.dtype.type(looks**0.5)


def unit_parts(
    vectors: NDArray[np.floating], parts: int, *, what: str = "vector"
) -> NDArray[np.float32]:
    """Return joined vectors of norm 1, of which each part has the same share.

    The product of two of them is the mean of the cosines of their parts.

    Parameters
    ----------
    vectors : ndarray, shape (N, parts * D)
        As `side_by_side` makes them.
    parts : int
        How many were joined.
    what : str
        What they are called in a message.

    Raises
    ------
    UsageError
        As `unit_vectors`.
    """
    values = np.asarray(vectors)
    each = unit_vectors(values.reshape(len(values) * parts, -1), what=what)
    return each.reshape(len(values), -1) / np.float32(parts**0.5)


def unit_blocks(
    vectors: NDArray[np.floating], *, block: int = _BLOCK
) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """Yield vectors divided by their norm, some rows after others.

    What is held does not grow with their number, where they are a memory map.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        Any real dtype.
    block : int, optional
        Rows at a time.

    Raises
    ------
    UsageError
        As `unit_vectors`, when the row is reached.
    """
    if vectors.ndim != 2 or vectors.size == 0:
        raise UsageError(f"vectors of shape (N, D) are needed, not {vectors.shape}")
    for start in range(0, len(vectors), block):
        rows = slice(start, min(start + block, len(vectors)))
        yield rows, unit_vectors(vectors[rows], first=start)


def as_queries(
    vectors: NDArray[np.floating], k: int, *, dimension: int, count: int
) -> NDArray[np.float32]:
    """Return queries as unit vectors, shape (Q, D), after checking them and ``k``.

    Raises
    ------
    UsageError
        If ``k`` is out of range, or a query has another length, is not finite, or zero.
    """
    if not 1 <= k <= count:
        raise UsageError(
            f"{k} neighbours are asked for, of {count}", remedy=f"ask for 1 to {count}"
        )
    queries = np.atleast_2d(np.asarray(vectors))
    if queries.ndim != 2 or queries.shape[1] != dimension:
        raise UsageError(
            f"a query has {queries.shape[-1]} numbers, the index was built of {dimension}",
            remedy="use the encoder that the index was built with",
        )
    return unit_vectors(queries, what="query")


def _refuse(bad: NDArray[np.bool_], what: str, why: str, first: int) -> None:
    if bad.any():
        raise UsageError(f"{what} {first + int(np.flatnonzero(bad)[0])} {why}")
