"""The panel that tells how likely a galaxy is, by mouse and keyboard."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from fakes import make_catalog
from hands import ask, choose, click_item
from likely import SOURCES, LikelyEngine, make_likely_catalog
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QToolTip

from radgalgui.gui.likelihood.words import OTHERS, ordinal
from radgalgui.jobs.results import LIKELIHOOD_COLUMNS

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="session")
def likely(tmp_path_factory):
    """Return a catalogue with likelihoods by the first of two encoders alone."""
    folder = tmp_path_factory.mktemp("catalogs") / "likely"
    return make_likely_catalog(folder, encoders=("simclr", "byol"))


@pytest.fixture
def make_likely_window(make_window, qtbot):
    LikelyEngine.held.set()
    LikelyEngine.told.clear()
    LikelyEngine.scored.clear()

    def make(catalog):
        made = make_window(catalog, engine=LikelyEngine)
        qtbot.waitUntil(lambda: made.desk.ready is not None)
        made.docks["likelihood"].raise_()
        return made

    return make


@pytest.fixture
def window(make_likely_window, likely, qtbot):
    made = make_likely_window(likely)
    qtbot.waitUntil(lambda: made.likelihood.histogram.chart.counts != ())
    return made


def tabs(window, key):
    return {dock.objectName() for dock in window.tabifiedDockWidgets(window.docks[key])}


def test_before_a_question_the_catalogue_is_shown_and_nothing_is_marked(window):
    panel = window.likelihood
    assert "marked among them" in panel.beside.whole
    assert panel.histogram.chart.counts[0].sum() == SOURCES
    assert panel.histogram.marks == ()
    assert panel.bars.percentiles is None
    assert window.docks["likelihood"].windowTitle() == "Likelihood"
    assert (
        window.docks["likelihood"].title.count.whole
        == f"among {SOURCES} simulated sources, by SimCLR"
    )


def test_a_query_is_told_in_words_marked_and_written_on_the_tab(window, qtbot, image):
    (query,) = ask(window, qtbot, [image])
    panel, told = window.likelihood, query.likelihood
    assert panel.headline.whole == f"{ordinal(told.percentile)} percentile"
    assert "ordinary" in panel.beside.whole
    assert "log-likelihood −330 nats" in panel.beside.whole
    (mark,) = panel.histogram.marks
    assert mark.query
    assert mark.value == pytest.approx(-330)
    frame = panel.histogram.frame
    own = window.desk.sources.scores.scores[:, 0]
    left = (own < -330).mean()  # what stands left of the mark is what is less likely
    counted = panel.histogram.chart.counts[0][: frame.bin_at(frame.x_of(-330.0)) + 1].sum()
    assert counted / SOURCES == pytest.approx(left, abs=0.15)
    assert told.percentile == pytest.approx(100 * left, abs=0.5)
    shown = panel.bars.percentiles
    assert shown["isolation_forest"] == told.opinions[1]["percentile"]
    assert np.isnan(shown["reconstruction"])
    title = window.docks["likelihood"].windowTitle()
    assert title.startswith("Likelihood ")
    assert title != "Likelihood "
    assert window.docks["likelihood"].toggleViewAction().text() == "Likelihood"


@pytest.mark.parametrize(
    ("value", "headline", "beside"),
    [
        (-1e10, f"Below all {SOURCES}", "unlike anything in this catalogue"),
        (50.0, f"Above all {SOURCES}", "plainer than anything in this catalogue"),
    ],
)
def test_what_lies_beyond_all_is_said_so_and_marked_at_the_end(
    window, qtbot, image, value, headline, beside
):
    LikelyEngine.told["log_likelihood"] = value
    ask(window, qtbot, [image])
    panel = window.likelihood
    assert panel.headline.whole == headline
    assert beside in panel.beside.whole
    frame = panel.histogram.frame
    assert frame.below is (value < 0)
    assert frame.above is (value > 0)
    assert frame.bin_at(frame.x_of(value)) in (0, panel.histogram.chart.bins.count + 1)


def test_methods_that_disagree_are_named(window, qtbot, image):
    LikelyEngine.told.update(isolation_forest=0.4)
    ask(window, qtbot, [image])
    told = window.likelihood.notes.text()
    assert told == "The isolation forest finds it strange, the others do not."
    assert window.likelihood.notes.isVisible()


def test_a_selected_source_shows_its_stored_percentiles_and_undo_returns(window, qtbot, image):
    ask(window, qtbot, [image])
    queried = window.likelihood.headline.whole
    click_item(window.table, 7)
    scores, panel = window.desk.sources.scores, window.likelihood
    (mark,) = panel.histogram.marks
    assert not mark.query
    assert mark.value == pytest.approx(float(scores.scores[7, 0]))
    assert panel.bars.percentiles["knn_distance"] == pytest.approx(scores.percentiles[7, 3])
    assert panel.bars.percentiles["combined"] == pytest.approx(scores.combined[7])
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert panel.headline.whole == queried


def test_what_cannot_be_told_says_why(window, qtbot, image, tmp_path):
    LikelyEngine.told["log_likelihood"] = None
    ask(window, qtbot, [image])
    assert window.likelihood.sentence == "The vector of this image is not finite."
    ask(window, qtbot, [tmp_path / "refused.fits"])
    window.desk.session.show(window.desk.session.queries[-1])
    assert "could not be used" in window.likelihood.sentence


def test_another_encoder_without_likelihoods_offers_to_make_them(window, qtbot, monkeypatch):
    ordered = []
    monkeypatch.setattr(window.board, "start", ordered.append)
    choose(window.encoders.box, "BYOL")
    qtbot.waitUntil(lambda: window.desk.sources.encoder == "byol")
    panel = window.likelihood
    assert "BYOL" in panel.sentence
    assert panel.make_button.text() == "Make likelihoods (about 1 min)"
    QTest.mouseClick(panel.make_button, LEFT)
    (order,) = ordered
    assert order.kind == "likelihood"
    assert order.arguments[:2] == ["catalog", "likelihood"]
    assert order.arguments[-2:] == ["--encoder", "byol"]
    assert order.resumable
    assert "likelihood_percentile" not in window.desk.sources.columns
    assert not window.actions_["colour_likelihood"].isEnabled()


def test_a_catalogue_too_small_says_so_and_offers_nothing(make_likely_window, tmp_path):
    window = make_likely_window(make_catalog(tmp_path / "few", 30))
    assert "too small" in window.likelihood.sentence
    assert not window.likelihood.make_button.isVisible()


def test_damaged_likelihoods_leave_the_catalogue_open_and_say_so(make_likely_window, tmp_path):
    path = make_likely_catalog(tmp_path / "broken")
    (path / "likelihood" / "simclr.safetensors").write_bytes(b"nothing")
    window = make_likely_window(path)
    assert window.desk.sources.scores is None
    assert "radgalgui catalog" in window.likelihood.sentence
    assert window.likelihood.make_button.isVisible()


def test_second_opinions_explain_themselves_under_the_pointer_and_by_keys(window, qtbot, image):
    ask(window, qtbot, [image])
    bars = window.likelihood.bars
    at = bars.row(0).center().toPoint()
    QApplication.sendEvent(bars, QHelpEvent(QHelpEvent.Type.ToolTip, at, bars.mapToGlobal(at)))
    told = QToolTip.text()
    assert told.startswith("Isolation forest\n")
    assert "Rank agreement over the catalogue" in told
    rank = window.desk.sources.scores.agreement[1, 0]
    assert f"Flow: {rank:.2f}" in told
    bars.setFocus()
    for _ in OTHERS:
        QTest.keyClick(bars, Qt.Key.Key_Down)
    assert QToolTip.text().startswith("Together\n")
    assert "Reconstruction: not known" in bars.accessibleDescription()


def test_the_histogram_and_the_button_open_the_page(window, qtbot):
    panel = window.likelihood
    ways = (
        lambda: QTest.mouseClick(panel.more_button, LEFT),
        lambda: QTest.mouseClick(panel.histogram, LEFT, pos=QPoint(30, 30)),
        lambda: QTest.keyClick(panel.histogram, Qt.Key.Key_Return),
    )
    for way in ways:
        way()
        page = window.commands.likelihoods.page
        assert page.isVisible()
        qtbot.waitUntil(lambda page=page: QApplication.activeWindow() is page)
        QTest.keyClick(page, Qt.Key.Key_Escape)
        assert not page.isVisible()
        with qtbot.waitActive(window):
            window.activateWindow()


def test_likelihoods_of_all_queries_become_a_csv(window, qtbot, image, tmp_path, monkeypatch):
    assert not window.actions_["export_likelihoods"].isEnabled()
    ask(window, qtbot, [image])
    made = tmp_path / "likelihoods.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(made), ""))
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_Y, CTRL | shift)
    with made.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert tuple(row) == LIKELIHOOD_COLUMNS
    assert float(row["log_likelihood"]) == pytest.approx(-330)
    assert row["reconstruction"] == ""


def test_help_is_at_hand(window):
    QTest.mouseClick(window.docks["likelihood"].help_button, LEFT)
    shown = window.commands._help
    assert shown.windowTitle().startswith("Help: Likelihood")
    assert "2311.08331" in shown.text.toPlainText()


def test_it_is_a_tab_of_the_classes_or_beside_or_below_them_as_there_is_room(window, qtbot):
    docks = window.docks
    window.resize(QSize(1440, 900))
    assert "classes" in tabs(window, "likelihood")
    window.resize(QSize(1920, 1080))
    qtbot.waitUntil(lambda: "classes" not in tabs(window, "likelihood"))
    qtbot.waitUntil(lambda: docks["likelihood"].x() > docks["classes"].x() > 0)
    window.resize(QSize(1440, 1240))
    qtbot.waitUntil(lambda: docks["likelihood"].y() > docks["classes"].y() > 0)
    window.resize(QSize(960, 600))
    qtbot.waitUntil(lambda: tabs(window, "likelihood") == {"sources", "classes"})
    docks["likelihood"].raise_()
    qtbot.waitUntil(window.likelihood.isVisible)
    assert not window.likelihood.histogram.isVisible()  # the bars have the room
    window.resize(QSize(1440, 900))
    qtbot.waitUntil(lambda: tabs(window, "likelihood") == {"classes"})


def test_with_a_guest_it_stands_with_the_others_and_parts_again(window, qtbot):
    window.resize(QSize(1920, 1080))
    qtbot.waitUntil(lambda: tabs(window, "likelihood") == set())
    QTest.keyClick(window, Qt.Key.Key_J, CTRL)
    qtbot.waitUntil(lambda: tabs(window, "likelihood") == {"jobs", "neighbours", "classes"})
    QTest.mouseClick(window.docks["jobs"].close_button, LEFT)
    qtbot.waitUntil(lambda: tabs(window, "likelihood") == set())
    assert window.docks["likelihood"].isVisible()
    QTest.mouseClick(window.docks["likelihood"].close_button, LEFT)
    window.resize(QSize(1440, 900))
    assert not window.docks["likelihood"].isVisible()
