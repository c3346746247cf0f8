"""A scale for how alike galaxies are: what the similarity of two at random is, told once asked."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from radgalgui.gui.background import Background
from radgalgui.gui.sources import Sources

if TYPE_CHECKING:
    from radgalgui.jobs.alike import ByChance

__all__ = ["Alikeness"]


class Alikeness(QObject):
    """``changed()`` tells that it is known for the catalogue and encoder last asked about."""

    changed = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._asked: tuple[Path, str] | None = None
        self.known: ByChance | None = None

    def want(self, sources: Sources) -> None:
        """Find it out for a catalogue and its encoder, unless that was asked last."""
        key = (sources.path, sources.encoder)
        if key == self._asked:
            return
        self._asked, self.known = key, None

        def take(found: ByChance | None) -> None:
            if key == self._asked and found is not None:
                self.known = found
                self.changed.emit()

        self._background.run(lambda: _by_chance(*key), take, lambda _: None)

    @property
    def briefly(self) -> tuple[str, ...]:
        """What two at random have, in ever fewer words; none while it is not known."""
        if self.known is None:
            return ()
        number = _number(self.known.median)
        return f"two at random: {number}", f"at random: {number}", f"random {number}"

    @property
    def explanation(self) -> str:
        """What the numbers below the pictures say, as HTML; "" while it is not known."""
        if self.known is None:
            return ""
        text = (
            "The number below each picture is the cosine similarity of the vectors: 1 is alike in"
            f" every way. Two sources of this catalogue at random have {_number(self.known.median)}"
            f" (median); one such pair in a hundred has more than {_number(self.known.high)}."
        )
        return f"<p>{html.escape(text)}</p>"


def _by_chance(catalog: Path, encoder: str) -> ByChance | None:
    from radgalgui.jobs.alike import by_chance

    return by_chance(catalog, encoder)


def _number(value: float) -> str:
    """Return two digits, and no sign before nought."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")
