"""From one galaxy to another, and one component at a time: films with slider, strip and keys."""

from __future__ import annotations

import math

import pytest
from drawing import KL, DrawingEngine
from hands import ask, choose, click_item, point_on_map
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu

from radgalgui.gui.traverse_page import NO_GALAXY
from radgalgui.gui.walk_page import CHOOSE, STEPS

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CONTROL = Qt.KeyboardModifier.ControlModifier
BOTH = CONTROL | Qt.KeyboardModifier.ShiftModifier


def asked(kind: str) -> list[dict]:
    """Return what has been asked of the engine."""
    return [order for name, order in DrawingEngine.drawn if name == kind]


def menu_item(qtbot, text: str) -> None:
    """Take an entry of the menu that is open."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    (action,) = (a for a in menu.actions() if a.text().replace("&", "") == text)
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)


def right_click(view: QAbstractItemView, row: int) -> None:
    """Ask for the menu of a row, as a right click does."""
    at = view.visualRect(view.model().index(row, 0)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)


@pytest.fixture
def walk(drawing_window, qtbot):
    """Return the page of a walk between rows 20 and 30, chosen by the keyboard."""
    window = drawing_window
    for row, key in ((20, Qt.Key.Key_BracketLeft), (30, Qt.Key.Key_BracketRight)):
        window.desk.session.select(row)
        QTest.keyClick(window, key, CONTROL)
    page = window.draw_panel.walk
    qtbot.waitUntil(lambda: page.film is not None)
    return page


def test_a_walk_is_chosen_on_map_gallery_and_queries(drawing_window, qtbot, image):
    window = drawing_window
    page = window.draw_panel.walk
    assert page.message.text() == CHOOSE
    (query,) = ask(window, qtbot, [image])
    index = int(window.map.view.points.cells.index[150])
    qtbot.waitUntil(lambda: window.map.view.at_rest)
    window.map.view.fit(glide=False)
    QTest.mouseClick(window.map.view.viewport(), RIGHT, pos=point_on_map(window, index))
    menu_item(qtbot, "Walk from here")
    first = window.desk.session.selected
    assert page.isVisible()
    assert page.first.galaxy.row == first
    assert "now Walk to here" in page.message.text()
    window.docks["neighbours"].raise_()
    qtbot.waitUntil(window.gallery.isVisible)
    right_click(window.gallery, 3)
    menu_item(qtbot, "Walk to here")
    assert window.desk.session.selected == query.rows[3]["index"]
    qtbot.waitUntil(lambda: page.film is not None)
    assert asked("walk")[-1] == {
        "first": {"row": first},
        "second": {"row": query.rows[3]["index"]},
        "steps": STEPS,
    }
    right_click(window.queries, 0)
    menu_item(qtbot, "Walk to here")
    qtbot.waitUntil(lambda: len(asked("walk")) == 2 and page.film is not None)
    assert asked("walk")[-1]["second"] == {"path": str(image), "position": None}
    assert page.second.galaxy.picture is not None


def test_a_right_drag_on_the_map_zooms_and_opens_no_menu(drawing_window, qtbot):
    view = drawing_window.map.view
    at = point_on_map(drawing_window, int(view.points.cells.index[150]))
    QTest.mousePress(view.viewport(), RIGHT, pos=at)
    QTest.mouseMove(view.viewport(), at + QPoint(30, 30))
    QTest.mouseRelease(view.viewport(), RIGHT, pos=at + QPoint(30, 30))
    qtbot.wait(50)
    assert QApplication.activePopupWidget() is None


def test_arrow_keys_slider_and_strip_walk_together(walk, qtbot):
    player = walk.player
    assert walk.decoded.title.whole == "Decoded start"
    player.strip.setFocus()
    QTest.keyClick(player.strip, Qt.Key.Key_Right)
    QTest.keyClick(player.strip, Qt.Key.Key_Right)
    assert (player.slider.value(), player.strip.at) == (2, 2)
    assert walk.decoded.detail.whole == "20 % of the way"
    QTest.keyClick(player.slider, Qt.Key.Key_Right)
    assert player.strip.at == 3
    QTest.mouseClick(player.strip, LEFT, pos=player.strip.place_of(7).center())
    assert player.slider.value() == 7
    assert player.slider.accessibleDescription() == "70 %"
    QTest.keyClick(player.strip, Qt.Key.Key_End)
    assert walk.decoded.title.whole == "Decoded end"


def test_the_nearest_real_galaxy_stands_beside_each_step_and_can_be_selected(
    drawing_window, walk, qtbot
):
    QTest.keyClick(walk.player.slider, Qt.Key.Key_Right)
    near = walk.film.nearest[1]
    assert near.row == 11
    assert walk.nearest.title.whole == drawing_window.desk.sources.name(11)
    assert f"{near.similarity:.3f}" in walk.nearest.detail.whole
    assert walk.nearest.canvas.picture is not None
    QTest.mouseClick(walk.nearest.canvas, LEFT, pos=QPoint(10, 10))
    assert drawing_window.desk.session.selected == 11
    walk.nearest.canvas.setFocus()
    QTest.keyClick(walk.player.slider, Qt.Key.Key_Right)
    QTest.keyClick(walk.nearest.canvas, Qt.Key.Key_Return)
    assert drawing_window.desk.session.selected == 12


def test_a_film_plays_to_and_fro_and_pauses(drawing_window, walk, qtbot):
    QTest.mouseClick(walk.player.play_button, LEFT)
    qtbot.waitUntil(lambda: walk.player.at >= 2)
    walk.player.strip.setFocus()
    QTest.keyClick(walk.player.strip, Qt.Key.Key_Space)
    assert not walk.player.playing
    QTest.keyClick(walk.player.strip, Qt.Key.Key_End)
    QTest.keyClick(walk.player.strip, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: walk.player.at == STEPS - 2)
    assert walk.player.playing
    QTest.keyClick(walk.player.strip, Qt.Key.Key_Escape)
    assert not walk.player.playing
    assert drawing_window.desk.session.selected == 30


def test_a_film_that_nobody_sees_does_not_play(drawing_window, walk, qtbot):
    QTest.mouseClick(walk.player.play_button, LEFT)
    QTest.keyClick(drawing_window, Qt.Key.Key_G, BOTH)
    assert not walk.player.playing


def test_the_other_way_round_and_another_end(drawing_window, walk, qtbot):
    QTest.mouseClick(walk.swap_button, LEFT)
    assert asked("walk")[-1]["first"] == {"row": 30}
    qtbot.waitUntil(lambda: walk.film is not None)
    drawing_window.desk.session.select(40)
    QTest.mouseClick(walk.second, LEFT)
    assert asked("walk")[-1]["second"] == {"row": 40}
    qtbot.waitUntil(lambda: walk.film is not None)


def test_a_drawn_galaxy_can_be_an_end(drawing_window, qtbot):
    window = drawing_window
    QTest.keyClick(window, Qt.Key.Key_A, BOTH)
    grid = window.draw_panel.samples.grid
    qtbot.waitUntil(lambda: grid.samples.sample(63) is not None)
    click_item(grid, 2)
    right_click(grid, 2)
    menu_item(qtbot, "Walk from here")
    first = window.draw_panel.walk.first
    qtbot.waitUntil(lambda: first.galaxy is not None)
    assert first.galaxy.path.suffix == ".fits"
    assert first.galaxy.path.exists()


def test_a_walk_without_a_galaxy_says_what_to_do(drawing_window):
    QTest.keyClick(drawing_window, Qt.Key.Key_W, BOTH)
    page = drawing_window.draw_panel.walk
    assert page.isVisible()
    QTest.mouseClick(page.first, LEFT)
    assert "No galaxy is shown yet" in page.message.text()
    assert asked("walk") == []


def test_a_refused_walk_is_told(drawing_window, walk, qtbot):
    DrawingEngine.refusal = "the images of this catalogue show the sky in another way."
    QTest.mouseClick(walk.swap_button, LEFT)
    qtbot.waitUntil(lambda: "another way" in walk.message.text())
    DrawingEngine.refusal = ""


# -- components ------------------------------------------------------------------------------


@pytest.fixture
def traverse(drawing_window, qtbot):
    """Return the page of components with a galaxy in view."""
    drawing_window.desk.session.select(20)
    QTest.keyClick(drawing_window, Qt.Key.Key_K, BOTH)
    page = drawing_window.draw_panel.components
    qtbot.waitUntil(lambda: page.film is not None)
    return page


def test_components_stand_by_importance_in_nats_or_bits(traverse):
    model = traverse.list.model()
    numbers = [int(model.index(row).data()) for row in range(model.rowCount())]
    assert numbers[:3] == [7, 2, 0]
    words = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words == "Component 7, 3.50 nats"
    assert traverse.summary.whole.startswith("10 of 12 in use, 8 nats")
    choose(traverse.unit, "bits")
    words = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words == f"Component 7, {3.5 / math.log(2):.2f} bits"
    assert f"{KL.sum() / math.log(2):.0f} bits" in traverse.summary.whole


def test_a_component_is_changed_by_slider_and_keys(traverse):
    assert asked("traverse")[-1]["galaxy"] == {"row": 20}
    assert asked("traverse")[-1]["component"] == 7
    start = traverse.player.at
    assert traverse.film.places[start] == pytest.approx(0.5)  # where the galaxy itself lies
    QTest.keyClick(traverse.player.slider, Qt.Key.Key_Right)
    assert traverse.decoded.title.whole == "Component 7"
    assert traverse.decoded.detail.whole == "+1.0 σ from the mean"
    assert traverse.unchanged.detail.whole == "itself, +0.5 σ"
    QTest.keyClick(traverse.player.strip, Qt.Key.Key_Home)
    assert traverse.player.place.text() == "−3.0 σ"


def test_what_was_looked_at_is_not_asked_again(traverse, qtbot):
    traverse.list.setFocus()
    QTest.keyClick(traverse.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: asked("traverse")[-1]["component"] == 2 and traverse.film is not None)
    QTest.keyClick(traverse.list, Qt.Key.Key_Up)
    count = len(asked("traverse"))
    qtbot.waitUntil(lambda: traverse.decoded.title.whole == "Component 7")
    assert len(asked("traverse")) == count


def test_keys_that_run_down_the_list_ask_once(traverse, qtbot):
    count = len(asked("traverse"))
    for _ in range(6):
        QTest.keyClick(traverse.list, Qt.Key.Key_Down)
    last = traverse.list.component
    qtbot.waitUntil(lambda: asked("traverse")[-1]["component"] == last)
    assert len(asked("traverse")) == count + 1


def test_components_follow_the_galaxy_in_view(drawing_window, traverse, qtbot):
    drawing_window.desk.session.select(44)
    qtbot.waitUntil(lambda: asked("traverse")[-1]["galaxy"] == {"row": 44})
    name = drawing_window.desk.sources.name(44)
    qtbot.waitUntil(lambda: traverse.film is not None and traverse.film.title == name)


def test_without_a_galaxy_components_are_listed_and_the_rest_said(drawing_window, qtbot):
    QTest.keyClick(drawing_window, Qt.Key.Key_K, BOTH)
    page = drawing_window.draw_panel.components
    qtbot.waitUntil(lambda: page.list.model().rowCount() == 12)
    assert page.message.text() == NO_GALAXY
    assert asked("traverse") == []
