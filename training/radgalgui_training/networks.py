"""Fine-tuned networks on published sets: never measured on what they were trained on.

The network that is shipped has learned from the whole training part.  So it is measured on the
published test part alone.  Where that is not present, what stands in the table is what
cross-validation told when it was made: networks that had not learned from the source at hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.bootstrap import bootstrap_weights
from radgalgui.analysis.labelled import NETWORK, LabelledVectors
from radgalgui.errors import DataError, UsageError
from radgalgui.models.encoder import Encoder
from radgalgui.models.network_classifier import NetworkClassifier
from radgalgui.progress import CancelToken
from radgalgui.sky.look import Look
from radgalgui_training.learned import known_images, witness
from radgalgui_training.published import Published
from radgalgui_training.results import SCORES, Result, Rounds, measured

__all__ = [
    "BASELINE",
    "LABEL_SETS",
    "Embedded",
    "NetworkRecord",
    "load_record",
    "network_results",
]

BASELINE: Final = "supervised"
"""A network of the same kind that was trained on the labels alone, from scratch."""

Embedded: TypeAlias = Mapping[tuple[str, bool], NDArray[np.float32]]
"""Vectors by the hash of an encoder's weights, and whether they ignore orientation."""

LABEL_SETS: Final = {"mirabest-confident": "mirabest", "frdeep-nvss": "frdeep", "rgd": "rgd"}
"""What the labels of a published set are called."""


@dataclass(frozen=True)
class NetworkRecord:
    """A fine-tuned network, and what cross-validation told when it was made.

    Parameters
    ----------
    classifier : NetworkClassifier
        Trained on the whole training part.
    truth : ndarray of int, shape (N,), optional
        Column of each source's class.
    held_out : ndarray, shape (N, K), optional
        Probabilities by networks that had not learned from the source.
    learned : LabelledVectors, optional
        The sources that it learned from.
    witness : Encoder, optional
        Made vectors of them, by which they are known again.
    """

    classifier: NetworkClassifier
    truth: NDArray[np.int64] | None = None
    held_out: NDArray[np.float64] | None = None
    learned: LabelledVectors | None = None
    witness: Encoder | None = None

    @property
    def encoder(self) -> str:
        """The encoder that it set out from; ``none`` where it was trained from scratch."""
        return str(self._start.get("name", "none"))

    @property
    def taught(self) -> tuple[str, ...]:
        """The label sets that it had been taught before its own."""
        return tuple(str(name) for name in self._start.get("taught", ()))

    @property
    def _start(self) -> Mapping[str, Any]:
        start = self.classifier.card.get("started_from")
        return start if isinstance(start, Mapping) else {}

    @property
    def metrics(self) -> Mapping[str, Any]:
        """What its card tells of cross-validation; empty where it tells nothing."""
        metrics = self.classifier.card.get("metrics")
        return metrics if isinstance(metrics, Mapping) else {}


def load_record(
    weights: Path, labels: Path | None = None, *, encoders: Sequence[Path] = ()
) -> NetworkRecord:
    """Read a network, and its out-of-fold probabilities from the label set it belongs to.

    Parameters
    ----------
    weights : Path
        For `radgalgui.models.network_classifier.NetworkClassifier.load`.
    labels : Path, optional
        For `radgalgui.analysis.labelled.LabelledVectors.load`; left alone where it is missing,
        or tells of another network.
    encoders : sequence of Path
        Folders of encoders, by one of which images that it learned from are known again.

    Raises
    ------
    WeightsError, DataError
        If a file is damaged.
    """
    classifier = NetworkClassifier.load(weights)
    if labels is not None and labels.is_file():
        told = LabelledVectors.load(labels)
        if told.network == classifier.sha256 and told.network_held_out is not None:
            _same_classes(classifier, told.classes, told.name)
            held_out = np.asarray(told.network_held_out, dtype=np.float64)
            seen_by = witness(told, encoders)
            return NetworkRecord(classifier, told.codes, held_out, told, seen_by)
    return NetworkRecord(classifier)


def network_results(
    record: NetworkRecord,
    data: Published,
    *,
    draws: int = 1000,
    seed: int = 0,
    embedded: Embedded = MappingProxyType({}),
    cancel: CancelToken | None = None,
) -> tuple[list[Result], str]:
    """Measure a fine-tuned network on the test part, or tell what cross-validation told.

    Parameters
    ----------
    record : NetworkRecord
    data : Published
        The set whose training part it learned from.
    draws, seed : int
        Of the bootstrap.
    embedded : mapping
        Vectors of the set that are known already; the witness makes its own otherwise.
    cancel : CancelToken, optional
        Looked at between batches.

    Returns
    -------
    results : list of Result
        The network, and the supervised baseline where the card tells of it; none where nothing
        was ever held out.
    words : str
        How they were measured.

    Raises
    ------
    DataError
        If the network has other classes, or learned from another set.
    """
    classes = tuple(np.unique(data.labels[~data.test]).tolist())
    _same_classes(record.classifier, classes, data.name)
    learned = _learned(record)
    if learned and data.name not in learned:
        raise DataError(
            f"the fine-tuned network learned from {', '.join(learned)}", subject=data.name
        )
    told = f"cross-validated when it was made ({_words(record)})"
    if record.taught:
        told += f", taught {', '.join(record.taught)} before"
    part, how = _unknown_part(record, data, embedded, cancel)
    if len(part):
        n_train = int(_training_data(record).get("labelled", 0)) or int((~data.test).sum())
        chances = _told_of(record, part, cancel)
        rounds = _rounds(record, part, draws=draws, seed=seed)
        rows = [measured(record.encoder, NETWORK, rounds, [chances], n_train=n_train, how=how)]
        words = f"the fine-tuned network measured on the test part, {how}"
    else:
        rows = _held_out(record, data.positive, how=told, draws=draws, seed=seed)
        words = f"the fine-tuned network, which learned from all of it, {told}"
    baseline = _from_card(record, BASELINE, encoder="none", how=told)
    if baseline is not None:
        words += f"; the supervised baseline {told}"
        rows.append(baseline)
    return rows, words


def _unknown_part(
    record: NetworkRecord, data: Published, embedded: Embedded, cancel: CancelToken | None
) -> tuple[Published, str]:
    """Return the sources of the test part that it did not learn from, and which those are."""
    training = {image.tobytes() for image in data.images[~data.test]}
    part = data.select(data.test)
    twins = np.asarray([image.tobytes() in training for image in part.images], dtype=bool)
    known = np.zeros(len(part), dtype=bool)
    if record.learned is not None and record.witness is not None:
        vectors = embedded.get((record.witness.sha256, record.learned.ignore_orientation))
        own = None if vectors is None else vectors[data.test]
        known = known_images(record.learned, record.witness, part, vectors=own, cancel=cancel)
    left_out = [
        f"{count} images that {what}"
        for count, what in (
            (int(twins.sum()), "are in the training part too"),
            (int((known & ~twins).sum()), "it learned from all the same"),
        )
        if count
    ]
    how = "of which no image is one that it learned from"
    if left_out:
        how = f"without {' and '.join(left_out)}"
    elif record.witness is None:
        how = "of which no image is one of the training part"
    return part.select(~twins & ~known), how


def _told_of(
    record: NetworkRecord, part: Published, cancel: CancelToken | None
) -> NDArray[np.float64]:
    """Return the probabilities (n, K) that what is shipped gives to sources."""
    views = [  # as each network was taught to see, whatever look of the set suits encoders
        part.seen(sight, Look(sight.field_of_view, sight.softening))
        for sight in record.classifier.sights
    ]
    return record.classifier.probabilities(*views, cancel=cancel)


def _rounds(record: NetworkRecord, part: Published, *, draws: int, seed: int) -> Rounds:
    classes = record.classifier.classes
    truth = np.searchsorted(classes, part.labels).astype(np.int64)
    weights = bootstrap_weights(len(part), draws=draws, seed=seed)
    return Rounds(truth, classes, part.positive, weights)


def _held_out(
    record: NetworkRecord, positive: str, *, how: str, draws: int, seed: int
) -> list[Result]:
    """Return what out-of-fold probabilities tell or, without them, what the card does."""
    if record.truth is None or record.held_out is None:
        result = _from_card(record, NETWORK, encoder=record.encoder, how=how)
        return [] if result is None else [result]
    weights = bootstrap_weights(len(record.truth), draws=draws, seed=seed)
    rounds = Rounds(record.truth, record.classifier.classes, positive, weights)
    n_train = _n_train(record, len(record.truth))
    return [measured(record.encoder, NETWORK, rounds, [record.held_out], n_train=n_train, how=how)]


def _from_card(record: NetworkRecord, name: str, *, encoder: str, how: str) -> Result | None:
    """Return the scores that a card tells, without intervals and curves; None without them."""
    scores = record.metrics.get(name)
    if not isinstance(scores, Mapping) or not set(SCORES) <= set(scores):
        return None
    count = int(record.metrics.get("n", 0))
    return Result(
        encoder=encoder,
        classifier=name,
        **{score: float(scores[score]) for score in SCORES},
        intervals={},
        confusion=[],
        roc={"fpr": [], "tpr": []},
        reliability={"confidence": [], "accuracy": [], "count": []},
        n_train=_n_train(record, count),
        n_test=count,
        how=how,
    )


def _n_train(record: NetworkRecord, count: int) -> int:
    """Return how many of the set's own sources a network of a fold learned from."""
    recipe = record.classifier.card.get("recipe")
    folds = int(recipe.get("folds", 0)) if isinstance(recipe, Mapping) else 0
    return round(count * (folds - 1) / folds) if folds else count


def _learned(record: NetworkRecord) -> list[str]:
    """Return the sets that it learned from, as its card tells."""
    return [str(name) for name in _training_data(record).get("sets", [])]


def _training_data(record: NetworkRecord) -> Mapping[str, Any]:
    """Return what the card tells of it; empty where it tells nothing."""
    data = record.classifier.card.get("training_data")
    return data if isinstance(data, Mapping) else {}


def _words(record: NetworkRecord) -> str:
    return str(record.metrics.get("protocol", "protocol not told"))


def _same_classes(classifier: NetworkClassifier, classes: tuple[str, ...], subject: str) -> None:
    if classifier.classes != classes:
        raise UsageError(
            f"the network answers with {', '.join(classifier.classes)}, and the labels are "
            f"{', '.join(classes)}",
            subject=subject,
        )
