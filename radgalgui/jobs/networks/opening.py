"""Which classifiers answer together with a network of the user's own, and the panel of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from radgalgui.analysis.labelled import LabelledVectors
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import RadGalError, UsageError
from radgalgui.jobs.classes import ClassPanel
from radgalgui.jobs.labels import COLUMN, class_columns, find_labels, shipped_label_sets
from radgalgui.jobs.networks.kept import NETWORK_SET, network_path
from radgalgui.jobs.networks.panel import Alone, Beside
from radgalgui.jobs.networks.taught import (
    OutOfFold,
    Taught,
    is_archive,
    read_out_of_fold,
    read_taught,
)
from radgalgui.jobs.work.library import encoder_path
from radgalgui.models.encoder import Encoder
from radgalgui.models.network_classifier import NetworkClassifier
from radgalgui_resources import classifier_path

__all__ = [
    "known_labels",
    "open_alone",
    "open_beside",
    "open_in_catalog",
    "panel_of",
    "published_labels",
]

_FIRST: Final = ("label", "class", "type", "morphology")  # columns that people call so


def open_alone(path: Path, *, called: str = "", encoder: str = "") -> Alone:
    """Return a network that answers for itself.

    Parameters
    ----------
    path : Path
        Its weights file.
    called : str
        What its answers call their label set; by default what its card calls it.
    encoder : str
        The encoder in use, if there is one.

    Raises
    ------
    WeightsError
        If the file is missing, damaged, or holds no classifying network.
    """
    taught = read_taught(path)
    network = NetworkClassifier.load(path)
    answers = _answers(taught)
    return Alone(network, taught, answers, called=called or taught.label_set, encoder=encoder)


def open_beside(
    path: Path,
    labelled: LabelledVectors,
    encoder: Encoder,
    *,
    called: str = "",
    same_sources: bool | None = None,
    classifiers: Sequence[str] | None = None,
) -> Beside:
    """Return a network beside the six classifiers that learn from labelled vectors.

    Parameters
    ----------
    path : Path
        The network's weights file.
    labelled, encoder
        What the six learn from, and in whose vectors.
    called : str
        What the answers call their label set; by default as the labelled vectors do.
    same_sources : bool, optional
        Whether the network was taught with these; by default if it is a published set of the
        network's own name.
    classifiers : sequence of str, optional
        Some of `radgalgui.jobs.fitting.ALL_CLASSIFIERS`.

    Raises
    ------
    WeightsError, DataError
        If a file is missing, damaged, or not of the encoder.
    UsageError
        If the classes are others.
    """
    taught = read_taught(path)
    network = NetworkClassifier.load(path)
    if same_sources is None:
        same_sources = labelled.name == taught.label_set and not is_archive(taught.learned_from)
    return Beside(
        labelled,
        encoder,
        network,
        taught,
        _answers(taught),
        called=called or labelled.name,
        same_sources=same_sources,
        classifiers=classifiers,
    )


def open_in_catalog(
    path: Path, encoder: Encoder, catalog: Catalog, *, called: str
) -> Alone | Beside:
    """Return a network with the classifiers that can answer beside it in an open catalogue.

    Raises
    ------
    WeightsError
        As `open_alone`.
    UsageError
        If the network wants other bands than the catalogue's images have.
    """
    taught = read_taught(path)
    bands = encoder.preprocessing.channels
    if taught.channels != bands:
        raise UsageError(
            f"takes {_bands(taught.channels)}, and the images of {catalog.path.name} have "
            f"{_bands(bands)}",
            subject=path,
            remedy="choose another classifier, or open a catalogue of such images",
        )
    labelled = known_labels(taught, encoder, catalog)
    if labelled is None:
        return open_alone(path, called=called, encoder=encoder.name)
    return open_beside(path, labelled, encoder, called=called)


def panel_of(label_set: str, encoder: Encoder, catalog: Catalog) -> ClassPanel | Alone:
    """Return the classifiers of a label set in an open catalogue, not fitted yet.

    Parameters
    ----------
    label_set : str
        ``network:NAME`` for a network of the user's own; else as
        `radgalgui.jobs.labels.find_labels` takes it.
    encoder, catalog
        In whose vectors the six learn, and what is open.

    Raises
    ------
    DataError, WeightsError
        If a file is missing, damaged, or not of the encoder and its weights.
    UsageError
        If there are no such labels, or a network wants other bands than the images have.
    """
    if label_set.startswith(NETWORK_SET):
        return open_in_catalog(network_path(label_set), encoder, catalog, called=label_set)
    labelled = find_labels(label_set, catalog=catalog, encoder=encoder.name)
    # A column may be called as a shipped set is, but its sources are others.
    network = classifier_path(labelled.name) if labelled.rows is None else None
    return ClassPanel(labelled, encoder, network=network)


def known_labels(
    taught: Taught, encoder: Encoder, catalog: Catalog | None
) -> LabelledVectors | None:
    """Return labelled vectors of a network's classes: those it was taught with, or a column.

    None where there are neither.  A column of the catalogue counts if its classes are the same;
    one that is called ``label`` before others.
    """
    for name in _candidates(taught, catalog):
        try:
            labelled = find_labels(name, catalog=catalog, encoder=encoder.name)
            labelled.vectors_of(encoder.name, encoder.sha256)
        except RadGalError:
            continue  # of other weights, or damaged: the network answers without
        if labelled.classes == taught.classes:
            return labelled
    return None


def published_labels(
    taught: Taught, encoder: str, *, further: str = ""
) -> tuple[LabelledVectors, Encoder] | None:
    """Return labels that come along, of a network's classes, and the encoder of their vectors.

    Parameters
    ----------
    taught : Taught
        The network.
    encoder : str
        The name of an encoder, or its weights file.
    further : str
        A label set that will do as well, if it has the same classes.

    Returns
    -------
    tuple or None
        None where the set that it was taught with is not there, and the further one has other
        classes; or where the encoder has no vectors of them.

    Raises
    ------
    UsageError, WeightsError
        If there is no such encoder, or its file is damaged.
    """
    names = [taught.label_set] if _is_published(taught) else []
    for name in dict.fromkeys([*names, further]):
        if name not in shipped_label_sets():
            continue
        labelled = find_labels(name, catalog=None, encoder="")
        if labelled.classes == taught.classes:
            loaded = Encoder.load(encoder_path(encoder))
            return (labelled, loaded) if loaded.name in labelled.vectors else None
    return None


def _is_published(taught: Taught) -> bool:
    return taught.label_set in shipped_label_sets() and not is_archive(taught.learned_from)


def _candidates(taught: Taught, catalog: Catalog | None) -> Iterator[str]:
    if _is_published(taught):
        yield taught.label_set
    columns = class_columns(catalog)
    for name in sorted(columns, key=lambda c: (c not in _FIRST, columns.index(c))):
        yield f"{COLUMN}{name}"


def _answers(taught: Taught) -> OutOfFold | str:
    """Return the answers out of fold, or why there are none."""
    try:
        return read_out_of_fold(taught)
    except UsageError as error:
        return error.what


def _bands(number: int) -> str:
    return "one band" if number == 1 else f"{number} bands"
