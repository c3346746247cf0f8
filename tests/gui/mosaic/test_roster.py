"""What a roster knows: questions stay with their sources, whatever is found anew."""

from __future__ import annotations

import pytest

from radgalgui.gui.mosaic.roster import Roster, answer_of
from radgalgui.gui.query import Query, State
from radgalgui.sky.extraction import FieldSource


def found(x: float, y: float, peak: float) -> FieldSource:
    return FieldSource(x, y, 150.0 + x / 1000, 2.0 + y / 1000, peak, 10 * peak, 5.0, 1, False)


@pytest.fixture
def roster() -> Roster:
    made = Roster()
    made.take([found(10, 10, 5.0), found(50, 50, 9.0), found(90, 10, 1.0)])
    return made


def test_the_brightest_are_asked_about_first(roster):
    assert [entry.source.peak for entry in roster.unasked(2)] == [9.0, 5.0]
    (first, *_) = roster.unasked(1)
    roster.ask([first], [Query("q", first.name)])
    assert roster.entries[0] is first
    assert [entry.source.peak for entry in roster.unasked(9)] == [5.0, 1.0]
    assert [source.peak for source in roster.found] == [9.0, 5.0, 1.0]


def test_what_was_asked_stays_when_others_are_found(roster):
    entry = roster.at(51, 49, within=5)
    roster.ask([entry], [Query("q", entry.name)])
    roster.marked = entry
    roster.take([found(50.5, 50, 8.0)])
    assert roster.entries == [entry]
    assert entry.source.peak == 8.0  # as it was measured last
    roster.take([found(500, 500, 2.0)])
    assert [e.source is None for e in roster.entries] == [True, False]
    assert roster.count == 1
    assert roster.marked is entry


def test_what_is_off_the_list_is_forgotten(roster):
    queries = [Query("a", "a"), Query("b", "b")]
    place = roster.add(70.0, 70.0, (150.07, 2.07))
    roster.ask([roster.entries[1], place], queries)
    assert not roster.drop(queries)
    assert roster.drop(queries[:1])
    assert place not in roster.entries  # only a hand had pointed there
    assert len(roster.entries) == 3


def test_entries_are_found_by_place_and_by_the_beginning_of_a_name(roster):
    assert roster.at(10, 14, within=3) is None
    assert roster.at(10, 12, within=3).source.peak == 5.0
    name = roster.entries[1].name
    assert roster.called(name.lower()) is roster.entries[1]
    assert roster.called(name[:-1]) in (roster.entries[1], None)
    assert roster.called("J") is None  # all of them begin so
    assert roster.called("") is None


def test_names_differ_also_where_places_hardly_do(roster):
    first, second = (roster.add(1.0, 1.0, (150.0, 2.0)) for _ in range(2))
    assert first.name != second.name
    assert roster.add(3.2, 4.8, None).name == "x4 y6"


def test_answers_are_told_in_words(roster):
    entry = roster.entries[0]
    assert answer_of(entry) == ""
    entry.query = Query("q", "q")
    assert answer_of(entry) == "waiting"
    entry.query.state = State.WORKING
    assert answer_of(entry) == "asking…"
    entry.query.state = State.REFUSED
    assert answer_of(entry) == "refused"
