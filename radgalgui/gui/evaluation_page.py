"""The page that says how good encoders and classifiers are, beside the published numbers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from radgalgui.errors import RadGalError
from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.evaluation_plots import ConfusionView, CurveView, Key
from radgalgui.gui.evaluation_report import (
    EvaluationReport,
    Measured,
    bundled_reports,
    csv_text,
    in_words,
    read_report,
)
from radgalgui.gui.evaluation_table import ResultTable
from radgalgui.gui.names import encoder_title
from radgalgui.gui.settings import Settings
from radgalgui.gui.theme import GRID, Tokens

__all__ = ["EvaluationPage"]

SIZE = (1240, 760)
SHARES = [724, 482]  # of the width, for results and what stands beside them
WITH_DROPS = [898, 308]
LEVEL = 0.9  # of the conformal sets that are told of
NOTHING = (
    "No evaluation has been made yet. In a terminal,\n\n"
    "radgalgui evaluate mirabest-confident --root FOLDER --encoder all --json report.json\n\n"
    "makes one, where FOLDER holds the published images. Open report.json here."
)


class EvaluationPage(QDialog):
    """A window beside the main one; ``help_wanted()`` asks for its page of the help."""

    help_wanted = Signal()

    def __init__(self, parent: QWidget, settings: Settings) -> None:
        super().__init__(parent)
        self._settings = settings
        self.report: EvaluationReport | None = None
        self.setWindowTitle("Evaluation")
        self.setModal(False)
        self.datasets = QComboBox()
        self.open_button, self.copy_button = QPushButton("Open report…"), QPushButton("Copy as CSV")
        self.help_button = quiet_button("info", "What is this? Help on the evaluation (F1)")
        self.message, self.protocol = QLabel(NOTHING), QLabel()
        self.table = ResultTable("Results measured here")
        self.published = ResultTable("Published results", brief=True)
        self.drops = ResultTable("What is lost from survey to survey", brief=True, signed=True)
        self.confusion, self.key = ConfusionView(), Key()
        self.roc = CurveView("ROC curves", "False positive rate", "True positive rate")
        self.reliability = CurveView(
            "Reliability", "Probability told", "Share that was right", dots=True
        )
        self._prepare()
        self._lay_out()
        self._connect()

    # -- building --------------------------------------------------------------------------

    def _prepare(self) -> None:
        self.datasets.setAccessibleName("Data set")
        self.datasets.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.open_button.setToolTip("Open what radgalgui evaluate --json wrote (Ctrl+O)")
        self.copy_button.setToolTip("Copy all tables (Ctrl+C)")
        for button in (self.open_button, self.copy_button):
            button.setAutoDefault(False)
        self.protocol.setObjectName("muted")
        self.protocol.setWordWrap(True)
        self.protocol.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.message.setObjectName("muted")
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.published_title = QLabel("Published")
        self.published_title.setObjectName("strong")
        self.published_title.setToolTip(
            "The best classifier of each encoder in Table 2 of arXiv 2311.08331"
        )
        self.drops_title = QLabel("Lost from survey to survey")
        self.drops_title.setToolTip(
            "Scores when fitted on the survey itself, less those when fitted on the other one"
        )

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        label = QLabel("Data set")
        label.setObjectName("muted")
        label.setBuddy(self.datasets)
        for widget in (label, self.datasets, self.open_button):
            top.addWidget(widget)
        top.addStretch(1)
        top.addWidget(self.copy_button)
        top.addWidget(self.help_button)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.message)
        self._stack.addWidget(self._results())
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID + 4, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addWidget(self._stack, 1)

    def _results(self) -> QWidget:
        body, tables = QWidget(), QSplitter(Qt.Orientation.Horizontal)
        tables.addWidget(self._titled(QLabel("Measured here"), self.table))
        self._beside = QWidget()
        beside = QVBoxLayout(self._beside)
        beside.setContentsMargins(0, 0, 0, 0)
        self._pairs = [
            (self._titled(self.drops_title, self.drops), self.drops),
            (self._titled(self.published_title, self.published), self.published),
        ]
        for titled, _ in self._pairs:
            beside.addWidget(titled, 1)
        tables.addWidget(self._beside)
        tables.setStretchFactor(0, 5)
        tables.setStretchFactor(1, 3)
        tables.setChildrenCollapsible(False)
        self._tables = tables
        pictures = QHBoxLayout()
        pictures.setSpacing(3 * GRID)
        for view in (self.confusion, self.roc, self.reliability):
            pictures.addWidget(view, 1)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, GRID, 0, 0)
        below.addLayout(pictures, 1)
        below.addWidget(self.key)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.addWidget(tables)
        halves.addWidget(lower)
        halves.setSizes([300, 360])
        halves.setChildrenCollapsible(False)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.protocol)
        column.addWidget(halves, 1)
        return body

    def _titled(self, title: QLabel, view: QWidget) -> QWidget:
        title.setObjectName("strong")
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(title)
        column.addWidget(view, 1)
        return body

    def _connect(self) -> None:
        self.datasets.activated.connect(
            lambda row: self.show_file(Path(str(self.datasets.itemData(row))))
        )
        self.open_button.clicked.connect(self.choose_file)
        self.copy_button.clicked.connect(self.copy)
        self.help_button.clicked.connect(self.help_wanted)
        self.table.marked.connect(self._show_marked)
        for keys, slot in (
            ("Ctrl+O", self.choose_file),
            ("Ctrl+C", self.copy),
            ("F1", self.help_wanted.emit),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.help_button, tokens)
        for view in (self.confusion, self.roc, self.reliability, self.key):
            view.set_theme(tokens)

    # -- reports ---------------------------------------------------------------------------

    def open(self) -> None:
        """Come to the front, with a report if there is one."""
        if not self.isVisible():
            room = self.screen().availableSize()
            self.resize(min(SIZE[0], room.width() - 64), min(SIZE[1], room.height() - 64))
        if self.report is None:
            self._offer(bundled_reports())
        self.show()
        self.raise_()
        self.activateWindow()
        self.table.setFocus()

    def _offer(self, paths: list[Path]) -> None:
        self.datasets.clear()
        for path in paths:
            try:
                report = read_report(path)
            except RadGalError:
                continue  # it is told when it is opened by hand
            self.datasets.addItem(report.title, str(path))
        self.datasets.setEnabled(self.datasets.count() > 0)
        if self.datasets.count():
            self.show_file(Path(str(self.datasets.itemData(0))))
        else:
            self.say(NOTHING)

    def choose_file(self) -> None:
        """Let the user choose a report."""
        folder = self._settings.folder("evaluation")
        name, _ = QFileDialog.getOpenFileName(self, "Open an evaluation", folder, "JSON (*.json)")
        if name:
            self._settings.keep_folder("evaluation", str(Path(name).parent))
            self.show_file(Path(name))

    def say(self, text: str) -> None:
        """Show a sentence in place of results."""
        self.report = None
        self.message.setText(text)
        self.copy_button.setEnabled(False)
        self._stack.setCurrentIndex(0)

    def show_file(self, path: Path) -> None:
        """Show a report, or say why it cannot be shown."""
        try:
            report = read_report(path)
        except RadGalError as error:
            self.say(str(error))
            return
        if self.datasets.findData(str(path)) < 0:
            self.datasets.addItem(f"{report.title} ({path.name})", str(path))
        self.datasets.setEnabled(True)
        self.datasets.setCurrentIndex(self.datasets.findData(str(path)))
        self.report = report
        self.protocol.setText(_protocol(report))
        self.table.set_results(report.results)
        self.published.set_results(report.published)
        self.drops.set_results(report.drops)
        for body, table in self._pairs:
            body.setVisible(bool(table.results.results))
        self._beside.setVisible(bool(report.published or report.drops))
        self._tables.setSizes(SHARES if report.published else WITH_DROPS)
        self.copy_button.setText("Copy as CSV")
        self.copy_button.setEnabled(True)
        self._stack.setCurrentIndex(1)
        self.table.select(_best(report.results))

    def _show_marked(self, rows: list[Measured]) -> None:
        classes = self.report.classes if self.report is not None else ()
        self.confusion.show_row(rows[0] if rows else None, classes)
        for view in (self.roc, self.reliability, self.key):
            view.show_rows(rows)

    def copy(self) -> None:
        """Copy all tables as CSV."""
        if self.report is not None:
            QGuiApplication.clipboard().setText(csv_text(self.report))
            self.copy_button.setText("Copied")


def _protocol(report: EvaluationReport) -> str:
    """Return in words how it was measured, and how often conformal sets held the class."""
    words = in_words(report.protocol).strip().rstrip(".")
    sentences = [f"{words[:1].upper()}{words[1:]}."]
    if report.positive:
        sentences.append(f"{report.positive} is the positive class.")
    sentences.append("Intervals are 95 % by bootstrap.")
    told = [each for each in report.conformal if each.level == LEVEL]
    if told:
        held = ", ".join(f"{100 * e.coverage:.1f} % ({encoder_title(e.encoder)})" for e in told)
        sentences.append(f"Conformal sets at {100 * LEVEL:.0f} % held the true class of {held}.")
    return " ".join(sentences)


def _best(results: tuple[Measured, ...]) -> list[Measured]:
    """Return the most accurate result of each encoder, and of each way it was measured."""
    best: dict[tuple[str, str], Measured] = {}
    for row in results:
        known = best.get((row.encoder, row.apart))
        if known is None or row.scores["accuracy"] > known.scores["accuracy"]:
            best[row.encoder, row.apart] = row
    return list(best.values())
