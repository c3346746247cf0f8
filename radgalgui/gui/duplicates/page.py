"""The page of duplicates: pairs in a list, one of them side by side, and what becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.duplicates.ask_bar import AskBar
from radgalgui.gui.duplicates.nearest_chart import NearestChart
from radgalgui.gui.duplicates.pair_desk import PairDesk
from radgalgui.gui.duplicates.pair_list import DECIDED, PairList
from radgalgui.gui.duplicates.pair_view import PairView
from radgalgui.gui.duplicates.pairs import Pair
from radgalgui.gui.front import come_to_front
from radgalgui.gui.saving import ask_where
from radgalgui.gui.segments import Segments
from radgalgui.gui.survey.commands import home_of_catalogues
from radgalgui.gui.theme import GRID, Tokens
from radgalgui.gui.thumbnails import Thumbnails
from radgalgui.jobs.duplicates.decisions import Keep

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["DuplicatesPage"]

SIZE = (1240, 780)
ALL, OPEN = 0, 1
KEEPS: tuple[tuple[Keep, str], ...] = (
    ("left", "Leave the right one out"),
    ("right", "Leave the left one out"),
    ("both", "They are two different sources"),
    ("merge", "Keep the left one, fill its unknown values from the right one, note the other name"),
)
NOT_LOOKED = "Find pairs of sources that lie close together on the sky, or whose images are alike."
NONE_FOUND = "No two sources are that close. Look within more, if you doubt it."
ALL_DECIDED = "Of all pairs something was decided."


class DuplicatesPage(QDialog):
    """Stays open beside the main window; ``help_wanted()`` asks for its help."""

    help_wanted = Signal()

    def __init__(self, window: MainWindow, desk: PairDesk) -> None:
        super().__init__(window)
        self._window, self.desk = window, desk
        self._thumbnails: Thumbnails | None = None
        self._shown: object = None
        self.setWindowTitle("Duplicates")
        self.setModal(False)
        self.ask, self.words = AskBar(), QLabel()
        self.which = Segments([("All", "All pairs"), ("Open", "Pairs that wait for a decision")])
        self.pairs, self.view, self.empty = PairList(), PairView(), QLabel()
        self.chart = NearestChart()
        self.stack = QStackedWidget()
        self.keeps = [self._button(f"{DECIDED[k]}   {i}", t) for i, (k, t) in enumerate(KEEPS, 1)]
        self.undo_button = self._button("Undo", "Take the last decision back (Ctrl+Z)")
        self.choose_button = self._button(
            "Choose those that go", "Choose the sources to leave out, on map and in table"
        )
        self.export_button = self._button("Export decisions…", "As CSV")
        self.new_button = self._button(
            "New catalogue without them…", "Another catalogue; this one stays as it is"
        )
        self.here_button = self._button(
            "Leave them out here…", "Make this catalogue anew without them"
        )
        self.help_button = quiet_button("info", "What is this? Help on duplicates (F1)")
        self._lay_out()
        self._connect()
        self._renew()

    # -- building --------------------------------------------------------------------------

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text}: {tip}")
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        self.empty.setObjectName("muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.words.setWordWrap(True)
        top, second, below = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.ask, 1)
        top.addWidget(self.help_button)
        second.addWidget(self.words, 1)
        second.addWidget(self.which)
        self.stack.addWidget(self._halves())
        self.stack.addWidget(self.empty)
        below.setSpacing(GRID)
        for button in (self.choose_button, self.export_button):
            below.addWidget(button)
        below.addStretch(1)
        for button in (self.here_button, self.new_button):
            below.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        whole.setSpacing(GRID + 4)
        for layout in (top, second):
            layout.setSpacing(GRID)
            whole.addLayout(layout)
        whole.addWidget(self.stack, 1)
        whole.addLayout(below)

    def _halves(self) -> QSplitter:
        """Return the pairs at the left, and the one that is decided on at the right."""
        left, right, decide = QWidget(), QWidget(), QHBoxLayout()
        lists, column = QVBoxLayout(left), QVBoxLayout(right)
        lists.setContentsMargins(0, 0, 0, 0)
        lists.setSpacing(GRID)
        lists.addWidget(self.pairs, 1)
        lists.addWidget(self.chart)
        column.setContentsMargins(GRID, 0, 0, 0)
        column.addWidget(self.view, 1)
        decide.setSpacing(GRID)
        decide.addStretch(1)
        for button in (*self.keeps, self.undo_button):
            decide.addWidget(button)
        decide.addStretch(1)
        column.addLayout(decide)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.addWidget(left)
        halves.addWidget(right)
        halves.setStretchFactor(1, 1)
        halves.setSizes([540, 660])
        halves.setChildrenCollapsible(False)
        return halves

    def _connect(self) -> None:
        desk = self.desk
        desk.changed.connect(self._renew)
        desk.decided.connect(self._refresh)
        self.ask.asked.connect(desk.look)
        self.ask.stopped.connect(desk.stop)
        self.chart.dragged.connect(self.ask.set_distance)
        self.which.changed.connect(lambda _: self._list())
        self.pairs.turned.connect(lambda _: self._show())
        self.view.picked.connect(self._window.desk.session.select)
        for number, button in enumerate(self.keeps):
            button.clicked.connect(lambda _=False, n=number: self.decide(n))
        self.undo_button.clicked.connect(self.undo)
        self.choose_button.clicked.connect(desk.choose)
        self.export_button.clicked.connect(self._export)
        self.new_button.clicked.connect(self._make_new)
        self.here_button.clicked.connect(self._leave_out_here)
        self.help_button.clicked.connect(self.help_wanted)
        for keys, slot in (("Ctrl+Z", self.undo), ("F1", self.help_wanted.emit)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.help_button, tokens)
        self.pairs.set_theme(tokens)
        self.view.set_theme(tokens)
        self.chart.set_theme(tokens)

    # -- showing ---------------------------------------------------------------------------

    def open(self) -> None:
        """Come to the front."""
        come_to_front(self, SIZE)
        (self.pairs if self.desk.pairs else self.ask.find_button).setFocus()

    def _renew(self) -> None:
        """Show what was found, and how the search stands."""
        sources = self.desk.sources
        if sources is not None and (self._shown is None or self._shown != sources.path):
            self._shown = sources.path
            self.ask.set_sources(sources)
            colours = self._window.settings.display().colour_map
            self._thumbnails = Thumbnails(sources.images, colours)
        self.ask.set_working(bool(self.desk.working), able=self.desk.ready)
        self.chart.show_counts(self.desk.counts, self.desk.limit)
        self._list()

    def _list(self) -> None:
        """Show the pairs that are wanted, and look at the same as before where it is there."""
        at = self.pairs.at
        before = self.pairs.rows.pairs[at] if 0 <= at < len(self.pairs.rows.pairs) else None
        ledger, shown = self.desk.ledger, self.desk.pairs
        if self.which.number == OPEN:
            shown = [pair for pair in shown if ledger.of(pair) is None]
        if shown != self.pairs.rows.pairs or ledger is not self.pairs.rows.ledger:
            self.pairs.rows.show_pairs(self.desk.sources, list(shown), ledger)
            if shown:
                self.pairs.turn_to(shown.index(before) if before in shown else 0)
        self.stack.setCurrentIndex(0 if shown else 1)
        done = ALL_DECIDED if self.desk.pairs else NONE_FOUND
        self.empty.setText(self.desk.working or (done if self.desk.looked else NOT_LOOKED))
        self._refresh()

    def _refresh(self) -> None:
        """Show what was decided."""
        self.pairs.viewport().update()
        self._show()
        self.words.setText(self._summary())
        decisions, out = len(self.desk.ledger), self.desk.left_out()
        self.which.setVisible(bool(self.desk.pairs))
        self.undo_button.setEnabled(self.desk.ledger.can_undo)
        self.export_button.setEnabled(bool(decisions))
        for button in (self.choose_button, self.new_button):
            button.setEnabled(bool(out))
        self.here_button.setEnabled(bool(out) and self.desk.changeable)
        if not self.desk.changeable:
            self.here_button.setToolTip("The catalogue that comes along stays as it is")

    def _summary(self) -> str:
        desk = self.desk
        if desk.working:
            return desk.working
        if desk.problem:
            return desk.problem
        if desk.sources is None or not desk.looked:
            return ""
        decided = sum(1 for pair in desk.pairs if desk.ledger.of(pair))
        count = len(desk.pairs)
        told = f"{count:,} {'pair' if count == 1 else 'pairs'} among {desk.sources.count_text()}"
        told += f" · {decided:,} decided" if decided else ""
        told += f" · {desk.left_out():,} to leave out" if desk.left_out() else ""
        return told + (f" · cosine distance up to {desk.limit:.2g}" if desk.limit else "")

    def _pair(self) -> Pair | None:
        at = self.pairs.at
        return self.pairs.rows.pairs[at] if 0 <= at < len(self.pairs.rows.pairs) else None

    def _show(self) -> None:
        pair, sources = self._pair(), self.desk.sources
        for button in self.keeps:
            button.setEnabled(pair is not None)
        if pair is not None and sources is not None and self._thumbnails is not None:
            self.view.show_pair(sources, pair, self.desk.ledger.of(pair), self._thumbnails)

    # -- deciding --------------------------------------------------------------------------

    def decide(self, number: int) -> None:
        """Decide upon the pair that is looked at, and go on to the next that is open."""
        pair = self._pair()
        if pair is None:
            return
        self.desk.decide(pair, KEEPS[number][0])
        if self.which.number == OPEN:
            at = self.pairs.at
            self._list()
            self.pairs.turn_to(min(at, len(self.pairs.rows.pairs) - 1))
            return
        pairs, ledger = self.pairs.rows.pairs, self.desk.ledger
        after = range(self.pairs.at + 1, len(pairs))
        self.pairs.turn_to(next((i for i in after if ledger.of(pairs[i]) is None), self.pairs.at))

    def undo(self) -> None:
        """Take back the last decision, and look at its pair again."""
        rows = self.desk.undo()
        if rows is not None:
            self._list()
            places = [(pair.left, pair.right) for pair in self.pairs.rows.pairs]
            self.pairs.turn_to(places.index(rows) if rows in places else -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Decide by the keys 1 to 4, take back by Backspace; close by Escape alone."""
        number = event.key() - Qt.Key.Key_1
        pair = self._pair()
        if 0 <= number < len(KEEPS):
            self.decide(number)
        elif event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_0) and pair is not None:
            self.desk.decide(pair, None)
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    # -- what comes of it ------------------------------------------------------------------

    def _export(self) -> None:
        path = ask_where(self, self._window.settings, "Export decisions", "duplicates.csv")
        if path is not None:
            self.desk.export(path)

    def _make_new(self) -> None:
        sources = self.desk.sources
        if sources is None:
            return
        start = home_of_catalogues() / f"{sources.path.name}-without-duplicates"
        name, _ = QFileDialog.getSaveFileName(
            self, "Folder of the new catalogue", str(start), "Catalogue folder (*)"
        )
        if name:
            self.desk.leave_out(Path(name))

    def _leave_out_here(self) -> None:
        sources, out = self.desk.sources, self.desk.left_out()
        if sources is None:
            return
        text = f"Leave {out:,} of {len(sources):,} sources out of {sources.path.name}?"
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Leave duplicates out", text, parent=self)
        box.setInformativeText("Its maps and indexes are made anew. This cannot be undone.")
        leave = box.addButton("Leave them out", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.exec()
        if box.clickedButton() is leave:
            self.desk.leave_out(None)
