"""All measurements of a session, by the galaxy they were made on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Signal

from radgalgui.gui.measuring.measurement import Measurement

__all__ = ["Book"]


class Book(QObject):
    """Measurements in the order in which they were made; ``changed()`` tells of any change."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._made: list[Measurement] = []
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._made)

    def all(self) -> list[Measurement]:
        """Return all of them."""
        return list(self._made)

    def of(self, keys: Iterable[str]) -> list[Measurement]:
        """Return those of some galaxies."""
        wanted = set(keys)
        return [one for one in self._made if one.ground.key in wanted]

    def next_number(self, key: str) -> int:
        """Return the number of a galaxy's next measurement, which none has had before."""
        return self._numbers.get(key, 0) + 1

    def add(self, measurement: Measurement) -> None:
        """Keep one, in place of one of the same number of the same galaxy."""
        same = self._place(measurement)
        key = measurement.ground.key
        self._numbers[key] = max(measurement.number, self._numbers.get(key, 0))
        if same is None:
            self._made.append(measurement)
        else:
            self._made[same] = measurement
        self.changed.emit()

    def _place(self, measurement: Measurement) -> int | None:
        name = (measurement.ground.key, measurement.number)
        places = (i for i, one in enumerate(self._made) if (one.ground.key, one.number) == name)
        return next(places, None)

    def remove(self, measurements: Iterable[Measurement]) -> None:
        """Let some go."""
        gone = {id(one) for one in measurements}
        self._made = [one for one in self._made if id(one) not in gone]
        self.changed.emit()

    def put_back(self, before: Sequence[Measurement]) -> None:
        """Have again what was there before, with what was made since."""
        known = {id(one) for one in before}
        self._made = [*before, *(one for one in self._made if id(one) not in known)]
        self.changed.emit()

    def keep_only(self, keys: Iterable[str]) -> None:
        """Let go those of galaxies that are no more."""
        kept = self.of(keys)
        if len(kept) != len(self._made):
            self._made = kept
            self.changed.emit()
