"""Curves as SVG: every point where it belongs, round numbers on the axes, well-formed documents."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest

from radgalgui_training.plot import Series, line_chart

SVG = "{http://www.w3.org/2000/svg}"
LABELS = {"title": "A title", "x_label": "across", "y_label": "up"}


def _drawn(*series: Series, **options: object) -> ElementTree.Element:
    return ElementTree.fromstring(line_chart(series, **{**LABELS, **options}))  # type: ignore[arg-type]


def _curve(svg: ElementTree.Element, number: int = 0) -> list[tuple[float, float]]:
    path = svg.findall(f".//{SVG}path")[number].attrib["d"]
    pairs = re.findall(r"([\d.]+),([\d.]+)", path)
    return [(float(x), float(y)) for x, y in pairs]


def _words(svg: ElementTree.Element) -> list[str]:
    return [str(text.text) for text in svg.iter(f"{SVG}text")]


def test_points_stand_on_their_numbers() -> None:
    """A point at a tick has the tick's pixel, and halves lie half way."""
    svg = _drawn(Series("", [0, 1, 2], [0, 0.5, 1]), x_range=(0, 2), y_range=(0, 1))
    (x0, y0), (x1, y1), (x2, y2) = _curve(svg)
    assert (x1, y1) == pytest.approx(((x0 + x2) / 2, (y0 + y2) / 2), abs=0.1)
    assert x0 < x2
    assert y0 > y2  # pixels count downwards
    texts = {str(t.text): t for t in svg.iter(f"{SVG}text")}
    assert float(texts["0.0"].attrib["x"]) <= x0
    axis = [line.attrib for line in svg.iter(f"{SVG}line")]
    assert any(float(line["y1"]) == pytest.approx(y2, abs=0.1) for line in axis)


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (0.701, 0.823), (-3, 17), (1e-6, 3e-6), (1200, 98000), (5, 5), (0, 0)]
)
def test_axes_show_round_numbers_around_all_points(low: float, high: float) -> None:
    svg = _drawn(Series("", [low, high], [low, high], markers=True))
    circles = list(svg.iter(f"{SVG}circle"))
    assert len(circles) == 2
    numbers = [w.replace("\N{MINUS SIGN}", "-") for w in _words(svg)]
    values = [float(w) for w in numbers if re.fullmatch(r"-?\d+(\.\d+)?", w)]
    assert 4 <= len(values) <= 16
    assert min(values) <= low
    assert max(values) >= high
    for value in values:
        assert len(f"{value:.3g}") <= 9


def test_what_is_not_a_number_interrupts_the_curve() -> None:
    svg = _drawn(Series("", [0, 1, 2, 3, 4, 5], [0, 1, math.nan, 1, 2, math.inf]))
    assert [len(_curve(svg, k)) for k in range(2)] == [2, 2]


def test_what_lies_beyond_the_axes_is_not_drawn() -> None:
    svg = _drawn(Series("", [0, 1, 2], [0.1, 0.2, 7], markers=True), y_range=(0, 1))
    assert len(list(svg.iter(f"{SVG}circle"))) == 2
    assert len(_curve(svg)) == 2


def test_error_bars_are_as_long_as_the_errors() -> None:
    svg = _drawn(
        Series("", [0, 1], [0.5, 0.5], error=[0.25, math.nan]), x_range=(0, 1), y_range=(0, 1)
    )
    upright = [
        line.attrib
        for line in svg.iter(f"{SVG}line")
        if line.attrib["x1"] == line.attrib["x2"] and line.attrib["stroke-width"] == "1.5"
    ]
    assert len(upright) == 1
    grid = sorted(float(li.attrib["y1"]) for li in svg.iter(f"{SVG}line"))
    length = abs(float(upright[0]["y1"]) - float(upright[0]["y2"]))
    axis = max(grid) - 5 - min(grid)
    assert length == pytest.approx(axis / 2, rel=0.03)


def test_curves_are_named_where_there_are_several() -> None:
    one, two = Series("knn", [0, 1], [0, 1]), Series("by lot", [0, 1], [1, 0], guide=True)
    assert "knn" not in _words(_drawn(one))
    assert {"knn", "by lot"} <= set(_words(_drawn(one, two)))
    colours = {p.attrib["stroke"] for p in _drawn(one, two).iter(f"{SVG}path")}
    assert len(colours) == 2


def test_text_is_text_and_nothing_is_markup() -> None:
    hostile = "<script>&\"'</script>"
    svg = _drawn(Series(hostile, [0], [0]), Series("b", [1], [1]), title=hostile, subtitle=hostile)
    assert _words(svg).count(hostile) == 3
    assert not list(svg.iter(f"{SVG}script"))


def test_axes_are_drawn_where_there_is_no_point() -> None:
    svg = _drawn(Series("", [math.nan], [math.nan]))
    assert not list(svg.iter(f"{SVG}path"))
    assert {"A title", "across", "up"} <= set(_words(svg))


def test_curves_of_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="'bad' has not as many"):
        line_chart([Series("bad", [0, 1], [0])], **LABELS)
    with pytest.raises(ValueError, match="errors"):
        line_chart([Series("bad", [0, 1], [0, 1], error=[0.1])], **LABELS)


def test_the_same_curves_give_the_same_document() -> None:
    series = [Series("a", [0, 1], [0, 1])]
    assert line_chart(series, **LABELS) == line_chart(series, **LABELS)
