"""Galaxies that were never observed: drawn, watched, dragged out, asked about, and saved."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from astropy.io import fits
from drawing import DrawingEngine
from hands import answered, choose, click_item, double_click_item, drop, point_on_map
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from radgalgui.gui import draw_grid
from radgalgui.gui.draw_files import SHEET
from radgalgui.jobs import draw
from radgalgui.sky.preprocess import Preprocessing

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
BOTH = CONTROL | Qt.KeyboardModifier.ShiftModifier


class FakeDrag:
    """Records what would be dragged; a real drag takes hold of the pointer."""

    made: ClassVar[list[FakeDrag]] = []

    def __init__(self, source: QWidget) -> None:
        self.source = source
        FakeDrag.made.append(self)

    def setMimeData(self, data) -> None:
        self.data = data

    def setPixmap(self, pixmap) -> None:
        self.pixmap = pixmap

    def setHotSpot(self, at) -> None:
        self.at = at

    def exec(self, action) -> None:
        self.action = action


@pytest.fixture
def panel(drawing_window):
    """Return the page of samples, opened by the keyboard."""
    QTest.keyClick(drawing_window, Qt.Key.Key_G, BOTH)
    assert drawing_window.draw_panel.isVisible()
    page = drawing_window.draw_panel.samples
    page.number.setValue(16)
    return page


def ordered() -> list[dict]:
    """Return what has been asked of the engine."""
    return [order for kind, order in DrawingEngine.drawn if kind == "draw"]


def drawn(page, qtbot, count: int = 16) -> None:
    """Press the button, and wait for all galaxies."""
    QTest.mouseClick(page.draw_button, LEFT)
    qtbot.waitUntil(lambda: page.draw_button.text() == "Draw" and filled(page) == count)


def filled(page) -> int:
    """Return how many galaxies stand in the grid."""
    samples = page.grid.samples.samples
    return len(samples) if samples is not None else 0


def tile(page, row: int) -> QPoint:
    """Return the middle of a galaxy in the grid."""
    index = page.grid.model().index(row, 0)
    page.grid.scrollTo(index)
    return page.grid.visualRect(index).center()


def test_the_grid_fills_as_it_is_drawn_and_can_be_stopped(drawing_window, panel, qtbot):
    window = drawing_window
    DrawingEngine.held.clear()
    QTest.mouseClick(panel.draw_button, LEFT)
    qtbot.waitUntil(lambda: filled(panel) == 4)
    assert panel.grid.model().rowCount() == 16
    assert panel.grid.samples.sample(3) is not None
    assert panel.grid.samples.sample(4) is None
    assert (panel.progress.value(), panel.progress.maximum()) == (4, 16)
    assert panel.draw_button.text() == "Stop"
    assert window.docks["draw"].title.count.whole == "4 of 16"
    qtbot.waitUntil(lambda: window.status.work.text() == "Drawing galaxies… 4 of 16")
    QTest.mouseClick(panel.draw_button, LEFT)
    assert panel.draw_button.text() == "Draw"
    assert panel.grid.model().rowCount() == 4
    assert any(kind == "cancel" for kind, _ in DrawingEngine.made[-1].asked)
    qtbot.wait(50)
    assert filled(panel) == 4


def test_escape_stops_drawing_before_it_steps_back(drawing_window, panel, qtbot):
    drawing_window.desk.session.select(5)
    DrawingEngine.held.clear()
    QTest.mouseClick(panel.draw_button, LEFT)
    qtbot.waitUntil(lambda: filled(panel) == 4)
    QTest.keyClick(panel.draw_button, Qt.Key.Key_Escape)
    assert panel.draw_button.text() == "Draw"
    assert drawing_window.desk.session.selected == 5
    QTest.keyClick(panel.draw_button, Qt.Key.Key_Escape)
    assert drawing_window.desk.session.selected is None


def test_the_dice_draw_others_and_the_same_seed_the_same(panel, qtbot):
    drawn(panel, qtbot)
    first = panel.grid.samples.sample(0).image.copy()
    QTest.mouseClick(panel.dice, LEFT)
    qtbot.waitUntil(lambda: len(ordered()) == 2 and panel.draw_button.text() == "Draw")
    assert ordered()[1]["seed"] != ordered()[0]["seed"] == 0
    qtbot.waitUntil(lambda: filled(panel) == 16)
    assert not np.array_equal(panel.grid.samples.sample(0).image, first)
    panel.seed.setValue(0)
    drawn(panel, qtbot)
    assert np.array_equal(panel.grid.samples.sample(0).image, first)


def test_number_variety_and_size_are_asked_for(panel, qtbot):
    for box, keys in ((panel.number, "8"), (panel.variety, "0.7"), (panel.angular, "45")):
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, keys)
        QTest.keyClick(box, Qt.Key.Key_Return)
    drawn(panel, qtbot, 8)
    order = ordered()[-1]
    assert (order["count"], order["temperature"], order["angular_size"]) == (8, 0.7, 45.0)
    assert order["around"] is None


def test_no_size_is_offered_where_the_network_was_taught_none(
    make_drawing_window, facts, monkeypatch, qtbot
):
    monkeypatch.setattr(draw, "installed_generator", lambda: facts(conditioned=False))
    window = make_drawing_window()
    page = window.draw_panel.samples
    QTest.keyClick(window, Qt.Key.Key_G, BOTH)
    qtbot.waitUntil(lambda: not page.angular.isVisible())
    drawn(page, qtbot, 64)
    assert ordered()[-1]["angular_size"] is None


def test_around_needs_a_galaxy_and_keeps_what_was_chosen(drawing_window, panel, qtbot):
    window = drawing_window
    assert not panel.kept.isVisible()
    choose(panel.source, "around a galaxy")
    QTest.mouseClick(panel.draw_button, LEFT)
    assert "Choose the galaxy first" in panel.grid.message
    assert ordered() == []
    index = int(window.map.view.points.cells.index[150])
    QTest.mouseClick(window.map.view.viewport(), LEFT, pos=point_on_map(window, index))
    picked = window.desk.session.selected
    assert window.desk.sources.name(picked) in panel.source.toolTip()
    choose(panel.kept, "its knots and jets")
    drawn(panel, qtbot)
    assert ordered()[-1]["around"] == {"row": picked}
    assert ordered()[-1]["kept"] == 4
    assert "around SIM" in panel.grid.samples.sample(0).order.words


def test_the_size_that_was_measured_shows_under_the_pointer(panel, qtbot):
    drawn(panel, qtbot)
    QTest.mouseMove(panel.grid.viewport(), tile(panel, 2))
    qtbot.waitUntil(panel.grid.card.isVisible)
    size = panel.grid.samples.sample(2).size
    assert panel.grid.card.name == "Galaxy 3"
    click_item(panel.grid, 2)
    assert f"{size:.0f}″ across" in panel.facts.whole
    assert f"{size:.0f}″ across" in panel.grid.model().index(2).data(
        Qt.ItemDataRole.AccessibleTextRole
    )


@pytest.mark.parametrize("by", ["mouse", "keys"])
def test_a_drawn_galaxy_becomes_a_query_that_shows_the_same(
    drawing_window, panel, qtbot, monkeypatch, by
):
    threads = []
    write = draw.save_drawn

    def watched(*args, **options):
        threads.append(threading.current_thread())
        return write(*args, **options)

    monkeypatch.setattr(draw, "save_drawn", watched)
    drawn(panel, qtbot)
    if by == "mouse":
        double_click_item(panel.grid, 5)
    else:
        panel.grid.setFocus()
        panel.grid.setCurrentIndex(panel.grid.model().index(4))
        QTest.keyClick(panel.grid, Qt.Key.Key_Right)
        QTest.keyClick(panel.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: answered(drawing_window))
    (query,) = drawing_window.desk.session.queries
    assert query.name == "drawn-seed0-006"
    linear = fits.getdata(query.path)
    again, image = Preprocessing().see(linear[None], 0.0), panel.grid.samples.sample(5).image
    assert np.abs(again - image).max() < 5e-3
    assert "seed 0" in str(fits.getheader(query.path)["HISTORY"])
    assert threads
    assert threading.main_thread() not in threads


def test_a_drawn_galaxy_can_be_dragged_out_as_a_file(drawing_window, panel, qtbot, monkeypatch):
    monkeypatch.setattr(draw_grid, "QDrag", FakeDrag)
    FakeDrag.made.clear()
    drawn(panel, qtbot)
    at, view = tile(panel, 1), panel.grid.viewport()
    QTest.mousePress(view, LEFT, pos=at)
    QTest.mouseMove(view, at + QPoint(2, 0))
    far = QPoint(QApplication.startDragDistance() + 4, 0)
    QTest.mouseMove(view, at + far)
    qtbot.waitUntil(lambda: len(FakeDrag.made) == 1)
    QTest.mouseRelease(view, LEFT, pos=at + far)
    (drag,) = FakeDrag.made
    (url,) = drag.data.urls()
    assert drag.action is Qt.DropAction.CopyAction
    assert url.toLocalFile().endswith("drawn-seed0-002.fits")
    assert fits.getheader(url.toLocalFile())["OBJECT"]
    assert drop(drawing_window, [Path(url.toLocalFile())], drawing_window.queries)
    qtbot.waitUntil(lambda: answered(drawing_window))
    assert drawing_window.desk.session.current.name == "drawn-seed0-002"


def test_a_click_drags_nothing_and_files_from_outside_can_be_dropped_on_the_grid(
    drawing_window, panel, qtbot, monkeypatch, image
):
    monkeypatch.setattr(draw_grid, "QDrag", FakeDrag)
    FakeDrag.made.clear()
    drawn(panel, qtbot)
    click_item(panel.grid, 1)
    qtbot.wait(100)
    assert FakeDrag.made == []
    assert drop(drawing_window, [image], panel.grid)
    qtbot.waitUntil(lambda: answered(drawing_window))


def test_all_are_saved_with_a_contact_sheet(drawing_window, panel, qtbot, monkeypatch, tmp_path):
    folder = tmp_path / "out folder"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a, **_k: str(folder))
    assert not panel.save_button.isEnabled()
    drawn(panel, qtbot)
    QTest.keyClick(drawing_window, Qt.Key.Key_S, BOTH)
    said = drawing_window.toasts.texts
    qtbot.waitUntil(lambda: any("16 FITS files" in text for text in said()))
    assert len(list(folder.glob("drawn-seed0-*.fits"))) == 16
    assert (folder / SHEET).stat().st_size > 2000


def test_a_folder_that_cannot_be_written_is_told(drawing_window, panel, qtbot, monkeypatch):
    folder = "/proc/no such folder"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a, **_k: folder)
    drawn(panel, qtbot)
    QTest.mouseClick(panel.save_button, LEFT)
    qtbot.waitUntil(lambda: any(folder in text for text in drawing_window.toasts.texts()))


def test_a_refusal_stands_where_galaxies_would(drawing_window, panel, qtbot):
    DrawingEngine.refusal = "no generator is installed; see 'radgalgui doctor'."
    QTest.mouseClick(panel.draw_button, LEFT)
    qtbot.waitUntil(lambda: "no generator" in panel.grid.message)
    assert panel.draw_button.text() == "Draw"
    DrawingEngine.refusal = ""
    drawn(panel, qtbot)


def test_a_drawing_that_ends_the_engine_is_not_asked_again(drawing_window, panel, qtbot):
    DrawingEngine.refusal = "dies"
    QTest.mouseClick(panel.draw_button, LEFT)
    qtbot.waitUntil(lambda: "ended while it drew" in panel.grid.message)
    DrawingEngine.refusal = ""
    qtbot.waitUntil(lambda: drawing_window.desk.ready is not None)
    assert len(ordered()) == 1
    drawn(panel, qtbot)


def test_other_colours_reach_drawn_galaxies(drawing_window, panel, qtbot):
    drawn(panel, qtbot)
    role = Qt.ItemDataRole.DecorationRole
    index = panel.grid.model().index(0)
    before = index.data(role).toImage()
    drawing_window.image.colours.setCurrentText("gray")
    assert index.data(role).toImage() != before


def test_what_was_drawn_before_the_engine_died_stays_with_the_reason(drawing_window, panel, qtbot):
    DrawingEngine.held.clear()
    QTest.mouseClick(panel.draw_button, LEFT)
    qtbot.waitUntil(lambda: filled(panel) == 4)
    DrawingEngine.fatal = True
    DrawingEngine.held.set()
    qtbot.waitUntil(lambda: "ended while it drew" in panel.facts.whole)
    assert filled(panel) >= 4
