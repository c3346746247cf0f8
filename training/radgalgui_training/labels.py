"""Label sets that ship: vectors and out-of-fold probabilities of published training parts.

They are numbers of our making, in an order of chance: no name, position or pixel is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.classifiers import CLASSIFIERS
from radgalgui.analysis.held_out import HeldOut
from radgalgui.analysis.labelled import LabelledVectors
from radgalgui.errors import DataError, UsageError
from radgalgui.files import sha256
from radgalgui.models.encoder import Encoder
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui_training.networks import LABEL_SETS
from radgalgui_training.published import Published, read_published

__all__ = ["CREDITS", "make_labels", "read_network_folds", "training_part"]

CREDITS: Final[dict[str, str]] = {
    "mirabest": "classes of MiraBest Confident, training part (Porter & Scaife 2023)",
    "rgd": "classes of the Radio Galaxy Dataset, training part (Griese et al. 2022)",
    "frdeep": "classes of FR-DEEP NVSS, training part (Tang et al. 2019)",
}
_FOLDS: Final = 5


def make_labels(
    label_set: str,
    root: Path,
    encoders: Sequence[Encoder],
    *,
    network: Path | None = None,
    network_folds: Path | None = None,
    classifiers: Sequence[str] = tuple(CLASSIFIERS),
    largest: int | None = None,
    seed: int = 0,
    known: LabelledVectors | None = None,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> LabelledVectors:
    """Embed a published training part and answer each source by fits that do not know it.

    Parameters
    ----------
    label_set : str
        One of `CREDITS`.
    root : Path
        Where the data set lies; see `radgalgui_training.published.read_published`.
    encoders : sequence of Encoder
        Whose vectors; at least one.  Orientation is ignored, which cross-validation prefers.
    network, network_folds : Path, optional
        The weights of a network that was fine-tuned on this set, and what it said out of fold.
        Without the second, what ``known`` tells of the same weights is kept.
    classifiers : sequence of str
        Which are held out.
    largest : int, optional
        Take that many sources at most, of each class its share.
    seed : int
        Of the order, the folds and the classifiers.
    known : LabelledVectors, optional
        The same set as it was made before.  What was held out is kept where weights and vectors
        are the same, so that another encoder takes minutes and another network seconds.
    progress, cancel
        Told of, and looked at before, every step.

    Returns
    -------
    LabelledVectors

    Raises
    ------
    DataError
        If the data set is missing or damaged, or the network's probabilities do not fit it.
    UsageError
        If there is no such set, or no encoder.
    Cancelled
        If the token is raised.
    """
    data, order = training_part(label_set, root, encoders, largest=largest, seed=seed)
    classes, codes = np.unique(data.labels, return_inverse=True)
    about = {
        "labels": CREDITS[label_set],
        "protocol": f"each source by a fit on the other {_FOLDS - 1} of {_FOLDS} folds",
        "seed": seed,
    }
    if known is not None and not _alike(known, about, codes[order]):
        known = None
    hash_of_network = sha256(network) if network is not None else ""
    told: NDArray[np.floating] | None = None
    if network is not None and network_folds is not None:
        told = read_network_folds(network_folds, data.labels)[order]
    elif network is not None and known is not None and known.network == hash_of_network:
        told = known.network_held_out
    data = data.select(order)
    vectors = {encoder.name: _vectors(encoder, data, progress, cancel) for encoder in encoders}
    weights = {encoder.name: encoder.sha256 for encoder in encoders}
    kept = _kept(known, vectors, weights)
    return LabelledVectors(
        name=label_set,
        classes=tuple(str(name) for name in classes),
        codes=codes[order].astype(np.int64),
        vectors=vectors,
        weights=weights,
        held_out=_held_out(vectors, data.labels, classifiers, seed, kept, progress, cancel),
        network_held_out=told,
        network=hash_of_network if told is not None else "",
        looks=data.classifier_looks,
        about=about,
    )


def training_part(
    label_set: str, root: Path, encoders: Sequence[Encoder], *, largest: int | None, seed: int
) -> tuple[Published, NDArray[np.int64]]:
    """Return a published training part, and the order of chance of what is taken of it.

    Raises
    ------
    DataError
        If the data set is missing or damaged.
    UsageError
        If there is no such set, or no encoder to make vectors with.
    """
    if label_set not in CREDITS or not encoders:
        raise UsageError(
            f"no labels {label_set!r}" if encoders else "no encoder to make labels with",
            remedy=f"choose among {', '.join(CREDITS)}" if encoders else "train one first",
        )
    dataset = next(name for name, called in LABEL_SETS.items() if called == label_set)
    data = read_published(dataset, root).training_part()
    codes = np.unique(data.labels, return_inverse=True)[1]
    return data, _order(codes, largest, seed)


def read_network_folds(path: Path, labels: NDArray[np.str_]) -> NDArray[np.float64]:
    """Return what a fine-tuned network said out of fold, (N, K), of sources as they are read.

    Parameters
    ----------
    path : Path
        An archive of NumPy arrays: ``classes`` (K,), ``labels`` (N,), ``probabilities`` (N, K).
    labels : ndarray, shape (N,), str
        The classes of the sources, by which a file of others is told.

    Raises
    ------
    DataError
        If it is missing or damaged, or of other sources.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            classes, theirs = archive["classes"].astype(str), archive["labels"].astype(str)
            probabilities = np.asarray(archive["probabilities"], dtype=np.float64)
    except (OSError, KeyError, ValueError) as error:
        raise DataError(
            f"holds no probabilities of a cross-validation ({error})",
            subject=path,
            remedy="fine-tune the network again",
        ) from error
    same = classes.tolist() == np.unique(labels).tolist() and np.array_equal(theirs, labels)
    if not same or probabilities.shape != (len(labels), len(classes)):
        raise DataError(
            "is of other sources or classes than this label set",
            subject=path,
            remedy="fine-tune the network again on the same data",
        )
    return probabilities


def _order(codes: NDArray[np.int64], largest: int | None, seed: int) -> NDArray[np.int64]:
    """Return rows in an order of chance; of each class its share where not all are taken."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(codes))
    if largest is None or largest >= len(codes):
        return order
    counts = np.maximum(3, np.round(largest * np.bincount(codes) / len(codes))).astype(int)
    rank = np.empty(len(codes), dtype=np.int64)  # of each source among those of its class
    for code in range(len(counts)):
        rows = order[codes[order] == code]
        rank[rows] = np.arange(len(rows))
    return order[rank[order] < counts[codes[order]]]


def _vectors(
    encoder: Encoder, data: Published, progress: Progress, cancel: CancelToken | None
) -> NDArray[np.float16]:
    """Return the vectors as they are stored, so that classifiers are measured on the same."""
    return data.vectors(encoder, progress=progress, cancel=cancel).astype(np.float16)


def _alike(known: LabelledVectors, about: Mapping[str, Any], codes: NDArray[np.int64]) -> bool:
    """Whether labels were made of the same sources in the same order."""
    return dict(known.about) == about and known.codes.tolist() == codes.tolist()


def _kept(
    known: LabelledVectors | None,
    vectors: Mapping[str, NDArray[np.float16]],
    weights: Mapping[str, str],
) -> dict[str, Mapping[str, NDArray[np.floating]]]:
    """Return what was held out before of the same vectors, by encoder and classifier."""
    if known is None:
        return {}
    return {
        name: known.held_out.get(name, {})
        for name, of_encoder in vectors.items()
        if known.weights.get(name) == weights[name] and _same(known.vectors[name], of_encoder)
    }


def _same(first: NDArray[np.floating], second: NDArray[np.floating]) -> bool:
    """Whether vectors are the same but for what another processor rounds otherwise."""
    if first.shape != second.shape:
        return False
    scale = float(np.abs(second.astype(np.float32)).mean())
    return bool(np.allclose(first.astype(np.float32), second, rtol=0, atol=0.02 * scale))


def _held_out(
    vectors: Mapping[str, NDArray[np.float16]],
    labels: NDArray[np.str_],
    classifiers: Sequence[str],
    seed: int,
    kept: Mapping[str, Mapping[str, NDArray[np.floating]]],
    progress: Progress,
    cancel: CancelToken | None,
) -> dict[str, dict[str, NDArray[np.floating]]]:
    tables: dict[str, dict[str, NDArray[np.floating]]] = {}
    total, done = len(vectors) * len(classifiers) * _FOLDS, 0
    for encoder, of_encoder in vectors.items():
        tables[encoder] = {}
        for name in classifiers:
            if name in kept.get(encoder, {}):
                tables[encoder][name] = kept[encoder][name]
                done += _FOLDS
                continue
            held_out = HeldOut(name, of_encoder.astype(np.float32), labels, folds=_FOLDS, seed=seed)
            while held_out.left:
                if cancel is not None:
                    cancel.check()
                progress(done, total, "holding out")
                held_out.step()
                done += 1
            tables[encoder][name] = held_out.run()
    return tables
