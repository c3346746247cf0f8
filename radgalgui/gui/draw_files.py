"""Files of drawn galaxies: written by a thread of their own, for drags, queries and folders."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject

from radgalgui.errors import UsageError
from radgalgui.gui.background import Background
from radgalgui.gui.drawn import Order, Sample
from radgalgui.gui.errands import sentence

__all__ = ["SHEET", "DrawFiles"]

SHEET = "contact-sheet.png"


class DrawFiles(QObject):
    """Writes drawn galaxies as FITS, each at most once, in a folder that lives with the window.

    A file is asked for with what to do when it is there; nothing is read or written by the
    window's own thread.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._folder: Path | None = None
        self._orders: dict[Order, str] = {}
        self._written: dict[tuple[Order, int], Path] = {}

    def want(
        self, sample: Sample, ready: Callable[[Path], None], failed: Callable[[str], None]
    ) -> None:
        """Call ``ready`` with a galaxy's file, as soon as it is written."""
        key = (sample.order, sample.number)
        if key in self._written:
            ready(self._written[key])
            return
        part = self._orders.setdefault(sample.order, f"{len(self._orders) + 1}")

        def keep(path: Path) -> None:
            self._written[key] = path
            ready(path)

        self._background.run(
            lambda: _write(sample, self._folder_of_session() / part),
            keep,
            lambda error: failed(sentence(error)),
            writes="a drawn galaxy",
        )

    def save_all(
        self,
        samples: Sequence[Sample],
        folder: Path,
        done: Callable[[str], None],
        failed: Callable[[str], None],
    ) -> None:
        """Write galaxies and their contact sheet to a folder; ``done`` is told what was written."""

        def work() -> str:
            from radgalgui.sky.sheet import contact_sheet, write_png

            for sample in samples:
                _write(sample, folder)
            images = np.stack([sample.image for sample in samples])
            write_png(folder / SHEET, contact_sheet(images))
            return f"{len(samples)} FITS files and {SHEET} written to {folder}"

        self._background.run(
            work, done, lambda error: failed(sentence(error)), writes="drawn galaxies"
        )

    def close(self) -> None:
        """Wait for the file that is being written, and remove all."""
        self._background.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _folder_of_session(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="radgalgui-drawn-"))
        return self._folder


def _write(sample: Sample, folder: Path) -> Path:
    from radgalgui.jobs.draw import installed_generator, save_drawn

    facts = installed_generator()
    if facts is None:
        raise UsageError(
            "no generator is installed, so that its pixel scale is not known",
            remedy="see 'radgalgui doctor'",
        )
    note = sample.order.words
    return save_drawn(sample.image, folder, sample.name, facts.preprocessing, note=note)
