"""Catalogue folders that appear whole or not at all: written beside, then renamed."""

from __future__ import annotations

import glob
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from radgalgui.catalog.manifest import MANIFEST, Manifest, manifest_bytes
from radgalgui.errors import CatalogError
from radgalgui.files import UNFINISHED, replaced_file

__all__ = [
    "check_target",
    "check_unchanged",
    "install",
    "new_catalog_folder",
    "publish",
    "staging_folder",
    "write_manifest",
]

_PARTIAL = ".partial-"
_ABANDONED_AFTER = 24 * 3600.0  # seconds


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put the manifest of a catalogue in the place of an earlier one: the moment of truth."""
    with replaced_file(folder / MANIFEST) as beside:
        beside.write_bytes(manifest.to_json().encode())


@contextmanager
def staging_folder(parent: Path, name: str) -> Iterator[Path]:
    """Make a hidden folder for unfinished files, gone when the block ends.

    What a killed process left behind is cleared away once it is a day old.

    Raises
    ------
    CatalogError
        If ``parent`` cannot be written to.
    """
    prefix = f".{name}{_PARTIAL}"
    for pattern in (f"{glob.escape(prefix)}*", f"{UNFINISHED}{MANIFEST}"):
        _clear_abandoned(parent, pattern)
    with _writing_to(parent):
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def new_catalog_folder(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Yield a folder to build a whole catalogue in; it becomes ``path`` when the block ends well.

    An earlier catalogue is replaced by one rename, that of its manifest: files of the new
    one are put beside the old ones under names that are free, and the old ones removed
    after.  So a killed process leaves the old catalogue or the new one.

    Raises
    ------
    CatalogError
        If ``path`` is something else than a catalogue, or is one and ``overwrite`` is False;
        or if the place cannot be written to.
    """
    check_target(path, overwrite=overwrite)
    with _writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with staging_folder(path.parent, path.name) as staging:
        built = staging / "catalog"
        built.mkdir()
        yield built
        publish(built, path, overwrite=overwrite)


def publish(
    built: Path, path: Path, *, overwrite: bool = False, instead: bytes | None = None
) -> None:
    """Put a whole catalogue, built on the same disk, in its place by one rename.

    Parameters
    ----------
    overwrite : bool, optional
        Replace a catalogue that is there already.
    instead : bytes, optional
        The manifest of the catalogue that is to be replaced.

    Raises
    ------
    CatalogError
        If ``path`` is something else than a catalogue, is one and ``overwrite`` is False, or
        has another manifest than it should have.
    """
    check_target(path, overwrite=overwrite)
    if instead is not None:
        check_unchanged(path, instead)
    for pattern in (f".*{_PARTIAL}*", UNFINISHED + "*"):
        for left in built.glob(pattern):  # by a process that was killed while it built
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    if (path / MANIFEST).exists():
        install(built, path, Manifest.read(built), before=_manifest_or_none(path))
        return
    with suppress(OSError):
        path.rmdir()  # an empty folder, over which not every system can rename
    built.rename(path)


def install(staging: Path, folder: Path, manifest: Manifest, *, before: Manifest | None) -> None:
    """Move new files into a catalogue, write its manifest, and remove what it no longer names.

    Files that ``manifest`` names and ``staging`` holds are new; other files stay.  A new
    file whose name is taken by the manifest ``before`` gets another one.
    """
    taken = before.files() if before is not None else set()
    names: dict[str, str] = {}
    for part in manifest.parts():
        new = [name for name in (part.file, *part.beside) if (staging / name).exists()]
        mark = ""
        while any(_marked(name, mark) in taken for name in new):
            mark += "~"
        names.update({name: _marked(name, mark) for name in new})
    for name, free in names.items():
        target = folder / free
        target.parent.mkdir(parents=True, exist_ok=True)
        (staging / name).replace(target)
    final = manifest.renamed(names)
    write_manifest(folder, final)
    for name in taken - final.files():
        with suppress(OSError):  # still open somewhere, on systems that mind
            (folder / name).unlink()


def _marked(name: str, mark: str) -> str:
    """Return the path with its last part marked; no encoder's name begins with ``~``."""
    folder, slash, last = name.rpartition("/")
    return f"{folder}{slash}{mark}{last}"


def check_target(path: Path, *, overwrite: bool = False) -> None:
    """Raise `CatalogError` where a new catalogue must not be put."""
    if (path / MANIFEST).exists():
        if not overwrite:
            raise CatalogError(
                "there is a catalogue already",
                subject=path,
                remedy="choose another folder, or overwrite it (--overwrite)",
            )
    elif path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise CatalogError(
            "is something else than a catalogue", subject=path, remedy="choose another folder"
        )


def check_unchanged(path: Path, manifest: bytes) -> None:
    """Raise `CatalogError` unless a catalogue has the manifest that it had before."""
    try:
        unchanged = manifest_bytes(path) == manifest
    except CatalogError:  # it was removed, or moved away
        unchanged = False
    if not unchanged:
        raise CatalogError("the catalogue was changed meanwhile", subject=path, remedy="try again")


@contextmanager
def _writing_to(path: Path) -> Iterator[None]:
    """Turn what the system says of a folder into one sentence."""
    try:
        yield
    except OSError as error:
        raise CatalogError(
            f"a catalogue cannot be written there ({error.strerror or error})",
            subject=path,
            remedy="choose a folder that you may write to",
        ) from error


def _manifest_or_none(folder: Path) -> Manifest | None:
    """Return the manifest of a catalogue about to be replaced, None where it is damaged."""
    try:
        return Manifest.read(folder)
    except CatalogError:
        return None


def _clear_abandoned(parent: Path, pattern: str) -> None:
    """Remove what a process killed more than a day ago left unfinished."""
    for path in parent.glob(pattern):
        with suppress(OSError):  # somebody else may be at it
            times = [p.stat().st_mtime for p in (path, *path.rglob("*"))]
            if time.time() - max(times) < _ABANDONED_AFTER:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
