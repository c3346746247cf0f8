"""How well a generator draws a catalogue's own sources again, told some at a time."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import CatalogError, RadGalError
from radgalgui.files import replaced_file, sha256
from radgalgui.jobs.draw import GENERATOR
from radgalgui.jobs.likelihood.judge_file import read_card
from radgalgui.jobs.likelihood.methods import METHODS
from radgalgui.jobs.likelihood.stored import own_scores
from radgalgui.jobs.maps.stored import catalog_key
from radgalgui.models.weights import can_draw
from radgalgui.models.weights import read_card as read_weights_card
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_resources import weights_path

__all__ = ["Redrawn", "drawn_before", "known_redrawn", "redrawn"]

Redrawn = tuple[NDArray[np.float32], str]
"""Scores (N,), higher for what was drawn better, NaN where unknown; hash of the generator."""

_AT_ONCE: Final = 256  # images
_KEPT_EVERY: Final = 5.0  # seconds, which is what a kill costs
_COLUMN: Final = METHODS.index("reconstruction")
_NOTHING: Final = np.empty(0, np.float32)
_WHAT: Final = "drawing the sources again"


def redrawn(
    catalog: Catalog,
    *,
    weights: Path | None = None,
    before: Redrawn | None = None,
    folder: Path | None = None,
    progress: Progress = silent,
    note: Notice = unheard,
    cancel: CancelToken | None = None,
) -> Redrawn:
    """Return how well a generator draws each source of a catalogue again.

    Where the catalogue tells it for another encoder, by the same generator, that is taken.

    Parameters
    ----------
    catalog : Catalog
        Whose images.
    weights : Path, optional
        Of the generator; those that come along by default.
    before : tuple of ndarray and str, optional
        What is known of the first sources, and the hash of the generator that drew them.
    folder : Path, optional
        Keeps what is told so far, for another attempt of the same generator on the same
        catalogue.
    progress, note, cancel
        Told, and looked at, throughout.

    Returns
    -------
    ndarray, shape (N,), float32
        `radgalgui.analysis.opinions.reconstruction_score`; NaN for all where there is no
        generator or it cannot see such images, which is noted.
    str
        Hash of the generator's weights; "" in that case.

    Raises
    ------
    CatalogError
        If the images are damaged.
    Cancelled
        If the user asked to stop.
    """
    path = weights_path(GENERATOR) if weights is None else weights
    try:
        trouble = _trouble(catalog, path)
    except RadGalError as error:
        trouble = str(error)
    if trouble:
        note("warning", f"Nothing is told of reconstructions: {trouble.rstrip('.')}.")
        return np.full(len(catalog), np.nan, np.float32), ""
    sha = sha256(path)
    scores = known_redrawn(catalog, sha)
    if scores is None:
        first = before[0] if before is not None and before[1] == sha else _NOTHING
        kept = None if folder is None else folder / _kept_name(catalog, sha)
        scores = _draw_all(catalog, path, first, kept, progress, cancel)
    return scores, sha


def drawn_before(catalog: Catalog, rows: NDArray[np.int64] | None = None) -> Redrawn | None:
    """Return what a catalogue tells of its sources, or of some, for one that begins with these."""
    for encoder in catalog.manifest.likelihoods:
        try:
            sha = read_card(catalog.judge_path(encoder)).get("generator_sha256", "")
        except CatalogError:
            continue
        if sha and (scores := known_redrawn(catalog, sha)) is not None:
            return scores if rows is None else scores[rows], sha
    return None


def _trouble(catalog: Catalog, weights: Path) -> str:
    """Return why a generator cannot draw a catalogue's sources, "" where it can."""
    if not weights.is_file():
        return "no generator is installed"
    card = read_weights_card(weights)
    if not can_draw(card):
        return f"the encoder {card['name']!r} does not draw"
    stored = catalog.manifest.preprocessing.to_dict()
    for name, wanted in Preprocessing.from_dict(card["preprocessing"]).to_dict().items():
        if name != "survey_scale" and stored.get(name) != wanted:
            return f"the images have {name} {stored.get(name)}, the generator wants {wanted}"
    return ""


def known_redrawn(catalog: Catalog, sha: str) -> NDArray[np.float32] | None:
    """Return what likelihoods of a catalogue tell by the generator of that hash, None if nothing.

    Returns
    -------
    ndarray, shape (N,), or None
        As `redrawn`.
    """
    for encoder in catalog.manifest.likelihoods:
        try:
            if read_card(catalog.judge_path(encoder)).get("generator_sha256") == sha:
                return own_scores(catalog, encoder)[:, _COLUMN]
        except CatalogError:
            continue  # damaged or of other vectors, which whoever asks for them is told
    return None


def _draw_all(
    catalog: Catalog,
    weights: Path,
    first: NDArray[np.float32],
    kept: Path | None,
    progress: Progress,
    cancel: CancelToken | None,
) -> NDArray[np.float32]:
    from radgalgui.analysis.opinions import reconstruction_score
    from radgalgui.models.encoder import Encoder
    from radgalgui.models.generator import Generator

    generator = Generator.of(Encoder.load(weights))
    scores = np.full(len(catalog), np.nan, np.float32)
    before = max(_before(kept, len(catalog)), first[: len(catalog)], key=len)
    scores[: len(before)] = before
    saved = time.monotonic()
    for start in range(len(before), len(catalog), _AT_ONCE):
        rows = slice(start, min(start + _AT_ONCE, len(catalog)))

        def report(done: int, _: int | None, __: str = "", /, begin: int = start) -> None:
            progress(begin + done, len(catalog), _WHAT)

        seen = np.asarray(catalog.images[rows], dtype=np.float32)
        drawn = generator.reconstruct(seen, progress=report, cancel=cancel)
        scores[rows] = reconstruction_score(
            seen, drawn, softening=generator.preprocessing.softening
        )
        if kept is not None and time.monotonic() - saved > _KEPT_EVERY:
            _keep(kept, scores[: rows.stop])
            saved = time.monotonic()
    if kept is not None:
        _keep(kept, scores)
    return scores


def _kept_name(catalog: Catalog, sha: str) -> str:
    """Return the name of the file that keeps what a generator drew of a catalogue so far."""
    told = f"{sha} {catalog_key(catalog.manifest)}"
    return f"redrawn-{hashlib.sha256(told.encode()).hexdigest()[:16]}.npy"


def _before(kept: Path | None, count: int) -> NDArray[np.float32]:
    """Return the scores of the first sources that an earlier attempt told; empty without one."""
    try:
        if kept is not None:
            scores = np.load(kept, allow_pickle=False)
            if scores.ndim == 1 and len(scores) <= count and scores.dtype == np.float32:
                return np.asarray(scores)
    except (OSError, ValueError, EOFError):
        pass  # nothing there, or damaged: it is told anew
    return _NOTHING


def _keep(path: Path, scores: NDArray[np.float32]) -> None:
    with replaced_file(path) as beside:
        np.save(beside, scores, allow_pickle=False)
