"""The tab of the least likely sources, by mouse and keyboard."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from fakes import make_catalog
from hands import choose
from judging import STRANGEST, make_judged_catalog
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from radgalgui.gui.display import Display
from radgalgui.jobs.likelihood.methods import METHODS
from radgalgui.jobs.likelihood.outliers import COLUMNS

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
TITLE = "Least likely"


@pytest.fixture
def tab(judged_window, open_page):
    page = open_page(judged_window, TITLE)
    return page.tabs[page.bar.currentIndex()]


def tile(tab, position):
    return tab.gallery.sources.at(position)


def click(tab, position, *, twice=False):
    grid = tab.gallery
    grid.scrollTo(tile(tab, position))
    at = grid.visualRect(tile(tab, position)).center()
    QTest.mouseClick(grid.viewport(), LEFT, pos=at)
    if twice:
        QTest.mouseDClick(grid.viewport(), LEFT, pos=at)


def shown(tab):
    return [int(row) for row in tab.gallery.sources.rows]


def test_the_strangest_stand_first_by_the_method_and_number_that_are_chosen(tab, judged_window):
    assert len(shown(tab)) == 50
    assert set(STRANGEST) <= set(shown(tab)[:8])
    sources = judged_window.desk.sources
    row = shown(tab)[0]
    words = tile(tab, 0).data()
    assert words[0] == "0.25"  # half of one in 200
    assert words[1] == f"{sources.value('angular_size', row):.0f}″"
    assert words[2] == sources.label(row)
    assert "Flow: 0.25" in tile(tab, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tab.words.text().startswith("The 50 of 200 sources that all methods together find")
    choose(tab.methods, "Isolation forest")
    percentiles = judged_window.desk.sources.scores.column("isolation_forest")
    assert shown(tab) == [int(row) for row in np.argsort(percentiles, kind="stable")[:50]]
    assert not set(STRANGEST) & set(shown(tab))
    choose(tab.tops, "20")
    assert len(shown(tab)) == 20
    assert "“Isolation forest” finds" in tab.words.text()


def test_pictures_have_the_colours_that_are_chosen_for_pictures(tab, judged_window):
    first = tile(tab, 0).data(Qt.ItemDataRole.DecorationRole).toImage()
    judged_window.settings.keep_display(Display(colour_map="gray"))  # as the list of colours does
    tab.window().turn_to("Controls")
    tab.window().turn_to(TITLE)
    then = tile(tab, 0).data(Qt.ItemDataRole.DecorationRole).toImage()
    assert then != first
    assert then.isGrayscale()


def test_clicks_and_keys_select_everywhere_and_search(tab, judged_window, qtbot):
    assert tab.card.none.isVisible()
    click(tab, 1)
    row = shown(tab)[1]
    assert judged_window.desk.session.selected == row
    assert tab.card.name.whole == judged_window.desk.sources.name(row)
    percentiles = judged_window.desk.sources.scores.percentiles[row]
    for method, value in zip(METHODS, percentiles, strict=True):
        assert tab.card.opinions.percentiles[method] == pytest.approx(value)
    judged_window.desk.session.select(shown(tab)[4])  # from elsewhere
    assert tab.gallery.currentIndex() == tile(tab, 4)
    click(tab, 0)
    QTest.keyClick(tab.gallery, Qt.Key.Key_Right)
    assert judged_window.desk.session.selected == shown(tab)[1]
    QTest.keyClick(tab.gallery, Qt.Key.Key_Return)
    session = judged_window.desk.session
    assert session.current.index == shown(tab)[1]
    click(tab, 3, twice=True)
    assert session.current.index == shown(tab)[3]
    qtbot.waitUntil(lambda: not any(q.open for q in session.queries))


def test_what_is_shown_can_be_chosen_on_the_map(tab, judged_window):
    choose(tab.tops, "20")
    QTest.mouseClick(tab.choose_button, LEFT)
    chosen = judged_window.desk.session.chosen
    assert list(chosen.rows) == sorted(shown(tab))
    assert chosen.words == "least likely by all methods together"


def test_the_export_is_that_of_the_command(tab, tmp_path, monkeypatch, qtbot):
    path = tmp_path / "least.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(path), ""))
    QTest.keyClick(tab.gallery, Qt.Key.Key_E, CTRL)
    qtbot.waitUntil(path.exists)
    rows = list(csv.DictReader(path.open(newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 50
    assert [row["rank"] for row in rows[:2]] == ["1", "2"]
    assert float(rows[0]["combined"]) <= float(rows[-1]["combined"])
    qtbot.waitUntil(lambda: "50 rows written" in tab.said.text())
    nowhere = "/nowhere/least.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (nowhere, ""))
    QTest.mouseClick(tab.export_button, LEFT)
    qtbot.waitUntil(lambda: "cannot be written" in tab.said.text())
    assert tab.said.objectName() == "failure"


def test_another_encoder_shows_its_own(tab, judged_window, qtbot):
    before = shown(tab)
    judged_window.activateWindow()
    choose(judged_window.encoders.box, "BYOL")
    qtbot.waitUntil(lambda: judged_window.desk.sources.encoder == "byol")
    assert shown(tab) != before
    assert set(STRANGEST) <= set(shown(tab))


def test_a_catalogue_without_likelihoods_offers_to_make_them(
    make_judged_window, open_page, tmp_path, qtbot
):
    window = make_judged_window(make_catalog(tmp_path / "plain", 80))
    page = open_page(window, TITLE)
    tab = page.tabs[page.bar.currentIndex()]
    assert "has not been told" in tab.empty.message.text()
    page.judge_wanted.disconnect()
    with qtbot.waitSignal(page.judge_wanted):
        QTest.mouseClick(tab.empty.button, LEFT)
    QTest.keyClick(page, Qt.Key.Key_E, CTRL)  # nothing to export, and nothing happens


def test_of_a_catalogue_without_classes_the_predicted_ones_are_told(
    make_judged_window, open_page, tmp_path, shipped, qtbot
):
    path = make_judged_catalog(tmp_path / "unlabelled", 80, kinds=("",))
    window = make_judged_window(path)
    page = open_page(window, TITLE)
    tab = page.tabs[page.bar.currentIndex()]
    words = lambda: tile(tab, 0).data()[2]  # noqa: E731
    qtbot.waitUntil(lambda: words().startswith("Predicted "))


def test_nothing_that_counts_is_cut_in_a_small_window(tab):
    page, size = tab.window(), (896, 536)
    click(tab, 0)
    page.resize(*size)
    QGuiApplication.processEvents()
    assert (page.width(), page.height()) == size
    for widget in (tab.methods, tab.tops, tab.choose_button, tab.export_button, tab.gallery):
        corners = (widget.rect().topLeft(), widget.rect().bottomRight())
        assert all(page.rect().contains(widget.mapTo(page, corner)) for corner in corners)
    assert tab.gallery.sources.across >= 4
    bars = tab.card.opinions
    assert bars.height() >= bars.minimumSizeHint().height()
