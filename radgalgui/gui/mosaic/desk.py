"""What the page of a mosaic asks in threads: opening, looking closer, finding sources."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QImage

from radgalgui.errors import Cancelled
from radgalgui.gui.background import Background
from radgalgui.gui.display import Display
from radgalgui.gui.errands import sentence
from radgalgui.gui.imaging.levels import Levels
from radgalgui.gui.sky_readout import SkyReadout
from radgalgui.progress import CancelToken, Progress

if TYPE_CHECKING:
    from radgalgui.jobs.mosaic.mosaic import Mosaic, Overview

__all__ = ["Detail", "Finding", "MosaicDesk", "Opened"]

BREATH = 0.1  # seconds between reports of progress
MOST_POINTS = 4_000_000  # pixels that are looked at in one go: more than any screen has


@dataclass(frozen=True)
class Opened:
    """A mosaic that was opened: its path, what is shown of it, and its WCS."""

    path: Path
    overview: Overview
    readout: SkyReadout | None


@dataclass(frozen=True)
class Detail:
    """A part of a mosaic, sharper than its overview.

    Parameters
    ----------
    place : QRectF
        Where it lies, in the overview's image coordinates.
    levels : Levels
        Its pixels, and what keeps the image's memory.
    image : QImage
        In the display that was asked for.
    step : float
        Its pixels are so many of the overview's.
    """

    place: QRectF
    levels: Levels
    image: QImage
    step: float

    def value(self, x: float, y: float) -> float | None:
        """Return the value at an overview's 0-based pixel, None outside."""
        column = int((x + 0.5 - self.place.left()) // self.step)
        row = int((y + 0.5 - self.place.top()) // self.step)
        height, width = self.levels.values.shape
        inside = 0 <= row < height and 0 <= column < width
        return float(self.levels.values[row, column]) if inside else None


@dataclass(frozen=True)
class Finding:
    """How sources are to be found: sigma, and distances in arcsec."""

    sigma: float = 5.0
    join: float = 40.0
    apart: float = 0.0


class MosaicDesk(QObject):
    """One mosaic, and the threads that read it.

    Signals: ``opened(Opened)``; ``looked(Detail)``; ``found(Finding, list of FieldSource)``;
    ``meant(x, y, position or None)`` for a click; ``placed(x, y, position)`` for a position that
    was typed; ``went_on(done, total, words)``; ``failed(sentence)``.
    """

    opened = Signal(object)
    looked = Signal(object)
    found = Signal(object, list)
    meant = Signal(float, float, object)
    placed = Signal(float, float, object)
    went_on = Signal(int, int, str)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work, self._eyes = Background(self), Background(self)
        self._mosaic: Mosaic | None = None
        self._cancel = CancelToken()
        self._looks = 0

    def open(self, path: Path) -> None:
        """Read a mosaic; the one before is forgotten when that is done."""
        self._renew()
        self._run(lambda token: _opened(path, self._progress(token), token), self._take)

    def look(
        self, columns: tuple[int, int], rows: tuple[int, int], factor: int, display: Display
    ) -> None:
        """Look closer at blocks of ``factor`` pixels; what was asked before is dropped."""
        mosaic = self._mosaic
        self._looks += 1
        number = self._looks
        if mosaic is None or (columns[1] - columns[0]) * (rows[1] - rows[0]) > MOST_POINTS:
            return

        def see() -> Detail | None:
            if number != self._looks:
                return None
            return _detail(mosaic, columns, rows, factor, display)

        self._eyes.run(see, lambda seen: self._see(number, seen), self._fail)

    def find(self, wanted: Finding) -> None:
        """Find all sources; a search that is under way is dropped."""
        mosaic = self._mosaic
        if mosaic is None:
            return
        self._renew()
        self._run(
            lambda token: mosaic.sources(
                sigma=wanted.sigma,
                join=wanted.join,
                apart=wanted.apart,
                progress=self._progress(token),
                cancel=token,
            ),
            lambda sources: self.found.emit(wanted, sources),
        )

    def mean(self, x: float, y: float) -> None:
        """Say which source a click at a pixel means."""
        mosaic = self._mosaic
        if mosaic is not None:
            self._eyes.run(lambda: _meant(mosaic, x, y), lambda m: self.meant.emit(*m), self._fail)

    def place(self, text: str) -> None:
        """Say where a typed position lies."""
        mosaic = self._mosaic
        if mosaic is not None:
            self._eyes.run(
                lambda: _placed(mosaic, text), lambda m: self.placed.emit(*m), self._fail
            )

    def aside(self, work: Callable[[], Any], take: Callable[[Any], None]) -> None:
        """Do what somebody who paints over the mosaic asks for."""
        self._eyes.run(work, take, self._fail)

    def stop(self) -> None:
        """Stop what is under way."""
        self._cancel.cancel()

    def close(self) -> None:
        """End the threads."""
        self.stop()
        for background in (self._work, self._eyes):
            background.close()

    def _renew(self) -> None:
        self._cancel.cancel()
        self._cancel = CancelToken()

    def _run(self, work: Callable[[CancelToken], Any], done: Callable[[Any], None]) -> None:
        token = self._cancel

        def take(answer: Any) -> None:
            if not token.cancelled:
                done(answer)

        self._work.run(lambda: work(token), take, self._fail)

    def _progress(self, token: CancelToken) -> Progress:
        """Return what tells of progress, now and then, from whatever thread."""
        last = 0.0

        def report(done: int, total: int | None, what: str = "", /) -> None:
            nonlocal last
            now = time.monotonic()
            if not token.cancelled and (now - last > BREATH or done == total):
                last = now
                self.went_on.emit(done, total or 0, what)

        return report

    def _take(self, answer: tuple[Mosaic, Opened]) -> None:
        self._mosaic = answer[0]
        self._looks += 1
        self.opened.emit(answer[1])

    def _see(self, number: int, seen: Detail | None) -> None:
        if seen is not None and number == self._looks:
            self.looked.emit(seen)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self.failed.emit(sentence(error))


def _opened(path: Path, progress: Progress, token: CancelToken) -> tuple[Mosaic, Opened]:
    from radgalgui.jobs.mosaic.mosaic import Mosaic

    mosaic = Mosaic(path, progress=progress, cancel=token)
    overview = mosaic.overview
    readout = SkyReadout(overview.header) if overview.header else None
    return mosaic, Opened(path, overview, readout)


def _detail(
    mosaic: Mosaic, columns: tuple[int, int], rows: tuple[int, int], factor: int, display: Display
) -> Detail | None:
    values = mosaic.pyramid.part(columns, rows, factor)
    if not values.size:
        return None
    whole = replace(display, span=Levels(mosaic.pyramid.overview).span(display))
    levels = Levels(values)
    step = factor / mosaic.pyramid.factor
    corner = max(columns[0], 0) * step, max(rows[0], 0) * step
    height, width = values.shape
    place = QRectF(*corner, width * step, height * step)
    return Detail(place, levels, levels.image(whole), step)


def _meant(mosaic: Mosaic, x: float, y: float) -> tuple[float, float, tuple[float, float] | None]:
    x, y = mosaic.meant_at(x, y)
    where = mosaic.position(x, y)
    return x, y, None if where is None else (where.ra, where.dec)


def _placed(mosaic: Mosaic, text: str) -> tuple[float, float, tuple[float, float]]:
    from radgalgui.sky.coordinates import parse_position

    where = parse_position(text)
    x, y = mosaic.pixel(where)
    return x, y, (where.ra, where.dec)
