"""Pairs that were planted are found, decided upon by keys and mouse, and left out."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
import pytest
from fakes import ENCODER, make_catalog
from hands import drag, settled
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.cli.main import run
from radgalgui.gui.duplicates import pair_desk, pairs
from radgalgui.gui.duplicates.pairs import Pair, apart, differing
from radgalgui.gui.work.job import Job
from radgalgui.jobs.work.ledger import Ledger
from radgalgui.jobs.work.orders import Order
from radgalgui.jobs.work.reports import Done
from radgalgui.jobs.work.worker import Outcome

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
PLANTED = {(3, 80), (7, 81)}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory) -> Path:
    """Eighty sources and two of them once more: 1" away, and without a flux."""
    folder = tmp_path_factory.mktemp("pairs")
    with Catalog.open(make_catalog(folder / "single", 80)) as single:
        order = [*range(80), 3, 7]
        columns = {name: np.array(single.column(name)[order]) for name in single.columns}
        columns["name"][80:] = ["TWIN A", "TWIN B"]
        columns["dec"][80:] += 1 / 3600
        columns["flux"][7] = np.nan
        images = single.images[np.array(order)]
        prep = single.manifest.preprocessing
        with CatalogWriter(folder / "twice", prep, title="Twice", simulated=True) as writer:
            writer.append(columns, images)
    return folder / "twice"


class AtOnce:
    """In place of a child process: carries an order out, and tells its end when asked to."""

    def __init__(self, window, folder: Path) -> None:
        self.board, self.orders = window.board, []
        self.ledger = Ledger(folder)
        window.board.start = self.start

    def start(self, order: Order) -> str:
        self.orders.append(order)
        record = self.ledger.create(order)
        self.board.jobs = {"job": Job(record, "running", read=True)}
        return "job"

    def finish(self, state: str = "done") -> None:
        job = self.board.jobs["job"]
        if state == "done":
            assert run(self.orders[-1].arguments) == 0
            job.done = Done(str(job.out), {"distance": None})
        job.state, job.message = state, "" if state == "done" else "It was told so."
        self.board.ended.emit("job", Outcome(state, "It was told so."))


@pytest.fixture
def window(make_window, catalog):
    """Return a window over the catalogue, which has no vectors."""
    return make_window(catalog)


@pytest.fixture
def page(window, qtbot):
    QTest.keyClick(window, Qt.Key.Key_D, CTRL | ALT)
    feature = next(f for f in window.commands.features if type(f).__name__ == "DuplicatesFeature")
    qtbot.waitUntil(lambda: feature.page.desk.ready)
    assert feature.page.isVisible()
    return feature.page


@pytest.fixture
def jobs(window, tmp_path, monkeypatch):
    """Let pairs be looked for by jobs, as among many sources."""
    monkeypatch.setattr(pair_desk, "QUICK_SKY", 0)
    made = AtOnce(window, tmp_path / "jobs")
    yield made
    window.board.jobs = {}


def find(page, jobs, qtbot) -> None:
    QTest.mouseClick(page.ask.find_button, LEFT)
    jobs.finish()
    qtbot.waitUntil(lambda: page.desk.looked)


def test_pairs_are_found_decided_by_keys_and_chosen(window, page, jobs, qtbot):
    assert page.empty.text().startswith("Find pairs of sources")
    assert not page.ask.by_image.isEnabled()  # it has no vectors
    QTest.mouseClick(page.ask.find_button, LEFT)
    assert jobs.orders[0].arguments[3:5] == ["--arcsec", "5"]
    assert page.ask.find_button.text() == "Stop"
    jobs.finish()
    qtbot.waitUntil(lambda: page.desk.looked)
    assert {(pair.left, pair.right) for pair in page.desk.pairs} == PLANTED
    assert page.words.text().startswith("2 pairs among 82 simulated sources")
    first, second = page.pairs.rows.pairs
    assert page.view.names[0].whole == window.desk.sources.name(first.left)
    assert page.view.words.text() == "1.00″ apart on the sky"
    page.pairs.setFocus()
    QTest.keyClick(page.pairs, Qt.Key.Key_2)
    assert page.desk.ledger.of(first) == "right"
    assert page.pairs.at == 1
    QTest.mouseClick(page.keeps[3], LEFT)
    assert page.desk.ledger.of(second) == "merge"
    assert [picture.kept for picture in page.view.pictures] == [True, False]
    page.view.grab()
    QTest.mouseClick(page.choose_button, LEFT)
    assert window.desk.session.chosen.rows.tolist() == sorted([first.left, second.right])
    QTest.mouseClick(page.undo_button, LEFT)
    assert page.desk.ledger.of(second) is None
    QTest.mouseClick(page.which.buttons[1], LEFT)
    assert page.pairs.rows.pairs == [second]
    QTest.keyClick(page.pairs, Qt.Key.Key_3)
    assert page.stack.currentWidget() is page.empty
    assert page.empty.text() == "Of all pairs something was decided."
    assert page.desk.left_out() == 1
    QTest.mouseClick(page.view.pictures[1], LEFT)
    assert window.desk.session.selected == second.right


def test_decisions_are_kept_exported_and_applied(
    window, page, jobs, qtbot, catalog, tmp_path, monkeypatch
):
    find(page, jobs, qtbot)
    merged = next(i for i, pair in enumerate(page.desk.pairs) if pair.left == 7)
    page.pairs.turn_to(merged)
    told = {title: (left, right) for title, left, right in page.view.differ.told}
    assert told["Flux density (Jy)"][0] == "–"
    QTest.keyClick(page.pairs, Qt.Key.Key_4)
    path, out = tmp_path / "decided.csv", tmp_path / "clean"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    QTest.mouseClick(page.export_button, LEFT)
    settled(window, qtbot)
    with path.open(newline="", encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["right"], row["keep"]) == ("TWIN B", "merge")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    QTest.mouseClick(page.new_button, LEFT)
    qtbot.waitUntil(lambda: len(jobs.orders) == 2)
    assert (jobs.orders[1].kind, jobs.orders[1].out) == ("without", out)
    assert run(jobs.orders[1].arguments) == 0
    with Catalog.open(out) as clean, Catalog.open(catalog) as before:
        assert len(clean) == 81
        assert clean.column("flux")[7] == before.column("flux")[81]
        assert clean.column("also")[7] == "TWIN B"
    with qtbot.waitSignal(window.desk.catalog_opened):
        window.desk.open_catalog(catalog)
    qtbot.waitUntil(lambda: page.desk.looked)
    assert [d.keep for d in page.desk.ledger.decisions()] == ["merge"]
    assert {(pair.left, pair.right) for pair in page.desk.pairs} == PLANTED
    monkeypatch.setattr(QMessageBox, "exec", lambda box: box.buttons()[0].click())
    monkeypatch.setattr(QMessageBox, "clickedButton", lambda box: box.buttons()[0])
    QTest.mouseClick(page.here_button, LEFT)
    qtbot.waitUntil(lambda: len(jobs.orders) == 3)
    assert (jobs.orders[2].kind, jobs.orders[2].out) == ("remove", catalog)
    assert "--out" not in jobs.orders[2].arguments


def test_the_line_in_the_chart_is_dragged_to_another_distance(window, page, qtbot):
    chart, counts = page.chart, [0] * 72
    counts[40:60] = range(20)
    page.desk.counts, page.desk.limit = counts, 0.01
    page.desk.changed.emit()
    chart.setParent(None)  # alone, so that it can be seen without pairs
    qtbot.addWidget(chart)
    chart.resize(480, 120)
    chart.show()
    assert chart.distance == 0.01
    here, there = (QPoint(round(chart.place_of(d)), 40) for d in (0.01, 0.1))
    before = chart.grab().toImage()
    drag(chart, [here, (here + there) / 2, there])
    assert chart.distance == pytest.approx(0.1, rel=0.03)
    assert page.ask.distance.value() == pytest.approx(chart.distance, abs=1e-6)
    after = chart.grab().toImage()
    between = QPoint(round(chart.place_of(0.06)), chart.height() - 36)
    assert after.pixelColor(between).lightness() < before.pixelColor(between).lightness()
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.distance == pytest.approx(0.0909, rel=0.03)
    page.desk.changed.emit()  # as when a job tells how it stands
    assert chart.distance < 0.1


def until_stopped(*_args, cancel, **_options):
    while not cancel.cancelled:
        time.sleep(0.005)
    cancel.check()


def test_among_few_sources_a_thread_is_enough(window, page, qtbot, monkeypatch):
    QTest.mouseClick(page.ask.find_button, LEFT)
    assert page.words.text() == "Starting…"
    assert page.ask.find_button.text() == "Stop"
    qtbot.waitUntil(lambda: page.desk.looked)
    assert {(pair.left, pair.right) for pair in page.desk.pairs} == PLANTED
    assert page.ask.find_button.text() == "Find pairs"
    assert not window.board.jobs
    monkeypatch.setattr("radgalgui.jobs.duplicates.find.sky_pairs", until_stopped)
    QTest.mouseClick(page.ask.find_button, LEFT)
    QTest.mouseClick(page.ask.find_button, LEFT)
    qtbot.waitUntil(lambda: page.desk.ready)
    assert page.words.text() == "The search was stopped."


def test_a_search_that_fails_says_why(page, jobs):
    QTest.mouseClick(page.ask.find_button, LEFT)
    jobs.finish("failed")
    assert page.words.text() == "It was told so."
    assert page.ask.find_button.text() == "Find pairs"


def test_what_differs_and_how_far(make_window, two_encoders):
    sources = make_window(two_encoders).desk.sources
    titles = {title for title, _, _ in differing(sources, Pair(0, 1))}
    assert "Angular size (″)" in titles
    assert not titles & {"Name", "RA (°)", "Dec (°)"}
    assert differing(sources, Pair(4, 4)) == []
    assert [apart(v) for v in (0.523, 75, 7200, np.nan)] == ["0.52″", "1.2′", "2.0°", "–"]
    assert Pair(0, 1, 0.5, 0.01).words == "0.50″ apart on the sky  ·  cosine similarity 0.99000"
    assert ENCODER in sources.encoders


def test_the_ledger_goes_back_to_what_was_decided_before():
    ledger, pair = pairs.Ledger(), Pair(1, 2)
    ledger.decide(pair, "left")
    ledger.decide(pair, "merge")
    assert ledger.undo() == (1, 2)
    assert ledger.of(pair) == "left"
    ledger.undo()
    assert (ledger.of(pair), ledger.can_undo, len(ledger)) == (None, False, 0)
