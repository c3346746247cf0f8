"""What a click sorts by, which columns are shown, what is offered: without a window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.where import Where
from radgalgui.gui.sources import Sources
from radgalgui.gui.table.columns import Columns
from radgalgui.gui.table.completing import Vocabulary
from radgalgui.gui.table.finding import begun, example, filter_words
from radgalgui.gui.table.header import next_keys

COUNT = 40
NAMES = ["name", "label", "flux", "angular_size", "my doubles"]


@pytest.fixture(scope="module")
def sources() -> Sources:
    labels = np.array(["FRI", "FRII", "it's", ""] * 10, dtype=object)
    columns = {
        "name": np.array([f"J{i:03d}" for i in range(COUNT)], dtype=object),
        "label": labels,
        "flux": np.linspace(0, 1, COUNT),
        "angular_size": np.linspace(5, 60, COUNT),
    }
    made = Sources(Path("there"), "t", False, "", 1.0, columns, {}, None)
    return made.with_columns({"my doubles": np.arange(COUNT) % 3 == 0})


def test_clicks_turn_a_column_and_then_let_it_go():
    keys = next_keys((), "flux", further=False)
    assert keys == (("flux", False),)
    keys = next_keys(keys, "flux", further=False)
    assert keys == (("flux", True),)
    assert next_keys(keys, "flux", further=False) == ()
    assert next_keys(keys, "ra", further=False) == (("ra", False),)


def test_shift_keeps_the_other_columns():
    keys = next_keys((("label", True),), "flux", further=True)
    assert keys == (("label", True), ("flux", False))
    keys = next_keys(keys, "flux", further=True)
    assert keys == (("label", True), ("flux", True))
    assert next_keys(keys, "flux", further=True) == (("label", True),)
    assert next_keys(keys, "label", further=True) == (("flux", True),)
    assert next_keys((("label", False), ("flux", False)), "flux", further=False) == (
        ("flux", True),
    )


def test_columns_keep_their_places_when_others_come_and_go():
    wish = Columns(("flux", "name", "gone"), frozenset({"label"}), {"flux": 90})
    assert wish.arranged(NAMES) == ["flux", "angular_size", "my doubles", "name", "label"]
    assert wish.shown(NAMES) == ["flux", "angular_size", "my doubles", "name"]
    assert Columns().arranged(NAMES) == NAMES
    assert Columns(hidden=frozenset(NAMES)).shown(NAMES) == NAMES
    assert Columns.from_json(wish.to_json()) == wish
    for damaged in ("", "7", "[1, 2]", "[[], [], 3]", "{"):
        assert Columns.from_json(damaged) == Columns()


@pytest.mark.parametrize(
    ("text", "start", "offered"),
    [
        ("fl", 0, ["flux"]),
        ("f", 0, []),  # one letter may be the beginning of any word
        ("flux", 0, []),
        ("FRI", 0, []),
        ("flux > 3 and a", 13, ["angular_size"]),
        ("flux > 3 and my", 13, ['"my doubles"']),
        ("label = ", 8, ["'FRI'", "'FRII'", "'it''s'"]),
        ("label = 'fr", 8, ["'FRI'", "'FRII'"]),
        ("label IN ('FRI', 'F", 17, ["'FRI'", "'FRII'"]),
        ("name = 'J0", 7, []),  # names are not of few kinds
        ("label = 'FRI' a", 14, ["angular_size"]),
        ("label = 'la", 8, []),
    ],
)
def test_names_and_words_are_offered_where_they_fit(sources, text, start, offered):
    offer = Vocabulary.of(sources).offer(text)
    assert list(offer.texts) == offered
    if offered:
        assert offer.start == start


def test_examples_hold_for_some_and_not_for_all(sources):
    where = Where(sources.columns)
    for name in ("label", "flux", "angular_size", "my doubles"):
        assert 0 < len(where.rows(example(sources, name))) < COUNT, name
    assert len(where.rows(example(sources, "name")))
    where.close()


def test_what_is_typed_may_be_the_beginning_of_a_condition(sources):
    assert [begun(sources, t) for t in ("angul", "FLUX is", "(lab", "frii", "")] == [
        *("angular_size", "flux", "label", "", "")
    ]
    assert filter_words(sources, " ") == "all sources"
    assert filter_words(sources, "FRII") == "sources with “FRII”"
    assert filter_words(sources, "flux > 3") == "sources where flux > 3"
    assert filter_words(sources, "my doubles") == "sources where my doubles"


def test_sources_with_further_columns_know_what_they_knew(sources):
    more = sources.with_columns({"other": np.zeros(COUNT, bool)})
    assert list(more.columns) == [*sources.columns, "other"]
    assert [more.kind_of(n) for n in ("name", "flux", "other")] == ["words", "number", "yes/no"]
    assert more.without_columns(["other"]).columns.keys() == sources.columns.keys()
    assert "other" in more.colourable()
    assert "other" not in sources.colourable()
    codes, words = more.codes("my doubles")
    assert [words[c] for c in codes[:4]] == ["yes", "no", "no", "yes"]
    with pytest.raises(ValueError, match="3 rows for 40 sources"):
        sources.with_columns({"short": np.zeros(3)})
    with pytest.raises(TypeError, match="numbers"):
        sources.codes("flux")
