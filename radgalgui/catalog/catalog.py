"""A catalogue on disk, opened for reading; nothing is loaded before it is asked for."""

from __future__ import annotations

import os
import threading
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.images import CatalogImages
from radgalgui.catalog.manifest import Manifest, Part
from radgalgui.catalog.text import Column, arrow_array, arrow_column
from radgalgui.errors import CatalogError

__all__ = ["Catalog"]

_REBUILD = "build the catalogue again, or take a fresh copy"


class Catalog:
    """Sources, images, vectors and maps of a catalogue folder; see `Catalog.open`.

    What was read once is kept; several threads may read at once.  Arrays are read-only:
    they are shared by all who ask.
    """

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._lock = threading.RLock()
        self._columns: dict[str, NDArray[Any]] = {}
        self._images: CatalogImages | None = None

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Catalog:
        """Open a catalogue folder.

        Raises
        ------
        CatalogError
            If it is no catalogue, of a newer format, or a file is missing or truncated.
        """
        folder = Path(path)
        manifest = Manifest.read(folder)
        for part in manifest.parts():
            _check_files(folder, part)
        return cls(folder, manifest)

    def __len__(self) -> int:
        return self.manifest.count

    def __repr__(self) -> str:
        return f"Catalog({str(self.path)!r}, {len(self)} sources)"

    # The table

    @cached_property
    def _table(self) -> Any:
        """The open Parquet file; pyarrow takes a third of a second to import."""
        import pyarrow as pa
        from pyarrow import parquet

        path = self.path / self.manifest.sources.file
        try:
            table = parquet.ParquetFile(path, memory_map=True)
        except (OSError, pa.ArrowException) as error:
            raise CatalogError(
                "the table of sources cannot be read", subject=path, remedy=_REBUILD
            ) from error
        if table.metadata.num_rows != len(self):
            raise CatalogError(
                f"the table has {table.metadata.num_rows} rows, the manifest says {len(self)}",
                subject=path,
                remedy=_REBUILD,
            )
        return table

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of the table's columns, in their order."""
        with self._lock:
            return tuple(self._table.schema_arrow.names)

    def column(self, name: str) -> NDArray[Any]:
        """Return a column of the table, shape (N,).

        Text comes as an object array of str, empty where unknown; numbers keep their type
        and are NaN where unknown.

        Raises
        ------
        CatalogError
            If there is no such column, or it is damaged.
        """
        with self._lock:
            if name not in self._columns:
                if name not in self.columns:
                    raise CatalogError(
                        f"there is no column {name!r}",
                        subject=self.path,
                        remedy=f"choose one of {', '.join(self.columns)}",
                    )
                self._columns[name] = self._read(name)
            return self._columns[name]

    def _read(self, name: str) -> NDArray[Any]:
        import pyarrow as pa

        try:
            return arrow_array(self._table.read(columns=[name]).column(0))
        except (OSError, pa.ArrowException) as error:
            raise CatalogError(
                f"the column {name!r} cannot be read",
                subject=self.path / self.manifest.sources.file,
                remedy=_REBUILD,
            ) from error

    def read_columns(self) -> dict[str, Column]:
        """Return all columns of the table, text as `radgalgui.catalog.text.Text`; nothing is kept.

        Raises
        ------
        CatalogError
            If one is damaged.
        """
        import pyarrow as pa

        with self._lock:
            try:
                table = self._table.read()
            except (OSError, pa.ArrowException) as error:
                raise CatalogError(
                    "the table of sources cannot be read",
                    subject=self.path / self.manifest.sources.file,
                    remedy=_REBUILD,
                ) from error
        named = zip(table.column_names, table.columns, strict=True)  # a name may stand there twice
        return {name: arrow_column(column) for name, column in named}

    @property
    def names(self) -> NDArray[np.object_]:
        """Names of the sources, shape (N,), as the survey wrote them."""
        return self.column("name")

    def row(self, index: int) -> dict[str, Any]:
        """Return what the table says of one source, by column; None where unknown.

        Raises
        ------
        IndexError
            If there is no such source.
        """
        if not -len(self) <= index < len(self):
            raise IndexError(f"source {index} is out of range: the catalogue holds {len(self)}")
        return {name: _plain(self.column(name)[index]) for name in self.columns}

    def find(self, name: str) -> int | None:
        """Return the place of the first source of that name, None where there is none."""
        return self._places.get(name)

    @cached_property
    def _places(self) -> dict[str, int]:
        names = self.names
        return {names[place]: place for place in range(len(names) - 1, -1, -1)}

    # Images

    @property
    def images(self) -> CatalogImages:
        """What the encoders saw; see `radgalgui.catalog.images.CatalogImages`."""
        with self._lock:
            if self._images is None:
                settings = self.manifest.preprocessing
                self._images = CatalogImages(
                    self.path / self.manifest.images.file,
                    count=len(self),
                    size=settings.size,
                    channels=settings.channels,
                )
            return self._images

    # What encoders made

    @property
    def encoders(self) -> tuple[str, ...]:
        """Names of the encoders whose vectors are stored."""
        return tuple(self.manifest.vectors)

    def check_weights(self, encoder: str, sha256: str) -> None:
        """Raise `CatalogError` unless the vectors were made with the weights of that hash."""
        stored = self._vectors(encoder).weights_sha256
        if stored != sha256:
            raise CatalogError(
                f"the vectors of {encoder!r} were made with other weights "
                f"({stored[:12]}) than those at hand ({sha256[:12]})",
                subject=self.path,
                remedy="embed the catalogue again with these weights",
            )

    def dimension(self, encoder: str) -> int:
        """Return the length of an encoder's vectors."""
        return self._vectors(encoder).dimension

    def embeddings(self, encoder: str) -> NDArray[np.floating]:
        """Return an encoder's vectors, shape (N, D), float16 or float32, memory-mapped.

        Raises
        ------
        CatalogError
            If there are none, or the file is damaged or of another shape.
        """
        part = self._vectors(encoder)
        return _load(self.path / part.file, (len(self), part.dimension))

    def index_path(self, encoder: str) -> Path:
        """Return the file of an encoder's neighbour index.

        Raises
        ------
        CatalogError
            If there is none, or it was made of vectors of other weights.
        """
        part = self.manifest.indexes.get(encoder)
        if part is None:
            raise self._lacks("neighbour index", encoder, tuple(self.manifest.indexes))
        self._check_same_weights("neighbour index", encoder, part)
        return self.path / part.file

    def maps(self, encoder: str) -> tuple[str, ...]:
        """Return the methods of an encoder's maps; empty where there are none."""
        return tuple(self.manifest.maps.get(encoder, {}))

    def map(self, encoder: str, method: str) -> NDArray[np.float32]:
        """Return the places of the sources on a map, shape (N, 2), memory-mapped.

        Raises
        ------
        CatalogError
            If there is no such map, or it was made of vectors of other weights.
        """
        return _load(self.path / self._map(encoder, method).file, (len(self), 2))

    def projection_path(self, encoder: str, method: str) -> Path | None:
        """Return the file of the projection that made a map, None where it has none."""
        beside = self._map(encoder, method).beside
        return self.path / beside[0] if beside else None

    def likelihood(self, encoder: str) -> NDArray[np.float32]:
        """Return how usual the sources are in an encoder's vectors, shape (N, M), memory-mapped.

        A column for each way of judging; higher is more usual, NaN is unknown.

        Raises
        ------
        CatalogError
            If it was never told, was told of vectors of other weights, or the file is damaged.
        """
        part = self._likelihood(encoder)
        return _load(self.path / part.file, (len(self), part.dimension))

    def judge_path(self, encoder: str) -> Path:
        """Return the file of what judges another source by an encoder's vectors.

        Raises
        ------
        CatalogError
            If there is none, or it was made of vectors of other weights.
        """
        beside = self._likelihood(encoder).beside
        if not beside:
            raise CatalogError(
                f"the likelihoods of {encoder!r} lack what judges another source",
                subject=self.path,
                remedy=_tell_again(self.path, encoder),
            )
        return self.path / beside[0]

    def _likelihood(self, encoder: str) -> Part:
        part = self.manifest.likelihoods.get(encoder)
        if part is None:
            self._vectors(encoder)
            raise CatalogError(
                f"the likelihoods of {encoder!r} have not been told for this catalogue",
                subject=self.path,
                remedy=_tell_again(self.path, encoder),
            )
        self._check_same_weights("likelihood", encoder, part)
        return part

    def _map(self, encoder: str, method: str) -> Part:
        part = self.manifest.maps.get(encoder, {}).get(method)
        if part is None:
            raise self._lacks(f"{method!r} map", encoder, self.maps(encoder))
        self._check_same_weights(f"{method!r} map", encoder, part)
        return part

    def _vectors(self, encoder: str) -> Part:
        part = self.manifest.vectors.get(encoder)
        if part is None:
            raise self._lacks("vectors", encoder, self.encoders)
        return part

    def _check_same_weights(self, what: str, encoder: str, part: Part) -> None:
        if part.weights_sha256 != self._vectors(encoder).weights_sha256:
            raise CatalogError(
                f"the {what} of {encoder!r} belongs to other weights than its vectors",
                subject=self.path,
                remedy="embed the catalogue again",
            )

    def _lacks(self, what: str, encoder: str, known: tuple[str, ...]) -> CatalogError:
        there = f"there are {', '.join(known)}" if known else "there are none"
        return CatalogError(
            f"the catalogue has no {what} for {encoder!r} ({there})",
            subject=self.path,
            remedy="embed the catalogue with that encoder, or choose another",
        )

    def close(self) -> None:
        """Close what is open; arrays already handed out stay usable."""
        with self._lock:
            if self._images is not None:
                self._images.close()
                self._images = None
            if "_table" in self.__dict__:
                self._table.close()
                del self._table

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _check_files(folder: Path, part: Part) -> None:
    """Raise `CatalogError` unless the files of a part are there, in full length."""
    for name in (part.file, *part.beside):
        path = folder / name
        try:
            size = path.stat().st_size
        except OSError as error:
            raise CatalogError(
                f"the catalogue lacks {name}", subject=folder, remedy=_REBUILD
            ) from error
        if name == part.file and size != part.bytes:
            raise CatalogError(
                f"{name} has {size} bytes, the manifest says {part.bytes}",
                subject=folder,
                remedy=_REBUILD,
            )


def _tell_again(path: Path, encoder: str) -> str:
    return f"run: radgalgui catalog likelihood {path} --encoder {encoder}"


def _load(path: Path, shape: tuple[int, int]) -> NDArray[Any]:
    """Map an array of real numbers of a known shape."""
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise CatalogError("the array cannot be read", subject=path, remedy=_REBUILD) from error
    if array.shape != shape or array.dtype.kind != "f":
        raise CatalogError(
            f"holds {array.dtype} of shape {array.shape}, not real numbers of shape {shape}",
            subject=path,
            remedy=_REBUILD,
        )
    return array  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    """Return a Python number or text; None for NaN."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and np.isnan(value) else value
