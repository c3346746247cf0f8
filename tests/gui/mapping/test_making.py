"""A map is put together in its form, made by a job, and shown: by mouse and keyboard."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hands import ask, settle
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton

from radgalgui.catalog.catalog import Catalog
from radgalgui.gui.mapping.dialog import MapDialog
from radgalgui.gui.mapping.draft import ALL, MapDraft
from radgalgui.jobs.maps.recipe import Recipe

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def survey(catalog: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(catalog, tmp_path / "survey"))


@pytest.fixture
def opened(make_window, survey, qtbot):
    made = make_window(survey)
    made.resize(1500, 900)  # room for the names of the maps side by side
    qtbot.waitUntil(lambda: made.desk.ready is not None)
    qtbot.waitUntil(lambda: made.map.chooser.segments.isVisible())
    return made


def segment(window, title: str):
    """Return the button of a map."""
    buttons = window.map.chooser.segments.findChildren(type(window.map.chooser.axes))
    return next(b for b in buttons if b.text() == title and b.isVisible())


def form(window) -> MapDialog:
    """Return the form, opened by the mouse."""
    QTest.mouseClick(window.map.chooser.more, LEFT)
    return next(d for d in window.findChildren(MapDialog) if d.isVisible())


def test_from_the_button_to_the_map(opened, image, survey, qtbot):
    """Press +, choose t-SNE and a setting, let it run, show it; a query has its place there."""
    window = opened
    (query,) = ask(window, qtbot, [image])
    dialog = form(window)
    QTest.mouseClick(dialog.methods.buttons[1], LEFT)
    editor = dialog.editors["perplexity"]
    assert not dialog.editors["neighbours"].isVisible()
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, "9")
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert "--method tsne --encoder simclr --perplexity 9" in dialog.command.text.whole
    assert dialog.how_long.text().startswith("300 sources: about ")
    QTest.mouseClick(dialog.start_button, LEFT)
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: "tsne-p9" in window.desk.sources.maps, timeout=300_000)
    with Catalog.open(survey) as catalog:
        stored = np.array(catalog.map("simclr", "tsne-p9"))
    assert window.presenter.method == "umap"  # what was looked at stays
    (show,) = (b for b in window.toasts.findChildren(QPushButton) if b.text() == "Show it")
    QTest.mouseClick(show, LEFT)
    qtbot.waitUntil(lambda: window.presenter.method == "tsne-p9")
    settle(window, qtbot)
    assert segment(window, "t-SNE 9").isChecked()
    np.testing.assert_array_equal(window.presenter.shown.places, stored)
    assert window.presenter.axis_titles == ("t-SNE 9 1", "t-SNE 9 2")
    marks = window.map.view.marks.marks
    assert "tsne-p9" not in query.place  # the engine has not heard of the map
    assert marks.query is not None
    assert marks.spread > 0
    near = stored[[row["index"] for row in query.rows[:15]]]
    away = np.linalg.norm(near - marks.query, axis=1)
    assert (away <= marks.spread + 1e-6).mean() >= 0.5
    QTest.mouseClick(segment(window, "UMAP"), LEFT)
    assert window.presenter.method == "umap"


def test_a_map_is_removed_once_the_user_says_so(opened, survey, qtbot, monkeypatch):
    window = opened
    QTest.mouseClick(segment(window, "PCA"), LEFT)
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answers.pop(0))
    window.actions_["remove_map"].trigger()
    assert set(window.desk.sources.maps) == {"umap", "pca"}
    window.actions_["remove_map"].trigger()
    qtbot.waitUntil(lambda: set(window.desk.sources.maps) == {"umap"})
    assert window.presenter.method == "umap"
    assert not window.map.chooser.segments.isVisible()  # one map is no choice
    assert not window.actions_["remove_map"].isEnabled()
    with Catalog.open(survey) as catalog:
        assert catalog.maps("simclr") == ("umap",)


def test_escape_makes_nothing_and_a_bad_name_is_refused(opened, qtbot):
    window = opened
    window.activateWindow()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(window.map.view, Qt.Key.Key_U, both)
    dialog = next(d for d in window.findChildren(MapDialog) if d.isVisible())
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClicks(dialog.name, "umap")
    assert not dialog.start_button.isEnabled()
    assert "choose another name" in dialog.how_long.text()
    dialog.name.clear()
    QTest.mouseClick(dialog.methods.buttons[0], LEFT)
    assert "There is a map UMAP already; it is made again." in dialog.remarks.text()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert not window.board.jobs


def test_many_maps_become_a_list(opened, qtbot):
    window, chooser = opened, opened.map.chooser
    names = [("umap", "UMAP", ""), ("tsne", "t-SNE", ""), ("pca", "PCA", ""), ("w", "Wide", "")]
    assert chooser.segments.isVisible()
    chooser.show_maps(names, "tsne")
    assert not chooser.segments.isVisible()
    assert chooser.list.text().startswith("t-SNE")
    with qtbot.waitSignal(window.map.method_chosen) as told:
        (action,) = (a for a in chooser.list.menu().actions() if a.text() == "PCA")
        action.trigger()
    assert told.args == ["pca"]


def draft(**more) -> MapDraft:
    return MapDraft(
        **{"catalog": Path("/s/vlass"), "count": 2000, "encoder": "a", "encoders": ("a", "b")}
        | more
    )


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (Recipe("umap"), "--method umap --encoder a"),
        (Recipe("umap", neighbours=40, min_dist=0.25), "--neighbours 40 --min-dist 0.25"),
        (Recipe("tsne", seed=7, title="Wide view"), "--seed 7 --name 'Wide view'"),
        (Recipe("pca"), "--method pca --encoder a"),
    ],
)
def test_the_command_is_what_was_chosen(recipe, words):
    told = draft(recipe=recipe)
    assert told.order().shown() == f"radgalgui catalog map /s/vlass --method {recipe.method} " + (
        words if words.startswith("--method") else f"--encoder a {words}"
    ).removeprefix(f"--method {recipe.method} ")
    assert told.order().kind == "map"
    assert not told.problem


def test_what_follows_from_a_choice_is_said():
    assert "needs 4 sources; the catalogue has 3" in draft(count=3).problem
    assert "29 others" in draft(count=30, recipe=Recipe("umap", neighbours=30)).problem
    there = {"a": {"tsne"}}
    assert draft(there=there, fixed=True).problem.startswith("There is a map t-SNE already")
    assert not draft(there=there, encoder="b").again
    every = draft(there=there, encoder=ALL, fixed=False)
    assert every.again
    assert "by 2 encoders" in every.how_long
    own = draft(fixed=True, recipe=Recipe("umap", neighbours=9))
    assert "your own folder" in own.remarks[0]
