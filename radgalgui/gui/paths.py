"""From what was dropped, pasted or typed to paths."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from PySide6.QtCore import QMimeData

__all__ = ["is_catalog", "paths_from_mime", "paths_from_text"]


def is_catalog(path: Path) -> bool:
    """Whether a path is the folder of a catalogue."""
    return (path / "manifest.json").is_file()


def paths_from_mime(data: QMimeData) -> list[Path]:
    """Return the local files of a drop or the clipboard; [] where there are none."""
    if data.hasUrls():
        return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return paths_from_text(data.text()) if data.hasText() else []


def paths_from_text(text: str) -> list[Path]:
    """Return the paths in a text, one a line: plain, quoted, with ~, or as file: addresses."""
    made = []
    for line in text.splitlines():
        word = line.strip().strip("\"'")
        if word:
            made.append(_path(word))
    return made


def _path(word: str) -> Path:
    if word.lower().startswith("file:"):
        return Path(url2pathname(urlsplit(word).path))
    return Path(word).expanduser()
