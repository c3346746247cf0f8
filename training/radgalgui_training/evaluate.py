"""How much the vectors know of real radio galaxies, beside the pixels and an untrained network.

Two yardsticks, both on training parts of published sets alone: the share of the same class
among the nearest neighbours in the Radio Galaxy Dataset, and repeated cross-validation of
simple classifiers on MiraBest Confident.  Published test parts are never looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from radgalgui.analysis.metrics import neighbour_share
from radgalgui.models import registry
from radgalgui.models.encoder import Encoder
from radgalgui_training.datasets.labelled import LabelledImages
from radgalgui_training.datasets.mirabest import is_confident, is_frii, read_mirabest
from radgalgui_training.datasets.rgd import read_rgd

__all__ = [
    "NeighbourRow",
    "cross_validated",
    "format_table",
    "measure",
    "rgd_neighbours",
    "untrained",
]

_NEIGHBOURS: Final = 10
_COMPONENTS: Final = 64
_SAME_SOURCE: Final = 10.0  # arcsec
_FOLDS: Final = 5


@dataclass(frozen=True)
class NeighbourRow:
    """Shares of the same class among the nearest sources.

    Parameters
    ----------
    what : str
        Whose vectors.
    mean : float
        Over all sources.
    balanced : float
        Over the classes, each counting alike.
    classes : dict of str to float
        Class by class.
    """

    what: str
    mean: float
    balanced: float
    classes: dict[str, float]


def rgd_neighbours(
    root: Path, *encoders: Encoder, k: int = _NEIGHBOURS, seed: int = 0
) -> list[NeighbourRow]:
    """Measure the share of the same class among the ``k`` nearest, each source left out in turn.

    Parameters
    ----------
    root : Path
        The folder that holds ``rgd``.
    *encoders : Encoder
        Each is measured as the images lie and ignoring orientation, beside an untrained
        network of the same shape.
    k : int
        Neighbours of a source, by cosine similarity.
    seed : int
        Of the untrained networks.

    Returns
    -------
    list of NeighbourRow
        First what chance would give, then the principal components of the pixels, then the
        encoders.

    Raises
    ------
    DataError
        If the data set is missing or damaged.
    """
    data = read_rgd(root)
    data = data.select(~_repeated(data))
    names = np.asarray([data.classes[int(label)] for label in data.labels])
    rows = [_chance(names)]
    for what, vectors in _rgd_vectors(data, encoders, seed):
        shares = neighbour_share(vectors, names, k)
        mean = shares.pop("all")
        rows.append(NeighbourRow(what, mean, float(np.mean(list(shares.values()))), shares))
    return rows


def cross_validated(
    vectors: NDArray[np.floating],
    positive: NDArray[np.bool_],
    *,
    repeats: int = 5,
    seed: int = 0,
) -> dict[str, float]:
    """Return accuracy and area under the ROC curve of simple classifiers, cross-validated.

    Five stratified folds, repeated with other shuffles; each score is the mean over repeats.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
    positive : ndarray of bool, shape (N,)
        FRII is the positive class.
    repeats, seed : int
        How often, and the seed of the shuffles and the trees.

    Returns
    -------
    dict
        ``knn_accuracy``, ``knn_auc`` (20 neighbours, cosine), ``trees_accuracy``, ``trees_auc``
        (400 extremely randomised trees).
    """
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    scores: dict[str, list[float]] = {}
    for repeat in range(repeats):
        folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed + repeat)
        for name, classifier in _classifiers(seed + repeat):
            predicted = cross_val_predict(
                classifier, vectors, positive, cv=folds, method="predict_proba"
            )[:, 1]
            _append_scores(scores, name, positive, predicted)
    return {name: float(np.mean(values)) for name, values in scores.items()}


def measure(encoder: Encoder, root: Path, *, repeats: int = 5) -> dict[str, Any]:
    """Return what stands under ``metrics`` in a card: both yardsticks, rounded to 4 digits.

    Raises
    ------
    DataError
        If a data set is missing or damaged.
    """
    chosen = read_mirabest(root)
    chosen = chosen.select(is_confident(chosen.labels))
    images, positive = chosen.seen(encoder.preprocessing), is_frii(chosen.labels)
    validated = {
        key: cross_validated(
            encoder.embed(images, ignore_orientation=ignore), positive, repeats=repeats
        )
        for key, ignore in (("as_it_lies", False), ("ignoring_orientation", True))
    }
    rows = {row.what: row for row in rgd_neighbours(root, encoder)}
    return {
        "mirabest_confident_cross_validated": {k: _rounded(v) for k, v in validated.items()},
        "rgd_same_class_among_10_nearest": _rounded({w: r.mean for w, r in rows.items()}),
        "rgd_same_class_among_10_nearest_balanced": _rounded(
            {w: r.balanced for w, r in rows.items()}
        ),
    }


def untrained(encoder: Encoder, *, seed: int = 0) -> Encoder:
    """Return an encoder of the same shape with random weights, and no mean taken out."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = registry.build(encoder.card["architecture"])
    card = {**encoder.card, "name": f"untrained {encoder.name}"}
    return Encoder(network, centre=np.zeros(encoder.dimension), card=card)


def format_table(rows: list[NeighbourRow]) -> str:
    """Return rows as a Markdown table."""
    classes = list(rows[0].classes)
    lines = [
        "| vectors | mean | balanced | " + " | ".join(classes) + " |",
        "| --- |" + " --- |" * (len(classes) + 2),
    ]
    for row in rows:
        numbers = [row.mean, row.balanced, *(row.classes[name] for name in classes)]
        lines.append(f"| {row.what} | " + " | ".join(f"{x:.3f}" for x in numbers) + " |")
    return "\n".join(lines)


def _rgd_vectors(
    data: LabelledImages, encoders: tuple[Encoder, ...], seed: int
) -> Iterator[tuple[str, NDArray[np.floating]]]:
    """Give each kind of vectors with its name."""
    from sklearn.decomposition import PCA

    if encoders:
        pixels = data.seen(encoders[0].preprocessing).reshape(len(data), -1)
        yield (
            f"{_COMPONENTS} principal components of the pixels",
            PCA(_COMPONENTS, random_state=seed).fit_transform(pixels),
        )
    for encoder in encoders:
        images = data.seen(encoder.preprocessing)
        bare = untrained(encoder, seed=seed).embed(images)
        yield f"{encoder.name}, untrained", bare - bare.mean(axis=0)
        yield f"{encoder.name}, as it lies", encoder.embed(images)
        yield (
            f"{encoder.name}, ignoring orientation",
            encoder.embed(images, ignore_orientation=True),
        )


def _repeated(data: LabelledImages) -> NDArray[np.bool_]:
    """Tell which sources stand earlier in the list already, within a few arcsec."""
    ra, dec = np.radians(data.ra), np.radians(data.dec)
    place = np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=1)
    # The chord, not the cosine: 1 - cos(10") is lost in rounding.
    chord = 2 * np.sin(np.radians(_SAME_SOURCE / 3600) / 2)
    repeated = np.zeros(len(data), dtype=bool)
    for index in range(1, len(data)):
        away = np.linalg.norm(place[:index] - place[index], axis=1)
        repeated[index] = bool((away < chord).any())
    return repeated


def _chance(names: NDArray[np.str_]) -> NeighbourRow:
    """Return what neighbours drawn by lot would share."""
    found, counts = np.unique(names, return_counts=True)
    shares: Mapping[str, float] = dict(
        zip(found.tolist(), (counts / len(names)).tolist(), strict=True)
    )
    mean = float(sum(share**2 for share in shares.values()))
    return NeighbourRow("class shares (by lot)", mean, 1 / len(shares), dict(shares))


def _classifiers(seed: int) -> list[tuple[str, Any]]:
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.neighbors import KNeighborsClassifier

    return [
        ("knn", KNeighborsClassifier(20, metric="cosine")),
        ("trees", ExtraTreesClassifier(400, random_state=seed)),
    ]


def _append_scores(
    scores: dict[str, list[float]],
    name: str,
    positive: NDArray[np.bool_],
    predicted: NDArray[np.floating],
) -> None:
    from sklearn.metrics import roc_auc_score

    correct = (predicted > 0.5) == positive
    scores.setdefault(f"{name}_accuracy", []).append(float(correct.mean()))
    scores.setdefault(f"{name}_auc", []).append(float(roc_auc_score(positive, predicted)))


def _rounded(scores: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in scores.items()}
