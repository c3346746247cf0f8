"""What is measured of detection: shares of pairs, their intervals, all encoders together."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.analysis.bootstrap import bootstrap_weights
from radgalgui.errors import UsageError
from radgalgui_training.detection.measure import ALL, MEAN, Row, auc_draws, measure_setting
from radgalgui_training.detection.sets import ORDINARY, STRANGE, Told
from radgalgui_training.detection.witnesses import Witness

METHODS = ("flow", "forest")
JOINED = "together"


def _told(rng: np.random.Generator, count: int, **shift: float) -> Told:
    """Return vectors of two encoders; one component tells something, by so much."""
    vectors = {}
    for name in ("sees", "blind"):
        vectors[name] = rng.normal(size=(count, 2)).astype(np.float32)
        vectors[name][:, 0] += shift.get(name, 0.0)
    return Told(vectors, rng.normal(size=count))


def _witness(name: str, rng: np.random.Generator, count: int = 500) -> Witness:
    """Return one to whom a large first component is strange, by both methods."""

    def scores(vectors: np.ndarray, _: np.ndarray) -> np.ndarray:
        return np.column_stack([-vectors[:, 0], -vectors[:, 0] + 0.5 * vectors[:, 1]])

    return Witness(name, scores(rng.normal(size=(count, 2)), np.zeros(count)), scores)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    rng = np.random.default_rng(0)
    told = {ORDINARY: _told(rng, 120)}
    told |= {name: _told(rng, 60, sees=3.0 if name == "noise" else 0.0) for name in STRANGE}
    witnesses = [_witness(name, rng) for name in ("sees", "blind")]
    return measure_setting("here", witnesses, told, methods=METHODS, combined=JOINED, draws=100)


def _row(rows: list[Row], **wanted: str) -> Row:
    (row,) = [r for r in rows if all(getattr(r, k) == v for k, v in wanted.items())]
    return row


def test_the_share_of_pairs_is_that_of_counting_them() -> None:
    rng = np.random.default_rng(1)
    one, other = rng.integers(0, 8, 30).astype(float), rng.integers(-2, 6, 20).astype(float)
    one[3] = other[5] = np.nan
    weights = bootstrap_weights(30, draws=3, seed=0), bootstrap_weights(20, draws=3, seed=1)
    auc, draws = auc_draws(one, other, *weights)
    pairs = [
        (a, b, (x > y) + 0.5 * (x == y))
        for a, x in enumerate(one)
        for b, y in enumerate(other)
        if np.isfinite(x) and np.isfinite(y)
    ]
    assert auc == pytest.approx(np.mean([won for *_, won in pairs]))
    for draw, found in enumerate(draws):
        counts = [weights[0][draw, a] * weights[1][draw, b] for a, b, _ in pairs]
        assert found == pytest.approx(np.average([won for *_, won in pairs], weights=counts))


def test_a_method_without_a_say_has_no_share() -> None:
    weights = np.ones((5, 4)), np.ones((5, 3))
    auc, draws = auc_draws(np.arange(4.0), np.full(3, np.nan), *weights)
    assert np.isnan(auc)
    assert np.isnan(draws).all()


def test_what_is_strange_is_found_by_the_encoder_that_sees_it(rows: list[Row]) -> None:
    seen = _row(rows, encoder="sees", control="noise", method=JOINED)
    assert seen.auc > 0.95
    assert seen.low <= seen.auc <= seen.high
    assert seen.percentile < 10
    for method in (*METHODS, JOINED):
        unseen = _row(rows, encoder="blind", control="noise", method=method)
        assert unseen.low < 0.5 < unseen.high
        assert unseen.unknown == 0


def test_all_encoders_together_find_what_one_of_them_sees(rows: list[Row]) -> None:
    for method in (*METHODS, JOINED):
        assert _row(rows, encoder=ALL, control="noise", method=method).auc > 0.9
        assert abs(_row(rows, encoder=ALL, control="point", method=method).auc - 0.5) < 0.15


def test_the_mean_counts_the_two_rare_shapes_as_one(rows: list[Row]) -> None:
    found = {r.control: r.auc for r in rows if (r.encoder, r.method) == ("sees", JOINED)}
    rare = (found["x-shaped"] + found["double-double"]) / 2
    six = [found[name] for name in ("noise", "point", "doubled", "artefact", "coarse")]
    assert found[MEAN] == pytest.approx(np.mean([*six, rare]))


def test_unknown_numbers_are_none_in_json(rows: list[Row]) -> None:
    told = _row(rows, encoder="sees", control=MEAN, method=JOINED).to_dict()
    assert told["percentile"] is None
    assert 0 < told["low"] < told["auc"] < told["high"] < 1


def test_witnesses_must_have_learned_the_same() -> None:
    rng = np.random.default_rng(0)
    witnesses = [_witness("sees", rng), _witness("blind", rng, count=400)]
    with pytest.raises(UsageError, match="same sources"):
        measure_setting("", witnesses, {ORDINARY: _told(rng, 5)}, methods=METHODS, combined=JOINED)
    with pytest.raises(UsageError, match="no ordinary galaxies"):
        measure_setting("", witnesses[:1], {}, methods=METHODS, combined=JOINED)
