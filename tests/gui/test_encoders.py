"""Seeing the same catalogue through another encoder, by mouse and keyboard."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from fakes import FakeEngine, make_image
from hands import State, ask, choose, click_item, drop, idle, take_from_menu
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from radgalgui.gui.status import doing

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(make_window, two_encoders, qtbot):
    made = make_window(two_encoders)
    qtbot.waitUntil(lambda: made.desk.ready is not None)
    return made


def seen_by(window, encoder: str) -> bool:
    return window.desk.sources.encoder == encoder and idle(window)


@pytest.mark.parametrize("way", ["list", "menu", "key", "next"])
def test_choosing_an_encoder_changes_map_neighbours_and_classes(window, qtbot, image, way):
    (query,) = ask(window, qtbot, [image])
    before, rows = window.map.view.place_of(0), query.rows
    assert query.classes.encoder == "simclr"
    if way == "list":
        choose(window.encoders.box, "BYOL")
    elif way == "menu":
        take_from_menu(window.actions_.menus["E&ncoder"], "BYOL")
    elif way == "key":
        QTest.keyClick(window.map.view, Qt.Key.Key_1, CTRL)
    else:
        QTest.keyClick(window.map.view, Qt.Key.Key_N, CTRL | SHIFT)
    qtbot.waitUntil(lambda: seen_by(window, "byol"))
    assert window.map.view.place_of(0) != before
    assert query.state is State.ANSWERED
    assert query.rows != rows
    assert query.classes.encoder == "byol"
    assert window.map.view.marks.marks.query == query.place["umap"][:2]
    assert window.status.encoder.text().startswith("BYOL")
    assert window.encoders.box.currentText() == "BYOL"
    assert "BYOL" in window.toasts.texts()[-1]


def test_all_queries_are_asked_again_the_one_shown_first(window, qtbot, tmp_path):
    queries = ask(window, qtbot, [make_image(tmp_path / f"{n}.fits") for n in "abc"])
    click_item(window.queries, 1)
    engine = FakeEngine.made[-1]
    engine.asked.clear()
    choose(window.encoders.box, "BYOL")
    qtbot.waitUntil(lambda: seen_by(window, "byol"))
    assert [path.split("/")[-1] for path, _ in engine.asked] == ["b.fits", "a.fits", "c.fits"]
    assert all(q.classes.encoder == "byol" and len(q.rows) == 20 for q in queries)


def test_selection_filter_map_and_colour_stay(window, qtbot, image):
    ask(window, qtbot, [image])
    QTest.keyClick(window.map.view, Qt.Key.Key_M, CTRL)
    choose(window.map.columns, "Flux density (Jy)")
    QTest.keyClicks(window.filter_box, "frii")
    click_item(window.table, 2)
    selected = window.desk.session.selected
    choose(window.encoders.box, "BYOL")
    qtbot.waitUntil(lambda: seen_by(window, "byol"))
    assert window.desk.session.selected == selected
    assert (window.presenter.method, window.presenter.column) == ("pca", "flux")
    assert window.filter_box.text() == "frii"
    assert window.table.model().rowCount() < 200
    assert window.map.view.marks.marks.selected == window.map.view.place_of(selected)


def test_the_encoder_is_remembered(make_window, two_encoders, qtbot):
    window = make_window(two_encoders)
    choose(window.encoders.box, "BYOL")
    qtbot.waitUntil(lambda: seen_by(window, "byol"))
    window.close()
    again = make_window(two_encoders)
    assert again.desk.sources.encoder == "byol"
    assert again.encoders.box.currentText() == "BYOL"


def test_a_remembered_encoder_that_the_catalogue_lacks_is_forgotten(
    make_window, two_encoders, catalog, qtbot
):
    window = make_window(two_encoders)
    window.settings.keep_encoder("byol")
    window.close()
    assert make_window(catalog).desk.sources.encoder == "simclr"


def test_with_one_encoder_the_list_says_why_it_cannot_be_used(make_window, catalog, qtbot):
    window = make_window(catalog)
    box = window.encoders.box
    assert not box.isEnabled()
    assert not window.actions_["next_encoder"].isEnabled()
    assert "SimCLR alone" in box.toolTip()
    QTest.keyClick(window.map.view, Qt.Key.Key_N, CTRL | SHIFT)
    assert window.desk.encoder == "simclr"


def test_an_encoder_that_is_missing_is_told_and_the_old_one_stays(window, qtbot, image):
    FakeEngine.missing.add("byol")
    (query,) = ask(window, qtbot, [image])
    rows = query.rows
    choose(window.encoders.box, "BYOL")
    qtbot.waitUntil(lambda: window.desk.encoder == "simclr" and bool(window.toasts.texts()))
    assert "weights of byol are missing" in window.toasts.texts()[-1]
    assert window.encoders.box.currentText() == "SimCLR"
    assert query.rows == rows
    (other,) = ask(window, qtbot, [image])
    assert other.classes.encoder == "simclr"


class Slow(FakeEngine):
    """An engine that opens nothing before it is woken."""

    woken = threading.Event()

    def _open(self, *request) -> None:
        self.hold(Slow.woken)
        super()._open(*request)


def test_nothing_changes_before_the_encoder_is_there(make_window, two_encoders, qtbot, image):
    Slow.woken.set()
    window = make_window(two_encoders, Slow)
    ask(window, qtbot, [image])
    Slow.woken.clear()
    choose(window.encoders.box, "BYOL")
    qtbot.waitUntil(lambda: "Changing to BYOL" in window.status.work.text())
    drop(window, [image])  # asked in between: waits for the encoder that was chosen
    assert window.desk.sources.encoder == "simclr"
    assert window.encoders.box.currentText() == "BYOL"
    Slow.woken.set()
    qtbot.waitUntil(lambda: len(window.desk.session.queries) == 2 and seen_by(window, "byol"))
    assert {q.classes.encoder for q in window.desk.session.queries} == {"byol"}


def test_changing_ones_mind_leads_to_the_last_choice(make_window, two_encoders, qtbot, image):
    Slow.woken.set()
    window = make_window(two_encoders, Slow)
    (query,) = ask(window, qtbot, [image])
    Slow.woken.clear()
    choose(window.encoders.box, "BYOL")
    choose(window.encoders.box, "SimCLR")
    Slow.woken.set()
    qtbot.waitUntil(lambda: doing(window.desk) == "" and seen_by(window, "simclr"))
    assert query.classes.encoder == "simclr"
    np.testing.assert_array_equal(window.map.view.place_of(5), window.desk.sources.maps["umap"][5])
