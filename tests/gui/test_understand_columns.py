"""The page of components on every encoder that ships, and on columns that break forests."""

from __future__ import annotations

import pytest
from hands import choose
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from understanding import WIDTH, UnderstandingEngine, make_hostile_catalog

from radgalgui.gui.names import encoder_title
from radgalgui.gui.sources import column_words
from radgalgui.jobs import understand
from radgalgui_resources import catalog_path

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def open_page(make_window, monkeypatch, qtbot):
    """Return a function that opens the page over a catalogue."""
    monkeypatch.setattr(understand, "_TELL", 0.0)
    UnderstandingEngine.held.set()
    UnderstandingEngine.understood.clear()
    UnderstandingEngine.deaths = 0

    def make(catalog):
        window = make_window(catalog, engine=UnderstandingEngine)
        qtbot.waitUntil(lambda: window.desk.ready is not None)
        QTest.keyClick(window.map.view, Qt.Key.Key_U, CTRL_SHIFT)
        return window, window.commands.analysis.understanding

    return make


def test_every_encoder_of_the_bundled_catalogue_tells_the_angular_size(open_page, qtbot):
    window, page = open_page(catalog_path())
    for encoder in window.desk.sources.encoders:
        if encoder != window.desk.encoder:
            page.asking.stop()  # this engine, unlike the real one, gives way to nobody
            choose(window.encoders.box, encoder_title(encoder))

        def grown(encoder=encoder):
            told = page.asking.told
            return told is not None and told.encoder == encoder and told.trees >= 3

        qtbot.waitUntil(grown, timeout=240_000)
        assert page.encoder.text() == f"{encoder_title(encoder)}, 20,000 sources"
        assert page.verdict.text().startswith("The vectors tell angular size"), encoder
        assert page.table.model().rowCount() == len(page.asking.told.mean)
        assert page.variance.told.explained.sum() == pytest.approx(1.0, abs=1e-4)
    page.asking.stop()


@pytest.fixture
def hostile(open_page, tmp_path):
    return open_page(make_hostile_catalog(tmp_path / "hostile"))[1]


def settled(page):
    return not page.asking.open


def test_columns_without_numbers_that_differ_are_not_offered(hostile):
    names = [hostile.columns.itemData(i) for i in range(hostile.columns.count())]
    assert names == ["angular_size", "few", "gaps", "count", "ra", "dec"]


def test_too_few_values_are_refused_in_words_and_the_variance_stays(hostile, qtbot):
    choose(hostile.columns, "Few")
    qtbot.waitUntil(lambda: bool(hostile.asking.problem))
    assert "2 of 60 sources have a number in the column 'few'" in hostile.verdict.text()
    assert hostile.verdict.objectName() == "failure"
    assert not hostile.stop_button.isEnabled()
    assert hostile.variance.told is not None
    assert hostile.table.model().rowCount() == WIDTH
    choose(hostile.columns, "Count")  # and the next question is answered as ever
    qtbot.waitUntil(lambda: settled(hostile))
    assert hostile.asking.told.column == "count"
    assert hostile.asking.problem == ""
    assert hostile.verdict.objectName() != "failure"


def test_infinite_values_are_left_out_and_counted(hostile, qtbot):
    choose(hostile.columns, "Gaps")
    qtbot.waitUntil(lambda: settled(hostile))
    assert "20 sources are left out of the importance for want of a value." in hostile.state.text()


def test_a_catalogue_of_two_sources_is_told_of_as_far_as_it_goes(open_page, tmp_path, qtbot):
    _, page = open_page(make_hostile_catalog(tmp_path / "two", 2))
    qtbot.waitUntil(lambda: bool(page.asking.problem))
    assert "2 of 2 sources have a number" in page.verdict.text()
    assert page.table.model().rowCount() == WIDTH


@pytest.mark.parametrize(
    ("name", "words"),
    [("angular_size", "angular size"), ("flux", "flux density"), ("ra", "right ascension")],
)
def test_columns_are_called_in_words_within_a_sentence(name, words):
    assert column_words(name) == words
