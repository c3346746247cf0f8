"""Evaluation reports as the window reads them: plain JSON, checked before anything is shown."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import radgalgui_resources
from radgalgui.errors import DataError

__all__ = [
    "SCORES",
    "Coverage",
    "Curve",
    "EvaluationReport",
    "Measured",
    "bundled_reports",
    "csv_text",
    "in_words",
    "read_report",
]

#: Scores by their keys, with what they are called and what they mean.
SCORES = {
    "accuracy": ("Accuracy", "Share of sources whose class was found"),
    "roc_auc": ("AUC", "Area under the ROC curve; 0.5 is guessing"),
    "specificity": (
        "Specificity",
        "Share of the others that were not taken for the positive one",
    ),
    "recall": ("Recall", "Share of the positive class that was found"),
    "calibration_error": (
        "Calibration",
        "Expected calibration error: how far probabilities lie from the share that was right,"
        " on average; 0 is best",
    ),
}

DATASETS = {
    "mirabest-confident": "MiraBest Confident",
    "frdeep-nvss": "FR-DEEP NVSS",
    "rgd": "Radio Galaxy Dataset",
    "emu": "EMU pilot survey",
}

#: What sets of labels are called within a sentence.
BRIEFLY = DATASETS | {"emu": "EMU", "mirabest": "MiraBest", "frdeep": "FR-DEEP"}
KEYS = re.compile(rf"(?<![\w-])(?:{'|'.join(BRIEFLY)})(?![\w-])")


@dataclass(frozen=True)
class Curve:
    """A line of a plot: two equally long sequences in [0, 1], either empty where not measured."""

    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()


@dataclass(frozen=True)
class Measured:
    """What a classifier reaches on the vectors of an encoder; NaN where not told.

    ``confusion`` has a row a true class and a column a predicted one, empty where not told;
    ``intervals`` the 95 % interval of a score by its key.  ``apart`` is what tells a result
    from another of the same encoder and classifier, "" where there is no other.
    """

    encoder: str
    classifier: str
    scores: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    confusion: tuple[tuple[int, ...], ...] = ()
    n_train: int = 0
    n_test: int = 0
    roc: Curve = field(default_factory=Curve)
    reliability: Curve = field(default_factory=Curve)
    how: str = ""
    apart: str = ""


@dataclass(frozen=True)
class Coverage:
    """How often conformal sets of an encoder's classifiers held the true class."""

    encoder: str
    level: float
    coverage: float


@dataclass(frozen=True)
class EvaluationReport:
    """One data set's report, with what the literature has of the same set.

    ``positive`` is the class that recall, specificity and ROC curves are about, "" where not
    told.  ``drops`` is what is lost where classifiers were fitted on another survey: scores of
    those fitted on the survey itself, less theirs.
    """

    path: Path
    dataset: str
    protocol: str
    classes: tuple[str, ...]
    results: tuple[Measured, ...]
    published: tuple[Measured, ...]
    positive: str = ""
    conformal: tuple[Coverage, ...] = ()
    drops: tuple[Measured, ...] = ()

    @property
    def title(self) -> str:
        """The data set's name in words."""
        return DATASETS.get(self.dataset, self.dataset)


def in_words(text: str) -> str:
    """Return a sentence of a report with names of data sets in place of their keys."""
    return KEYS.sub(lambda key: BRIEFLY[key.group()], text)


def bundled_reports(folder: Path | None = None) -> list[Path]:
    """Return the reports that come with the program, in the order in which they are offered."""
    folder = folder or radgalgui_resources.path("evaluation")
    order = list(DATASETS)
    return sorted(
        folder.glob("*.json"),
        key=lambda p: (order.index(p.stem) if p.stem in order else len(order), p.stem),
    )


def read_report(path: Path) -> EvaluationReport:
    """Read what ``radgalgui evaluate --json`` wrote.

    Raises
    ------
    DataError
        If the file cannot be read, or is no such report.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return EvaluationReport(
            path=path,
            dataset=str(told["dataset"]),
            protocol=str(told["protocol"]),
            classes=tuple(str(name) for name in told.get("classes", ())),
            results=_told_apart([_measured(item) for item in told["results"]]),
            published=tuple(_measured(item) for item in told.get("published", ())),
            positive=str(told.get("positive") or ""),
            conformal=tuple(_coverage(item) for item in told.get("conformal", ())),
            drops=tuple(_measured({**item, **item["scores"]}) for item in told.get("drops", ())),
        )
    except OSError as error:
        raise DataError(
            f"the report cannot be read ({error.strerror or error})",
            subject=path,
            remedy="choose another file",
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            "this is no evaluation report",
            subject=path,
            remedy="choose the JSON file that radgalgui evaluate --json wrote",
        ) from error


def _measured(item: Mapping[str, Any]) -> Measured:
    intervals = item.get("intervals") or {}
    roc, reliability = item.get("roc") or {}, item.get("reliability") or {}
    return Measured(
        encoder=str(item["encoder"]),
        classifier=str(item["classifier"]),
        scores={key: _number(item.get(key)) for key in SCORES},
        intervals={
            key: (_number(ends[0]), _number(ends[1])) for key, ends in intervals.items() if ends
        },
        confusion=tuple(tuple(int(n) for n in row) for row in item.get("confusion") or ()),
        n_train=int(item.get("n_train") or 0),
        n_test=int(item.get("n_test") or 0),
        roc=_curve(roc.get("fpr"), roc.get("tpr")),
        reliability=_curve(reliability.get("confidence"), reliability.get("accuracy")),
        how=str(item.get("how") or ""),
    )


def _told_apart(results: Sequence[Measured]) -> tuple[Measured, ...]:
    """Say of results that share encoder and classifier how each was measured."""
    count = Counter((row.encoder, row.classifier) for row in results)
    return tuple(
        replace(row, apart=row.how) if count[row.encoder, row.classifier] > 1 else row
        for row in results
    )


def _coverage(item: Mapping[str, Any]) -> Coverage:
    return Coverage(str(item["encoder"]), _number(item.get("level")), _number(item.get("coverage")))


def _curve(x: Sequence[float] | None, y: Sequence[float] | None) -> Curve:
    pairs = [(float(a), float(b)) for a, b in zip(x or (), y or (), strict=True)]
    return Curve(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def csv_text(report: EvaluationReport) -> str:
    """Return ours, the drops and the published results as CSV; empty where not told."""
    columns = ["dataset", "source", "encoder", "classifier", "how"]
    for key in SCORES:
        columns += [key, f"{key}_low", f"{key}_high"]
    columns += ["n_train", "n_test"]
    made = io.StringIO()
    writer = csv.DictWriter(made, columns)
    writer.writeheader()
    tables = {"measured": report.results, "drop": report.drops, "published": report.published}
    for source, rows in tables.items():
        writer.writerows(_csv_row(report, source, row) for row in rows)
    return made.getvalue()


def _csv_row(report: EvaluationReport, source: str, row: Measured) -> dict[str, object]:
    told: dict[str, object] = {
        "dataset": report.dataset,
        "source": source,
        "encoder": row.encoder,
        "classifier": row.classifier,
        "how": row.apart,
        "n_train": row.n_train or "",
        "n_test": row.n_test or "",
    }
    for key in SCORES:
        low, high = row.intervals.get(key, (math.nan, math.nan))
        for name, value in ((key, row.scores[key]), (f"{key}_low", low), (f"{key}_high", high)):
            told[name] = "" if math.isnan(value) else f"{value:.4f}"
    return told
