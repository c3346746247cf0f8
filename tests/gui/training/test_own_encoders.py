"""Encoders of the user's own in the window: listed with who needs them, added, and removed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import make_catalog
from hands import click_item
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from radgalgui.catalog.update import CatalogUpdate
from radgalgui.files import sha256
from radgalgui.gui.training import own_encoders
from radgalgui.gui.training.encoders_dialog import needed_words
from radgalgui.jobs.networks.encoders import own_encoders as kept
from radgalgui.jobs.work.library import add_encoder, encoders_folder

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def mine(home: Path, tmp_path: Path, write_encoder: Callable[[Path], Path]) -> Path:
    """Keep an encoder ``mine``."""
    return add_encoder(write_encoder(tmp_path / "trained.safetensors"), "mine")


@pytest.fixture
def survey(mine: Path, tmp_path: Path) -> Path:
    """Write a catalogue that has vectors of it."""
    folder = make_catalog(tmp_path / "survey", 3, encoders=())
    with CatalogUpdate(folder) as update:
        vectors = np.eye(3, 8, dtype=np.float32)
        update.add_embeddings("mine", vectors, weights_sha256=sha256(mine))
    return folder


def listed(window: Any, qtbot: Any) -> Any:
    """Open the list by its key."""
    QTest.keyClick(window.map.view, Qt.Key.Key_U, CTRL)
    own = window.commands.training.encoders
    qtbot.waitUntil(lambda: own.dialog is not None and own.dialog.isVisible())
    qtbot.waitUntil(lambda: not own.dialog.looking)
    return own.dialog


def cells(dialog: Any, row: int = 0) -> list[str]:
    model = dialog.table.model()
    return [model.index(row, column).data() for column in range(model.columnCount())]


def question(dialog: Any) -> Any:
    (box,) = (box for box in dialog.findChildren(QMessageBox) if box.isVisible())
    return box


def remove_button(box: Any) -> Any:
    (button,) = (b for b in box.buttons() if b.text() == "Remove it")
    return button


def test_one_that_a_catalogue_needs_is_removed_by_keys(window, mine, survey, qtbot) -> None:
    window.settings.keep_catalog(survey, "Survey")
    dialog = listed(window, qtbot)
    assert cells(dialog) == ["mine", "115″", "64", "3,000 images", "survey"]
    assert dialog.table.hasFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_Delete)
    words = question(dialog).informativeText()
    assert words.startswith("survey has vectors of it. These can then be looked at only: no image")
    assert str(encoders_folder()) in words
    QTest.keyClick(question(dialog), Qt.Key.Key_Return)  # which keeps it
    assert list(kept()) == ["mine"]
    QTest.keyClick(dialog.table, Qt.Key.Key_Delete)
    QTest.keyClick(remove_button(question(dialog)), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "“mine” is removed." in window.toasts.texts())
    assert kept() == {}
    assert dialog.empty.isVisible()
    assert not dialog.remove_button.isEnabled()


def test_damage_is_told_and_another_is_removed_and_added_by_the_mouse(
    window, mine, tmp_path, qtbot, monkeypatch
) -> None:
    mine.with_name("broken.safetensors").write_bytes(b"nothing")
    dialog = listed(window, qtbot)
    assert cells(dialog) == ["broken", "", "", "", "cannot be used"]
    assert "broken.safetensors: is not a safetensors file" in dialog.problem.text()
    click_item(dialog.table, 1)
    assert not dialog.problem.isVisible()
    assert cells(dialog, 1)[4] == ""
    QTest.mouseClick(dialog.remove_button, LEFT)
    words = question(dialog).informativeText()
    assert words.startswith("No catalogue that was open or made here has vectors of it.")
    mine.unlink()  # by hand, meanwhile
    QTest.mouseClick(remove_button(question(dialog)), LEFT)
    qtbot.waitUntil(lambda: "no encoder 'mine'" in dialog.problem.text())
    assert len(dialog.rows.rows) == 1
    path = str(tmp_path / "trained.safetensors")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (path, ""))
    QTest.mouseClick(dialog.file_button, LEFT)
    result = window.commands.training.result
    qtbot.waitUntil(result.isVisible)
    result.name.clear()
    QTest.keyClicks(result.name, "again")
    QTest.mouseClick(result.embed, LEFT)  # not now
    assert not result.embed.isChecked()
    QTest.mouseClick(result.keep_button, LEFT)
    qtbot.waitUntil(lambda: [row.name for row in dialog.rows.rows] == ["again", "broken"])


def test_a_disk_that_does_not_answer_is_named(window, mine, survey, qtbot, monkeypatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(own_encoders, "PATIENCE_MS", 20)
    monkeypatch.setattr(own_encoders, "_needed_by", lambda *_: release.wait() and [])
    window.settings.keep_catalog(survey, "Survey")
    dialog = listed(window, qtbot)
    assert survey in dialog.silent
    QTest.mouseClick(dialog.remove_button, LEFT)
    words = question(dialog).informativeText()
    assert "survey have any is not known: the disk does not answer." in words
    release.set()


def test_without_any_a_training_is_offered(window, qtbot) -> None:
    dialog = listed(window, qtbot)
    assert dialog.empty.isVisible()
    assert dialog.train_button.hasFocus()
    QTest.keyClick(dialog.train_button, Qt.Key.Key_Space)
    form = window.commands.training.dialog
    qtbot.waitUntil(form.isVisible)
    qtbot.waitUntil(lambda: form.draft.form is not None)


def test_catalogues_are_told_in_a_sentence() -> None:
    paths = [Path(f"/data/{name}") for name in ("a", "b", "c", "d", "e")]
    assert needed_words([], [], looking=True) == "Not all catalogues have been looked into yet."
    assert needed_words(paths[:2], [], looking=False).startswith("a and b have vectors of it.")
    assert needed_words(paths, [], looking=False).startswith("a, b, c and 2 more have vectors")
    assert needed_words([], paths[:1], looking=False).startswith("Whether a has any is not known")
