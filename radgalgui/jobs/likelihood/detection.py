"""Measure whether likelihoods and second opinions notice what does not belong in a survey."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import UsageError
from radgalgui.jobs.draw import GENERATOR
from radgalgui.jobs.likelihood.judge import Judge
from radgalgui.jobs.likelihood.methods import COMBINED, METHODS
from radgalgui.jobs.likelihood.redrawn import redrawn
from radgalgui.jobs.work.library import encoder_path
from radgalgui.models.encoder import Encoder
from radgalgui.models.generator import Generator
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.controls import CONTROLS
from radgalgui_training.detection.measure import Row, measure_setting
from radgalgui_training.detection.sets import ORDINARY, SETTINGS, SIX, STRANGE, Eyes, Setting
from radgalgui_training.detection.witnesses import Witness, fit_witness

__all__ = ["FEWEST", "measure_detection"]

FEWEST: Final = 20
"""Images of a kind, below which nothing is told of it."""

_SHAPE_WORDS: Final = {
    "x-shaped": ("X-shaped sources", "Simulated galaxies with a second, fainter pair of wings."),
    "double-double": (
        "Double-double sources",
        "Simulated galaxies with a young pair of lobes inside an old one.",
    ),
}


@dataclass(frozen=True)
class _Survey:
    """A simulated catalogue, what is measured with it, and who is told of it."""

    catalog: Catalog
    kinds: NDArray[np.str_]
    sizes: NDArray[np.float64]
    redrawn: NDArray[np.float32]
    preset: str
    seed: int
    folder: Path | None
    progress: Progress
    cancel: CancelToken | None

    def witness(self, setting: Setting, encoder: str) -> Witness:
        """Return what judges in a setting: the catalogue's own judge where it may."""
        rows = setting.holds(self.kinds, self.sizes)
        if len(rows) == len(self.catalog) and encoder in self.catalog.manifest.likelihoods:
            judge = Judge.load(self.catalog, encoder)
            return Witness(encoder, judge.reference.scores, judge.scores)
        folder = None if self.folder is None else self.folder / f"flow-{setting.name}-{encoder}"
        return fit_witness(
            encoder,
            np.asarray(self.catalog.embeddings(encoder)[rows]),
            self.redrawn[rows],
            preset=self.preset,
            seed=self.seed,
            folder=folder,
            progress=self.progress,
            cancel=self.cancel,
        )


def measure_detection(
    path: str | os.PathLike[str],
    *,
    encoders: Sequence[str] | None = None,
    settings: Sequence[Setting] = SETTINGS,
    count: int = 200,
    seed: int = 0,
    preset: str = "bundled",
    folder: Path | None = None,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> dict[str, Any]:
    """Measure on images drawn anew, of which no encoder, flow or catalogue has seen one.

    Parameters
    ----------
    path : path
        A catalogue of simulated sources with vectors, such as the one that comes along.
    encoders : sequence of str, optional
        Whose vectors; by default all that the catalogue holds.
    settings : sequence of Setting, optional
        Among which sources others are to be found strange.
    count : int
        Images of each kind, and twice as many ordinary galaxies.
    seed : int
        Of the images, the flows and the bootstrap.
    preset : str
        Of the flows that are fitted for a setting.
    folder : Path, optional
        Keeps images' vectors and flows, for another time.
    progress, cancel
        Told, and looked at, throughout.

    Returns
    -------
    dict
        What the window and the table read; see ``rows``, whose values are those of
        `radgalgui_training.detection.measure.Row`.

    Raises
    ------
    CatalogError
        If there is no catalogue, or it is damaged.
    UsageError
        If it holds no simulated sources or not these vectors, or there are too few images.
    Cancelled
        If the user asked to stop.
    """
    if count < FEWEST:
        raise UsageError(f"{count} images tell nothing", remedy=f"draw {FEWEST} or more")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    with Catalog.open(path) as catalog:
        eyes = _eyes(catalog, encoders or sorted(catalog.manifest.vectors), folder)
        drawn = redrawn(catalog, folder=folder, progress=progress, cancel=cancel)[0]
        kinds, sizes = _truth(catalog)
        survey = _Survey(catalog, kinds, sizes, drawn, preset, seed, folder, progress, cancel)
        rows: list[Row] = []
        for setting in settings:
            told = {
                name: eyes.look(
                    name,
                    setting,
                    2 * count if name == ORDINARY else count,
                    seed=seed,
                    progress=progress,
                    cancel=cancel,
                )
                for name in (ORDINARY, *STRANGE)
            }
            witnesses = [survey.witness(setting, name) for name in eyes.encoders]
            rows += measure_setting(
                setting.name, witnesses, told, methods=METHODS, combined=COMBINED, seed=seed
            )
        learned = {it.name: len(it.holds(kinds, sizes)) for it in settings}
    return _report(rows, settings, learned, count=count, seed=seed)


def _eyes(catalog: Catalog, names: Sequence[str], folder: Path | None) -> Eyes:
    """Load the encoders whose vectors a catalogue holds, and the network that draws."""
    encoders = {}
    for name in names:
        catalog.dimension(name)  # raises where there are no vectors of it
        encoders[name] = Encoder.load(encoder_path(name))
        catalog.check_weights(name, encoders[name].sha256)
    drawing = encoders.get(GENERATOR) or Encoder.load(encoder_path(GENERATOR))
    return Eyes(encoders, Generator.of(drawing), folder, drawing.sha256)


def _truth(catalog: Catalog) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """Return kinds and largest angular sizes (arcsec) of simulated sources."""
    if not catalog.manifest.simulated:
        raise UsageError(
            "its sources are not simulated, so nobody knows what is strange among them",
            subject=catalog.path,
            remedy="leave --catalog out",
        )
    kinds = np.asarray(catalog.column("label")).astype(np.str_)
    return kinds, np.asarray(catalog.column("angular_size"), dtype=np.float64)


def _report(
    rows: Sequence[Row],
    settings: Sequence[Setting],
    learned: Mapping[str, int],
    *,
    count: int,
    seed: int,
) -> dict[str, Any]:
    words = {kind: (it.title, it.sentence) for kind, it in CONTROLS.items()} | _SHAPE_WORDS
    return {
        "kind": "detection",
        "seed": seed,
        "images": count,
        "ordinary_images": 2 * count,
        "settings": [
            {"name": it.name, "words": it.words, "sources": learned[it.name]} for it in settings
        ],
        "controls": [
            {"name": name, "title": words[name][0], "words": words[name][1]} for name in STRANGE
        ],
        "mean_of": [list(names) for names in SIX.values()],
        "rows": [row.to_dict() for row in rows],
    }
