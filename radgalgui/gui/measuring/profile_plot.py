"""A small plot of brightness against distance, in units of the image and of its noise."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from radgalgui.gui.elided import Elided
from radgalgui.gui.measuring.measurement import Measurement
from radgalgui.gui.measuring.telling import title
from radgalgui.gui.measuring.words import brightness, brightness_scale, length
from radgalgui.gui.still_plot import still_plot
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font
from radgalgui.sky.measuring.profiles import Profile

__all__ = ["ProfilePlot"]

BLUE, PALE_BLUE = "#0072b2", "#56b4e9"
MOST_DOTS = 60
LEVEL = 3.0  # times the noise, drawn as a line


class ProfilePlot(QWidget):
    """Shows one profile, the mean with its error as a band.

    ``pointed(float)`` tells the distance under the pointer, NaN for none; ``export_wanted()``
    asks for its numbers.
    """

    pointed = Signal(float)
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: Measurement | None = None
        self._tokens, self._scale = LIGHT, 1.0
        self.title, self.readout = QLabel(), Elided("muted")
        self.title.setObjectName("strong")
        self.readout.setFont(numbers_font(self.readout.font()))
        self.export_button = QPushButton("Export profile…")
        self.export_button.setToolTip("Distances, values and errors as CSV")
        self.export_button.clicked.connect(self.export_wanted)
        self.plot = still_plot("Profile")
        self._prepare()
        head = QHBoxLayout()
        head.setSpacing(2 * GRID)
        head.addWidget(self.title)
        head.addWidget(self.readout, 1)
        head.addWidget(self.export_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(head)
        column.addWidget(self.plot, 1)

    def _prepare(self) -> None:
        self.plot.setMinimumSize(180, 96)
        item = self.plot.getPlotItem()
        item.vb.setDefaultPadding(0.07)
        item.showAxis("right")
        for side in ("left", "bottom", "right"):
            item.getAxis(side).enableAutoSIPrefix(False)
        self._low, self._high = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._band = pg.FillBetweenItem(self._low, self._high)
        self._line = pg.PlotCurveItem(antialias=True)
        self._dots = pg.ScatterPlotItem(size=5, pxMode=True)
        words = {"position": 0.03, "anchors": [(0, 1), (0, 1)]}
        self._level = pg.InfiniteLine(angle=0, label=f"{LEVEL:g}σ", labelOpts=words)
        self._zero = pg.InfiniteLine(angle=0)
        self._here = pg.InfiniteLine(angle=90)
        self._here.hide()
        for thing in (self._band, self._zero, self._level, self._line, self._dots):
            item.addItem(thing)
        item.addItem(self._here, ignoreBounds=True)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        self.plot.viewport().installEventFilter(self)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.plot.setBackground(tokens.panel)
        colour = PALE_BLUE if tokens.dark else BLUE
        self._line.setPen(pg.mkPen(colour, width=2))
        self._dots.setBrush(colour)
        self._dots.setPen(None)
        shade = pg.mkColor(colour)
        shade.setAlphaF(0.22)
        self._band.setBrush(shade)
        self._zero.setPen(pg.mkPen(tokens.strong_line, width=1))
        self._level.setPen(pg.mkPen(tokens.muted, width=1, style=Qt.PenStyle.DashLine))
        self._level.label.setColor(tokens.muted)
        self._here.setPen(pg.mkPen(tokens.text, width=1))
        for side in ("left", "bottom", "right"):
            axis = self.plot.getPlotItem().getAxis(side)
            axis.setPen(tokens.strong_line)
            axis.setTextPen(tokens.muted)
        if self.shown is not None:
            self._label(self.shown)

    def show_profile(self, measurement: Measurement) -> None:
        """Show a profile that was measured."""
        profile = measurement.result
        if not isinstance(profile, Profile):
            return
        self.shown = measurement
        self.title.setText(f"{title(measurement)} {measurement.number}")
        largest = float(np.nanmax(np.abs(profile.value), initial=0.0))
        self._scale, _ = brightness_scale(largest, profile.unit)
        known = np.isfinite(profile.value)
        x, y = profile.distance[known], profile.value[known] * self._scale
        rings = profile.scatter.size > 0
        error = np.where(np.isfinite(profile.error), profile.error, 0.0)[known] * self._scale
        self._line.setData(profile.distance, profile.value * self._scale, connect="finite")
        dotted = rings and len(x) < MOST_DOTS
        self._dots.setData(x if dotted else [], y if dotted else [])
        self._low.setData(x, y - error)
        self._high.setData(x, y + error)
        self._band.setVisible(rings and bool(error.any()))
        self._zero.setValue(0.0)
        self._level.setVisible(profile.noise > 0)
        self._level.setValue(LEVEL * profile.noise * self._scale)
        self._label(measurement)
        self.plot.getPlotItem().enableAutoRange()
        self.point(math.nan)

    def _label(self, measurement: Measurement) -> None:
        profile, item = measurement.result, self.plot.getPlotItem()
        if not isinstance(profile, Profile):
            return
        muted = self._tokens.muted
        largest = float(np.nanmax(np.abs(profile.value), initial=0.0))
        unit = brightness_scale(largest, profile.unit)[1]
        rings = profile.scatter.size > 0
        along = "Distance from the centre" if rings else "Distance along the line"
        unit_along = "arcsec" if profile.in_arcsec else "px"
        item.getAxis("bottom").setLabel(f"{along} ({unit_along})", color=muted)
        item.getAxis("left").setLabel(unit or "Brightness", color=muted)
        right = item.getAxis("right")
        right.setStyle(showValues=profile.noise > 0)
        right.setLabel("Times the noise (σ)" if profile.noise > 0 else "", color=muted)
        if profile.noise > 0:
            right.setScale(1.0 / (profile.noise * self._scale))

    def point(self, distance: float) -> None:
        """Mark a distance and read its value; NaN for none."""
        measurement = self.shown
        profile = measurement.result if measurement is not None else None
        there = isinstance(profile, Profile) and math.isfinite(distance)
        self._here.setVisible(there)
        if not there or not isinstance(profile, Profile):
            self.readout.setText("")
            return
        nearest = int(np.argmin(np.abs(profile.distance - distance)))
        value, at = float(profile.value[nearest]), float(profile.distance[nearest])
        self._here.setValue(at)
        words = [length(at, in_arcsec=profile.in_arcsec), brightness(value, profile.unit)]
        if profile.noise > 0 and math.isfinite(value):
            words.append(f"{value / profile.noise:.1f}σ".replace("-", "−"))
        self.readout.setText("   ".join(words))

    def _hover(self, scene: QPointF) -> None:
        box = self.plot.getPlotItem().vb
        inside = box.sceneBoundingRect().contains(scene)
        distance = float(box.mapSceneToView(scene).x()) if inside else math.nan
        self.point(distance)
        self.pointed.emit(distance)

    def place_of(self, distance: float) -> QPointF:
        """Return where a distance stands in the plot's viewport, in the middle of its height."""
        box = self.plot.getPlotItem().vb
        middle = box.mapSceneToView(box.sceneBoundingRect().center()).y()
        return QPointF(self.plot.mapFromScene(box.mapViewToScene(QPointF(distance, middle))))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read nothing when the pointer leaves."""
        if event.type() == QEvent.Type.Leave:
            self.point(math.nan)
            self.pointed.emit(math.nan)
        return super().eventFilter(watched, event)
