"""How likely the galaxy is: its place among the catalogue's, and the second opinions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.elided import Elided
from radgalgui.gui.likelihood.chart import Mark
from radgalgui.gui.likelihood.histogram import Histogram
from radgalgui.gui.likelihood.percentile_bars import PercentileBars
from radgalgui.gui.scrolled import scrolled
from radgalgui.gui.theme import GRID, Tokens, numbers_font

__all__ = ["LikelihoodPanel", "Shown"]

HIGHEST = 232  # of histogram and bars: where there is more room it stays empty
NARROW = 360  # below this width there is no room for a histogram beside the bars


@dataclass(frozen=True)
class Shown:
    """What there is to say of a galaxy.

    ``percentiles`` are by every method, NaN where one has no say; None while they are awaited.
    ``mark`` is its place among the catalogue's log-likelihoods, None where it is not known.
    """

    headline: str
    beside: str
    percentiles: Mapping[str, float] | None = None
    mark: Mark | None = None
    query: bool = True
    sentences: tuple[str, ...] = field(default_factory=tuple)


class LikelihoodPanel(QWidget):
    """The likelihood of the query, or of the source that is selected.

    ``make_wanted()`` asks for a job that makes the likelihoods of the catalogue, ``open_wanted()``
    for the page on likelihoods.
    """

    make_wanted = Signal()
    open_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Likelihood of the galaxy")
        self.headline, self.beside = Elided("headline"), Elided("muted")
        self.histogram, self.bars = Histogram(brief=True), PercentileBars()
        self.message, self.notes = QLabel(), QLabel()
        self.make_button, self.more_button = QPushButton(), QPushButton("More…")
        self._prepare()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._said_page())
        self._stack.addWidget(self._told_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolled(self._stack))
        self.histogram.clicked.connect(self.open_wanted)
        self.more_button.clicked.connect(self.open_wanted)
        self.make_button.clicked.connect(self.make_wanted)

    def _prepare(self) -> None:
        font = QFont(numbers_font(self.font()))
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(QFont.Weight.DemiBold)
        self.headline.setFont(font)
        self.headline.setMinimumHeight(self.headline.fontMetrics().height())
        self.beside.setFont(numbers_font(self.font()))
        self.beside.setMinimumHeight(self.headline.minimumHeight())
        self.histogram.setAccessibleName("Log-likelihoods of the catalogue")
        self.histogram.setToolTip("Log-likelihoods of the catalogue; click to see more")
        self.message.setObjectName("muted")
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        self.notes.setObjectName("muted")
        self.notes.setWordWrap(True)
        self.more_button.setObjectName("small")
        self.more_button.setToolTip(
            "Compare sets, see the least likely and controls (Ctrl+Shift+H)"
        )
        self.more_button.setAccessibleName("More about likelihoods")

    def _said_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(3 * GRID, 0, 3 * GRID, GRID)
        column.setSpacing(GRID + 4)
        column.addStretch(1)
        column.addWidget(self.message)
        column.addWidget(self.make_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def _told_page(self) -> QWidget:
        page = QWidget()
        both = QWidget()
        both.setMaximumHeight(HIGHEST)
        column, top, row = QVBoxLayout(page), QHBoxLayout(), QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        column.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID)
        column.setSpacing(GRID // 2)
        top.setSpacing(GRID + 4)
        top.addWidget(self.headline)
        top.addWidget(self.beside, 1)
        top.addWidget(self.more_button)
        row.setSpacing(2 * GRID)
        row.addWidget(self.histogram, 4)
        row.addWidget(self.bars, 5)
        column.addLayout(top)
        column.addWidget(both, 10)
        column.addWidget(self.notes)
        column.addStretch(1)
        return page

    def sizeHint(self) -> QSize:
        """Return the room in which nothing scrolls."""
        return QSize(480, self._stack.sizeHint().height())

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.histogram.set_theme(tokens)
        self.bars.set_theme(tokens)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the histogram out where there is no room for both."""
        super().resizeEvent(event)
        self.histogram.setVisible(event.size().width() >= NARROW)

    # -- states ----------------------------------------------------------------------------

    def say(self, text: str, button: str = "") -> None:
        """Show a sentence in place of likelihoods, and a button where one helps."""
        self.message.setText(text)
        self.make_button.setText(button)
        self.make_button.setVisible(bool(button))
        self._stack.setCurrentIndex(0)
        self.setAccessibleDescription(text)

    def show_galaxy(self, shown: Shown) -> None:
        """Show what there is to say of a galaxy."""
        self._stack.setCurrentIndex(1)
        self.headline.setText(shown.headline)
        self.headline.setVisible(bool(shown.headline))
        self.beside.setText(shown.beside)
        self.histogram.mark(*([shown.mark] if shown.mark is not None else []))
        self.bars.show_percentiles(shown.percentiles, query=shown.query)
        self.notes.setText(" ".join(shown.sentences))
        self.notes.setVisible(bool(shown.sentences))
        parts = [shown.headline, shown.beside, *shown.sentences]
        self.setAccessibleDescription("; ".join(part for part in parts if part))

    @property
    def sentence(self) -> str:
        """What is said in place of likelihoods, "" where these are shown."""
        return self.message.text() if self._stack.currentIndex() == 0 else ""
