"""The components of a generator's vector, the most telling first, each with its information."""

from __future__ import annotations

import math
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
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font
from radgalgui.jobs.events import Components

__all__ = ["NATS_PER_BIT", "ComponentList"]

Index = QModelIndex | QPersistentModelIndex

#: How many nats one unit of information is.
NATS_PER_BIT = {"nats": 1.0, "bits": math.log(2.0)}


class ComponentModel(QAbstractListModel):
    """One item a component; its data are number, information in the unit, and share of the most."""

    def __init__(self) -> None:
        super().__init__()
        self.told: Components | None = None
        self.unit = "nats"

    def set_components(self, told: Components) -> None:
        """Show components."""
        self.beginResetModel()
        self.told = told
        self.endResetModel()

    def set_unit(self, unit: str) -> None:
        """Tell information in another unit."""
        self.unit = unit
        if self.rowCount():
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def number(self, row: int) -> int:
        """Return the component of a row."""
        return int(self.told.order[row]) if self.told is not None else -1

    def information(self, row: int) -> tuple[float, float]:
        """Return what a component tells, in the unit, and as a share of the most telling one."""
        if self.told is None:
            return math.nan, 0.0
        nats, most = (float(self.told.kl[self.number(r)]) for r in (row, 0))
        share = nats / most if most > 0 and math.isfinite(nats) else 0.0
        return nats / NATS_PER_BIT[self.unit], share

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of components."""
        inside = parent is not None and parent.isValid()
        return 0 if inside or self.told is None else len(self.told.order)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a component's words."""
        if not index.isValid():
            return None
        value, _ = self.information(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self.number(index.row())}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                "How much this component tells of a galaxy, on average over the training images:"
                "\nthe Kullback-Leibler divergence of posterior from prior"
            )
        if role == Qt.ItemDataRole.AccessibleTextRole:
            told = f"{value:.2f} {self.unit}" if math.isfinite(value) else "information unknown"
            return f"Component {self.number(index.row())}, {told}"
        return None


class BarPainter(QStyledItemDelegate):
    """Draws a component's number, a bar as long as its share, and the value."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tokens = LIGHT

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the height of a line."""
        return QSize(96, option.fontMetrics.height() + GRID)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a line."""
        model: ComponentModel = index.model()  # type: ignore[assignment]
        value, share = model.information(index.row())
        row = option.rect.adjusted(0, 1, -2, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            selected = option.state & QStyle.StateFlag.State_Selected
            painter.setBrush(QColor(self.tokens.pressed if selected else self.tokens.raised))
            painter.drawRoundedRect(QRectF(row), 5, 5)
        painter.setFont(numbers_font(option.font))
        metrics = painter.fontMetrics()
        number, figures = metrics.horizontalAdvance("0000"), metrics.horizontalAdvance("00.00")
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.setPen(QColor(self.tokens.text))
        painter.drawText(QRect(row.left(), row.top(), number, row.height()), flags, index.data())
        painter.setPen(QColor(self.tokens.muted))
        text = f"{value:.2f}" if math.isfinite(value) else "–"
        painter.drawText(row.adjusted(0, 0, -GRID, 0), flags, text)
        left = row.left() + number + GRID
        room = row.right() - GRID - figures - GRID - left
        if room > 0 and share > 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.tokens.muted))
            bar = QRectF(left, row.center().y() - 2, max(room * share, 1.0), 5)
            painter.drawRoundedRect(bar, 2, 2)
        painter.restore()


class ComponentList(QListView):
    """Components by importance; ``chosen()`` when another is current."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.components = ComponentModel()
        self.setModel(self.components)
        self._painter = BarPainter(self)
        self.setItemDelegate(self._painter)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Components by how much they tell")
        self.setMinimumWidth(15 * GRID)
        self.selectionModel().currentChanged.connect(lambda *_: self.chosen.emit())

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._painter.tokens = tokens
        self.viewport().update()

    def set_unit(self, unit: str) -> None:
        """Tell information in nats or bits."""
        self.components.set_unit(unit)

    @property
    def told(self) -> Components | None:
        """The components that are listed."""
        return self.components.told

    @property
    def component(self) -> int | None:
        """The current component, None where there is none."""
        index = self.currentIndex()
        return self.components.number(index.row()) if index.isValid() else None

    def show_components(self, told: Components) -> None:
        """List components; the most telling becomes the current one."""
        self.components.set_components(told)
        if self.components.rowCount():
            self.setCurrentIndex(self.components.index(0))
