"""Opening, closing and finding again of catalogues, by mouse and keyboard."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEngine, galaxies, make_catalog, make_image
from hands import State, ask, click_item, idle, take_from_menu
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton

import radgalgui_resources
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.gui import sources
from radgalgui.gui.status import doing
from radgalgui.jobs.events import Done, Neighbours, Place, Refused
from radgalgui.jobs.work.orders import Order
from radgalgui.sky.preprocess import Preprocessing

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture(autouse=True)
def comes_along(catalog, monkeypatch) -> None:
    """Let the catalogue that comes with the program be that of the tests."""
    monkeypatch.setattr(radgalgui_resources, "catalog_path", lambda: catalog)


@pytest.fixture(scope="session")
def survey(tmp_path_factory) -> Path:
    """Return another catalogue, smaller than that of the tests and with a class of its own."""
    folder = tmp_path_factory.mktemp("survey") / "mysurvey"
    return make_catalog(folder, 80, seed=7, encoders=("simclr", "byol"), kinds=("tailed", "FRI"))


def bare(path: Path, n: int, *, vectors: bool = False) -> Path:
    """Write a catalogue without maps, and perhaps without vectors."""
    images, size, _ = galaxies(n, np.random.default_rng(n))
    columns = {
        "name": np.array([f"BARE {i}" for i in range(n)], dtype=object),
        "ra": np.full(n, np.nan),
        "dec": np.full(n, np.nan),
        "angular_size": size,
        "label": np.full(n, "", dtype=object),
    }
    with CatalogWriter(path, Preprocessing(), title="Bare fields") as writer:
        writer.append(columns, images)
    if vectors:
        with CatalogUpdate(path) as update:
            update.add_embeddings("simclr", np.ones((n, 16), np.float32), weights_sha256="0" * 64)
    return path


def choose_folder(window, qtbot, monkeypatch, path: Path) -> str:
    """Open a catalogue by the keyboard; return what was said of it."""
    told = []
    window.desk.catalog_opened.connect(lambda _: told.append(""))
    window.desk.catalog_refused.connect(lambda _, text: told.append(text))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(path))
    QTest.keyClick(window.map.view, Qt.Key.Key_O, CTRL | ALT)
    qtbot.waitUntil(lambda: bool(told))
    return told[0]


def recent(window) -> QMenu:
    (menu,) = (a.menu() for a in window.actions_.menus["&File"].actions() if a.menu())
    return menu


def test_another_catalogue_is_shown_and_images_are_asked_again(
    window, qtbot, monkeypatch, survey, image
):
    (query,) = ask(window, qtbot, [image])
    before = query.rows[0]["name"]
    click_item(window.table, 3)
    window.search_button.click()  # a query by a source of the catalogue that will be left
    qtbot.waitUntil(lambda: idle(window))
    assert choose_folder(window, qtbot, monkeypatch, survey) == ""
    qtbot.waitUntil(lambda: idle(window))
    session = window.desk.session
    assert [q.path for q in session.queries] == [image]
    assert session.selected is None
    assert not session.can_undo
    assert query.state is State.ANSWERED
    assert query.rows[0]["name"] != before
    assert max(row["index"] for row in query.rows) < 80
    assert window.table.model().rowCount() == 80
    assert window.map.header.count.whole == "80 simulated sources"
    assert window.map.view.points.cells.index.size == 80
    assert set(window.encoders.names) == {"simclr", "byol"}
    assert "Simulated sources for tests" in window.windowTitle()
    assert window.status.catalog.text() == "Simulated catalogue, 80 sources"


def test_closing_leads_back_to_the_catalogue_that_comes_along(window, qtbot, monkeypatch, survey):
    assert not window.actions_["close_catalog"].isEnabled()
    choose_folder(window, qtbot, monkeypatch, survey)
    assert window.actions_["close_catalog"].isEnabled()
    QTest.keyClick(window.map.view, Qt.Key.Key_W, CTRL)
    qtbot.waitUntil(lambda: len(window.desk.sources) == 300)
    assert not window.actions_["close_catalog"].isEnabled()


def test_recent_ones_are_in_the_menu_also_after_a_restart(
    make_window, catalog, qtbot, monkeypatch, survey, tmp_path
):
    window = make_window(catalog)
    gone = Path(shutil.copytree(survey, tmp_path / "gone"))
    choose_folder(window, qtbot, monkeypatch, gone)
    choose_folder(window, qtbot, monkeypatch, survey)
    window.close()
    shutil.rmtree(gone)
    window = make_window(catalog)
    qtbot.waitUntil(lambda: window.desk.ready is not None)
    menu = recent(window)
    menu.popup(window.mapToGlobal(window.rect().center()))
    words = [a.text() for a in menu.actions() if a.text()]
    assert words[0] == "Simulated sources for tests – mysurvey"
    qtbot.waitUntil(lambda: not menu.actions()[1].isEnabled())
    assert menu.actions()[1].text() == "gone (the folder is gone)"
    assert menu.actions()[-1].isChecked()  # the one that comes along is open
    menu.close()
    take_from_menu(menu, words[0])
    qtbot.waitUntil(lambda: len(window.desk.sources) == 80)


def test_a_damaged_one_is_refused_and_the_open_one_stays_also_after_a_crash(
    window, qtbot, monkeypatch, survey, tmp_path
):
    broken = Path(shutil.copytree(survey, tmp_path / "broken"))
    file = next((broken / "embeddings").glob("simclr*"))
    file.write_bytes(file.read_bytes()[:100])
    told = choose_folder(window, qtbot, monkeypatch, broken)
    assert "has 100 bytes" in told
    assert told in window.toasts.texts()
    assert len(window.desk.sources) == 300
    assert len(recent(window).actions()) == 1
    ask(window, qtbot, [make_image(tmp_path / "crash-once.fits")])
    assert FakeEngine.made[-1].opened == (window.desk.sources.path, "simclr")
    assert window.desk.session.queries[0].state is State.ANSWERED


class Fragile(FakeEngine):
    """Refuses to load a catalogue called ``refused``, and dies of one called ``deadly``."""

    def _open(self, job: str, catalog: Path, encoder: str) -> None:
        if catalog.name == "deadly":
            raise ChildProcessError
        if catalog.name == "refused":
            self._on_event(Refused(job, "The index is damaged."))
        else:
            super()._open(job, catalog, encoder)


@pytest.mark.parametrize("name", ["refused", "deadly"])
def test_one_that_the_engine_refuses_or_dies_of_is_not_opened_again(
    make_window, catalog, qtbot, monkeypatch, survey, tmp_path, image, name
):
    window = make_window(catalog, Fragile)
    qtbot.waitUntil(lambda: window.desk.ready is not None)
    bad = Path(shutil.copytree(survey, tmp_path / name))
    assert choose_folder(window, qtbot, monkeypatch, bad)
    (query,) = ask(window, qtbot, [image])
    assert query.state is State.ANSWERED
    ask(window, qtbot, [make_image(tmp_path / "crash-once.fits")])
    assert FakeEngine.made[-1].opened == (catalog, "simclr")
    assert len(window.desk.sources) == 300


def test_without_vectors_it_opens_and_says_why_nothing_is_compared(
    window, qtbot, monkeypatch, tmp_path, image
):
    told = choose_folder(window, qtbot, monkeypatch, bare(tmp_path / "bare", 5))
    assert told == ""
    assert window.table.model().rowCount() == 5
    assert "has no vectors" in window.map.message.text()
    assert window.map.message.isVisible()
    assert not window.map.view.legend.isVisible()
    assert window.status.encoder.text() == "No vectors"
    (query,) = ask(window, qtbot, [image])
    assert query.state is State.REFUSED
    assert "has no vectors" in query.message
    click_item(window.table, 1)
    assert window.desk.session.selected == 1
    assert doing(window.desk) == ""
    QTest.keyClick(window.map.view, Qt.Key.Key_W, CTRL)
    qtbot.waitUntil(lambda: query.state is State.ANSWERED)  # what could not be asked, is now
    assert not window.map.message.isVisible()


@pytest.mark.parametrize(("n", "words"), [(1, "single source"), (5, "no map for SimCLR")])
def test_without_maps_it_is_searched_all_the_same(
    window, qtbot, monkeypatch, tmp_path, image, n, words
):
    folder = bare(tmp_path / "bare", n, vectors=True)
    monkeypatch.setattr(FakeEngine, "_answer", answer_without_maps)
    assert choose_folder(window, qtbot, monkeypatch, folder) == ""
    assert words in window.map.message.text()
    (query,) = ask(window, qtbot, [image])
    assert query.state is State.ANSWERED
    assert len(query.rows) == n
    click_item(window.gallery, 0)
    assert window.desk.session.selected == query.rows[0]["index"]


def answer_without_maps(self, job, index, top, drawn, *, itself=True) -> None:
    rows = [self._row(i, i + 1) for i in range(len(self._catalog))]
    self._on_event(Neighbours(job, rows))
    self._on_event(Place(job, {}))
    self._on_event(Done(job, 0.1))


def test_with_an_encoder_that_is_not_there_it_can_be_looked_at(
    window, qtbot, monkeypatch, survey, image
):
    monkeypatch.setattr(sources, "weights_problem", lambda _catalog, name: f"{name} is not here.")
    assert choose_folder(window, qtbot, monkeypatch, survey) == ""
    assert window.map.view.points.cells.index.size == 80  # its map is there
    (query,) = ask(window, qtbot, [image])
    assert query.message == "simclr is not here."
    monkeypatch.setattr(
        sources, "weights_problem", lambda _c, name: "" if name == "byol" else "not here"
    )
    assert choose_folder(window, qtbot, monkeypatch, survey) == ""
    assert window.desk.sources.encoder == "byol"
    qtbot.waitUntil(lambda: query.state is State.ANSWERED)


def test_what_was_begun_to_be_drawn_of_a_source_is_forgotten(
    make_drawing_window, qtbot, monkeypatch, survey
):
    window = make_drawing_window()
    window.docks["draw"].show()
    click_item(window.table, 250)
    QTest.keyClick(window.map.view, Qt.Key.Key_BracketLeft, CTRL)
    assert window.draw_panel.walk.first.galaxy.row is not None
    assert choose_folder(window, qtbot, monkeypatch, survey) == ""
    assert window.draw_panel.walk.first.galaxy is None


def test_what_it_lacks_is_made_by_a_job_and_then_it_is_read_anew(
    window, qtbot, monkeypatch, tmp_path
):
    folder = bare(tmp_path / "bare", 6)
    done = json.dumps({"kind": "Done", "time": 0, "path": str(folder), "result": {}})
    monkeypatch.setattr(
        Order, "command", lambda *_, **__: [sys.executable, "-S", "-c", f"print({done!r})"]
    )
    choose_folder(window, qtbot, monkeypatch, folder)
    (offer,) = (b for b in window.toasts.findChildren(QPushButton) if b.text())
    assert offer.text() == "Make its vectors"
    with CatalogUpdate(folder) as update:  # what the job would do
        places = np.eye(6, 2, dtype=np.float32)
        update.add_embeddings("simclr", np.eye(6, 16, dtype=np.float32), weights_sha256="0" * 64)
        update.add_map("simclr", "umap", places)
    QTest.mouseClick(offer, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.desk.sources.encoder == "simclr")
    (job,) = window.board.jobs.values()
    assert job.record.order.arguments == ["embed", str(folder), "--encoder", "simclr"]
    qtbot.waitUntil(lambda: window.desk.ready is not None)
    assert window.map.view.points.cells.index.size == 6
    assert not window.map.message.isVisible()


def test_read_anew_with_the_same_sources_it_keeps_what_is_chosen(window, qtbot, survey, tmp_path):
    folder = Path(shutil.copytree(survey, tmp_path / "grows"))
    window.desk.open_catalog(folder)
    qtbot.waitUntil(lambda: len(window.desk.sources) == 80)
    click_item(window.table, 3)
    window.search_button.click()
    qtbot.waitUntil(lambda: bool(window.desk.session.queries) and idle(window))
    click_item(window.table, 5)
    QTest.keyClick(window.table, Qt.Key.Key_A, CTRL)
    session, before = window.desk.session, window.desk.sources
    window.desk.open_catalog(folder)  # as when a job has made likelihoods or a map for it
    qtbot.waitUntil(lambda: window.desk.sources is not before and idle(window))
    assert len(session.chosen) == 80
    assert session.selected == 5
    assert [query.index for query in session.queries] == [3]
    assert window.table.currentIndex().row() == 5
    QTest.keyClick(window.map.view, Qt.Key.Key_Z, CTRL)
    assert not session.chosen


def test_where_the_first_cannot_be_read_another_can_be_opened(
    make_window, qtbot, monkeypatch, survey, tmp_path, image
):
    window = make_window(tmp_path / "nothing")
    assert "nothing" in window.map.message.text()
    (refused,) = ask(window, qtbot, [image])
    assert refused.state is State.REFUSED
    assert choose_folder(window, qtbot, monkeypatch, tmp_path)
    assert window.desk.sources is None
    assert choose_folder(window, qtbot, monkeypatch, survey) == ""
    assert not window.map.message.isVisible()
    qtbot.waitUntil(lambda: refused.state is State.ANSWERED)
    assert window.status.work.text() == "Idle"


def test_one_that_is_opened_while_the_first_is_read_takes_its_place(
    make_window, catalog, qtbot, survey, tmp_path
):
    window = make_window(catalog)
    window.desk.open_catalog(tmp_path / "nothing")
    window.desk.open_catalog(survey)
    qtbot.waitUntil(lambda: len(window.desk.sources) == 80 and window.desk.ready is not None)
    assert window.desk.ready.catalog == str(survey)
