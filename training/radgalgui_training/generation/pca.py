"""Principal components of images: the yardstick that every network has to beat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import UsageError
from radgalgui.models.encoder import orientations

__all__ = ["PixelPca"]

_AT_ONCE = 256


@dataclass(frozen=True)
class PixelPca:
    """The mean image, and the directions in which images differ most.

    Parameters
    ----------
    mean : ndarray, shape (P,)
        Of all pixels of all bands.
    axes : ndarray, shape (K, P)
        Orthonormal, that of the largest variance first.
    variances : ndarray, shape (K,)
        Along each.
    """

    mean: NDArray[np.float64]
    axes: NDArray[np.float64]
    variances: NDArray[np.float64]

    @classmethod
    def fit(
        cls, images: NDArray[np.floating], components: int, *, turned: bool = False
    ) -> PixelPca:
        """Fit to images (N, C, S, S).

        Parameters
        ----------
        images : ndarray, shape (N, C, S, S)
            In [0, 1].
        components : int
            K.
        turned : bool
            Fit to the eight rotations and mirror images of each.  Their covariance is the mean
            of the covariances, so this takes no more time or memory.

        Raises
        ------
        UsageError
            If there are not more images, and pixels, than components.
        """
        from scipy.linalg import eigh

        pixels = int(np.prod(images.shape[1:]))
        if not 1 <= components < min(len(images), pixels + 1):
            raise UsageError(
                f"{components} principal components of {len(images)} images of {pixels} pixels"
            )
        mean, covariance = _moments(images)
        if turned:
            mean, covariance = _over_orientations(mean, covariance, images.shape[1:])
        ends = (pixels - components, pixels - 1)
        # Half the time in single precision, which is that of the images.
        single = covariance.astype(np.float32)
        variances, axes = eigh(single, subset_by_index=ends, overwrite_a=True)
        descending = np.maximum(variances[::-1], 0.0).astype(np.float64)
        return cls(mean, axes[:, ::-1].T.astype(np.float64), descending)

    @property
    def numbers(self) -> int:
        """How many numbers it holds."""
        return self.axes.size + self.mean.size

    def reconstruct(self, images: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return images (N, C, S, S) as their components tell them, cut to [0, 1]."""
        flat = images.reshape(len(images), -1) - self.mean
        return self._drawn(flat @ self.axes.T, images.shape[1:])

    def sample(
        self, count: int, shape: tuple[int, ...], *, seed: int = 0
    ) -> Iterator[NDArray[np.float32]]:
        """Draw images (n, C, S, S) whose components are normally distributed as those fitted."""
        rng = np.random.default_rng(seed)
        for first in range(0, count, _AT_ONCE):
            noise = rng.standard_normal((min(_AT_ONCE, count - first), len(self.axes)))
            yield self._drawn(noise * np.sqrt(self.variances), shape)

    def _drawn(self, scores: NDArray[np.floating], shape: tuple[int, ...]) -> NDArray[np.float32]:
        flat = scores @ self.axes + self.mean
        return np.clip(flat, 0.0, 1.0).astype(np.float32).reshape(-1, *shape)


def _moments(
    images: NDArray[np.floating],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean (P,) and covariance (P, P) of the pixels."""
    flat = np.asarray(images.reshape(len(images), -1), dtype=np.float32)
    mean = flat.mean(axis=0, dtype=np.float64)
    flat = flat - mean.astype(np.float32)
    return mean, (flat.T @ flat).astype(np.float64) / len(flat)


def _over_orientations(
    mean: NDArray[np.float64], covariance: NDArray[np.float64], shape: tuple[int, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both as if each image stood there in all eight orientations."""
    places = orientations(np.arange(mean.size).reshape(shape)).reshape(8, -1)
    each = np.stack([mean[place] for place in places])
    whole = each.mean(axis=0)
    apart = each - whole
    turned = np.zeros_like(covariance)
    for place in places:
        turned += covariance[np.ix_(place, place)]
    return whole, turned / 8 + apart.T @ apart / 8
