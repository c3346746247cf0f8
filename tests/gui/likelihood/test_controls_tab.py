"""The tab of controls, by mouse and keyboard, and what was measured of detection."""

from __future__ import annotations

import csv
import json
import math

import pytest
from hands import choose, click_item
from judging import FOOLED, JudgingEngine
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from radgalgui.errors import DataError
from radgalgui.gui.likelihood import detection_page
from radgalgui.gui.likelihood.control_table import COLUMNS
from radgalgui.gui.likelihood.detection import bundled_detection
from radgalgui.sky.controls import CONTROLS

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
TITLE = "Controls"

ROWS = [
    {"training": training, "encoder": encoder, "control": control, "method": method,
     "auc": auc, "low": auc - 0.02, "high": auc + 0.01}
    for training, shift in (("extended", 0.0), ("all", -0.1))
    for encoder in ("simclr", "byol", "all")
    for control, base in (("noise", 0.97), ("doubled", 0.92), ("mean", 0.945))
    for method, auc in (("combined", base + shift), ("log_likelihood", base - 0.35 + shift))
]  # fmt: skip


def write_detection(path):
    settings = [{"name": "extended", "words": "large ones", "sources": 9000}]
    over = [["noise"], ["x-shaped", "double-double"]]
    path.write_text(json.dumps({"rows": ROWS, "settings": settings, "mean_of": over}))
    return path


@pytest.fixture
def tab(judged_window, open_page, tmp_path, monkeypatch, qtbot):
    path = write_detection(tmp_path / "detection.json")
    monkeypatch.setattr(detection_page, "bundled_detection", lambda: bundled_detection(path))
    page = open_page(judged_window, TITLE)
    made = page.tabs[page.bar.currentIndex()]
    qtbot.waitUntil(lambda: bool(made.controls))
    return made


def cell(table, kind, key):
    row = [control.kind for control in table.controls.controls].index(kind)
    return table.model().index(row, COLUMNS.index(key)).data()


def test_each_control_stands_with_its_picture_and_where_it_fell(tab):
    table = tab.table
    assert [c.kind for c in table.controls.controls] == list(CONTROLS)
    assert len({picture.cacheKey() for picture in table.controls.pictures}) == len(CONTROLS)
    assert cell(table, FOOLED, "log_likelihood") == "62"
    assert cell(table, FOOLED, "combined") == "0.30"
    assert (
        cell(table, FOOLED, "outcome") == "expected: strange, as expected, single methods: 4 of 5"
    )
    assert cell(table, "point", "outcome") == "expected: either way, depends on the survey"
    assert tab.words.text() == (
        "9 of 9 controls fall where one expects by all methods together. "
        "The flow by itself finds usual: noise of a telescope."
    )


def test_it_is_judged_once_for_each_encoder(tab, judged_window, qtbot):
    judged_window.activateWindow()
    choose(judged_window.encoders.box, "BYOL")
    asked = lambda: [by for name, by in JudgingEngine.judged if name == "controls"]  # noqa: E731
    qtbot.waitUntil(lambda: len(asked()) == 2 and bool(tab.controls))
    tab.enter()
    assert asked() == ["simclr", "byol"]


def test_what_was_measured_is_a_table_for_each_encoder_and_flow(tab):
    QTest.mouseClick(tab.ways.buttons[1], LEFT)
    page = tab.measured
    cells = page.table.model()
    assert page.encoders.currentText() == "SimCLR"
    assert page.words.text().endswith("Flows learned from 9,000 sources: large ones.")
    assert [cells.index(row, 0).data() for row in range(3)] == [
        "Noise of a telescope",
        "A galaxy twice",
        "Mean",
    ]
    assert [cells.index(2, column).data() for column in (1, 2, 3)] == ["0.94", "0.59", "–"]
    assert "0.925 to 0.955" in cells.index(2, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert cells.index(2, 0).data(Qt.ItemDataRole.ToolTipRole) == (
        "Mean over noise of a telescope; x-shaped sources with double-double sources"
    )
    choose(page.trainings, "the whole simulated catalogue")
    assert cells.index(2, 1).data() == "0.84"
    choose(page.encoders, "All encoders together")
    assert cells.rowCount() == 3


def test_the_controls_are_exported(tab, tmp_path, monkeypatch, qtbot):
    path = tmp_path / "controls.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(path), ""))
    QTest.keyClick(tab.table, Qt.Key.Key_E, CTRL)
    qtbot.waitUntil(path.exists)
    rows = {row["control"]: row for row in csv.DictReader(path.open(newline=""))}
    assert list(rows) == list(CONTROLS)
    assert float(rows[FOOLED]["log_likelihood"]) == 62
    assert rows[FOOLED]["outcome"] == "as expected"
    assert rows["point"]["outcome"] == "unmarked"


def test_closing_asks_no_further_and_opening_asks_again(judged_window, open_page, qtbot):
    JudgingEngine.held.clear()
    page = open_page(judged_window, TITLE)
    tab = page.tabs[page.bar.currentIndex()]
    assert tab.empty.message.text() == "Drawing and judging the controls…"
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not tab.asking.open
    with qtbot.waitActive(judged_window):
        judged_window.activateWindow()
    open_page(judged_window, TITLE)
    qtbot.waitUntil(lambda: bool(tab.controls))


def test_a_refusal_stands_where_the_table_would(judged_window, open_page, qtbot):
    JudgingEngine.refusal = "The likelihoods are damaged; make them again."
    page = open_page(judged_window, TITLE)
    tab = page.tabs[page.bar.currentIndex()]
    qtbot.waitUntil(lambda: tab.empty.message.text() == JudgingEngine.refusal)
    assert not tab.export_button.isEnabled()
    JudgingEngine.refusal = ""  # mended meanwhile
    page.turn_to("Least likely")
    page.turn_to(TITLE)
    qtbot.waitUntil(lambda: bool(tab.controls))


def test_nothing_that_counts_is_cut_in_a_small_window(tab):
    page, table, size = tab.window(), tab.table, (896, 536)
    page.resize(*size)
    QGuiApplication.processEvents()
    assert (page.width(), page.height()) == size
    assert sum(table.columnWidth(i) for i in range(len(COLUMNS))) <= table.viewport().width()
    assert table.columnWidth(0) >= 200
    click_item(table, 2)
    header = table.horizontalHeader()
    for column in range(1, len(COLUMNS)):
        assert header.sectionSizeHint(column) <= header.sectionSize(column) + 12


def test_a_table_that_is_missing_or_damaged(tmp_path):
    assert bundled_detection(tmp_path / "none.json").cells == {}
    told = bundled_detection(write_detection(tmp_path / "d.json"))
    assert told.trainings == ["extended", "all"]
    assert told.encoders == ["simclr", "byol", "all"]
    assert math.isnan(told.auc("all", "vdvae", "noise", "combined").value)
    for text in ("", "[]", '{"rows": [{}]}', '{"rows": 7}'):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(DataError, match="cannot be read"):
            bundled_detection(tmp_path / "bad.json")
