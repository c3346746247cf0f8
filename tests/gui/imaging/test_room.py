"""In a low window the histogram and the measuring tools stand below the pictures in turn."""

from __future__ import annotations

from hands import ask
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from radgalgui.gui.measuring.feature import MeasuringFeature


def test_what_is_opened_last_stays_where_there_is_no_room_for_both(
    reconstructing, make_window, catalog, qtbot, image
):
    window = make_window(catalog)
    window.resize(960, 600)
    qtbot.waitUntil(lambda: window.desk.ready is not None)
    ask(window, qtbot, [image])
    strip = window.image.strip
    (tools,) = (f for f in window.commands.features if isinstance(f, MeasuringFeature))
    QTest.keyClick(window.map.view, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    assert tools.bar.isVisible()
    QTest.keyClick(window.map.view, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: not tools.bar.isVisible())
    assert strip.isVisible()
    QTest.keyClick(window.map.view, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: not strip.isVisible())
    assert tools.bar.isVisible()
    assert not window.actions_["image_histogram"].isChecked()
