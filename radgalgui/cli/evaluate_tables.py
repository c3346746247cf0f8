"""The tables that ``radgalgui evaluate`` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from radgalgui.cli.output import print_table

if TYPE_CHECKING:
    from radgalgui_training.results import Report, Result

__all__ = ["print_report"]

_SCORES: Final = ("accuracy", "roc_auc", "specificity", "recall")
_FORMATS: Final = {
    **dict.fromkeys((*_SCORES, "calibration_error", "coverage", "mean_size"), ".3f"),
    **dict.fromkeys(("empty", "singletons"), ".3f"),
}


def print_report(report: Report) -> None:
    """Print what was measured, what was published, and how often conformal sets are right."""
    print(f"{report.dataset}: {report.protocol}")
    print(
        f"orientation {'ignored' if report.ignore_orientation else 'kept'}; scaling of vectors: "
        f"{report.scaling}; {report.positive} is the positive class\n"
    )
    _print_results(report)
    if report.drops:
        _print_drops(report)
    if report.published:
        print("\nPublished, on the test part:\n")
        rows = [asdict(result) for result in report.published]
        print_table(["encoder", "classifier", *_SCORES, "source"], rows, formats=_FORMATS)
    if report.conformal:
        print("\nConformal sets of the mean of all classifiers, by cross-validation:\n")
        columns = ["encoder", "level", "coverage", "mean_size", "empty", "singletons"]
        print_table(columns, [asdict(row) for row in report.conformal], formats=_FORMATS)


def _print_results(report: Report) -> None:
    """Print a row a result; beside it what is published of the same pair."""
    published = {(p.encoder, p.classifier): p for p in report.published}
    rows = []
    for result in report.results:
        row: dict[str, Any] = {**asdict(result), "95 %": _interval(result)}
        if told := published.get((result.encoder, result.classifier)):
            numbers = [told.accuracy, *([told.roc_auc] if told.roc_auc is not None else [])]
            row["published"] = " / ".join(f"{number:.3g}" for number in numbers)
        rows.append({"published": "", **row})
    columns = ["encoder", "classifier", *_SCORES, "calibration_error", "95 %", "n_train", "n_test"]
    if any(row["published"] for row in rows):
        columns.append("published")
    if report.drops:
        columns.append("how")
    print_table(columns, rows, formats=_FORMATS)
    print("\n95 %: interval of the accuracy, by bootstrap over sources")


def _print_drops(report: Report) -> None:
    print("\nThe drop, fitted on another survey instead of its own, with 95 % intervals:\n")
    columns = ["encoder", "classifier", *_SCORES]
    print_table(
        columns,
        [
            {
                "encoder": drop.encoder,
                "classifier": drop.classifier,
                **{name: _signed(drop.scores[name], drop.intervals[name]) for name in _SCORES},
            }
            for drop in report.drops
        ],
    )


def _interval(result: Result) -> str:
    if "accuracy" not in result.intervals:
        return ""
    low, high = result.intervals["accuracy"]
    return f"{low:.3f} to {high:.3f}"


def _signed(value: float, interval: tuple[float, float]) -> str:
    return f"{value:+.3f} ({interval[0]:+.3f} to {interval[1]:+.3f})"
