"""Pictures side by side, each under its title: what is compared in the image panel."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFormLayout, QLabel, QScrollArea, QWidget

from radgalgui.gui.arrangement import FACTS_WIDE, arrange
from radgalgui.gui.display import Display
from radgalgui.gui.elided import Elided
from radgalgui.gui.imaging.blinking import Blinking
from radgalgui.gui.imaging.choices import Choices
from radgalgui.gui.imaging.ties import lead, place_in
from radgalgui.gui.picture_view import PictureView, Sky
from radgalgui.gui.theme import GRID, Tokens, numbers_font

__all__ = ["FactList", "Pane", "Panes"]

SMALLEST = 72  # pixels a side of a picture


class Pane(QWidget):
    """A square picture under a title and a quieter line."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.title, self.detail = Elided("strong"), Elided("muted")
        self.detail.setFont(numbers_font(self.detail.font()))
        self.view = PictureView(name)
        for child in (self.title, self.detail, self.view):
            child.setParent(self)

    @property
    def words(self) -> int:
        """Height of the words above the picture."""
        return self.title.sizeHint().height() + self.detail.sizeHint().height() + 6

    def show_sky(
        self, title: str, detail: str, sky: Sky | None, display: Display, message: str = ""
    ) -> None:
        """Show a picture with its words; without one a skeleton, or the ``message`` why."""
        self.title.setText(title)
        self.detail.setText(detail)
        self.view.setAccessibleName(title or self._name)
        self.view.setAccessibleDescription(", ".join(filter(None, (title, detail, message))))
        self.view.show_sky(sky, display, message)

    def copy_of(self, other: Pane) -> None:
        """Show what another shows, and the same part of it."""
        view = other.view
        self.view.overlays = list(view.overlays)
        self.show_sky(other.title.whole, other.detail.whole, view.sky, view.display, view.message)
        self.view.follow(view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture square, at the left under its words."""
        super().resizeEvent(event)
        high = self.title.sizeHint().height()
        self.title.setGeometry(0, 0, self.width(), high)
        self.detail.setGeometry(0, high + 2, self.width(), self.words - high - 6)
        side = max(min(self.width(), self.height() - self.words), 1)
        self.view.setGeometry(0, self.words, side, side)


class FactList(QScrollArea):
    """Titles and values in two columns; scrolls where they do not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("What the catalogue says")
        self._facts: list[tuple[str, str]] = []
        body = QWidget()
        body.setObjectName("notes")
        self._form = QFormLayout(body)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(GRID)
        self._form.setVerticalSpacing(4)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setWidget(body)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put values under their titles where both do not fit side by side."""
        super().resizeEvent(event)
        policy = QFormLayout.RowWrapPolicy
        narrow = self.width() < FACTS_WIDE
        self._form.setRowWrapPolicy(policy.WrapAllRows if narrow else policy.DontWrapRows)

    def show_facts(self, facts: list[tuple[str, str]]) -> None:
        """Show other facts."""
        if facts == self._facts:
            return
        self._facts = list(facts)
        while self._form.rowCount():
            self._form.removeRow(0)
        for title, text in facts:
            label = QLabel(title)
            label.setObjectName("muted")
            value = Elided("value")
            value.setText(text)
            value.setFont(numbers_font(self.font()))
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._form.addRow(label, value)


class Panes(QWidget):
    """Up to four pictures, how well they fit, and facts where a source has any.

    ``left`` and ``right`` are what is compared; ``reconstruction`` and ``residual`` follow where
    they are wanted.  They are zoomed and moved together: all by the sky if ``choices.locked``, else
    those of the same pixels.  `blink` shows them in turn in one place.

    Signals: ``pointed(view, at)`` with the view and the (x, y) under the pointer, or None;
    ``blinks(bool)``; ``rearranged()`` when other pictures are shown.
    """

    pointed = Signal(object, object)
    blinks = Signal(bool)
    rearranged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.left, self.right = Pane("Left picture", self), Pane("Right picture", self)
        self.reconstruction = Pane("Reconstruction", self)
        self.residual = Pane("Residual", self)
        self.facts = FactList(self)
        self.fit = Elided("value")
        self.fit.setParent(self)
        self.fit.setFont(numbers_font(self.fit.font()))
        self.fit.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.fit.setAccessibleName("How well the reconstruction fits")
        self.fit.hide()
        self.choices = Choices()
        self.blinking = Blinking(self)
        self.blinking.hide()
        self.blinking.turned.connect(self._take_turns)
        self.blinking.left.connect(lambda: self.blink(on=False))
        self._panes = (self.left, self.right, self.reconstruction, self.residual)
        self._shown: list[Pane] = []
        self._with_facts = False
        for pane in self._panes:
            view = pane.view
            view.pointed.connect(lambda at, view=view: self._point(view, at))
            view.moved.connect(lambda view=view: self._move_together(view))
        self.show_only([self.left, self.right])

    @property
    def views(self) -> list[PictureView]:
        """All views, also those that are not shown."""
        return [pane.view for pane in self._panes]

    def choose(self, choices: Choices) -> None:
        """Show or hide what lies over the pictures, and tie them or not."""
        tie = choices.locked and not self.choices.locked
        self.choices = choices
        self.blinking.set_interval(choices.interval)
        for view in self.views:
            view.choose(choices)
        if tie and self._shown:
            self._move_together(self._leader().view)

    def sizeHint(self) -> QSize:
        """Return room for two pictures."""
        return QSize(544, 304)

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which four pictures can be told apart."""
        return QSize(4 * SMALLEST + 3 * GRID, SMALLEST + self.left.words)

    @property
    def shown(self) -> list[Pane]:
        """The panes that are shown, in their order, side by side or in turn."""
        return list(self._shown)

    def show_only(self, panes: list[Pane], facts: list[tuple[str, str]] | None = None) -> None:
        """Show these panes, and facts where there are some."""
        other = panes != self._shown
        self._shown, self._with_facts = list(panes), facts is not None
        if facts is not None:
            self.facts.show_facts(facts)
        if self.residual not in panes:
            self.explain_fit("", "")
        self._take_turns()
        if other:
            self.rearranged.emit()

    @property
    def chrome(self) -> int:
        """Height of the words above and below one row of pictures."""
        below = 0 if self.fit.isHidden() else self.fit.sizeHint().height() + GRID // 2
        return self.left.words + below

    def copy_of(self, other: Panes) -> None:
        """Show the pictures that another shows, with their words, and no facts."""
        for mine, theirs in zip(self._panes, other._panes, strict=True):
            mine.copy_of(theirs)
        self.choose(other.choices)
        self.show_only([self._panes[other._panes.index(pane)] for pane in other.shown])
        if not other.fit.isHidden():
            self.explain_fit(other.fit.whole, "")

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        for view in self.views:
            view.set_theme(tokens)
        self.blinking.set_theme(tokens)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange anew."""
        super().resizeEvent(event)
        self._arrange()

    def explain_fit(self, text: str, tip: str) -> None:
        """Say below the pictures how well they fit, and on hover how that came about."""
        self.fit.setText(text)
        self.fit.explain(tip)
        if self.fit.isHidden() is bool(text):
            self.fit.setVisible(bool(text))
            self._arrange()

    def _arrange(self) -> None:
        shown, turns = self._shown, not self.blinking.isHidden()
        beside = self.blinking if turns else self.facts
        facts, count = not beside.isHidden(), 1 if turns else len(shown)
        inside, words = self.contentsRect(), self.left.words
        left, top, below = inside.left(), inside.top(), self.chrome - words
        high = inside.height() - below
        made = arrange(inside.width(), high, count, words=words, facts=facts)
        for number, pane in enumerate(shown):
            place = made.place(0 if turns else number)
            pane.setGeometry(_rectangle(place).translated(left, top))
        if made.facts is not None:
            beside.setGeometry(_rectangle(made.facts).translated(left, top))
        bottom = high if facts else min(math.floor(made.bottom(count, words)), high)
        line = QRect(left, top + bottom + GRID // 2, inside.width(), max(below - GRID // 2, 0))
        self.fit.setGeometry(line)

    # -- in turn ---------------------------------------------------------------------------

    def blink(self, *, on: bool) -> None:
        """Show the pictures in turn in one place, as large as there is room, or side by side."""
        if on is not self.blinking.isHidden():
            return
        held = any(view.hasFocus() for view in self.views)
        self.blinking.setVisible(on)
        self.blinking.run(running=on)
        if on and self._shown:
            self._move_together(self._leader().view, all_tied=True)
        self._take_turns()
        if (on or held) and self._shown:
            self.front.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.blinks.emit(on)

    @property
    def front(self) -> Pane:
        """The picture whose turn it is; side by side, the first."""
        there = {pane.title.whole: pane for pane in self._shown}
        return there.get(self.blinking.now, self._shown[0])

    def _leader(self) -> Pane:
        """Return the picture whose part of the sky is kept when pictures are tied."""
        return next(
            (p for p in self._shown if p.view.sky is not None and p.view.sky.grid), self.front
        )

    def _take_turns(self) -> None:
        """Show the picture whose turn it is, or all."""
        turns = not self.blinking.isHidden() and bool(self._shown)
        before = next((p for p in self._panes if p.isVisible() and p in self._shown), None)
        self.blinking.offer([p.title.whole for p in self._shown if p.view.sky is not None])
        held = turns and before is not None and before.view.hasFocus()
        if turns and before is not None and before is not self.front:
            lead(before.view, self.front.view)
        for pane in self._panes:
            pane.setVisible(pane is self.front if turns else pane in self._shown)
        if held:
            self.front.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.facts.setVisible(self._with_facts and not turns)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step on with Space while pictures take turns."""
        if event.key() == Qt.Key.Key_Space and not self.blinking.isHidden():
            self.blinking.step_by_hand()
        else:
            super().keyPressEvent(event)

    # -- together --------------------------------------------------------------------------

    def alike(self, view: PictureView) -> list[PictureView]:
        """Return the other views shown that have the same pixels of the same sky."""
        sky = view.sky
        return [
            pane.view
            for pane in self._shown
            if pane.view is not view
            and sky is not None
            and sky.grid
            and pane.view.sky is not None
            and pane.view.sky.grid == sky.grid
        ]

    def align(self, view: PictureView) -> None:
        """Let the pictures of the same pixels show the same part as a view."""
        for other in self.alike(view):
            other.follow(view)

    def _move_together(self, view: PictureView, *, all_tied: bool = False) -> None:
        if not (self.choices.locked or all_tied):
            self.align(view)
            return
        for pane in self._shown:
            if pane.view is not view:
                lead(view, pane.view)

    def _point(self, view: PictureView, at: tuple[float, float] | None) -> None:
        for pane in self._shown:
            if pane.view is not view:
                pane.view.mark(_elsewhere(view, pane.view, at))
        self.pointed.emit(view, at)


def _elsewhere(
    view: PictureView, other: PictureView, at: tuple[float, float] | None
) -> tuple[float, float] | None:
    """Return the pixel of another picture that shows the same place of the sky."""
    if at is None or view.sky is None or other.sky is None:
        return None
    there = place_in(view.sky, other.sky, *at)
    x, y = (float(v) for v in there) if there is not None else (math.nan, math.nan)
    height, width = other.sky.values.shape
    return (x, y) if -0.5 <= x < width - 0.5 and -0.5 <= y < height - 0.5 else None


def _rectangle(place: tuple[float, float, float, float]) -> QRect:
    return QRect(*(math.floor(v) for v in place))
