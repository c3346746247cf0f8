"""How usual a source is, in words."""

from __future__ import annotations

import math

import pytest

from radgalgui.gui.likelihood import words
from radgalgui.jobs.likelihood.methods import METHODS


@pytest.mark.parametrize(
    ("percentile", "text"),
    [
        (1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (12.4, "12th"), (13, "13th"),
        (21, "21st"), (37, "37th"), (72, "72nd"), (93, "93rd"), (99, "99th"),
        (0.4, "< 1st"), (99.4, "> 99th"), (math.nan, "–"),
    ],
)  # fmt: skip
def test_ordinals_have_the_digits_they_take(percentile, text):
    assert words.ordinal(percentile) == text


def test_where_a_source_stands_says_what_that_means():
    assert words.place(37, 20_000) == "37th percentile: ordinary"
    assert words.place(3, 20_000) == "3rd percentile: unusual"
    assert words.place(0.2, 20_000) == "Below all but 40 of 20,000: strange"
    assert words.place(100 * 1.5 / 300, 300) == "Below all but 1 of 300: strange"  # a tie by half
    assert words.place(100 * 0.5 / 300, 300) == "Lowest of 300: strange"
    assert words.place(99.5, 20_000) == "Above all but 100 of 20,000: plain"
    assert words.place(0, 20_000) == "Below all 20,000: unlike anything in this catalogue"
    assert words.place(100, 50) == "Above all 50: plainer than anything in this catalogue"
    assert words.place(99.99, 20_000).endswith("unusually plain")
    assert words.place(math.nan, 20_000) == "Not known"


def test_methods_disagree_where_one_finds_strange_what_another_finds_ordinary():
    usual = dict.fromkeys(METHODS, 50.0)
    assert words.disagreement(usual) == ""
    assert words.disagreement(usual | {"log_likelihood": 10.0}) == ""
    told = words.disagreement(usual | {"reconstruction": 0.5, "knn_distance": math.nan})
    assert told == "The reconstruction finds it strange, the others do not."
    strange = dict.fromkeys(METHODS, 0.0) | {"log_likelihood": 60.0}
    assert words.disagreement(strange) == "All but the flow find it strange."
    two = usual | {"log_likelihood": 1.0, "isolation_forest": 3.0}
    assert words.disagreement(two).startswith("The flow and the isolation forest find it strange")
    assert words.disagreement(dict.fromkeys(METHODS, math.nan)) == ""


def test_rank_agreement_leaves_out_itself_and_what_is_not_known():
    ranks = {"log_likelihood": 0.8, "isolation_forest": 1.0, "knn_distance": -0.5,
             "reconstruction": math.nan}  # fmt: skip
    told = words.agreement_words("isolation_forest", ranks).splitlines()
    assert told[1:] == ["Flow: 0.80, much alike", "Distance to neighbours: -0.50, opposite"]
    assert words.agreement_words("combined", {}) == ""


def test_numbers_have_digits_that_mean_something():
    assert words.number(-1234.5) in ("−1,234", "−1,235")
    assert words.number(-51.23) == "−51.2"
    assert words.number(0.4824) == "0.482"
    assert words.number(-1e10) == "−1e+10"
    assert words.number(math.nan) == "–"
    assert words.edge(-8.0) == "−8"
    assert words.edge(0.30000000000000004) == "0.3"
    assert words.edge(-1240.0) == "−1,240"
    assert [words.share(s) for s in (0.0, 0.0001, 0.034, 0.5, 1.0)] == [
        "0.0 %", "< 0.1 %", "3.4 %", "50 %", "100 %"]  # fmt: skip
