"""Pictures of what components hold: importance and mean value, and the variance curve."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from radgalgui.gui.colours import OKABE_ITO, on_ground
from radgalgui.gui.elided import Elided
from radgalgui.gui.still_plot import still_plot
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font
from radgalgui.gui.understand_table import signed
from radgalgui.jobs.events import Understanding
from radgalgui.jobs.understood import by_importance, holding

__all__ = ["ComponentPlot", "VariancePlot", "component_text"]

IMPORTANCE, MEAN = OKABE_ITO[0], OKABE_ITO[1]


def component_text(told: Understanding, number: int) -> str:
    """Return in a line what is known of a component."""
    parts = []
    if np.isfinite(told.importance[number]):
        error = told.error[number]
        sure = f" ± {error:.3f}" if np.isfinite(error) else ""
        parts.append(f"importance {told.importance[number]:.3f}{sure}")
    parts.append(f"mean {signed(told.mean[number])}, spread {told.spread[number]:.2f}")
    if np.isfinite(told.correlation[number]):
        parts.append(f"correlation {signed(told.correlation[number])}")
    return f"Component {number}: {', '.join(parts)}"


class _Plot(QWidget):
    """A plot that is looked at, not moved about, under a title and whatever stands beside it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = QLabel(title)
        self.title.setObjectName("strong")
        self.told: Understanding | None = None
        self.tokens = LIGHT
        self.plot = still_plot(title)
        for side in ("left", "bottom", "right"):
            self.plot.getAxis(side).enableAutoSIPrefix(False)
        self.head = QHBoxLayout()
        self.head.setSpacing(2 * GRID)
        self.head.addWidget(self.title)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(GRID // 2)
        self.body.addLayout(self.head)
        self.body.addWidget(self.plot, 1)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.tokens = tokens
        self.plot.setBackground(tokens.window)
        for side in ("left", "bottom", "right"):
            axis = self.plot.getAxis(side)
            axis.setPen(tokens.strong_line)
            axis.setTextPen(tokens.muted)
        self.draw()

    def show_told(self, told: Understanding | None) -> None:
        """Show what is known; None for nothing."""
        self.told = told
        self.draw()

    def label(self, side: str, words: str, swatch: str = "") -> None:
        """Name an axis, with a mark in the colour of what is measured along it."""
        mark = f'<span style="color: {swatch}">■</span> ' if swatch else ""
        self.plot.getAxis(side).setLabel(f"{mark}{words}", color=self.tokens.muted)

    def draw(self) -> None:
        """Draw everything anew."""


class ComponentPlot(_Plot):
    """Importance as bars, mean value as dots, over the component's number or rank.

    ``chosen(int)`` tells a component that was clicked.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__("Importance and mean value")
        self.sorted, self.marked, self.believed = False, -1, True
        self.readout = Elided("muted")
        self.readout.setFont(numbers_font(self.readout.font()))
        self.head.addWidget(self.readout, 1)
        self._bars = pg.BarGraphItem(x=[], height=[], width=0.8)
        self._dots = pg.ScatterPlotItem(size=5, pxMode=True)
        self._even = pg.InfiniteLine(angle=0)
        self._here = pg.InfiniteLine(angle=90)
        item = self.plot.getPlotItem()
        self._right = pg.ViewBox(enableMenu=False, enableMouse=False)
        item.showAxis("right")
        item.scene().addItem(self._right)
        item.getAxis("right").linkToView(self._right)
        self._right.setXLink(item)
        self._right.setZValue(1)  # dots above bars
        self._here.setZValue(-1)
        for thing in (self._even, self._here, self._bars):
            item.addItem(thing)
        self._right.addItem(self._dots)
        item.vb.sigResized.connect(self._follow)
        item.scene().sigMouseClicked.connect(self._click)
        item.scene().sigMouseMoved.connect(self._hover)

    @property
    def order(self) -> NDArray[np.int64]:
        """The components from left to right."""
        if self.told is None:
            return np.empty(0, dtype=np.int64)
        return by_importance(self.told) if self.sorted else np.arange(len(self.told.mean))

    @property
    def _first(self) -> int:
        """The number at the left end: ranks count from 1, components from 0."""
        return 1 if self.sorted else 0

    @property
    def _bar_colour(self) -> str:
        own = on_ground(IMPORTANCE, dark=self.tokens.dark)
        return own if self.believed else self.tokens.strong_line

    def set_sorted(self, by_rank: bool) -> None:
        """Order the components by falling importance, or by their numbers."""
        self.sorted = by_rank
        self.draw()

    def mark(self, number: int) -> None:
        """Mark a component; -1 for none."""
        self.marked = number
        self._show_mark()

    def draw(self) -> None:
        """Draw bars and dots anew."""
        told, order = self.told, self.order
        self._name_axes()
        for thing in (self._bars, self._dots, self._even):
            thing.setVisible(told is not None)
        if told is None:
            self.plot.setAccessibleDescription("")
            self._show_mark()
            return
        places = np.arange(len(order), dtype=float) + self._first
        heights = np.nan_to_num(told.importance[order], nan=0.0)
        colour = self._bar_colour
        self._bars.setOpts(x=places, height=heights, width=0.8, brush=colour, pen=None)
        self._dots.setData(x=places, y=told.mean[order], brush=MEAN, pen=None)
        self._even.setPen(pg.mkPen(self.tokens.muted, width=1, style=Qt.PenStyle.DashLine))
        self._even.setValue(1 / len(order))
        self._even.setVisible(bool(told.trees))
        self.plot.getAxis("left").setStyle(showValues=bool(told.trees))
        item, reach = self.plot.getPlotItem(), float(np.abs(told.mean).max()) * 1.08 or 1.0
        item.setXRange(places[0] - 0.5, places[-1] + 0.5, padding=0.01)
        item.setYRange(0, max(float(heights.max()) * 1.08, 2 / len(order)), padding=0)
        self._right.setYRange(-reach, reach, padding=0)
        self._show_mark()

    def _name_axes(self) -> None:
        self.label("left", "Importance", self._bar_colour)
        self.label("right", "Mean value", MEAN)
        self.label("bottom", "Rank by importance" if self.sorted else "Component")

    def _show_mark(self) -> None:
        found = np.flatnonzero(self.order == self.marked)
        self._here.setVisible(bool(len(found)))
        self._here.setPen(pg.mkPen(self.tokens.muted, width=1))
        if len(found):
            self._here.setValue(float(found[0]) + self._first)
        self._read(self.marked if len(found) else -1)

    def _read(self, number: int) -> None:
        if self.told is None or number < 0:
            self.readout.setText("")
            return
        text = component_text(self.told, number)
        self.readout.setText(text)
        self.plot.setAccessibleDescription(text)

    def component_at(self, scene: QPointF) -> int:
        """Return the component under a place of the scene, -1 where there is none."""
        box = self.plot.getPlotItem().vb
        if not box.sceneBoundingRect().contains(scene):
            return -1
        place, order = round(box.mapSceneToView(scene).x()) - self._first, self.order
        return int(order[place]) if 0 <= place < len(order) else -1

    def place_of(self, number: int) -> QPointF:
        """Return where the middle of a component's column stands in the plot's viewport."""
        box = self.plot.getPlotItem().vb
        (found,) = np.flatnonzero(self.order == number)
        middle = box.mapSceneToView(box.sceneBoundingRect().center()).y()
        at = box.mapViewToScene(QPointF(float(found) + self._first, middle))
        return QPointF(self.plot.mapFromScene(at))

    def _click(self, event: Any) -> None:
        number = self.component_at(event.scenePos())
        if number >= 0:
            self.chosen.emit(number)

    def _hover(self, scene: QPointF) -> None:
        number = self.component_at(scene)
        self._read(number if number >= 0 else self.marked)

    def _follow(self) -> None:
        self._right.setGeometry(self.plot.getPlotItem().vb.sceneBoundingRect())


class VariancePlot(_Plot):
    """The share of the variance that so many principal components hold, with marks at some."""

    def __init__(self) -> None:
        super().__init__("Variance held by principal components")
        self.plot.setYRange(0, 1, padding=0.03)

    def show_told(self, told: Understanding | None) -> None:
        """Show what is known; the curve is the same from the first telling to the last."""
        known = self.told
        if known is None or told is None or not np.array_equal(known.explained, told.explained):
            super().show_told(told)

    def draw(self) -> None:
        """Draw the curve and its marks anew."""
        self.label("left", "Share of the variance")
        self.label("bottom", "Principal components")
        self.plot.clear()
        told = self.told
        if told is None:
            return
        held = np.concatenate([[0.0], np.cumsum(told.explained)])
        self.plot.setXRange(0, len(told.explained), padding=0.02)
        colour = on_ground(IMPORTANCE, dark=self.tokens.dark)
        self.plot.plot(np.arange(len(held)), held, pen=pg.mkPen(colour, width=2))
        faint = pg.mkPen(self.tokens.strong_line, width=1)
        for share, count in holding(told).items():
            if not count:
                continue
            self.plot.plot((0, count, count), (share, share, 0), pen=faint)
            self.plot.plot((count,), (held[count],), pen=None, symbol="o", symbolSize=7,
                           symbolBrush=colour, symbolPen=None)  # fmt: skip
            self._tag(share, count, len(told.explained))

    def _tag(self, share: float, count: int, width: int) -> None:
        """Write beside a mark how many components hold how much."""
        left = count < 0.7 * width
        words = f"{count} hold {100 * share:.0f} %" if count > 1 else f"1 holds {100 * share:.0f} %"
        tag = pg.TextItem(words, color=self.tokens.text, anchor=(0, 0) if left else (1, 0))
        tag.setPos(count, share)
        self.plot.addItem(tag)
