"""Add to a catalogue what encoders make of it: vectors and what is made of these, in one step."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.files import check_unchanged, install, staging_folder
from radgalgui.catalog.manifest import Manifest, Part, check_name, manifest_bytes
from radgalgui.errors import CatalogError

__all__ = ["CatalogUpdate", "Saves"]


class Saves(Protocol):
    """Something that writes itself to a path, and perhaps to that path with ``.json`` added."""

    def save(self, path: Path, /) -> None:
        """Write to ``path``."""


class CatalogUpdate:
    """Changes of a catalogue that are made together, or not at all.

    Used as ``with CatalogUpdate(path) as update: update.add_embeddings(...)``.  The manifest
    names the new files only when all are in place; an exception, or a killed process, leaves
    the catalogue as it was.

    Raises
    ------
    CatalogError
        If ``path`` is no catalogue, or somebody else changed it meanwhile.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._text = manifest_bytes(self.path)
        self._before = Manifest.from_json(self._text, subject=self.path)
        self.manifest = self._before
        self._open = ExitStack()
        self._staging: Path | None = None

    def __enter__(self) -> CatalogUpdate:
        self._staging = self._open.enter_context(staging_folder(self.path, "new"))
        for name in ("embeddings", "index", "maps", "likelihood"):
            (self._staging / name).mkdir()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._open:
            if kind is None and self._staging is not None:
                check_unchanged(self.path, self._text)
                install(self._staging, self.path, self.manifest, before=self._before)

    def add_embeddings(
        self, encoder: str, vectors: NDArray[np.floating], *, weights_sha256: str
    ) -> None:
        """Add or replace an encoder's vectors, shape (N, D), float16 or float32.

        An index, maps and likelihoods of earlier vectors go: they belong to those.

        Raises
        ------
        CatalogError
            If the shape does not fit or a value is not finite.
        """
        vectors = np.asarray(vectors)
        self._check_rows("vectors", vectors)
        if vectors.dtype not in (np.float16, np.float32):
            raise CatalogError(f"vectors are {vectors.dtype}, not float16 or float32")
        if not np.isfinite(vectors).all():
            raise CatalogError(f"the vectors of {encoder!r} are not all finite")
        name = f"embeddings/{check_name(encoder)}.npy"
        np.save(self._staged(name), vectors, allow_pickle=False)
        part = replace(self._part(name), weights_sha256=weights_sha256, dimension=vectors.shape[1])
        rest = self.manifest.without(encoder)
        self.manifest = replace(rest, vectors={**rest.vectors, encoder: part})

    def add_index(self, encoder: str, index: Saves) -> None:
        """Add or replace the neighbour index of an encoder's vectors."""
        name = f"index/{check_name(encoder)}.hnsw"
        part = self._saved(name, index, encoder)
        self.manifest = replace(self.manifest, indexes={**self.manifest.indexes, encoder: part})

    def add_map(
        self,
        encoder: str,
        method: str,
        places: NDArray[np.floating],
        *,
        projection: Saves | None = None,
        recipe: Mapping[str, Any] | None = None,
    ) -> None:
        """Add or replace a map of an encoder's vectors, shape (N, 2).

        Parameters
        ----------
        method : str
            What the map is called: several of one method have names of their own.
        projection : optional
            What places a new vector exactly, where the method has such a thing.
        recipe : mapping, optional
            How it was made, as JSON can hold it.
        """
        places = np.asarray(places, dtype=np.float32)
        self._check_rows("places", places, width=2)
        stem = f"maps/{check_name(encoder)}-{check_name(method)}"
        np.save(self._staged(f"{stem}.npy"), places, allow_pickle=False)
        part = replace(
            self._part(f"{stem}.npy"),
            weights_sha256=self._weights(encoder),
            recipe=dict(recipe or {}),
        )
        if projection is not None:
            projection.save(self._staged(f"{stem}.npz"))
            part = replace(part, beside=(f"{stem}.npz",))
        maps = {**self.manifest.maps.get(encoder, {}), method: part}
        self.manifest = replace(self.manifest, maps={**self.manifest.maps, encoder: maps})

    def remove_map(self, encoder: str, method: str) -> None:
        """Take a map away.

        Raises
        ------
        CatalogError
            If there is none of that name.
        """
        maps = dict(self.manifest.maps.get(encoder, {}))
        if maps.pop(method, None) is None:
            raise CatalogError(
                f"there is no {method!r} map for {encoder!r}",
                subject=self.path,
                remedy="see 'radgalgui catalog info' for those there are",
            )
        self.manifest = replace(self.manifest, maps={**self.manifest.maps, encoder: maps})

    def add_likelihood(self, encoder: str, scores: NDArray[np.floating], judge: Saves) -> None:
        """Add or replace how usual the sources are, and what judges another source.

        Parameters
        ----------
        encoder : str
            Whose vectors were judged.
        scores : ndarray, shape (N, M)
            A column for each way of judging, higher for what is more usual; NaN where unknown.
        judge : Saves
            Writes one file.

        Raises
        ------
        CatalogError
            If the shape does not fit, or a score is infinite.
        """
        weights = self._weights(encoder)
        scores = np.asarray(scores, dtype=np.float32)
        self._check_rows("scores", scores)
        if np.isinf(scores).any():
            raise CatalogError(f"scores of {encoder!r} are infinite", subject=self.path)
        stem = f"likelihood/{check_name(encoder)}"
        np.save(self._staged(f"{stem}.npy"), scores, allow_pickle=False)
        judge.save(self._staged(f"{stem}.safetensors"))
        part = replace(
            self._part(f"{stem}.npy"),
            weights_sha256=weights,
            dimension=scores.shape[1],
            beside=(f"{stem}.safetensors",),
        )
        self.manifest = replace(
            self.manifest, likelihoods={**self.manifest.likelihoods, encoder: part}
        )

    def add_paper(self, name: str, file: str, write: Callable[[Path], None]) -> None:
        """Add or replace what is kept for people, by what writes it; see `Manifest.papers`."""
        write(self._staged(file))
        papers = {**self.manifest.papers, check_name(name): self._part(file)}
        self.manifest = replace(self.manifest, papers=papers)

    def record_software(self, versions: Mapping[str, str]) -> None:
        """Note the versions of the programs that made what is added."""
        self.manifest = replace(self.manifest, software={**self.manifest.software, **versions})

    def _saved(self, name: str, thing: Saves, encoder: str) -> Part:
        thing.save(self._staged(name))
        part = replace(self._part(name), weights_sha256=self._weights(encoder))
        side = f"{name}.json"
        return replace(part, beside=(side,)) if self._staged(side).exists() else part

    def _part(self, name: str) -> Part:
        return Part(file=name, bytes=self._staged(name).stat().st_size)

    def _staged(self, name: str) -> Path:
        if self._staging is None:
            raise RuntimeError("a catalogue is updated inside a with block")
        return self._staging / name

    def _weights(self, encoder: str) -> str:
        part = self.manifest.vectors.get(encoder)
        if part is None:
            raise CatalogError(
                f"there are no vectors of {encoder!r}",
                subject=self.path,
                remedy="add the vectors first",
            )
        return part.weights_sha256

    def _check_rows(self, what: str, array: NDArray[np.floating], width: int | None = None) -> None:
        count = self.manifest.count
        if array.ndim != 2 or len(array) != count or width not in (None, array.shape[1]):
            raise CatalogError(
                f"{what} have shape {array.shape}, not ({count}, {width or 'D'})",
                subject=self.path,
            )
