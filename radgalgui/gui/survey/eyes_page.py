"""The third page: some of the sources as the encoders will see them, with warnings beside."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.settings import Settings
from radgalgui.gui.survey.draft import Draft
from radgalgui.gui.survey.eyes_form import EyesForm
from radgalgui.gui.survey.page import Page, Remarks
from radgalgui.gui.survey.stamps_view import Stamp, StampsView
from radgalgui.gui.survey.survey_desk import ENCODERS, PREVIEW, SurveyDesk
from radgalgui.gui.theme import GRID, Tokens
from radgalgui.gui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from radgalgui.jobs.survey.plan import Cut, Row
    from radgalgui.jobs.survey.preview import Preview
    from radgalgui.sky.preprocess import Preprocessing

__all__ = ["COUNT", "EyesPage"]

COUNT = 12
PAUSE_MS = 400  # after a choice, before cutouts are made again
NO_WCS = "no-wcs"  # the note on an image without coordinates
ASIDE = 304  # width of what stands beside the pictures, pixels
WORDS = (
    "Some of your sources, cut out as every network gets them. What lies below three times the"
    " noise is left out."
)
OWN = "have remarks of their own: click one to read them."
OWN_ONE = "with a sign has remarks of its own: click it to read them."
FINE = "Scale, noise and units look like those of the images from which the encoders learned."


class EyesPage(Page):
    """Twelve cutouts; beside them how they are cut, warnings, and the one that is marked."""

    def __init__(self, draft: Draft, desk: SurveyDesk, settings: Settings) -> None:
        super().__init__("This is what the encoders will see", WORDS)
        self._draft, self._desk, self._settings = draft, desk, settings
        self._seed, self._blind = 0, False  # blind: some images have no coordinates
        self.stamps = StampsView("Cutouts as the encoders see them")
        self.form = EyesForm()
        self.others = QPushButton("Show others")
        self.others.setToolTip("Another twelve, chosen at random")
        self.remarks, self.marked = Remarks("Warnings about the survey"), Remarks("The one marked")
        self.marked_name = QLabel()
        self.marked_name.setObjectName("strong")
        self.marked_name.setWordWrap(True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        self._lay_out()
        self.others.clicked.connect(self._show_others)
        self.form.chosen.connect(self._choose)
        self.stamps.marked.connect(self._mark)
        desk.changed.connect(self._follow)

    def _lay_out(self) -> None:
        body = QHBoxLayout()
        body.setSpacing(3 * GRID)
        body.addWidget(self.stamps, 1)
        aside, inner = QScrollArea(), QWidget()
        aside.setFixedWidth(ASIDE)
        aside.setWidgetResizable(True)
        aside.setFrameShape(QFrame.Shape.NoFrame)
        aside.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        aside.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner.setObjectName("notes")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, GRID, 0)
        column.setSpacing(GRID)
        column.addWidget(self.form)
        column.addWidget(self.others, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(GRID)
        column.addWidget(self.remarks)
        column.addSpacing(GRID)
        column.addWidget(self.marked_name)
        column.addWidget(self.marked)
        column.addStretch(1)
        aside.setWidget(inner)
        body.addWidget(aside)
        self.column.addLayout(body, 1)

    # -- asking ----------------------------------------------------------------------------

    @property
    def preprocessing(self) -> Preprocessing | None:
        """How the first of the chosen encoders sees."""
        offers = self._desk[ENCODERS].answer or []
        chosen = [o for o in offers if o.name in self._draft.encoders] or offers
        return next((o.preprocessing for o in chosen if o.preprocessing is not None), None)

    def show_data(self) -> None:
        """Begin with data that have just been recognised."""
        self._seed, self._blind = 0, False
        self._show_form()

    def encoders_changed(self) -> None:
        """See as other encoders do."""
        self._show_form()
        if self.isVisible():
            self._ask()

    def enter(self) -> None:
        """Ask for cutouts, if those of these choices are not there."""
        self._ask()

    def _choose(self, options: dict[str, Any]) -> None:
        if self._draft.plan is not None:
            self._draft.options |= options
            self.changed.emit()
            self._timer.start()

    def _show_others(self) -> None:
        self._seed += 1
        self._ask()

    def _ask(self) -> None:
        self._timer.stop()
        plan, eyes = self._draft.plan, self.preprocessing
        if plan is not None and eyes is not None:
            self._desk.preview(plan, eyes, COUNT, self._seed)

    # -- showing ---------------------------------------------------------------------------

    def _follow(self, kind: str) -> None:
        if kind == ENCODERS:
            self.encoders_changed()
        if kind != PREVIEW:
            return
        errand = self._desk[PREVIEW]
        if errand.open:
            self.stamps.expect(COUNT)
            self.remarks.show_remarks([("info", "Cutting the first of them out…")])
        elif errand.problem:
            self.stamps.expect(0)
            self.remarks.show_remarks([("failure", errand.problem)])
        elif errand.answer is not None:
            self._show(errand.answer)
        self.changed.emit()

    def _show(self, preview: Preview) -> None:
        thumbnails = Thumbnails([], self._settings.display().colour_map)
        self.stamps.show_stamps([_stamp(*pair, thumbnails) for pair in preview.cuts])
        remarks = [("warning", text) for text in preview.warnings]
        remarks += [("failure", f"{row.name}: {row.reason}") for row in preview.rejected]
        if not remarks and preview.cuts:
            remarks = [("check", FINE)]
        own = sum(bool(stamp.warnings) for stamp in self.stamps.stamps)
        if 0 < own < len(self.stamps.stamps):
            remarks.append(("info", f"{own} with a sign {OWN}" if own > 1 else f"One {OWN_ONE}"))
        self.remarks.show_remarks(remarks)
        self._blind |= any(n.code == NO_WCS for _, cut in preview.cuts for n in cut.notes)
        self._show_form()

    def _show_form(self) -> None:
        plan = self._draft.plan
        if plan is not None:
            self.form.show_plan(plan, self.preprocessing, blind=self._blind)

    def _mark(self, at: int) -> None:
        stamp = self.stamps.stamps[at] if at >= 0 else None
        self.marked_name.setText(stamp.name if stamp is not None else "")
        self.marked_name.setVisible(stamp is not None)
        told = [("info", stamp.words)] if stamp is not None and stamp.words else []
        warnings = [] if stamp is None else [("warning", text) for text in stamp.warnings]
        self.marked.show_remarks([*told, *warnings])

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().set_theme(tokens)
        for view in (self.stamps, self.remarks, self.marked):
            view.set_theme(tokens)

    def first_focus(self) -> QWidget | None:
        """Return the button that goes on."""
        return None

    @property
    def ready(self) -> bool:
        """Whether anything could be cut out; nobody has to wait for it."""
        errand = self._desk[PREVIEW]
        return errand.open or (errand.answer is not None and bool(errand.answer.cuts))

    @property
    def hint(self) -> str:
        """What is still to be done."""
        if self._desk[PREVIEW].open:
            return "Cutting some of them out…"
        return "" if self.ready else "None of these could be cut out"


def _stamp(row: Row, cut: Cut, thumbnails: Thumbnails) -> Stamp:
    notes = tuple(note.text for note in cut.notes)
    numbers, words = [], []
    if math.isfinite(cut.angular_size) and cut.angular_size > 0:
        numbers.append(f"{cut.angular_size:.0f}″")
        words.append(f"{cut.angular_size:.0f}″ across")
    if math.isfinite(cut.peak_snr):
        numbers.append(f"{cut.peak_snr:.0f} σ")
        words.append(f"its peak {cut.peak_snr:.0f} times the noise")
    picture = thumbnails.draw(cut.seen)
    return Stamp(picture, row.name, ", ".join(numbers), ", ".join(words), notes)
