"""Walking through the wizard as hands do."""

from __future__ import annotations

from hands import drop
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QRadioButton, QWidget

LEFT = Qt.MouseButton.LeftButton


def click(widget: QWidget) -> None:
    """Click a widget that can be clicked."""
    assert widget.isVisible(), widget
    assert widget.isEnabled(), widget
    marked = isinstance(widget, (QCheckBox, QRadioButton))
    middle = widget.rect().center()
    QTest.mouseClick(widget, LEFT, pos=QPoint(8, middle.y()) if marked else middle)


def give(wizard, qtbot, *paths) -> None:
    """Drop data on the first page, and wait until they are recognised."""
    assert drop(wizard, list(paths), wizard.data.field)
    qtbot.waitUntil(lambda: not wizard.desk["look"].open)


def go_on(wizard, qtbot) -> None:
    """Press Next as soon as one may."""
    at = wizard.at
    qtbot.waitUntil(wizard.next_button.isEnabled)
    click(wizard.next_button)
    assert wizard.at == at + 1


def walk_to(wizard, qtbot, page: int, *paths) -> None:
    """Give data, and press Next until a page is there and knows what it must."""
    give(wizard, qtbot, *paths)
    while wizard.at < page:
        go_on(wizard, qtbot)
    qtbot.waitUntil(lambda: not any(e.open for e in wizard.desk.errands.values()))
