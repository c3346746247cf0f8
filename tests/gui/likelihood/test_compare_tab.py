"""The tab that compares another survey with the open catalogue, by mouse and keyboard."""

from __future__ import annotations

import json

import pytest
from fakes import make_catalog
from hands import choose
from judging import COMPARISON, JudgingEngine
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel

from radgalgui.gui.likelihood.comparison import facts
from radgalgui.gui.likelihood.empty import Empty

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
TITLE = "Compare surveys"


@pytest.fixture
def tab(judged_window, open_page):
    page = open_page(judged_window, TITLE)
    return page.tabs[page.bar.currentIndex()]


@pytest.fixture
def compared(tab, qtbot):
    choose(tab.others, "MiraBest")
    qtbot.waitUntil(lambda: tab.asking.told is not None and not tab.asking.open)
    return tab


def test_nothing_is_compared_before_it_is_chosen(tab):
    assert JudgingEngine.compared == []
    assert tab.others.currentIndex() == -1
    assert "Choose the survey to compare with" in tab.empty.message.text()
    names = [tab.others.itemText(i) for i in range(tab.others.count())]
    assert names[:3] == ["MiraBest", "Radio Galaxy Dataset", "FR-DEEP"]


def test_a_published_set_stands_beside_the_catalogue(compared):
    assert JudgingEngine.compared == [("mirabest", "simclr")]
    assert compared.verdict.text() == COMPARISON["sentence"]
    assert compared.notes.text() == COMPARISON["notes"][0]
    series = compared.histogram.chart.series
    assert [len(each.values) for each in series] == [200, 90]
    assert series[0].title == "Simulated sources for tests"
    labels = [label.text() for label in compared.facts.findChildren(QLabel)]
    assert "81 % (78 % to 84 %)" in labels
    assert "0.410 (0.380 to 0.440), p < 0.0001" in labels
    assert [fact.warning for fact in compared.facts.shown] == [True, True, False, False, False]


def test_a_range_of_the_histogram_chooses_sources(compared, judged_window):
    histogram = compared.histogram
    bins = histogram.chart.bins
    at = [histogram.place_of(number).toPoint() for number in (1, bins.count // 2)]
    QTest.mousePress(histogram, LEFT, pos=at[0])
    QTest.mouseMove(histogram, at[1] - QPoint(3, 0))
    QTest.mouseMove(histogram, at[1])
    QTest.mouseRelease(histogram, LEFT, pos=at[1])
    scores = judged_window.desk.sources.scores.scores[:, 0]
    first, last = histogram.span
    wanted = bins.inside(scores, first, last)
    assert list(judged_window.desk.session.chosen.rows) == list(wanted)
    assert 0 < len(wanted) < 200


def test_a_catalogue_of_ones_own_is_compared(tab, tmp_path, monkeypatch, qtbot):
    other = make_catalog(tmp_path / "mine", 60)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a, **k: str(other))
    QTest.keyClick(tab.others, Qt.Key.Key_O, CTRL)
    qtbot.waitUntil(lambda: tab.asking.told is not None)
    assert JudgingEngine.compared == [(str(other), "simclr")]
    tab.window().turn_to("Controls")
    tab.window().turn_to(TITLE)
    assert tab.others.currentText() == "mine"
    assert tab.histogram.chart.series[1].title == "mine"


def test_it_can_be_stopped_and_begun_again(tab, qtbot):
    JudgingEngine.held.clear()
    choose(tab.others, "FR-DEEP")
    assert tab.empty.message.text() == "Comparing FR-DEEP…"
    QTest.mouseClick(tab.stop_button, LEFT)
    assert tab.empty.message.text() == "Stopped."
    assert tab.stop_button.text() == "Start again"
    QTest.mouseClick(tab.stop_button, LEFT)
    qtbot.waitUntil(lambda: tab.asking.told is not None)
    assert tab.others.currentText() == "FR-DEEP"


def test_another_encoder_compares_anew(compared, judged_window, qtbot):
    judged_window.activateWindow()
    choose(judged_window.encoders.box, "BYOL")
    qtbot.waitUntil(lambda: len(JudgingEngine.compared) == 2)
    assert JudgingEngine.compared[1] == ("mirabest", "byol")
    assert compared.others.currentText() == "MiraBest"


def test_an_engine_that_dies_of_it_is_asked_once_more_only(tab, qtbot):
    JudgingEngine.deaths = 2
    choose(tab.others, "MiraBest")
    qtbot.waitUntil(lambda: "not asked again" in tab.empty.message.text())
    assert len(JudgingEngine.compared) == 2


def test_a_refusal_is_told(tab, qtbot):
    JudgingEngine.refusal = "Its images were made ready in another way; choose another."
    choose(tab.others, "MiraBest")
    qtbot.waitUntil(lambda: tab.empty.message.text() == JudgingEngine.refusal)
    assert not tab.export_button.isEnabled()


def test_the_numbers_are_exported_as_the_command_tells_them(compared, tmp_path, monkeypatch, qtbot):
    path = tmp_path / "compared.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(path), ""))
    QTest.mouseClick(compared.export_button, LEFT)
    qtbot.waitUntil(path.exists)
    assert json.loads(path.read_text()) == compared.asking.told.comparison


def test_nothing_that_counts_is_cut_in_a_small_window(compared):
    page, size = compared.window(), (896, 536)
    page.resize(*size)
    QGuiApplication.processEvents()
    assert (page.width(), page.height()) == size
    for widget in (compared.others, compared.export_button, compared.histogram, compared.verdict):
        corners = (widget.rect().topLeft(), widget.rect().bottomRight())
        assert all(page.rect().contains(widget.mapTo(page, corner)) for corner in corners)
    assert compared.histogram.width() >= 360


def test_facts_cope_with_what_is_not_known():
    assert facts({}) == []
    told = facts({"ks": {"statistic": 0.2, "low": None, "high": None, "p_value": None}})
    assert told[0].value == "0.200, p not known"
    few = facts({"outside": {"share": 0.0, "below": 0.0, "above": 0.0, "low": 0.0, "high": 0.04}})
    assert few[0].value == "0.0 % (0.0 % to 4.0 %)"
    assert not few[0].warning


@pytest.mark.parametrize("words", ["One line.", "A sentence that needs more than a line. " * 3])
def test_a_sentence_in_an_empty_tab_is_shown_whole(qtbot, words):
    empty = Empty()
    qtbot.addWidget(empty)
    empty.say(words)
    empty.resize(1240, 660)
    empty.show()
    message = empty.message
    qtbot.waitUntil(lambda: message.height() >= message.heightForWidth(message.width()))
    assert empty.rect().contains(message.geometry())
