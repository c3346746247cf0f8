"""Which catalogue the window begins with, by what was done before it was closed."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from fakes import FakeEngine, make_catalog
from hands import State, choose, idle
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

import radgalgui_resources
from radgalgui.gui import sources
from radgalgui.gui.catalogs import beginning, recent
from radgalgui.gui.settings import Settings
from radgalgui.jobs.events import Refused

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def comes_along(catalog, monkeypatch) -> None:
    """Let the catalogue that comes with the program be that of the tests."""
    monkeypatch.setattr(radgalgui_resources, "catalog_path", lambda: catalog)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("surveys") / "süd"
    return make_catalog(folder, 40, seed=7, encoders=("simclr", "byol"))


@pytest.fixture
def survey(made, tmp_path, settings_folder) -> Path:
    """Return a catalogue that may be broken, and was open when the window was closed."""
    folder = Path(shutil.copytree(made, tmp_path / "süd"))
    Settings().keep_last_catalog(folder)
    return folder


def shows(window, path: Path) -> bool:
    desk = window.desk
    return desk.sources is not None and desk.sources.path == path and desk.ready is not None


def type_path(window, path: Path) -> None:
    window.toolbar.path.setFocus()
    window.toolbar.path.setText(str(path))
    QTest.keyClick(window.toolbar.path, Qt.Key.Key_Return)


def test_the_last_catalogue_and_encoder_come_again_and_a_click_leads_back(
    make_window, catalog, qtbot, made, settings_folder
):
    window = make_window(None)
    qtbot.waitUntil(lambda: shows(window, catalog))
    assert not window.status.leave.isVisible()
    type_path(window, made)
    qtbot.waitUntil(lambda: shows(window, made))
    choose(window.encoders.box, "BYOL")
    qtbot.waitUntil(lambda: window.desk.sources.encoder == "byol")
    window.close()
    window = make_window(None)
    qtbot.waitUntil(lambda: shows(window, made))
    assert window.desk.sources.encoder == "byol"
    assert window.toasts.texts() == []
    QTest.mouseClick(window.status.leave, LEFT)
    qtbot.waitUntil(lambda: shows(window, catalog))
    assert not window.status.leave.isVisible()
    assert Settings().last_catalog() is None


class Choosy(FakeEngine):
    """Refuses to load any catalogue but that of the tests."""

    def _open(self, job: str, catalog: Path, encoder: str) -> None:
        if catalog == radgalgui_resources.catalog_path():
            super()._open(job, catalog, encoder)
        else:
            self._on_event(Refused(job, "The index is damaged."))


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        ("gone", "süd was not opened again: the folder is gone. The simulated catalogue is shown"),
        ("broken", "has 50 bytes"),
        ("refused", "The index is damaged. The simulated catalogue is shown instead."),
    ],
    ids=["gone", "broken", "refused"],
)
def test_what_cannot_be_opened_again_gives_way_and_files_are_answered(
    make_window, catalog, qtbot, survey, image, fate, words
):
    if fate == "gone":
        shutil.rmtree(survey)
    elif fate == "broken":
        table = next(survey.glob("*.parquet"))
        table.write_bytes(table.read_bytes()[:50])
    window = make_window(None, Choosy if fate == "refused" else FakeEngine)
    window.desk.ask_paths([image])  # as files on the command line are
    qtbot.waitUntil(lambda: shows(window, catalog))
    assert sum(words in text for text in window.toasts.texts()) == 1
    qtbot.waitUntil(lambda: bool(window.desk.session.queries) and idle(window))
    assert window.desk.session.queries[0].state is State.ANSWERED
    assert not window.map.message.isVisible()
    assert Settings().last_catalog() is None  # it is said once


def test_a_disk_that_does_not_answer_holds_nothing_up(
    make_window, catalog, qtbot, survey, image, monkeypatch
):
    asked, answer = threading.Event(), threading.Event()

    def hang(_path: Path) -> str:
        asked.set()
        answer.wait(60)
        return ""

    monkeypatch.setattr(beginning, "PATIENCE_MS", 30)
    monkeypatch.setattr(beginning, "why_missing", hang)
    monkeypatch.setattr(recent, "why_missing", hang)
    Settings().keep_catalog(survey, "South")
    window = make_window(None)
    qtbot.waitUntil(lambda: shows(window, catalog))
    (text,) = window.toasts.texts()
    assert "its disk does not answer" in text
    asked.clear()
    menu = window.commands.catalogs.recent
    menu.popup(window.mapToGlobal(window.rect().center()))
    assert asked.wait(60)
    menu.close()
    window.desk.ask_paths([image])
    qtbot.waitUntil(lambda: bool(window.desk.session.queries) and idle(window))
    answer.set()
    (offer,) = (b for b in window.toasts.findChildren(QPushButton) if b.text())
    QTest.mouseClick(offer, LEFT)
    qtbot.waitUntil(lambda: shows(window, survey))


def test_what_ended_the_program_is_not_opened_by_itself(make_window, catalog, qtbot, survey):
    Settings().keep_unfinished_catalog(survey)
    window = make_window(None)
    qtbot.waitUntil(lambda: shows(window, catalog))
    (text,) = window.toasts.texts()
    assert "did not come to an end" in text
    assert Settings().unfinished_catalog() is None


def test_an_encoder_that_is_gone_is_said_to_be_replaced(make_window, qtbot, survey, monkeypatch):
    Settings().keep_encoder("byol")
    monkeypatch.setattr(
        sources, "weights_problem", lambda _c, name: "not here" if name == "byol" else ""
    )
    window = make_window(None)
    qtbot.waitUntil(lambda: shows(window, survey))
    assert window.desk.sources.encoder == "simclr"
    (text,) = window.toasts.texts()
    assert text.startswith("The weights of BYOL are missing")
    assert text.endswith("so SimCLR is used.")
