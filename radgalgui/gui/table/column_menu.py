"""The menu that shows and hides columns; it stays open while they are ticked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from radgalgui.gui.sources import column_title

__all__ = ["ColumnMenu"]


class ColumnMenu(QMenu):
    """Columns with a tick where they are shown.

    Signals: ``toggled_column(str, bool)``; ``all_wanted()``, ``own_order_wanted()`` and
    ``fit_wanted()`` for all columns, the catalogue's order and widths that fit.
    """

    toggled_column = Signal(str, bool)
    all_wanted = Signal()
    own_order_wanted = Signal()
    fit_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Columns of the table")
        self.setObjectName("columnMenu")
        self._ticks: dict[str, QAction] = {}

    def show_columns(self, names: Sequence[str], shown: Collection[str]) -> None:
        """List columns from left to right."""
        self.clear()
        self._ticks = {}
        for name in names:
            action = self.addAction(column_title(name).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name in shown)
            action.toggled.connect(lambda on, name=name: self._toggled(name, on=on))
            self._ticks[name] = action
        self._keep_one()
        self.addSeparator()
        for text, told in (
            ("Show &all columns", self.all_wanted.emit),
            ("&Order of the catalogue", self.own_order_wanted.emit),
            ("&Widths that fit", self.fit_wanted.emit),
        ):
            self.addAction(text).triggered.connect(lambda _=False, told=told: told())

    def _toggled(self, name: str, *, on: bool) -> None:
        self._keep_one()
        self.toggled_column.emit(name, on)

    def _keep_one(self) -> None:
        """Let the last column that is shown stay."""
        ticked = [action for action in self._ticks.values() if action.isChecked()]
        for action in self._ticks.values():
            action.setEnabled(ticked != [action])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tick without closing."""
        if not self._tick(self.activeAction()):
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick with the space bar without closing."""
        if event.key() != Qt.Key.Key_Space or not self._tick(self.activeAction()):
            super().keyPressEvent(event)

    def _tick(self, action: QAction | None) -> bool:
        if action is None or not action.isCheckable():
            return False
        if action.isEnabled():
            action.toggle()
        return True
