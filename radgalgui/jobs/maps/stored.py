"""The maps of an encoder: those that a catalogue holds, and the user's own of one read-only."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

import radgalgui_resources
from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.manifest import Manifest, Part
from radgalgui.errors import CatalogError
from radgalgui.files import replaced_file
from radgalgui.jobs.maps.recipe import Recipe
from radgalgui.jobs.work.library import data_folder

if TYPE_CHECKING:
    from radgalgui.analysis.projection import PcaProjection

__all__ = [
    "StoredMaps",
    "catalog_key",
    "keep_beside",
    "own_folder",
    "read_maps",
    "read_only",
    "read_shares",
    "remove_beside",
]

_INDEX: Final = "maps.json"
_LOOKED_AT: Final = 64  # vectors by which a map beside a catalogue is known to be of it

Kept = dict[str, dict[str, Part]]  # by encoder, then by name, as in a manifest


class StoredMaps:
    """The maps of an encoder's vectors; what the user keeps beside is looked for anew each time.

    Parameters
    ----------
    catalog : Catalog
        An open catalogue.
    encoder : str
        Whose vectors it holds.
    """

    def __init__(self, catalog: Catalog, encoder: str) -> None:
        self._catalog, self._encoder = catalog, encoder
        self._projections: dict[Path, PcaProjection] = {}
        self._grains: dict[str, float] = {}
        self._folder = own_folder(catalog.manifest)
        self._stamp, self._beside = (0, 0), dict[str, Part]()

    @property
    def names(self) -> tuple[str, ...]:
        """The maps: first those of the catalogue, then those beside it that are no copies."""
        self._look_beside()
        inside = self._catalog.maps(self._encoder)
        return (*inside, *(name for name in self._beside if name not in inside))

    def recipe(self, name: str) -> Recipe:
        """Return how a map was made."""
        part = self._inside(name) or self._beside.get(name)
        return Recipe.from_dict({} if part is None else part.recipe, name=name)

    @property
    def recipes(self) -> dict[str, Recipe]:
        """How each map was made."""
        return {name: self.recipe(name) for name in self.names}

    def all(self) -> dict[str, NDArray[np.float32]]:
        """Return all maps by name, as `places` does; one beside that is damaged is left out.

        Raises
        ------
        CatalogError
            If one of the catalogue's own is damaged.
        """
        found = {}
        for name in self.names:
            try:
                found[name] = self.places(name)
            except CatalogError:
                if self._inside(name) is not None:
                    raise
        return found

    def places(self, name: str) -> NDArray[np.float32]:
        """Return the places of the sources on a map, shape (N, 2), memory-mapped.

        Raises
        ------
        CatalogError
            If there is no such map, or it is damaged.
        """
        self._look_beside()
        if self._inside(name) is not None or name not in self._beside:
            return self._catalog.map(self._encoder, name)
        path = self._folder / self._beside[name].file
        try:
            places: NDArray[np.float32] = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise CatalogError(
                "the map cannot be read", subject=path, remedy="make it again"
            ) from error
        if places.shape != (len(self._catalog), 2) or places.dtype.kind != "f":
            raise CatalogError(
                "the map is not one of this catalogue", subject=path, remedy="make it again"
            )
        return places

    def projection(self, name: str) -> PcaProjection | None:
        """Return what places a vector exactly on a map, None where nothing does.

        Raises
        ------
        CatalogError
            If it is damaged.
        """
        self._look_beside()
        path = None
        if self._inside(name) is not None:
            path = self._catalog.projection_path(self._encoder, name)
        elif name in self._beside and self._beside[name].beside:
            path = self._folder / self._beside[name].beside[0]
        if path is None:
            return None
        if path not in self._projections:
            from radgalgui.analysis.projection import PcaProjection

            self._projections[path] = PcaProjection.load(path)
        return self._projections[path]

    def grain(self, name: str) -> float:
        """Return the grain of a map, by which queries are placed on it.

        Raises
        ------
        CatalogError
            If there is no such map, or it is damaged.
        """
        from radgalgui.analysis.placing import map_grain

        places = self.places(name)
        file = str(getattr(places, "filename", name))  # a map that is made again is another file
        if file not in self._grains:
            self._grains[file] = map_grain(places)
        return self._grains[file]

    def _inside(self, name: str) -> Part | None:
        return self._catalog.manifest.maps.get(self._encoder, {}).get(name)

    def _look_beside(self) -> None:
        """Read the list of the maps beside again if it has changed."""
        try:
            status = (self._folder / _INDEX).stat()
        except OSError:
            self._stamp, self._beside = (0, 0), {}
            return
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._stamp = stamp
            self._beside = self._usable(_read(self._folder).get(self._encoder, {}))

    def _usable(self, kept: Mapping[str, Part]) -> dict[str, Part]:
        """Return the maps that are whole and of just these vectors."""
        if not kept:
            return {}
        made_of = _made_of(self._catalog, self._encoder)
        return {
            name: part
            for name, part in kept.items()
            if part.weights_sha256 == made_of and _is_whole(self._folder, part)
        }


def read_maps(path: Path, encoder: str) -> tuple[dict[str, NDArray[np.float32]], dict[str, Recipe]]:
    """Return all maps of an encoder as they are now, and how each was made.

    Raises
    ------
    CatalogError
        If there is no such catalogue, or one of its own maps is damaged.
    """
    with Catalog.open(path) as catalog:
        stored = StoredMaps(catalog, encoder)
        return stored.all(), stored.recipes


def read_shares(path: Path, encoder: str, name: str) -> tuple[float, ...]:
    """Return the share of the variance along each axis of a PCA map; () where it is not known.

    Raises
    ------
    CatalogError
        If there is no such catalogue, or the projection is damaged.
    """
    with Catalog.open(path) as catalog:
        projection = StoredMaps(catalog, encoder).projection(name)
        return () if projection is None else projection.explained


def read_only(path: Path) -> bool:
    """Whether a catalogue cannot be changed: it comes along, or the user may not write there."""
    bundled = path.absolute().is_relative_to(radgalgui_resources.path("catalogs"))
    return bundled or not os.access(path, os.W_OK)


def catalog_key(manifest: Manifest) -> str:
    """Return a word for a catalogue: the same wherever it lies, another for other sources."""
    told = [
        manifest.title,
        manifest.count,
        manifest.seed,
        replace(manifest.sources, file="").to_dict(),
        replace(manifest.images, file="").to_dict(),
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:20]


def own_folder(manifest: Manifest) -> Path:
    """Return the folder of the user's own maps of a catalogue, which may not exist yet."""
    return data_folder() / "maps" / catalog_key(manifest)


def keep_beside(
    catalog: Catalog,
    encoder: str,
    name: str,
    places: NDArray[np.float32],
    *,
    recipe: Mapping[str, Any],
    projection: PcaProjection | None = None,
) -> Path:
    """Keep a map (N, 2) in the user's own folder, whole or not at all; return its file.

    One of the same name is replaced.

    Raises
    ------
    CatalogError
        If it cannot be written.
    """
    folder = own_folder(catalog.manifest)
    stem = f"{encoder}-{name}-{secrets.token_hex(4)}"
    file = folder / f"{stem}.npy"
    with _writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with replaced_file(file) as beside:
            np.save(beside, np.asarray(places, np.float32), allow_pickle=False)
        more: tuple[str, ...] = ()
        if projection is not None:
            with replaced_file(folder / f"{stem}.npz") as beside:
                projection.save(beside)
            more = (f"{stem}.npz",)
        part = Part(
            file.name, file.stat().st_size, _made_of(catalog, encoder), 0, more, dict(recipe)
        )
        kept = _read(folder)
        before = kept.setdefault(encoder, {}).get(name)
        kept[encoder][name] = part
        _write(folder, kept)
    _forget(folder, before)
    return file


def remove_beside(catalog: Catalog, encoder: str, name: str) -> bool:
    """Remove a map that the user keeps beside a catalogue; return whether there was one.

    Raises
    ------
    CatalogError
        If it cannot be taken off the list.
    """
    folder = own_folder(catalog.manifest)
    kept = _read(folder)
    part = kept.get(encoder, {}).pop(name, None)
    if part is None:
        return False
    with _writing_to(folder):
        _write(folder, kept)
    _forget(folder, part)
    return True


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    """Turn what the system says of the user's folder into one sentence."""
    try:
        yield
    except OSError as error:
        raise CatalogError(
            f"maps cannot be kept there ({error.strerror or error})",
            subject=folder,
            remedy="make room on that disk, or let RADGALGUI_HOME name another folder",
        ) from error


def _made_of(catalog: Catalog, encoder: str) -> str:
    """Return a hash of an encoder's vectors: of its weights, and of some vectors all over."""
    vectors = catalog.embeddings(encoder)
    rows = np.unique(np.linspace(0, len(vectors) - 1, _LOOKED_AT).astype(int))
    digest = hashlib.sha256(catalog.manifest.vectors[encoder].weights_sha256.encode())
    digest.update(str((vectors.shape, vectors.dtype.str)).encode())
    digest.update(np.ascontiguousarray(vectors[rows]).tobytes())
    return digest.hexdigest()


def _read(folder: Path) -> Kept:
    """Return the list of maps in a folder; an empty one where there is none, or it is damaged."""
    try:
        told = json.loads((folder / _INDEX).read_bytes())
        return {
            str(encoder): {str(name): Part.from_dict(part) for name, part in parts.items()}
            for encoder, parts in told.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _write(folder: Path, kept: Kept) -> None:
    told = {
        encoder: {name: part.to_dict() for name, part in parts.items()}
        for encoder, parts in kept.items()
    }
    with replaced_file(folder / _INDEX) as beside:
        beside.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _is_whole(folder: Path, part: Part) -> bool:
    try:
        size = (folder / part.file).stat().st_size
    except OSError:
        return False
    return size == part.bytes and all((folder / name).is_file() for name in part.beside)


def _forget(folder: Path, part: Part | None) -> None:
    """Remove the files of a map that is not listed any more; an open one may have to stay."""
    for name in () if part is None else (part.file, *part.beside):
        with suppress(OSError):
            (folder / name).unlink()
