"""The window in which a training is put together: a recipe, its fields, how long, and off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from radgalgui.errors import RadGalError
from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.settings import Settings
from radgalgui.gui.survey.command_line import CommandLine
from radgalgui.gui.theme import GRID, Tokens
from radgalgui.gui.training.draft import RecipeForm, TrainingDraft
from radgalgui.gui.training.form_view import FormView
from radgalgui.gui.training.recipe_list import RecipeList
from radgalgui.gui.training.training_desk import Checked, Offers, TrainingDesk

if TYPE_CHECKING:
    from radgalgui.gui.work.board import Board

__all__ = ["TrainingDialog"]

SIZE = (1040, 760)
ESTIMATE_WIDTH = 88
NARROWEST = 640  # of the form, pixels
CHECK_MS = 120
FIRST = {"encoder": "simclr-bundled", "classifier": "finetune-mirabest"}
WORDS = (
    "A recipe says how a network learns from images. Choose one, change what you like, and let it"
    " run; the result sees galaxies in its own way."
)
ESTIMATE_TIP = "Takes the first twelve steps, to tell how long all of them would take"


class TrainingDialog(QDialog):
    """Recipes at the left, the form of one at the right, below it what will be done.

    ``help_wanted()`` asks for its page of the help, ``started(str)`` tells the job's id.
    """

    help_wanted = Signal()
    started = Signal(str)

    def __init__(self, parent: QWidget, settings: Settings, board: Board, home: Path) -> None:
        super().__init__(parent)
        self.setWindowTitle("Train a network")
        self.setModal(False)
        self._board, self._catalogue, self._kind = board, Path(), ""
        self.draft, self.desk = TrainingDraft(), TrainingDesk(self)
        self.recipes = RecipeList()
        self.form = FormView(self.draft, settings, home)
        self.title, self.words, self.help_strip = QLabel(), QLabel(), QLabel()
        self.everything = QCheckBox("Show all settings")
        self.estimate_button, self.estimate = QPushButton("Estimate"), QLabel()
        self.command, self.hint = CommandLine(), QLabel()
        self.start_button = QPushButton("Start training")
        self.help_button = quiet_button("info", "What is this? Help on training (F1)")
        self._devices: list[tuple[str, str]] = [("auto", "automatic"), ("cpu", "the processor")]
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(CHECK_MS)
        self._name()
        self._lay_out()
        self._connect()
        self._refresh()

    # -- building --------------------------------------------------------------------------

    def _name(self) -> None:
        self.title.setObjectName("headline")
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.35)
        self.title.setFont(font)
        self.title.setText("Train a network")
        self.words.setText(WORDS)
        for label in (self.words, self.help_strip, self.hint, self.estimate):
            label.setObjectName("muted")
        for label in (self.words, self.help_strip, self.estimate):
            label.setWordWrap(True)
        self.help_strip.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.help_strip.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.start_button.setObjectName("primary")
        self.estimate_button.setToolTip(ESTIMATE_TIP)
        self.estimate_button.setMinimumWidth(ESTIMATE_WIDTH)  # whether it says so or Stop
        self.estimate.setAccessibleName("How long it will take")
        for button in (self.estimate_button, self.start_button):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.everything)
        head.addWidget(self.help_button)
        right = QVBoxLayout()
        right.setSpacing(GRID)
        right.addLayout(head)
        right.addWidget(self.words)
        right.addSpacing(GRID)
        self.form.setMinimumWidth(NARROWEST)
        right.addWidget(self.form, 1)
        right.addWidget(self.help_strip)
        top = QHBoxLayout()
        top.setSpacing(3 * GRID)
        top.addWidget(self.recipes)
        top.addLayout(right, 1)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self.estimate_button)
        foot.addWidget(self.estimate, 1)
        foot.addWidget(self.hint)
        foot.addWidget(self.start_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addLayout(top, 1)
        column.addWidget(self.command)
        column.addLayout(foot)

    def _connect(self) -> None:
        desk = self.desk
        self.recipes.chosen.connect(desk.want_form)
        self.everything.toggled.connect(self.form.show_all)
        self.form.changed.connect(self._changed)
        self.form.explained.connect(self._explain)
        self.estimate_button.clicked.connect(self._estimate)
        self.start_button.clicked.connect(self.start)
        self.help_button.clicked.connect(self.help_wanted)
        self._soon.timeout.connect(self._check)
        desk.offered.connect(self._offer)
        desk.opened.connect(self._open_form)
        desk.checked.connect(self._take_check)
        desk.tried.connect(lambda done, total: self.estimate.setText(f"Step {done} of {total}…"))
        desk.estimated.connect(lambda text: self._end_estimate(text[:1].upper() + text[1:]))
        desk.not_estimated.connect(self._end_estimate)
        desk.troubled.connect(self.hint.setText)
        QShortcut(QKeySequence("F1"), self).activated.connect(self.help_wanted.emit)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.help_button, tokens)

    # -- coming and going ------------------------------------------------------------------

    def open(self, catalogue: Path | None = None, *, kind: str = "") -> None:
        """Come to the front; the catalogue that is open is offered to learn from.

        With a ``kind``, "encoder" or "classifier", a recipe for one is chosen.
        """
        self._kind = kind
        self._catalogue = catalogue or Path()
        self.form.catalogues.offer_open(catalogue)
        if not self.isVisible():
            room = self.screen().availableSize()
            self.resize(min(SIZE[0], room.width() - 32), min(SIZE[1], room.height() - 64))
        if kind or not self.isVisible():
            self.desk.want_offers()
        self.show()
        self.raise_()
        self.activateWindow()

    def end(self) -> None:
        """End the threads, before the window goes."""
        self.desk.close()

    def done(self, result: int) -> None:
        """Close, and end a trial that runs."""
        self.desk.stop_trial()
        super().done(result)

    # -- answers ---------------------------------------------------------------------------

    def _offer(self, offers: Offers) -> None:
        self._devices = offers.devices
        self.recipes.show_recipes(offers.recipes)
        form = self.draft.form
        if form is None or self._kind not in ("", form.info.kind):
            self.recipes.choose(FIRST[self._kind or "encoder"])

    def _open_form(self, form: RecipeForm) -> None:
        self.desk.stop_trial()
        self.estimate.clear()
        self.draft.choose(form)
        self.title.setText(form.info.title)
        self.words.setText(form.info.description)
        where = self._catalogue if self._catalogue.name else None
        self.form.show_form(self._devices, where)
        self.help_strip.clear()
        self._changed()

    def _take_check(self, found: Checked) -> None:
        self.draft.faults = found.faults
        if not found.faults:
            self.draft.wants_data = found.wants_data
        self.form.refresh()
        self._refresh()

    def _explain(self, title: str, words: str) -> None:
        self.help_strip.setText(f"{title}: {words}")

    # -- doing -----------------------------------------------------------------------------

    @property
    def pending(self) -> bool:
        """Whether it is still to be told what is wrong with the values that stand there."""
        return self._soon.isActive() or self.desk.checking

    def _changed(self) -> None:
        self._soon.start()
        if not self.desk.trying:
            self.estimate.clear()
        self._refresh()

    def _check(self) -> None:
        if self.draft.form is not None:
            self.desk.check(self.draft.form.info.name, self.draft.overrides)

    def _refresh(self) -> None:
        obstacle = self.draft.obstacle
        self.hint.setText(obstacle)
        self.start_button.setEnabled(not obstacle)
        self.estimate_button.setEnabled(self.desk.trying or not (obstacle or self.draft.compares))
        self.estimate_button.setText("Stop" if self.desk.trying else "Estimate")
        if self.draft.form is not None:
            self.command.show_command(self.draft.order().shown())

    def _estimate(self) -> None:
        if self.desk.trying:
            self.desk.stop_trial()
            return
        self.estimate.setText("Making the images ready…")
        self.desk.estimate(self.draft.order())
        self._refresh()

    def _end_estimate(self, text: str) -> None:
        self.estimate.setText(text)
        self._refresh()

    def start(self) -> None:
        """Hand the training to the board, and close."""
        if self.draft.obstacle:
            return
        self.desk.stop_trial()
        try:
            job = self._board.start(self.draft.order())
        except RadGalError as error:
            self.hint.setText(str(error))
            return
        self.draft.own_out = False
        self.started.emit(job)
        self.close()
