"""What of a catalogue is stale, in words, and made anew."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from radgalgui.analysis.neighbours import HnswIndex
from radgalgui.analysis.projection import PcaProjection
from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.errors import CatalogError, RadGalError
from radgalgui.files import sha256
from radgalgui.jobs.likelihood.fit import USUAL, Hears, judge_catalog, ways_of
from radgalgui.jobs.likelihood.judge_file import read_judge
from radgalgui.jobs.likelihood.stored import own_scores
from radgalgui.jobs.survey.embed import embed_catalog
from radgalgui.jobs.survey.parts import (
    INDEX,
    LIKELIHOOD,
    add_parts,
    missing_parts,
    parts_for,
)
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard

if TYPE_CHECKING:
    from radgalgui.models.devices import Device

__all__ = ["Stale", "refresh", "stale"]

VECTORS: Final = "vectors"
_NAMES: Final = {
    VECTORS: "vectors",
    INDEX: "neighbour index",
    "umap": "UMAP map",
    "pca": "PCA map",
    LIKELIHOOD: "likelihoods",
}


@dataclass(frozen=True)
class Stale:
    """Something in a catalogue that does not fit the rest, or is missing.

    Parameters
    ----------
    encoder : str
        Whose it is.
    part : str
        ``vectors``, ``index``, ``umap``, ``pca`` or ``likelihood``.
    why : str
        A clause for the user.
    """

    encoder: str
    part: str
    why: str

    @property
    def what(self) -> str:
        """Its name in words: "UMAP map of simclr"."""
        return f"{_NAMES[self.part]} of {self.encoder}"

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


def stale(
    path: str | os.PathLike[str], encoders: Mapping[str, str | os.PathLike[str]]
) -> list[Stale]:
    """Return what of a catalogue is to be made anew.

    Vectors are stale if an encoder of their name is at hand with other weights; an index and
    maps if they are missing, damaged, or were made of other vectors; likelihoods, which not every
    catalogue has, if they are damaged or of other vectors.  Vectors of an encoder
    that is not at hand are not stale: they can still be looked at.

    Parameters
    ----------
    path : path
        The catalogue.
    encoders : mapping of str to path
        Weights files of the encoders at hand.

    Raises
    ------
    CatalogError
        If it is no catalogue, or so damaged that it cannot be opened.
    """
    with Catalog.open(path) as catalog:
        return [found for name in catalog.encoders for found in _stale(catalog, name, encoders)]


def refresh(
    path: str | os.PathLike[str],
    encoders: Mapping[str, str | os.PathLike[str]],
    *,
    device: Device | None = None,
    resume: bool = False,
    restart: bool = False,
    progress: Progress = silent,
    note: Notice = unheard,
    listener: Hears | None = None,
    cancel: CancelToken | None = None,
) -> list[Stale]:
    """Make anew what is stale; each encoder's things together, and all or nothing.

    Likelihoods are told last, by themselves: that takes minutes, and can be gone on with.

    Parameters
    ----------
    path, encoders
        As for `stale`.
    device, resume, restart, progress, note, listener, cancel
        As for `radgalgui.jobs.survey.embed.embed_catalog`.

    Returns
    -------
    list of Stale
        What was made anew.

    Raises
    ------
    CatalogError, WeightsError, Cancelled
        As for `radgalgui.jobs.survey.embed.embed_catalog`.
    """
    target = Path(path)
    found = stale(target, encoders)
    for encoder in dict.fromkeys(each.encoder for each in found):
        parts = [each.part for each in found if each.encoder == encoder]
        if VECTORS in parts:
            embed_catalog(
                target, encoders[encoder], device=device, resume=resume, restart=restart,
                progress=progress, note=note, listener=listener, cancel=cancel,
            )  # fmt: skip
            continue
        quick = [part for part in parts if part != LIKELIHOOD]
        with Catalog.open(target) as catalog, CatalogUpdate(target) as update:
            vectors, way = catalog.embeddings(encoder), ways_of(catalog).get(encoder, USUAL)
            add_parts(update, encoder, vectors, quick, progress=progress, cancel=cancel)
        if LIKELIHOOD in parts:
            judge_catalog(
                target, encoder, way=way, device=device, resume=resume, restart=restart,
                progress=progress, note=note, listener=listener, cancel=cancel,
            )  # fmt: skip
    return found


def _stale(
    catalog: Catalog, encoder: str, encoders: Mapping[str, str | os.PathLike[str]]
) -> Iterator[Stale]:
    weights, judged = encoders.get(encoder), encoder in catalog.manifest.likelihoods
    if weights is not None and sha256(weights) != catalog.manifest.vectors[encoder].weights_sha256:
        yield Stale(encoder, VECTORS, "made with other weights than those at hand")
        for part in parts_for(len(catalog), likelihood=judged):
            yield Stale(encoder, part, "made of those vectors")
        return
    missing = missing_parts(catalog.manifest, encoder, likelihood=judged)
    for part in parts_for(len(catalog), likelihood=judged):
        if part in missing:
            yield Stale(encoder, part, _why_missing(catalog, encoder, part))
        elif trouble := _trouble(catalog, encoder, part):
            yield Stale(encoder, part, trouble)


def _why_missing(catalog: Catalog, encoder: str, part: str) -> str:
    manifest = catalog.manifest
    there = part in catalog.maps(encoder)
    if part in (INDEX, LIKELIHOOD):
        there = encoder in (manifest.indexes if part == INDEX else manifest.likelihoods)
    return "made of other vectors" if there else "missing"


def _trouble(catalog: Catalog, encoder: str, part: str) -> str:
    """Return what is wrong with a part that is there, "" where nothing is."""
    try:
        if part == INDEX:
            HnswIndex.load(catalog.index_path(encoder), catalog.embeddings(encoder))
        elif part == LIKELIHOOD:
            own_scores(catalog, encoder)
            read_judge(catalog.judge_path(encoder))
        else:
            catalog.map(encoder, part)
            if projection := catalog.projection_path(encoder, part):
                PcaProjection.load(projection)
    except CatalogError as error:
        return error.what
    except RadGalError as error:  # vectors that no index can be made of
        return str(error).rstrip(".")
    return ""
