"""What the galaxy is: mean class, all classifiers, what cannot be ruled out, who speaks for it."""

from __future__ import annotations

import html
from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.chips import Chips
from radgalgui.gui.class_desk import LEVELS
from radgalgui.gui.class_strip import ClassKey, ClassStrip
from radgalgui.gui.class_text import (
    OWN,
    agreement,
    coverage_words,
    leading,
    measured_words,
    percent,
    set_words,
    summary,
)
from radgalgui.gui.dock import quiet_button
from radgalgui.gui.elided import Elided
from radgalgui.gui.label_chooser import LabelChooser
from radgalgui.gui.scrolled import scrolled
from radgalgui.gui.theme import GRID, Tokens, numbers_font
from radgalgui.jobs.events import Classes
from radgalgui.jobs.networks.kept import NetworkWords

__all__ = ["ClassPanel"]

MORE = "Classifiers of your own: train one, keep one, remove one (Ctrl+Shift+T)"

AT = ("Possible at", "At")
ROOMY = 400  # from this width on the longer words, pixels


class ClassPanel(QWidget):
    """Classes of the query shown.

    ``choice_changed(label_set, level)`` tells of its choosers, ``chosen(index)`` of a click on
    a labelled neighbour.  ``sets``, the chooser of label sets, and ``more``, which leads to
    classifiers of the user's own, are for the title of the dock.
    """

    choice_changed = Signal(str, float)
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Class of the query")
        self.sets, self.levels = LabelChooser(), QComboBox()
        self.more = quiet_button("plus", MORE)
        self.headline, self.agreement = Elided("headline"), Elided("muted")
        self.key, self.strip, self.speakers = ClassKey(), ClassStrip(), Chips()
        self.members, self.measured = Elided("strong"), Elided("muted")
        self.message, self.notes = QLabel(), QLabel()
        self._prepare()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.message)
        self._stack.addWidget(self._told_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolled(self._stack))

    def _prepare(self) -> None:
        self.sets.activated.connect(self._choose)
        self.levels.setAccessibleName("Level of the set of classes")
        for level in LEVELS:
            self.levels.addItem(percent(level), level)
        self.levels.activated.connect(self._choose)
        font = QFont(numbers_font(self.font()))
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(QFont.Weight.DemiBold)
        self.headline.setFont(font)
        self.headline.setMinimumHeight(self.headline.fontMetrics().height())
        self.agreement.setFont(numbers_font(self.font()))
        self.agreement.setMinimumHeight(self.headline.minimumHeight())
        self.measured.setFont(numbers_font(self.font()))
        self.measured.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # It has what the set of classes leaves.
        self.measured.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.message.setObjectName("muted")
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        self.message.setContentsMargins(3 * GRID, 0, 3 * GRID, GRID)
        self.notes.setObjectName("muted")
        self.notes.setWordWrap(True)
        self.notes.hide()
        self.speakers.chosen.connect(self.chosen)

    def _told_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID)
        column.setSpacing(GRID // 2)
        top, row = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(GRID + 4)
        top.addWidget(self.headline)
        top.addWidget(self.agreement)
        top.addWidget(self.key, 1)
        row.setSpacing(GRID)
        self._at = QLabel(AT[0])
        self._at.setObjectName("muted")
        self._at.setBuddy(self.levels)
        row.addWidget(self._at)
        row.addWidget(self.levels)
        row.addWidget(self.members)
        row.addWidget(self.measured, 1)
        column.addLayout(top)
        column.addWidget(self.strip)
        column.addSpacing(2)
        column.addLayout(row)
        column.addWidget(self.speakers)
        column.addWidget(self.notes)
        column.addStretch(1)
        return page

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for the set of classes in a narrow panel."""
        super().resizeEvent(event)
        self._at.setText(AT[0 if self.width() >= ROOMY else 1])

    def sizeHint(self) -> QSize:
        """Return the room in which nothing scrolls."""
        return QSize(480, self._stack.sizeHint().height())

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.sets.set_theme(tokens)
        self.key.set_theme(tokens)
        self.strip.set_theme(tokens)
        self.speakers.set_theme(tokens)

    # -- choices ---------------------------------------------------------------------------

    def set_choices(
        self,
        sets: list[str],
        label_set: str,
        level: float,
        words: Mapping[str, NetworkWords] | None = None,
    ) -> None:
        """Offer label sets, with ``words`` on some; show which one and which level are in use."""
        self.sets.show_sets(sets, label_set, words or {})
        self.levels.setCurrentIndex(max(self.levels.findData(level), 0))

    def _choose(self) -> None:
        self.choice_changed.emit(str(self.sets.currentData()), float(self.levels.currentData()))

    # -- states ----------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Show a sentence in place of classes."""
        self.message.setText(text)
        self._stack.setCurrentIndex(0)
        self.setAccessibleDescription(text)

    def wait(self) -> None:
        """Show the skeleton of an answer."""
        self._show(None)
        self.headline.hide()
        self.agreement.setText("Waiting for the classifiers…")
        self.members.setText("")
        self.measured.setText("")
        self.setAccessibleDescription("Waiting for the classifiers")

    def show_classes(self, told: Classes) -> None:
        """Show what has been told so far."""
        self._show(told)
        name, chance = leading(told.classes, told.mean)
        self.headline.setText(f"{name}  {chance:.2f}")
        self.headline.show()
        self.headline.setToolTip(f"{name}: mean probability over {len(told.rows)} classifiers")
        self.agreement.setText(agreement(told))
        words = set_words(told)
        self.members.setText(words)
        self.measured.setText(*(measured_words(told) or ("",)))
        for label in (self.members, self.measured):
            label.explain(html.escape(coverage_words(told)).replace("\n", "<br>"))
        for widget in (self.levels, self._at):
            widget.setToolTip(coverage_words(told))
        self.setAccessibleDescription(summary(told))

    def _show(self, told: Classes | None) -> None:
        self._stack.setCurrentIndex(1)
        self.strip.show_classes(told, str(self.sets.currentData()))
        for view in (self.key, self.speakers):
            view.show_classes(told)
        self.speakers.setVisible(told is None or bool(told.neighbours))
        # Which classifier of the user's own answers stands in the title.
        notes = [] if told is None else [n["text"] for n in told.notes if n["code"] != OWN]
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))

    @property
    def sentence(self) -> str:
        """What is said in place of classes, "" where classes are shown."""
        return self.message.text() if self._stack.currentIndex() == 0 else ""

    def mark(self, source: int | None) -> None:
        """Light up the selected source, if it speaks for a class."""
        self.speakers.mark(source)
