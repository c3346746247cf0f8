"""The key to the colours filters the map by mouse and keys; sliders change the points."""

from __future__ import annotations

import numpy as np
import pytest
from hands import choose, drag, point_on_map, settle
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from radgalgui.gui.choosing.tool import Tool
from radgalgui.gui.colour_filter import ColourFilter
from radgalgui.gui.colours import LEVELS, MISSING, categorical_scale, continuous_scale
from radgalgui.gui.dots.popover import PointStyle
from radgalgui.gui.legend import Legend
from radgalgui.gui.legend_paint import range_words

LEFT, KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier


@pytest.fixture
def window(make_window, catalog, qtbot):
    made = make_window(catalog)
    choose(made.map.columns, "Class")
    return made


def click(legend: Legend, number: int, *, twice: bool = False) -> None:
    at = legend.lines()[number].rect.center().toPoint()
    QTest.mouseClick(legend, LEFT, KEYS.NoModifier, at)
    if twice:
        QTest.mouseDClick(legend, LEFT, KEYS.NoModifier, at)


def labels(window) -> np.ndarray:
    sources = window.desk.sources
    return np.array([sources.label(i) for i in range(len(sources))])


def shown(window) -> set[int]:
    return set(window.map.view.points.cells.index.tolist())


def test_a_click_hides_a_category_from_pointer_and_lasso_and_another_shows_it(window, qtbot):
    view, legend = window.map.view, window.map.view.legend
    kinds, names = labels(window), list(view.scale.categories)
    assert len(shown(window)) == len(kinds)
    click(legend, 0)
    kept = set(np.flatnonzero(kinds != names[0]).tolist())
    assert 0 < len(kept) < len(kinds)
    assert shown(window) == kept
    assert legend._words() == [f"{len(kept)} of {len(kinds)} shown"]
    gone = next(i for i in range(len(kinds)) if i not in kept)
    at = QPointF(point_on_map(window, gone))
    assert view.source_at(at) != gone
    view.area.use(Tool.RECTANGLE)
    drag(
        view.viewport(), [QPoint(2, 2), QPoint(300, 300), view.rect().bottomRight() - QPoint(2, 2)]
    )
    assert set(window.desk.session.chosen.rows.tolist()) <= kept
    assert window.actions_["show_hidden"].isEnabled()
    click(legend, len(legend.lines()) - 1)  # show all
    assert len(shown(window)) == len(kinds)
    assert not window.actions_["show_hidden"].isEnabled()


def test_a_double_click_leaves_a_category_alone_and_another_brings_all_back(window):
    view, legend = window.map.view, window.map.view.legend
    kinds, names = labels(window), list(view.scale.categories)
    click(legend, 1, twice=True)
    assert shown(window) == set(np.flatnonzero(kinds == names[1]).tolist())
    click(legend, 1, twice=True)
    assert len(shown(window)) == len(kinds)


def test_keys_walk_the_key_hide_and_show(window):
    view, legend = window.map.view, window.map.view.legend
    legend.setFocus()
    QTest.keyClick(legend, Qt.Key.Key_Down)
    QTest.keyClick(legend, Qt.Key.Key_Space)
    assert view.filter == ColourFilter(off=frozenset({1}))
    QTest.keyClick(legend, Qt.Key.Key_Down)
    QTest.keyClick(legend, Qt.Key.Key_Return)
    assert view.filter.off == set(range(1, len(view.scale.categories) + 1)) - {2}
    QTest.keyClick(legend, Qt.Key.Key_Home)
    assert not view.filter


def test_the_ends_of_a_bar_are_dragged_and_the_range_outlives_the_map_not_the_column(window, qtbot):
    view, legend = window.map.view, window.map.view.legend
    choose(window.map.columns, "Angular size (″)")
    start = legend.end_of_bar("low").toPoint()
    drag(legend, [start, start + QPoint(40, 0), start + QPoint(80, 0)])
    low = view.filter.low
    assert low == pytest.approx(1 + 80 / 184 * LEVELS, abs=2)
    codes = view.scale.codes
    assert shown(window) == set(np.flatnonzero((codes >= low) & (codes != MISSING)).tolist()) | set(
        np.flatnonzero(codes == MISSING).tolist()
    )
    QTest.keyClick(legend, Qt.Key.Key_Left, KEYS.ShiftModifier)
    assert (view.filter.low, view.filter.high) == (low, LEVELS - 1)
    left = len(shown(window))
    window.commands.next_map()
    settle(window, qtbot)
    assert len(shown(window)) == left
    choose(window.map.columns, "Class")
    assert not view.filter
    assert len(shown(window)) == len(window.desk.sources)


def test_hidden_sources_come_back_by_the_menu(window):
    click(window.map.view.legend, 0)
    assert len(shown(window)) < len(window.desk.sources)
    QTest.keyClick(window, Qt.Key.Key_R, KEYS.ControlModifier | KEYS.AltModifier)
    assert len(shown(window)) == len(window.desk.sources)


def test_sliders_change_the_points_and_are_remembered(window, make_window, catalog, qtbot):
    points = window.map.view.points
    before = window.map.view.grab().toImage()
    feature = next(f for f in window.commands.features if type(f).__name__ == "DotsFeature")
    QTest.mouseClick(feature.button, LEFT)
    style = feature.popover
    assert isinstance(style, PointStyle)
    assert not style.usual.isEnabled()
    for _ in range(10):
        QTest.keyClick(style.size_slider, Qt.Key.Key_Right)
    QTest.keyClick(style.clear_slider, Qt.Key.Key_PageUp)
    assert style.style_[0] == pytest.approx(2.5**0.5)
    assert style.style_[1] == pytest.approx(0.775)
    assert (points._size, points._opacity) == pytest.approx(style.style_)
    assert window.map.view.grab().toImage() != before
    assert window.settings.point_style() == pytest.approx(style.style_)
    QTest.mouseClick(style.usual, LEFT)
    assert window.map.view.grab().toImage() == before
    style.close()


def test_what_is_unknown_has_a_line_of_its_own():
    values = np.array([1.0, 2.0, np.nan, 8.0, 20.0])
    scale = continuous_scale(values)
    hides_unknown = ColourFilter().toggled(MISSING)
    assert hides_unknown.hidden(scale).tolist() == [False, False, True, False, False]
    assert ColourFilter().hidden(scale) is None
    words = np.array(["FRI", "unknown", "FRII", "FRI"])
    told = categorical_scale(words)
    assert told.categories == ("FRI", "FRII")
    assert told.codes.tolist() == [1, MISSING, 2, 1]
    assert ColourFilter().only(2, told).hidden(told).tolist() == [True, True, False, True]
    assert not ColourFilter().only(2, told).only(2, told)


def test_the_range_is_told_in_values():
    scale = continuous_scale(np.geomspace(1, 1000, 5000))
    assert range_words(scale, ColourFilter()) == ""
    assert range_words(scale, ColourFilter(low=51)) == "31.6 and more"
    assert range_words(scale, ColourFilter(high=50)) == "up to 31.6"
    codes = scale.codes[np.searchsorted(np.geomspace(1, 1000, 5000), [31.4, 31.9])]
    assert codes.tolist() == [50, 51]
