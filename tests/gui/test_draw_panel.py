"""Where the panel of drawn galaxies stands, how it is reached, and that nothing is mute."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QListView, QSlider

import radgalgui_resources
from radgalgui.gui.theme import ThemeChoice

LEFT = Qt.MouseButton.LeftButton
BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def tabs(window, key: str) -> set[str]:
    """Return the panels that share a place with one."""
    return {dock.objectName() for dock in window.tabifiedDockWidgets(window.docks[key])}


def test_it_is_closed_on_the_first_day_and_takes_the_room_of_the_answer(drawing_window, qtbot):
    window = drawing_window
    window.resize(QSize(1440, 900))
    assert not window.docks["draw"].isVisible()
    assert "classes" not in tabs(window, "neighbours")
    QTest.keyClick(window, Qt.Key.Key_G, BOTH)
    assert window.draw_panel.isVisible()
    assert tabs(window, "draw") == {"neighbours", "classes", "likelihood"}
    assert window.map.isVisible()
    assert window.image.isVisible()
    qtbot.waitUntil(lambda: window.docks["draw"].height() > 380)
    QTest.mouseClick(window.docks["draw"].close_button, LEFT)
    qtbot.waitUntil(lambda: "classes" not in tabs(window, "neighbours"))
    assert window.docks["classes"].y() > window.docks["neighbours"].y()


def test_in_a_low_window_the_galaxy_becomes_a_tab_and_returns(drawing_window, qtbot):
    window = drawing_window
    window.resize(QSize(960, 600))
    qtbot.waitUntil(lambda: "classes" in tabs(window, "sources"))
    QTest.keyClick(window, Qt.Key.Key_G, BOTH)
    assert "image" in tabs(window, "draw")
    assert window.draw_panel.isVisible()
    QTest.mouseClick(window.docks["draw"].close_button, LEFT)
    qtbot.waitUntil(lambda: "image" not in tabs(window, "neighbours"))
    assert window.docks["image"].y() < window.docks["neighbours"].y()


def test_it_opens_in_a_window_of_its_own_and_returns(drawing_window, qtbot):
    window = drawing_window
    window.resize(QSize(1440, 900))
    QTest.keyClick(window, Qt.Key.Key_W, BOTH)
    dock = window.docks["draw"]
    QTest.mouseClick(window.draw_panel.enlarge_button, LEFT)
    assert dock.isFloating()
    assert dock.width() > 700
    qtbot.waitUntil(lambda: "classes" not in tabs(window, "neighbours"))
    QTest.mouseClick(window.draw_panel.enlarge_button, LEFT)
    assert not dock.isFloating()
    qtbot.waitUntil(lambda: tabs(window, "draw") == {"neighbours", "classes", "likelihood"})


def test_it_is_where_it_was_in_the_next_session(make_drawing_window, qtbot):
    first = make_drawing_window()
    first.resize(QSize(1440, 900))
    QTest.keyClick(first, Qt.Key.Key_W, BOTH)
    first.close()
    second = make_drawing_window()
    qtbot.waitUntil(second.draw_panel.isVisible)
    assert "neighbours" in tabs(second, "draw")
    QTest.mouseClick(second.docks["draw"].close_button, LEFT)
    qtbot.waitUntil(lambda: tabs(second, "neighbours") == set())


def test_each_page_has_its_keys(drawing_window):
    pages = ((Qt.Key.Key_G, 0), (Qt.Key.Key_W, 1), (Qt.Key.Key_K, 2))
    for key, page in pages:
        QTest.keyClick(drawing_window, key, BOTH)
        assert drawing_window.draw_panel.at == page
    QTest.mouseClick(drawing_window.draw_panel.buttons.button(0), LEFT)
    assert drawing_window.draw_panel.samples.isVisible()


def test_no_two_actions_share_a_shortcut(drawing_window):
    keys = Counter(
        sequence.toString()
        for action in drawing_window.actions_.by_key.values()
        for sequence in action.shortcuts()
    )
    assert [k for k, count in keys.items() if count > 1] == []
    draws = drawing_window.actions_.menus["&Draw"].actions()
    assert all(action.shortcuts() for action in draws if not action.isSeparator())


def test_nothing_in_the_panel_is_mute(drawing_window):
    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox, QListView, QSlider)
    for kind in kinds:
        for widget in drawing_window.draw_panel.findChildren(kind):
            of_a_box = widget.window() is not drawing_window  # its list of choices
            if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus and not of_a_box:
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget


def test_help_on_the_panel(drawing_window):
    QTest.keyClick(drawing_window, Qt.Key.Key_G, BOTH)
    QTest.keyClick(drawing_window.draw_panel.samples.draw_button, Qt.Key.Key_F1)
    shown = drawing_window.commands._help
    assert "Draw" in shown.windowTitle()
    text = radgalgui_resources.path("help", "draw.md").read_text(encoding="utf-8")
    assert "2311.08331" in text
    assert "never observed" in shown.text.toPlainText()


@pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK])
def test_it_wears_the_theme(drawing_window, qtbot, choice):
    window = drawing_window
    QTest.keyClick(window, Qt.Key.Key_G, BOTH)
    window.theme.choose(choice)
    qtbot.wait(20)
    picture = window.draw_panel.samples.grab().toImage()
    assert picture.pixelColor(4, picture.height() // 2).name() == window.theme.tokens.panel
