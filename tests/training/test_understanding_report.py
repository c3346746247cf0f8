"""The report of what components hold: every encoder, every number, and nothing from outside."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from radgalgui_training.understanding_report import component_chart, understanding_html


def report(encoder="byol", width=5, **changes):
    rows = [
        {
            "component": number,
            "rank": rank,
            "importance": 0.5 / rank,
            "importance_error": 0.01,
            "mean": 0.3 * (-1) ** number,
            "spread": 0.5,
            "correlation": None if number == 0 else 0.4,
        }
        for rank, number in enumerate(reversed(range(width)), start=1)
    ]
    told = {
        "catalog": "mine & yours",
        "encoder": encoder,
        "column": "size<b>",
        "sources": 20_000,
        "sources_without_value": 12,
        "principal_components": {"90 %": 2, "99 %": 4},
        "explained_variance": [0.6, 0.2, 0.1, 0.07, 0.03],
        "verdict": "The vectors tell size<b> (R² = 0.80).",
        "growth": "Settled after 100 trees.",
        "components": rows,
    }
    return {**told, **changes}


def svgs(page):
    return [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]


def test_each_encoder_has_a_curve_a_chart_and_a_table():
    page = understanding_html([report(), report("vdvae")])
    assert len(svgs(page)) == 3
    assert page.count("Settled after 100 trees.") == 2
    for words in ("byol", "vdvae", "20,000", "hold 90 %", "0.500", "−0.300", "–"):
        assert words in page


def test_what_others_wrote_is_no_markup():
    page = understanding_html([report()])
    assert "<b>" not in page
    assert "mine &amp; yours" in page


def test_bars_are_as_high_as_importances_and_dots_where_the_means_are():
    chart = ET.fromstring(component_chart(report()))
    space = "{http://www.w3.org/2000/svg}"
    bars = [float(bar.get("height")) for bar in chart.iter(f"{space}rect")]
    assert [bar / max(bars) for bar in bars] == pytest.approx(
        [1 / 5, 1 / 4, 1 / 3, 1 / 2, 1], abs=0.01
    )
    heights = [float(dot.get("cy")) for dot in chart.iter(f"{space}circle")]
    assert heights[0] == heights[2] == heights[4] < heights[1] == heights[3]


def test_importances_that_are_not_known_leave_the_means():
    rows = [{**row, "importance": None} for row in report()["components"]]
    page = understanding_html([report(components=rows, verdict="", growth="")])
    chart = svgs(page)[1]
    assert len(list(chart.iter("{http://www.w3.org/2000/svg}circle"))) == 5
    assert not list(chart.iter("{http://www.w3.org/2000/svg}rect"))
