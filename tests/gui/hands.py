"""What a user's hands do: drop, point, click; and what their eyes wait for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QListView, QMenu, QTableView, QWidget

from radgalgui.gui.choosing.looking import move_words
from radgalgui.gui.session import State

__all__ = [
    "State",
    "answered",
    "ask",
    "choose",
    "click_item",
    "double_click_item",
    "drag",
    "drop",
    "idle",
    "moved",
    "point_on_map",
    "same_view",
    "settle",
    "settled",
    "take_from_menu",
    "view_of",
]


def drop(window: QWidget, paths: list[Path], over: QWidget | None = None) -> bool:
    """Drop files where ``over`` is; return whether they were taken.

    As in Qt, the drag goes to the innermost widget under the pointer that accepts drops.
    """
    target = over or window
    middle = target.mapTo(window, target.rect().center())
    receiver: QWidget | None = window.childAt(middle) or window
    while receiver is not None and not receiver.acceptDrops():
        receiver = receiver.parentWidget()
    assert receiver is not None
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at = receiver.mapFrom(window, middle) if receiver is not window else middle
    both = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at, *both, none)
    QApplication.sendEvent(receiver, enter)
    QApplication.sendEvent(receiver, QDragMoveEvent(at, *both, none))
    if not enter.isAccepted():
        return False
    fall = QDropEvent(QPointF(at), *both, none)
    QApplication.sendEvent(receiver, fall)
    return fall.isAccepted()


def answered(window, count: int = 1) -> bool:
    """Return whether ``count`` queries have come to an end."""
    ended = [q for q in window.desk.session.queries if not q.open]
    return len(ended) >= count and not window.desk.looking


def ask(window, qtbot, paths: list[Path], *, timeout: int = 30_000) -> list:
    """Drop files and wait until all are answered; return the queries."""
    before = len(window.desk.session.queries)
    assert drop(window, paths)
    qtbot.waitUntil(lambda: answered(window, before + 1) and idle(window), timeout=timeout)
    return window.desk.session.queries[before:]


def idle(window) -> bool:
    """Return whether nothing waits for an answer."""
    return not window.desk.looking and not any(q.open for q in window.desk.session.queries)


def click_item(view: QListView | QTableView, row: int) -> None:
    """Click a row of a list or table."""
    index = view.model().index(row, 0)
    view.scrollTo(index)
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center()
    )


def double_click_item(view: QListView | QTableView, row: int) -> None:
    """Click a row twice."""
    index = view.model().index(row, 0)
    view.scrollTo(index)
    at = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def choose(box: QComboBox, text: str) -> None:
    """Open a list by the mouse, walk to an entry by keys, and take it."""
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    view, row = box.view(), box.findText(text)
    assert row >= 0, (text, [box.itemText(i) for i in range(box.count())])
    QTest.keyClick(view, Qt.Key.Key_Home)
    while view.currentIndex().row() < row:
        QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert box.currentText() == text
    box.window().activateWindow()


def take_from_menu(menu: QMenu, text: str) -> None:
    """Open a menu, and click an entry."""
    menu.popup(QPoint(40, 40))
    (action,) = (a for a in menu.actions() if a.text().replace("&", "") == text)
    at = menu.actionGeometry(action).center()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=at)
    menu.close()


def settle(window, qtbot) -> None:
    """Wait until the map has come to rest."""
    qtbot.waitUntil(lambda: window.map.view.at_rest)


def settled(window, qtbot) -> None:
    """Wait for what the desk's thread still does, and until its answers have been taken."""
    told: list[object] = []
    window.desk.background.run(lambda: None, told.append, told.append)
    qtbot.waitUntil(lambda: bool(told))


def point_on_map(window, index: int) -> QPoint:
    """Return where a source stands on the map's viewport."""
    return window.map.view.pixel_of(*window.map.view.place_of(index))


def drag(
    widget: QWidget,
    path: list[QPoint],
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    *,
    release: bool = True,
) -> None:
    """Press the left button at the beginning of a path, follow it, and let go at its end."""
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(widget, left, keys, path[0])
    for at in path[1:]:  # QTest's own moves tell of no button
        where = QPointF(at)
        moved = QMouseEvent(
            QMouseEvent.Type.MouseMove,
            where,
            widget.mapToGlobal(where),
            Qt.MouseButton.NoButton,
            left,
            keys,
        )
        QApplication.sendEvent(widget, moved)
    if release:
        QTest.mouseRelease(widget, left, keys, path[-1])


def view_of(window) -> QRectF:
    """Return what the map shows."""
    return window.map.view.box.viewRect()


def same_view(a: QRectF, b: QRectF) -> bool:
    """Return whether the map would not call one a move from the other."""
    return move_words(a.getRect(), b.getRect()) == ""


def moved(window, qtbot, act: Callable[[], object]) -> QRectF:
    """Return the view after something moved it; a rest of before may come to its end first."""
    before, settled = view_of(window), window.map.view.view_settled

    def elsewhere(*_told) -> bool:
        return not same_view(before, view_of(window))

    with qtbot.waitSignal(settled, check_params_cb=elsewhere):
        act()
    return view_of(window)
