"""Write a catalogue in chunks, so that it appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from radgalgui.catalog.files import new_catalog_folder, write_manifest
from radgalgui.catalog.manifest import Manifest, Part, software_versions
from radgalgui.catalog.stores import ArrayStore, PackedStore
from radgalgui.errors import CatalogError
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["CatalogWriter"]

REQUIRED = ("name", "ra", "dec")


class CatalogWriter:
    """Write the sources and images of a new catalogue, chunk by chunk.

    Used as ``with CatalogWriter(...) as writer: writer.append(...)``.  The catalogue
    appears at ``path`` when the block ends; an exception on the way, or a killed process,
    leaves whatever was there before.  The same chunks make the same bytes.

    Parameters
    ----------
    path : path
        The catalogue's folder.
    preprocessing : Preprocessing
        How the images were made ready; gives their size and bands.
    title : str
        What the sources are, in plain words.
    description : str, optional
        Where they come from.
    simulated : bool, optional
        Whether they are simulated.
    seed : int, optional
        Seed of what was drawn at random.
    compact : bool, optional
        Pack the images (gzip, a chunk a source) instead of laying them out for a memory
        map: a few times smaller, a few times slower to read.
    overwrite : bool, optional
        Replace a catalogue that is there already.
    software : mapping, optional
        Versions to record; default those of this program and the libraries it writes with.

    Raises
    ------
    CatalogError
        If ``path`` is taken.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        preprocessing: Preprocessing,
        *,
        title: str,
        description: str = "",
        simulated: bool = False,
        seed: int | None = None,
        compact: bool = False,
        overwrite: bool = False,
        software: Mapping[str, str] | None = None,
    ) -> None:
        self.path = Path(path)
        self.count = 0
        self._about: dict[str, Any] = {
            "title": title,
            "description": description,
            "simulated": simulated,
            "seed": seed,
            "preprocessing": preprocessing,
            "software": dict(software or software_versions("numpy", "pyarrow", "h5py")),
        }
        side = preprocessing.size
        self._shape = (preprocessing.channels, side, side)
        self._compact = compact
        self._open = ExitStack()
        self._folder = self._open.enter_context(new_catalog_folder(self.path, overwrite=overwrite))
        store = PackedStore if compact else ArrayStore
        self._image_name = "images.h5" if compact else "images.npy"
        self._images = store(self._folder / self._image_name, self._shape)
        self._table: Any = None  # pyarrow's writer, opened by the first chunk

    def append(self, columns: Mapping[str, ArrayLike], images: NDArray[Any]) -> None:
        """Append sources.

        Parameters
        ----------
        columns : mapping of str to array-like, shape (n,)
            ``name``, ``ra`` and ``dec`` (degrees, ICRS) at least, the same columns each time.
        images : ndarray, shape (n, C, S, S)
            What the encoder sees, in [0, 1]; stored as the nearest of 256 levels.  uint8
            images are stored as they are.

        Raises
        ------
        CatalogError
            If lengths, columns, shapes or values do not fit.
        """
        images = _as_levels(images, self._shape)
        table = self._as_table(columns, len(images))
        if self._table is None:
            from pyarrow import parquet

            self._table = parquet.ParquetWriter(
                self._folder / "sources.parquet", table.schema, compression="zstd"
            )
        self._table.write_table(table)
        self._images.append(images)
        self.count += len(images)

    def _as_table(self, columns: Mapping[str, ArrayLike], rows: int) -> Any:
        import pyarrow as pa

        for name in REQUIRED:
            if name not in columns:
                raise CatalogError(f"the sources lack the column {name!r}", subject=self.path)
        arrays = {name: np.asarray(values) for name, values in columns.items()}
        for name, values in arrays.items():
            if values.shape != (rows,):
                raise CatalogError(
                    f"column {name!r} has shape {values.shape} for {rows} images",
                    subject=self.path,
                )
        try:
            table = pa.table({name: _as_arrow(values) for name, values in arrays.items()})
            return table if self._table is None else table.cast(self._table.schema)
        except (pa.ArrowException, ValueError) as error:
            raise CatalogError(
                f"the columns cannot be written: {error}", subject=self.path
            ) from error

    def __enter__(self) -> CatalogWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._finish()
        except BaseException as failure:
            self._close()
            self._open.__exit__(type(failure), failure, failure.__traceback__)
            raise
        self._close()
        self._open.__exit__(kind, error, trace)

    def _finish(self) -> None:
        """Close the files and write the manifest; the folder is renamed after."""
        if self._table is None:
            raise CatalogError(
                "a catalogue needs at least one source", subject=self.path, remedy="append some"
            )
        self._close()
        write_manifest(
            self._folder,
            Manifest(
                count=self.count,
                sources=self._part("sources.parquet"),
                images=self._part(self._image_name),
                **self._about,
            ),
        )

    def _part(self, name: str) -> Part:
        return Part(file=name, bytes=(self._folder / name).stat().st_size)

    def _close(self) -> None:
        if self._table is not None:
            self._table.close()
        self._images.close()


def _as_levels(images: NDArray[Any], shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Return images in [0, 1] as the nearest of 256 levels."""
    images = np.asarray(images)
    if images.shape[1:] != shape:
        raise CatalogError(
            f"images have shape {images.shape}, not (n, {', '.join(map(str, shape))})"
        )
    if images.dtype == np.uint8:
        return images
    if images.dtype.kind != "f" or not np.all((images >= 0) & (images <= 1)):
        raise CatalogError("images must be uint8, or real numbers in [0, 1] without NaN")
    levels: NDArray[np.uint8] = np.rint(images * 255).astype(np.uint8)
    return levels


def _as_arrow(values: NDArray[Any]) -> Any:
    """Return a column for the table; text of any NumPy kind becomes Arrow strings."""
    import pyarrow as pa

    if values.dtype.kind in "OU":
        return pa.array([None if v is None else str(v) for v in values], pa.string())
    return pa.array(np.ascontiguousarray(values.astype(values.dtype.newbyteorder("="))))
