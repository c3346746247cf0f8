"""Classify images without a catalogue to search in: an encoder and labelled vectors will do."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import UsageError
from radgalgui.jobs.classes import ClassPanel
from radgalgui.jobs.events import Done, Event
from radgalgui.jobs.labels import COLUMN, IMAGES, find_labels, image_labels
from radgalgui.jobs.sight import Sight, shown
from radgalgui.jobs.work.library import encoder_path
from radgalgui.models.encoder import Encoder
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import SkyPosition
from radgalgui_resources import classifier_path

if TYPE_CHECKING:
    from radgalgui.jobs.networks.panel import Alone

__all__ = ["classify", "open_panel"]


def open_panel(
    label_set: str,
    encoder: str,
    *,
    catalog: Path | None = None,
    classifiers: Sequence[str] | None = None,
    threads: int | None = None,
    progress: Progress = silent,
) -> ClassPanel:
    """Return the classifiers of a label set and a bundled encoder, not fitted yet.

    Parameters
    ----------
    label_set : str
        A shipped one; ``column:NAME`` of the catalogue; a file of labelled vectors; or an
        archive of labelled images, for `radgalgui.jobs.labels.image_labels`.
    encoder : str
        The name of a bundled encoder, or the path of an encoder's weights file.
    catalog : Path, optional
        The folder of a catalogue with vectors of the encoder; opened only for a column.
    classifiers : sequence of str, optional
        Some of `radgalgui.jobs.fitting.ALL_CLASSIFIERS`.
    threads : int, optional
        Processor threads of torch, in the whole process.
    progress : Progress
        Called as labelled images are embedded.

    Raises
    ------
    WeightsError, DataError, CatalogError
        If a file is missing or damaged, or made with other weights.
    UsageError
        If there are no such labels or classifiers, or a column holds no classes.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    loaded = Encoder.load(encoder_path(encoder))
    if catalog is not None and label_set.startswith(COLUMN):
        with Catalog.open(catalog) as opened:
            opened.check_weights(loaded.name, loaded.sha256)
            labelled = find_labels(label_set, catalog=opened, encoder=loaded.name)
        return ClassPanel(labelled, loaded, classifiers=classifiers)
    if label_set.endswith(IMAGES):
        labelled = image_labels(label_set, loaded, progress=progress)
        return ClassPanel(labelled, loaded, classifiers=classifiers)
    labelled = find_labels(label_set, catalog=None, encoder=loaded.name)
    if loaded.name not in labelled.vectors and _is_path(encoder):
        raise UsageError(
            f"the labels {label_set!r} were never shown to the encoder {loaded.name!r}",
            subject=encoder,
            remedy=f"give labelled images (--labels FILE{IMAGES}), which are shown to it now",
        )
    network = classifier_path(labelled.name)
    return ClassPanel(labelled, loaded, network=network, classifiers=classifiers)


def _is_path(encoder: str) -> bool:
    return encoder.endswith(".safetensors") or "/" in encoder


def classify(
    job: str,
    path: Path | str,
    panel: ClassPanel | Alone,
    *,
    level: float = 0.9,
    position: SkyPosition | None = None,
    cancel: CancelToken | None = None,
) -> Iterator[Event]:
    """Tell what the source in an image is.

    Parameters
    ----------
    job : str
        The name that every event carries.
    path : path
        A FITS file.
    panel : ClassPanel or Alone
        Whose classifiers are asked; those that are not fitted yet are fitted on the way.
    level : float
        Of the conformal set, in (0, 1).
    position : SkyPosition, optional
        Where the source lies; by default the source chosen by `make_cutout`.
    cancel : CancelToken, optional
        Looked at between the steps.

    Yields
    ------
    Event
        `Picture`, `Seen`, `Classes` once or after each classifier, `Done`.

    Raises
    ------
    ImageError
        If the file holds no image that can be answered.
    UsageError
        If the level is out of range.
    Cancelled
        If cancelled.
    """
    started = time.perf_counter()
    cancel = cancel or CancelToken()
    sight = Sight(read_image(path), position)
    yield from shown(sight, job, panel.preprocessing, cancel)
    yield from panel.answer(job, sight.view, level=level, cancel=cancel)
    yield Done(job, time.perf_counter() - started)
