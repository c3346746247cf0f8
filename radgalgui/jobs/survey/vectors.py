"""Vectors of a catalogue that grows: encoders that see alike, and numbers that fit on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.manifest import Manifest, software_versions
from radgalgui.errors import CatalogError, UsageError
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard
from radgalgui.sky.preprocess import Preprocessing

if TYPE_CHECKING:
    from radgalgui.models.devices import Device

__all__ = [
    "About",
    "Embeds",
    "Rows",
    "check_preprocessing",
    "halved",
    "load_encoder",
    "load_encoders",
    "shared_preprocessing",
    "software",
]

_BLOCK = 65536
_TURNED = 1e-3  # radians that rounding may turn a vector by


class Embeds(Protocol):
    """What is asked of an encoder here; see `radgalgui.models.encoder.Encoder`."""

    name: str
    dimension: int
    preprocessing: Preprocessing
    sha256: str

    def embed(
        self,
        images: Any,
        *,
        device: Device | None = None,
        progress: Progress = silent,
        note: Notice = unheard,
        cancel: CancelToken | None = None,
    ) -> NDArray[np.float32]:
        """Return one vector an image."""


@dataclass(frozen=True)
class About:
    """What a new catalogue says of itself; see `radgalgui.catalog.writer.CatalogWriter`."""

    title: str
    description: str = ""
    simulated: bool = False
    seed: int | None = None


class Rows:
    """Some of the rows of what is sliced like an array, read only when they are asked for."""

    def __init__(self, images: Any, first: int, stop: int) -> None:
        self._images, self._first = images, first
        self.shape: tuple[int, ...] = (stop - first, *images.shape[1:])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> Any:
        start, stop, _ = rows.indices(len(self))
        return self._images[self._first + start : self._first + stop]


def load_encoder(weights: str | os.PathLike[str]) -> Embeds:
    """Load an encoder.

    Raises
    ------
    WeightsError
        If the weights cannot be read.
    """
    from radgalgui.models.encoder import Encoder  # loads torch

    return Encoder.load(weights)


def load_encoders(encoders: Mapping[str, str | os.PathLike[str]]) -> list[Embeds]:
    """Load encoders, and check that they bear the names by which they are asked for.

    Raises
    ------
    UsageError
        If weights belong to another encoder than named.
    WeightsError
        If weights cannot be read.
    """
    loaded = []
    for name, weights in encoders.items():
        encoder = load_encoder(weights)
        if encoder.name != name:
            raise UsageError(
                f"the weights are of the encoder {encoder.name!r}, not {name!r}",
                subject=weights,
                remedy="give that name, or other weights",
            )
        loaded.append(encoder)
    return loaded


def shared_preprocessing(encoders: list[Embeds]) -> Preprocessing:
    """Return how images are made ready for all of some encoders; the default's for none.

    Raises
    ------
    CatalogError
        If they want images made ready in different ways: a catalogue has one set of images.
    """
    if not encoders:
        return Preprocessing()
    first = encoders[0]
    for other in encoders[1:]:
        if difference := _difference(first.preprocessing, other.preprocessing):
            name, here, there = difference
            raise CatalogError(
                f"the encoders {first.name!r} and {other.name!r} want images made ready in "
                f"different ways ({name} {here} and {there})",
                remedy="build a catalogue for each",
            )
    return first.preprocessing


def check_preprocessing(path: Path, stored: Preprocessing, encoder: Embeds) -> None:
    """Raise `CatalogError` unless a catalogue's images are what an encoder was trained on."""
    if difference := _difference(stored, encoder.preprocessing):
        name, here, there = difference
        raise CatalogError(
            f"its images have {name} {here}, the encoder {encoder.name!r} wants {there}",
            subject=path,
            remedy="build a catalogue of its own for that encoder",
        )


def _difference(one: Preprocessing, other: Preprocessing) -> tuple[str, Any, Any] | None:
    """Return the first setting that differs, and both values."""
    wanted = other.to_dict()
    for name, value in one.to_dict().items():
        if value != wanted[name]:
            return name, value, wanted[name]
    return None


def halved(vectors: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return vectors as float16, or as they are where that would turn one by over 1e-3 radians.

    Rounding turns a vector by 5e-4 at most, unless its numbers are beyond float16's range.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        May be a memory map; what is needed above the result does not grow with N.
    """
    half = np.empty(vectors.shape, dtype=np.float16)
    for rows in _blocks(len(vectors)):
        block = np.asarray(vectors[rows])
        with np.errstate(over="ignore"):
            half[rows] = block
        off = np.linalg.norm(half[rows].astype(np.float32) - block, axis=1)
        if not np.all(off <= _TURNED * np.linalg.norm(block, axis=1)):
            return np.asarray(vectors)
    return half


def _blocks(count: int) -> Iterator[slice]:
    for start in range(0, count, _BLOCK):
        yield slice(start, start + _BLOCK)


def software(manifest: Manifest | None = None, *, embedded: bool = True) -> dict[str, str]:
    """Return the versions that a catalogue records, beside those that it records already."""
    packages = ("hnswlib", "torch", "umap-learn") if embedded else ()
    before = {} if manifest is None else manifest.software
    return {**before, **software_versions("numpy", "pyarrow", "h5py", *packages)}
