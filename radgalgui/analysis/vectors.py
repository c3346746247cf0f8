"""Vectors made ready for comparison: finite, of one length, of one norm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from radgalgui.errors import UsageError
from radgalgui.sky.rings import emission_in_rings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from radgalgui.sky.look import Look

__all__ = ["as_queries", "side_by_side", "unit_blocks", "unit_parts", "unit_vectors"]

_BLOCK = 32768  # vectors that are made ready at once: 32 MB of 256 numbers each
_RINGS_SHARE = 2.0
"""How much the rings count beside a vector; 0.5, 1 and 2 were cross-validated on FR-DEEP."""


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


def side_by_side(
    vectors: NDArray[np.floating], seen: NDArray[np.floating], looks: Sequence[Look]
) -> NDArray[np.floating]:
    """Return what classifiers are told of sources that were looked at: their vectors, joined.

    Where the looks want it, the emission in rings stands behind the vector of each.  All is
    divided by the root of the number of looks: the product of two of them is the mean over the
    looks, and a classifier's settings mean what they mean for one look.

    Parameters
    ----------
    vectors : ndarray, shape (L * N, D)
        All sources by the first look, all by the second, and so on.
    seen : ndarray, shape (L * N, C, S, S)
        What the encoder saw.
    looks : sequence of Look
        The L looks; rings are told by all of them, or by none.

    Returns
    -------
    ndarray, shape (N, L * E)
        Look by look; E is `Look.numbers` of D.
    """
    if looks[0].rings:
        rings = _RINGS_SHARE * emission_in_rings(seen)
        vectors = np.concatenate([vectors, rings.astype(vectors.dtype)], axis=1)
    each = np.asarray(vectors).reshape(len(looks), -1, np.shape(vectors)[-1])
    joined: NDArray[np.floating] = each.swapaxes(0, 1).reshape(each.shape[1], -1)
    return joined / joined.dtype.type(len(looks) ** 0.5)


def unit_parts(
    vectors: NDArray[np.floating], parts: int, *, dimension: int | None = None, what: str = "vector"
) -> NDArray[np.float32]:
    """Return joined vectors of norm 1, of which each part has the same share.

    The product of two of them is the mean of the cosines of their parts: joined as they are, the
    look with the longest vectors would decide what is alike.

    Parameters
    ----------
    vectors : ndarray, shape (N, parts * E)
        As `side_by_side` makes them.
    parts : int
        How many were joined.
    dimension : int, optional
        The first numbers of each part, D, which are the encoder's; all by default.  The emission
        in rings is left out so: alike is what the encoder finds alike.
    what : str
        What they are called in a message.

    Returns
    -------
    ndarray, shape (N, parts * D), float32

    Raises
    ------
    UsageError
        As `unit_vectors`.
    """
    values = np.asarray(vectors)
    each = unit_vectors(values.reshape(len(values) * parts, -1)[:, :dimension], what=what)
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
