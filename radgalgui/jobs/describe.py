"""What a catalogue holds, as plain facts for a terminal or a dialog."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from radgalgui.analysis.neighbours import HnswIndex
from radgalgui.analysis.projection import PcaProjection
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import CatalogError
from radgalgui.jobs.likelihood.judge_file import read_card, read_judge
from radgalgui.jobs.likelihood.stored import own_scores
from radgalgui.jobs.maps.stored import StoredMaps
from radgalgui.jobs.survey.account import past, told

__all__ = ["describe_catalog"]


def describe_catalog(path: Path, *, strict: bool = True) -> dict[str, Any]:
    """Return what a catalogue holds, by plain names; values are what JSON can hold.

    Parameters
    ----------
    path : Path
        The catalogue.
    strict : bool, optional
        Look into indexes and maps as well; `radgalgui.jobs.survey.refresh.stale` names those
        that are damaged instead.

    Raises
    ------
    CatalogError
        If the folder is no catalogue or does not fit together.
    """
    with Catalog.open(path) as catalog:
        manifest = catalog.manifest
        facts: dict[str, Any] = {
            "path": str(catalog.path),
            "title": manifest.title,
            "simulated": manifest.simulated,
            "sources": len(catalog),
            "cutout": _cutout(catalog),
            "columns": list(catalog.columns),
            "labels": _labels(catalog),
            "angular size": _sizes(catalog),
            "encoders": {name: f"{catalog.dimension(name)}-d" for name in catalog.encoders},
            "maps": {name: _maps(catalog, name) for name in catalog.encoders},
            "likelihoods": {name: _judge(catalog, name) for name in manifest.likelihoods},
        }
        if steps := past(catalog):
            facts["history"] = [told(step) for step in steps]
        _check(catalog)
        if strict:
            _check_parts(catalog)
        return facts


def _check(catalog: Catalog) -> None:
    """Open table, images and vectors; what does not fit together raises `CatalogError`."""
    _ = catalog.images
    for name in catalog.columns:
        catalog.column(name)
    for encoder in catalog.encoders:
        catalog.embeddings(encoder)


def _check_parts(catalog: Catalog) -> None:
    """Open what is made of the vectors; what does not fit raises `CatalogError`."""
    for encoder in catalog.encoders:
        for method in catalog.maps(encoder):
            catalog.map(encoder, method)
            if projection := catalog.projection_path(encoder, method):
                PcaProjection.load(projection)
        if encoder in catalog.manifest.likelihoods:
            own_scores(catalog, encoder)
            read_judge(catalog.judge_path(encoder))
        if encoder in catalog.manifest.indexes:
            HnswIndex.load(catalog.index_path(encoder), catalog.embeddings(encoder))


def _maps(catalog: Catalog, encoder: str) -> str:
    """Return the maps of an encoder, with those that the user keeps beside the catalogue."""
    maps, own = StoredMaps(catalog, encoder), catalog.maps(encoder)
    return ", ".join(name if name in own else f"{name} (your own)" for name in maps.names)


def _judge(catalog: Catalog, encoder: str) -> str:
    """Return in a few words by what likelihoods were told."""
    try:
        card = read_card(catalog.judge_path(encoder))
        told = float(card["held_out_per_dimension"])
        return f"flow of {card['engine']}, {told:.2f} nats a dimension held out"
    except (CatalogError, KeyError, TypeError, ValueError):
        return "damaged"


def _cutout(catalog: Catalog) -> str:
    settings = catalog.manifest.preprocessing
    return (
        f'{settings.size} x {settings.size} px of {settings.pixel_scale:g}" '
        f'({settings.field_of_view:.0f}"), {settings.channels} band(s)'
    )


def _labels(catalog: Catalog) -> dict[str, int]:
    if "label" not in catalog.columns:
        return {}
    counts = Counter(str(label) or "unlabelled" for label in catalog.column("label"))
    return dict(counts.most_common())


def _sizes(catalog: Catalog) -> str:
    if "angular_size" not in catalog.columns:
        return "unknown"
    sizes = catalog.column("angular_size").astype(float)
    if not np.isfinite(sizes).any():
        return "unknown"
    low, middle, high = np.nanpercentile(sizes, [5, 50, 95])
    return f'median {middle:.1f}" (5 % below {low:.1f}", 5 % above {high:.1f}")'
