"""The key to the map's colours: a bar with its values, or one line a category.

What it explains it also filters: a click hides a category or shows it again, a double click leaves
it alone on the map; the ends of a bar are dragged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from radgalgui.gui.colour_filter import ColourFilter, codes_of
from radgalgui.gui.colours import LEVELS, MISSING, Scale
from radgalgui.gui.legend_paint import BAR, Entry, Pens, paint_bar, paint_entry, range_words, ticks
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font

__all__ = ["Legend", "ticks"]

GRIP = 9.0  # pixels beside the end of a bar where it can be taken
SHOW_ALL = "Show all"


@dataclass(frozen=True)
class _Line:
    """One line that can be clicked: a colour number, or None for what shows all again."""

    rect: QRectF
    code: int | None


class Legend(QWidget):
    """Title, colours and values of what colours the map; ``wanted(ColourFilter)`` asks to hide."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("legend")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setFont(numbers_font(self.font()))
        self.setAccessibleName("Key to the colours of the map")
        self.filter = ColourFilter()
        self._title, self._scale, self._tokens = "", None, LIGHT
        self._codes: list[int] = []
        self._counts = np.zeros(256, np.int64)
        self._shown, self._whole = 0, 0
        self._drawing: QPixmap | None = None
        self._at: int = -1  # which line the pointer or the keys are at
        self._grip = ""  # which end of the bar is held
        self._before = ColourFilter()  # the filter before the first click of two
        self.hide()

    _scale: Scale | None

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self._redraw()

    def show_scale(self, title: str, scale: Scale) -> None:
        """Explain ``scale`` under ``title``."""
        self._title, self._scale = title, scale if title else None
        self._codes = codes_of(scale) if title else []
        self._counts = np.bincount(scale.codes, minlength=256)
        self._at = -1
        self.setAccessibleDescription(f"{title}: {', '.join(scale.categories)}")
        self._redraw()
        self.setVisible(bool(title))

    def show_filter(self, filter_: ColourFilter, shown: int, whole: int) -> None:
        """Say what is hidden, and that ``shown`` of the ``whole`` map is left."""
        self.filter, self._shown, self._whole = filter_, shown, whole
        self._redraw()

    def _redraw(self) -> None:
        self._drawing = None
        self.resize(self.sizeHint())
        self.update()

    # -- room ------------------------------------------------------------------------------

    @property
    def _line_height(self) -> int:
        return QFontMetrics(self.font()).height() + 3

    @property
    def _top(self) -> float:
        """Where lines begin, below title and bar."""
        title = GRID / 2 + self._line_height
        has_bar = self._scale is not None and self._scale.kind != "categories"
        return title + (BAR.height() + self._line_height + 2 if has_bar else 0)

    def _words(self) -> list[str]:
        if not self.filter or self._scale is None:
            return []
        left = f"{self._shown:,} of {self._whole:,} shown"
        within = range_words(self._scale, self.filter)
        return [*([within] if within else []), left]

    def _name(self, code: int) -> str:
        if self._scale is None:
            return ""
        if code == MISSING:
            return self._scale.missing
        return self._scale.categories[code - 1]

    def sizeHint(self) -> QSize:
        """Return the room that title and key need."""
        if self._scale is None:
            return QSize(0, 0)
        advance = QFontMetrics(self.font()).horizontalAdvance
        width = max([advance(self._title), *(advance(text) for text in self._words())]) + 3 * GRID
        for code in self._codes:
            line = advance(self._name(code)) + advance(f"{self._counts[code]:,}")
            width = max(width, line + 6 * GRID)
        if self._scale.kind != "categories":
            width = max(width, BAR.width() + 4 * GRID)
        extra = len(self._words()) + 1 if self.filter else 0
        lines = len(self._codes) + extra
        return QSize(width, round(self._top + lines * self._line_height + GRID / 2))

    def lines(self) -> list[_Line]:
        """Return what can be clicked, from top to bottom."""
        height, top = self._line_height, self._top
        room = QRectF(GRID / 2, top, self.width() - GRID, height)
        made = [_Line(room.translated(0, i * height), c) for i, c in enumerate(self._codes)]
        if self.filter:
            down = (len(self._codes) + len(self._words())) * height
            made.append(_Line(room.translated(0, down), None))
        return made

    def bar(self) -> QRectF:
        """Return where the bar of a continuous scale lies."""
        top = GRID / 2 + self._line_height
        return QRectF(GRID, top, BAR.width(), BAR.height())

    def end_of_bar(self, end: str) -> QPointF:
        """Return where the ``"low"`` or ``"high"`` end of the range stands."""
        bar = self.bar()
        step = bar.width() / LEVELS
        level = self.filter.low - 1 if end == "low" else self.filter.high
        return QPointF(bar.left() + level * step, bar.center().y())

    # -- painting --------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw title and key, from a picture of them: this follows each step of the map."""
        if self._scale is None:
            return
        ratio = self.devicePixelRatioF()
        if self._drawing is None or self._drawing.devicePixelRatio() != ratio:
            self._drawing = QPixmap(self.size() * ratio)
            self._drawing.setDevicePixelRatio(ratio)
            self._drawing.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._drawing)
            painter.setFont(self.font())
            self._paint(painter, self._scale)
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawing)
        painter.end()

    def paint_on_paper(self, painter: QPainter) -> None:
        """Draw the same with its lines and words as such, for any resolution."""
        if self._scale is not None:
            painter.setFont(self.font())
            self._paint(painter, self._scale)

    def _paint(self, painter: QPainter, scale: Scale) -> None:
        pens = Pens(self._tokens, QFontMetrics(self.font()))
        pens.backdrop(painter, QRectF(self.rect()), focus=self.hasFocus())
        height = self._line_height
        pens.text(painter, QPointF(GRID, GRID / 2), self._title, strong=True)
        if scale.kind != "categories":
            paint_bar(painter, pens, self.bar(), scale, self.filter)
        table = scale.table(dark=self._tokens.dark)
        for number, line in enumerate(self.lines()):
            if line.code is None:
                pens.link(painter, line.rect, SHOW_ALL, lit=number == self._at)
                continue
            off = line.code in self.filter.off
            entry = Entry(self._name(line.code), int(self._counts[line.code]), line.code, off)
            paint_entry(painter, pens, line.rect, entry, table, lit=number == self._at)
        down = self._top + len(self._codes) * height
        for number, text in enumerate(self._words()):
            pens.text(painter, QPointF(GRID, down + number * height), text)

    # -- pointer and keys ------------------------------------------------------------------

    def _line_at(self, at: QPointF) -> int:
        for number, line in enumerate(self.lines()):
            if line.rect.contains(at):
                return number
        return -1

    def _end_at(self, at: QPointF) -> str:
        if self._scale is None or self._scale.kind == "categories":
            return ""
        if abs(at.y() - self.bar().center().y()) > GRIP:
            return ""
        away = {end: abs(at.x() - self.end_of_bar(end).x()) for end in ("low", "high")}
        end = min(away, key=lambda name: away[name])
        return end if away[end] <= GRIP else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take an end of the bar, or the line under the pointer."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._grip = self._end_at(event.position())
        number = self._line_at(event.position())
        if not self._grip and number >= 0:
            self._before = self.filter
            self._press(number)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Leave a category alone on the map; on the bar, show its whole range."""
        number = self._line_at(event.position())
        if number >= 0:
            self._only(number, self._before)
        elif self._end_at(event.position()):
            self._grip = ""
            self.wanted.emit(self.filter.between(1, LEVELS))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow an end of the bar that is held, and show what can be clicked."""
        if self._grip:
            self._drag(event.position().x())
            return
        at = self._line_at(event.position())
        over = Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor
        end = self._end_at(event.position())
        self.setCursor(Qt.CursorShape.SizeHorCursor if end else over)
        self._light(at)
        self.setToolTip(_tip(self.lines()[at] if at >= 0 else None, at_end=bool(end)))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go of the bar."""
        self._grip = ""

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was under the pointer."""
        super().leaveEvent(event)
        self._light(-1)

    def _drag(self, x: float) -> None:
        bar = self.bar()
        level = round((x - bar.left()) / bar.width() * LEVELS)
        if self._grip == "low":
            self._set_range(min(level + 1, self.filter.high), self.filter.high)
        else:
            self._set_range(self.filter.low, max(level, self.filter.low))

    def _set_range(self, low: int, high: int) -> None:
        wanted = self.filter.between(low, high)
        if wanted != self.filter:
            self.wanted.emit(wanted)

    def _light(self, number: int) -> None:
        if number != self._at:
            self._at = number
            self._redraw()

    def _press(self, number: int) -> None:
        code = self.lines()[number].code
        self.wanted.emit(ColourFilter() if code is None else self.filter.toggled(code))

    def _only(self, number: int, before: ColourFilter) -> None:
        lines = self.lines()
        code = lines[number].code if number < len(lines) else None
        if code is not None and self._scale is not None and len(self._codes) > 1:
            self.wanted.emit(before.only(code, self._scale))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the lines with Up and Down: Space hides, Return leaves alone; arrows move ends."""
        key, lines = event.key(), self.lines()
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        ends = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        is_bar = self._scale is not None and self._scale.kind != "categories"
        if key in steps and lines:
            self._light(max(0, min(self._at + steps[Qt.Key(key)], len(lines) - 1)))
        elif key in ends and is_bar:
            step, low, high = ends[Qt.Key(key)], self.filter.low, self.filter.high
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._set_range(low, max(high + step, low))
            else:
                self._set_range(min(low + step, high), high)
        elif key == Qt.Key.Key_Space and 0 <= self._at < len(lines):
            self._press(self._at)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._at < len(lines):
            self._only(self._at, self.filter)
        elif key == Qt.Key.Key_Home and self.filter:
            self.wanted.emit(ColourFilter())
        else:
            event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and hasattr(self, "_before"):
            self._redraw()

    def focusInEvent(self, event: object) -> None:
        """Show that the keys are here."""
        super().focusInEvent(event)  # type: ignore[arg-type]
        self._redraw()

    def focusOutEvent(self, event: object) -> None:
        """Show that the keys have gone."""
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self._light(-1)
        self._redraw()


def _tip(line: _Line | None, *, at_end: bool) -> str:
    if at_end:
        return "Drag to hide what lies beyond; double click for the whole range"
    if line is None:
        return ""
    if line.code is None:
        return "Show every source again"
    return "Click to hide or show; double click to see these alone"
