"""The first minutes with the window, by mouse and keyboard."""

from __future__ import annotations

import csv
import threading

import pytest
from fakes import FakeEngine, make_image
from hands import (
    State,
    ask,
    click_item,
    double_click_item,
    drop,
    idle,
    point_on_map,
    settle,
)
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

import radgalgui_resources
from radgalgui.jobs.results import SEARCH_COLUMNS

LEFT = Qt.MouseButton.LeftButton


def test_it_opens_on_a_coloured_map_and_says_that_it_is_simulated(window):
    view = window.map.view
    assert view.legend.isVisible()
    assert len(view.points.cells.index) == 300
    picture = view.grab().toImage()
    background = picture.pixelColor(2, 2)
    colours = {picture.pixel(x, y) for x in range(0, picture.width(), 2) for y in range(0, 300, 2)}
    assert background.name() == window.theme.tokens.canvas
    assert len(colours) > 20
    assert "Simulated" in window.status.catalog.text()
    assert "simulated" in window.docks["sources"].title.count.whole
    assert window.image.invitation.isVisible()


@pytest.mark.parametrize("place", ["map", "image", "gallery", "table", "queries", "toolbar"])
def test_a_file_can_be_dropped_anywhere(window, qtbot, image, place):
    over = {
        "map": window.map.view,
        "image": window.image,
        "gallery": window.gallery,
        "table": window.table,
        "queries": window.queries,
        "toolbar": window.toolbar.path,
    }[place]
    assert drop(window, [image], over)
    qtbot.waitUntil(lambda: bool(window.desk.session.queries) and idle(window))
    (query,) = window.desk.session.queries
    assert query.state is State.ANSWERED
    assert window.gallery.model().rowCount() == 20
    assert window.docks["image"].title.title.text() == "double"


def test_an_answer_stands_on_map_gallery_and_picture(window, qtbot, image):
    (query,) = ask(window, qtbot, [image])
    settle(window, qtbot)
    marks = window.map.view.marks.marks
    assert marks.query == query.place["umap"][:2]
    assert len(marks.neighbours) == 20
    assert window.map.view.rect().contains(window.map.view.pixel_of(*marks.query))
    assert window.image.panes.left.title.whole == "Original"
    assert window.image.panes.left.view.sky.box is not None
    count = window.docks["neighbours"].title.count
    assert "of 300 simulated sources" in count.whole
    qtbot.waitUntil(lambda: "two at random" in count.whole)
    assert "one such pair in a hundred has more than" in count.toolTip()
    for wide in (1440, 1280, 1150):
        window.resize(wide, 800)
        qtbot.waitUntil(lambda: "random" in count.text())


def test_several_files_and_a_folder_become_queries(window, qtbot, tmp_path):
    folder = tmp_path / "folder with spaces"
    (folder / "deeper").mkdir(parents=True)
    files = [make_image(tmp_path / f"image {i}.fits") for i in range(2)]
    make_image(folder / "ünïcode.fit")
    make_image(folder / "deeper" / "b.FITS")
    (folder / "notes.txt").write_text("no image")
    queries = ask(window, qtbot, [*files, folder])
    assert [q.name for q in queries] == ["image 0", "image 1", "b", "ünïcode"]
    assert all(q.state is State.ANSWERED for q in queries)
    assert window.queries.model().rowCount() == 4
    click_item(window.queries, 2)
    assert window.desk.session.current is queries[2]


def test_a_refused_file_stays_listed_with_its_sentence(window, qtbot, image, tmp_path):
    bad = tmp_path / "refused.fits"
    bad.write_bytes(b"nothing")
    good, refused = ask(window, qtbot, [image, bad])
    assert good.state is State.ANSWERED
    assert refused.state is State.REFUSED
    (said,) = window.toasts.texts()
    assert "holds no image" in said
    assert str(tmp_path) not in said
    click_item(window.queries, 1)
    assert window.image.invitation.isVisible()
    assert window.docks["image"].title.title.text() == "refused.fits"
    assert window.gallery.model().rowCount() == 0
    drop(window, [tmp_path / "missing.fits"])
    qtbot.waitUntil(lambda: len(window.desk.session.queries) == 3 and idle(window))


def test_warnings_stand_beside_the_picture(window, qtbot, tmp_path):
    (query,) = ask(window, qtbot, [make_image(tmp_path / "warn.fits", wcs=False)])
    assert window.image.notes.isVisible()
    assert window.image.notes.texts() == [note["text"] for note in query.notes]
    text = window.queries.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text.endswith("6 warnings")


def test_clicking_a_neighbour_shows_it_everywhere(window, qtbot, image):
    (query,) = ask(window, qtbot, [image])
    settle(window, qtbot)
    click_item(window.gallery, 4)
    index = query.rows[4]["index"]
    assert window.desk.session.selected == index
    assert window.map.view.marks.marks.selected == window.map.view.place_of(index)
    assert query.rows[4]["name"] in window.image.panes.right.title.whole
    assert "0.950" in window.image.panes.right.detail.whole
    assert window.table.rows.order[window.table.currentIndex().row()] == index


def test_clicking_a_point_shows_its_source(window, qtbot):
    index = int(window.map.view.points.cells.index[150])
    at = point_on_map(window, index)
    with qtbot.waitSignal(window.map.view.picked):
        QTest.mouseClick(window.map.view.viewport(), LEFT, pos=at)
    picked = window.desk.session.selected
    there = point_on_map(window, picked)
    assert (there - at).manhattanLength() <= 2
    assert window.docks["image"].title.title.text() == window.desk.sources.name(picked)
    assert window.image.panes.facts.isVisible()


def test_dragging_the_map_moves_it_and_selects_nothing(window):
    view = window.map.view
    before = view.box.viewRect()
    middle = view.rect().center()
    QTest.mousePress(view.viewport(), LEFT, pos=middle)
    for step in range(1, 6):
        QTest.mouseMove(view.viewport(), middle + QPoint(12 * step, 0))
    QTest.mouseRelease(view.viewport(), LEFT, pos=middle + QPoint(60, 0))
    assert view.box.viewRect().left() < before.left()
    assert window.desk.session.selected is None


def test_hover_shows_picture_name_and_values(window, qtbot):
    places = {i: point_on_map(window, i) for i in range(300)}
    at = next(p for p in places.values() if p.x() < 500 and p.y() < 400)  # on the small screen
    QTest.mouseMove(window.map.view.viewport(), QPoint(3, 3))
    QTest.mouseMove(window.map.view.viewport(), at)
    card = window.map.view.card
    qtbot.waitUntil(card.isVisible)
    assert card.name in set(window.desk.sources.columns["name"])
    assert window.map.view.rect().contains(card.geometry())
    QTest.mouseMove(window.map.view.viewport(), QPoint(3, 3))
    qtbot.waitUntil(lambda: not card.isVisible())


def test_arrow_keys_walk_the_neighbours(window, qtbot, image):
    (query,) = ask(window, qtbot, [image])
    click_item(window.gallery, 0)
    QTest.keyClick(window.gallery, Qt.Key.Key_Right)
    QTest.keyClick(window.gallery, Qt.Key.Key_Right)
    assert window.desk.session.selected == query.rows[2]["index"]
    QTest.keyClick(window.gallery, Qt.Key.Key_Down)
    assert window.desk.session.selected == query.rows[2 + window.gallery.columns()]["index"]
    QTest.keyClick(window.gallery, Qt.Key.Key_Home)
    assert window.desk.session.selected == query.rows[0]["index"]
    QTest.keyClick(window.map.view, Qt.Key.Key_Right)
    assert window.desk.session.selected == query.rows[1]["index"]


def test_actions_that_would_do_nothing_are_grey(window, qtbot, image, tmp_path):
    keys = ("next", "previous", "copy", "next_query", "previous_query")
    actions = window.actions_
    assert [key for key in keys if actions[key].isEnabled()] == []
    ask(window, qtbot, [image])
    assert [key for key in keys if actions[key].isEnabled()] == ["next", "previous", "copy"]
    ask(window, qtbot, [make_image(tmp_path / "refused.fits")])
    enabled = [key for key in keys if actions[key].isEnabled()]
    assert enabled == ["copy", "next_query", "previous_query"]
    QTest.keyClick(window.map.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert window.desk.session.current is window.desk.session.queries[0]


def test_escape_steps_back_and_undo_returns(window, qtbot, image):
    (query,) = ask(window, qtbot, [image])
    click_item(window.gallery, 3)
    QTest.keyClick(window.gallery, Qt.Key.Key_Escape)
    assert window.desk.session.selected is None
    assert window.image.panes.left.title.whole == "Original"
    QTest.keyClick(window.gallery, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.desk.session.selected == query.rows[3]["index"]


def test_double_click_searches_from_a_neighbour(window, qtbot, image):
    (query,) = ask(window, qtbot, [image])
    double_click_item(window.gallery, 5)
    qtbot.waitUntil(lambda: len(window.desk.session.queries) == 2 and idle(window))
    follow = window.desk.session.queries[1]
    assert follow.index == query.rows[5]["index"]
    assert follow.index not in {row["index"] for row in follow.rows}
    assert window.desk.session.current is follow


def test_the_button_searches_from_the_selected_source(window, qtbot):
    assert not window.search_button.isEnabled()
    click_item(window.table, 7)
    QTest.mouseClick(window.search_button, LEFT)
    qtbot.waitUntil(lambda: bool(window.desk.session.queries) and idle(window))
    assert window.desk.session.current.index == 7
    assert window.gallery.model().rowCount() == 20


def test_the_example_button_answers(window, qtbot, image, monkeypatch):
    monkeypatch.setattr(radgalgui_resources, "example_path", lambda: image)
    QTest.mouseClick(window.image.invitation.example, LEFT)
    qtbot.waitUntil(lambda: bool(window.desk.session.queries) and idle(window))
    assert window.gallery.model().rowCount() == 20
    assert not window.image.invitation.isVisible()


def test_paths_are_pasted_and_typed(window, qtbot, image):
    QGuiApplication.clipboard().setText(f"  '{image}' ")
    QTest.keyClick(window.map.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(window.desk.session.queries) == 1 and idle(window))
    QTest.keyClick(window.map.view, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(window.toolbar.path, image.as_uri())
    QTest.keyClick(window.toolbar.path, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.desk.session.queries) == 2 and idle(window))
    assert [q.name for q in window.desk.session.queries] == ["double", "double"]
    assert window.toolbar.path.text() == ""


def test_words_that_are_no_paths_are_not_asked_about(window, qtbot, image):
    QGuiApplication.clipboard().setText("We observed 3C 31\nand/or its host, J0107+3224.\n\0")
    QTest.keyClick(window.map.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.toasts.texts() == ["There is no path or file to paste."]
    assert window.desk.session.queries == []
    assert window.desk.looking == 0


def test_opening_by_the_dialog(window, qtbot, image, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a, **k: ([str(image)], ""))
    QTest.keyClick(window.map.view, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(window.desk.session.queries) == 1 and idle(window))


@pytest.mark.parametrize("way", ["key", "button"])
def test_export_writes_the_columns_of_the_command_line(
    window, qtbot, image, tmp_path, monkeypatch, way
):
    queries = ask(window, qtbot, [image, make_image(tmp_path / "other, one.fits", size=100)])
    out = tmp_path / "neighbours.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(out), ""))
    if way == "key":
        QTest.keyClick(window.map.view, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    else:
        QTest.mouseClick(window.toolbar.buttons["export"], LEFT)
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == SEARCH_COLUMNS
    assert [row["query"] for row in rows] == [q.name for q in queries for _ in range(20)]
    assert [row["rank"] for row in rows[:20]] == [str(i) for i in range(1, 21)]
    assert {row["encoder"] for row in rows} == {"simclr"}
    assert "40 rows" in window.toasts.texts()[-1]


def test_an_export_that_fails_is_told(window, qtbot, image, tmp_path, monkeypatch):
    ask(window, qtbot, [image])
    out = tmp_path / "no" / "such" / "folder.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(out), ""))
    QTest.keyClick(window.map.view, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert "could not be written" in window.toasts.texts()[-1]


def test_ignoring_orientation_asks_again(window, qtbot, image):
    ask(window, qtbot, [image])
    QTest.mouseClick(window.toolbar.buttons["orientation"], LEFT)
    qtbot.waitUntil(lambda: idle(window))
    asked = FakeEngine.made[-1].asked
    assert [ignored for _, ignored in asked] == [False, True]
    assert "orientation ignored" in window.docks["neighbours"].title.count.whole


def test_removing_a_query(window, qtbot, image, tmp_path):
    _, second = ask(window, qtbot, [image, make_image(tmp_path / "b.fits")])
    click_item(window.queries, 0)
    QTest.keyClick(window.queries, Qt.Key.Key_Delete)
    assert window.desk.session.queries == [second]
    assert window.desk.session.current is second


def test_the_list_keeps_its_place_when_others_go(window, qtbot, tmp_path):
    paths = [make_image(tmp_path / f"{name}.fits") for name in "abc"]
    first, second, third = ask(window, qtbot, paths)
    QTest.keyClick(window.queries, Qt.Key.Key_Down)
    assert window.desk.session.current is second
    window.desk.remove(first)
    QTest.keyClick(window.queries, Qt.Key.Key_Down)
    assert window.desk.session.current is third


def test_the_overview_appears_on_the_way_in_and_leads_elsewhere(window, qtbot):
    view = window.map.view
    assert not view.overview.isVisible()
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.overview.isVisible()
    before = view.box.viewRect().center()
    QTest.mouseClick(view.overview, LEFT, pos=QPoint(12, view.overview.height() - 12))
    settle(window, qtbot)
    after = view.box.viewRect().center()
    assert after.x() < before.x()
    assert after.y() < before.y()
    QTest.keyClick(view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    settle(window, qtbot)
    assert not view.overview.isVisible()


def test_the_wheel_zooms_about_the_pointer(window, qtbot):
    view = window.map.view
    before = view.box.viewRect()
    at = QPointF(view.rect().center())
    wheel = QWheelEvent(
        at,
        QPointF(view.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), wheel)
    after = view.box.viewRect()
    assert after.width() < before.width()
    assert (after.center() - before.center()).manhattanLength() < 0.05 * before.width()


def test_the_readout_follows_the_pointer_on_the_original(window, qtbot, image):
    ask(window, qtbot, [image])
    view = window.image.panes.left.view
    qtbot.waitUntil(lambda: view.sky.readout is not None)
    QTest.mouseMove(view, view.rect().center() + QPoint(5, 5))
    QTest.mouseMove(view, view.rect().center())
    qtbot.waitUntil(lambda: window.image.readout.whole != "")
    said = window.image.readout.whole
    assert "12:00:0" in said or "11:59:5" in said
    assert "Jy/beam" in said
    assert " x " in said


class Sleeper(FakeEngine):
    """An engine that answers nothing before it is woken."""

    woken = threading.Event()

    def _search(self, *question) -> None:
        self.hold(Sleeper.woken)
        super()._search(*question)


def test_waiting_questions_can_be_dropped(make_window, catalog, qtbot, tmp_path):
    Sleeper.woken.clear()
    window = make_window(catalog, Sleeper)
    drop(window, [make_image(tmp_path / f"{i}.fits") for i in range(4)])
    qtbot.waitUntil(lambda: window.desk.waiting == 3)
    asked = window.desk.session.queries[0]
    assert window.status.stop.isVisible()
    QTest.mouseClick(window.status.stop, LEFT)
    assert window.desk.session.queries == [asked]
    assert not window.status.stop.isVisible()
    Sleeper.woken.set()
    qtbot.waitUntil(lambda: idle(window))
    assert asked.state is State.ANSWERED
