"""Percentiles of likelihood as columns of the table and as colours of the map."""

from __future__ import annotations

import numpy as np
import pytest
from hands import choose, idle
from likely import LikelyEngine, make_likely_catalog, own_scores
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from radgalgui.gui.sources import PERCENTILES, column_title, format_value, read_sources

CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
TITLE = "Likelihood (percentile)"


@pytest.fixture(scope="module")
def likely(tmp_path_factory):
    folder = tmp_path_factory.mktemp("catalogs") / "columns"
    return make_likely_catalog(folder, encoders=("simclr", "byol"))


@pytest.fixture
def window(make_window, likely, qtbot):
    made = make_window(likely, engine=LikelyEngine)
    qtbot.waitUntil(lambda: made.desk.ready is not None)
    return made


def headers(window):
    model = window.table.rows
    across = Qt.Orientation.Horizontal
    return [model.headerData(i, across) for i in range(model.columnCount())]


def test_they_stand_behind_the_size_and_are_percentiles_of_what_is_stored(likely):
    sources = read_sources(likely, "simclr")
    assert list(sources.columns)[2:5] == ["angular_size", *PERCENTILES]
    scores = own_scores()
    told = sources.columns["likelihood_percentile"]
    least, most = int(scores[:, 0].argmin()), int(scores[:, 0].argmax())
    assert told[least] == told.min() < 1
    assert told[most] == told.max() > 99
    assert np.array_equal(np.argsort(told), np.argsort(scores[:, 0]))
    assert column_title("together_percentile") == "All methods (percentile)"


def test_they_are_no_columns_for_labels_components_or_other_encoders(likely):
    sources = read_sources(likely, "simclr")
    assert not set(PERCENTILES) & {*sources.measured(), *sources.labelled()}
    assert set(PERCENTILES) <= set(sources.colourable())
    assert not set(PERCENTILES) & set(read_sources(likely, "byol").columns)


def test_outer_percentiles_have_a_digit_more():
    texts = [format_value("likelihood_percentile", v) for v in (0.0025, 0.4, 37.26, 99.98, np.nan)]
    assert texts == ["0.0025", "0.40", "37.3", "99.98", "–"]


def test_the_map_is_coloured_by_likelihood_from_0_to_100(window):
    QTest.keyClick(window.map.view, Qt.Key.Key_H, CTRL_ALT)
    assert window.map.columns.currentText() == TITLE
    scale = window.map.view._scale
    assert (scale.kind, scale.low, scale.high) == ("linear", 0.0, 100.0)
    told = window.desk.sources.columns["likelihood_percentile"]
    order = np.argsort(told, kind="stable")
    assert np.all(np.diff(scale.codes[order].astype(int)) >= 0)
    assert scale.codes.min() == 1
    assert scale.codes[order[-1]] == 100
    choose(window.map.columns, "All methods (percentile)")
    assert not np.array_equal(window.map.view._scale.codes, scale.codes)


def test_the_table_sorts_by_them_and_loses_them_with_the_encoder(window, qtbot):
    table, column = window.table, headers(window).index(TITLE)
    table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
    assert table.rows.order[0] == own_scores()[:, 0].argmin()
    choose(window.map.columns, TITLE)
    choose(window.encoders.box, "BYOL")
    qtbot.waitUntil(lambda: window.desk.sources.encoder == "byol" and idle(window))
    assert TITLE not in headers(window)
    assert window.map.columns.findText(TITLE) < 0
    assert window.map.columns.currentIndex() >= 0
    assert table.rows.index(0, 0).data().startswith("SIM J")
    choose(window.encoders.box, "SimCLR")
    qtbot.waitUntil(lambda: window.desk.sources.encoder == "simclr" and idle(window))
    assert TITLE in headers(window)
    assert table.columnWidth(headers(window).index(TITLE)) > 60
