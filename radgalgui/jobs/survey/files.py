"""The image files that a table's rows name, wherever they lie."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path, PureWindowsPath

from radgalgui.errors import UsageError
from radgalgui.jobs.survey.found import find_files
from radgalgui.jobs.survey.names import name_of

__all__ = ["FileFinder"]


class FileFinder:
    """Finds images by paths or by sources' names.

    Parameters
    ----------
    inputs : sequence of str
        Folders and files to look in.
    table : str or None
        Paths are relative to its folder, else to one of the inputs.
    """

    def __init__(self, inputs: Sequence[str], table: str | None) -> None:
        self._inputs = [path for path in inputs if path != table]
        self._bases = [Path(table).parent] if table else []
        self._bases += [path for path in map(Path, self._inputs) if path.is_dir()]

    @cached_property
    def _by_file(self) -> dict[str, str]:
        """Paths of the images among the inputs by file name, in small letters; the first wins."""
        found: dict[str, str] = {}
        for path in find_files(self._inputs or map(str, self._bases)):
            found.setdefault(path.name.casefold(), str(path))
        return found

    @cached_property
    def _by_stem(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for path in self._by_file.values():
            found.setdefault(name_of(path).casefold(), path)
        return found

    def by_path(self, written: str) -> str:
        """Return the file that a table means.

        Tried in turn: the path as written, from the table's folder and from each input; then a
        file of that name, with or without its ending, anywhere in the inputs.

        Raises
        ------
        UsageError
            If there is none.
        """
        if "://" in written and not written.startswith("file://"):
            raise UsageError(f"{written:.80} is an address on the internet: fetch the file first")
        wanted = os.path.expanduser(written.removeprefix("file://"))  # noqa: PTH111
        for base in (Path(), *self._bases):
            path = base / wanted
            if (base != Path() or path.is_absolute()) and _is_file(path):
                return os.path.normpath(path)
        last = PureWindowsPath(wanted).name.casefold()  # parts at / and at \
        found = self._by_file.get(last) or self._by_stem.get(last)
        if found is None:
            raise UsageError(f"there is no file {written!r:.120}")
        return found

    def by_name(self, name: str) -> str:
        """Return the file that is called as a source is.

        Raises
        ------
        UsageError
            If there is none.
        """
        found = self._by_stem.get(name.casefold()) or self._by_file.get(name.casefold())
        if found is None:
            raise UsageError(f"no image file is called {name!r:.120}")
        return found

    def known(self, name: str) -> bool:
        """Tell whether an image is called as a source is."""
        return name.casefold() in self._by_stem or name.casefold() in self._by_file

    def __len__(self) -> int:
        """How many images there are among the inputs."""
        return len(self._by_file)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long, or with a null
        return False
