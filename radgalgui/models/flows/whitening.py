"""Vectors made even in all directions before a flow sees them, and what that does to densities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import UsageError

__all__ = ["KINDS", "Whitening"]

KINDS: Final = ("pca", "standardise")
_FLOOR: Final = 1e-10  # least variance of a direction, of the mean over all
_FARTHEST: Final = 1e100  # what a component may be, so that squares stay finite


@dataclass(frozen=True)
class Whitening:
    """An affine map to vectors of mean 0 and, in each direction, variance 1.

    Parameters
    ----------
    mean : ndarray, shape (D,), float32
    axes : ndarray, shape (D, D), float32, or None
        Principal directions as columns, the one of most variance first; None leaves the
        components as they are.
    scales : ndarray, shape (D,), float32
        Standard deviations that are divided by.
    """

    mean: NDArray[np.float32]
    axes: NDArray[np.float32] | None
    scales: NDArray[np.float32]

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return len(self.mean)

    @property
    def log_jacobian(self) -> float:
        """What the map adds to the log density of a vector, in nats."""
        return -float(np.log(self.scales.astype(np.float64)).sum())

    def forward(self, vectors: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Return whitened vectors (n, D) in float64: weak directions are small differences."""
        wide = np.clip(np.asarray(vectors, dtype=np.float64), -_FARTHEST, _FARTHEST)
        centred = wide - self.mean
        turned = centred if self.axes is None else centred @ self.axes.astype(np.float64)
        return np.asarray(turned / self.scales)

    def inverse(self, whitened: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Return the vectors (n, D) that whitened ones were made of."""
        scaled = np.asarray(whitened, dtype=np.float64) * self.scales
        turned = scaled if self.axes is None else scaled @ self.axes.T.astype(np.float64)
        return np.asarray(turned + self.mean)

    @classmethod
    def of_moments(
        cls,
        mean: NDArray[np.float64],
        covariance: NDArray[np.float64],
        *,
        kind: str = "pca",
        shrinkage: float = 0.0,
    ) -> Whitening:
        """Return that of vectors with a mean and a covariance.

        Parameters
        ----------
        mean : ndarray, shape (D,)
        covariance : ndarray, shape (D, D)
        kind : str
            Of `KINDS`: along principal directions, or each component by itself.
        shrinkage : float
            From 0 to 1: how far variances are drawn to their mean, for few vectors.

        Raises
        ------
        UsageError
            If the vectors do not differ, or there is no such kind.
        """
        if kind not in KINDS:
            raise UsageError(
                f"there is no preprocessing {kind!r}", remedy=f"choose of {', '.join(KINDS)}"
            )
        average = float(np.trace(covariance)) / len(mean)
        if not average > 0:
            raise UsageError("the vectors are all the same, and nothing is likelier than another")
        axes = None
        variances = np.diag(covariance)
        if kind == "pca":
            ascending, directions = np.linalg.eigh(covariance)
            variances, axes = ascending[::-1], directions[:, ::-1].astype(np.float32)
        drawn = (1 - shrinkage) * np.maximum(variances, 0.0) + shrinkage * average
        scales = np.sqrt(np.maximum(drawn, _FLOOR * average))
        return cls(mean.astype(np.float32), axes, scales.astype(np.float32))
