"""The side of the page: where to ask, how sources are found, how many there are, what to do."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.mosaic.desk import Finding
from radgalgui.gui.mosaic.roster import Roster
from radgalgui.gui.mosaic.source_list import SourceList
from radgalgui.gui.theme import GRID

__all__ = ["MOST_ASKED", "Finder"]

MOST_ASKED = 100  # questions put at once: a catalogue is the way for more
PAUSE_MS = 350  # after the last change of a number, before the search begins
WIDE = 392


class Finder(QWidget):
    """``changed(Finding)`` tells of other numbers, ``typed(text)`` of a position or name.

    ``ask_wanted()``, ``catalogue_wanted()`` and ``export_wanted()`` tell of its buttons.
    """

    changed = Signal(object)
    typed = Signal(str)
    ask_wanted = Signal()
    catalogue_wanted = Signal()
    export_wanted = Signal()

    def __init__(self, roster: Roster, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDE)
        self._roster = roster
        self._placed = True
        self.where = QLineEdit()
        self.where.setPlaceholderText("Position or name of a source")
        self.where.setAccessibleName("Position or name of a source")
        self.where.setToolTip(
            "Ask about a place: 13:45:41.2 +23:22:53, 206.4218 +23.3815 (ICRS), l=20.1 b=+75.2,\n"
            "or the name of a source in the list"
        )
        self.ask_there = QPushButton("Ask")
        self.sigma = _number(3.0, 1000.0, 5.0, " σ", 0.5, "Least peak of a source, in sigma")
        self.join = _number(0.0, 3600.0, 40.0, "″", 5.0, "Islands closer than this are one source")
        self.apart = _number(0.0, 3600.0, 0.0, "″", 5.0, "Least distance between sources")
        self.count, self.said = QLabel(), QLabel()
        self.count.setObjectName("strong")
        self.said.setObjectName("muted")
        self.said.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(3)
        self.bar.setAccessibleName("Reading the mosaic")
        self.ask, self.catalogue = QPushButton(), QPushButton()
        self.export = QPushButton("Export CSV…")
        self.export.setToolTip("Write positions, peaks and sizes of all sources found (Ctrl+E)")
        self.list = SourceList(roster)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._lay_out()
        self._connect()
        self.renew()

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.setSpacing(GRID)
        where.addWidget(self.where, 1)
        where.addWidget(self.ask_there)
        numbers = QGridLayout()
        numbers.setHorizontalSpacing(GRID)
        numbers.setVerticalSpacing(GRID // 2 + 2)
        numbers.setColumnStretch(0, 1)
        for row, (words, field) in enumerate(
            (
                ("Peak above the noise around", self.sigma),
                ("Join islands within", self.join),
                ("No two closer than", self.apart),
            )
        ):
            label = QLabel(words)
            label.setObjectName("muted")
            label.setBuddy(field)
            label.setToolTip(field.toolTip())
            numbers.addWidget(label, row, 0)
            numbers.addWidget(field, row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(where)
        column.addSpacing(GRID // 2)
        column.addLayout(numbers)
        column.addSpacing(GRID // 2)
        column.addWidget(self.count)
        column.addWidget(self.bar)
        column.addWidget(self.said)
        column.addWidget(self.list, 1)
        column.addWidget(self.ask)
        last = QHBoxLayout()
        last.setSpacing(GRID)
        last.addWidget(self.catalogue, 1)
        last.addWidget(self.export)
        column.addLayout(last)

    def _connect(self) -> None:
        for button in (self.ask_there, self.ask, self.catalogue, self.export):
            button.setAutoDefault(False)
        self._pause.timeout.connect(lambda: self.changed.emit(self.wanted))
        for field in (self.sigma, self.join, self.apart):
            field.valueChanged.connect(lambda _: self._pause.start())
        self.where.returnPressed.connect(self._type)
        self.ask_there.clicked.connect(self._type)
        self.ask.clicked.connect(self.ask_wanted)
        self.catalogue.clicked.connect(self.catalogue_wanted)
        self.export.clicked.connect(self.export_wanted)

    def _type(self) -> None:
        if self.where.text().strip():
            self.typed.emit(self.where.text())

    @property
    def wanted(self) -> Finding:
        """The numbers as they stand."""
        return Finding(self.sigma.value(), self.join.value(), self.apart.value())

    def set_placed(self, *, placed: bool, unit: str = "″") -> None:
        """Say whether the mosaic has coordinates, without which nothing can be asked."""
        self._placed = placed
        for field in (self.join, self.apart):
            field.setSuffix(unit)
        self.renew()

    def show_progress(self, done: int, total: int, words: str) -> None:
        """Show how far the reading is."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.show()
        self.say(f"{words}…")

    def rest(self) -> None:
        """Show that nothing is being read."""
        self.bar.hide()

    def say(self, text: str, kind: str = "muted") -> None:
        """Say something in the theme's colour for ``muted``, ``warning`` or ``failure``."""
        if self.said.objectName() != kind:
            self.said.setObjectName(kind)
            self.said.style().unpolish(self.said)
            self.said.style().polish(self.said)
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def renew(self) -> None:
        """Follow the roster."""
        roster = self._roster
        found, rest = roster.count, len(roster.unasked(MOST_ASKED + 1))
        self.list.renew(roster.marked)
        self.count.setText(f"{found:,} source{'' if found == 1 else 's'} found" if found else "")
        self.ask.setText(_ask_words(rest))
        self.ask.setEnabled(bool(rest) and self._placed)
        self.ask.setToolTip(
            f"One after another; {MOST_ASKED} at most at once, brightest first.\n"
            "For more of them make a catalogue: it shows all on a map of their own."
        )
        self.catalogue.setText("Make a catalogue…" if not found else f"Catalogue of all {found:,}…")
        self.catalogue.setToolTip("Cut them all out, embed them, and see them on their own map")
        self.catalogue.setEnabled(bool(found) and self._placed)
        self.export.setEnabled(bool(found))


def _ask_words(rest: int) -> str:
    if rest > MOST_ASKED:
        return f"Ask about the {MOST_ASKED} brightest"
    return f"Ask about all {rest}" if rest > 1 else "Ask about all"


def _number(
    low: float, high: float, value: float, suffix: str, step: float, tip: str
) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setRange(low, high)
    field.setDecimals(1)
    field.setSingleStep(step)
    field.setValue(value)
    field.setSuffix(suffix)
    field.setToolTip(tip)
    field.setAccessibleName(tip)
    field.setFixedWidth(88)
    field.setKeyboardTracking(False)
    return field
