"""The colours of a picture's pixels, found again quickly while limits are being dragged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from radgalgui.gui.colours import lookup_table
from radgalgui.gui.display import Display, limits_of, to_levels
from radgalgui.gui.thumbnails import indexed_image

__all__ = ["LARGE", "Levels"]

SMALL = 300 * 300  # pixels up to which every pixel goes through the stretch itself
LARGE = 700 * 700  # pixels from which on putting them into steps would hold up the window
STEPS = 65_535  # values told apart in larger pictures
FAINT = 200  # of a larger picture's brightest value: below, steps are equal


class Levels:
    """Pixels of one picture, ready to be coloured in any limits and stretch.

    Large pictures are put into 65,535 steps once, fine where pixels are faint, and every other
    look is a table of these steps: it differs from the stretch of each pixel by a level or two of
    256 where the colours change fastest, and mostly not at all.
    """

    def __init__(self, values: NDArray[np.floating]) -> None:
        self.values = values
        self._limits: dict[str, tuple[float, float]] = {}
        self._steps: NDArray[np.uint16] | None = None
        self._shades = np.zeros(STEPS + 1, np.float32)

    def limits(self, name: str) -> tuple[float, float]:
        """Return what limits of a name are in this picture."""
        if name not in self._limits:
            self._limits[name] = limits_of(self.values, name)
        return self._limits[name]

    def prepared(self, display: Display) -> Levels:
        """Return these once that is done which takes long: for a thread, before it is shown."""
        self.span(display)
        if self.values.size > SMALL:
            self._steps, self._shades = _stepped(self.values)
        return self

    def span(self, display: Display) -> tuple[float, float]:
        """Return the values that are black and white in a display."""
        return display.span or self.limits(display.limits)

    def image(self, display: Display) -> QImage:
        """Return the picture in a display, row 0 of the values at the bottom."""
        whole = replace(display, span=self.span(display))
        table = lookup_table(display.colour_map)
        if self.values.size <= SMALL:
            return indexed_image(to_levels(self.values, whole), table)
        if self._steps is None:
            self._steps, self._shades = _stepped(self.values)
        return self._coloured(self._steps, table[self._table(self._steps, whole)])

    def _table(self, steps: NDArray[np.uint16], display: Display) -> NDArray[np.uint8]:
        """Return the level of each step."""
        if display.stretch != "histeq":
            return to_levels(self._shades, display)
        counts = np.bincount(steps.ravel(), minlength=STEPS + 1)[1:]
        grown = np.cumsum(counts) / max(int(counts.sum()), 1)
        low, high = np.searchsorted(self._shades[1:], self.span(display))
        grown[:low] = grown[low - 1] if low else 0.0  # as one value, as astropy has it
        grown[high:] = 1.0
        made = np.clip(grown, 0.0, 1.0)
        return np.concatenate([[0], np.round(made * 255)]).astype(np.uint8)

    def _coloured(self, steps: NDArray[np.uint16], colours: NDArray[np.uint8]) -> QImage:
        rgb = colours.astype(np.uint32)
        words = 0xFF000000 | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]
        pixels = np.take(words.astype(np.uint32), steps)
        height, width = steps.shape
        made = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        return made.copy()  # which owns its memory


def _stepped(values: NDArray[np.floating]) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
    """Return pixels as steps, turned for a `QImage`, and the value of each step; 0 is blank."""
    turned = np.asarray(values[::-1], np.float32)
    finite = np.isfinite(turned)
    known = turned[finite]
    shades = np.full(STEPS + 1, np.nan, np.float32)
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    middle = float(np.median(known[:: max(known.size // 100_000, 1)])) if known.size else 0.0
    knee = np.float32(max((high - low) / FAINT / 20, 1e-30))
    ends = np.arcsinh((np.array([low, high]) - middle) / knee)
    width = max(float(ends[1] - ends[0]), 1e-12)
    bent = np.arcsinh((turned - np.float32(middle)) / knee)
    bent = (bent - np.float32(ends[0])) * np.float32((STEPS - 1) / width) + np.float32(1.5)
    with np.errstate(invalid="ignore"):
        steps = np.where(finite, np.clip(bent, 1, STEPS), 0).astype(np.uint16)
    places = ends[0] + width * np.arange(STEPS) / (STEPS - 1)
    shades[1:] = middle + knee * np.sinh(places)
    return steps, shades
