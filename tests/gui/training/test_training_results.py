"""What becomes of a training's result, in the window: kept, named, and used at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest

from radgalgui.jobs.work.library import encoders


@pytest.fixture
def weights(tmp_path: Path, make_untaught: Callable[[], tuple[Any, dict[str, Any]]]) -> Path:
    from radgalgui.models.encoder import pack
    from radgalgui.models.weights import save_weights

    network, card = make_untaught()
    card["training_data"] = {"simulated": 1200}
    path = tmp_path / "small.safetensors"
    save_weights(path, pack(network, centre=np.zeros(network.dimension)), card)
    return path


def job_of(path: Path) -> Any:
    return SimpleNamespace(
        done=SimpleNamespace(path=path.name), record=SimpleNamespace(cwd=str(path.parent))
    )


@pytest.fixture
def ordered(window, monkeypatch) -> list[Any]:
    orders: list[Any] = []
    monkeypatch.setattr(window.board, "start", lambda order: orders.append(order) or "job")
    return orders


@pytest.fixture
def window(make_window, catalog):
    return make_window(catalog)


def test_the_form_has_a_place_in_the_menu(window, qtbot) -> None:
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    dialog = window.commands.training.dialog
    qtbot.waitUntil(lambda: dialog.draft.form is not None)
    assert dialog.isVisible()
    assert window.actions_["train"] in window.actions_.menus["E&ncoder"].actions()


def test_a_result_is_kept_and_the_open_catalogue_embedded(
    window, weights: Path, ordered, catalog: Path, qtbot
) -> None:
    window.commands.training.use(job_of(weights))
    dialog = window.commands.training.result
    qtbot.waitUntil(dialog.isVisible)
    assert "1,200 images" in [
        dialog.facts.itemAt(row, dialog.facts.ItemRole.FieldRole).widget().text()
        for row in range(dialog.facts.rowCount())
    ]
    QTest.keyClicks(dialog.name, "mine")
    with qtbot.waitSignal(dialog.kept):
        QTest.mouseClick(dialog.keep_button, Qt.MouseButton.LeftButton)
    assert "mine" in encoders()
    (order,) = ordered
    assert order.kind == "embed"
    assert order.arguments == ["embed", str(catalog), "--encoder", "mine"]
    assert any("mine is kept" in text for text in window.toasts.texts())


def test_a_name_that_is_taken_is_told_beside_it(window, weights: Path, ordered, qtbot) -> None:
    window.commands.training.use(job_of(weights))
    dialog = window.commands.training.result
    qtbot.waitUntil(dialog.isVisible)
    QTest.keyClicks(dialog.name, "simclr")
    QTest.mouseClick(dialog.keep_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.problem.isVisible())
    assert "comes along" in dialog.problem.text()
    dialog.name.clear()
    QTest.keyClicks(dialog.name, "other")
    QTest.keyClick(dialog.embed, Qt.Key.Key_Space)
    with qtbot.waitSignal(dialog.kept):
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert ordered == []


def test_a_comparison_is_read_in_the_browser(window, tmp_path: Path, qtbot, monkeypatch) -> None:
    page = tmp_path / "comparison.html"
    page.write_text("<html>")
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True
    )
    window.commands.training.use(job_of(page))
    qtbot.waitUntil(lambda: opened == [str(page)])
    assert not window.commands.training.result.isVisible()


def test_what_is_gone_is_told(window, tmp_path: Path, qtbot) -> None:
    window.commands.training.use(job_of(tmp_path / "gone.safetensors"))
    qtbot.waitUntil(lambda: any("gone" in text for text in window.toasts.texts()))
