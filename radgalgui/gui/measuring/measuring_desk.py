"""Knows which picture a place belongs to, and lets it be measured in a thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from radgalgui.gui.background import Background
from radgalgui.gui.desk import Desk
from radgalgui.gui.imaging.picture import Sky
from radgalgui.gui.imaging.ties import place_in
from radgalgui.gui.measuring.book import Book
from radgalgui.gui.measuring.kinds import Kind, Settings
from radgalgui.gui.measuring.measurement import Ground, Measurement, Wish, field_of, measure
from radgalgui.gui.session import Query
from radgalgui.sky.measuring.units import Adding, adding_of

__all__ = ["MeasuringDesk"]

NO_PLACE = "This place is not on the sky: nothing can be measured here"


class MeasuringDesk(QObject):
    """Measures what is drawn, on the original wherever that is known, and keeps it in a `Book`.

    ``measured(Measurement)`` tells of each; ``failed(str)`` why there is none.
    """

    measured = Signal(object)
    failed = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.book = Book(self)
        self._background = Background(self)
        self._originals: dict[str, Sky] = {}

    # -- what is measured on ---------------------------------------------------------------

    def ground_of(self, sky: Sky) -> Ground | None:
        """Return what is measured on where a picture is drawn on; None where nothing can be.

        The original of the query for all pictures of it that are tied to it, since only there
        values are those of the sky; else the picture itself.
        """
        query = self._desk.session.current
        if query is not None and self._is_of(sky, query):
            original = self._original(query)
            if original is not None and place_in(sky, original, 0.0, 0.0) is not None:
                reduction = query.picture.reduction if query.picture is not None else 1
                return Ground(query.job, query.name, original, reduction)
            return Ground(query.job, query.name, sky)
        return Ground(self._key_of(sky), self._name_of(sky.grid), sky) if sky.grid else None

    def _key_of(self, sky: Sky) -> str:
        """Return the key of a picture's own galaxy: sources of two catalogues are not the same."""
        sources = self._desk.sources
        return sky.grid if sources is None else f"{sources.path}: {sky.grid}"

    def _is_of(self, sky: Sky, query: Query) -> bool:
        own = query.picture is not None and sky.values is query.picture.original
        return own or sky.grid == query.job

    def _original(self, query: Query) -> Sky | None:
        """Return the query's image as it was read, the same object while nothing changes."""
        picture, seen = query.picture, query.seen
        if picture is None:
            return None
        readout = self._desk.readout(picture.header)
        box = (*seen.pixel, seen.box) if seen is not None else None
        scale = readout.pixel_scale if readout is not None else 0.0
        made = Sky(picture.original, picture.unit, scale, readout, picture.beam, box)
        kept = self._originals.get(query.job)
        if (
            kept is None
            or (kept.readout, kept.box) != (readout, box)
            or (kept.values is not picture.original)
        ):
            kept = self._originals[query.job] = made
        return kept

    def _name_of(self, grid: str) -> str:
        kind, _, number = grid.partition(" ")
        if kind == "source" and number.isdigit() and self._desk.sources is not None:
            return self._desk.sources.name(int(number))
        return grid

    def lacks_beam(self) -> bool:
        """Whether the query's image is per beam, and its header tells no beam."""
        query = self._desk.session.current
        picture = query.picture if query is not None else None
        if picture is None or adding_of(picture.unit).adding is not Adding.BEAM:
            return False
        return not (picture.beam and picture.beam[0] > 0)

    def of(self, sky: Sky) -> list[Measurement]:
        """Return the measurements that belong on a picture."""
        query = self._desk.session.current
        keys = {self._key_of(sky)} if sky.grid else set()
        if query is not None and self._is_of(sky, query):
            keys.add(query.job)
        return self.book.of(keys)

    def forget_removed(self) -> None:
        """Let go what was measured on queries that are off the list."""
        jobs = {query.job for query in self._desk.session.queries}
        keys = {one.ground.key for one in self.book.all()}
        self._originals = {key: sky for key, sky in self._originals.items() if key in jobs}
        self.book.keep_only(key for key in keys if key in jobs or not key.startswith("query-"))

    # -- measuring -------------------------------------------------------------------------

    def ask(self, sky: Sky, wish: Wish, *, further: bool = False) -> None:
        """Measure what was drawn on a picture; ``further`` parts belong to the last size."""
        ground = self.ground_of(sky)
        if ground is None:
            self.failed.emit(NO_PLACE)
            return
        x, y = np.transpose(wish.places)
        found = place_in(sky, ground.sky, x, y)
        if found is None or not np.isfinite(found).all():
            self.failed.emit(NO_PLACE)
            return
        places = tuple((float(x), float(y)) for x, y in np.transpose(found))
        wish = replace(wish, places=places)
        before = self._last_size(ground.key) if further and wish.kind is Kind.SIZE else None
        if before is not None:
            wish = replace(wish, places=(*before.wish.places, *places))
        self._run(ground, wish, before.number if before is not None else 0)

    def again(self, measurement: Measurement, settings: Settings) -> None:
        """Measure the same in another way."""
        wish = replace(measurement.wish, settings=settings)
        self._run(measurement.ground, wish, measurement.number)

    def _last_size(self, key: str) -> Measurement | None:
        sizes = [one for one in self.book.of([key]) if one.kind is Kind.SIZE]
        return sizes[-1] if sizes else None

    def _run(self, ground: Ground, wish: Wish, number: int) -> None:
        per_beam = adding_of(ground.sky.unit).adding is Adding.BEAM
        field = field_of(ground.sky, wish.settings.beam if per_beam else 0.0)

        def keep(made: Measurement | None) -> None:
            if made is None:
                self.failed.emit(_nothing(wish))
                return
            own = number or self.book.next_number(ground.key)
            made = replace(made, number=own)
            self.book.add(made)
            self.measured.emit(made)

        def fail(error: Exception) -> None:
            if not isinstance(error, np.linalg.LinAlgError):
                raise error
            self.failed.emit(NO_PLACE)

        work: Callable[[], Measurement | None] = lambda: measure(ground, field, wish)  # noqa: E731
        self._background.run(work, keep, fail)

    def close(self) -> None:
        """End the thread."""
        self._background.close()


def _nothing(wish: Wish) -> str:
    level = f"{wish.settings.sigma:g}σ"
    return f"Nothing rises above {level} within three pixels of this place"
