"""A classifier of the user's own in the window: kept after its training, chosen, and refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import FakeEngine
from hands import ask, choose
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from telling import PUBLISHED, told_classes

from radgalgui.gui.class_panel import ClassPanel
from radgalgui.gui.class_text import origin_words
from radgalgui.jobs.networks.kept import networks

PATIENCE = 10_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(shipped, make_window, catalog, qtbot, monkeypatch) -> Any:
    monkeypatch.setitem(PUBLISHED, "network:mine", ["round", "thin"])  # what the engine answers
    made = make_window(catalog)
    qtbot.waitUntil(lambda: made.desk.ready is not None, timeout=PATIENCE)
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
    qtbot.waitUntil(dialog.isVisible, timeout=PATIENCE)
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
    with qtbot.waitSignal(dialog.classifier_kept, timeout=PATIENCE):
        QTest.mouseClick(dialog.keep_button, LEFT)
    qtbot.waitUntil(
        lambda: query.classes is not None and query.classes.label_set == "network:mine",
        timeout=PATIENCE,
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
    with qtbot.waitSignal(dialog.classifier_kept, timeout=PATIENCE):
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "network:mine" in window.desk.classifying.sets, timeout=PATIENCE)
    panel = window.classes
    assert panel.sets.currentText() == "MiraBest"
    (query,) = ask(window, qtbot, [image])
    FakeEngine.refused_sets.add("network:mine")  # as the engine refuses what it cannot load
    choose(panel.sets, "Classifier: mine")
    qtbot.waitUntil(lambda: "network:mine" in panel.sentence, timeout=PATIENCE)
    choose(panel.sets, "MiraBest")
    qtbot.waitUntil(
        lambda: query.classes is not None and query.classes.label_set == "mirabest",
        timeout=PATIENCE,
    )


def test_a_source_that_it_cannot_see_is_said_not_to_be_classified(
    window: Any, trained: Any, qtbot, monkeypatch
) -> None:
    window.desk.ask_source(3)
    qtbot.waitUntil(lambda: window.classes.headline.isVisible(), timeout=PATIENCE)
    monkeypatch.setattr(FakeEngine, "_classify", lambda *_: None)  # as of images kept otherwise
    dialog = keep(window, trained, "mine", qtbot)
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "ask about the image" in window.classes.sentence, timeout=PATIENCE)
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
    assert origin_words(alone, origin) == origin
    assert origin_words(told, origin) == f"net {origin}; others from 729"
