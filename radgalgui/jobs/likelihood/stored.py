"""How usual the sources of a catalogue are, as it is stored: read without torch."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import CatalogError, UsageError
from radgalgui.jobs.likelihood.judge_file import read_card
from radgalgui.jobs.likelihood.methods import COMBINED, METHODS
from radgalgui.jobs.likelihood.standing import Standing

__all__ = ["StoredScores", "own_scores", "read_scores", "scores_of"]


@dataclass(frozen=True)
class StoredScores:
    """How usual each source of a catalogue is by an encoder's vectors.

    Parameters
    ----------
    encoder : str
        Whose vectors were judged.
    standing : Standing
        The scores, and how others compare with them.
    card : dict
        How they were made: ``preset``, ``engine``, ``held_out_per_dimension`` (nats),
        ``generator_sha256`` ("" where nothing was reconstructed), ``software``, ...
    """

    encoder: str
    standing: Standing
    card: dict[str, Any]

    def __len__(self) -> int:
        return len(self.standing)

    @property
    def scores(self) -> NDArray[np.float32]:
        """Shape (N, 5), in the order of `METHODS`; higher is more usual, NaN is unknown."""
        return self.standing.scores

    @property
    def percentiles(self) -> NDArray[np.float32]:
        """Shape (N, 5): per cent of the catalogue that is less usual, ties by half."""
        return self.standing.own[:, : len(METHODS)]

    @property
    def combined(self) -> NDArray[np.float32]:
        """Shape (N,): the percentile by all methods together."""
        return self.standing.own[:, len(METHODS)]

    @property
    def central(self) -> tuple[float, float]:
        """Between which log-likelihoods the central 99.9 % of the sources lie."""
        return self.standing.central

    @property
    def agreement(self) -> NDArray[np.float64]:
        """Spearman's rank correlation of the methods over the sources, shape (5, 5)."""
        return self.standing.agreement

    def column(self, method: str) -> NDArray[np.float32]:
        """Return the percentiles by one of `METHODS` or by all together, shape (N,).

        Raises
        ------
        UsageError
            If there is no such method.
        """
        names = (*METHODS, COMBINED)
        if method not in names:
            raise UsageError(f"there is no method {method!r}", remedy=f"one of {', '.join(names)}")
        return self.standing.own[:, names.index(method)]


def read_scores(path: str | os.PathLike[str], encoder: str) -> StoredScores | None:
    """Return how usual the sources of a catalogue are; None where that was never told.

    Parameters
    ----------
    path : path
        The catalogue.
    encoder : str
        By whose vectors.

    Raises
    ------
    CatalogError
        If it is no catalogue, the likelihoods belong to other vectors, or a file is damaged.
    """
    with Catalog.open(path) as catalog:
        return scores_of(catalog, encoder) if encoder in catalog.manifest.likelihoods else None


def scores_of(catalog: Catalog, encoder: str) -> StoredScores:
    """Return how usual the sources of an open catalogue are.

    Raises
    ------
    CatalogError
        As `read_scores`, and if it was never told.
    """
    scores = own_scores(catalog, encoder)
    return StoredScores(encoder, Standing(scores), read_card(catalog.judge_path(encoder)))


def own_scores(catalog: Catalog, encoder: str) -> NDArray[np.float32]:
    """Return the stored scores of a catalogue's sources, shape (N, 5).

    Raises
    ------
    CatalogError
        As `Catalog.likelihood`; also if they were not made by the methods known here.
    """
    scores = np.array(catalog.likelihood(encoder), dtype=np.float32)
    if scores.shape[1] != len(METHODS) or np.isinf(scores).any():
        raise CatalogError(
            f"the likelihoods of {encoder!r} are not by the {len(METHODS)} methods known here",
            subject=Path(catalog.path),
            remedy=f"run: radgalgui catalog likelihood {catalog.path} --encoder {encoder}",
        )
    return scores
