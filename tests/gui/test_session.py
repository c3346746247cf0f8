"""What the session promises, without any window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from radgalgui.gui.session import Change, Session, State
from radgalgui.jobs.events import Done, Likelihood, Neighbours, Picture, Refused


def rows(*indices: int) -> list:
    return [
        {
            "index": index,
            "rank": rank,
            "name": f"S{index}",
            "ra": None,
            "dec": None,
            "similarity": 1 - rank / 10,
            "label": "",
            "angular_size_arcsec": None,
        }
        for rank, index in enumerate(indices, start=1)
    ]


def picture(job: str, size: int = 4) -> Picture:
    return Picture(job, "name", "file", np.zeros((size, size), np.float32), 1, "", "Jy", (), [])


@pytest.fixture
def session() -> Session:
    return Session()


def test_events_of_a_removed_query_are_nobodys(session):
    (query,) = session.add_files([Path("a.fits")])
    session.remove(query)
    assert session.apply(Done(query.job, 1.0)) is None


def test_a_query_is_told_when_shown_and_only_then(session):
    first, second = session.add_files([Path("a.fits"), Path("b.fits")])
    session.show(first)
    heard: list[Change] = []
    session.subscribe(heard.append)
    session.apply(Neighbours(second.job, rows(1)))
    assert Change.ANSWER not in heard
    session.apply(Neighbours(first.job, rows(1)))
    assert Change.ANSWER in heard


def test_walking_stays_within_the_answer(session):
    (query,) = session.add_files([Path("a.fits")])
    session.show(query)
    session.step(1)
    assert session.selected is None
    session.apply(Neighbours(query.job, rows(7, 3, 9)))
    walked = []
    for by in (1, 1, 1, 1, -1, -5):
        session.step(by)
        walked.append(session.selected)
    assert walked == [7, 3, 9, 9, 3, 7]


def test_walking_back_from_nowhere_begins_at_the_end(session):
    (query,) = session.add_files([Path("a.fits")])
    session.show(query)
    session.apply(Neighbours(query.job, rows(7, 3, 9)))
    session.step(-1)
    assert session.selected == 9


def test_undo_and_redo_are_inverse(session):
    a, b = session.add_files([Path("a"), Path("b")])
    steps = [lambda: session.show(a), lambda: session.select(4), lambda: session.show(b)]
    states = [(session.current, session.selected)]
    for step in steps:
        step()
        states.append((session.current, session.selected))
    back = []
    while session.can_undo:
        session.undo()
        back.append((session.current, session.selected))
    assert back == states[-2::-1]
    while session.can_redo:
        session.redo()
    assert (session.current, session.selected) == states[-1]


def test_undo_never_returns_to_a_removed_query(session):
    a, b = session.add_files([Path("a"), Path("b")])
    session.show(a)
    session.show(b)
    session.remove(a)
    while session.can_undo:
        session.undo()
        assert session.current is not a


def test_showing_the_same_again_is_no_step(session):
    (a,) = session.add_files([Path("a")])
    session.show(a)
    session.show(a)
    session.undo()
    assert not session.can_undo


def test_originals_above_the_limit_are_forgotten_oldest_first(session):
    queries = session.add_files([Path(str(i)) for i in range(5)])
    session.show(queries[0])
    for query in queries:
        session.apply(picture(query.job))
        session.apply(Done(query.job, 0.1))
    session.trim_pictures(3 * 64)
    assert [q.picture is not None for q in queries] == [True, False, False, True, True]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("/data/x.fits: is empty; get it again.", "is empty; get it again."),
        ("x.fits: is empty.", "is empty."),
        ("no catalogue.", "no catalogue."),
    ],
)
def test_the_reason_leaves_the_path_out(session, message, reason):
    (query,) = session.add_files([Path("/data/x.fits")])
    session.apply(Refused(query.job, message))
    assert query.state is State.REFUSED
    assert query.reason == reason


def test_dropping_what_waits_keeps_what_is_asked(session):
    asked, waits = session.add_files([Path("a"), Path("b")])
    session.start(asked)
    session.remove_waiting()
    assert session.queries == [asked]
    assert waits not in session.queries


def test_a_renewed_query_is_another_job_that_forgets_its_answer_but_no_picture(session):
    (query,) = session.add_files([Path("a")])
    job = query.job
    for event in (picture(job), Neighbours(job, rows(1, 2)), Done(job, 0.1)):
        session.apply(event)
    likelihood = Likelihood(job, "byol", 300, -512.0, 37.0, [], 40.0, False, [])
    session.apply(likelihood)
    assert query.likelihood is likelihood
    session.renew([query])
    assert query.open
    assert (query.rows, query.classes, query.likelihood, query.place) == ([], None, None, {})
    assert query.picture is not None
    assert session.apply(Neighbours(job, rows(3))) is None
    session.remove_waiting()  # it had been asked before: no new question is dropped
    assert session.queries == [query]


def test_a_query_that_is_put_off_keeps_its_answer_and_hears_nothing_more(session):
    (query,) = session.add_files([Path("a")])
    job = query.job
    session.start(query)
    session.apply(Neighbours(job, rows(1, 2)))
    session.put_off(query)
    assert session.apply(Neighbours(job, rows(3))) is None
    assert len(query.rows) == 2
    assert not query.open


def test_thousands_are_taken_off_renewed_and_refused_at_once(session):
    first, *others = session.add_files([Path(f"{n}.fits") for n in range(5000)])
    session.show(others[-1])
    for event in (Neighbours(first.job, rows(1)), Done(first.job, 1.0)):
        session.apply(event)
    heard: list[Change] = []
    session.subscribe(heard.append)
    session.refuse_all("The engine is gone.")
    assert {query.state for query in others} == {State.REFUSED}
    assert session.take_up("The engine is gone.") == others
    assert session.renew_all(others)[:2] == [others[-1], first]
    session.remove_waiting()
    assert session.queries == [first]  # which was asked before
    assert session.current is first
    assert heard.count(Change.QUERIES) == 4
