"""Another catalogue laid over the map: diamonds, a card that tells the coverage, the pointer."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEngine, make_catalog
from hands import choose, settle
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QTransform
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from radgalgui.gui.catalogs.layer import FAMILIAR, NEW, MapLayer, new_colour
from radgalgui.gui.theme import DARK, LIGHT

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture(scope="session")
def other(tmp_path_factory) -> Path:
    return make_catalog(tmp_path_factory.mktemp("other") / "othersurvey", 60, seed=11)


def lay_over(window, qtbot, monkeypatch, path: Path, *, whole: bool = True):
    """Choose a catalogue by the keyboard; return the presenter of what is laid over."""
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(path))
    QTest.keyClick(window.map.view, Qt.Key.Key_C, CTRL | ALT)
    shown = window.commands.catalogs.overlay
    if whole:
        qtbot.waitUntil(lambda: covered(shown))
    return shown


def covered(shown) -> bool:
    overlay = shown.asking.overlay
    return overlay is not None and overlay.covered is not None and not shown.asking.open


def at(window, shown, row: int) -> QPoint:
    """Return where a source that is laid over stands on the screen."""
    x, y = shown.asking.overlay.on_map(window.presenter.method)[row]
    return window.map.view.pixel_of(float(x), float(y))


def test_it_lies_on_the_map_and_the_card_tells_its_coverage(window, qtbot, monkeypatch, other):
    shown = lay_over(window, qtbot, monkeypatch, other)
    layer, card = window.map.view.layer, shown.card
    assert layer.isVisible()
    assert layer.cells.index.size == 60
    assert card.isVisible()
    assert card.title.whole == "Simulated sources for tests"
    assert card.words.text().startswith("90 % (86 to 93 %) of 60 sources lie where this catalogue")
    assert "98 %" in card.words.text()
    assert [label.text().split()[0] for label in card._counts] == ["54", "6"]
    assert not card.bar.isVisible()
    assert window.map.view.points.strength < 0.6
    QTest.mouseClick(card.help_button, Qt.MouseButton.LeftButton)
    assert "Comparing with another catalogue" in window.commands._page().text.toPlainText()


def test_it_is_hidden_shown_and_taken_off_by_mouse_and_keys(window, qtbot, monkeypatch, other):
    shown = lay_over(window, qtbot, monkeypatch, other)
    layer, card = window.map.view.layer, shown.card
    QTest.mouseClick(card.box, Qt.MouseButton.LeftButton, pos=QPoint(8, card.box.height() // 2))
    assert not layer.isVisible()
    assert card.isVisible()
    assert window.map.view.points.strength == 1.0
    QTest.keyClick(window.map.view, Qt.Key.Key_L, CTRL | ALT)
    assert layer.isVisible()
    assert window.actions_["show_layer"].isChecked()
    QTest.mouseClick(card.close_button, Qt.MouseButton.LeftButton)
    assert not layer.isVisible()
    assert not card.isVisible()
    assert shown.asking.overlay is None
    assert not window.actions_["take_off"].isEnabled()


def test_the_pointer_on_a_diamond_tells_of_it_and_a_click_shows_the_most_like(
    window, qtbot, monkeypatch, other
):
    shown = lay_over(window, qtbot, monkeypatch, other)
    settle(window, qtbot)
    view, overlay = window.map.view, shown.asking.overlay
    place = max((at(window, shown, row) for row in range(60)), key=lambda place: place.y())
    QTest.mouseMove(view.viewport(), QPoint(3, view.height() - 3))
    QTest.mouseMove(view.viewport(), place)
    qtbot.waitUntil(view.card.isVisible)
    row = view._layer_hovered
    assert view.card.name == overlay.sources.name(row)
    assert ("unlike any" in view.card._lines.text()) == (overlay.novelty[row] >= 99)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.desk.session.selected == overlay.nearest[row]
    QTest.mouseMove(view.viewport(), QPoint(3, view.height() - 3))
    qtbot.waitUntil(lambda: not view.card.isVisible())


def test_it_follows_the_map_and_the_encoder(make_window, two_encoders, qtbot, monkeypatch, other):
    window = make_window(two_encoders)
    qtbot.waitUntil(lambda: window.desk.ready is not None)
    shown = lay_over(window, qtbot, monkeypatch, other)
    before = window.map.view.layer.cells.xy.copy()
    QTest.keyClick(window.map.view, Qt.Key.Key_M, CTRL)
    assert not np.array_equal(window.map.view.layer.cells.xy, before)
    choose(window.encoders.box, "BYOL")
    qtbot.waitUntil(lambda: window.desk.sources.encoder == "byol" and covered(shown))
    assert shown.asking.overlay.covered.encoder == "byol"
    asked = [path for what, path in FakeEngine.made[-1].asked if what == "overlay"]
    assert asked == [str(other)] * 2


def test_it_tells_how_far_it_has_come_and_can_be_stopped(window, qtbot, monkeypatch, other):
    FakeEngine.held.clear()
    shown = lay_over(window, qtbot, monkeypatch, other, whole=False)
    overlay = shown.asking
    qtbot.waitUntil(lambda: overlay.overlay is not None and overlay.overlay.done == 30)
    qtbot.waitUntil(lambda: window.map.view.layer.cells.index.size == 30)
    assert shown.card.bar.value() == 30
    assert "30 of 60" in window.status.work.text()
    QTest.keyClick(window.map.view, Qt.Key.Key_W, CTRL | ALT)
    FakeEngine.held.set()
    assert any(what == "cancel" for what, _ in FakeEngine.made[-1].asked)
    assert not shown.card.isVisible()
    qtbot.waitUntil(lambda: window.status.work.text() == "Idle")
    assert overlay.overlay is None


def test_an_engine_that_is_lost_is_asked_once_more(window, qtbot, monkeypatch, other, tmp_path):
    fragile = Path(shutil.copytree(other, tmp_path / "crash-once"))
    shown = lay_over(window, qtbot, monkeypatch, fragile)
    assert shown.asking.overlay.covered.sources == 60
    deadly = Path(shutil.copytree(other, tmp_path / "crash"))
    lay_over(window, qtbot, monkeypatch, deadly, whole=False)
    qtbot.waitUntil(lambda: any("begun twice" in text for text in window.toasts.texts()))
    qtbot.waitUntil(lambda: shown.asking.overlay is None)
    assert not shown.card.isVisible()


def test_what_cannot_be_laid_over_is_refused_in_words(window, qtbot, monkeypatch, tmp_path, other):
    shown = lay_over(window, qtbot, monkeypatch, window.desk.sources.path, whole=False)
    assert "the one that is open" in window.toasts.texts()[-1]
    lay_over(window, qtbot, monkeypatch, tmp_path, whole=False)
    qtbot.waitUntil(lambda: str(tmp_path) in window.toasts.texts()[-1])
    assert shown.asking.overlay is None
    lay_over(window, qtbot, monkeypatch, other)
    window.desk.open_catalog(other)  # what was laid over is opened itself
    qtbot.waitUntil(lambda: len(window.desk.sources) == 60)
    assert shown.asking.overlay is None
    assert not window.map.view.layer.isVisible()


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_what_is_new_is_a_full_diamond_in_colour_and_the_rest_hollow(tokens):
    layer = MapLayer()
    layer.set_theme(tokens)
    layer.set_sources(np.array([[0, 0], [1, 0], [np.nan, 0]]), np.array([FAMILIAR, NEW, NEW]))
    image = layer.picture(QTransform(40, 0, 0, -40, 20, 20), 80, 40, 1.0)
    colours = {
        name: QColor(image.pixel(*where)).name()
        for name, where in {
            "hollow": (25, 20),
            "inside": (22, 20),
            "full": (60, 20),
            "beside": (26, 20),
        }.items()
    }
    assert colours["hollow"] == tokens.text
    assert colours["full"] == new_colour(tokens)
    assert colours["beside"] == tokens.canvas
    assert image.pixelColor(20, 20).alpha() == 0  # the points below show through
