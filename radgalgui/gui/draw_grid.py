"""The grid of drawn galaxies: it fills as they are drawn, and they can be dragged out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from radgalgui.gui.draw_pictures import DrawPictures
from radgalgui.gui.drawn import Sample, Samples
from radgalgui.gui.hover_card import HoverCard
from radgalgui.gui.theme import GRID, LIGHT, Tokens

__all__ = ["SampleGrid", "size_words"]

Index = QModelIndex | QPersistentModelIndex
LEAST = 72  # side of a picture, pixels, before tiles grow to fill the row
GAP = 4
MARGIN = 2 * GRID
HINT = "Drag it out as a FITS file"


def size_words(sample: Sample) -> str:
    """Return how large a drawn galaxy was measured to be."""
    return f"{sample.size:.0f}″ across" if sample.size > 0 else "nothing above the clip"


class SampleModel(QAbstractListModel):
    """One item a galaxy that was ordered, whether it is drawn yet or not."""

    def __init__(self) -> None:
        super().__init__()
        self.samples: Samples | None = None
        self.pictures: DrawPictures | None = None
        self._count = 0

    def set_samples(self, samples: Samples | None, count: int) -> None:
        """Show ``count`` places, filled as far as they are drawn."""
        if samples is not self.samples or count != self._count:
            self.beginResetModel()
            if samples is not self.samples and self.pictures is not None:
                self.pictures.forget_drawn()
            self.samples, self._count = samples, count
            self.endResetModel()
        else:
            self.refresh()

    def refresh(self) -> None:
        """Say that all pictures may look different now."""
        if self._count:
            self.dataChanged.emit(self.index(0), self.index(self._count - 1))

    def sample(self, row: int) -> Sample | None:
        """Return the galaxy of a row, None where it is not drawn yet."""
        return self.samples.drawn.get(row) if self.samples is not None else None

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of galaxies ordered."""
        return 0 if parent is not None and parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a galaxy, its picture or words."""
        sample = self.sample(index.row()) if index.isValid() else None
        if sample is None:
            waiting = role == Qt.ItemDataRole.AccessibleTextRole and index.isValid()
            return f"Galaxy {index.row() + 1}: not drawn yet" if waiting else None
        if role == Qt.ItemDataRole.UserRole:
            return sample
        if role == Qt.ItemDataRole.DecorationRole and self.pictures is not None:
            return self.pictures.of_sample(sample)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            return f"Galaxy {sample.number + 1}, {size_words(sample)}"
        return None


class TilePainter(QStyledItemDelegate):
    """Draws a galaxy as its picture alone."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tokens = LIGHT
        self.side = LEAST

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the room of a tile."""
        return QSize(self.side + GAP, self.side + GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a tile, or its skeleton."""
        half = GAP // 2
        frame = QRect(option.rect.left() + half, option.rect.top() + half, self.side, self.side)
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if picture is None:
            painter.fillRect(frame, QColor(self.tokens.skeleton))
        else:
            selected = option.state & QStyle.StateFlag.State_Selected
            if selected or option.state & QStyle.StateFlag.State_MouseOver:
                colour = self.tokens.text if selected else self.tokens.muted
                painter.setPen(QPen(QColor(colour), 2))  # around it: most of it is black
                painter.drawRoundedRect(QRectF(frame), 2, 2)
                frame = frame.adjusted(3, 3, -3, -3)
            painter.drawPixmap(frame, picture)
        painter.restore()


class SampleGrid(QListView):
    """Drawn galaxies.

    ``pointed(Sample or None)`` tells which is current; ``pressed_on(Sample)`` that its file may
    be wanted soon; ``asked(Sample)`` that it shall become a query; ``menu_wanted(QPoint)``
    where its menu shall open.
    """

    pointed = Signal(object)
    pressed_on = Signal(object)
    asked = Signal(object)
    menu_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.samples = SampleModel()
        self.setModel(self.samples)
        self._tiles = TilePainter(self)
        self.setItemDelegate(self._tiles)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setViewportMargins(MARGIN - GAP // 2, 0, 0, 0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setAcceptDrops(True)  # its own only, so that a short drag does nothing
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Drawn galaxies")
        self.card = HoverCard(self)
        self.message = ""
        self._files: dict[int, Path] = {}
        self._press: QPoint | None = None
        self._drag_wanted = False
        self.selectionModel().currentChanged.connect(lambda *_: self.pointed.emit(self.current()))
        self.doubleClicked.connect(self._ask)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tiles.tokens = tokens
        self.viewport().update()

    def set_pictures(self, pictures: DrawPictures) -> None:
        """Take pictures from there."""
        self.samples.pictures = pictures
        self.samples.refresh()

    def show_samples(self, samples: Samples | None, count: int, message: str) -> None:
        """Show what is drawn so far of ``count``, or a message where there is nothing."""
        if samples is not self.samples.samples:
            self._files.clear()
            self.card.hide()
        self.samples.set_samples(samples, count)
        self.message = message
        self.viewport().update()
        self.pointed.emit(self.current())

    def current(self) -> Sample | None:
        """Return the galaxy that keys and menus speak of."""
        index = self.currentIndex()
        return self.samples.sample(index.row()) if index.isValid() else None

    def _ask(self, index: QModelIndex) -> None:
        sample = self.samples.sample(index.row())
        if sample is not None:
            self.asked.emit(sample)

    # -- room ------------------------------------------------------------------------------

    def columns(self) -> int:
        """Return how many tiles stand in a row."""
        return max(1, self._room() // (LEAST + GAP))

    def _room(self) -> int:
        bar = self.verticalScrollBar().sizeHint().width()
        return self.width() - MARGIN - bar - 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the tiles fill the row."""
        self._tiles.side = self._room() // self.columns() - GAP
        self.setGridSize(QSize(self._tiles.side + GAP, self._tiles.side + GAP))
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tiles, or say why there are none."""
        super().paintEvent(event)
        if self.samples.rowCount() or not self.message:
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(self._tiles.tokens.muted))
        room = self.viewport().rect().adjusted(3 * GRID, GRID, -5 * GRID, -GRID)
        painter.drawText(
            room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.message
        )
        painter.end()

    # -- keys and pointer ------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Make the current galaxy a query with Return."""
        sample = self.current()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and sample is not None:
            self.asked.emit(sample)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a galaxy; its file is made ready for a drag."""
        super().mousePressEvent(event)
        self._press, self._drag_wanted = None, False
        index = self.indexAt(event.position().toPoint())
        sample = self.samples.sample(index.row()) if index.isValid() else None
        if sample is not None and event.button() is Qt.MouseButton.LeftButton:
            self._press = event.position().toPoint()
            self.card.hide()
            self.pressed_on.emit(sample)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin a drag, or show what is under the pointer."""
        at = event.position().toPoint()
        if self._press is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            self._hover(at)
        elif (at - self._press).manhattanLength() >= QApplication.startDragDistance():
            self._drag_wanted = True
            self._drag()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of a galaxy."""
        self._press, self._drag_wanted = None, False
        super().mouseReleaseEvent(event)

    def file_ready(self, sample: Sample, path: Path) -> None:
        """Take in that a galaxy's file has been written; a drag may have waited for it."""
        self._files[sample.number] = path
        self._drag()

    def _drag(self) -> None:
        sample = self.current()
        path = self._files.get(sample.number) if sample is not None else None
        if sample is None or path is None or not self._drag_wanted:
            return
        self._press, self._drag_wanted = None, False
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        drag = QDrag(self)
        drag.setMimeData(data)
        if self.samples.pictures is not None:
            picture = self.samples.pictures.of_sample(sample)
            drag.setPixmap(picture)
            drag.setHotSpot(picture.rect().center())
        drag.exec(Qt.DropAction.CopyAction)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the galaxy under the pointer, or of the current one."""
        at = event.pos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            at = self.visualRect(self.currentIndex()).center()
        if self.samples.sample(self.indexAt(at).row()) is not None:
            self.setCurrentIndex(self.indexAt(at))
            self.menu_wanted.emit(self.viewport().mapToGlobal(at))

    def _hover(self, at: QPoint) -> None:
        index = self.indexAt(at)
        sample = self.samples.sample(index.row()) if index.isValid() else None
        if sample is None or self.samples.pictures is None:
            self.card.hide()
            return
        lines = [size_words(sample), f"Seed {sample.order.seed}", HINT]
        picture = self.samples.pictures.of_sample(sample)
        corner = self.viewport().mapToParent(self.visualRect(index).center())
        self.card.show_source(corner, picture, f"Galaxy {sample.number + 1}", lines)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was under the pointer."""
        super().leaveEvent(event)
        self.card.hide()

    # -- what falls back -------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take back its own galaxies; everything else is the window's."""
        event.setAccepted(event.source() is self)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take back its own galaxies."""
        event.setAccepted(event.source() is self)

    def dropEvent(self, event: QDropEvent) -> None:
        """Do nothing with a galaxy that falls back into its grid."""
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
