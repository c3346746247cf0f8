"""The Gaussian that a flow starts from: mean, covariance, and as much shrinkage as helps."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.models.flows.whitening import Whitening

__all__ = ["fitted_whitening", "gaussian_log_likelihood", "moments"]

_BLOCK: Final = 8192
_MOST: Final = 200_000  # rows that tell a covariance well enough
_SHRINKAGES: Final = (0.0, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3)
Vectors = NDArray[np.floating[Any]]


def moments(
    vectors: Vectors, rows: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean (D,) and the covariance (D, D) of some rows, read block by block."""
    rows = rows[:: math.ceil(len(rows) / _MOST)]
    dimension = vectors.shape[1]
    centre = np.asarray(vectors[rows[:_BLOCK]], dtype=np.float64).mean(axis=0)
    total, squares = np.zeros(dimension), np.zeros((dimension, dimension))
    for start in range(0, len(rows), _BLOCK):
        apart = np.asarray(vectors[rows[start : start + _BLOCK]], dtype=np.float64) - centre
        total += apart.sum(axis=0)
        squares += apart.T @ apart
    shift = total / len(rows)
    covariance = (squares - len(rows) * np.outer(shift, shift)) / max(len(rows) - 1, 1)
    return centre + shift, covariance


def fitted_whitening(
    vectors: Vectors, learned: NDArray[np.int64], held: NDArray[np.int64], *, kind: str
) -> Whitening:
    """Return the whitening of the learned rows under which held-out rows are likeliest.

    Of few vectors the weakest directions look weaker than they are, so that others seem
    impossible; variances are then drawn to their mean, as far as held-out rows want it.
    """
    mean, covariance = moments(vectors, learned)
    others = np.asarray(vectors[held])
    made = [
        Whitening.of_moments(mean, covariance, kind=kind, shrinkage=shrinkage)
        for shrinkage in _SHRINKAGES
    ]
    return max(made, key=lambda one: gaussian_log_likelihood(one, others).mean())


def gaussian_log_likelihood(whitening: Whitening, vectors: Vectors) -> NDArray[np.float64]:
    """Return log densities (n,) of vectors in the Gaussian that is whitened, in nats."""
    whitened = whitening.forward(vectors)
    constant = whitening.log_jacobian - 0.5 * math.log(2 * math.pi) * whitening.dimension
    return np.asarray(constant - 0.5 * np.einsum("nd,nd->n", whitened, whitened))
