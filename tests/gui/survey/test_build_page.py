"""The last page: name, folder, encoders, device, and what the command becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hands import choose
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from walking import click, walk_to

from radgalgui.gui.survey.build_page import effort_text
from radgalgui.gui.survey.draft import folder_name, free_folder, obstacle
from radgalgui.gui.survey.wizard import BUILD
from radgalgui.jobs.survey.effort import effort
from radgalgui.jobs.survey.offers import EncoderOffer
from radgalgui.sky.preprocess import Preprocessing


def write(field, text: str) -> None:
    field.selectAll()
    field.insert(text)  # keys have no letters beyond ASCII, which a temporary folder may


@pytest.fixture
def page(wizard, qtbot, folder):
    walk_to(wizard, qtbot, BUILD, folder)
    return wizard.build


def test_the_folder_follows_the_name_until_it_is_chosen(wizard, page, tmp_path):
    write(page.title, "LoTSS, deep field: 2")
    assert page.folder.text() == str(tmp_path / "home" / "LoTSS-deep-field-2")
    write(page.folder, str(tmp_path / "there"))
    write(page.title, "Another")
    assert page.folder.text() == str(tmp_path / "there")
    assert wizard.draft.out == tmp_path / "there"
    assert wizard.draft.title == "Another"


def test_the_place_is_remembered(page, tmp_path, monkeypatch):
    place = tmp_path / "big disk"
    place.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(place))
    click(page.choose)
    assert page.folder.text() == str(place / "my-fields")
    assert page._settings.folder("catalogues") == str(place)


def test_without_a_name_or_an_encoder_nothing_is_built(wizard, page):
    page.title.clear()
    QTest.keyClicks(page.title, " ")
    assert wizard.hint.text() == "Give it a name"
    write(page.title, "x")
    for name in ("simclr", "byol"):
        click(page.boxes[name])
    assert wizard.hint.text() == "Choose an encoder"
    assert not wizard.next_button.isEnabled()


def test_encoders_that_see_alike_go_together(wizard, page):
    boxes = page.boxes
    assert [boxes[n].isChecked() for n in boxes] == [True, True, False, False]
    assert not boxes["broken"].isEnabled()
    assert "--encoder" not in wizard.draft.arguments()
    click(boxes["mine"])
    assert [boxes[n].isChecked() for n in boxes] == [False, False, True, False]
    assert wizard.draft.arguments()[-4:-2] == ["--encoder", "mine"]
    click(boxes["byol"])
    assert [boxes[n].isChecked() for n in boxes] == [False, True, False, False]


def test_device_and_map_stand_in_the_command(wizard, page):
    choose(page.device, "The processor")
    click(page.maps)
    told = wizard.draft.arguments()
    assert told[told.index("--device") + 1] == "cpu"
    assert told[-1] == "--no-map"
    assert "24 sources" in page.estimate.text()


def test_likelihoods_are_told_where_they_are_asked_for(wizard, page):
    assert "--likelihood" not in wizard.draft.arguments()
    before = page.estimate.text()
    click(page.likelihood)
    assert wizard.draft.arguments()[-1] == "--likelihood"
    assert page.estimate.text() != before  # it takes longer


def test_a_catalogue_in_the_way_is_replaced_only_if_told(wizard, page, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "manifest.json").write_text("{}")
    write(page.folder, str(tmp_path / "old"))
    assert page.remarks.texts() == ["A catalogue is there already."]
    assert not wizard.next_button.isEnabled()
    click(page.replace)
    assert wizard.next_button.isEnabled()
    assert wizard.draft.arguments()[-1] == "--overwrite"
    write(page.folder, str(tmp_path / "new"))
    assert "--overwrite" not in wizard.draft.arguments()


def test_unfinished_work_is_gone_on_with_or_thrown_away(wizard, page, tmp_path):
    (tmp_path / "old.unfinished").mkdir()
    write(page.folder, str(tmp_path / "old"))
    assert not wizard.next_button.isEnabled()
    assert wizard.hint.text() == "Go on, or begin again?"
    click(page.resume)
    assert wizard.draft.arguments()[-1] == "--resume"
    click(page.restart)
    assert wizard.draft.arguments()[-1] == "--restart"
    assert wizard.next_button.isEnabled()


def test_something_else_in_the_way_is_left_alone(wizard, page, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.tex").write_text("x")
    write(page.folder, str(tmp_path / "thesis"))
    assert "choose another name" in page.remarks.texts()[0]
    assert not page.replace.isVisible()
    assert not wizard.next_button.isEnabled()


def test_a_folder_is_free_if_neither_it_nor_its_unfinished_work_is_there(tmp_path):
    assert free_folder(tmp_path, "a") == tmp_path / "a"
    (tmp_path / "a").mkdir()
    (tmp_path / "a-2.unfinished").mkdir()
    assert free_folder(tmp_path, "a") == tmp_path / "a-3"
    assert obstacle(tmp_path / "a") is None  # it is empty
    assert obstacle(Path("relative")).kind == "other"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("my fields", "my-fields"),
        ("a/b\\c:d", "a-b-c-d"),
        ("../..", "catalogue"),
        ("", "catalogue"),
        ("Ωmega 3.1+x", "Ωmega-3.1+x"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_title_becomes_a_name_for_a_folder(title, name):
    assert folder_name(title) == name


def test_a_title_that_begins_with_a_dash_is_no_option(wizard, page):
    write(page.title, "-deep")
    assert "--title=-deep" in wizard.draft.arguments()


def test_the_effort_grows_with_what_is_asked_and_shrinks_with_what_works():
    eyes = Preprocessing(pixel_scale=2.7)
    small = EncoderOffer("a", Path("a"), eyes, 256)
    large = EncoderOffer("b", Path("b"), eyes, 256, draws=True)
    one = effort(10_000, [small], threads=1, cutting=1e-4)
    assert effort(20_000, [small], threads=1, cutting=1e-4).seconds > one.seconds
    assert effort(10_000, [small, large], threads=1, cutting=1e-4).seconds > one.seconds
    assert effort(10_000, [small], threads=4, cutting=1e-4).seconds < one.seconds
    assert effort(10_000, [small], device="cuda:0", cutting=1e-4).seconds < one.seconds
    assert effort(10_000, [small], maps=False, threads=1, cutting=1e-4).seconds < one.seconds
    assert effort(20_000, [small]).size == 2 * effort(10_000, [small]).size
    fields = effort(1096, [small, small, small, large], threads=2)
    assert 30 < fields.seconds < 240
    assert effort_text(1096, fields.seconds, fields.size).startswith("About ")
