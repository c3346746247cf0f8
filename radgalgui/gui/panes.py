"""Pictures side by side, each under its title: what is compared in the image panel."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFormLayout, QLabel, QScrollArea, QWidget

from radgalgui.gui.arrangement import FACTS_WIDE, arrange
from radgalgui.gui.display import Display
from radgalgui.gui.elided import Elided
from radgalgui.gui.picture_view import PictureView, Sky
from radgalgui.gui.theme import GRID, Tokens, numbers_font

__all__ = ["FactList", "Pane", "Panes"]

SMALLEST = 72  # pixels a side of a picture


class Pane(QWidget):
    """A square picture under a title and a quieter line."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        self.view.setAccessibleDescription(", ".join(filter(None, (title, detail, message))))
        self.view.show_sky(sky, display, message)

    def copy_of(self, other: Pane) -> None:
        """Show what another shows, and the same part of it."""
        view = other.view
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
    they are wanted.  Pictures of the same pixels are zoomed and moved together.
    ``pointed(view, at)`` tells the view and the (x, y) under the pointer, or None.
    """

    pointed = Signal(object, object)

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
        self._panes = (self.left, self.right, self.reconstruction, self.residual)
        for pane in self._panes:
            view = pane.view
            view.pointed.connect(lambda at, view=view: self._point(view, at))
            view.moved.connect(lambda view=view: self.align(view))
        self.show_only([self.left, self.right])

    def sizeHint(self) -> QSize:
        """Return room for two pictures."""
        return QSize(544, 304)

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which four pictures can be told apart."""
        return QSize(4 * SMALLEST + 3 * GRID, SMALLEST + self.left.words)

    @property
    def shown(self) -> list[Pane]:
        """The panes that are shown, in their order."""
        return [pane for pane in self._panes if not pane.isHidden()]

    def show_only(self, panes: list[Pane], facts: list[tuple[str, str]] | None = None) -> None:
        """Show these panes, and facts where there are some."""
        for pane in self._panes:
            pane.setVisible(pane in panes)
        if facts is not None:
            self.facts.show_facts(facts)
        self.facts.setVisible(facts is not None)
        if self.residual not in panes:
            self.explain_fit("", "")
        self._arrange()

    @property
    def chrome(self) -> int:
        """Height of the words above and below one row of pictures."""
        below = 0 if self.fit.isHidden() else self.fit.sizeHint().height() + GRID // 2
        return self.left.words + below

    def copy_of(self, other: Panes) -> None:
        """Show the pictures that another shows, with their words, and no facts."""
        for mine, theirs in zip(self._panes, other._panes, strict=True):
            mine.copy_of(theirs)
        self.show_only([self._panes[other._panes.index(pane)] for pane in other.shown])
        if not other.fit.isHidden():
            self.explain_fit(other.fit.whole, "")

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        for pane in self._panes:
            pane.view.set_theme(tokens)

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
        shown, facts = self.shown, not self.facts.isHidden()
        inside, words = self.contentsRect(), self.left.words
        left, top, below = inside.left(), inside.top(), self.chrome - words
        high = inside.height() - below
        made = arrange(inside.width(), high, len(shown), words=words, facts=facts)
        for number, pane in enumerate(shown):
            pane.setGeometry(_rectangle(made.place(number)).translated(left, top))
        if made.facts is not None:
            self.facts.setGeometry(_rectangle(made.facts).translated(left, top))
        bottom = high if facts else min(math.floor(made.bottom(len(shown), words)), high)
        line = QRect(left, top + bottom + GRID // 2, inside.width(), max(below - GRID // 2, 0))
        self.fit.setGeometry(line)

    # -- pictures of the same pixels -------------------------------------------------------

    def alike(self, view: PictureView) -> list[PictureView]:
        """Return the other views shown that have the same pixels of the same sky."""
        sky = view.sky
        return [
            pane.view
            for pane in self.shown
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

    def _point(self, view: PictureView, at: tuple[float, float] | None) -> None:
        for other in self.alike(view):
            other.mark(at)
        self.pointed.emit(view, at)


def _rectangle(place: tuple[float, float, float, float]) -> QRect:
    return QRect(*(math.floor(v) for v in place))
