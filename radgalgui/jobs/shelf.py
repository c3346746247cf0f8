"""Catalogues and encoders that were open before, so that going back to one takes no loading."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Final

from radgalgui.jobs.encoders import weights_file
from radgalgui.jobs.search import Searcher

__all__ = ["Shelf"]

_MOST: Final = 4  # an index of 20,000 sources and an encoder take some 50 MB

_Stamp = tuple[int, ...]


class Shelf:
    """The searchers opened last, each with the classifiers that were fitted for it.

    One is opened anew where the catalogue's manifest or the encoder's weights have changed on
    disk: every change of a catalogue replaces its manifest.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[Path, str], tuple[_Stamp, Searcher]] = OrderedDict()

    def open(self, catalog: Path, encoder: str) -> Searcher:
        """Return a catalogue and one of its encoders, warm.

        Raises
        ------
        CatalogError, WeightsError
            As `Searcher.open`.
        """
        key = (catalog.absolute(), encoder)
        stamp = _stamp(catalog, encoder)
        stored = self._kept.pop(key, None)
        if stored is not None and stored[0] == stamp:
            self._kept[key] = stored
            return stored[1]
        searcher = Searcher.open(catalog, encoder, threads=1)
        searcher.warm_up()
        self._kept[key] = (stamp, searcher)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return searcher


def _stamp(catalog: Path, encoder: str) -> _Stamp:
    """Return what changes whenever one of the files is replaced; nothing where they are missing."""
    stamp: list[int] = []
    for file in (catalog / "manifest.json", weights_file(encoder)):
        try:
            status = file.stat()
        except OSError:
            continue  # opening says what is missing
        stamp += [status.st_mtime_ns, status.st_size, status.st_ino]
    return tuple(stamp)
