"""Files before they are opened: names, folders, and what they are by their first bytes."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from radgalgui.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["check_file", "find_images", "is_image_name", "source_name", "unpacked"]

_STEMS = (".fits", ".fit", ".fts")
_PACKERS = ("", ".gz", ".fz")
_ENDINGS = tuple(stem + packer for packer in reversed(_PACKERS) for stem in _STEMS)

# First bytes of what is often handed in by mistake.
_FOREIGN = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x89HDF", "an HDF5 file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an XZ file"),
    (b"\x1f\x9d", "a compress (.Z) file"),
    (b"\x93NUMPY", "a NumPy array"),
)
_FIRST_CARD = b"SIMPLE  ="
_AS_FITS = "export the image as FITS with its sky coordinates"
_UNPACK = "unpack it first"


def is_image_name(path: str | os.PathLike[str]) -> bool:
    """Tell whether a name ends as FITS files do: .fits .fit .fts, also .gz and .fz, in any case."""
    return os.fspath(path).lower().endswith(_ENDINGS)


def source_name(path: str | os.PathLike[str]) -> str:
    """Return the source's name: the file name without its FITS endings, never rounded."""
    name = Path(path).name
    lower = name.lower()
    for ending in _ENDINGS:
        if lower.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name


def find_images(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """Expand folders into the FITS files within them.

    Parameters
    ----------
    paths : iterable of str or path
        Files are kept as they are, whatever their name, so that a wrong one is refused by
        `read_image` in words.  Folders are searched recursively; hidden files and folders,
        and links to folders, are skipped.

    Returns
    -------
    list of Path
        In the order given, each folder's files sorted by path; each file once.

    Raises
    ------
    ImageError
        If a folder holds no FITS file, or cannot be listed.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if not _is_folder(path):
            found[path] = None
            continue
        images = sorted(_images_below(path))
        if not images:
            raise ImageError(
                "this folder holds no FITS file",
                subject=path,
                remedy="its files should end in .fits, .fit, .fts, .fits.gz or .fits.fz",
            )
        found.update(dict.fromkeys(images))
    return list(found)


def check_file(path: Path) -> bool:
    """Make sure that a path is a readable FITS file, plain or gzipped, by its first bytes.

    Returns
    -------
    bool
        Whether it is gzipped.

    Raises
    ------
    ImageError
        If it is missing, a folder, a pipe or device, empty, not permitted, or of another kind.
    """
    _check_kind(path)
    start = _first_bytes(path)
    if start.startswith(b"\x1f\x8b"):
        _check_start(_first_bytes_unpacked(path), path, inside="a gzip file that holds ")
        return True
    _check_start(start, path)
    return False


def unpacked(path: Path, *, limit: int) -> bytes:
    """Return what a gzip file holds.

    Raises
    ------
    ImageError
        If it is damaged or cut short, or holds more than ``limit`` bytes.
    """
    import gzip
    import zlib

    held = io.BytesIO()
    try:
        with gzip.open(path, "rb") as stream:
            while block := stream.read(2**20):
                if held.tell() + len(block) > limit:
                    raise ImageError(
                        f"holds more than {limit / 2**30:g} GiB when unpacked",
                        subject=path,
                        remedy="store it uncompressed, or cut a part out of it",
                    )
                held.write(block)
    except (OSError, EOFError, zlib.error):
        raise ImageError(
            "the gzip compression is damaged or cut short",
            subject=path,
            remedy="fetch the file again",
        ) from None
    return held.getvalue()


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name too long, or with a null: read_image will say so
        return False


def _images_below(folder: Path) -> Iterator[Path]:
    """Yield FITS files in a folder and its subfolders, without hidden ones."""

    def refuse(error: OSError) -> None:
        if Path(error.filename) == folder:
            raise ImageError(
                f"this folder cannot be listed: {error.strerror}", subject=folder
            ) from None

    for where, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if is_image_name(name) and not name.startswith("."):
                yield Path(where, name)


def _check_kind(path: Path) -> None:
    """Refuse what is not a plain file, without opening it: a pipe would block."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise _unreachable(path, error) from None
    if stat.S_ISDIR(status.st_mode):
        raise ImageError("is a folder, not a file", subject=path, remedy="give a FITS file in it")
    if not stat.S_ISREG(status.st_mode):
        raise ImageError(
            "is a pipe or a device, not a file", subject=path, remedy="give a FITS file"
        )
    if status.st_size == 0:
        raise ImageError("the file is empty", subject=path, remedy="fetch or write it again")


def _unreachable(path: Path, error: OSError | ValueError) -> ImageError:
    """Say why a path does not lead to a file."""
    if isinstance(error, PermissionError):
        return ImageError(
            "you have no permission to read it", subject=path, remedy="change its permissions"
        )
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        what = "is a link to a file that does not exist" if path.is_symlink() else "no such file"
        return ImageError(what, subject=path, remedy="check the path")
    reason = getattr(error, "strerror", None) or str(error)
    return ImageError(f"cannot be read: {reason}", subject=path, remedy="check the path")


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(80)
    except OSError as error:
        raise _unreachable(path, error) from None


def _first_bytes_unpacked(path: Path) -> bytes:
    import gzip
    import zlib

    try:
        with gzip.open(path, "rb") as stream:
            return stream.read(80)
    except (OSError, EOFError, zlib.error):
        raise ImageError(
            "the gzip compression is damaged", subject=path, remedy="fetch the file again"
        ) from None


def _check_start(start: bytes, path: Path, *, inside: str = "") -> None:
    """Refuse first bytes that are not a FITS file's, and say what they are."""
    if start.startswith(_FIRST_CARD):
        return
    for magic, kind in _FOREIGN:
        if start.startswith(magic):
            remedy = _AS_FITS if "picture" in kind or "document" in kind else _UNPACK
            if "HDF5" in kind or "NumPy" in kind:
                remedy = _AS_FITS
            raise ImageError(f"is {inside}{kind}, not a FITS image", subject=path, remedy=remedy)
    text = start.lstrip().lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<votable")):
        raise ImageError(
            f"is {inside}a web page or XML, not a FITS image",
            subject=path,
            remedy="look into it: archives send a page where they have no image to send",
        )
    if start and all(byte in b"\t\n\r\f\b\x1b" or byte >= 0x20 for byte in start):
        raise ImageError(f"is {inside}text, not a FITS image", subject=path, remedy=_AS_FITS)
    what = f"is {inside}no FITS file" if inside else "is not a FITS file"
    raise ImageError(
        f"{what}: it does not begin with SIMPLE",
        subject=path,
        remedy="check that it is an image, and fetch it again",
    )
