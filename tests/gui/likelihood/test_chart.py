"""What a histogram shows, where it stands, and the files that are made of it."""

from __future__ import annotations

import csv
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QImage

from radgalgui.errors import UsageError
from radgalgui.gui.likelihood.chart import Mark, Series, make_chart, ticks
from radgalgui.gui.likelihood.figure import save_figure, save_numbers
from radgalgui.gui.likelihood.plotting import Frame


@pytest.fixture
def sets():
    rng = np.random.default_rng(5)
    own = rng.normal(-300, 40, 4000)
    own[:3] = -1e10
    return Series("catalogue", "Own & mine", own), Series(
        "b", "B", rng.normal(-420, 40, 300), "#07b"
    )


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("density", [False, True])
def test_heights_are_counts_or_per_cent_and_stay_within_the_room(sets, density, log):
    chart = make_chart(sets[0].values, sets, density=density, log=log)
    for i, whole in enumerate((4000, 300)):
        assert chart.heights(i).sum() == pytest.approx(100 if density else whole)
        levels = [chart.level(float(h)) for h in chart.heights(i)]
        assert all(0 <= level < 1 for level in levels)
        order = np.argsort(chart.heights(i), kind="stable")
        assert np.all(np.diff(np.array(levels)[order]) >= 0)  # higher is higher
    assert chart.below
    assert chart.counts[0][0] >= 3


def test_hiding_a_set_moves_no_percentile_of_the_catalogue(sets):
    both, alone = (make_chart(sets[0].values, shown) for shown in (sets, sets[1:]))
    assert both.percentiles == alone.percentiles
    assert dict(both.percentiles)[50] == pytest.approx(np.median(sets[0].values))


def test_every_place_is_in_the_bin_that_is_drawn_there(sets, qapp):
    chart = make_chart(sets[0].values, sets)
    frame = Frame.of(chart, QRectF(0, 0, 800, 400), QFont(), (), brief=False)
    for bin_ in frame.bins():
        left, right = frame.sides(bin_)
        assert frame.bin_at((left + right) / 2) == bin_
        assert 0 <= left < right <= 800
    for value in (-1e10, -400.0, -300.0):
        assert frame.bin_at(frame.x_of(value)) == int(chart.bins.bin_of(np.array([value]))[0])


def test_ticks_are_round_and_within():
    assert ticks(0, 10, 5) == [0, 2, 4, 6, 8, 10]
    assert ticks(-0.3, 0.3, 3) == pytest.approx([-0.2, 0, 0.2])
    assert ticks(5, 5, 4) == ticks(0, np.inf, 4) == []


def test_a_figure_as_svg_holds_the_titles_and_as_png_the_lines(sets, tmp_path, qapp):
    chart = make_chart(sets[0].values, sets, axis="Log-likelihood (nats)", density=True)
    marks = (Mark(-350.0, "query: 12th percentile"),)
    for name in ("figure.svg", "figure.png"):
        save_figure(tmp_path / name, chart, marks, title="A <catalogue>", font=QFont())
    tree = ElementTree.parse(tmp_path / "figure.svg")
    texts = " ".join(t.text or "" for t in tree.iter() if t.tag.endswith("text"))
    for words in ("Own & mine (4,000)", "B (300)", "A <catalogue>", "query: 12th percentile"):
        assert words in texts
    image = QImage(str(tmp_path / "figure.png"))
    seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in (500, 900)}
    assert "#0077bb" in seen  # the line of B
    assert "#d6246e" in seen  # that of the query


def test_numbers_tell_every_galaxy_once(sets, tmp_path):
    chart = make_chart(sets[0].values, sets)
    save_numbers(tmp_path / "numbers.csv", chart)
    with (tmp_path / "numbers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["from"] == "-inf"
    assert rows[-1]["to"] == "inf"
    assert int(rows[0]["Own & mine (count)"]) >= 3
    assert sum(int(row["Own & mine (count)"]) for row in rows) == 4000
    assert sum(float(row["B (per cent)"]) for row in rows) == pytest.approx(100, abs=1e-3)
    assert [row["to"] for row in rows[:-1]] == [row["from"] for row in rows[1:]]


def test_a_figure_that_cannot_be_written_says_so(sets, tmp_path, qapp):
    chart = make_chart(sets[0].values, sets)
    with pytest.raises(UsageError, match="cannot be written"):
        save_figure(tmp_path / "none" / "a.png", chart, (), title="", font=QFont())
