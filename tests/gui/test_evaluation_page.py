"""The page that shows evaluations, by mouse and keyboard, and the reports that it reads."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from hands import choose
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from reports import make_report

from radgalgui.errors import DataError
from radgalgui.gui import evaluation_page
from radgalgui.gui.evaluation_report import bundled_reports, csv_text, read_report

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier


# -- reports -------------------------------------------------------------------------------


def test_a_report_is_read_as_it_was_written(tmp_path):
    path = make_report(tmp_path / "mirabest-confident.json")
    report, told = read_report(path), json.loads(path.read_text())
    assert report.title == "MiraBest Confident"
    assert report.classes == ("FRI", "FRII")
    assert len(report.results) == len(told["results"])
    for row, item in zip(report.results, told["results"], strict=True):
        assert row.scores["accuracy"] == item["accuracy"]
        assert row.intervals["accuracy"] == tuple(item["intervals"]["accuracy"])
        assert [list(r) for r in row.confusion] == item["confusion"]
        assert list(row.roc.x) == item["roc"]["fpr"]
        assert list(row.reliability.y) == item["reliability"]["accuracy"]
    assert np.isnan(report.published[1].scores["recall"])


def test_the_matrix_of_a_report_gives_its_accuracy(tmp_path):
    for row in read_report(make_report(tmp_path / "r.json")).results:
        counts = np.array(row.confusion)
        assert np.trace(counts) / counts.sum() == pytest.approx(row.scores["accuracy"])


def test_a_report_of_the_first_form_has_no_curves_and_is_still_read(tmp_path):
    path = make_report(tmp_path / "r.json")
    told = json.loads(path.read_text())
    for item in told["results"]:
        del item["roc"], item["reliability"], item["calibration_error"], item["how"]
    del told["conformal"], told["positive"]
    path.write_text(json.dumps(told))
    row = read_report(path).results[0]
    assert row.roc.x == row.reliability.x == ()
    assert np.isnan(row.scores["calibration_error"])


@pytest.mark.parametrize(
    "text",
    ["", "no json", "[]", '{"dataset": "x"}', '{"dataset":"x","protocol":"p","results":[{}]}', "7"],
)
def test_what_is_no_report_is_refused_in_a_sentence(tmp_path, text):
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(DataError, match="no evaluation report"):
        read_report(path)


def test_a_missing_report_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_report(tmp_path / "none.json")


def test_bundled_reports_come_in_the_order_of_the_data_sets(tmp_path):
    assert bundled_reports(tmp_path / "none") == []
    for name in ("rgd", "own", "frdeep-nvss", "mirabest-confident"):
        (tmp_path / f"{name}.json").write_text("{}")
    names = [path.stem for path in bundled_reports(tmp_path)]
    assert names == ["mirabest-confident", "frdeep-nvss", "rgd", "own"]


def test_the_csv_has_both_tables_and_empty_fields_for_what_is_not_told(tmp_path):
    report = read_report(make_report(tmp_path / "r.json"))
    rows = list(csv.DictReader(io.StringIO(csv_text(report))))
    assert len(rows) == len(report.results) + len(report.published)
    assert float(rows[0]["accuracy"]) == pytest.approx(report.results[0].scores["accuracy"], 1e-3)
    assert rows[-1] | {"source": "published", "recall": "", "accuracy_low": ""} == rows[-1]


def test_what_is_lost_between_surveys_is_read_and_told_apart(tmp_path):
    path = make_report(tmp_path / "emu.json", "emu", classifiers=("knn",), drops=True)
    report, told = read_report(path), json.loads(path.read_text())
    for row, item in zip(report.drops, told["drops"], strict=True):
        assert row.encoder == item["encoder"]
        assert row.scores == pytest.approx(item["scores"])
        assert row.intervals["recall"] == pytest.approx(tuple(item["intervals"]["recall"]))
    assert {row.apart for row in report.results} == {
        "fitted on emu",
        "fitted on mirabest-confident",
    }
    rows = list(csv.DictReader(io.StringIO(csv_text(report))))
    assert [row["source"] for row in rows] == ["measured"] * 6 + ["drop"] * 3
    lost = float(rows[1]["accuracy"]) - float(rows[0]["accuracy"])
    assert float(rows[6]["accuracy"]) == pytest.approx(lost, abs=2e-4)


# -- page ----------------------------------------------------------------------------------


@pytest.fixture
def bundled(tmp_path, monkeypatch):
    """Let two reports come with the program."""
    folder = tmp_path / "evaluation"
    paths = [
        make_report(folder / "mirabest-confident.json"),
        make_report(folder / "rgd.json", "rgd", ("Bent", "Compact", "FRI", "FRII"), seed=2),
    ]
    monkeypatch.setattr(evaluation_page, "bundled_reports", lambda: paths)
    return paths


def open_page(window):
    QTest.keyClick(window.map.view, Qt.Key.Key_V, CTRL_SHIFT)
    page = window.commands.analysis.page
    assert page.isVisible()
    return page


@pytest.fixture
def page(bundled, window):
    made = open_page(window)
    made.resize(1240, 760)
    yield made
    made.close()


def column(page, title: str) -> int:
    model = page.table.model()
    titles = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
    return titles.index(title)


def click_row(table, row: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    at = table.visualRect(table.model().index(row, 0)).center()
    QTest.mouseClick(table.viewport(), LEFT, modifier, at)


def click_title(page, title: str) -> None:
    header, number = page.table.horizontalHeader(), column(page, title)
    at = header.viewport().rect().center()
    at.setX(header.sectionViewportPosition(number) + header.sectionSize(number) // 2)
    QTest.mouseClick(header.viewport(), LEFT, pos=at)


def curves(view) -> int:
    return len(view.plot.listDataItems()) - 1  # without the diagonal


def test_without_a_report_the_page_says_which_command_makes_one(window, monkeypatch):
    monkeypatch.setattr(evaluation_page, "bundled_reports", list)
    page = open_page(window)
    assert "radgalgui evaluate" in page.message.text()
    assert page.message.isVisible()
    assert not page.copy_button.isEnabled()
    page.close()


def test_the_first_report_is_shown_with_protocol_and_published_numbers(page):
    assert page.datasets.currentText() == "MiraBest Confident"
    assert "cross-validation" in page.protocol.text()
    assert "FRII is the positive class" in page.protocol.text()
    assert "held the true class of 90.4 % (SimCLR), 90.4 % (BYOL)" in page.protocol.text()
    assert page.table.model().rowCount() == 21
    assert page.published.model().rowCount() == 2
    cell = page.published.model().index(0, 2).data()
    assert cell == "0.820"


def test_the_best_of_each_encoder_is_drawn_first(page):
    rows = page.table.selected()
    assert {row.encoder for row in rows} == {"simclr", "byol", "simsiam"}
    for row in rows:
        rivals = [r for r in page.report.results if r.encoder == row.encoder]
        assert row.scores["accuracy"] == max(r.scores["accuracy"] for r in rivals)
    assert curves(page.roc) == curves(page.reliability) == 3
    assert len(page.key.texts()) == 3


def test_selected_rows_are_drawn_and_named(page):
    click_row(page.table, 2)
    click_row(page.table, 4, CTRL)
    rows = page.table.selected()
    assert len(rows) == 2
    assert curves(page.roc) == 2
    x, y = page.roc.plot.listDataItems()[1].getData()
    np.testing.assert_allclose(x, rows[0].roc.x)
    np.testing.assert_allclose(y, rows[0].roc.y)
    counts = page.confusion.grid.accessibleDescription()
    assert counts.startswith(f"{rows[0].confusion[0][0]} FRI taken for FRI; ")
    QTest.keyClick(page.table, Qt.Key.Key_A, CTRL)
    assert "9 more" in page.key.texts()[-1]


def test_a_result_without_curves_is_said_to_have_none(page, tmp_path, monkeypatch):
    path = make_report(tmp_path / "bare.json", encoders=("byol",), classifiers=("lr", "supervised"))
    report = json.loads(path.read_text(encoding="utf-8"))
    del report["results"][1]["roc"], report["results"][1]["reliability"]
    path.write_text(json.dumps(report), encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(path), ""))
    QTest.mouseClick(page.open_button, LEFT)
    QTest.keyClick(page.table, Qt.Key.Key_A, CTRL)
    assert curves(page.roc) == curves(page.reliability) == 1
    assert sorted(page.key.texts()) == ["BYOL lr", "BYOL sup (no curves kept)"]
    assert "lr: logistic regression" in page.key.toolTip()


def test_a_click_on_a_title_sorts(page):
    def shown() -> list[float]:
        model, number = page.table.model(), column(page, "AUC")
        return [float(model.index(r, number).data()) for r in range(model.rowCount())]

    click_title(page, "AUC")
    first = shown()
    click_title(page, "AUC")
    assert first in (sorted(first), sorted(first, reverse=True))
    assert shown() == first[::-1]


def test_another_data_set_is_chosen_and_has_its_own_matrix(page):
    choose(page.datasets, "Radio Galaxy Dataset")
    assert page.report.dataset == "rgd"
    assert not page.published.isVisible()
    described = page.confusion.grid.accessibleDescription()
    assert len(described.split("; ")) == 16
    assert not page.confusion.grab().isNull()


def test_what_is_lost_between_surveys_stands_beside(page, tmp_path, monkeypatch):
    four = ("simclr", "byol", "simsiam", "vdvae")
    emu = make_report(tmp_path / "emu.json", "emu", encoders=four, classifiers=("knn",), drops=True)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(emu), ""))
    QTest.keyClick(page.table, Qt.Key.Key_O, CTRL)
    assert page.drops.isVisible()
    assert not page.published.isVisible()
    model = page.drops.model()
    for place in range(model.rowCount()):
        cell = model.index(place, 2).data()
        assert cell[0] in "+−"
        drops = {round(d.scores["accuracy"], 3) for d in page.report.drops}
        assert float(cell.replace("−", "-")) in drops
    how = page.table.model().index(0, column(page, "How")).data()
    assert how.startswith("fitted on")
    assert len(page.key.texts()) == curves(page.roc) == 8
    told = {text.split(", ")[1] for text in page.key.texts()}
    assert told == {"fitted on EMU", "fitted on MiraBest Confident"}
    pens = [item.opts["pen"] for item in page.roc.plot.listDataItems()[1:]]
    assert len({(pen.color().name(), pen.style()) for pen in pens}) == 8
    choose(page.datasets, "MiraBest Confident")
    assert page.published.isVisible()
    assert not page.drops.isVisible()
    assert "How" not in [
        page.table.results.headerData(i, Qt.Orientation.Horizontal) for i in range(7)
    ]


def test_a_file_is_opened_by_the_dialog(page, tmp_path, monkeypatch):
    other = make_report(tmp_path / "mine.json", "sdss", ("elliptical", "spiral"), ("byol",))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(other), ""))
    QTest.keyClick(page.table, Qt.Key.Key_O, CTRL)
    assert page.report.dataset == "sdss"
    assert page.datasets.currentText() == "sdss (mine.json)"
    assert "positive class" not in page.protocol.text()
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(bad), ""))
    QTest.mouseClick(page.open_button, LEFT)
    assert "no evaluation report" in page.message.text()
    choose(page.datasets, "MiraBest Confident")
    assert page.table.isVisible()


@pytest.mark.parametrize("way", ["key", "button"])
def test_the_tables_are_copied_as_csv(page, way):
    QGuiApplication.clipboard().clear()
    if way == "key":
        QTest.keyClick(page.table, Qt.Key.Key_C, CTRL)
    else:
        QTest.mouseClick(page.copy_button, LEFT)
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text())))
    assert len(rows) == 23
    assert {row["dataset"] for row in rows} == {"mirabest-confident"}


def test_help_opens_and_escape_closes(page, window):
    QTest.keyClick(page.table, Qt.Key.Key_F1)
    assert "reliability curve" in window.commands._help.text.toPlainText()
    window.commands._help.close()
    QTest.keyClick(page.table, Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_nothing_that_counts_is_cut(page):
    table = page.table
    needed = sum(table.columnWidth(i) for i in range(table.model().columnCount()))
    assert needed <= table.width()
    beside = page.published
    wide = sum(beside.columnWidth(i) for i in range(beside.model().columnCount()))
    assert wide <= beside.width()
    for view in (page.confusion, page.roc.plot, page.reliability.plot, page.key, page.protocol):
        corners = (view.rect().topLeft(), view.rect().bottomRight())
        assert all(page.rect().contains(view.mapTo(page, corner)) for corner in corners)


def test_both_themes_reach_the_plots(page, window):
    for _ in range(2):
        window.commands.next_theme()
        corner = page.roc.plot.grab().toImage().pixelColor(2, 2)
        assert corner.name() == window.theme.tokens.window
