"""The pairs of a catalogue that may be one source twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.duplicates import (
    ALL_WITH_ALL,
    Pairs,
    cosine_distances,
    distance_counts,
    separations,
    sky_pairs,
    vector_pairs,
)
from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.export import write_csv
from radgalgui.errors import CatalogError, UsageError
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard

if TYPE_CHECKING:
    from radgalgui.models.devices import Device

__all__ = ["COLUMNS", "FOUND_BY", "Found", "Within", "find_duplicates", "pair_rows", "write_pairs"]

#: Columns of the table of pairs.
COLUMNS: Final = (
    *("pair", "left", "right", "separation_arcsec", "cosine_distance", "found_by"),
    *("left_ra", "left_dec", "right_ra", "right_dec", "left_row", "right_row"),
)

FOUND_BY: Final = {1: "sky", 2: "image", 3: "both"}


@dataclass(frozen=True)
class Within:
    """Within what pairs are looked for.

    Parameters
    ----------
    arcsec : float or None
        On the sky; None for not at all.
    distance : float or None
        As cosine distance of vectors; None for `suggested_distance`.
    encoder : str or None
        Whose vectors; None for not at all by them.
    ignore_orientation : bool
        Compare images whichever way they lie, by their mean vectors over the eight rotations
        and mirror images: these are made anew, which takes the encoder and some minutes.
    """

    arcsec: float | None = 5.0
    distance: float | None = None
    encoder: str | None = None
    ignore_orientation: bool = False


@dataclass(frozen=True)
class Found:
    """Pairs, the likeliest duplicates first.

    Parameters
    ----------
    first, second : ndarray, shape (P,), int64
        Rows of the catalogue.
    separation : ndarray, shape (P,)
        On the sky, arcsec; NaN where a position is not known.
    distance : ndarray, shape (P,)
        Cosine distance of the vectors; NaN where no encoder was asked.
    found_by : ndarray, shape (P,), int64
        A key of `FOUND_BY`.
    limit : float
        The cosine distance within which was looked; NaN where it was not.
    counts : tuple of int
        How many sources have their nearest how far: see `distance_counts`; empty where no
        encoder was asked.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    separation: NDArray[np.float64]
    distance: NDArray[np.float64]
    found_by: NDArray[np.int64]
    limit: float
    counts: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.first)


def find_duplicates(
    catalog: Catalog,
    within: Within,
    *,
    device: Device | None = None,
    progress: Progress = silent,
    note: Notice = unheard,
    cancel: CancelToken | None = None,
) -> Found:
    """Return the pairs of sources that lie close together on the sky, or look all but the same.

    Raises
    ------
    UsageError
        If nothing is asked for, a limit is out of range, or there are far too many pairs.
    CatalogError
        If the catalogue has no vectors of the encoder, or no positions where these alone are
        asked for.
    WeightsError
        If orientation is to be ignored and the encoder cannot be loaded.
    Cancelled
        If ``cancel`` was raised.
    """
    if within.arcsec is None and within.encoder is None:
        raise UsageError("nothing is looked for", remedy="give a separation or an encoder")
    ra, dec = catalog.column("ra"), catalog.column("dec")
    parts: list[tuple[int, Pairs]] = []
    if within.arcsec is not None and _are_placed(catalog, within, note):
        parts.append(
            (1, sky_pairs(ra, dec, arcsec=within.arcsec, progress=progress, cancel=cancel))
        )
    vectors, limit, counts = None, float("nan"), ()
    if within.encoder is not None:
        vectors = _vectors(catalog, within, device, progress, note, cancel)
        index = _index(catalog, within) if len(catalog) > ALL_WITH_ALL else None
        alike, limit = vector_pairs(
            vectors, distance=within.distance, index=index, progress=progress, cancel=cancel
        )
        parts.append((2, alike))
        counts = tuple(distance_counts(alike.nearest).tolist())
    first, second, found_by = _joined(parts, len(catalog))
    apart = separations(ra, dec, first, second)
    distance = np.full(len(first), np.nan)
    if vectors is not None:
        distance = cosine_distances(vectors, first, second)
    order = np.lexsort((first, np.nan_to_num(apart, nan=np.inf), _rank(distance, limit), -found_by))
    return Found(
        first=first[order],
        second=second[order],
        separation=apart[order],
        distance=distance[order],
        found_by=found_by[order],
        limit=limit,
        counts=counts,
    )


def pair_rows(catalog: Catalog, found: Found) -> Iterator[dict[str, Any]]:
    """Yield a row of the table for each pair; keys are `COLUMNS`, NaN where unknown."""
    names, ra, dec = catalog.names, catalog.column("ra"), catalog.column("dec")
    for number in range(len(found)):
        a, b = int(found.first[number]), int(found.second[number])
        apart, distance = found.separation[number], found.distance[number]
        yield {
            "pair": number + 1,
            "left": names[a],
            "right": names[b],
            "separation_arcsec": None if np.isnan(apart) else round(float(apart), 3),
            "cosine_distance": None if np.isnan(distance) else float(f"{distance:.4g}"),
            "found_by": FOUND_BY[int(found.found_by[number])],
            "left_ra": float(ra[a]),
            "left_dec": float(dec[a]),
            "right_ra": float(ra[b]),
            "right_dec": float(dec[b]),
            "left_row": a,
            "right_row": b,
        }


def write_pairs(catalog: Catalog, found: Found, target: Path | IO[str]) -> int:
    """Write the table of pairs as CSV; return how many there are.

    Raises
    ------
    UsageError
        If the file cannot be written.
    """
    write_csv(target, COLUMNS, pair_rows(catalog, found))
    return len(found)


def _are_placed(catalog: Catalog, within: Within, note: Notice) -> bool:
    """Return whether any source has a position; tell of those that have none."""
    placed = np.isfinite(catalog.column("ra")) & np.isfinite(catalog.column("dec"))
    if not placed.any() and within.encoder is None:
        raise CatalogError(
            "no source has a position", subject=catalog.path, remedy="look by images: --distance"
        )
    if missing := int(np.count_nonzero(~placed)):
        note("warning", f"{missing:,} sources have no position on the sky")
    return bool(placed.any())


def _joined(
    parts: list[tuple[int, Pairs]], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of all parts, each once, and in which parts it was."""
    none = np.empty(0, np.int64)
    keys = np.concatenate([none, *(pairs.first * count + pairs.second for _, pairs in parts)])
    sign = np.concatenate([none, *(np.full(len(pairs), bit) for bit, pairs in parts)])
    every, place = np.unique(keys, return_inverse=True)
    found_by = np.zeros(len(every), np.int64)
    np.bitwise_or.at(found_by, place, sign)
    return every // count, every % count, found_by


def _rank(distance: NDArray[np.float64], limit: float) -> NDArray[np.float64]:
    """Return what pairs are ordered by: how alike they are, coarsely, so that the sky decides."""
    if np.isnan(limit):
        return np.zeros(len(distance))
    steps: NDArray[np.float64] = np.floor(np.log10(np.maximum(distance, 1e-6)) * 4)
    return steps


def _vectors(
    catalog: Catalog,
    within: Within,
    device: Device | None,
    progress: Progress,
    note: Notice,
    cancel: CancelToken | None,
) -> NDArray[np.floating]:
    """Return the stored vectors, or those of images whichever way they lie."""
    encoder = within.encoder or ""
    stored = catalog.embeddings(encoder)
    if not within.ignore_orientation:
        return stored
    from radgalgui.jobs.encoders import weights_at_hand
    from radgalgui.models.encoder import Encoder

    loaded = Encoder.load(weights_at_hand(encoder))
    catalog.check_weights(encoder, loaded.sha256)
    return loaded.embed(
        catalog.images, ignore_orientation=True, device=device, progress=progress, note=note,
        cancel=cancel,
    )  # fmt: skip


def _index(catalog: Catalog, within: Within) -> Any:
    """Return the neighbour index of the vectors that are compared."""
    from radgalgui.analysis.neighbours import HnswIndex

    encoder = within.encoder or ""
    if within.ignore_orientation:
        raise UsageError(
            f"{len(catalog):,} sources are too many to ignore orientation",
            remedy="compare them as they lie",
        )
    return HnswIndex.load(catalog.index_path(encoder), catalog.embeddings(encoder))
