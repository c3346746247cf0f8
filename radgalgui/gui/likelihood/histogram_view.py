"""A large histogram with what can be chosen about it, and its legend beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from radgalgui.gui.elided import Elided
from radgalgui.gui.likelihood.chart import Chart
from radgalgui.gui.likelihood.histogram import Histogram
from radgalgui.gui.likelihood.set_list import SetList
from radgalgui.gui.likelihood.words import edge
from radgalgui.gui.scrolled import scrolled
from radgalgui.gui.segments import Segments
from radgalgui.gui.theme import GRID, Tokens, numbers_font
from radgalgui.jobs.likelihood.methods import COMBINED, METHOD_WORDS, METHODS

__all__ = ["HistogramView"]

LEGEND = 296  # width, pixels
HINT = (
    "Drag over the histogram to choose the catalogue's sources there; Shift adds, Alt takes away."
)


class HistogramView(QWidget):
    """Method, heights and sets are chosen here; ``changed()`` tells that they were.

    ``add_wanted()`` asks for another catalogue, ``export_wanted()`` for a file,
    ``clear_wanted()`` to choose no source any more.
    """

    changed = Signal()
    add_wanted = Signal()
    export_wanted = Signal()
    clear_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.methods, self.histogram, self.lines = QComboBox(), Histogram(), SetList()
        self.heights = Segments(
            (
                ("Densities", "Per cent of each set in a bin: sets of any size can be compared"),
                ("Counts", "How many galaxies of each set are in a bin"),
            )
        )
        self.scales = Segments(
            (
                ("Linear", "Heights on a linear scale"),
                ("Log", "Heights on a logarithmic scale: the tails can be seen"),
            )
        )
        self.export_button = QPushButton("Export…")
        self.add_button, self.clear_button = QPushButton("Add a catalogue…"), QPushButton("Clear")
        self.readout, self.told, self.bins = Elided("muted"), Elided("strong"), QLabel()
        self._hovered = ""
        self._prepare()
        self._lay_out()
        self._connect()

    def _prepare(self) -> None:
        for name in (*METHODS, COMBINED):
            self.methods.addItem(METHOD_WORDS[name], name)
        self.methods.setAccessibleName("Method")
        self.methods.setToolTip("By which method galaxies are judged")
        self.histogram.setAccessibleName("Histogram of likelihoods")
        self.readout.setFont(numbers_font(self.font()))
        self.readout.setText(HINT)
        self.bins.setObjectName("muted")
        self.bins.setWordWrap(True)
        self.bins.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.export_button.setToolTip(
            "Write the figure as PNG or SVG, or its numbers as CSV (Ctrl+E)"
        )
        self.add_button.setToolTip("Judge the sources of another catalogue by this one")
        self.clear_button.setToolTip("Choose no source any more")
        self.clear_button.setObjectName("small")
        for button in (self.export_button, self.add_button, self.clear_button):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        top, below, side = QHBoxLayout(), QHBoxLayout(), QVBoxLayout()
        label = QLabel("Method")
        label.setObjectName("muted")
        label.setBuddy(self.methods)
        top.setSpacing(GRID)
        for widget in (label, self.methods, self.heights, self.scales):
            top.addWidget(widget)
        top.addStretch(1)
        top.addWidget(self.export_button)
        below.setSpacing(GRID)
        below.addWidget(self.told)
        below.addWidget(self.clear_button)
        below.addWidget(self.readout, 1)
        left = QVBoxLayout()
        left.setSpacing(GRID // 2)
        left.addWidget(self.histogram, 1)
        left.addLayout(below)
        legend = QWidget()
        column = QVBoxLayout(legend)
        column.setContentsMargins(0, 0, GRID, 0)
        column.addWidget(self.lines)
        column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        side.addWidget(scrolled(legend), 1)
        side.addWidget(self.bins)
        beside = QWidget()
        beside.setLayout(side)
        beside.setFixedWidth(LEGEND)
        side.setContentsMargins(0, GRID, 0, 0)
        both = QHBoxLayout()
        both.setSpacing(2 * GRID)
        both.addLayout(left, 1)
        both.addWidget(beside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GRID)
        whole.addLayout(top)
        whole.addLayout(both, 1)

    def _connect(self) -> None:
        self.methods.currentIndexChanged.connect(lambda _: self.changed.emit())
        for segments in (self.heights, self.scales):
            segments.changed.connect(lambda _: self.changed.emit())
        self.histogram.hovered.connect(self._hover)
        self.export_button.clicked.connect(self.export_wanted)
        self.add_button.clicked.connect(self.add_wanted)
        self.clear_button.clicked.connect(self.clear_wanted)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.histogram.set_theme(tokens)
        self.lines.set_theme(tokens)

    # -- choices ---------------------------------------------------------------------------

    @property
    def method(self) -> str:
        """By which method galaxies are judged."""
        return str(self.methods.currentData())

    @property
    def density(self) -> bool:
        """Whether heights are per cent of each set."""
        return self.heights.number == 0

    @property
    def log(self) -> bool:
        """Whether heights are on a logarithmic scale."""
        return self.scales.number == 1

    # -- words -----------------------------------------------------------------------------

    def _hover(self, text: str) -> None:
        self._hovered = text
        self.readout.setText(text or HINT)

    def say(self, chart: Chart, chosen: int, words: str) -> None:
        """Say how the bins came about, what lies beyond them, and what is chosen."""
        self.bins.setText(bin_words(chart))
        self.told.setText(f"{chosen:,} chosen: {words}" if chosen else "")
        self.told.setVisible(bool(chosen))
        self.clear_button.setVisible(bool(chosen))
        self.export_button.setText("Export…")

    def told_export(self, text: str) -> None:
        """Say what came of an export."""
        if text == "Exported":
            self.export_button.setText(text)
        else:
            self.readout.setText(text)


def bin_words(chart: Chart) -> str:
    """Return how the bins came about, and how many galaxies lie beyond them."""
    text = (
        f"All sets share bins of {edge(chart.bins.width)}, chosen for the open catalogue"
        " (Freedman & Diaconis 1981)."
    )
    below = sum(int(counts[0]) for counts in chart.counts)
    above = sum(int(counts[-1]) for counts in chart.counts)
    if below:
        text += f" {below:,} shown at < lie below {edge(chart.bins.low)}."
    if above:
        text += f" {above:,} shown at ≥ lie from {edge(chart.bins.high)} on."
    return text
