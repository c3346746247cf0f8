"""Any two numbers of an encoder's vectors as axes: principal components, or the vector's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.projection import KEPT, PcaProjection
from radgalgui.analysis.vectors import unit_blocks, unit_vectors
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import RadGalError, UsageError

__all__ = ["Axes", "AxisVectors", "Kind", "component_title", "share_words"]

Kind = Literal["components", "numbers"]


@dataclass(frozen=True)
class Axes:
    """Which two axes, counted from 0.

    Parameters
    ----------
    kind : str
        ``components`` for principal components, ``numbers`` for the numbers of the vectors.
    x, y : int
        The one to the right, the one upwards.
    """

    kind: Kind = "components"
    x: int = 0
    y: int = 1


class AxisVectors:
    """An encoder's vectors, ready to be laid out along any two axes; see `read`.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        As stored, memory-mapped.
    projection : PcaProjection
        Their principal components.
    """

    def __init__(self, vectors: NDArray[np.floating], projection: PcaProjection) -> None:
        self._vectors, self.projection = vectors, projection

    @classmethod
    def read(cls, path: Path, encoder: str) -> AxisVectors:
        """Open an encoder's vectors; for a worker thread.

        Its components are those of the PCA map where that kept enough of them.  Otherwise they
        are found now: 0.3 s for 20,000 vectors, some 10 s for a million.

        Raises
        ------
        CatalogError
            If there is no such catalogue, or no such vectors in it.
        UsageError
            If there are too few vectors, or one is not finite, or zero.
        """
        with Catalog.open(path) as catalog:
            vectors = catalog.embeddings(encoder)
            found = _stored(catalog, encoder)
        if found is None or len(found.components) < min(KEPT, vectors.shape[1]):
            found = PcaProjection.fit(vectors)
        return cls(vectors, found)

    @property
    def dimension(self) -> int:
        """Numbers of a vector."""
        return int(self._vectors.shape[1])

    @property
    def shares(self) -> tuple[float, ...]:
        """Share of the variance along each principal component, falling."""
        return self.projection.explained

    def count(self, kind: Kind) -> int:
        """Return how many axes of a kind there are."""
        return len(self.shares) if kind == "components" else self.dimension

    def places(self, axes: Axes) -> NDArray[np.float32]:
        """Return the places of all sources, shape (N, 2); for a worker thread.

        Raises
        ------
        UsageError
            If there is no such axis.
        """
        self._check(axes)
        if axes.kind == "components":
            return self.projection.project(self._vectors, (axes.x, axes.y))
        found = np.empty((len(self._vectors), 2), dtype=np.float32)
        for rows, units in unit_blocks(self._vectors):
            found[rows] = units[:, [axes.x, axes.y]]
        return found

    def place(self, vector: NDArray[np.floating], axes: Axes) -> tuple[float, float]:
        """Return the place of a vector (D,): exact, and quick.

        Raises
        ------
        UsageError
            If it is of another length, or there is no such axis.
        """
        self._check(axes)
        if vector.shape != (self.dimension,):
            raise UsageError(f"a vector has {vector.shape} numbers, not {self.dimension}")
        if axes.kind == "components":
            x, y = self.projection.project(vector[None], (axes.x, axes.y))[0]
        else:
            x, y = unit_vectors(vector[None])[0][[axes.x, axes.y]]
        return float(x), float(y)

    def title(self, kind: Kind, axis: int) -> str:
        """Return what an axis is called: ``Principal component 3 (8 % of the variance)``."""
        if kind == "numbers":
            return f"Number {axis + 1} of the vector"
        return component_title(axis, self.shares[axis])

    def _check(self, axes: Axes) -> None:
        most = self.count(axes.kind)
        if not (0 <= axes.x < most and 0 <= axes.y < most):
            raise UsageError(f"there is no axis {max(axes.x, axes.y) + 1}", remedy=f"1 to {most}")


def component_title(axis: int, share: float) -> str:
    """Return what a principal component is called, counted from 0."""
    return f"Principal component {axis + 1} ({share_words(share)} of the variance)"


def share_words(share: float) -> str:
    """Return a share in per cent, to two digits: ``31 %``, ``0.42 %``."""
    percent = 100 * share
    return f"{percent:.0f} %" if percent >= 9.5 else f"{percent:.2g} %"


def _stored(catalog: Catalog, encoder: str) -> PcaProjection | None:
    """Return the projection of the PCA map, None where there is none that can be used."""
    try:
        path = catalog.projection_path(encoder, "pca")
        return None if path is None else PcaProjection.load(path)
    except RadGalError:
        return None
