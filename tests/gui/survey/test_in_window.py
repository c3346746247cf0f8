"""The ways from the window to the wizard, and from a finished catalogue to its map."""

from __future__ import annotations

import pytest
from fake_intake import FakeIntake
from fakes import make_catalog, make_image
from hands import drop, idle
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from walking import click

import radgalgui_resources
from radgalgui.gui.drop import offers
from radgalgui.gui.survey import commands
from radgalgui.gui.survey.wizard import DATA


@pytest.fixture(autouse=True)
def made_up(monkeypatch, tmp_path) -> None:
    """Let the wizard of the window know made-up data."""
    monkeypatch.setattr(commands, "SurveyIntake", FakeIntake)
    monkeypatch.setattr(commands, "home_of_catalogues", lambda: tmp_path / "home")


@pytest.fixture
def fields(tmp_path):
    folder = tmp_path / "fields"
    folder.mkdir()
    for number in range(2):
        make_image(folder / f"{number}.fits")
    return folder


def recognised(window) -> bool:
    wizard = window.commands.surveys.wizard
    return wizard is not None and wizard.isVisible() and wizard.draft.found is not None


def test_a_newcomer_finds_it_beside_the_example(window):
    assert window.image.invitation.own_words.text() == "Have a folder of your own?"
    click(window.image.invitation.catalogue)
    wizard = window.commands.surveys.wizard
    assert wizard.isVisible()
    assert wizard.at == DATA


def test_it_has_keys_and_help(window, qtbot):
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    wizard = window.commands.surveys.wizard
    qtbot.waitUntil(wizard.isActiveWindow)
    QTest.keyClick(wizard, Qt.Key.Key_F1)
    assert "account.csv" in window.commands._help.text.toPlainText()
    assert radgalgui_resources.path("help", "own-survey.md").is_file()


def test_a_folder_dropped_at_the_right_becomes_a_catalogue(window, qtbot, fields):
    assert [offer.kind for offer in offers([fields])] == ["search", "catalogue"]
    assert drop(window, [fields], window.image)
    qtbot.waitUntil(lambda: recognised(window))
    assert window.commands.surveys.wizard.draft.inputs == (fields,)
    assert window.desk.session.queries == []


def test_a_folder_dropped_at_the_left_is_searched_with(window, qtbot, fields):
    assert drop(window, [fields], window.map.view)
    qtbot.waitUntil(lambda: len(window.desk.session.queries) == 2 and idle(window))
    assert window.commands.surveys.wizard is None


def test_only_what_can_be_done_is_offered(tmp_path, fields):
    one = fields / "0.fits"
    assert [offer.kind for offer in offers([one])] == ["search"]
    for name in ("a.csv", "a.npy", "a.png", "a.VOT"):
        assert [offer.kind for offer in offers([tmp_path / name])] == ["catalogue"], name
    both = offers([one, fields / "1.fits"])
    assert [offer.kind for offer in both] == ["search", "catalogue"]
    assert "these 2 files" in both[1].text


def test_a_table_goes_to_the_wizard_wherever_it_is_dropped(window, qtbot, table):
    assert drop(window, [table], window.map.view)
    qtbot.waitUntil(lambda: recognised(window))
    assert window.commands.surveys.wizard.draft.inputs == (table,)


def test_a_catalogue_that_is_dropped_is_opened(window, qtbot, tmp_path):
    path = make_catalog(tmp_path / "mine", 40)
    assert [offer.kind for offer in offers([path])] == ["open"]
    assert drop(window, [path], window.map.view)
    qtbot.waitUntil(lambda: window.desk.sources.path == path)


def test_who_searches_with_very_many_is_offered_a_catalogue_once(window, qtbot, fields):
    for number in range(2, commands.MANY + 3):
        (fields / f"{number}.fits").write_bytes((fields / "0.fits").read_bytes())
    assert drop(window, [fields], window.map.view)
    qtbot.waitUntil(lambda: bool(window.toasts.texts()))
    (said,) = window.toasts.texts()
    assert "on a map of their own" in said
    window.commands.surveys.open([fields])
    qtbot.waitUntil(lambda: recognised(window))


def test_the_map_of_a_catalogue_that_was_made_is_opened(window, qtbot, tmp_path):
    path = make_catalog(tmp_path / "made", 40)
    window.commands.surveys.open()
    wizard = window.commands.surveys.wizard
    window.toasts.say("Catalogue made is done.", "done", stays=True)
    wizard.open_wanted.emit(path)
    assert window.toasts.texts() == []
    qtbot.waitUntil(lambda: window.desk.sources.path == path)
