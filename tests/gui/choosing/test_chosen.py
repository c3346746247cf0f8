"""The set of chosen sources against Python's own sets, and its place in the session."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radgalgui.gui.choosing import history
from radgalgui.gui.choosing.chosen import NOTHING, SEVERAL, Chosen
from radgalgui.gui.session import Change, Session

ROWS = st.lists(st.integers(0, 40), max_size=30)
SETS = {
    "replace": lambda a, b: b,
    "add": lambda a, b: a | b,
    "subtract": lambda a, b: a - b,
    "intersect": lambda a, b: a & b,
}


@settings(max_examples=60, deadline=None)
@given(a=ROWS, b=ROWS, how=st.sampled_from(list(SETS)))
def test_sets_of_rows_are_sets(a, b, how):
    made = Chosen.of(a, "a").combined(Chosen.of(b, "b"), how)
    wanted = SETS[how](set(a), set(b))
    assert made.rows.tolist() == sorted(wanted)
    assert made.rows.dtype == np.int64
    assert bool(made) is bool(wanted)
    assert all((row in made) is (row in wanted) for row in range(-1, 45))
    assert made.inverted(41).rows.tolist() == sorted(set(range(41)) - wanted)
    assert made.mask(20).tolist() == [row in wanted for row in range(20)]


def test_a_mask_is_as_good_as_rows():
    mask = np.zeros(9, bool)
    mask[[2, 7]] = True
    assert Chosen.of(mask, "").rows.tolist() == [2, 7]
    assert Chosen.of(np.zeros(4, bool), "none of them") is NOTHING


def test_rows_cannot_be_changed_by_anybody():
    given_rows = np.array([3, 1, 2])
    made = Chosen.of(given_rows, "")
    given_rows[:] = 9
    assert made.rows.tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match="read-only"):
        made.rows[0] = 5
    with pytest.raises(ValueError, match="negative"):
        Chosen.of([-1, 3], "")


def test_words_tell_how_sets_came_together():
    a, b = Chosen.of([1, 2, 3], "likelihood below -512"), Chosen.of([3, 4], "a lasso on UMAP")
    assert a.combined(b, "add").words == "likelihood below -512 and a lasso on UMAP"
    assert a.combined(b, "subtract").words == "likelihood below -512 without a lasso on UMAP"
    assert a.inverted(9).words == "all but likelihood below -512"
    assert a.inverted(9).inverted(9).words == a.words
    whole = a
    for i in range(5):
        whole = whole.combined(Chosen.of([10 + i], f"a rectangle with the number {i}"), "add")
    assert whole.words == SEVERAL
    assert a.combined(Chosen.of([8], ""), "subtract") is a


def test_choosing_is_told_once_and_apart_from_the_selection():
    session, heard = Session(), []
    session.subscribe(heard.append)
    session.choose([5, 1, 5], "by hand")
    assert heard == [Change.CHOSEN]
    session.choose([1, 5], "by hand")
    assert heard == [Change.CHOSEN]
    session.select(3)
    assert heard == [Change.CHOSEN, Change.SELECTION]
    assert session.chosen.rows.tolist() == [1, 5]


def test_choosing_is_undone_with_the_rest():
    session = Session()
    (query,) = session.add_files([Path("a")])
    session.show(query)
    session.choose([1, 2, 3], "lasso")
    session.select(2)
    session.choose([2], "picked", "subtract")
    session.invert(5)
    assert session.chosen.rows.tolist() == [0, 2, 4]
    told = []
    while session.can_undo:
        session.undo()
        told.append((session.current, session.selected, session.chosen.rows.tolist()))
    assert told == [
        (query, 2, [1, 3]),
        (query, 2, [1, 2, 3]),
        (query, None, [1, 2, 3]),
        (query, None, []),
        (None, None, []),
    ]
    while session.can_redo:
        session.redo()
    assert session.chosen.rows.tolist() == [0, 2, 4]


def test_stepping_back_gives_up_the_selection_first():
    session = Session()
    session.choose([1, 2], "lasso")
    session.select(1)
    assert session.back()
    assert session.selected is None
    assert session.chosen
    assert session.back()
    assert not session.chosen
    assert not session.back()


def test_what_was_chosen_goes_with_its_catalogue():
    session = Session()
    session.choose([1, 2], "lasso")
    session.leave_catalog()
    assert session.chosen is NOTHING
    assert not session.can_undo


def test_sets_that_are_remembered_have_a_limit(monkeypatch):
    monkeypatch.setattr(history, "MOST_ROWS", 50)
    session = Session()
    for first in range(12):
        session.choose(np.arange(first, first + 10), f"{first}")
        session.select(first)  # the same set in another state costs nothing
    steps = 0
    while session.can_undo:
        session.undo()
        steps += 1
    assert 8 <= steps <= 13
