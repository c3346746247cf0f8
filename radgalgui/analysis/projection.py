"""Principal components of vectors: exact, block by block, and where a new vector falls."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from radgalgui.analysis.vectors import unit_blocks
from radgalgui.errors import CatalogError, UsageError
from radgalgui.progress import silent

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

    from radgalgui.progress import CancelToken, Progress

__all__ = ["KEPT", "PcaProjection", "pca_map", "reduced"]

#: Principal components that a projection keeps: more tell nothing that an eye would see.
KEPT = 20

_FINDING = "finding the principal components"


@dataclass(frozen=True)
class PcaProjection:
    """The first principal components of unit vectors; places a vector exactly.

    Vectors are first divided by their norm, so that distances on the map follow cosine
    similarity as the neighbours do.  They are read block by block, so that memory does not grow
    with their number; the products that add up are exact, no approximation as an incremental
    singular value decomposition would be.

    Parameters
    ----------
    mean : ndarray, shape (D,), float32
        Mean of the unit vectors.
    components : ndarray, shape (K, D), float32
        Principal axes, K at least 2; the sign is such that the largest number of each is
        positive.
    explained : tuple of float
        Share of the variance along each axis, K values, falling.
    """

    mean: NDArray[np.float32]
    components: NDArray[np.float32]
    explained: tuple[float, ...]

    @classmethod
    def fit(
        cls,
        vectors: NDArray[np.floating],
        *,
        keep: int = KEPT,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> PcaProjection:
        """Find the components of vectors of shape (N, D), N and D at least 2.

        Parameters
        ----------
        keep : int, optional
            Components that are kept, where there are so many.

        Raises
        ------
        UsageError
            If there are too few, or one is not finite, or zero.
        Cancelled
            If ``cancel`` was raised.
        """
        if vectors.ndim == 2 and vectors.size and min(vectors.shape) < 2:
            raise UsageError(f"a map needs at least 2 vectors of 2 numbers, not {vectors.shape}")
        mean = _mean(vectors, cancel).astype(np.float32)
        values, axes = _principal_axes(vectors, mean, progress, cancel)
        total = max(float(values.sum()), np.finfo(float).tiny)
        return cls(
            mean=mean,
            components=np.ascontiguousarray(axes[:keep], dtype=np.float32),
            explained=tuple(float(value) / total for value in values[:keep]),
        )

    def project(
        self, vectors: NDArray[np.floating], axes: tuple[int, int] = (0, 1)
    ) -> NDArray[np.float32]:
        """Return the places of vectors (N, D) along two of the components, shape (N, 2).

        Raises
        ------
        UsageError
            If they are of another length, not finite, or zero, or there is no such component.
        """
        rows = np.atleast_2d(np.asarray(vectors))
        if rows.ndim != 2 or rows.shape[1] != len(self.mean):
            raise UsageError(
                f"a vector has {rows.shape[-1]} numbers, the map was made of {len(self.mean)}",
                remedy="use the encoder that the map was made with",
            )
        if not all(0 <= axis < len(self.components) for axis in axes):
            raise UsageError(
                f"there is no component {max(axes) + 1}",
                remedy=f"choose 1 to {len(self.components)}",
            )
        plane = np.ascontiguousarray(self.components[list(axes)].T)
        places = np.empty((len(rows), 2), dtype=np.float32)
        for some, units in unit_blocks(rows):
            places[some] = (units - self.mean) @ plane
        return places

    def save(self, path: str | os.PathLike[str], /) -> None:
        """Write the projection as ``.npz`` of plain arrays."""
        with Path(path).open("wb") as stream:
            np.savez(
                stream,
                mean=self.mean,
                components=self.components,
                explained=np.array(self.explained),
            )

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> PcaProjection:
        """Read a projection written by `save`.

        Raises
        ------
        CatalogError
            If the file is missing, damaged, or something else.
        """
        try:
            with np.load(path, allow_pickle=False) as stored:
                mean, components = stored["mean"], stored["components"]
                explained = tuple(float(share) for share in stored["explained"])
        except Exception as error:  # zipfile, zlib and NumPy each have their own
            raise CatalogError(
                "the projection cannot be read", subject=path, remedy="make the map again"
            ) from error
        kept = len(explained)
        if mean.ndim != 1 or kept < 2 or components.shape != (kept, len(mean)):
            raise CatalogError(
                "the projection is not one onto a plane", subject=path, remedy="make the map again"
            )
        return cls(mean=mean, components=components, explained=explained)


def pca_map(
    vectors: NDArray[np.floating],
    *,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> tuple[NDArray[np.float32], PcaProjection]:
    """Return the places of vectors (N, D) on their principal plane, (N, 2), and the projection.

    Raises
    ------
    UsageError, Cancelled
        As `PcaProjection.fit`.
    """
    projection = PcaProjection.fit(vectors, progress=progress, cancel=cancel)
    return projection.project(vectors), projection


def reduced(
    vectors: NDArray[np.floating],
    components: int,
    *,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> NDArray[np.float32]:
    """Return unit vectors turned onto their principal directions, shape (N, K), float32.

    The mean is not taken out, which keeps the cosines.  Vectors are read block by block: beyond
    what is returned, memory does not grow with their number.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        May be a memory map.
    components : int
        Directions that are kept; all D where there are fewer.

    Raises
    ------
    UsageError
        If there are none, or one is not finite, or zero.
    Cancelled
        If ``cancel`` was raised.
    """
    _, axes = _principal_axes(vectors, None, progress, cancel)
    turn = axes[:components].T
    told = np.empty((len(vectors), turn.shape[1]), dtype=np.float32)
    for rows, units in unit_blocks(vectors):
        _check(cancel)
        told[rows] = units @ turn
    return told


def _mean(vectors: NDArray[np.floating], cancel: CancelToken | None) -> NDArray[np.float64]:
    total = np.zeros(vectors.shape[-1])
    for _, units in unit_blocks(vectors):
        _check(cancel)
        total += units.sum(axis=0, dtype=np.float64)
    mean: NDArray[np.float64] = total / len(vectors)
    return mean


def _principal_axes(
    vectors: NDArray[np.floating],
    mean: NDArray[np.float32] | None,
    progress: Progress,
    cancel: CancelToken | None,
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Return variances, falling, and the axes (D, D) of unit vectors, less a mean if one is given.

    Works on the (D, D) products, which for D of some hundreds is faster than a singular
    value decomposition of the rows and just as good for a picture.
    """
    count = len(vectors)
    products = np.zeros((vectors.shape[-1],) * 2)
    for rows, units in unit_blocks(vectors):
        _check(cancel)
        progress(rows.start, count, _FINDING)
        wide = (units if mean is None else units - mean).astype(np.float64)
        products += wide.T @ wide
    progress(count, count, _FINDING)
    values, found = np.linalg.eigh(products)
    axes = found.T[::-1]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    return np.clip(values[::-1], 0.0, None), (axes * np.sign(largest)).astype(np.float32)


def _check(cancel: CancelToken | None) -> None:
    if cancel is not None:
        cancel.check()
