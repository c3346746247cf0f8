"""All classifiers side by side: a bar each, parted by classes, and how sure it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from radgalgui.gui.class_text import leading, row_words
from radgalgui.gui.colours import class_colour, class_order
from radgalgui.gui.names import CLASSIFIERS, classifier_brief, expected_classifiers
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font
from radgalgui.jobs.events import Classes, ClassRow

__all__ = ["ClassKey", "ClassStrip"]

BAR = 8  # height, pixels
WIDEST = 112  # of a cell, pixels
NUMBER = "0.00"  # as wide as any probability


class ClassStrip(QWidget):
    """A cell a classifier: short name, probability of its leading class, a bar of all classes.

    Where cells are too narrow for name and number side by side, the number stands below the bar.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Classifiers")
        self.setFont(numbers_font(self.font()))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tokens = LIGHT
        self._told: Classes | None = None
        self._label_set = ""
        self._marked = -1

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def show_classes(self, told: Classes | None, label_set: str = "") -> None:
        """Show what has been told of a label set; None while nothing has."""
        self._told, self._label_set, self._marked = told, label_set, -1
        rows = told.rows if told is not None else []
        words = [row_words(told, row).replace("\n", ", ") for row in rows] if told else []
        self.setAccessibleDescription("; ".join(words) or "Waiting for the classifiers")
        self.updateGeometry()  # other cells may need more lines
        self.update()

    def cells(self) -> list[tuple[str, ClassRow | None]]:
        """Return classifiers in order, with None for those still to come."""
        rows = {row["classifier"]: row for row in self._told.rows} if self._told else {}
        complete = self._told is not None and self._told.complete
        awaited = () if complete else expected_classifiers(self._label_set)
        names = [n for n in CLASSIFIERS if n in rows or n in awaited]
        names += [n for n in rows if n not in names]
        return [(name, rows.get(name)) for name in names]

    def sizeHint(self) -> QSize:
        """Return the room of seven cells."""
        lines = 3 if self.stacked else 2
        return QSize(7 * 64, lines * QFontMetrics(self.font()).height() + BAR + GRID)

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which cells can be read."""
        strong, muted = QFontMetrics(_strong(self.font())), QFontMetrics(self.font())
        names = [classifier_brief(name) for name, _ in self.cells()]
        widest = max([strong.horizontalAdvance(NUMBER), *map(muted.horizontalAdvance, names)])
        count = max(len(names), 1)
        return QSize(count * (widest + GRID) - GRID, self.sizeHint().height())

    @property
    def stacked(self) -> bool:
        """Whether the numbers stand below the bars, for want of room beside the names."""
        if not (cells := self.cells()):
            return False
        muted = QFontMetrics(self.font())
        names = max(muted.horizontalAdvance(classifier_brief(name)) for name, _ in cells)
        wanted = names + QFontMetrics(_strong(self.font())).horizontalAdvance(NUMBER) + GRID // 2
        return self.cell(0).width() < wanted

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as many lines as the width asks for."""
        super().resizeEvent(event)
        self.updateGeometry()

    def cell(self, number: int) -> QRectF:
        """Return where a cell stands."""
        width = min((self.width() + GRID) / max(len(self.cells()), 1), WIDEST)
        return QRectF(number * width, 0, width - GRID, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the cells."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, (name, row) in enumerate(self.cells()):
            self._paint_cell(painter, self.cell(number), name, row)
        if self.hasFocus() and 0 <= self._marked < len(self.cells()):
            painter.setPen(QColor(self._tokens.muted))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.cell(self._marked).adjusted(-3, 0.5, 3, -0.5), 4, 4)
        painter.end()

    def _paint_cell(self, painter: QPainter, cell: QRectF, name: str, row: ClassRow | None) -> None:
        tokens, line = self._tokens, QFontMetrics(self.font()).height()
        words = QRectF(cell.left(), 0, cell.width(), line)
        painter.setFont(self.font())
        painter.setPen(QColor(tokens.muted))
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, classifier_brief(name))
        bar = QRectF(cell.left(), line + 2, cell.width(), BAR)
        told = self._told
        if row is None or told is None:
            painter.fillRect(bar, QColor(tokens.skeleton))
            return
        best, chance = leading(told.classes, row["probabilities"])
        _paint_bar(painter, bar, told, row["probabilities"], dark=tokens.dark)
        below = QRectF(cell.left(), bar.bottom() + 3, cell.width(), line)
        painter.setFont(_strong(self.font()))
        painter.setPen(QColor(tokens.text))
        if self.stacked:
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"{chance:.2f}")
            below.translate(0, line)
            below.setWidth(cell.width() + GRID - 2)  # a name may reach into the gap
        else:
            painter.drawText(words, Qt.AlignmentFlag.AlignRight, f"{chance:.2f}")
        painter.setFont(self.font())
        agrees = best == leading(told.classes, told.mean)[0]
        painter.setPen(QColor(tokens.muted if agrees else tokens.text))
        short = painter.fontMetrics().elidedText(
            best, Qt.TextElideMode.ElideRight, int(below.width())
        )
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, short)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the cells with the arrow keys; each says what its tooltip says."""
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        if step is None or not self.cells():
            super().keyPressEvent(event)
            return
        self._marked = max(0, min(self._marked + step, len(self.cells()) - 1))
        at = self.cell(self._marked).bottomLeft().toPoint()
        QToolTip.showText(self.mapToGlobal(at), self.words(self._marked), self)
        self.update()

    def words(self, number: int) -> str:
        """Return what the tooltip of a cell says."""
        name, row = self.cells()[number]
        if row is None or self._told is None:
            brief = CLASSIFIERS.get(name, (name, name))[1]
            return f"{brief[0].upper()}{brief[1:]}: still learning"
        return row_words(self._told, row)

    def event(self, event: QEvent) -> bool:
        """Say what the classifier under the pointer is."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            for number in range(len(self.cells())):
                if self.cell(number).contains(event.pos()):
                    QToolTip.showText(event.globalPos(), self.words(number), self)
                    return True
            QToolTip.hideText()
            return True
        return super().event(event)


class ClassKey(QWidget):
    """The colours of the classes with the mean probability of each, the most probable first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(numbers_font(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tokens = LIGHT
        self._told: Classes | None = None

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def show_classes(self, told: Classes | None) -> None:
        """Show what has been told; None for nothing."""
        self._told = told
        lines = [f"{name}  {value:.2f}" for name, value in self._pairs()]
        title = f"Mean of {len(told.rows)} classifiers" if told is not None else ""
        self.setToolTip("\n".join([title, *lines]))
        self.update()

    def _pairs(self) -> list[tuple[str, float]]:
        if self._told is None:
            return []
        pairs = zip(self._told.classes, self._told.mean, strict=True)
        return sorted(pairs, key=lambda pair: -pair[1])

    def sizeHint(self) -> QSize:
        """Return a line."""
        return QSize(160, QFontMetrics(self.font()).height() + 4)

    def minimumSizeHint(self) -> QSize:
        """Return almost nothing: what does not fit is in the tooltip."""
        return QSize(24, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as many classes as fit, at the right."""
        if self._told is None:
            return
        painter, metrics = QPainter(self), QFontMetrics(self.font())
        shown = [(n, f"{n} {v:.2f}") for n, v in self._pairs()]
        widths = [metrics.horizontalAdvance(text) + 4 * GRID - 2 for _, text in shown]
        while shown and sum(widths[: len(shown)]) > self.width():
            shown.pop()
        left = self.width() - sum(widths[: len(shown)]) + 2 * GRID
        middle = self.height() / 2
        for (name, text), width in zip(shown, widths, strict=False):
            colour = QColor(class_colour(name, self._told.classes, dark=self._tokens.dark))
            painter.fillRect(QRectF(left, middle - 4, 8, 8), colour)
            painter.setPen(QColor(self._tokens.muted))
            base = middle + metrics.ascent() / 2 - 1
            painter.drawText(int(left + 14), int(base), text)
            left += width
        painter.end()


def _strong(font: QFont) -> QFont:
    strong = QFont(font)
    strong.setWeight(QFont.Weight.DemiBold)
    return strong


def _paint_bar(
    painter: QPainter, bar: QRectF, told: Classes, probabilities: list[float], *, dark: bool
) -> None:
    """Part a bar by classes, always in the order of their colours."""
    chances = dict(zip(told.classes, probabilities, strict=True))
    left = bar.left()
    for name in class_order(told.classes):
        width = bar.width() * chances[name]
        colour = QColor(class_colour(name, told.classes, dark=dark))
        painter.fillRect(QRectF(left, bar.top(), width, bar.height()), colour)
        left += width
