"""The page of ``radgalgui train --compare``: what each training had learned after each epoch."""

from __future__ import annotations

import math
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
    wide_table,
)

__all__ = ["comparison_html"]

_MEASURES: Final = (("accuracy", "Accuracy"), ("roc_auc", "ROC AUC"))
_WORDS: Final = {
    "cross-validation": (
        "After each epoch the networks were asked for the fold that they did not learn from. "
        "Curves are means over the folds, bars their standard errors."
    ),
    "20 nearest neighbours": (
        "After some epochs the 20 nearest neighbours were asked for the class of published "
        "sources, by the vectors of the encoder as it was then."
    ),
}


def comparison_html(report: Mapping[str, Any]) -> str:
    """Return the page of a comparison: what ``comparison.json`` holds."""
    runs = report["runs"]
    title = f"{report['recipe']}: {report['key']}"
    told: dict[str, object] = {
        "recipe": report["recipe"],
        "differ in": report["key"],
        "measured by": report["measured"],
    }
    header = (
        f'<header><p class="kicker">RadGalGUI</p><h1>{escape(title)}</h1>{facts(told)}</header>'
    )
    charts = [_chart(runs, *measure) for measure in _MEASURES if _is_known(runs, measure[0])]
    words = _WORDS[report["measured"]]
    if not charts:
        words = "Nothing was measured along the way: no labelled images were at hand."
    return page(
        f"{title} – RadGalGUI",
        [
            header,
            section("What was learned, and when", words, figures(charts)),
            section("In the end", _end_words(runs), _table(runs)),
            f"<footer><p>Made by RadGalGUI {escape(__version__)}.</p></footer>",
        ],
    )


def _end_words(runs: Sequence[Mapping[str, Any]]) -> str:
    if any(run["final"] for run in runs):
        return (
            "The finished classifiers, by cross-validation: all networks together, each image in "
            "eight orientations, probabilities by a fitted temperature."
        )
    return "The best along the way, and the last."


def _is_known(runs: Sequence[Mapping[str, Any]], name: str) -> bool:
    return any(value is not None for run in runs for value in run[name])


def _chart(runs: Sequence[Mapping[str, Any]], name: str, title: str) -> str:
    return line_chart(
        [_series(run, name) for run in runs],
        title=title,
        subtitle="Of sources that were not learned from",
        x_label="Passes over the images",
        y_label=title,
    )


def _series(run: Mapping[str, Any], name: str) -> Series:
    """Return a curve with about ten error bars, so that they leave the curve to be seen."""
    errors = _numbers(run[f"{name}_error"])
    step = max(1, len(errors) // 10)
    bars = [error if place % step == 0 else math.nan for place, error in enumerate(errors)]
    return Series(_called(run["value"]), run["epochs"], _numbers(run[name]), error=bars)


def _numbers(values: Sequence[float | None]) -> list[float]:
    return [math.nan if value is None else float(value) for value in values]


def _called(value: str) -> str:
    return "from nothing" if value == "none" else value


def _table(runs: Sequence[Mapping[str, Any]]) -> str:
    head = (
        '<th scope="col">Training</th>'
        + numbers("Accuracy", "ROC AUC", "Best on the way", "after pass")
        + '<th scope="col" class="text">File</th>'
    )
    return wide_table(head, [_row(run) for run in runs])


def _row(run: Mapping[str, Any]) -> str:
    accuracy, known = run["final"].get("accuracy"), _numbers(run["accuracy"])
    area = run["final"].get("roc_auc")
    measured = [(value, epoch) for value, epoch in zip(known, run["epochs"], strict=True)]
    best, when = max(measured, default=(math.nan, 0), key=lambda pair: pair[0])
    cells = (
        digits(_last(run["accuracy"]) if accuracy is None else accuracy),
        digits(_last(run["roc_auc"]) if area is None else area),
        digits(None if math.isnan(best) else best),
        str(when) if when else digits(None),
    )
    figures_ = "".join(f"<td>{cell}</td>" for cell in cells)
    name = escape(_called(run["value"]))
    file = f'<td class="text">{escape(run["weights"])}</td>'
    return f'<tr><th scope="row">{name}</th>{figures_}{file}</tr>'


def _last(values: Sequence[float | None]) -> float | None:
    return values[-1] if values else None
