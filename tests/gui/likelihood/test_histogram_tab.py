"""Histograms of several sets, and ranges in them that choose sources, by mouse and keyboard."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hands import ask, choose
from likely import SETS, SOURCES, LikelyEngine, make_likely_catalog, own_scores
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from radgalgui.gui.likelihood import sets

LEFT = Qt.MouseButton.LeftButton
NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture(scope="session")
def likely(tmp_path_factory):
    folder = tmp_path_factory.mktemp("catalogs") / "histogram"
    return make_likely_catalog(folder, encoders=("simclr", "byol"))


@pytest.fixture
def window(make_window, likely, monkeypatch, qtbot):
    monkeypatch.setattr(sets, "shipped", lambda: ["mirabest", "frdeep", "rgd"])
    LikelyEngine.held.set()
    LikelyEngine.told.clear()
    LikelyEngine.scored.clear()
    LikelyEngine.deaths = 0
    made = make_window(likely, engine=LikelyEngine)
    qtbot.waitUntil(lambda: made.desk.ready is not None)
    return made


@pytest.fixture
def open_tab(qtbot):
    def at(window):
        QTest.keyClick(window.map.view, Qt.Key.Key_H, CTRL | SHIFT)
        page = window.commands.likelihoods.page
        page.resize(1240, 760)
        qtbot.waitUntil(lambda: QApplication.activeWindow() is page)
        return page.tabs[0]

    return at


@pytest.fixture
def tab(window, open_tab, qtbot):
    made = open_tab(window)
    qtbot.waitUntil(lambda: titles(made) == ["catalogue", "mirabest"] and of(made).whole)
    settle(made, qtbot)
    return made


def titles(tab):
    return [series.key for series in tab.view.histogram.chart.series]


def of(tab, key="mirabest"):
    return next(one.asking for one in tab.sets if one.key == key)


def said(tab, key):
    """Return what is known of a set, as its line says it."""
    words = tab.view.lines.words
    return words[key].whole if key in words else ""


def settle(tab, qtbot):
    """Wait until what is known is drawn."""
    qtbot.waitUntil(lambda: not tab._redrawing.isActive())
    drawn = []  # charts are made before this is done
    tab._desk.background.run(lambda: None, drawn.append, drawn.append)
    qtbot.waitUntil(lambda: bool(drawn))


def drag(tab, first, last, held=NONE):
    """Drag over bins."""
    histogram = tab.view.histogram
    start, end = (histogram.place_of(bin_).toPoint() for bin_ in (first, last))
    QTest.mousePress(histogram, LEFT, held, start)
    QTest.mouseMove(histogram, end)
    QTest.mouseRelease(histogram, LEFT, held, end)


def expected(tab, first, last):
    bins = tab.view.histogram.chart.bins
    own = own_scores()[:, 0]
    return np.flatnonzero((own >= bins.edge(first)) & (own < bins.edge(last + 1)))


def test_mirabest_is_laid_beside_the_catalogue_by_itself(tab):
    chart, lines = tab.view.histogram.chart, tab.view.lines
    assert [int(counts.sum()) for counts in chart.counts] == [SOURCES, 100]
    assert LikelyEngine.scored == [("mirabest", {})]
    assert lines.words["mirabest"].whole.startswith("100  ·  median ")
    assert lines.words["catalogue"].whole.startswith(f"{SOURCES}  ·  median 50th")
    assert lines.words["rgd"].whole == "not judged yet"
    assert chart.axis == "Log-likelihood (nats)"
    low, high = chart.bins.low, chart.bins.high
    for series in chart.series:  # all have their middle within the shared bins
        assert low < np.median(series.values) < high
    assert np.median(chart.series[1].values) < np.median(chart.series[0].values)


def test_one_click_hides_a_set_and_one_shows_it(tab, qtbot):
    QTest.mouseClick(tab.view.lines.boxes["catalogue"], LEFT)
    qtbot.waitUntil(lambda: titles(tab) == ["mirabest"])
    QTest.mouseClick(tab.view.lines.boxes["catalogue"], LEFT)
    QTest.keyClick(tab.view.lines.boxes["rgd"], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: titles(tab) == ["catalogue", "mirabest", "rgd"])
    assert [name for name, _ in LikelyEngine.scored] == ["mirabest", "rgd"]
    QTest.mouseClick(tab.view.lines.boxes["mirabest"], LEFT)
    QTest.mouseClick(tab.view.lines.boxes["mirabest"], LEFT)
    settle(tab, qtbot)
    assert len(LikelyEngine.scored) == 2  # what is known is not asked again


def test_counts_or_densities_linear_or_log(tab, qtbot):
    chart = tab.view.histogram.chart
    assert chart.density
    assert chart.heights(0).sum() == pytest.approx(100)
    QTest.mouseClick(tab.view.heights.buttons[1], LEFT)
    QTest.mouseClick(tab.view.scales.buttons[1], LEFT)
    qtbot.waitUntil(lambda: tab.view.histogram.chart.log)
    chart = tab.view.histogram.chart
    assert not chart.density
    assert chart.heights(0).sum() == SOURCES
    assert "Galaxies in a bin" in chart.height_title


def test_a_range_dragged_chooses_exactly_its_sources_everywhere(tab, window, qtbot):
    session = window.desk.session
    drag(tab, 2, 6)
    qtbot.waitUntil(lambda: bool(session.chosen))
    assert np.array_equal(session.chosen.rows, expected(tab, 2, 6))
    assert session.chosen.words.startswith("log-likelihood −")
    settle(tab, qtbot)
    assert tab.view.histogram.counted[2:7].sum() == len(session.chosen)
    assert tab.view.told.whole.startswith(f"{len(session.chosen)} chosen: log-likelihood")
    first = session.chosen.rows
    drag(tab, 8, 9, SHIFT)
    qtbot.waitUntil(lambda: len(session.chosen) > len(first))
    both = np.union1d(first, expected(tab, 8, 9))
    assert np.array_equal(session.chosen.rows, both)
    drag(tab, 5, 6, ALT)
    qtbot.waitUntil(lambda: len(session.chosen) < len(both))
    assert np.array_equal(session.chosen.rows, np.setdiff1d(both, expected(tab, 5, 6)))
    QTest.mouseClick(tab.view.clear_button, LEFT)
    assert not session.chosen
    assert tab.view.histogram.span is None


def test_a_range_backwards_is_the_same_and_a_click_is_none(tab, window, qtbot):
    drag(tab, 6, 2)
    qtbot.waitUntil(lambda: bool(window.desk.session.chosen))
    assert np.array_equal(window.desk.session.chosen.rows, expected(tab, 2, 6))
    place = tab.view.histogram.place_of(4).toPoint()
    QTest.mouseClick(tab.view.histogram, LEFT, pos=place)
    assert tab.view.histogram.span is None
    assert window.desk.session.chosen  # a click takes away the range, not what was chosen


def test_a_range_by_keyboard_and_escape_step_by_step(tab, window, qtbot):
    histogram, page = tab.view.histogram, window.commands.likelihoods.page
    histogram.setFocus()
    QTest.keyClick(histogram, Qt.Key.Key_Home)
    QTest.keyClick(histogram, Qt.Key.Key_Right)
    for _ in range(3):
        QTest.keyClick(histogram, Qt.Key.Key_Right, SHIFT)
    first, last = histogram.span
    assert last - first == 3
    assert "Simulated sources for tests" in tab.view.readout.whole
    QTest.keyClick(histogram, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(window.desk.session.chosen))
    assert np.array_equal(window.desk.session.chosen.rows, expected(tab, first, last))
    QTest.keyClick(histogram, Qt.Key.Key_Escape)
    assert histogram.span is None
    assert page.isVisible()
    QTest.keyClick(histogram, Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_what_is_chosen_elsewhere_is_seen_and_the_selected_source_marked(tab, window, qtbot):
    window.desk.session.choose([3, 5, 8], "three of them")
    window.desk.session.select(5)
    qtbot.waitUntil(lambda: tab.view.told.whole == "3 chosen: three of them")
    assert tab.view.histogram.counted.sum() == 3
    (mark,) = tab.view.histogram.marks
    assert not mark.query
    assert mark.value == pytest.approx(float(own_scores()[5, 0]))


def test_every_method_has_its_axis_and_its_own_values(tab, window, qtbot):
    own = own_scores()
    for text, column in (("Isolation forest", 1), ("Reconstruction", 4)):
        choose(tab.view.methods, text)
        qtbot.waitUntil(lambda t=text: t.lower() in tab.view.histogram.chart.axis.lower())
        values = tab.view.histogram.chart.series[0].values
        assert np.array_equal(values, own[:, column], equal_nan=True)
    drag(tab, 0 if tab.view.histogram.frame.below else 1, 3)
    qtbot.waitUntil(lambda: bool(window.desk.session.chosen))
    assert window.desk.session.chosen.words.startswith("reconstruction ")
    choose(tab.view.methods, "Together")
    qtbot.waitUntil(lambda: "Percentile" in tab.view.histogram.chart.axis)
    assert tab.view.histogram.chart.bins.low >= -10


def test_queries_are_marked_with_their_percentile(tab, window, qtbot, image, tmp_path):
    (query,) = ask(window, qtbot, [image])
    histogram = tab.view.histogram
    qtbot.waitUntil(lambda: len(histogram.marks) == 1)
    assert histogram.marks[0].value == pytest.approx(-330)
    assert histogram.marks[0].words.startswith(f"{query.name}: ")
    assert histogram.marks[0].words.endswith(" percentile")
    qtbot.waitUntil(lambda: histogram.chart.rug == pytest.approx((-330,)))
    assert "queries" not in titles(tab)  # one alone is no histogram
    other = tmp_path / "other.fits"
    other.write_bytes(image.read_bytes())
    ask(window, qtbot, [other])
    qtbot.waitUntil(lambda: "queries" in titles(tab))
    assert tab.view.lines.words["queries"].whole == "2 judged"
    QTest.mouseClick(tab.view.lines.boxes["queries"], LEFT)
    qtbot.waitUntil(lambda: not histogram.marks and "queries" not in titles(tab))
    assert histogram.chart.rug == ()


def test_another_catalogue_is_laid_beside(tab, likely, monkeypatch, qtbot):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(likely))
    QTest.mouseClick(tab.view.add_button, LEFT)
    qtbot.waitUntil(lambda: str(likely) in titles(tab))
    assert tab.view.lines.boxes[str(likely)].isChecked()
    qtbot.waitUntil(lambda: said(tab, str(likely)).startswith("60  ·  "))
    QTest.mouseClick(tab.view.add_button, LEFT)  # the same again
    assert len([one for one in tab.sets if one.key == str(likely)]) == 1


def test_a_set_that_is_refused_says_why_and_can_be_asked_again(tab, tmp_path, qtbot):
    gone = tmp_path / "gone"
    tab.add_other(gone)
    qtbot.waitUntil(lambda: "no such set" in said(tab, str(gone)))
    box, before = tab.view.lines.boxes[str(gone)], len(LikelyEngine.scored)
    QTest.mouseClick(box, LEFT)
    QTest.mouseClick(box, LEFT)
    qtbot.waitUntil(lambda: len(LikelyEngine.scored) == before + 1)


def test_parts_are_shown_as_they_come_and_closing_asks_no_further(window, open_tab, qtbot):
    LikelyEngine.held.clear()
    tab = open_tab(window)
    asking = of(tab)
    qtbot.waitUntil(lambda: asking.told is not None)
    qtbot.waitUntil(lambda: said(tab, "mirabest") == "judging… 40 of 100")
    QTest.keyClick(window.commands.likelihoods.page, Qt.Key.Key_Escape)
    assert not asking.open
    with qtbot.waitActive(window):
        window.activateWindow()
    open_tab(window)
    qtbot.waitUntil(lambda: asking.whole)


def test_a_lost_engine_is_asked_once_more(window, open_tab, qtbot):
    LikelyEngine.deaths = 1
    tab = open_tab(window)
    qtbot.waitUntil(lambda: of(tab).whole)
    assert [name for name, _ in LikelyEngine.scored] == ["mirabest", "mirabest"]
    assert len(of(tab).told) == SETS["mirabest"][1]


def test_another_encoder_without_likelihoods_offers_the_job_and_forgets(tab, window, qtbot):
    choose(window.encoders.box, "BYOL")
    qtbot.waitUntil(lambda: window.desk.sources.encoder == "byol")
    qtbot.waitUntil(tab.empty.isVisible)
    assert tab.empty.button.isVisible()
    assert of(tab).told is None
    ordered = []
    window.board.start = ordered.append
    QTest.mouseClick(tab.empty.button, LEFT)
    assert [order.kind for order in ordered] == ["likelihood"]


@pytest.mark.parametrize("ending", ["png", "svg", "csv"])
def test_figure_and_numbers_become_files(tab, window, tmp_path, monkeypatch, ending):
    made = tmp_path / "out" / f"figure.{ending}"
    made.parent.mkdir()
    kind = {"png": "PNG figure", "svg": "SVG figure", "csv": "Numbers as CSV"}[ending]
    bare = str(made.with_suffix(""))  # the ending is that of the kind
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (bare, f"{kind} (*.{ending})"))
    QTest.keyClick(window.commands.likelihoods.page, Qt.Key.Key_E, CTRL)
    assert tab.view.export_button.text() == "Exported"
    if ending == "csv":
        with made.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert sum(int(row["MiraBest (count)"]) for row in rows) == 100
    elif ending == "png":
        assert QImage(str(made)).width() > 1000
    else:
        assert "MiraBest (100)" in made.read_text(encoding="utf-8")


def test_nothing_is_mute_and_help_is_at_hand(tab, window):
    for widget in (tab.view.methods, tab.view.histogram, *tab.view.lines.boxes.values()):
        assert widget.accessibleName()
    assert "MiraBest, 100" in tab.view.histogram.accessibleDescription()
    QTest.keyClick(window.commands.likelihoods.page, Qt.Key.Key_F1)
    assert window.commands._help.windowTitle() == "Help: Likelihood"
