"""What is under the pointer: position in several frames, pixel and value, in two lines."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from radgalgui.gui.elided import Elided
from radgalgui.gui.measuring.words import brightness
from radgalgui.gui.picture_view import Sky
from radgalgui.gui.sky_readout import SkyReadout, sexagesimal
from radgalgui.gui.theme import numbers_font

__all__ = ["CursorReadout", "pixel_words", "position_words", "value_words"]

GAP = "   "
HINT = "Point at a picture to read position and brightness"
TIP = (
    "<p>Position under the pointer: right ascension and declination in ICRS (equal to J2000 within"
    " 0.1″), sexagesimal and in degrees, then Galactic longitude and latitude; in B1950 as well"
    " where the image's header is in FK4.</p><p>Pixels are counted as FITS does: the middle of the"
    " first one is (1, 1). Behind the value: how many times the noise (σ) it is.</p>"
)


class CursorReadout(QWidget):
    """Two lines of text below the pictures, one where room is short; empty ones keep their room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Readout under the pointer")
        self.lines = Elided("muted"), Elided("muted")
        self._told, self._brief = ("", ""), ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        for line in self.lines:
            line.setFont(numbers_font(line.font()))
            line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            line.explain(TIP)
            column.addWidget(line)
        self.clear()

    def tell(self, first: str, second: str, brief: str = "") -> None:
        """Show two lines; ``brief`` is the same with what matters most first, for a single one."""
        self._told, self._brief = (first, second), brief
        texts = self._told if not self.lines[1].isHidden() else (brief or self.whole, "")
        for line, text in zip(self.lines, texts, strict=True):
            line.setText(text)
        if not self.whole:
            self.lines[0].setText(HINT)
        self.setAccessibleDescription(self.whole)

    def be_brief(self, *, brief: bool) -> None:
        """Take one line, or two."""
        if self.lines[1].isHidden() is not brief:
            self.lines[1].setVisible(not brief)
            self.tell(*self._told, self._brief)

    def clear(self) -> None:
        """Show that nothing is under the pointer."""
        self.tell("", "")

    @property
    def whole(self) -> str:
        """All that is told, in full."""
        return GAP.join(filter(None, self._told))

    def point(self, sky: Sky, x: float, y: float, value: str = "") -> None:
        """Tell of a 0-based pixel, with its value or what stands for it."""
        frames, pixel = position_words(sky.readout, x, y), pixel_words(x, y)
        told = value or value_words(sky, x, y)
        brief = GAP.join([*frames[:1], told, pixel, *frames[1:]])
        self.tell(GAP.join(frames[:-1]), GAP.join([pixel, told, *frames[-1:]]), brief)


def position_words(readout: SkyReadout | None, x: float, y: float) -> list[str]:
    """Return a pixel's position: ICRS sexagesimal, in degrees, B1950 in FK4, Galactic last.

    Empty where it has none.
    """
    where = readout.at(x, y) if readout is not None else None
    if readout is None or where is None:
        return []
    words = [sexagesimal(*where), f"{where[0]:.6f}° {where[1]:+.6f}°"]
    old = readout.besselian(x, y)
    if old is not None:
        words.append(f"B{readout.equinox:g} {sexagesimal(*old)}")
    lon, lat = readout.galactic(*where)
    return [*words, f"l {lon:.5f}° b {lat:+.5f}°"]


def pixel_words(x: float, y: float) -> str:
    """Return a 0-based pixel as FITS counts."""
    return f"FITS x {x + 1:.1f} y {y + 1:.1f}"


def value_words(sky: Sky, x: float, y: float, *, signed: bool = False) -> str:
    """Return the value of the pixel at a place, and how many times the noise it is."""
    height, width = sky.values.shape
    row = min(max(math.floor(y + 0.5), 0), height - 1)
    column = min(max(math.floor(x + 0.5), 0), width - 1)
    value = float(sky.values[row, column])
    if value != value:
        return "blank"
    if signed:
        return f"{value:+.1f} {sky.unit}".replace("-", "−")
    words = brightness(value, sky.unit)
    return f"{words}  {value / sky.noise:.1f}σ".replace("-", "−") if sky.noise > 0 else words
