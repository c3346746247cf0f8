"""The form in which a new map is put together: a method, its settings, how long, and off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from radgalgui.errors import RadGalError
from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.mapping.draft import ALL, EXPLAINED, MapDraft
from radgalgui.gui.names import encoder_title
from radgalgui.gui.segments import Segments
from radgalgui.gui.survey.command_line import CommandLine
from radgalgui.gui.theme import GRID, Tokens
from radgalgui.jobs.maps.recipe import METHODS, Recipe

if TYPE_CHECKING:
    from radgalgui.gui.work.board import Board

__all__ = ["MapDialog"]

WIDTH, EDITOR = 600, 88
WORDS = "A map lays the galaxies out so that those which the encoder finds alike lie together."
#: What each setting does, in a sentence.
HINTS = {
    "neighbours": "that each galaxy is to keep near it: 5 show small groups, 100 the large picture",
    "min_dist": "how close alike galaxies may come: 0 packs them tightly, 0.5 spreads them",
    "perplexity": "about the neighbours that each galaxy keeps near: 10 show small groups,"
    " 100 the large picture",
    "seed": "where chance begins: the same number draws the same map again",
}
NAMES = {
    "neighbours": "Neighbours",
    "min_dist": "Least distance",
    "perplexity": "Perplexity",
    "seed": "Seed",
}
SETTINGS = {
    "umap": ("neighbours", "min_dist", "seed"),
    "tsne": ("perplexity", "seed"),
    "pca": (),
}


class MapDialog(QDialog):
    """``started(str)`` tells the id of the job that was begun; ``help_wanted()`` asks for help."""

    started = Signal(str)
    help_wanted = Signal()

    def __init__(self, parent: QWidget, board: Board, draft: MapDraft) -> None:
        super().__init__(parent)
        self.setWindowTitle("Make a map")
        self.setModal(False)
        self._board, self.draft = board, draft
        self.title, self.words = QLabel("Make a map"), QLabel(WORDS)
        self.methods = Segments([(title, EXPLAINED[key]) for key, title in METHODS.items()])
        self.explained = QLabel()
        self.encoders = QComboBox()
        self.editors: dict[str, QSpinBox | QDoubleSpinBox] = {}
        self._rows: dict[str, tuple[QWidget, ...]] = {}
        self.name = QLineEdit()
        self.how_long, self.remarks = QLabel(), QLabel()
        self.command = CommandLine()
        self.start_button, self.cancel_button = QPushButton("Make the map"), QPushButton("Cancel")
        self.help_button = quiet_button("info", "What is this? Help on the map (F1)")
        self._name()
        self._lay_out()
        self._connect()
        self.take(draft)

    # -- building --------------------------------------------------------------------------

    def _name(self) -> None:
        self.title.setObjectName("headline")
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.35)
        self.title.setFont(font)
        for label in (self.words, self.explained, self.remarks):
            label.setObjectName("muted")
        for label in (self.words, self.explained, self.remarks, self.how_long):
            label.setWordWrap(True)
        self.explained.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.explained.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.how_long.setAccessibleName("How long it will take")
        self.start_button.setObjectName("primary")
        self.start_button.setDefault(True)
        self.cancel_button.setAutoDefault(False)
        self.encoders.setAccessibleName("Encoder")
        self.name.setAccessibleName("Name of the map")
        self.name.setMaxLength(40)
        self.name.setClearButtonEnabled(True)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.help_button)
        methods = QHBoxLayout()
        methods.addWidget(self.methods)
        methods.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self.how_long, 1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.start_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addSpacing(GRID)
        column.addLayout(methods)
        column.addWidget(self.explained)
        column.addSpacing(GRID)
        column.addLayout(self._form())
        column.addSpacing(GRID)
        column.addStretch(1)
        column.addWidget(self.remarks)
        column.addWidget(self.command)
        column.addLayout(foot)
        self.setFixedWidth(WIDTH)

    def _form(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(2, 1)
        self._put(grid, 0, "Encoder", self.encoders)
        for row, key in enumerate(HINTS, start=1):
            editor = self.editors[key] = _editor(key)
            self._rows[key] = self._put(grid, row, NAMES[key], editor, HINTS[key])
        self._put(grid, len(HINTS) + 1, "Name", self.name)
        return grid

    def _put(
        self, grid: QGridLayout, row: int, name: str, editor: QWidget, hint: str = ""
    ) -> tuple[QWidget, ...]:
        label = QLabel(name)
        label.setBuddy(editor)
        grid.addWidget(label, row, 0)
        if not hint:
            grid.addWidget(editor, row, 1, 1, 2)
            return label, editor
        words = QLabel(hint)
        words.setObjectName("muted")
        words.setWordWrap(True)
        words.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(editor, row, 1)
        grid.addWidget(words, row, 2)
        editor.setToolTip(hint)
        return label, editor, words

    def _connect(self) -> None:
        self.methods.changed.connect(self._changed)
        self.encoders.activated.connect(self._changed)
        for editor in self.editors.values():
            editor.valueChanged.connect(self._changed)
        self.name.textChanged.connect(self._changed)
        self.start_button.clicked.connect(self.start)
        self.cancel_button.clicked.connect(self.reject)
        self.help_button.clicked.connect(self.help_wanted)
        QShortcut(QKeySequence("F1"), self).activated.connect(self.help_wanted.emit)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the method."""
        super().showEvent(event)
        self.methods.buttons[self.methods.number].setFocus()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.help_button, tokens)

    # -- what is chosen --------------------------------------------------------------------

    def take(self, draft: MapDraft) -> None:
        """Begin with another draft: of the catalogue and the encoder that are shown now."""
        self.draft = draft
        self.encoders.clear()
        for name in draft.encoders:
            self.encoders.addItem(encoder_title(name), name)
        if len(draft.encoders) > 1:
            self.encoders.insertSeparator(len(draft.encoders))
            self.encoders.addItem("All encoders", ALL)
        self.encoders.setCurrentIndex(max(self.encoders.findData(draft.encoder), 0))
        self.methods.show_number(list(METHODS).index(draft.recipe.method))
        for key, editor in self.editors.items():
            editor.blockSignals(True)
            editor.setValue(getattr(draft.recipe, key))
            editor.blockSignals(False)
        self.name.setText(draft.recipe.title)
        self._changed()

    @property
    def method(self) -> str:
        """The method that is pressed."""
        return list(METHODS)[self.methods.number]

    def _changed(self) -> None:
        """Take in what was chosen, and say what follows from it."""
        values: dict[str, Any] = {key: self.editors[key].value() for key in SETTINGS[self.method]}
        self.draft.recipe = Recipe(self.method, **values, title=self.name.text().strip())
        self.draft.encoder = str(self.encoders.currentData())
        self.explained.setText(EXPLAINED[self.method])
        for key, row in self._rows.items():
            for widget in row:
                widget.setVisible(key in SETTINGS[self.method])
        self.name.setPlaceholderText(replace(self.draft.recipe, title="").words)
        problem = self.draft.problem
        self.how_long.setText(problem or self.draft.how_long)
        self.remarks.setText(" ".join(self.draft.remarks))
        self.remarks.setVisible(bool(self.draft.remarks))
        self.command.show_command(self.draft.order().shown())
        self.start_button.setEnabled(not problem)
        self.adjustSize()

    def start(self) -> None:
        """Let a job make the map."""
        try:
            key = self._board.start(self.draft.order())
        except RadGalError as error:
            self.how_long.setText(str(error))
            return
        self.accept()
        self.started.emit(key)


def _editor(key: str) -> QSpinBox | QDoubleSpinBox:
    """Return what a setting is changed with."""
    editor: QSpinBox | QDoubleSpinBox
    if key == "min_dist":
        editor = QDoubleSpinBox()
        editor.setRange(0.0, 1.0)
        editor.setDecimals(2)
        editor.setSingleStep(0.05)
    elif key == "perplexity":
        editor = QDoubleSpinBox()
        editor.setRange(2.0, 500.0)
        editor.setDecimals(0)
        editor.setSingleStep(5.0)
    else:
        editor = QSpinBox()
        editor.setRange(*((2, 500) if key == "neighbours" else (0, 2**31 - 1)))
        editor.setSingleStep(5 if key == "neighbours" else 1)
    editor.setFixedWidth(EDITOR)
    editor.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    editor.setAccessibleName(NAMES[key])
    return editor
