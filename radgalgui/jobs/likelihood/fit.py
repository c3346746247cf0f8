"""Tell how likely the sources of a catalogue are, and keep in it what judges others."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.manifest import software_versions
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.errors import CatalogError, UsageError
from radgalgui.jobs.likelihood.judge import Judge, as_scores
from radgalgui.jobs.likelihood.judge_file import read_card
from radgalgui.jobs.likelihood.redrawn import Redrawn, redrawn
from radgalgui.jobs.likelihood.standing import Standing
from radgalgui.jobs.survey.unfinished import clear, unfinished
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard

if TYPE_CHECKING:
    from radgalgui.models.devices import Device
    from radgalgui_training.flows.fit import Epoch
    from radgalgui_training.flows.presets import Preset

__all__ = ["LEAST", "USUAL", "Hears", "Way", "add_judgement", "judge_catalog", "ways_of"]

LEAST: Final = 50
"""Sources without which nothing is known of what is usual."""

_KIND: Final = "the kind of work"
_LIKELIHOOD: Final = "likelihood"
_BLOCK: Final = 65536
_PACKAGES: Final = ("torch", "denmarf", "zuko", "scikit-learn")

Hears = Callable[[int, Mapping[str, float]], None]
"""Hears the numbers of an epoch of a flow's training, counted from 1."""


@dataclass(frozen=True)
class Way:
    """How likelihoods are told.

    Parameters
    ----------
    preset : str, optional
        Of `radgalgui_training.flows.presets`; the default one if None.
    engine : str, optional
        Whose flows: ``denmarf`` or ``zuko``; the preset's if None.
    seed : int
        Of all that is drawn at random.
    redraw : bool
        Whether the sources are drawn again by a generator, which takes longest.
    """

    preset: str | None = None
    engine: str | None = None
    seed: int = 0
    redraw: bool = True


USUAL: Final = Way()


def judge_catalog(
    path: str | os.PathLike[str],
    encoder: str,
    *,
    way: Way = USUAL,
    device: Device | None = None,
    resume: bool = False,
    restart: bool = False,
    progress: Progress = silent,
    note: Notice = unheard,
    listener: Hears | None = None,
    cancel: CancelToken | None = None,
) -> dict[str, Any]:
    """Tell how likely each source of a catalogue is by an encoder's vectors, all or nothing.

    What was told before is replaced.  Killed on the way, the catalogue is as it was, and the
    flow's training and the reconstructions can be gone on with.

    Parameters
    ----------
    path : path
        The catalogue.
    encoder : str
        Whose vectors, which it must hold.
    way : Way, optional
        How to tell them.
    listener : callable, optional
        Hears each epoch of the flow.
    device, resume, restart, progress, note, cancel
        As for `radgalgui.jobs.survey.build.build`.

    Returns
    -------
    dict
        The judge's card: ``held_out_per_dimension`` (nats) and how it was made.

    Raises
    ------
    CatalogError
        If ``path`` is no catalogue or changes meanwhile, holds no such vectors, or an earlier
        attempt is in the way.
    UsageError
        If there are fewer than 50 sources, or no such preset or engine.
    Cancelled
        If the user asked to stop.
    """
    target = Path(path)
    with Catalog.open(target) as catalog:
        vectors = catalog.embeddings(encoder)
        _check_count(target, len(catalog))
        identity = _identity(catalog, encoder, vectors, way)
        if resume and (card := _already(catalog, encoder, identity)) is not None:
            note("info", f"The likelihoods of {encoder} are told already.")
            clear(target, identity)
            return card
    with unfinished(target, identity, resume=resume, restart=restart) as work:
        if work.begun:
            note("info", "Going on with what an earlier attempt left.")
        else:
            work.commit()
        scores, judge = _told(
            target, encoder, vectors, way=way, kept=work.fits, before=None, device=device,
            progress=progress, note=note, listener=listener, cancel=cancel,
        )  # fmt: skip
        with CatalogUpdate(target) as update:
            _add(update, scores, judge)
        work.finished = True
    return judge.card


def add_judgement(
    update: CatalogUpdate,
    encoder: str,
    vectors: NDArray[np.floating],
    *,
    way: Way = USUAL,
    kept: Path | None = None,
    before: Redrawn | None = None,
    device: Device | None = None,
    progress: Progress = silent,
    note: Notice = unheard,
    listener: Hears | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Add to a change of a catalogue how likely its sources are.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        As stored, or as this change will store them.
    kept : Path, optional
        A folder for what another attempt can go on from, which it then does.
    before : optional
        How well the first sources were drawn again, and by which generator; see `redrawn`.
    way, device, progress, note, listener, cancel
        As for `judge_catalog`; so are the errors.
    """
    scores, judge = _told(
        update.path, encoder, vectors, way=way, kept=kept, before=before, device=device,
        progress=progress, note=note, listener=listener, cancel=cancel,
    )  # fmt: skip
    _add(update, scores, judge)


def _add(update: CatalogUpdate, scores: NDArray[np.float32], judge: Judge) -> None:
    update.add_likelihood(judge.encoder, scores, judge)
    update.record_software(software_versions(*_PACKAGES))


def _told(
    path: Path,
    encoder: str,
    vectors: NDArray[np.floating],
    *,
    way: Way,
    kept: Path | None,
    before: Redrawn | None,
    device: Device | None,
    progress: Progress,
    note: Notice,
    listener: Hears | None,
    cancel: CancelToken | None,
) -> tuple[NDArray[np.float32], Judge]:
    """Return the scores of a catalogue's sources, and what judges others."""
    from radgalgui.analysis.opinions import Opinions
    from radgalgui.models.devices import CPU
    from radgalgui_training.flows.fit import fit_density

    digest = _digest(vectors, way)
    folder = None if kept is None else kept / f"{encoder}-{digest[:16]}"
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    fitted = fit_density(
        vectors, preset=preset_of(way), seed=way.seed, folder=folder, resume=folder is not None,
        device=device or CPU, progress=progress, cancel=cancel, listener=_hearing(listener),
    )  # fmt: skip
    drawn, generator = np.full(len(vectors), np.nan, np.float32), ""
    if way.redraw:
        with Catalog.open(path) as catalog:
            drawn, generator = redrawn(
                catalog, before=before, folder=kept, progress=progress, note=note, cancel=cancel
            )
    opinions, second = Opinions.fit(vectors, seed=way.seed, progress=progress, cancel=cancel)
    if cancel is not None:
        cancel.check()
    scores = as_scores(fitted.own, second, drawn)
    card = {
        "encoder": encoder,
        "count": len(vectors),
        "dimension": vectors.shape[1],
        "made_of": digest,
        "way": asdict(way),
        "engine": fitted.density.engine,
        "preset": fitted.preset.card(),
        "held_out_per_dimension": fitted.held_out_per_dimension,
        "generator_sha256": generator,
        "software": software_versions(*_PACKAGES),
    }
    return scores, Judge(encoder, fitted.density, opinions, Standing(scores), card)


def preset_of(way: Way) -> Preset:
    """Return the settings of a flow's training.

    Raises
    ------
    UsageError
        If there is no such preset or engine.
    """
    from radgalgui_training.flows.presets import PRESETS, find_preset

    return find_preset(way.preset or next(iter(PRESETS)), engine=way.engine)


def _hearing(listener: Hears | None) -> Callable[[Epoch], None] | None:
    """Return what hears a fit, whose flows' epochs are counted on from one to the next."""
    if listener is None:
        return None
    steps = itertools.count(1)

    def hear(epoch: Epoch) -> None:
        values = {
            "held_out_likelihood": epoch.held_out,
            "learned_likelihood": epoch.train,
            "learning_rate": epoch.learning_rate,
        }
        listener(next(steps), {name: told for name, told in values.items() if not isnan(told)})

    return hear


def ways_of(catalog: Catalog) -> dict[str, Way]:
    """Return by which encoders' vectors a catalogue tells likelihoods, and how; to do it again."""
    return {encoder: _way_of(catalog, encoder) for encoder in catalog.manifest.likelihoods}


def _way_of(catalog: Catalog, encoder: str) -> Way:
    try:
        told = read_card(catalog.judge_path(encoder))["way"]
        return Way(told["preset"], told["engine"], int(told["seed"]), bool(told["redraw"]))
    except (CatalogError, KeyError, TypeError, ValueError):
        return Way()  # damaged, or stale: it is told anew all the same


def _check_count(path: Path, count: int) -> None:
    if count < LEAST:
        raise UsageError(
            f"with {count} sources nothing is known of what is usual",
            subject=path,
            remedy=f"likelihoods need {LEAST} sources or more",
        )


def _identity(
    catalog: Catalog, encoder: str, vectors: NDArray[np.floating], way: Way
) -> dict[str, Any]:
    """Return what decides the likelihoods: the vectors, the images and how they are told."""
    return {
        _KIND: _LIKELIHOOD,
        "the encoder": [encoder, catalog.manifest.vectors[encoder].weights_sha256],
        "the vectors": _digest(vectors, way),
        "the images": catalog.manifest.images.to_dict(),
        "the way": asdict(way),
    }


def _already(catalog: Catalog, encoder: str, identity: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the card of likelihoods that were told in just this way, None where there are none."""
    if encoder not in catalog.manifest.likelihoods:
        return None
    try:
        card = read_card(catalog.judge_path(encoder))
    except CatalogError:
        return None
    return card if card.get("made_of") == identity["the vectors"] else None


def _digest(vectors: NDArray[np.floating], way: Way) -> str:
    """Return a hash of vectors, as they are stored, and of how likelihoods are told of them."""
    settings = {**preset_of(way).card(), "seed": way.seed, "redraw": way.redraw}
    hashed = hashlib.sha256(json.dumps([vectors.shape, str(vectors.dtype), settings]).encode())
    for start in range(0, len(vectors), _BLOCK):
        hashed.update(np.ascontiguousarray(vectors[start : start + _BLOCK]).tobytes())
    return hashed.hexdigest()
