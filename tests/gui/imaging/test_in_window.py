"""The switches of the image view in the real window, by their keys."""

from __future__ import annotations

from dataclasses import replace

from fakes import make_image
from hands import ask, choose
from made_skies import wheel
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from radgalgui.gui.display import BY_HAND, limits_of
from radgalgui.gui.settings import Settings

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
KEY = Qt.Key


def test_the_image_view_by_its_keys(reconstructing, make_window, catalog, qtbot, image):
    """Contours over three pictures, one lock, limits, blinking until Escape; kept for next time."""
    window = make_window(catalog)
    qtbot.waitUntil(lambda: window.desk.ready is not None)
    ask(window, qtbot, [image])
    panes, views = window.image.panes, window.image.panes.views
    feature = next(f for f in window.commands.features if hasattr(f, "layers"))
    qtbot.waitUntil(lambda: views[0].sky.readout is not None and views[1].sky.readout is not None)
    start = [view.pixel_size for view in views]
    wheel(views[1], 2)
    assert views[0].pixel_size > start[0]

    for key in (KEY.Key_C, KEY.Key_G):
        QTest.keyClick(window.map.view, key)
    limits = views[0].levels.span(views[0].display)
    choose(window.image.limits, BY_HAND)  # opens the histogram
    assert views[0].display.span == limits
    qtbot.waitUntil(lambda: all(len(o.contours) for o in feature.layers.contours))
    brightest = [max(c.level for c in o.contours if len(c)) for o in feature.layers.contours[:3]]
    assert brightest[0] == brightest[1] == brightest[2] > 0.4
    strip = window.image.strip
    qtbot.waitUntil(lambda: strip.isVisible() and strip.histogram.counts is not None)
    assert strip.histogram.ruler.unit == "mJy/beam"

    QTest.keyClick(window.map.view, KEY.Key_C, SHIFT)
    popover = feature.popover
    popover.levels.selectAll()
    QTest.keyClicks(popover.levels, "4 -")
    assert popover.problem.isVisible()
    QTest.keyClick(popover.levels, KEY.Key_Backspace)
    QTest.keyClicks(popover.levels, "8")
    assert feature.choices.levels == (4.0, 8.0)
    QTest.mouseClick(popover.boxes["negative"], LEFT, pos=QPoint(8, 8))
    popover.hide()
    with qtbot.waitActive(window):
        window.activateWindow()
    levels = [0.04, 0.08]
    qtbot.waitUntil(
        lambda: [round(c.level, 3) for c in feature.layers.contours[0].contours] == levels
    )

    QTest.keyClick(window.map.view, KEY.Key_X)
    assert [pane.isVisible() for pane in panes.shown].count(True) == 1
    before = panes.front
    QTest.keyClick(before.view, KEY.Key_Space)
    assert panes.front is not before
    QTest.keyClick(window, KEY.Key_Escape)
    assert all(pane.isVisible() for pane in panes.shown)
    assert not window.actions_["image_blink"].isChecked()

    kept = Settings().choices()
    assert kept == replace(feature.choices, histogram=False)  # which takes room
    assert (kept.grid, kept.contours, kept.negative) == (True, True, False)


def test_a_large_image_is_made_ready_in_a_thread(window, qtbot, tmp_path):
    """A skeleton stands there meanwhile; then it has the limits of its own pixels."""
    large = make_image(tmp_path / "large.fits", size=900)
    window.desk.ask_paths([large])
    view = window.image.panes.left.view
    empty = []
    view.shown.connect(lambda: empty.append(view.sky is None))
    qtbot.waitUntil(lambda: view.sky is not None and view.sky.values.shape == (900, 900))
    assert empty[0]
    assert view.levels is view.sky.levels
    low, high = limits_of(view.sky.values, window.image.display.limits)
    assert view.levels.span(view.display) == (low, high)
    qtbot.waitUntil(lambda: not any(q.open for q in window.desk.session.queries))
