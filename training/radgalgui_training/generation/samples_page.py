"""The measurement of samples as one HTML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from radgalgui import __version__
from radgalgui_training.generation.reconstruction_page import interval_cell
from radgalgui_training.plot import Series, line_chart
from radgalgui_training.report_parts import (
    digits,
    facts,
    figures,
    numbers,
    page,
    section,
    texts,
    wide_table,
)

__all__ = ["samples_page"]

_QUANTITIES: Final = {
    "size": ("Angular size", "largest angular size, arcsec"),
    "concentration": ("Concentration of the flux", "5 log10(r80 / r20)"),
    "islands": ("Islands of emission", "islands in an image"),
}


def samples_page(report: Mapping[str, Any]) -> str:
    """Return a page with the tables and curves of a report.

    Parameters
    ----------
    report : mapping
        What `radgalgui_training.generation.samples.SamplesReport.to_dict` returns, or the JSON
        of it.
    """
    return page(
        "Samples – RadGalGUI evaluation",
        [
            _header(report),
            _distances(report),
            _distributions(report),
            _curves(report),
            _sizes(report),
            f"<footer><p>Made by RadGalGUI {escape(__version__)}.</p></footer>",
        ],
    )


def _header(report: Mapping[str, Any]) -> str:
    told = facts({
        "drawn of each": max(each["count"] for each in report["sets"]),
        "real sources": 2 * report["at_a_time"],
        "temperature": report["temperature"],
        "taught": ", ".join(f"{count} {name}" for name, count in report["taught"].items()),
        "seed": report["seed"],
    })  # fmt: skip
    return (
        '<header><p class="kicker">Evaluation</p><h1>Samples</h1>'
        '<p class="lead">Galaxies drawn from the prior, beside real FIRST sources, measured alike.'
        f"</p>{told}</header>"
    )


def _sets(report: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield report["real"]
    yield from report["sets"]


def _row_head(each: Mapping[str, Any]) -> str:
    drawer = each["drawer"]
    return (
        f'<tr><th scope="row">{escape(drawer["name"])}</th>'
        f'<td class="text">{escape(drawer["what"])}</td>'
    )


def _distances(report: Mapping[str, Any]) -> str:
    spaces = list(report["real"]["distances"])
    lines = []
    for each in _sets(report):
        cells = ""
        for space in spaces:
            found = each["distances"][space]
            spread = f'<span class="interval">± {digits(found["spread"], ".3g")}</span>'
            cells += f"<td>{digits(found['value'], '.3g')}{spread}</td>"
            cells += f"<td>{digits(found['extrapolated'], '.3g')}</td>"
        lines.append(f"{_row_head(each)}{cells}</tr>")
    columns = [words for space in spaces for words in (escape(space), "extrapolated")]
    return section(
        "Fréchet distances",
        f"From real sources, in the vectors of each encoder; {report['at_a_time']} of each at a "
        "time, for the distance comes out the larger the fewer there are, with its scatter over "
        "splits of the real sources; and extrapolated to infinitely many.",
        wide_table(texts("who", "what") + numbers(*columns), lines),
    )


def _distributions(report: Mapping[str, Any]) -> str:
    lines = []
    for each in _sets(report):
        cells = ""
        for quantity, spec in (("size", ".1f"), ("concentration", ".2f"), ("islands", ".2f")):
            found = each[quantity]
            middle = found["quantiles"][len(found["quantiles"]) // 2]
            told = found["mean"] if quantity == "islands" else middle
            cells += f"<td>{digits(told, spec)}</td><td>{digits(found['ks'], '.3f')}</td>"
        empty = "–" if each["empty"] is None else f"{100 * each['empty']:.1f} %"
        lines.append(f"{_row_head(each)}{cells}<td>{empty}</td></tr>")
    head = texts("who", "what") + numbers(
        'median size, "', "KS", "median concentration", "KS", "mean islands", "KS", "empty"
    )
    return section(
        "Sizes, concentration, islands",
        "Measured on all images by the same functions. KS is the largest difference of the "
        "cumulative distribution from that of the real sources; in the first row that of one half "
        "of them from the other.",
        wide_table(head, lines),
    )


def _curves(report: Mapping[str, Any]) -> str:
    charts = []
    for quantity, (title, label) in _QUANTITIES.items():
        curves = []
        for each in _sets(report):
            x = [float("nan") if v is None else v for v in each[quantity]["quantiles"]]
            y = [number / (len(x) - 1) for number in range(len(x))]
            name = "real" if each is report["real"] else each["drawer"]["name"]
            curves.append(Series(name, x, y, guide=each is report["real"]))
        charts.append(
            line_chart(
                curves, title=title, x_label=label, y_label="share below", y_range=(0, 1), width=760
            )
        )
    return section("Distributions", "Cumulative, at every twentieth.", figures(charts))


def _sizes(report: Mapping[str, Any]) -> str:
    lines = [
        f'<tr><th scope="row">{escape(row["name"])}</th>{interval_cell(row["median"], ".2f")}'
        f"{interval_cell(row['mean'], '.2f')}<td>{digits(row['ks'], '.3f')}</td></tr>"
        for row in report["biases"]
    ]
    head = texts("who") + numbers("median over the real one", "mean over the real one", "KS")
    asked = report["asked"]
    chart, words = "", ""
    if asked is not None and asked["asked"]:
        words = (
            f" Told a size, the network draws it within a factor of {digits(asked['off'], '.2f')} "
            f"in half of the cases (rank correlation {digits(asked['correlation'], '.2f')}; the "
            "bars hold half of the galaxies)."
        )
        chart = figures([_asked_chart(asked)])
    return section(
        "Are they as large as real ones?",
        "Angular sizes over those of real sources, 1 without a bias, with 95 % intervals." + words,
        wide_table(head, lines) + chart,
    )


def _asked_chart(asked: Mapping[str, Any]) -> str:
    ends = [0.0, max(*asked["asked"], *asked["measured"])]
    half = [(high - low) / 2 for low, high in zip(asked["low"], asked["high"], strict=True)]
    return line_chart(
        [
            Series("as asked", ends, ends, guide=True),
            Series("drawn", asked["asked"], asked["measured"], error=half, markers=True),
        ],
        title="Sizes asked for and drawn",
        x_label="asked for, arcsec",
        y_label="drawn, arcsec",
    )
