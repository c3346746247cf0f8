"""How good neighbours are: against exact search, and against labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from radgalgui.analysis.neighbours import ExactIndex, others_than
from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["neighbour_share", "recall"]


def recall(found: ArrayLike, truth: ArrayLike) -> float:
    """Return the share of the true neighbours that were found, in any order.

    Parameters
    ----------
    found, truth : array-like, shape (Q, k)
        Rows of neighbours; each row is a set.

    Raises
    ------
    UsageError
        If shapes differ or there is nothing to compare.
    """
    found, truth = np.atleast_2d(np.asarray(found)), np.atleast_2d(np.asarray(truth))
    if found.shape != truth.shape or truth.size == 0:
        raise UsageError(f"neighbours of shapes {found.shape} and {truth.shape} do not compare")
    hits = sum(np.isin(t, f).sum() for f, t in zip(found, truth, strict=True))
    return float(hits) / truth.size


def neighbour_share(
    vectors: NDArray[np.floating],
    labels: ArrayLike,
    k: int,
    *,
    exclude: ArrayLike | None = None,
) -> dict[str, float]:
    """Return the mean share of the same label among the ``k`` nearest, each left out in turn.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        Compared by cosine similarity.
    labels : array-like, shape (N,)
        Labels; compared as text.
    k : int
        Neighbours of each source, itself not among them.
    exclude : array-like of bool, shape (N,), optional
        Sources that are no queries and nobody's neighbours, such as those without a label.

    Returns
    -------
    dict
        By label, and under ``"all"`` the mean over sources.

    Raises
    ------
    UsageError
        If shapes do not fit, or fewer than ``k + 1`` sources are left.
    """
    names = np.asarray(labels).astype(str)
    if names.shape != (len(vectors),):
        raise UsageError(f"{len(vectors)} vectors and labels of shape {names.shape} do not fit")
    if exclude is not None:
        keep = ~np.asarray(exclude, dtype=bool)
        vectors, names = np.asarray(vectors)[keep], names[keep]
    if not 1 <= k < len(vectors):
        raise UsageError(f"{k} neighbours among {len(vectors)} sources", remedy="ask for fewer")
    ids, _ = ExactIndex(vectors).search(vectors, k + 1)
    others = ids[others_than(np.arange(len(ids)), ids)].reshape(len(ids), k)
    same = names[others] == names[:, None]
    shares = same.mean(axis=1)
    by_label = {str(name): float(shares[names == name].mean()) for name in np.unique(names)}
    return {**by_label, "all": float(shares.mean())}
