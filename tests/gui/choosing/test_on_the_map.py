"""Choosing on the map by mouse: everything follows, and is undone and saved as it is shown."""

from __future__ import annotations

import csv
import math

import numpy as np
import pytest
from hands import ask, drag, point_on_map, settle, settled
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from radgalgui.gui.choosing.presenter import CHOSEN, NEAREST
from radgalgui.gui.choosing.tool import Tool

LEFT = Qt.MouseButton.LeftButton
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
NOTHING = Qt.KeyboardModifier.NoModifier


def pixels(window) -> np.ndarray:
    """Return where all sources stand on the map's viewport, (N, 2)."""
    count = len(window.desk.sources)
    return np.array([[p.x(), p.y()] for p in (point_on_map(window, i) for i in range(count))])


def ring(centre: QPoint, radius: int) -> list[QPoint]:
    turns = [2 * math.pi * i / 72 for i in range(73)]
    steps = [(round(radius * math.cos(t)), round(radius * math.sin(t))) for t in turns]
    return [centre + QPoint(x, y) for x, y in steps]


def middle(window) -> QPoint:
    x, y = np.median(pixels(window), axis=0)
    return QPoint(round(x), round(y))


def box(window, rect: QRect, keys: Qt.KeyboardModifier = NOTHING) -> set[int]:
    """Drag a rectangle; return the sources that stand in it, none of them near its edges."""
    at = pixels(window)
    for edge, axis in ((rect.left(), 0), (rect.right(), 0), (rect.top(), 1), (rect.bottom(), 1)):
        assert (abs(at[:, axis] - edge) > 0.6).all(), "a source stands on an edge"
    low, high = (rect.left(), rect.top()), (rect.right(), rect.bottom())
    drag(window.map.view.viewport(), [rect.topLeft(), rect.center(), rect.bottomRight()], keys)
    return set(np.flatnonzero(((at > low) & (at < high)).all(axis=1)).tolist())


def free(values: np.ndarray, wanted: int) -> int:
    """Return the pixel near ``wanted`` on which no source stands."""
    return next(
        wanted + d
        for d in sorted(range(-40, 40), key=abs)
        if (abs(values - wanted - d) > 0.6).all()
    )


def rectangle(window, left: float, top: float, right: float, bottom: float) -> QRect:
    """Return a rectangle by the shares of sources at the left of and above its edges."""
    at = pixels(window)
    x = [free(at[:, 0], round(v)) for v in np.quantile(at[:, 0], (left, right))]
    y = [free(at[:, 1], round(v)) for v in np.quantile(at[:, 1], (top, bottom))]
    return QRect(QPoint(x[0], y[0]), QPoint(x[1], y[1]))


def chosen(window) -> set[int]:
    return set(window.desk.session.chosen.rows.tolist())


def test_a_lasso_chooses_what_it_goes_around_and_all_views_follow(window):
    view = window.map.view
    before = view.grab().toImage()
    QTest.keyClick(view, Qt.Key.Key_L)
    assert window.map.tool_buttons[Tool.LASSO].isChecked()
    centre = middle(window)
    away = np.hypot(*(pixels(window) - [centre.x(), centre.y()]).T)
    drag(view.viewport(), ring(centre, 80))
    found = chosen(window)
    assert set(np.flatnonzero(away < 76)) <= found <= set(np.flatnonzero(away < 84))
    assert 10 < len(found) < 250
    presenter = window.commands.choosing.presenter
    assert presenter.bar.isVisible()
    assert presenter.bar.count.text() == f"{len(found)} of 300 chosen"
    assert presenter.bar.words.whole == "a lasso on the UMAP map"
    assert set(window.table.rows.order.tolist()) == found
    assert window.galleries.currentWidget() is window.tiles
    assert set(window.tiles.sources.rows.tolist()) == found
    assert presenter.gallery_segments.buttons[CHOSEN].text() == f"Chosen {len(found)}"
    after = view.grab().toImage()
    dim = next(i for i in np.argsort(away) if away[i] > 90 and i not in found)
    assert vivid(after, window, int(np.argmin(away))) > vivid(after, window, dim) + 0.1
    assert vivid(before, window, dim) > vivid(after, window, dim) + 0.1


def test_an_area_without_sources_says_so(window):
    QTest.keyClick(window, Qt.Key.Key_L)
    window.desk.session.choose([1, 2], "by hand")
    drag(window.map.view.viewport(), ring(QPoint(8, 120), 6), SHIFT)
    assert chosen(window) == {1, 2}
    assert window.toasts.texts() == ["No source lies in that lasso."]
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert chosen(window) == {1, 2}
    drag(window.map.view.viewport(), ring(QPoint(8, 120), 6))
    assert not chosen(window)


def vivid(image, window, source: int) -> float:
    at = point_on_map(window, source)
    return image.pixelColor(at).hsvSaturationF()


def test_areas_are_added_taken_away_and_intersected_undone_and_saved(
    window, qtbot, tmp_path, monkeypatch
):
    session = window.desk.session
    QTest.mouseClick(window.map.tool_buttons[Tool.RECTANGLE], LEFT)
    first = box(window, rectangle(window, 0.1, 0.1, 0.6, 0.6))
    assert chosen(window) == first
    more = box(window, rectangle(window, 0.5, 0.5, 0.9, 0.9), SHIFT)
    assert chosen(window) == first | more
    less = box(window, rectangle(window, 0.3, 0.3, 0.5, 0.5), ALT)
    assert less
    assert chosen(window) == (first | more) - less
    both = box(window, rectangle(window, 0.2, 0.0, 0.8, 0.7), SHIFT | CTRL)
    wanted = ((first | more) - less) & both
    assert chosen(window) == wanted
    for state in ((first | more) - less, first | more, first, set()):
        QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
        assert chosen(window) == state
        assert window.commands.choosing.presenter.bar.isVisible() is bool(state)
    assert len(window.table.rows.order) == 300
    while session.can_redo:
        QTest.keyClick(window, Qt.Key.Key_Y, CTRL)
    assert chosen(window) == wanted
    path = tmp_path / "chosen.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    QTest.mouseClick(window.commands.choosing.presenter.bar.save_button, LEFT)
    settled(window, qtbot)
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    sources = window.desk.sources
    assert [row["name"] for row in rows] == [sources.name(i) for i in sorted(wanted)]
    assert list(rows[0]) == list(sources.columns)
    sizes = sources.columns["angular_size"][sorted(wanted)]
    assert [float(row["angular_size"]) for row in rows] == pytest.approx(sizes, abs=0.006)


def test_escape_goes_back_step_by_step(window):
    view, session = window.map.view, window.desk.session
    QTest.keyClick(view, Qt.Key.Key_L)
    drag(view.viewport(), ring(middle(window), 60))
    found = chosen(window)
    QTest.mouseClick(view.viewport(), LEFT, pos=point_on_map(window, min(found)))
    assert session.selected is not None
    drag(view.viewport(), ring(middle(window), 20)[:40], release=False)
    assert view.area.outline.isVisible()
    window.filter_box.setText("FRI")
    states = []
    for _ in range(5):
        QTest.keyClick(window, Qt.Key.Key_Escape)
        drawing, picked = view.area.outline.isVisible(), session.selected is not None
        text = bool(window.filter_box.text())
        states.append((drawing, picked, bool(session.chosen), text, view.area.tool))
    assert states == [
        (False, True, True, True, Tool.LASSO),
        (False, False, True, True, Tool.LASSO),
        (False, False, False, True, Tool.LASSO),
        (False, False, False, False, Tool.LASSO),
        (False, False, False, False, Tool.HAND),
    ]
    QTest.mouseRelease(view.viewport(), LEFT, NOTHING, middle(window))
    assert not session.chosen


def test_the_hand_moves_the_map_and_clicks_with_keys_pick_single_sources(window, qtbot):
    view, session = window.map.view, window.desk.session
    before = view.box.viewRect()
    drag(view.viewport(), [QPoint(200, 200), QPoint(230, 220), QPoint(260, 240)])
    assert view.box.viewRect() != before
    assert not session.chosen
    QTest.keyClick(window, Qt.Key.Key_0, CTRL)
    settle(window, qtbot)
    alone = [int(i) for i in np.argsort(-crowd(window))[:3]]
    for source in alone[:2]:
        QTest.mouseClick(view.viewport(), LEFT, SHIFT, point_on_map(window, source))
    assert chosen(window) == set(alone[:2])
    assert session.selected is None
    QTest.mouseClick(view.viewport(), LEFT, CTRL, point_on_map(window, alone[0]))
    assert chosen(window) == {alone[1]}
    QTest.mouseClick(view.viewport(), LEFT, NOTHING, point_on_map(window, alone[2]))
    assert session.selected == alone[2]
    assert chosen(window) == {alone[1]}


def crowd(window) -> np.ndarray:
    """Return for each source the pixels to its nearest neighbour."""
    at = pixels(window)
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    return apart.min(axis=1)


def test_the_nearest_are_chosen_and_a_query_brings_its_neighbours_back(window, qtbot, image):
    (query,) = ask(window, qtbot, [image])
    settle(window, qtbot)
    QTest.keyClick(window, Qt.Key.Key_N, CTRL | ALT)
    session = window.desk.session
    assert chosen(window) == {row["index"] for row in query.rows}
    assert session.chosen.words == f"nearest to {query.name}"
    segments = window.commands.choosing.presenter.gallery_segments
    assert window.galleries.currentWidget() is window.tiles
    QTest.mouseClick(segments.buttons[NEAREST], LEFT)
    assert window.galleries.currentWidget() is window.gallery
    QTest.mouseClick(segments.buttons[CHOSEN], LEFT)
    QTest.keyClick(window, Qt.Key.Key_I, CTRL | ALT)
    assert len(session.chosen) == 280
    assert session.chosen.words == f"all but nearest to {query.name}"
    window.desk.ask_source(3)
    assert window.galleries.currentWidget() is window.gallery
    assert len(session.chosen) == 280
    QTest.keyClick(window, Qt.Key.Key_A, CTRL | ALT)
    assert not session.chosen
    assert not segments.isVisible()
    assert window.docks["neighbours"].title.title.isVisible()


def test_all_that_is_chosen_comes_into_view(window, qtbot):
    QTest.keyClick(window, Qt.Key.Key_B)
    few = box(window, rectangle(window, 0.4, 0.4, 0.6, 0.6))
    window.map.view.zoom(20)
    view = window.map.view
    assert not all(view.rect().contains(point_on_map(window, i)) for i in few)
    QTest.keyClick(window, Qt.Key.Key_F, CTRL | ALT)
    settle(window, qtbot)
    assert all(view.rect().contains(point_on_map(window, i)) for i in few)


def test_another_catalogue_knows_nothing_of_what_was_chosen(window, qtbot, two_encoders):
    window.desk.session.choose([1, 299], "by hand")
    assert window.commands.choosing.presenter.bar.isVisible()
    with qtbot.waitSignal(window.desk.catalog_opened):
        window.desk.open_catalog(two_encoders)
    assert not window.desk.session.chosen
    assert not window.commands.choosing.presenter.bar.isVisible()
    assert len(window.table.rows.order) == 200
    window.desk.session.choose([7], "by hand")
    window.desk.choose_encoder("byol")
    qtbot.waitUntil(lambda: window.desk.sources.encoder == "byol")
    assert chosen(window) == {7}
    assert window.map.view.points._chosen.sum() == 1
