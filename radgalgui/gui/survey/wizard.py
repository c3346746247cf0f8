"""The window in which a catalogue of the user's own data is ordered, page by page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from radgalgui.errors import RadGalError
from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.settings import Settings
from radgalgui.gui.survey.build_page import BuildPage
from radgalgui.gui.survey.columns_page import ColumnsPage
from radgalgui.gui.survey.command_line import CommandLine
from radgalgui.gui.survey.data_page import DataPage
from radgalgui.gui.survey.draft import Draft
from radgalgui.gui.survey.eyes_page import EyesPage
from radgalgui.gui.survey.intake import Intake
from radgalgui.gui.survey.page import Page
from radgalgui.gui.survey.progress_page import ProgressPage
from radgalgui.gui.survey.survey_desk import SurveyDesk
from radgalgui.gui.theme import GRID, Tokens

if TYPE_CHECKING:
    from radgalgui.gui.work.board import Board

__all__ = ["SurveyWizard"]

SIZE = (1040, 720)
STEPS = ("1  Your data", "2  Rows and columns", "3  What the encoders see", "4  Name and build")
DATA, COLUMNS, EYES, BUILD, PROGRESS = range(5)


class SurveyWizard(QDialog):
    """Four pages and one that follows the work.

    ``help_wanted()`` asks for its page of the help, ``open_wanted(Path)`` for a catalogue that
    was made, ``jobs_wanted(str)`` for the panel of jobs.
    """

    help_wanted = Signal()
    open_wanted = Signal(object)
    jobs_wanted = Signal(str)

    def __init__(
        self, parent: QWidget, settings: Settings, board: Board, intake: Intake, home: Path
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("New catalogue")
        self.setModal(False)
        self._board, self._home, self._settings = board, home, settings
        self.draft, self.desk = Draft(), SurveyDesk(intake, self)
        self.data = DataPage(self.draft, self.desk, settings)
        self.columns = ColumnsPage(self.draft, self.desk)
        self.eyes = EyesPage(self.draft, self.desk, settings)
        self.build = BuildPage(self.draft, self.desk, settings, home)
        self.progress = ProgressPage(board)
        self.pages: list[Page] = [
            *(self.data, self.columns, self.eyes, self.build, self.progress),
        ]
        self.command = CommandLine()
        self.back_button, self.next_button = QPushButton("Back"), QPushButton("Next")
        self.next_button.setObjectName("primary")
        self.hint = QLabel()
        self.hint.setObjectName("muted")
        self.help_button = quiet_button("info", "What is this? Help on own surveys (F1)")
        self.steps = QButtonGroup(self)
        self._stack = QStackedWidget()
        self._waits = False
        self._lay_out()
        self._connect()
        self.turn_to(DATA)

    # -- building --------------------------------------------------------------------------

    def _lay_out(self) -> None:
        for page in self.pages:
            self._stack.addWidget(page)
        top = QHBoxLayout()
        top.addWidget(self._rail())
        top.addStretch(1)
        top.addWidget(self.help_button)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self.hint)
        foot.addStretch(1)
        foot.addWidget(self.back_button)
        foot.addWidget(self.next_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        column.addWidget(self.command)
        column.addLayout(foot)

    def _rail(self) -> QWidget:
        rail = QWidget()
        rail.setObjectName("segments")
        rail.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(rail)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        for number, words in enumerate(STEPS):
            button = QToolButton()
            button.setObjectName("segment")
            button.setText(words)
            button.setCheckable(True)
            self.steps.addButton(button, number)
            row.addWidget(button)
        return rail

    def _connect(self) -> None:
        self.steps.idClicked.connect(self.turn_to)
        self.back_button.clicked.connect(self.back)
        self.next_button.clicked.connect(self.next)
        self.next_button.setDefault(True)
        self.help_button.clicked.connect(self.help_wanted)
        self.data.taken.connect(self.columns.show_data)
        self.data.taken.connect(self.build.show_data)
        self.data.taken.connect(self.eyes.show_data)
        self.data.taken.connect(self._focus)
        self.build.encoders_changed.connect(self.eyes.encoders_changed)
        self.progress.open_wanted.connect(self._open)
        self.progress.jobs_wanted.connect(self.jobs_wanted)
        self.progress.another_wanted.connect(self.start_anew)
        self.progress.again_wanted.connect(lambda: self.turn_to(BUILD))
        for page in self.pages:
            page.changed.connect(self._refresh)
        shortcuts: tuple[tuple[str, Callable[[], None]], ...] = (
            ("F1", self.help_wanted.emit),
            ("Alt+Left", self.back),
            ("Alt+Right", self.next),
        )
        for keys, slot in shortcuts:
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.help_button, tokens)
        for page in self.pages:
            page.set_theme(tokens)

    # -- coming and going ------------------------------------------------------------------

    def open(self, paths: list[Path] | None = None) -> None:
        """Come to the front, with data if there are any."""
        if not self.isVisible():
            room = self.screen().availableSize()
            self.resize(min(SIZE[0], room.width() - 32), min(SIZE[1], room.height() - 64))
            self.desk.want_encoders()
        if self.at == PROGRESS and not self._busy():
            self.start_anew()
        if paths:
            self.turn_to(DATA)
            self.data.take(paths)
        self.show()
        self.raise_()
        self.activateWindow()
        self._focus()

    def start_anew(self) -> None:
        """Forget what was chosen."""
        self.data.clear()
        self.turn_to(DATA)

    def _busy(self) -> bool:
        job = self.progress.job
        return job is not None and (job.alive or job.state == "waiting")

    def end(self) -> None:
        """End the threads, before the window goes."""
        self.desk.close()

    # -- pages -----------------------------------------------------------------------------

    @property
    def at(self) -> int:
        """The number of the page that is shown."""
        return self._stack.currentIndex()

    def turn_to(self, number: int) -> None:
        """Show a page."""
        self._stack.setCurrentIndex(number)
        self.pages[number].enter()
        self._refresh()
        self._focus()

    def back(self) -> None:
        """Show the page before."""
        if DATA < self.at < PROGRESS:
            self.turn_to(self.at - 1)

    def next(self) -> None:
        """Show the next page, or begin the work."""
        if self.at >= PROGRESS or not self.pages[self.at].ready:
            return
        if self.at == BUILD:
            self._start()
        else:
            self.turn_to(self.at + 1)

    def _start(self) -> None:
        try:
            job = self._board.start(self.draft.order())
        except RadGalError as error:
            self.hint.setText(str(error))
            return
        self.progress.watch(job)
        self.turn_to(PROGRESS)

    def _open(self, path: Path) -> None:
        self.open_wanted.emit(path)
        self.close()

    def _refresh(self) -> None:
        at, page = self.at, self.pages[self.at]
        for number in range(len(STEPS)):
            button = self.steps.button(number)
            button.setChecked(number == min(at, BUILD))
            reached = all(self.pages[before].ready for before in range(number))
            button.setEnabled(at != PROGRESS and reached)
        working = at == PROGRESS
        self.back_button.setVisible(DATA < at < PROGRESS)
        self.next_button.setVisible(not working)
        self.next_button.setText("Build the catalogue" if at == BUILD else "Next")
        self.next_button.setEnabled(page.ready)
        if page.ready and self._waits:
            self._focus()
        self.hint.setText(page.hint)
        self.command.show_command(self.draft.order().shown())

    def _focus(self) -> None:
        """Let the keys go to what the page begins with, or to the button when it can be pressed."""
        wanted = self.pages[self.at].first_focus() or self.next_button
        self._waits = not wanted.isEnabled()
        (self if self._waits else wanted).setFocus(Qt.FocusReason.OtherFocusReason)
