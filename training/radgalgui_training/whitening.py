"""Make the directions of a vector space count more alike, without drowning in the weakest."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["centre_and_whitening"]

# Directions with less variance than this share of the largest are noise, and not raised further.
_FLOOR: Final = 1e-4


def centre_and_whitening(
    vectors: NDArray[np.floating], *, power: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the mean of vectors, and a matrix that evens their principal variances out.

    Contrastive learning leaves most of the variance in a few directions, so that the cosine
    sees little else.  After ``(v - centre) @ whitening`` a principal direction of variance s
    has the variance s ** (1 - power): power 0 changes nothing, 1 whitens.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        A network's outputs for its training images; N at least 1.
    power : float
        Between 0 and 1.

    Returns
    -------
    centre : ndarray, shape (D,), float32
    whitening : ndarray, shape (D, D), float32
        Symmetric, scaled so that the largest direction stays as it was.
    """
    centre = vectors.mean(axis=0, dtype=np.float64)
    residual = vectors - centre
    variances, directions = np.linalg.eigh(residual.T @ residual / len(vectors))
    largest = max(float(variances[-1]), np.finfo(np.float32).tiny)
    relative = np.maximum(variances / largest, _FLOOR)
    whitening = (directions * relative ** (-power / 2)) @ directions.T
    return centre.astype(np.float32), whitening.astype(np.float32)
