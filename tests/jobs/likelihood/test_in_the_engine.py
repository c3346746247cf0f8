"""The real engine judging sets: told in portions, giving way to queries, and cancelled."""

from __future__ import annotations

from queue import Queue

import pytest

from radgalgui.jobs.events import (
    Compared,
    Done,
    Event,
    Likelihood,
    Neighbours,
    Ready,
    Refused,
    ScoredSet,
)
from radgalgui.jobs.supervisor import Engine
from radgalgui.jobs.work.library import add_encoder
from radgalgui_resources import example_path


class Heard:
    """An engine with a judged catalogue open by the user's own encoder, and what it says."""

    def __init__(self, catalog) -> None:
        self.events: Queue[Event] = Queue()
        self.engine = Engine(self.events.put, lambda outcome: None)
        self.engine.start()
        self.engine.open("open", catalog, "small")
        self.engine.classes_of("none", "", 0.9)
        assert isinstance(self.until(Ready, Refused)[-1], Ready)
        assert isinstance(self.until(Done, Refused)[-1], Done)

    def until(self, *kinds: type[Event], job: str = "") -> list[Event]:
        """Return what is heard up to the first event of these kinds, of a job if one is named."""
        heard = [self.events.get(timeout=300)]
        while not isinstance(heard[-1], kinds) or (job and heard[-1].job != job):
            heard.append(self.events.get(timeout=300))
        return heard


@pytest.fixture(scope="module")
def heard(judged, small_weights, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RADGALGUI_HOME", str(tmp_path_factory.mktemp("home")))
        add_encoder(small_weights)
        heard = Heard(judged)
        yield heard
        assert heard.engine.stop(timeout=300).how == "ended"


def test_a_likelihood_comes_after_the_neighbours_of_a_query(heard):
    heard.engine.search("image", example_path())
    kinds = [type(event) for event in heard.until(Done, Refused, job="image")]
    assert kinds.index(Neighbours) < kinds.index(Likelihood) < kinds.index(Done)
    heard.engine.neighbours("source", 4)
    told = [e for e in heard.until(Done, Refused) if isinstance(e, Likelihood)]
    assert [event.sources for event in told] == [200]


def test_a_query_goes_before_the_rest_of_a_set_which_then_is_gone_on_with(heard, all_at_once):
    with all_at_once(heard.engine):
        heard.engine.score_set("set", "drawn", count=16)
        heard.engine.neighbours("between", 4)
    events = heard.until(Done, Refused)
    assert (type(events[0]), events[0].job) == (ScoredSet, "set")
    assert events[-1].job == "between"
    rest = heard.until(Done, Refused)
    assert (type(rest[-1]), rest[-1].job) == (Done, "set")
    told = sum(len(event.scores) for event in [*events, *rest] if isinstance(event, ScoredSet))
    assert told == 16


def test_a_set_that_is_cancelled_is_not_heard_of_again(heard, all_at_once):
    heard.engine.score_set("gone", "drawn", count=400)
    heard.until(ScoredSet)
    with all_at_once(heard.engine):
        heard.engine.cancel("gone")
        heard.engine.neighbours("after", 4)
    heard.until(Done, job="after")
    heard.engine.neighbours("later", 4)
    assert {event.job for event in heard.until(Done, Refused)} == {"later"}


def test_a_comparison_with_another_catalogue_is_told_once(
    heard, write_catalog, draw_static, small_encoder, tmp_path
):
    path = write_catalog(tmp_path / "static", draw_static(60), small_encoder)
    heard.engine.compare("compared", str(path))
    told, end = heard.until(Done, Refused)
    assert isinstance(told, Compared)
    assert (told.name, type(end)) == (str(path), Done)
    assert len(told.log_likelihood) == told.comparison["b"]["sources"] == 60
    assert told.comparison["outside"]["share"] > 0.9
    assert told.comparison["sentence"].startswith("Static lies outside")


def test_what_cannot_be_judged_is_refused_and_leaves_the_engine_ready(heard, tmp_path):
    for name, words in (("mirabest", "'small'"), ("nosuch", "nosuch"), (str(tmp_path), "manifest")):
        heard.engine.score_set("refused", name)
        refusal = heard.until(Done, Refused)[-1]
        assert isinstance(refusal, Refused)
        assert words in refusal.message
    heard.engine.compare("refused", "nosuch")
    assert "nosuch" in heard.until(Done, Refused)[-1].message
    heard.engine.neighbours("after", 4)
    assert isinstance(heard.until(Done, Refused)[-1], Done)
