"""The report of ``radgalgui understand --html``: variance curves, and what components tell."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from radgalgui import __version__
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

__all__ = ["understanding_html"]

Report = Mapping[str, Any]

_SHOWN: Final = 20  # components in the table of an encoder
_WIDE, _HIGH = 1040, 320  # of the figure of all components, pixels
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 976, 48, 264
_IMPORTANCE, _MEAN, _INK, _FAINT, _GRID = "#0072b2", "#d55e00", "#1f2328", "#59636e", "#e4e7eb"


def understanding_html(reports: Sequence[Report]) -> str:
    """Return a page with the variance curves and the importances of encoders.

    Parameters
    ----------
    reports : sequence of mapping
        What `radgalgui.jobs.understood.understanding_dict` returns, or the JSON of it; one an
        encoder, all of one catalogue and column.
    """
    first = reports[0]
    title = f"What the vectors hold: {first['column']}"
    return page(
        f"{title} – RadGalGUI",
        [
            _header(title, first),
            _variance(reports),
            *(_components(report) for report in reports),
            f"<footer><p>Made by RadGalGUI {escape(__version__)}.</p></footer>",
        ],
    )


def _header(title: str, first: Report) -> str:
    told: dict[str, object] = {
        "catalogue": first["catalog"],
        "sources": f"{first['sources']:,}",
        "without a value": f"{first['sources_without_value']:,}",
    }
    return f'<header><p class="kicker">RadGalGUI</p><h1>{escape(title)}</h1>{facts(told)}</header>'


def _variance(reports: Sequence[Report]) -> str:
    curves = [
        Series(
            str(report["encoder"]),
            range(1, len(report["explained_variance"]) + 1),
            list(itertools.accumulate(report["explained_variance"])),
        )
        for report in reports
    ]
    ends = (0, max(len(curve.x) for curve in curves))
    shares = list(reports[0]["principal_components"])
    levels = [float(share.rstrip(" %")) / 100 for share in shares]
    marks = [
        Series(share, ends, (y, y), guide=True) for share, y in zip(shares, levels, strict=True)
    ]
    chart = line_chart(
        [*marks, *curves],
        title="Variance held",
        x_label="principal components",
        y_label="share of the variance",
        x_range=ends,
        y_range=(0, 1),
    )
    lines = []
    for report in reports:
        counts = [len(report["components"]), *report["principal_components"].values()]
        cells = "".join(f"<td>{count}</td>" for count in counts)
        lines.append(f'<tr><th scope="row">{escape(report["encoder"])}</th>{cells}</tr>')
    head = texts("encoder") + numbers("components", *(f"hold {share}" for share in shares))
    return section(
        "How the variance is spread",
        "Principal components of the vectors, that of the largest variance first, and how many "
        "of them hold 90 % and 99 % of the variance.",
        figures([chart]) + wide_table(head, lines),
    )


def _components(report: Report) -> str:
    words = " ".join(str(report[key]) for key in ("verdict", "growth") if report[key])
    rows = [row for row in report["components"][:_SHOWN] if row["importance"] is not None]
    lines = [
        f'<tr><th scope="row">{row["component"]}</th><td>{digits(row["importance"])}'
        f'<span class="interval">± {digits(row["importance_error"])}</span></td>'
        f"<td>{digits(row['mean'])}</td><td>{digits(row['spread'])}</td>"
        f"<td>{digits(row['correlation'], '.2f')}</td></tr>"
        for row in rows
    ]
    head = numbers("component", "importance", "mean value", "spread", "correlation")
    return section(
        escape(str(report["encoder"])),
        f"{escape(words)} Bars: importance of each component for {escape(report['column'])}; "
        f"dots: its mean value. The table has the {len(rows)} most important.",
        f"<figure>{component_chart(report)}</figure>{wide_table(head, lines)}",
    )


def component_chart(report: Report) -> str:
    """Return the importance (bars) and the mean value (dots) of each component as an SVG.

    Both stand over the component's number; importance has its axis at the left, the mean at the
    right.
    """
    rows = sorted(report["components"], key=lambda row: int(row["component"]))
    most = max((row["importance"] or 0.0 for row in rows), default=0.0) or 1.0
    far = max((abs(row["mean"]) for row in rows), default=0.0) or 1.0
    step = (_RIGHT - _LEFT) / max(len(rows), 1)
    middle = (_TOP + _BOTTOM) / 2
    parts = [_frame(report, most, far)]
    for place, row in enumerate(rows):
        x = _LEFT + (place + 0.5) * step
        if row["importance"]:
            high = (_BOTTOM - _TOP) * row["importance"] / most
            parts.append(
                f'<rect x="{x - 0.4 * step:.1f}" y="{_BOTTOM - high:.1f}" width="{0.8 * step:.1f}" '
                f'height="{high:.1f}" fill="{_IMPORTANCE}"/>'
            )
        y = middle - (_BOTTOM - _TOP) / 2 * row["mean"] / far
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.8" fill="{_MEAN}"/>')
    return "".join([*parts, "</svg>"])


def _frame(report: Report, most: float, far: float) -> str:
    """Return the head of the figure, with axes, numbers and what they count."""
    name = f"Importance for {report['column']} and mean value of each component"
    middle, last = (_TOP + _BOTTOM) / 2, len(report["components"]) - 1
    scale = ((_BOTTOM, 0.0, -far), (middle, most / 2, 0.0), (_TOP, most, far))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" '
        f'font-family="\'DejaVu Sans\', Arial, sans-serif" font-size="12">'
        f"<title>{escape(name)}</title>",
        _label(_LEFT, 24, "importance", "start", _IMPORTANCE),
        _label(_RIGHT, 24, "mean value", "end", _MEAN),
    ]
    for y, left, right in scale:
        parts += [
            f'<line x1="{_LEFT}" y1="{y}" x2="{_RIGHT}" y2="{y}" stroke="{_GRID}"/>',
            _label(_LEFT - 8, y + 4, f"{left:.3f}", "end", _FAINT),
            _label(_RIGHT + 8, y + 4, f"{right:+.2f}".replace("-", "−"), "start", _FAINT),
        ]
    for number in sorted({0, last // 2, last}):
        x = _LEFT + (number + 0.5) * (_RIGHT - _LEFT) / (last + 1)
        parts.append(_label(x, _BOTTOM + 19, str(number), "middle", _FAINT))
    parts.append(_label((_LEFT + _RIGHT) / 2, _BOTTOM + 42, "component", "middle", _INK))
    return "".join(parts)


def _label(x: float, y: float, words: str, anchor: str, fill: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{words}</text>'
