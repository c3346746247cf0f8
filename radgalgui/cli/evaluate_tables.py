"""The tables that ``radgalgui evaluate`` prints, as wide as a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from radgalgui.cli.output import print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from radgalgui_training.results import Report, Result

__all__ = ["print_report"]

_WIDTH: Final = 80
_HEADS: Final = {
    "accuracy": "accuracy",
    "roc_auc": "AUC",
    "specificity": "spec.",
    "recall": "recall",
    "calibration_error": "ECE",
}
_SCORES: Final = tuple(_HEADS)[:4]
_FORMATS: Final = dict.fromkeys(
    (*_HEADS.values(), "coverage", "mean_size", "empty", "singletons"), ".3f"
)
_LEGEND: Final = (
    "95 %: interval of the accuracy, by bootstrap over sources; AUC: area under the ROC curve; "
    "spec.: specificity; ECE: expected calibration error."
)


def print_report(report: Report) -> None:
    """Print what was measured, what was published, and how often conformal sets are right."""
    _say(f"{report.dataset}: {report.protocol}.")
    _say(
        f"Orientation {'ignored' if report.ignore_orientation else 'kept'}; scaling of vectors: "
        f"{report.scaling}; {report.positive} is the positive class."
    )
    print()
    _print_results(report)
    if report.drops:
        _print_drops(report)
    if report.published:
        _print_published(report)
    if report.conformal:
        print("\nConformal sets of the mean of all classifiers, by cross-validation:\n")
        columns = ["encoder", "level", "coverage", "mean_size", "empty", "singletons"]
        print_table(columns, [asdict(row) for row in report.conformal], formats=_FORMATS)


def _say(text: str) -> None:
    """Print a paragraph."""
    print(textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False))


def _print_results(report: Report) -> None:
    """Print a row a result; where it matters what was fitted on, a table for each."""
    kinds = dict.fromkeys(result.how for result in report.results) if report.drops else [""]
    for how in kinds:
        chosen = [each for each in report.results if not how or each.how == how]
        if how:
            print(f"{how.capitalize()}:\n")
        first, *others = _HEADS.values()
        columns = ["encoder", "classifier", first, "95 %", *others, "n"]
        print_table(columns, [_row(result) for result in chosen], formats=_FORMATS)
        print()
        _say(f"n: sources measured on; {_fitted(chosen)}.")
        if how:
            print()
    _say(_LEGEND)


def _row(result: Result) -> dict[str, Any]:
    return {
        "encoder": result.encoder,
        "classifier": result.classifier,
        "95 %": _interval(result),
        **{head: getattr(result, name) for name, head in _HEADS.items()},
        "n": result.n_test,
    }


def _fitted(results: Sequence[Result]) -> str:
    """Tell how many sources each was fitted on: mostly the same, and so not in a column."""
    counts: dict[int, dict[str, None]] = {}
    for result in results:
        counts.setdefault(result.n_train, {})[result.classifier] = None
    usual = max(counts, key=lambda count: len(counts[count]), default=0)
    others = [
        f"{', '.join(names)} on {count:,}" for count, names in counts.items() if count != usual
    ]
    told = f" ({', '.join(others)})" if others else ""
    return f"fitted on {usual:,}{told}"


def _print_published(report: Report) -> None:
    """Print what the literature tells, with ours of the same encoder and classifier beside."""
    ours = {(result.encoder, result.classifier): result for result in report.results}
    sources = list(dict.fromkeys(told.source for told in report.published))
    rows = [
        {
            "encoder": told.encoder,
            "classifier": told.classifier,
            **{_HEADS[name]: getattr(told, name) for name in _SCORES},
            "ours": _beside(ours.get((told.encoder, told.classifier))),
            "from": f"[{sources.index(told.source) + 1}]",
        }
        for told in report.published
    ]
    print("\nPublished, on the test part; beside it ours of the same kind (accuracy / AUC):\n")
    heads = [_HEADS[name] for name in _SCORES]
    print_table(["encoder", "classifier", *heads, "ours", "from"], rows, formats=_FORMATS)
    print()
    for number, source in enumerate(sources, start=1):
        print(f"[{number}] {source}")


def _beside(result: Result | None) -> str:
    """Return our scores; "" where the published one has not its like."""
    if result is None:
        return ""
    return f"{result.accuracy:.3f} / {result.roc_auc:.3f}"


def _print_drops(report: Report) -> None:
    """Print a row a score: with their intervals they do not stand beside one another."""
    print("\nThe drop, fitted on another survey instead of its own, with 95 % intervals:\n")
    rows: list[dict[str, Any]] = [
        {
            "encoder": drop.encoder,
            "classifier": drop.classifier,
            "score": _HEADS[name],
            "drop": f"{drop.scores[name]:+.3f}",
            "95 %": f"{drop.intervals[name][0]:+.3f} to {drop.intervals[name][1]:+.3f}",
        }
        for drop in report.drops
        for name in _SCORES
    ]
    print_table(["encoder", "classifier", "score", "drop", "95 %"], rows)


def _interval(result: Result) -> str:
    if "accuracy" not in result.intervals:
        return ""
    low, high = result.intervals["accuracy"]
    return f"{low:.3f}–{high:.3f}"
