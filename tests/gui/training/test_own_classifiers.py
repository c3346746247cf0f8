"""A classifier of the user's own in the window: kept after its training, chosen, and refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import FakeEngine
from hands import ask, choose, click_item, idle
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from telling import PUBLISHED, told_classes

from radgalgui.gui.class_panel import ClassPanel
from radgalgui.gui.class_text import origin_words
from radgalgui.jobs.networks.kept import networks

LEFT = Qt.MouseButton.LeftButton
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(shipped, make_window, catalog, qtbot, monkeypatch) -> Any:
    monkeypatch.setitem(PUBLISHED, "network:mine", ["round", "thin"])  # what the engine answers
    made = make_window(catalog)
    qtbot.waitUntil(lambda: made.desk.ready is not None)
    return made


@pytest.fixture
def trained(write_network: Callable[..., Path], tmp_path: Path) -> Any:
    """Return the job of a training that made a classifier."""
    path = write_network(tmp_path / "shapes.safetensors")
    return SimpleNamespace(
        done=SimpleNamespace(path=path.name), record=SimpleNamespace(cwd=str(tmp_path))
    )


def keep(window: Any, trained: Any, name: str, qtbot: Any) -> Any:
    """Open what a training made, name it by keys, and keep it by a click."""
    window.commands.training.use(trained)
    dialog = window.commands.training.result
    qtbot.waitUntil(dialog.isVisible)
    assert dialog.name.text() == "shapes"
    QTest.keyClicks(dialog.name, name)
    return dialog


def test_what_a_training_made_is_kept_and_answers_at_once(
    window: Any, trained: Any, image: Path, qtbot
) -> None:
    (query,) = ask(window, qtbot, [image])
    dialog = keep(window, trained, "mine", qtbot)
    assert dialog.use.isVisible()
    assert dialog.use.isChecked()
    assert not dialog.embed.isVisible()
    with qtbot.waitSignal(dialog.classifier_kept):
        QTest.mouseClick(dialog.keep_button, LEFT)
    qtbot.waitUntil(
        lambda: query.classes is not None and query.classes.label_set == "network:mine",
    )
    assert list(networks()) == ["mine"]
    panel = window.classes
    assert panel.sets.currentText() == "Classifier: mine"
    assert "learned from 42 labelled images" in panel.sets.toolTip()
    assert "from 42 images, accuracy 0.875" in window.docks["classes"].title.count.whole
    assert window.settings.label_set() == "network:mine"
    assert any("answers in the panel Class" in text for text in window.toasts.texts())


def test_it_can_be_kept_for_later_and_a_file_that_was_moved_is_told_of(
    window: Any, trained: Any, image: Path, qtbot
) -> None:
    dialog = keep(window, trained, "mine", qtbot)
    QTest.keyClick(dialog.use, Qt.Key.Key_Space)
    with qtbot.waitSignal(dialog.classifier_kept):
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "network:mine" in window.desk.classifying.sets)
    panel = window.classes
    assert panel.sets.currentText() == "MiraBest"
    (query,) = ask(window, qtbot, [image])
    FakeEngine.refused_sets.add("network:mine")  # as the engine refuses what it cannot load
    choose(panel.sets, "Classifier: mine")
    qtbot.waitUntil(lambda: "network:mine" in panel.sentence)
    choose(panel.sets, "MiraBest")
    qtbot.waitUntil(
        lambda: query.classes is not None and query.classes.label_set == "mirabest",
    )


def listed(window: Any, qtbot: Any) -> Any:
    """Open the list of the user's own classifiers by the button beside the labels."""
    QTest.mouseClick(window.classes.more, LEFT)
    own = window.commands.training.own
    qtbot.waitUntil(lambda: own.dialog is not None and own.dialog.isVisible())
    return own.dialog


def test_one_that_answers_is_removed_by_keys_and_its_name_is_free_for_another(
    window: Any, trained: Any, image: Path, home: Path, qtbot
) -> None:
    (query,) = ask(window, qtbot, [image])
    dialog = keep(window, trained, "mine", qtbot)
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: query.classes is not None and query.classes.label_set == "network:mine",
    )
    own = listed(window, qtbot)
    cells = [own.table.model().index(0, column).data() for column in range(5)]
    assert cells == ["mine", "round, thin", "42 images", "0.875", "answers now"]
    assert own.table.hasFocus()
    assert not own.use_button.isEnabled()
    QTest.keyClick(own.table, Qt.Key.Key_Delete)
    asked = own.findChild(QMessageBox)
    assert "other labels take its place" in asked.informativeText()
    QTest.keyClick(asked, Qt.Key.Key_Return)  # which keeps it
    assert list(networks()) == ["mine"]
    QTest.keyClick(own.table, Qt.Key.Key_Delete)
    (remove,) = (
        b
        for asked in own.findChildren(QMessageBox)
        if asked.isVisible()
        for b in asked.buttons()
        if b.text() == "Remove it"
    )
    QTest.keyClick(remove, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not networks())
    qtbot.waitUntil(lambda: "“mine” is removed. MiraBest answers." in window.toasts.texts())
    qtbot.waitUntil(
        lambda: idle(window) and query.classes is not None and query.classes.label_set == "mirabest"
    )
    assert FakeEngine.made[-1].classed[-1] == ("mirabest", 0.9)
    assert window.settings.label_set() == "mirabest"
    assert window.classes.headline.isVisible()
    assert not (home / "classifiers" / "mine.folds.npz").exists()
    assert own.empty.isVisible()
    assert not own.remove_button.isEnabled()
    own.close()
    dialog = keep(window, trained, "mine", qtbot)  # it does not answer by itself
    QTest.keyClick(dialog.use, Qt.Key.Key_Space)
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "network:mine" in window.desk.classifying.sets)
    assert window.classes.sets.currentText() == "MiraBest"


def test_the_list_tells_of_damage_and_lets_another_answer_by_the_mouse(
    window: Any, write_network: Callable[..., Path], home: Path, image: Path, qtbot, monkeypatch
) -> None:
    (query,) = ask(window, qtbot, [image])
    folder = home / "classifiers"
    folder.mkdir(parents=True)
    (folder / "broken.safetensors").write_bytes(b"nothing")
    path = write_network(home / "shapes.safetensors")
    own = listed(window, qtbot)
    assert own.table.model().index(0, 1).data() == "cannot be used"
    click_item(own.table, 0)
    assert own.problem.isVisible()
    assert "broken.safetensors: is not a safetensors file" in own.problem.text()
    assert not own.use_button.isEnabled()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(path), ""))
    QTest.mouseClick(own.file_button, LEFT)
    result = window.commands.training.result
    qtbot.waitUntil(result.isVisible)
    QTest.keyClicks(result.name, "mine")
    QTest.keyClick(result.use, Qt.Key.Key_Space)
    QTest.mouseClick(result.keep_button, LEFT)
    qtbot.waitUntil(lambda: len(own.rows.rows) == 2)
    click_item(own.table, 1)
    assert not own.problem.isVisible()
    QTest.mouseClick(own.use_button, LEFT)
    qtbot.waitUntil(lambda: idle(window) and query.classes.label_set == "network:mine")
    sets = window.classes.sets  # in the order in which Ctrl+Shift+L takes them
    listed_sets = [name for row in range(sets.count()) if (name := sets.itemData(row))]
    assert listed_sets == window.desk.classifying.sets
    assert own.table.model().index(1, 4).data() == "answers now"
    click_item(own.table, 0)
    QTest.mouseClick(own.remove_button, LEFT)
    asked = own.findChild(QMessageBox)
    (remove,) = (b for b in asked.buttons() if b.text() == "Remove it")
    (folder / "broken.safetensors").unlink()  # by hand, meanwhile
    QTest.mouseClick(remove, LEFT)
    qtbot.waitUntil(lambda: "no classifier 'broken'" in own.problem.text())
    assert own.problem.isVisible()
    assert query.classes.label_set == "network:mine"


def test_without_any_a_training_is_offered_in_the_list_and_by_keys(window: Any, qtbot) -> None:
    sets = window.classes.sets
    lines = [sets.itemText(row) for row in range(sets.count())]
    assert lines == [
        *("Published labels", "MiraBest", "Radio Galaxy Dataset"),
        *("Columns of this catalogue", "Column: Class", "Your classifiers"),
        "None yet: + trains one",
    ]
    QTest.mouseClick(sets, LEFT)
    QTest.keyClick(sets.view(), Qt.Key.Key_End)
    assert sets.view().currentIndex().data() == "Column: Class"
    QTest.keyClick(sets.view(), Qt.Key.Key_Home)
    assert sets.view().currentIndex().data() == "MiraBest"
    QTest.keyClick(sets.view(), Qt.Key.Key_Escape)
    window.activateWindow()
    QTest.keyClick(window.map.view, Qt.Key.Key_T, CTRL_SHIFT)
    own = window.commands.training.own
    qtbot.waitUntil(lambda: own.dialog is not None and own.dialog.isVisible())
    assert own.dialog.train_button.hasFocus()
    QTest.keyClick(own.dialog.train_button, Qt.Key.Key_Space)
    form = window.commands.training.dialog
    qtbot.waitUntil(lambda: form.draft.form is not None)
    assert form.draft.form.info.kind == "classifier"


def test_a_source_that_it_cannot_see_is_said_not_to_be_classified(
    window: Any, trained: Any, qtbot, monkeypatch
) -> None:
    window.desk.ask_source(3)
    qtbot.waitUntil(lambda: window.classes.headline.isVisible())
    monkeypatch.setattr(FakeEngine, "_classify", lambda *_: None)  # as of images kept otherwise
    dialog = keep(window, trained, "mine", qtbot)
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "ask about the image" in window.classes.sentence)
    assert "“mine” sees galaxies otherwise" in window.classes.sentence


def test_which_classifier_answers_stands_in_the_title_and_no_set_is_told_below(qtbot) -> None:
    panel = ClassPanel()
    qtbot.addWidget(panel)
    told = told_classes("job", "network:mine", 0.9, "simclr", ["a", "b"], [])[-1]
    words = "There is no set of classes: mine.folds.npz is not beside it."
    notes = [{"code": "network", "text": "who"}, {"code": "no-set", "text": words}]
    alone = replace(told, rows=told.rows[:1], notes=notes)
    panel.show_classes(alone)
    assert panel.notes.text() == words
    assert panel.notes.isVisibleTo(panel)
    assert panel.agreement.whole == "by one classifier"
    origin = "from 42 images, accuracy 0.875"
    assert origin_words(alone, origin) == (origin,)
    both = f"net {origin}; others from 729"
    assert origin_words(told, origin) == (both, f"net {origin}", "from 42 images")
