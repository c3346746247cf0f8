"""What a cosine similarity says in a catalogue: how alike chance makes two of its sources."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from radgalgui.catalog.catalog import Catalog

__all__ = ["ByChance", "by_chance"]


@dataclass(frozen=True)
class ByChance:
    """Cosine similarities of pairs of sources that were drawn at random.

    Parameters
    ----------
    median : float
        Half of the pairs are more alike.
    high : float
        One pair in a hundred is more alike.
    """

    median: float
    high: float


def by_chance(catalog: Path, encoder: str, *, pairs: int = 4000, seed: int = 0) -> ByChance | None:
    """Return how alike two sources of a catalogue are that chance picks.

    Parameters
    ----------
    catalog : Path
        Its folder.
    encoder : str
        In whose vectors.
    pairs : int
        How many pairs are drawn; the two of a pair are never the same source.
    seed : int
        Of the draw.

    Returns
    -------
    ByChance or None
        None of fewer than two sources; vectors that are zero or not finite are passed over.

    Raises
    ------
    CatalogError
        If the folder is no catalogue, or lacks the encoder's vectors.
    """
    with Catalog.open(catalog) as opened:
        vectors = opened.embeddings(encoder)
        count = len(vectors)
        if count < 2:
            return None
        rng = np.random.default_rng(seed)
        first = rng.integers(0, count, pairs)
        second = (first + rng.integers(1, count, pairs)) % count
        a, b = (np.asarray(vectors[rows], dtype=np.float64) for rows in (first, second))
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    known = np.isfinite(lengths) & (lengths > 0)
    if not known.any():
        return None
    alike = np.einsum("ij,ij->i", a[known], b[known]) / lengths[known]
    median, high = np.quantile(alike, (0.5, 0.99))
    return ByChance(float(median), float(high))
