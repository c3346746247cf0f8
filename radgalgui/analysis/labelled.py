"""Labelled vectors: what classifiers learn from, kept as numbers in one safetensors file.

The file holds, for each encoder, the vectors of the sources and the probabilities that
classifiers gave for each without having been fitted on it; and the class of each source.  No
name, position or pixel is in it.  The header's JSON card tells the ``format``, ``name``,
``classes``, ``encoders`` (name to sha256 of the weights), ``network`` (the same of a
fine-tuned network, where its probabilities are here) and where the labels come from.

What encoders were shown is told as ``field`` and ``softening`` where it is one look.  A file of
several has ``looks`` instead, and is of format 2: a version that knows but one would take the
joined vectors for those of the encoder's own look.  Looks that tell a beam, or the emission in
rings, say so and make it format 3.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from dataclasses import field as made
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from radgalgui.errors import DataError, UsageError
from radgalgui.files import replaced_file
from radgalgui.sky.look import OWN_LOOK, Look

__all__ = ["FORMAT", "NETWORK", "LabelledVectors"]

FORMAT: Final = 3
"""The newest that is read; a file is written in the oldest that can tell what it holds."""

NETWORK: Final = "finetuned"
"""The classifier that sees images instead of vectors, and so belongs to no encoder."""

_KIND: Final = "labelled-vectors"
_KEY: Final = "radgalgui"
_LABELS: Final = "labels"
_VECTORS: Final = "vectors"
_HELD_OUT: Final = "held-out"
_LOGS: Final = "held-out-log"
_NEVER: Final = -1e4  # the logarithm of a probability of 0, whose exponential is 0 again
_AGAIN: Final = "fetch the file again, or make it with 'make labels'"
_CARD: Final = (
    "format",
    "kind",
    "name",
    "classes",
    "encoders",
    "network",
    "ignore_orientation",
    "field",
    "softening",
    "looks",
)


@dataclass(frozen=True)
class LabelledVectors:
    """Sources with labels, as one or more encoders see them.

    Parameters
    ----------
    name : str
        What the labels are called: ``mirabest``, or a column of a catalogue.
    classes : tuple of str
        Two or more, sorted as text.
    codes : ndarray, shape (N,), int64
        Column of each source's class; each class has two sources or more.
    vectors : mapping of str to ndarray, shape (N, L * E)
        By encoder; finite.  Those of its L looks stand side by side, each with its rings; see
        `radgalgui.analysis.vectors.side_by_side`.
    weights : mapping of str to str
        By encoder: sha256 of the weights that made its vectors.
    held_out : mapping of str to mapping of str to ndarray, shape (N, K)
        By encoder and classifier: probabilities by a fit that did not know the source.
    network_held_out : ndarray, shape (N, K), optional
        The same of the fine-tuned network.
    network : str
        sha256 of the weights of that network; "" without one.
    ignore_orientation : bool
        Whether vectors are means over eight orientations, so that a query's must be too.
    looks : tuple of Look
        How the encoders were shown these sources; one look by their own settings by default.
    names, rows : ndarray, shape (N,), optional
        Of sources that lie in the open catalogue.
    about : mapping
        What else the card tells: where labels come from, how probabilities were made.

    Raises
    ------
    UsageError
        If shapes do not fit, a class lacks sources, or a number is not finite.
    """

    name: str
    classes: tuple[str, ...]
    codes: NDArray[np.int64]
    vectors: Mapping[str, NDArray[np.floating]]
    weights: Mapping[str, str]
    held_out: Mapping[str, Mapping[str, NDArray[np.floating]]] = made(default_factory=dict)
    network_held_out: NDArray[np.floating] | None = None
    network: str = ""
    ignore_orientation: bool = True
    looks: tuple[Look, ...] = (OWN_LOOK,)
    names: NDArray[np.object_] | None = None
    rows: NDArray[np.int64] | None = None
    about: Mapping[str, Any] = made(default_factory=dict)

    def __post_init__(self) -> None:
        _check_classes(self.classes, self.codes)
        _check_looks(self.looks)
        if not self.vectors or set(self.vectors) != set(self.weights):
            raise UsageError("vectors and weights name different encoders, or none")
        for encoder, vectors in self.vectors.items():
            self._check_vectors(vectors, encoder)
        for encoder, tables in self.held_out.items():
            if encoder not in self.vectors:
                raise UsageError(f"there are probabilities of {encoder!r} and no vectors")
            for classifier, table in tables.items():
                self._check_table(table, f"{classifier!r} on {encoder!r}")
        if self.network_held_out is not None:
            self._check_table(self.network_held_out, repr(NETWORK))
        for column in (self.names, self.rows):
            if column is not None and np.shape(column) != self.codes.shape:
                raise UsageError(f"{len(self)} labels and {np.shape(column)} names do not fit")

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def labels(self) -> NDArray[np.str_]:
        """The class of each source by name, shape (N,)."""
        labels: NDArray[np.str_] = np.asarray(self.classes)[self.codes]
        return labels

    @property
    def plain(self) -> bool:
        """Whether the vectors are as an encoder gives them: of one look, and nothing beside."""
        return len(self.looks) == 1 and not self.looks[0].rings

    def vectors_of(
        self, encoder: str, sha256: str, *, dimension: int | None = None
    ) -> NDArray[np.float32]:
        """Return the vectors of an encoder, shape (N, L * E), float32.

        Parameters
        ----------
        encoder, sha256 : str
            Its name, and the hash of the weights at hand.
        dimension : int, optional
            How many numbers it gives for one look, D; looked at where told.

        Raises
        ------
        DataError
            If there are none, they were made with other weights, or have other numbers.
        """
        if encoder not in self.vectors:
            raise DataError(
                f"the label set has no vectors of the encoder {encoder!r}",
                subject=self.name,
                remedy=f"choose one of {', '.join(self.vectors)}",
            )
        if self.weights[encoder] != sha256:
            raise DataError(
                f"the vectors of {encoder!r} were made with other weights "
                f"({self.weights[encoder][:12]}) than those at hand ({sha256[:12]})",
                subject=self.name,
                remedy="make the label set again with 'make labels'",
            )
        vectors = np.asarray(self.vectors[encoder], dtype=np.float32)
        wanted = sum(look.numbers(dimension) for look in self.looks) if dimension else None
        if wanted is not None and vectors.shape[1] != wanted:
            raise DataError(
                f"the vectors of {encoder!r} have {vectors.shape[1]} numbers, not {wanted}",
                subject=self.name,
                remedy=_AGAIN,
            )
        return vectors

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all but names and rows, beside the file and then in its place.

        Vectors are stored as float16, the classifiers' probabilities as their logarithms in
        float32: those near 1, which float32 itself would make equal, stay apart.

        Raises
        ------
        DataError
            If a vector is not finite in float16, or the file cannot be written.
        """
        target = Path(path)
        tensors: dict[str, NDArray[Any]] = {
            _LABELS: np.ascontiguousarray(self.codes, dtype=np.int16)
        }
        with np.errstate(over="ignore"):
            for encoder, vectors in self.vectors.items():
                tensors[f"{_VECTORS}/{encoder}"] = np.ascontiguousarray(vectors, dtype=np.float16)
        for encoder, tables in self.held_out.items():
            for classifier, table in tables.items():
                tensors[f"{_LOGS}/{encoder}/{classifier}"] = _logs(table)
        if self.network_held_out is not None:
            tensors[f"{_HELD_OUT}/{NETWORK}"] = _table(self.network_held_out)
        if bad := [name for name, array in tensors.items() if not np.isfinite(array).all()]:
            raise DataError(f"the tensor {bad[0]!r} is not finite as stored", subject=target)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with replaced_file(target) as beside:
                save_file(tensors, beside, metadata={_KEY: json.dumps(self._card())})
                beside.chmod(0o644)  # safetensors makes its files for their owner alone
        except OSError as error:
            raise DataError(f"cannot be written ({error})", subject=target) from error

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> LabelledVectors:
        """Read a file written by `save`.

        Raises
        ------
        DataError
            If it is missing or damaged, of a newer format, no file of labelled vectors, or its
            tensors do not fit one another.
        """
        try:
            with safe_open(path, framework="np") as file:
                card = _read_card(path, file.metadata() or {})
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except FileNotFoundError as error:
            raise DataError("is not there", subject=path, remedy=_AGAIN) from error
        except (OSError, SafetensorError) as error:
            raise DataError(
                f"is not a safetensors file ({error})", subject=path, remedy=_AGAIN
            ) from error
        try:
            return _unpacked(card, tensors)
        except (UsageError, KeyError, TypeError, ValueError, AttributeError) as error:
            why = error.what if isinstance(error, UsageError) else f"it lacks {error}"
            raise DataError(
                f"its tensors do not fit its card ({why})", subject=path, remedy=_AGAIN
            ) from error

    def _card(self) -> dict[str, Any]:
        return {
            **self.about,
            "format": self._format,
            "kind": _KIND,
            "name": self.name,
            "classes": list(self.classes),
            "encoders": dict(self.weights),
            "network": self.network,
            "ignore_orientation": self.ignore_orientation,
            **self._told_looks(),
        }

    @property
    def _format(self) -> int:
        if any(look.rings or look.beam is not None for look in self.looks):
            return 3
        return 1 if self.plain else 2

    def _told_looks(self) -> dict[str, Any]:
        if self._format > 2:
            return {"looks": [asdict(look) for look in self.looks]}
        each = [{"field": look.field, "softening": look.softening} for look in self.looks]
        return each[0] if self._format == 1 else {"looks": each}

    def _check_vectors(self, vectors: NDArray[np.floating], encoder: str) -> None:
        if np.ndim(vectors) != 2 or len(vectors) != len(self) or not vectors.shape[1]:
            raise UsageError(
                f"{len(self)} labels and vectors of {encoder!r} of shape "
                f"{np.shape(vectors)} do not fit"
            )
        if vectors.shape[1] % len(self.looks):
            raise UsageError(
                f"vectors of {encoder!r} have {vectors.shape[1]} numbers, which are not "
                f"those of {len(self.looks)} looks"
            )
        _check_finite(vectors, f"the vectors of {encoder!r}")

    def _check_table(self, table: NDArray[np.floating], whose: str) -> None:
        wanted = (len(self), len(self.classes))
        if np.shape(table) != wanted:
            raise UsageError(f"probabilities by {whose} are {np.shape(table)}, not {wanted}")
        _check_finite(table, f"the probabilities by {whose}")
        if np.min(table) < 0 or np.abs(np.sum(table, axis=1) - 1).max() > 1e-3:
            raise UsageError(f"the probabilities by {whose} do not add up to 1")


def _read_card(path: str | os.PathLike[str], header: Mapping[str, str]) -> dict[str, Any]:
    try:
        card = json.loads(header.get(_KEY, ""))
        version, kind = int(card["format"]), card["kind"]
    except (ValueError, TypeError, KeyError) as error:
        raise DataError("holds no labelled vectors", subject=path, remedy=_AGAIN) from error
    if kind != _KIND:
        raise DataError(f"holds {kind!r}, not labelled vectors", subject=path, remedy=_AGAIN)
    if not 1 <= version <= FORMAT:
        raise DataError(
            f"was written in format {version}, and this version reads formats 1 to {FORMAT}",
            subject=path,
            remedy="update RadGalGUI" if version > FORMAT else _AGAIN,
        )
    return dict(card)


def _unpacked(card: dict[str, Any], tensors: dict[str, NDArray[Any]]) -> LabelledVectors:
    codes = tensors.pop(_LABELS).astype(np.int64)
    vectors: dict[str, NDArray[Any]] = {}
    held_out: dict[str, dict[str, NDArray[Any]]] = {}
    network_held_out = tensors.pop(f"{_HELD_OUT}/{NETWORK}", None)
    for key, array in tensors.items():
        match key.split("/"):
            case [word, encoder] if word == _VECTORS:
                vectors[encoder] = array
            case [word, encoder, classifier] if word == _HELD_OUT:  # of older files
                held_out.setdefault(encoder, {})[classifier] = array
            case [word, encoder, classifier] if word == _LOGS:
                held_out.setdefault(encoder, {})[classifier] = np.exp(array.astype(np.float64))
            case _:
                raise UsageError(f"there is an unexpected tensor {key!r}")
    return LabelledVectors(
        name=str(card["name"]),
        classes=tuple(str(name) for name in card["classes"]),
        codes=codes,
        vectors=vectors,
        weights={str(name): str(value) for name, value in card["encoders"].items()},
        held_out=held_out,
        network_held_out=network_held_out,
        network=str(card.get("network", "")),
        ignore_orientation=bool(card["ignore_orientation"]),
        looks=_looks(card),
        about={key: value for key, value in card.items() if key not in _CARD},
    )


def _looks(card: Mapping[str, Any]) -> tuple[Look, ...]:
    """Return how sources were shown: by several looks, or the one of older files."""
    each = card["looks"] if int(card["format"]) > 1 else [card]
    return tuple(
        Look(
            _number(look.get("field")),
            _number(look.get("softening")),
            _number(look.get("beam")),
            rings=bool(look.get("rings", False)),
        )
        for look in each
    )


def _number(told: Any) -> float | None:
    return None if told is None else float(told)


def _check_looks(looks: tuple[Look, ...]) -> None:
    if not looks or len(set(looks)) != len(looks):
        raise UsageError("there is no look, or one of them twice")
    if len({look.rings for look in looks}) > 1:
        raise UsageError("some looks tell the emission in rings, and some do not")


def _check_classes(classes: tuple[str, ...], codes: NDArray[np.int64]) -> None:
    if len(classes) < 2 or list(classes) != sorted(set(classes)):
        raise UsageError(
            f"{len(classes)} classes: two or more are needed, each once, sorted by name"
        )
    if np.ndim(codes) != 1 or not len(codes) or codes.min() < 0 or codes.max() >= len(classes):
        raise UsageError(f"the labels are not 0 to {len(classes) - 1}")
    counts = np.bincount(codes, minlength=len(classes))
    if counts.min() < 2:
        raise UsageError(
            f"the class {classes[int(counts.argmin())]!r} has {int(counts.min())} sources, "
            "and two are the fewest"
        )


def _check_finite(values: NDArray[np.floating], what: str) -> None:
    if np.asarray(values).dtype.kind != "f" or not np.isfinite(values).all():
        raise UsageError(f"{what} hold NaN or infinity, or are no numbers")


def _logs(table: NDArray[np.floating]) -> NDArray[np.float32]:
    with np.errstate(divide="ignore"):
        logs = np.log(np.asarray(table, dtype=np.float64))
    return np.ascontiguousarray(np.maximum(logs, _NEVER), dtype=np.float32)


def _table(table: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.ascontiguousarray(table, dtype=np.float64)
