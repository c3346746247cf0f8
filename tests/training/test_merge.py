"""Reports are joined encoder by encoder, and only where they were measured in one way."""

from __future__ import annotations

from typing import Any

import pytest

from radgalgui.errors import UsageError
from radgalgui_training.merge import merged


def _row(encoder: str, classifier: str, accuracy: float, how: str = "") -> dict[str, Any]:
    return {"encoder": encoder, "classifier": classifier, "accuracy": accuracy, "how": how}


def _report(
    *rows: dict[str, Any], protocol: str = "cross-validation; the net", **more: Any
) -> dict[str, Any]:
    frozen = sorted({row["encoder"] for row in rows if row["classifier"] != "finetuned"})
    return {
        "dataset": "rgd",
        "protocol": protocol,
        "classes": ["FRI", "FRII"],
        "positive": "FRII",
        "ignore_orientation": True,
        "scaling": "none",
        "seed": 0,
        "results": list(rows),
        "conformal": [{"encoder": e, "level": 0.9, "coverage": len(rows) / 10} for e in frozen],
        "drops": [],
        **more,
    }


OLD = _report(
    _row("simclr", "knn", 0.5),
    _row("simclr", "lr", 0.6),
    _row("finetuned", "finetuned", 0.7),
    protocol="cross-validation; the old net",
)


def test_another_encoder_comes_beside() -> None:
    new = _report(_row("byol", "knn", 0.8), _row("byol", "lr", 0.9), protocol="cross-validation")
    told = merged(OLD, new)
    assert [(r["encoder"], r["classifier"]) for r in told["results"]] == [
        ("byol", "knn"),
        ("byol", "lr"),
        ("simclr", "knn"),
        ("simclr", "lr"),
        ("finetuned", "finetuned"),
    ]
    assert [row["encoder"] for row in told["conformal"]] == ["byol", "simclr"]
    assert told["protocol"] == OLD["protocol"]


def test_a_row_that_was_measured_again_takes_the_place_of_its_like() -> None:
    told = merged(OLD, _report(_row("simclr", "lr", 0.65), protocol="cross-validation"))
    assert [r["accuracy"] for r in told["results"]] == [0.5, 0.65, 0.7]
    assert told["conformal"] == OLD["conformal"]  # the sets are those of all classifiers
    whole = _report(_row("simclr", "knn", 0.1), _row("simclr", "lr", 0.2))
    assert merged(OLD, whole)["conformal"] == whole["conformal"]


def test_there_is_one_network_whatever_it_began_as() -> None:
    told = merged(OLD, _report(_row("simclr", "finetuned", 0.75)))
    assert [r["accuracy"] for r in told["results"]] == [0.5, 0.6, 0.75]
    assert told["protocol"] == "cross-validation; the net"


def test_results_of_two_surveys_stay_apart() -> None:
    old = _report(_row("a", "knn", 0.1, "fitted on emu"), _row("a", "knn", 0.2, "fitted on x"))
    told = merged(old, _report(_row("a", "knn", 0.3, "fitted on emu")))
    assert sorted(r["accuracy"] for r in told["results"]) == [0.2, 0.3]


@pytest.mark.parametrize(
    "changed",
    [{"seed": 1}, {"classes": ["FRI", "FRII", "Bent"]}, {"protocol": "the test part; the net"}],
    ids=str,
)
def test_what_was_measured_otherwise_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=f"another {next(iter(changed))}"):
        merged(_report(_row("simclr", "lr", 0.6), **changed), OLD)


@pytest.mark.parametrize("old", [{}, [], {**OLD, "results": [{}]}], ids=["none", "list", "row"])
def test_what_is_no_report_is_refused(old: Any) -> None:
    with pytest.raises(UsageError, match="no evaluation report"):
        merged(old, OLD)


def test_as_many_other_classifiers_find_their_places() -> None:
    told = merged(OLD, _report(_row("byol", "svc", 0.1), _row("byol", "rf", 0.2)))
    assert [r["classifier"] for r in told["results"]] == ["svc", "rf", "knn", "lr", "finetuned"]
