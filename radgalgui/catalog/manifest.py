"""The manifest of a catalogue: what the folder holds and which weights made its vectors."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from radgalgui import __version__
from radgalgui.errors import CatalogError, RadGalError
from radgalgui.sky.preprocess import Preprocessing

__all__ = [
    "FORMAT_VERSION",
    "MANIFEST",
    "Manifest",
    "Part",
    "check_name",
    "manifest_bytes",
    "software_versions",
]

FORMAT = "radgalgui-catalog"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
_REBUILD = "build the catalogue again, or take a fresh copy"


@dataclass(frozen=True)
class Part:
    """One part of a catalogue: its file and what a reader checks before using it.

    Parameters
    ----------
    file : str
        Path relative to the catalogue, with forward slashes.
    bytes : int
        Size of the file, by which a truncated copy is recognised.
    weights_sha256 : str, optional
        Hash of the weights behind a part that was made of vectors, "" for others.
    dimension : int, optional
        Length of a vector; 0 where the part holds none.
    beside : tuple of str, optional
        Further files that belong to this one, such as the projection behind a map.
    recipe : dict, optional
        How a map was made, as `radgalgui.jobs.maps.recipe.Recipe.to_dict` tells it; empty for
        other parts, and for maps of older programs.
    """

    file: str
    bytes: int
    weights_sha256: str = ""
    dimension: int = 0
    beside: tuple[str, ...] = ()
    recipe: dict[str, Any] = field(default_factory=dict)

    def renamed(self, names: Mapping[str, str]) -> Part:
        """Return the part with its files under other names."""
        beside = tuple(names.get(name, name) for name in self.beside)
        return replace(self, file=names.get(self.file, self.file), beside=beside)

    def to_dict(self) -> dict[str, Any]:
        """Return the part as JSON holds it; settings at their defaults are left out."""
        values: dict[str, Any] = {"file": self.file, "bytes": self.bytes}
        if self.weights_sha256:
            values["weights_sha256"] = self.weights_sha256
        if self.dimension:
            values["dimension"] = self.dimension
        if self.beside:
            values["beside"] = list(self.beside)
        if self.recipe:
            values["recipe"] = self.recipe
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Part:
        """Read a part written by `to_dict`.

        Raises
        ------
        KeyError, TypeError, ValueError
            If a key is missing, a value is of another type, or a file lies outside.
        """
        beside = tuple(_inside(_text(name)) for name in values.get("beside", ()))
        return cls(
            file=_inside(_text(values["file"])),
            bytes=_whole(values["bytes"]),
            weights_sha256=_text(values.get("weights_sha256", "")),
            dimension=_whole(values.get("dimension", 0)),
            beside=beside,
            recipe=dict(values.get("recipe", {})),
        )


@dataclass(frozen=True)
class Manifest:
    """What a catalogue says of itself.

    Parameters
    ----------
    title : str
        What the sources are, in a few plain words, as the user meets it.
    count : int
        Sources.
    preprocessing : Preprocessing
        How the images were made ready: their size, pixel scale, clip and stretch.
    sources, images : Part
        The table and the images.
    simulated : bool
        Whether the sources are simulated rather than observed.
    description : str
        A sentence or two on where they come from.
    seed : int or None
        Seed of what was drawn at random.
    software : dict of str to str
        Versions of the programs that wrote the catalogue.
    vectors, indexes : dict of str to Part
        By encoder.
    maps : dict of str to dict of str to Part
        By encoder, then by method.
    likelihoods : dict of str to Part
        By encoder: how usual each source is, and beside it what judges another source.
    papers : dict of str to Part
        What is kept for people: ``account``, which tells what became of every input row, and
        ``history``, which tells what was done to the catalogue.
    """

    title: str
    count: int
    preprocessing: Preprocessing
    sources: Part
    images: Part
    simulated: bool = False
    description: str = ""
    seed: int | None = None
    software: dict[str, str] = field(default_factory=dict)
    vectors: dict[str, Part] = field(default_factory=dict)
    indexes: dict[str, Part] = field(default_factory=dict)
    maps: dict[str, dict[str, Part]] = field(default_factory=dict)
    likelihoods: dict[str, Part] = field(default_factory=dict)
    papers: dict[str, Part] = field(default_factory=dict)

    @property
    def pixel_scale(self) -> float:
        """Arcsec a pixel of the images."""
        return self.preprocessing.pixel_scale

    def parts(self) -> Iterator[Part]:
        """Yield every part, each with a file of its own."""
        yield self.sources
        yield self.images
        yield from self.vectors.values()
        yield from self.indexes.values()
        for maps in self.maps.values():
            yield from maps.values()
        yield from self.likelihoods.values()
        yield from self.papers.values()

    def files(self) -> set[str]:
        """Return the relative paths of all files that belong to the catalogue."""
        return {name for part in self.parts() for name in (part.file, *part.beside)}

    def renamed(self, names: Mapping[str, str]) -> Manifest:
        """Return the manifest with files under other names; those not named keep theirs."""

        def moved(parts: Mapping[str, Part]) -> dict[str, Part]:
            return {key: part.renamed(names) for key, part in parts.items()}

        return replace(
            self,
            sources=self.sources.renamed(names),
            images=self.images.renamed(names),
            vectors=moved(self.vectors),
            indexes=moved(self.indexes),
            maps={encoder: moved(maps) for encoder, maps in self.maps.items()},
            likelihoods=moved(self.likelihoods),
            papers=moved(self.papers),
        )

    def without(self, encoder: str) -> Manifest:
        """Return the manifest of the same catalogue without what an encoder made."""
        return replace(
            self,
            vectors={k: v for k, v in self.vectors.items() if k != encoder},
            indexes={k: v for k, v in self.indexes.items() if k != encoder},
            maps={k: v for k, v in self.maps.items() if k != encoder},
            likelihoods={k: v for k, v in self.likelihoods.items() if k != encoder},
        )

    def to_json(self) -> str:
        """Return the manifest as text, the same text for the same content."""
        values = {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "title": self.title,
            "description": self.description,
            "simulated": self.simulated,
            "count": self.count,
            "seed": self.seed,
            "preprocessing": self.preprocessing.to_dict(),
            "software": dict(sorted(self.software.items())),
            "sources": self.sources.to_dict(),
            "images": self.images.to_dict(),
            "vectors": _parts_to_dict(self.vectors),
            "indexes": _parts_to_dict(self.indexes),
            "maps": {name: _parts_to_dict(maps) for name, maps in sorted(self.maps.items())},
        }
        if self.likelihoods:  # what older programs wrote has none, and stays as it is
            values["likelihoods"] = _parts_to_dict(self.likelihoods)
        if self.papers:
            values["papers"] = _parts_to_dict(self.papers)
        return json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes, *, subject: str | os.PathLike[str]) -> Manifest:
        """Read a manifest written by `to_json`.

        Raises
        ------
        CatalogError
            If it is no manifest, of a newer format, or lacks a key.
        """
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise CatalogError(
                "the manifest is not JSON", subject=subject, remedy=_REBUILD
            ) from error
        _check_format(values, subject)
        try:
            return cls._from_dict(values)
        except KeyError as error:
            raise CatalogError(
                f"the manifest lacks {error.args[0]!r}", subject=subject, remedy=_REBUILD
            ) from error
        except (TypeError, ValueError, AttributeError, RadGalError) as error:
            raise CatalogError(
                f"the manifest cannot be used: {error}", subject=subject, remedy=_REBUILD
            ) from error

    @classmethod
    def _from_dict(cls, values: Mapping[str, Any]) -> Manifest:
        simulated, seed = values["simulated"], values.get("seed")
        if not isinstance(simulated, bool):
            raise TypeError(f"'simulated' must be true or false, not {simulated!r}")
        return cls(
            title=_text(values["title"]),
            description=_text(values.get("description", "")),
            simulated=simulated,
            count=_whole(values["count"]),
            seed=None if seed is None else _whole(seed),
            preprocessing=Preprocessing.from_dict(values["preprocessing"]),
            software={str(k): _text(v) for k, v in values.get("software", {}).items()},
            sources=Part.from_dict(values["sources"]),
            images=Part.from_dict(values["images"]),
            vectors=_parts_from_dict(values.get("vectors", {})),
            indexes=_parts_from_dict(values.get("indexes", {})),
            maps={check_name(k): _parts_from_dict(v) for k, v in values.get("maps", {}).items()},
            likelihoods=_parts_from_dict(values.get("likelihoods", {})),
            papers=_parts_from_dict(values.get("papers", {})),
        )

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of the catalogue in ``folder``.

        Raises
        ------
        CatalogError
            If the folder or its manifest is missing, cannot be read or cannot be used.
        """
        return cls.from_json(manifest_bytes(folder), subject=folder)


def manifest_bytes(folder: Path) -> bytes:
    """Return the manifest of a catalogue as it is written, by which changes are noticed.

    Raises
    ------
    CatalogError
        If the folder or its manifest is missing, or cannot be read.
    """
    try:
        return (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        what = f"has no {MANIFEST}" if folder.is_dir() else "there is no such folder"
        raise CatalogError(
            f"not a catalogue: {what}",
            subject=folder,
            remedy="name the folder that holds the catalogue",
        ) from error
    except OSError as error:
        raise CatalogError(
            f"the manifest cannot be read: {error.strerror}",
            subject=folder,
            remedy="check who may read the folder",
        ) from error


def check_name(name: str) -> str:
    """Return the name of an encoder or a map, which becomes part of a file name.

    Raises
    ------
    CatalogError
        If it holds anything but letters, digits and ``. _ + -``.
    """
    if not _NAME.fullmatch(name):
        raise CatalogError(
            f"{name!r} cannot be the name of an encoder or a map",
            remedy="use letters, digits, dots, dashes and underscores",
        )
    return name


def software_versions(*packages: str) -> dict[str, str]:
    """Return the versions of RadGalGUI, Python and the given packages that are installed."""
    import platform
    from importlib import metadata  # slower to import than a catalogue is to open

    versions = {"radgalgui": __version__, "python": platform.python_version()}
    for package in packages:
        with suppress(metadata.PackageNotFoundError):
            versions[package] = metadata.version(package)
    return versions


def _check_format(values: object, subject: str | os.PathLike[str]) -> None:
    """Raise `CatalogError` unless the values are a manifest of a format that we know."""
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise CatalogError(
            "the manifest is not one of a RadGalGUI catalogue", subject=subject, remedy=_REBUILD
        )
    version = values.get("version")
    if not isinstance(version, int) or version < 1:
        raise CatalogError("the manifest lacks 'version'", subject=subject, remedy=_REBUILD)
    if version > FORMAT_VERSION:
        raise CatalogError(
            f"the catalogue is of format {version}, newer than the {FORMAT_VERSION} known here",
            subject=subject,
            remedy="update RadGalGUI",
        )


def _parts_to_dict(parts: Mapping[str, Part]) -> dict[str, Any]:
    return {name: part.to_dict() for name, part in sorted(parts.items())}


def _parts_from_dict(values: Mapping[str, Any]) -> dict[str, Part]:
    return {check_name(name): Part.from_dict(part) for name, part in values.items()}


def _inside(name: str) -> str:
    """Return a relative path that stays inside the catalogue: a manifest may be hostile."""
    path = PurePosixPath(name)
    if path.is_absolute() or path.as_posix() != name or {"..", "."} & {*path.parts, name}:
        raise ValueError(f"the file {name!r} lies outside the catalogue")
    if "\\" in name or ":" in name:  # another drive or folder, on Windows
        raise ValueError(f"the file {name!r} lies outside the catalogue")
    return name


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is not a whole number")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value
