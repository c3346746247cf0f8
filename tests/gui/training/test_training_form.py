"""The training form by mouse and keyboard: what is shown, what is ordered."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

from radgalgui.errors import EngineError
from radgalgui.gui.training.training_dialog import TrainingDialog
from radgalgui.jobs.recipes import recipes
from radgalgui.jobs.training import Trial

LEFT = Qt.MouseButton.LeftButton


def click(widget) -> None:
    assert widget.isVisible()
    assert widget.isEnabled()
    # At the left, where a check box has its box.
    QTest.mouseClick(widget, LEFT, pos=widget.rect().center() if widget.width() < 200 else None)


def type_into(editor, text: str) -> None:
    inner = editor.inner
    inner.setFocus()
    inner.selectAll()
    QTest.keyClicks(inner, text)


def choose(dialog: TrainingDialog, qtbot, recipe: str) -> None:
    """Click a recipe, and wait until its form has been checked."""
    shown = dialog.recipes.list
    (row,) = (r for r in range(shown.count()) if shown.item(r).data(0x0100) == recipe)
    shown.scrollToItem(shown.item(row))
    QTest.mouseClick(shown.viewport(), LEFT, pos=shown.visualItemRect(shown.item(row)).center())
    qtbot.waitUntil(lambda: dialog.draft.form.info.name == recipe)
    settled(dialog, qtbot)


def settled(dialog: TrainingDialog, qtbot) -> None:
    """Wait until the values that stand there now have been checked."""
    qtbot.waitUntil(lambda: not dialog.pending)


def test_it_begins_with_a_recipe_and_says_what_is_missing(dialog, qtbot) -> None:
    qtbot.waitUntil(lambda: "images lie" in dialog.hint.text())
    assert dialog.title.text() == "SimCLR"
    assert not dialog.start_button.isEnabled()
    named = {
        dialog.recipes.list.item(row).data(0x0100)
        for row in range(99)
        if dialog.recipes.list.item(row)
    }
    assert named - {None} == {each.name for each in recipes()}


def test_the_command_follows_what_is_typed(dialog, qtbot) -> None:
    choose(dialog, qtbot, "simclr-smoke")
    type_into(dialog.form.editors["training.epochs"], "7")
    type_into(dialog.form.editors["optimizer.learning_rate"], "5e-4")
    settled(dialog, qtbot)
    shown = dialog.command.text.whole
    assert shown.startswith("radgalgui train simclr-smoke --out ")
    assert "--set training.epochs=7" in shown
    assert "--set optimizer.learning_rate=0.0005" in shown
    assert "--data" not in shown
    click(dialog.command.copy_button)
    assert QGuiApplication.clipboard().text() == shown


def test_a_training_is_ordered(dialog, board, qtbot, tmp_path: Path) -> None:
    choose(dialog, qtbot, "simclr-smoke")
    type_into(dialog.form.editors["name"], "night-sky")
    settled(dialog, qtbot)
    with qtbot.waitSignal(dialog.started) as started:
        click(dialog.start_button)
    (order,) = board.orders
    assert started.args == ["job-1"]
    assert (order.kind, order.title, order.resumable) == ("train", "Training night-sky", True)
    assert order.out == tmp_path / "trainings" / "night-sky"
    assert order.arguments[:4] == ["train", "simclr-smoke", "--out", str(order.out)]
    assert "name=night-sky" in order.arguments
    assert not dialog.isVisible()


def test_what_is_wrong_stands_beside_its_field(dialog, qtbot) -> None:
    choose(dialog, qtbot, "simclr-smoke")
    rate = dialog.form.editors["optimizer.learning_rate"]
    type_into(rate, "fast")
    settled(dialog, qtbot)
    fault = dialog.form.rows["optimizer.learning_rate"][2]
    assert fault.isVisible()
    assert fault.text() == "This is no number"
    assert not dialog.start_button.isEnabled()
    assert dialog.hint.text() == "Learning rate: this is no number"
    type_into(rate, "0.1")
    settled(dialog, qtbot)
    assert not fault.isVisible()
    assert dialog.start_button.isEnabled()


def test_ones_own_catalogue_is_learned_from_alone(dialog, qtbot, tmp_path: Path) -> None:
    (tmp_path / "survey").mkdir()
    (tmp_path / "survey" / "manifest.json").write_text("{}")
    settled(dialog, qtbot)
    form = dialog.form
    assert not form.catalogues.isVisible()
    click(form.source.buttons["own"])
    settled(dialog, qtbot)
    assert dialog.hint.text() == "Add a catalogue to learn from"
    assert not form.rows["data.mirabest"][1].isVisible()
    assert not form.data.isVisible()
    click(form.catalogues.open_button)
    settled(dialog, qtbot)
    words = dialog.draft.order().arguments
    assert words[2:4] == ["--catalog", str(tmp_path / "survey")]
    assert dialog.draft.overrides["data.mirabest"] == 0
    assert not {"--data", "data.mirabest=0.0"} & set(words)
    assert dialog.start_button.isEnabled()
    click(form.source.buttons["published"])
    settled(dialog, qtbot)
    assert "--catalog" not in dialog.draft.order().arguments


def test_settings_for_the_initiated_are_shown_when_asked_for(dialog, qtbot) -> None:
    zoom = dialog.form.editors["augment.zoom"]
    assert not zoom.isVisible()
    QTest.mouseClick(dialog.everything, LEFT)
    assert zoom.isVisibleTo(dialog.form.widget())
    zoom.inner.setFocus()
    qtbot.waitUntil(lambda: dialog.help_strip.text().startswith("Change of size: Largest change"))


def test_a_start_is_compared_with_nothing(dialog, board, qtbot, tmp_path: Path) -> None:
    choose(dialog, qtbot, "finetune-mirabest")
    form = dialog.form
    assert form.editors["init"].value() == "simclr"
    form.data.line.insert(str(tmp_path))  # keys are of ASCII alone, the folder may not be
    form.compare.setFocus()
    QTest.keyClick(form.compare, Qt.Key.Key_Space)
    settled(dialog, qtbot)
    click(dialog.start_button)
    (order,) = board.orders
    assert order.arguments[-2:] == ["--compare", "start_from=simclr,none"]
    assert order.arguments[2:4] == ["--data", str(tmp_path)]
    assert order.title == "Comparing starts of mirabest-mine"


def test_only_encoders_of_the_same_network_can_be_started_from(dialog, qtbot) -> None:
    starts = dialog.draft.form.starts
    assert starts[0] == ""
    assert {"simclr", "byol", "simsiam"} <= set(starts)
    assert "vdvae" not in starts


def test_a_weights_file_can_be_started_from(dialog, qtbot, monkeypatch, tmp_path: Path) -> None:
    choose(dialog, qtbot, "simclr-smoke")
    weights = tmp_path / "earlier.safetensors"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(weights), ""))
    (button,) = (
        each
        for each in dialog.form.editors["start_from"].findChildren(QPushButton)
        if each.text() == "File…"
    )
    click(button)
    settled(dialog, qtbot)
    (wanted,) = (each for each in dialog.draft.order().arguments if each.startswith("start_from="))
    assert wanted.partition("=")[2].strip('"') == str(weights)  # spaces need quotes
    assert dialog.form.compare.isEnabled()


def test_an_estimate_is_asked_for_and_stopped(dialog, qtbot, monkeypatch) -> None:
    choose(dialog, qtbot, "simclr-smoke")

    def run(trial: Trial, progress) -> str:
        progress(3, 12, "first steps")
        return "about 2 h: 4,800 steps of 1.5 s"

    monkeypatch.setattr(Trial, "run", run)
    click(dialog.estimate_button)
    qtbot.waitUntil(lambda: dialog.estimate.text() == "About 2 h: 4,800 steps of 1.5 s")

    def broken(trial: Trial, progress) -> str:
        raise EngineError("no source rises above the noise")

    monkeypatch.setattr(Trial, "run", broken)
    click(dialog.estimate_button)
    qtbot.waitUntil(lambda: "no source rises above the noise" in dialog.estimate.text())
    assert dialog.estimate_button.text() == "Estimate"


@pytest.mark.parametrize("name", ["simclr-bundled", "vdvae-paper", "finetune-frdeep"])
def test_nothing_changed_orders_the_recipe_as_it_is(dialog, qtbot, name: str) -> None:
    if name != "simclr-bundled":
        choose(dialog, qtbot, name)
    changed = {k: v for k, v in dialog.draft.overrides.items() if k not in ("name", "label_set")}
    assert changed == {}
    for key, editor in dialog.form.editors.items():
        assert editor.value() == dialog.draft.value(key), key


def test_an_archive_of_labelled_images_of_ones_own_is_chosen_and_needs_no_published_ones(
    dialog, qtbot, tmp_path: Path, monkeypatch
) -> None:
    choose(dialog, qtbot, "finetune-mirabest")
    qtbot.waitUntil(lambda: "images lie" in dialog.hint.text())
    archive = tmp_path / "bent tails.npz"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(archive), ""))
    editor = dialog.form.editors["labels.set"]
    (button,) = editor.findChildren(QPushButton)
    click(button)
    assert editor.value() == str(archive)
    qtbot.waitUntil(dialog.start_button.isEnabled)
    arguments = dialog.draft.order().arguments
    assert any(each.startswith("labels.set=") and str(archive) in each for each in arguments)
    assert "--data" not in arguments
