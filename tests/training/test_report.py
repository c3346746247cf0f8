"""The report is one well-formed page that tells what was measured and brings all it needs."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from radgalgui.analysis.bootstrap import bootstrap_weights
from radgalgui_training.literature import PublishedResult
from radgalgui_training.report import html_report
from radgalgui_training.results import ConformalResult, Drop, Report, Rounds, measured

_VOID = {"meta", "link", "br", "img"}


class _Page(HTMLParser):
    """Checks that every element is closed in its turn, and collects the text and tags."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data + " "


def _parsed(page: str) -> _Page:
    parser = _Page()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


def _report(**changes: Any) -> Report:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 60)
    rounds = Rounds(truth, ("FRI", "FRII"), "FRII", bootstrap_weights(60, draws=20))
    chances = rng.dirichlet([1, 1], 60)
    chances[np.arange(60), truth] += 0.5
    chances /= chances.sum(axis=1, keepdims=True)
    results = [
        measured(encoder, name, rounds, [chances], n_train=90)
        for encoder in ("byol", "simclr")
        for name in ("knn", "svc")
    ]
    told: dict[str, Any] = {
        "dataset": "mirabest-confident",
        "protocol": "fitted on the training part",
        "classes": ("FRI", "FRII"),
        "positive": "FRII",
        "ignore_orientation": True,
        "scaling": "none",
        "seed": 0,
        "results": tuple(results),
        "published": (PublishedResult("byol", "svc", 0.73, 0.77),),
        "conformal": (ConformalResult("byol", 0.9, 0.91, {"FRI": 0.9, "FRII": 0.92}, 1, 0, 0.98),),
        **changes,
    }
    return Report(**told)


def test_the_page_is_well_formed_and_tells_every_score() -> None:
    report = _report()
    page = html_report(report.to_dict())
    parsed = _parsed(page)
    for result in report.results:
        for score in ("accuracy", "roc_auc", "specificity", "recall", "calibration_error"):
            assert f"{getattr(result, score):.3f}" in parsed.text
    assert parsed.tags.count("svg") == 4  # ROC and reliability of each encoder
    assert parsed.text.count("simclr · svc") == 1  # its confusion matrix
    for words in ("Published", "0.73", "0.77", "arXiv 2311.08331", "Conformal sets", "90 %"):
        assert words in parsed.text


def test_the_page_needs_nothing_else() -> None:
    page = html_report(_report().to_dict())
    assert not set(_parsed(page).tags) & {"script", "link", "img", "iframe"}
    assert "@import" not in page
    addresses = set(re.findall(r"https?://[^\"' <]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg"}  # a name, not a place
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page


def test_names_cannot_become_markup() -> None:
    evil = '<script>alert("x")</script>'
    rows = _report().results
    renamed = [type(row)(**{**vars(row), "encoder": evil}) for row in rows]
    page = html_report(
        _report(
            results=tuple(renamed), protocol=evil, dataset=evil, classes=("<b>", "FRII")
        ).to_dict()
    )
    assert "<script" not in page
    assert "script" not in _parsed(page).tags
    assert "&lt;script&gt;" in page


def test_what_is_not_told_is_left_out() -> None:
    bare = type(_report().results[0])(
        "byol",
        "finetuned",
        0.97,
        0.99,
        float("nan"),
        0.96,
        0.02,
        intervals={},
        confusion=[],
        roc={"fpr": [], "tpr": []},
        reliability={"confidence": [], "accuracy": [], "count": []},
        n_train=583,
        n_test=729,
    )
    page = html_report(_report(results=(bare,), published=(), conformal=()).to_dict())
    parsed = _parsed(page)
    assert "svg" not in parsed.tags
    for words in ("ROC curves", "Confusion", "Published", "Conformal"):
        assert words not in parsed.text
    assert "fine-tuned network" in parsed.text
    assert "nan" not in parsed.text.lower().split()


def test_a_drop_is_told_with_its_sign() -> None:
    scores = dict.fromkeys(("accuracy", "roc_auc", "specificity", "recall"), 0.0)
    drop = Drop(
        "byol",
        "knn",
        {**scores, "accuracy": 0.123, "recall": -0.05},
        dict.fromkeys(scores, (-0.01, 0.2)),
    )
    page = html_report(_report(dataset="emu", published=(), drops=(drop,)).to_dict())
    assert "+0.123" in page
    assert "\N{MINUS SIGN}0.050" in page
    with pytest.raises(AssertionError):  # the parser does see what is not closed
        _parsed(page.replace("</table>", ""))
