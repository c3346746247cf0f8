"""The page that says what components hold, by mouse and keyboard."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from hands import choose, click_item
from pyqtgraph import TextItem
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from understanding import PAUSE, TELLING, WIDTH, UnderstandingEngine, make_telling_catalog

from radgalgui.gui.understand_export import COLUMNS
from radgalgui.jobs import understand

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="session")
def telling(tmp_path_factory):
    path = tmp_path_factory.mktemp("catalogs") / "telling"
    return make_telling_catalog(path, ("simclr", "byol"))


@pytest.fixture
def window(make_window, telling, monkeypatch, qtbot):
    monkeypatch.setattr(understand, "_TELL", 0.0)  # told after every tree
    UnderstandingEngine.held.set()
    UnderstandingEngine.understood.clear()
    UnderstandingEngine.deaths = 0
    made = make_window(telling, engine=UnderstandingEngine)
    qtbot.waitUntil(lambda: made.desk.ready is not None)
    return made


def open_page(window):
    QTest.keyClick(window.map.view, Qt.Key.Key_U, CTRL_SHIFT)
    page = window.commands.analysis.understanding
    assert page.isVisible()
    return page


def done(page):
    return page.asking.told is not None and page.asking.told.complete and not page.asking.open


@pytest.fixture
def page(window, qtbot):
    made = open_page(window)
    made.resize(1240, 760)
    qtbot.waitUntil(lambda: done(made))
    return made


def grown(page):
    return page.asking.told.trees if page.asking.told is not None else 0


def cell(table, row, column):
    return table.model().index(row, column).data()


def test_it_opens_on_the_angular_size_and_the_encoder_in_use(page):
    assert page.columns.currentText() == "Angular size (″)"
    assert page.encoder.text() == "SimCLR, 300 sources"
    assert page.verdict.text().startswith("The vectors tell angular size (R² = 0.")
    assert page.verdict.objectName() == "strong"
    assert page.state.text().startswith("Settled after")
    assert UnderstandingEngine.understood == [("simclr", "angular_size")]


def test_the_component_that_tells_the_column_is_first_marked_and_highest(page):
    assert cell(page.table, 0, 0) == str(TELLING)
    assert page.table.selected() == page.plot.marked == TELLING
    assert f"Component {TELLING}: importance 0." in page.plot.readout.whole
    heights = page.plot._bars.opts["height"]
    assert int(np.argmax(heights)) == TELLING
    assert heights.sum() == pytest.approx(1.0, abs=1e-5)
    assert page.plot.believed


def test_what_the_vectors_do_not_tell_is_not_believed(page, qtbot):
    choose(page.columns, "Flux density (Jy)")
    qtbot.waitUntil(lambda: done(page) and page.asking.told.column == "flux")
    assert page.verdict.text().startswith("The vectors do not tell flux density")
    assert page.verdict.objectName() == "warning"
    assert page.plot._bars.opts["brush"] == page.plot.tokens.strong_line  # grey, not a colour
    choose(page.columns, "Angular size (″)")  # known by now
    assert page.verdict.objectName() == "strong"
    assert [column for _, column in UnderstandingEngine.understood] == ["angular_size", "flux"]


def test_columns_of_words_are_not_offered_and_positions_come_last(page):
    names = [page.columns.itemData(i) for i in range(page.columns.count())]
    assert names == ["angular_size", "position_angle", "flux", "ra", "dec"]


def test_it_is_told_while_the_forest_grows_and_can_be_stopped(window, qtbot):
    UnderstandingEngine.held.clear()
    page = open_page(window)
    qtbot.waitUntil(lambda: grown(page) == PAUSE)
    assert page.state.text() == f"{PAUSE} trees, {PAUSE} passes over the sources."
    QTest.mouseClick(page.stop_button, LEFT)
    assert page.state.text().endswith("Stopped before it settled.")
    assert page.stop_button.text() == "Start again"
    assert page.table.model().rowCount() == WIDTH  # what has grown stays
    QTest.mouseClick(page.stop_button, LEFT)
    qtbot.waitUntil(lambda: done(page))
    assert page.state.text().startswith("Settled after")
    assert not page.stop_button.isEnabled()


def test_closing_stops_and_opening_goes_on(window, qtbot):
    UnderstandingEngine.held.clear()
    page = open_page(window)
    qtbot.waitUntil(lambda: grown(page) == PAUSE)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()
    assert not page.asking.open
    with qtbot.waitActive(window):
        window.activateWindow()
    open_page(window)
    qtbot.waitUntil(lambda: done(page))
    assert len(UnderstandingEngine.understood) == 2


def test_another_encoder_is_told_of_at_once(page, window, qtbot):
    choose(window.encoders.box, "BYOL")
    qtbot.waitUntil(lambda: done(page) and page.asking.told.encoder == "byol")
    assert page.encoder.text() == "BYOL, 300 sources"
    assert cell(page.table, 0, 0) == str(TELLING + 1)
    assert page.table.selected() == TELLING + 1


def test_a_click_on_a_bar_selects_its_row_and_the_other_way_round(page):
    viewport = page.plot.plot.viewport()
    QTest.mouseClick(viewport, LEFT, pos=page.plot.place_of(11).toPoint())
    assert page.table.selected() == 11
    assert page.plot.readout.whole.startswith("Component 11:")
    click_item(page.table, 3)
    number = int(cell(page.table, 3, 0))
    assert page.plot.marked == number
    assert page.plot.readout.whole.startswith(f"Component {number}:")


def point(view, at):
    """Point somewhere; the platform without a screen would ask which window lies on top."""
    place, none = QPointF(at), Qt.MouseButton.NoButton
    where = QPointF(view.mapToGlobal(at))
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, where, none, none, Qt.KeyboardModifier.NoModifier
    )
    QTest.qWait(30)  # the plot takes a hundred moves a second, and passes over those between
    QApplication.sendEvent(view, event)


def test_pointing_at_a_bar_reads_it_and_leaving_goes_back(page):
    viewport = page.plot.plot.viewport()
    point(viewport, page.plot.place_of(2).toPoint())
    assert page.plot.readout.whole.startswith("Component 2:")
    point(viewport, QPoint(3, 3))
    assert page.plot.readout.whole.startswith(f"Component {TELLING}:")


def test_bars_can_stand_by_importance(page):
    button = page.orders.findChildren(type(page.help_button))[1]
    assert button.text() == "By importance"
    QTest.mouseClick(button, LEFT)
    heights = page.plot._bars.opts["height"]
    assert list(heights) == sorted(heights, reverse=True)
    assert page.plot._here.value() == 1  # ranks count from one
    viewport = page.plot.plot.viewport()
    QTest.mouseClick(viewport, LEFT, pos=page.plot.place_of(TELLING).toPoint())
    assert page.table.selected() == TELLING


@pytest.mark.parametrize("column", [0, 2, 3, 4])
def test_a_click_on_a_title_sorts(page, column):
    header = page.table.horizontalHeader()
    at = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
    QTest.mouseClick(header.viewport(), LEFT, pos=QPoint(at, 8))
    values = [float(cell(page.table, r, column).replace("−", "-")) for r in range(WIDTH)]
    assert values in (sorted(values), sorted(values, reverse=True))
    assert len(set(values)) > 1


def test_the_curve_says_how_many_hold_90_and_99_per_cent(page):
    tags = [item for item in page.variance.plot.items() if isinstance(item, TextItem)]
    words = [tag.toPlainText() for tag in tags]
    held = np.cumsum(page.asking.told.explained)
    for share in (0.9, 0.99):
        count = int(np.searchsorted(held, share)) + 1
        assert f"{count} hold {100 * share:.0f} %" in " | ".join(words)


@pytest.mark.parametrize("way", ["key", "button"])
def test_the_components_are_copied_as_csv(page, way):
    QGuiApplication.clipboard().clear()
    if way == "key":
        QTest.keyClick(page.table, Qt.Key.Key_C, CTRL)
    else:
        QTest.mouseClick(page.copy_button, LEFT)
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text())))
    assert tuple(rows[0]) == COLUMNS
    assert [rows[0]["component"], rows[0]["encoder"]] == [str(TELLING), "simclr"]
    assert len(rows) == WIDTH
    assert page.copy_button.text() == "Copied"


@pytest.mark.parametrize(("name", "kind"), [("c.csv", "CSV (*.csv)"), ("c", "JSON (*.json)")])
def test_the_components_are_exported_by_the_ending(page, tmp_path, monkeypatch, name, kind):
    chosen = str(tmp_path / name)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (chosen, kind))
    QTest.mouseClick(page.export_button, LEFT)
    assert page.export_button.text() == "Exported"
    if name.endswith("csv"):
        rows = list(csv.DictReader((tmp_path / name).open()))
        assert len(rows) == WIDTH
    else:
        (report,) = json.loads((tmp_path / "c.json").read_text())
        assert (report["encoder"], report["column"]) == ("simclr", "angular_size")
        assert report["settled"] is True


def test_a_file_that_cannot_be_written_is_said(page, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: ("/nowhere/c.csv", ""))
    QTest.keyClick(page.table, Qt.Key.Key_E, CTRL)
    assert "could not be written" in page.verdict.text()
    assert page.verdict.objectName() == "failure"


def test_help_opens(page, window):
    QTest.keyClick(page.table, Qt.Key.Key_F1)
    assert "random forest" in window.commands._help.text.toPlainText()
    window.commands._help.close()


def test_an_engine_that_dies_is_asked_once_more(window, qtbot):
    UnderstandingEngine.deaths = 1
    page = open_page(window)
    qtbot.waitUntil(lambda: done(page))
    assert len(UnderstandingEngine.understood) == 2


def test_an_engine_that_dies_of_it_is_not_asked_for_ever(window, qtbot):
    UnderstandingEngine.deaths = 2
    page = open_page(window)
    qtbot.waitUntil(lambda: bool(page.asking.problem))
    assert "not asked again" in page.verdict.text()
    assert page.verdict.objectName() == "failure"
    assert len(UnderstandingEngine.understood) == 2


@pytest.mark.parametrize("size", [(1240, 760), (896, 536)])
def test_nothing_that_counts_is_cut(page, size):
    page.resize(*size)
    QGuiApplication.processEvents()
    assert (page.width(), page.height()) == size
    table = page.table
    assert sum(table.columnWidth(i) for i in range(5)) <= table.viewport().width()
    for view in (page.plot.plot, page.variance.plot, table, page.verdict, page.state, page.orders):
        corners = (view.rect().topLeft(), view.rect().bottomRight())
        assert all(page.rect().contains(view.mapTo(page, corner)) for corner in corners)


def test_both_themes_reach_the_plots(page, window):
    for _ in range(2):
        window.commands.next_theme()
        for plot in (page.plot.plot, page.variance.plot):
            assert plot.grab().toImage().pixelColor(2, 2).name() == window.theme.tokens.window
