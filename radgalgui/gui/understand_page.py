"""The page that says what the components of vectors hold, and whether to believe it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.desk import Desk
from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.front import come_to_front
from radgalgui.gui.names import encoder_title
from radgalgui.gui.saving import ask_where
from radgalgui.gui.settings import Settings
from radgalgui.gui.sources import Sources, column_title, column_words
from radgalgui.gui.theme import GRID, Tokens
from radgalgui.gui.understand_desk import UnderstandDesk
from radgalgui.gui.understand_export import components_text, export_components
from radgalgui.gui.understand_plots import ComponentPlot, VariancePlot
from radgalgui.gui.understand_table import ComponentTable
from radgalgui.jobs.understood import Verdict, by_importance, forest_text, verdict

__all__ = ["UnderstandPage"]

SIZE = (1240, 760)
FILTERS = "CSV (*.csv);;JSON (*.json)"
#: How a verdict is shown: by the name of a style, beside its words.
STYLES = {"nothing": "warning", "little": "warning", "well": "strong", "unknown": "muted"}


class UnderstandPage(QDialog):
    """A window beside the main one; ``help_wanted()`` asks for its page of the help."""

    help_wanted = Signal()

    def __init__(self, parent: QWidget, desk: Desk, settings: Settings) -> None:
        super().__init__(parent)
        self._desk, self._settings = desk, settings
        self.asking = UnderstandDesk(desk.link, self)
        self.setWindowTitle("Understanding the vector")
        self.setModal(False)
        self.columns, self.encoder = QComboBox(), QLabel()
        self.stop_button, self.copy_button = QPushButton("Stop"), QPushButton("Copy as CSV")
        self.export_button = QPushButton("Export…")
        self.help_button = quiet_button("info", "What is this? Help on components (F1)")
        self.verdict, self.state = QLabel(), QLabel()
        self.plot, self.variance, self.table = ComponentPlot(), VariancePlot(), ComponentTable()
        self.orders = QWidget()
        self._follows = True  # as long as the user has chosen no component
        self._prepare()
        self._lay_out()
        self._connect()

    # -- building --------------------------------------------------------------------------

    def _prepare(self) -> None:
        self.columns.setAccessibleName("Column that the components shall tell")
        self.columns.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.encoder.setObjectName("muted")
        self.export_button.setToolTip("Write all components as CSV or JSON (Ctrl+E)")
        self.copy_button.setToolTip("Copy the table of components (Ctrl+C)")
        for push in (self.stop_button, self.export_button, self.copy_button):
            push.setAutoDefault(False)
        for label in (self.verdict, self.state):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.state.setObjectName("muted")
        self._offer_orders()

    def _offer_orders(self) -> None:
        self.orders.setObjectName("segments")
        self.orders.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._orders = QButtonGroup(self)
        row = QHBoxLayout(self.orders)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for text, tip in (
            ("By number", "Components as they stand in the vector"),
            ("By importance", "The most important component first"),
        ):
            button = QToolButton()
            button.setObjectName("segment")
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(f"Order {text.lower()}")
            button.setCheckable(True)
            self._orders.addButton(button)
            row.addWidget(button)
        self._orders.buttons()[0].setChecked(True)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        label = QLabel("Column")
        label.setObjectName("muted")
        label.setBuddy(self.columns)
        left: tuple[QWidget, ...] = (label, self.columns, self.encoder)
        right: tuple[QWidget, ...] = (self.stop_button, self.export_button, self.copy_button)
        for widget in left:
            top.addWidget(widget)
        top.addStretch(1)
        for widget in (*right, self.help_button):
            top.addWidget(widget)
        self.plot.head.addWidget(self.orders)
        below = QSplitter(Qt.Orientation.Horizontal)
        below.addWidget(self.variance)
        below.addWidget(self.table)
        below.setSizes([740, 470])
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.addWidget(self.plot)
        halves.addWidget(below)
        halves.setSizes([340, 300])
        for splitter in (below, halves):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(1)
        self.plot.body.setContentsMargins(0, 0, 0, GRID)
        self.variance.body.setContentsMargins(0, GRID, GRID, 0)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.verdict)
        words.addWidget(self.state)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID + 4, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addLayout(words)
        column.addWidget(halves, 1)

    def _connect(self) -> None:
        self._desk.sources_ready.connect(lambda _: self.asking.forget())
        self._desk.sources_ready.connect(self._take_sources)
        self._desk.encoder_changed.connect(self._take_sources)
        self._desk.status_changed.connect(self._show_state)
        self.asking.changed.connect(self._show)
        self.columns.activated.connect(lambda _row: self._ask())
        self.stop_button.clicked.connect(self._stop_or_begin)
        self.export_button.clicked.connect(self.export)
        self.copy_button.clicked.connect(self.copy)
        self.help_button.clicked.connect(self.help_wanted)
        self._orders.idClicked.connect(lambda _number: self._reorder())
        self.table.chosen.connect(self._choose)
        self.plot.chosen.connect(self._pick)
        for keys, slot in (
            ("Ctrl+E", self.export),
            ("Ctrl+C", self.copy),
            ("F1", self.help_wanted.emit),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.help_button, tokens)
        self.plot.set_theme(tokens)
        self.variance.set_theme(tokens)

    # -- asking ----------------------------------------------------------------------------

    def open(self, column: str = "") -> None:
        """Come to the front, and ask; of that column, where there is no other choice yet."""
        come_to_front(self, SIZE)
        if self._desk.sources is not None:
            self._offer(self._desk.sources, self.columns.currentData() or column)
        self._ask()
        self.table.setFocus()

    def _take_sources(self, sources: Sources) -> None:
        self._offer(sources, self.columns.currentData() or "")
        if self.isVisible():
            self._ask()

    def _offer(self, sources: Sources, chosen: str) -> None:
        self.columns.clear()
        for name in sources.measured():
            self.columns.addItem(column_title(name), name)
        self.columns.setEnabled(self.columns.count() > 0)
        self.columns.setCurrentIndex(max(self.columns.findData(chosen), 0))

    def _ask(self) -> None:
        sources, column = self._desk.sources, self.columns.currentData()
        if sources is not None and column and not sources.obstacle:
            self._follows = True
            self.asking.ask(sources.path, sources.encoder, column)
        self._show()

    def _stop_or_begin(self) -> None:
        if self.asking.open:
            self.asking.stop()
        else:
            self._ask()

    def reject(self) -> None:
        """Close, by Escape or by the window's button; grow no further for nobody."""
        self.asking.stop()
        super().reject()

    # -- showing ---------------------------------------------------------------------------

    def _show(self) -> None:
        told = self.asking.told
        judged = self._judged()
        self.plot.believed = judged.grade not in ("nothing", "unknown")
        self.plot.show_told(told)
        self.variance.show_told(told)
        self.table.show_told(told)
        if told is not None and told.trees and self._follows:
            self.table.mark(int(by_importance(told)[0]))
            self._follows = True
        self._say(judged)
        self._show_state()
        self.copy_button.setText("Copy as CSV")
        self.export_button.setText("Export…")
        for button in (self.export_button, self.copy_button):
            button.setEnabled(told is not None)

    def _judged(self) -> Verdict:
        told = self.asking.told
        if told is None or not told.trees:
            return Verdict("unknown", "")
        return verdict(told, column_words(told.column))

    def _say(self, judged: Verdict) -> None:
        problem = self.asking.problem or self._desk.obstacle
        if problem:
            self._put(problem, "failure")
        else:
            self._put(judged.text or self._waiting(), STYLES[judged.grade])

    def _put(self, text: str, style: str) -> None:
        """Show a sentence above the plots, in one of the styles of labels."""
        if self.verdict.objectName() != style:
            self.verdict.setObjectName(style)
            self.verdict.style().unpolish(self.verdict)
            self.verdict.style().polish(self.verdict)
        self.verdict.setText(text)

    def _waiting(self) -> str:
        """Return what is waited for as long as there is nothing to judge."""
        if self._desk.sources is None:
            return "The catalogue is being opened…"
        if not self.columns.count():
            return "The catalogue has no column of numbers that the components could tell."
        if not self.asking.open:
            return ""
        if self.asking.told is None:
            return "Measuring the vectors…" if self._desk.ready else "Starting the encoder…"
        return "Growing the first trees…"

    def _show_state(self) -> None:
        told, asking = self.asking.told, self.asking
        self.stop_button.setEnabled(asking.open or asking.stopped)
        again = not asking.open and asking.stopped
        self.stop_button.setText("Start again" if again else "Stop")
        if told is None:
            self.encoder.setText("")
            self.state.setText("")
            return
        self.encoder.setText(f"{encoder_title(told.encoder)}, {told.sources:,} sources")
        parts = [forest_text(told), *(note["text"] for note in told.notes)]
        if asking.stopped:
            parts.insert(1, "Stopped before it settled.")
        self.state.setText(" ".join(part for part in parts if part))

    def _pick(self, number: int) -> None:
        self.table.mark(number)
        self._follows = False

    def _choose(self, number: int) -> None:
        self.plot.mark(number)
        self._follows = False

    def _reorder(self) -> None:
        self.plot.set_sorted(self._orders.buttons()[1].isChecked())

    # -- taking along ----------------------------------------------------------------------

    def copy(self) -> None:
        """Copy the components as CSV."""
        if self.asking.told is not None:
            QGuiApplication.clipboard().setText(components_text(self.asking.told))
            self.copy_button.setText("Copied")

    def export(self) -> None:
        """Write the components to a file that the user names, as CSV or JSON by its ending."""
        told, sources = self.asking.told, self._desk.sources
        if told is None or sources is None:
            return
        name = f"components-{told.encoder}-{told.column}.csv"
        path = ask_where(self, self._settings, "Export components", name, FILTERS)
        if path is None:
            return
        try:
            export_components(path, told, sources.path.name)
        except OSError as error:
            self._put(f"The file could not be written: {error}", "failure")
            return
        self.export_button.setText("Exported")
