"""Live curves of a training: a small plot for each value that it tells, over the epochs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from radgalgui.gui.elided import Elided
from radgalgui.gui.still_plot import still_plot
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font
from radgalgui.gui.work.words import VALUES, figure, value_title
from radgalgui.jobs.work.reports import Point

__all__ = ["CurvePlot", "Curves"]

BLUE, PALE_BLUE = "#0072b2", "#56b4e9"
NARROWEST = 172  # of a plot, pixels
LOWEST = 92
#: Between the making of two plots, milliseconds.
BREATH_MS = 40

#: What the values are, for those who do not know.
TIPS = {
    "loss": "What the training makes smaller: how badly the network does what it is taught",
    "knn_accuracy": "How often the 20 nearest neighbours tell the class of a labelled galaxy."
    " Labels are only looked at here, never learned from",
    "held_out_likelihood": "How likely sources are that the flow has not seen, nats a component of"
    " the vector: the higher, the better it knows what is usual",
    "learned_likelihood": "The same of the sources that it learns from",
    "learning_rate": "How far each step goes; it rises at the beginning and falls to the end",
    "images_per_second": "Images that the training looks at each second",
}


class EpochAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis with marks at whole numbers only: there is no half an epoch."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return the distance of marks."""
        wanted = max((high - low) / max(size / 32, 1), 1.0)
        ten = 10.0 ** math.floor(math.log10(wanted))
        return [(next(step * ten for step in (1, 2, 5, 10) if step * ten >= wanted), 0.0)]


class ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis with few marks."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return the distance of marks: those that have words."""
        found: list[tuple[float, float]] = super().tickSpacing(low, high, size)[:1]
        return found


class CurvePlot(QWidget):
    """One value over the epochs, its last or the one under the pointer in words.

    ``hovered(step)`` tells the epoch under the pointer, -1 for none.
    """

    hovered = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self._steps = self._values = np.empty(0)
        self._marked = -1
        self.title = QLabel(value_title(name))
        self.title.setObjectName("muted")
        self.title.setToolTip(TIPS.get(name, ""))
        self.readout = Elided("strong")
        self.readout.setFont(numbers_font(self.readout.font()))
        self.readout.setAlignment(Qt.AlignmentFlag.AlignRight)
        axes = {"bottom": EpochAxis("bottom"), "left": ValueAxis("left")}
        self.plot = still_plot(value_title(name), axes)
        self.plot.setMinimumSize(120, 64)
        self.plot.getAxis("left").enableAutoSIPrefix(False)
        self.plot.getAxis("left").setWidth(48)
        self.plot.getAxis("bottom").enableAutoSIPrefix(False)
        self._line = self.plot.plot([], [], antialias=True)
        self._here = pg.InfiniteLine(angle=90)
        self._here.hide()
        self.plot.addItem(self._here, ignoreBounds=True)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        self.plot.viewport().installEventFilter(self)
        self._lay_out()
        self.set_theme(LIGHT)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.title)
        head.addWidget(self.readout, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(head)
        column.addWidget(self.plot, 1)
        self.setMinimumHeight(LOWEST)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.plot.setBackground(tokens.panel)
        colour = PALE_BLUE if tokens.dark else BLUE
        self._line.setPen(pg.mkPen(colour, width=2))
        self._line.setSymbolBrush(colour)
        self._line.setSymbolPen(None)
        self._here.setPen(pg.mkPen(tokens.strong_line, width=1))
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(tokens.strong_line)
            axis.setTextPen(tokens.muted)

    def show_points(self, points: Sequence[Point]) -> None:
        """Draw the value at each epoch; where it was not measured the line goes on."""
        told = [(p.step, p.values[self.name]) for p in points if self.name in p.values]
        known = [(step, value) for step, value in told if math.isfinite(value)]
        self._steps = np.array([step for step, _ in known], dtype=float)
        self._values = np.array([value for _, value in known], dtype=float)
        self._line.setData(self._steps, self._values)
        self._line.setSymbol("o" if len(known) < 20 else None)
        self._line.setSymbolSize(5)
        if points:
            last = max(points[-1].step, points[0].step + 1)
            self.plot.setXRange(points[0].step, last, padding=0.03)
        self.mark(self._marked)

    def mark(self, step: int) -> None:
        """Show the value at an epoch; -1 for the last one."""
        self._marked = step
        there = self._nearest(step)
        self._here.setVisible(there is not None and step >= 0)
        if there is None:
            self.readout.setText("")
            return
        words, epoch = figure(float(self._values[there])), int(self._steps[there])
        self._here.setValue(epoch)
        self.readout.setText(words if step < 0 else f"{words} at epoch {epoch}")
        self.plot.setAccessibleDescription(f"{words} at epoch {epoch}")

    def _nearest(self, step: int) -> int | None:
        if not len(self._steps):
            return None
        return len(self._steps) - 1 if step < 0 else int(np.abs(self._steps - step).argmin())

    def place_of(self, step: int) -> QPointF:
        """Return where an epoch stands in the plot's viewport, in the middle of its height."""
        box = self.plot.getPlotItem().vb
        middle = box.mapSceneToView(box.sceneBoundingRect().center()).y()
        at = box.mapViewToScene(QPointF(float(step), middle))
        return QPointF(self.plot.mapFromScene(at))

    def _hover(self, scene: QPointF) -> None:
        box = self.plot.getPlotItem().vb
        inside = box.sceneBoundingRect().contains(scene)
        there = round(box.mapSceneToView(scene).x()) if inside else -1
        self.hovered.emit(max(there, 0) if inside else -1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return to the last epoch when the pointer leaves."""
        if event.type() == QEvent.Type.Leave:
            self.hovered.emit(-1)
        return super().eventFilter(watched, event)


class Curves(QWidget):
    """The plots of a training, as many beside each other as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self.plots: dict[str, CurvePlot] = {}
        self._tokens = LIGHT
        self._columns = 0
        self._points: list[Point] = []
        self._wanted: list[str] = []
        self._placed: list[str] = []
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(BREATH_MS)
        self._later.timeout.connect(self._make)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(3 * GRID)
        self._grid.setVerticalSpacing(2 * GRID)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        for plot in self.plots.values():
            plot.set_theme(tokens)

    def show_points(self, points: Sequence[Point]) -> None:
        """Draw the values that are told, in an order that does not change as more come."""
        self._points, self._wanted = list(points), drawn_values(points)
        for name in [name for name in self.plots if name not in self._wanted]:
            plot = self.plots.pop(name)
            plot.setParent(None)
            plot.deleteLater()
        for plot in self.plots.values():
            plot.show_points(points)
        self._make_next()

    def _make_next(self) -> None:
        """Make one plot, and soon the next: all at once would hold the window up."""
        missing = [name for name in self._wanted if name not in self.plots]
        if missing:
            self._later.start()
        elif self._placed != list(self.plots):
            self._place(anew=True)

    def _make(self) -> None:
        missing = [name for name in self._wanted if name not in self.plots]
        if missing:
            plot = CurvePlot(missing[0])
            plot.set_theme(self._tokens)
            plot.hovered.connect(self._mark)
            plot.show_points(self._points)
            made = {**self.plots, missing[0]: plot}
            self.plots = {name: made[name] for name in self._wanted if name in made}
            self._place(anew=True)
            self._make_next()

    def _mark(self, step: int) -> None:
        for plot in self.plots.values():
            plot.mark(step)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the plots anew."""
        super().resizeEvent(event)
        self._place()

    def _place(self, *, anew: bool = False) -> None:
        room = (self.width() + 3 * GRID) // (NARROWEST + 3 * GRID)
        columns = min(max(room, 1), max(len(self.plots), 1))
        if columns == 3 and len(self.plots) == 4:
            columns = 2
        if columns == self._columns and not anew:
            return
        self._columns, self._placed = columns, list(self.plots)
        for number, plot in enumerate(self.plots.values()):
            self._grid.addWidget(plot, number // columns, number % columns)
        for number in range(self._grid.columnCount()):
            self._grid.setColumnStretch(number, 1 if number < columns else 0)


def drawn_values(points: Sequence[Point]) -> list[str]:
    """Return the names of the values that were told, those that everyone knows first."""
    told: dict[str, Any] = {}
    for point in points:
        told.update({name: None for name, value in point.values.items() if math.isfinite(value)})
    known = [name for name in VALUES if name in told]
    return [*known, *(name for name in told if name not in VALUES)]
