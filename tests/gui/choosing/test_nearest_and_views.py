"""The nearest to here, the count while an area is drawn, and undo of what the map showed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hands import ask, drag, moved, point_on_map, same_view, settle, take_from_menu, view_of
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu

from radgalgui.gui import map_motion
from radgalgui.gui.choosing import looking
from radgalgui.gui.choosing.counter import count_within
from radgalgui.gui.choosing.history import History, Shown
from radgalgui.gui.choosing.looking import move_words
from radgalgui.gui.choosing.nearest import nearest_on_map
from radgalgui.gui.choosing.regions import in_lasso
from radgalgui.gui.map_points import Cells

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture(scope="module")
def places() -> np.ndarray:
    rng = np.random.default_rng(4)
    xy = np.concatenate([rng.normal(0, 1, (40_000, 2)), rng.normal(6, 0.1, (10_000, 2))])
    xy[7] = np.nan
    return xy


def test_the_nearest_are_those_a_search_of_all_finds(places):
    cells = Cells(places)
    for place in ((0.0, 0.0), (6.0, 6.0), (-30.0, 4.0)):
        distance = np.hypot(*(np.float32(places) - np.float32(place)).T)
        order = np.argsort(distance, kind="stable")
        for count in (1, 100, 60_000):
            wanted = order[:count][np.isfinite(distance[order[:count]])]
            found = nearest_on_map(cells, place, count)
            assert len(found) == len(wanted) == min(count, 49_999)
            assert np.allclose(distance[found], distance[wanted], rtol=1e-5)
    assert nearest_on_map(Cells(np.empty((0, 2))), (0.0, 0.0), 5).tolist() == []


def test_areas_are_counted_exactly_when_few_and_closely_when_many(places):
    cells = Cells(places)
    turn = np.linspace(0, 2 * np.pi, 90)
    star = np.stack([np.cos(turn), np.sin(turn)], 1) * (1 + 0.4 * np.sin(5 * turn))[:, None]
    count, exact = count_within(cells, star * 0.3, lasso=True)
    assert exact
    assert count == len(in_lasso(cells, star * 0.3)) > 0
    many, exact = count_within(cells, star * 1.5, lasso=True)
    assert not exact
    assert many == pytest.approx(len(in_lasso(cells, star * 1.5)), rel=0.01)


def test_moves_are_named_by_what_they_did():
    named = {
        (0, 0, 10, 8): "",
        (2, 0, 10, 8): "moving the map",
        (2, 2, 5, 4): "zooming in",
        (-2, -2, 15, 12): "zooming out",
    }
    assert {after: move_words((0, 0, 10, 8), after) for after in named} == named


def test_views_of_another_map_leave_only_steps_that_did_more():
    history, a, b = History(), (0, 0, 1, 1), (1, 1, 1, 1)
    history.remember(Shown(None, None, view=a), "zooming in")
    history.remember(Shown(None, None, view=b), "going to a source")
    history.remember(Shown(None, 3, view=b), "moving the map")
    now = Shown(None, 3, view=a)
    history.forget_views(now)
    assert history.undo_words == "going to a source"
    assert history.undo(now) == Shown(None, None)
    assert not history.can_undo
    assert history.redo_words == "going to a source"


@pytest.fixture
def quick(monkeypatch) -> None:
    """Let glides and rests of the map be short; to be asked for before the window."""
    monkeypatch.setattr(map_motion, "GLIDE_MS", 40)
    monkeypatch.setattr(map_motion, "REST_MS", 60)


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """Return the time of day in seconds, which only the test lets pass."""
    now = [0.0]
    monkeypatch.setattr(looking, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


@pytest.mark.parametrize(("apart", "steps"), [(0.5, 1), (2.5, 2)])
def test_moves_that_follow_soon_are_one_step(quick, clock, window, qtbot, apart, steps):
    settle(window, qtbot)
    whole = view_of(window)
    for _ in range(2):
        clock[0] += apart
        near = moved(window, qtbot, lambda: QTest.keyClick(window, Qt.Key.Key_Plus))
    for _ in range(steps):
        assert not same_view(near, whole)
        near = moved(window, qtbot, lambda: QTest.keyClick(window, Qt.Key.Key_Z, CTRL))
    assert same_view(near, whole)
    assert not window.actions_["undo"].isEnabled()


def test_views_and_choices_are_undone_in_turn_and_told_in_the_menu(quick, clock, window, qtbot):
    view, session = window.map.view, window.desk.session
    undo, redo = window.actions_["undo"], window.actions_["redo"]
    settle(window, qtbot)
    whole = view_of(window)
    assert not undo.isEnabled()
    near = moved(window, qtbot, lambda: QTest.keyClick(window, Qt.Key.Key_Plus))
    assert undo.text() == "&Undo zooming in"
    nearer = moved(window, qtbot, lambda: QTest.keyClick(window, Qt.Key.Key_Plus))
    assert nearer.width() < near.width() < whole.width()
    aside = moved(
        window,
        qtbot,
        lambda: drag(view.viewport(), [QPoint(200, 200), QPoint(230, 220), QPoint(270, 240)]),
    )
    assert undo.text() == "&Undo moving the map"
    QTest.keyClick(window, Qt.Key.Key_L)
    some = [QPoint(150, 120), QPoint(420, 130), QPoint(400, 360), QPoint(160, 350)]
    drag(view.viewport(), some)
    count = len(session.chosen)
    assert count > 1
    assert undo.text() == f"&Undo choosing {count} sources"
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert not session.chosen
    assert same_view(view_of(window), aside)
    assert redo.text() == f"&Redo choosing {count} sources"
    assert same_view(
        moved(window, qtbot, lambda: QTest.keyClick(window, Qt.Key.Key_Z, CTRL)), nearer
    )
    # Both steps nearer came at the same moment, and are one.
    assert same_view(
        moved(window, qtbot, lambda: QTest.keyClick(window, Qt.Key.Key_Z, CTRL)), whole
    )
    assert not undo.isEnabled()
    for wanted in (nearer, aside):
        assert same_view(
            moved(window, qtbot, lambda: QTest.keyClick(window, Qt.Key.Key_Y, CTRL)), wanted
        )
    QTest.keyClick(window, Qt.Key.Key_Y, CTRL)
    assert len(session.chosen) == count
    window.commands.choose_map("pca")
    assert undo.text() == f"&Undo choosing {count} sources"
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert not undo.isEnabled()


def test_a_window_that_takes_another_size_in_mid_move_takes_no_step_away(quick, window, qtbot):
    undo = window.actions_["undo"]
    settle(window, qtbot)
    window.resize(window.width() - 60, window.height() - 40)
    moved(window, qtbot, lambda: QTest.keyClick(window, Qt.Key.Key_Plus))
    assert undo.text() == "&Undo zooming in"


def test_the_area_being_drawn_tells_how_much_it_holds(window):
    view, label = window.map.view, window.commands.choosing.count
    QTest.keyClick(window, Qt.Key.Key_B)
    path = [QPoint(120, 100), QPoint(300, 260), QPoint(430, 380)]
    drag(view.viewport(), path, Qt.KeyboardModifier.ShiftModifier, release=False)
    assert label.isVisible()
    told = label.text()
    assert view.rect().contains(label.geometry())
    QTest.mouseRelease(view.viewport(), LEFT, Qt.KeyboardModifier.ShiftModifier, path[-1])
    assert not label.isVisible()
    assert told == f"+{len(window.desk.session.chosen)}"
    assert len(window.desk.session.chosen) > 3


def menu_open() -> QMenu:
    (menu,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible())
    return menu


def test_the_nearest_to_a_place_and_to_a_galaxy(window, qtbot, image, monkeypatch):
    view, session = window.map.view, window.desk.session
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (12, True))
    take_from_menu(window.actions_.menus["&Choose"], "How many nearest…")
    empty = next(
        QPoint(x, y)
        for x in range(30, 600, 7)
        for y in range(60, 500, 7)
        if view.source_at(QPoint(x, y).toPointF()) is None
    )
    place = view.box.mapSceneToView(view.mapToScene(empty))
    QTest.mouseClick(view.viewport(), RIGHT, pos=empty)
    take_from_menu(menu_open(), "Choose the 12 nearest to here")
    away = np.hypot(*(view._xy - [place.x(), place.y()]).T)
    assert set(session.chosen.rows) == set(np.argsort(away)[:12])
    assert session.chosen.words == "the 12 nearest to a place on the UMAP map"
    alone = int(np.argsort(away)[0])
    QTest.mouseClick(view.viewport(), RIGHT, pos=point_on_map(window, alone))
    source = session.selected
    take_from_menu(menu_open(), "The 12 most alike")
    name = window.desk.sources.name(source)
    wanted = f"the 12 most like {name}"
    qtbot.waitUntil(lambda: session.chosen.words == wanted)
    assert source not in session.chosen
    assert len(session.chosen) == 12
    with qtbot.waitActive(window):
        window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_J, CTRL | ALT)
    assert source in session.chosen
    (query,) = ask(window, qtbot, [image])
    settle(window, qtbot)
    session.select(None)
    QTest.keyClick(window, Qt.Key.Key_K, CTRL | ALT)
    qtbot.waitUntil(lambda: session.chosen.words == f"the 12 most like {query.name}")
    assert set(session.chosen.rows) == {row["index"] for row in query.rows[:12]}
