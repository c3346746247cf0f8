"""The list of queries so far: picture, name, and what came of each."""

from __future__ import annotations

from operator import is_
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from radgalgui.gui.icons import pixmap
from radgalgui.gui.session import Query, State
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font
from radgalgui.gui.thumbnails import Thumbnails

__all__ = ["QueryList", "outcome"]

Index = QModelIndex | QPersistentModelIndex
PICTURE = 40


def outcome(query: Query) -> str:
    """Return in a few words what came of a query."""
    if query.state is State.WAITING:
        return "waiting"
    if query.state is State.WORKING:
        return "working…"
    if query.state is State.REFUSED:
        return query.reason
    warnings = len(query.notes)
    if not warnings:
        return f"{len(query.rows)} neighbours"
    return "1 warning" if warnings == 1 else f"{warnings} warnings"


class QueryModel(QAbstractListModel):
    """One item a query, in the order they were asked."""

    def __init__(self) -> None:
        super().__init__()
        self.queries: list[Query] = []
        self._thumbnails: Thumbnails | None = None
        self._pictures: dict[str, QPixmap] = {}

    def set_thumbnails(self, thumbnails: Thumbnails) -> None:
        """Take pictures and colours from there."""
        self._thumbnails = thumbnails
        self._pictures.clear()
        self._all_changed()

    def set_queries(self, queries: list[Query]) -> None:
        """Follow the session's list."""
        if len(queries) == len(self.queries) and all(map(is_, queries, self.queries)):
            self._all_changed()
            return
        jobs = {query.job for query in queries}
        self._pictures = {job: kept for job, kept in self._pictures.items() if job in jobs}
        self.beginResetModel()
        self.queries = list(queries)
        self.endResetModel()

    def _all_changed(self) -> None:
        if self.queries:
            self.dataChanged.emit(self.index(0), self.index(len(self.queries) - 1))

    def picture(self, query: Query) -> QPixmap | None:
        """Return what the encoder saw of a query, as far as it is known."""
        if self._thumbnails is None:
            return None
        if query.index is not None:
            return self._thumbnails.pixmap(query.index)
        if query.seen is None:
            return None
        if query.job not in self._pictures:
            self._pictures[query.job] = self._thumbnails.draw(query.seen.seen)
        return self._pictures[query.job]

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of queries."""
        return 0 if parent is not None and parent.isValid() else len(self.queries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a query, its picture or words."""
        if not index.isValid():
            return None
        query = self.queries[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return query
        if role == Qt.ItemDataRole.DisplayRole:
            return query.name
        if role == Qt.ItemDataRole.DecorationRole:
            return self.picture(query)
        if role == Qt.ItemDataRole.ToolTipRole:
            where = str(query.path) if query.path is not None else "a source of the catalogue"
            return "\n".join([where, outcome(query), *(note["text"] for note in query.notes)])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{query.name}: {outcome(query)}"
        return None


class QueryPainter(QStyledItemDelegate):
    """Draws a query: its picture, its name, what came of it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tokens = LIGHT
        self.shown: Query | None = None

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the height of a line with its picture."""
        return QSize(120, PICTURE + GRID + 4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a query."""
        query: Query = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        row = option.rect.adjusted(GRID // 2, 1, -GRID // 2, -1)
        over = option.state & QStyle.StateFlag.State_MouseOver
        if query is self.shown or over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(
                QColor(self.tokens.pressed if query is self.shown else self.tokens.raised)
            )
            painter.drawRoundedRect(QRectF(row), 6, 6)
        frame = QRect(row.left() + 6, row.top() + 5, PICTURE, PICTURE)
        self._picture(painter, frame, query, index.data(Qt.ItemDataRole.DecorationRole))
        text = QRect(frame.right() + GRID + 2, row.top(), 0, row.height())
        text.setRight(row.right() - GRID)
        self._words(painter, text, option, query)
        painter.restore()

    def _picture(
        self, painter: QPainter, frame: QRect, query: Query, picture: QPixmap | None
    ) -> None:
        if picture is not None:
            painter.drawPixmap(frame, picture)
            return
        painter.fillRect(frame, QColor(self.tokens.skeleton))
        if query.state is State.REFUSED:
            sign = pixmap("failure", self.tokens.failure, 18)
            painter.drawPixmap(frame.center().x() - 8, frame.center().y() - 8, sign)

    def _words(
        self, painter: QPainter, room: QRect, option: QStyleOptionViewItem, query: Query
    ) -> None:
        metrics = QFontMetrics(option.font)
        high = metrics.height()
        top = QRect(room.left(), room.center().y() - high, room.width(), high)
        painter.setFont(numbers_font(option.font))
        painter.setPen(QColor(self.tokens.text))
        middle = Qt.TextElideMode.ElideMiddle
        painter.drawText(top, 0, metrics.elidedText(query.name, middle, room.width()))
        painter.setPen(QColor(self._colour(query)))
        words = metrics.elidedText(outcome(query), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(top.translated(0, high + 1), 0, words)

    def _colour(self, query: Query) -> str:
        if query.state is State.REFUSED:
            return self.tokens.failure
        if query.state is State.ANSWERED and query.notes:
            return self.tokens.warning
        return self.tokens.muted


class QueryList(QListView):
    """Queries; ``chosen(query)`` returns to one, ``removed(query)`` takes one away.

    ``menu_wanted(query, QPoint)`` asks for a query's menu.
    """

    chosen = Signal(object)
    removed = Signal(object)
    menu_wanted = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.queries = QueryModel()
        self.setModel(self.queries)
        self._painter = QueryPainter(self)
        self.setItemDelegate(self._painter)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Queries")
        self.setMinimumWidth(23 * GRID)
        self.clicked.connect(lambda index: self.chosen.emit(self.queries.queries[index.row()]))

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._painter.tokens = tokens
        self.viewport().update()

    def show_queries(self, queries: list[Query], shown: Query | None) -> None:
        """Follow the session."""
        self.queries.set_queries(queries)
        lost = not self.currentIndex().isValid()  # as when the list has become another
        if shown is not None and (lost or self._painter.shown is not shown):
            row = next((n for n, query in enumerate(queries) if query is shown), -1)
            self.setCurrentIndex(self.queries.index(row))
            self.scrollTo(self.queries.index(row))
        self._painter.shown = shown
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys, which shows each query; Delete removes."""
        current = self.currentIndex()
        if event.key() == Qt.Key.Key_Delete and current.isValid():
            self.removed.emit(self.queries.queries[current.row()])
            return
        super().keyPressEvent(event)
        moved = self.currentIndex()
        if moved.isValid() and moved != current:
            self.chosen.emit(self.queries.queries[moved.row()])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the query under the pointer, or of the current one."""
        keys = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if keys else self.indexAt(event.pos())
        if index.isValid():
            at = self.visualRect(index).center() if keys else event.pos()
            query = self.queries.queries[index.row()]
            self.menu_wanted.emit(query, self.viewport().mapToGlobal(at))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the queries, or where they will be."""
        super().paintEvent(event)
        if self.queries.queries:
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(self._painter.tokens.muted))
        room = self.viewport().rect().adjusted(2 * GRID, 0, -2 * GRID, 0)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room, flags, "What you ask is kept here.")
        painter.end()
