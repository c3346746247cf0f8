"""From what was dropped, pasted or typed to paths."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, QUrl

from radgalgui.sky.files import is_image_name

__all__ = ["is_catalog", "paths_from_mime", "paths_from_text"]


def is_catalog(path: Path) -> bool:
    """Whether a path is the folder of a catalogue."""
    return (path / "manifest.json").is_file()


def paths_from_mime(data: QMimeData) -> list[Path]:
    """Return the local files of a drop or the clipboard; [] where there are none."""
    if data.hasUrls():
        return [_local(url) for url in data.urls() if url.isLocalFile()]
    lines = data.text().splitlines() if data.hasText() else []
    return paths_from_text("\n".join(line for line in lines if _like_a_path(line)))


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
        return _local(QUrl(word))
    return Path(word).expanduser()


def _local(url: QUrl) -> Path:
    """Return the file of an address; names that are not UTF-8 stay what they are, byte for byte."""
    encoded = bytes(url.path(QUrl.ComponentFormattingOption.FullyEncoded).encode())
    name = unquote_to_bytes(encoded)
    try:
        name.decode()
    except UnicodeDecodeError:
        return Path(os.fsdecode(name))
    return Path(url.toLocalFile())


def _like_a_path(line: str) -> bool:
    """Whether a line may be meant as a path, and is no sentence that was copied."""
    word = line.strip().strip("\"'")
    if word.lower().startswith("file:") or is_image_name(word):
        return True
    return bool(word) and "\0" not in word and os.path.exists(os.path.expanduser(word))  # noqa: PTH110, PTH111 - they raise nothing
