"""The real engine over its pipe: answers, refusals, cancelling, and dying with its asker."""

from __future__ import annotations

import io
import subprocess
import sys
from queue import Queue
from types import SimpleNamespace

import pytest

from radgalgui.jobs import wire
from radgalgui.jobs.engine import _Server, _Work
from radgalgui.jobs.events import (
    Classes,
    Done,
    Event,
    Neighbours,
    Ready,
    Refused,
    Understanding,
)
from radgalgui.jobs.supervisor import Engine
from radgalgui_resources import catalog_path, example_path


class Heard:
    """An engine with a catalogue open, and what it says."""

    def __init__(self) -> None:
        self.events: Queue[Event] = Queue()
        self.engine = Engine(self.events.put, lambda outcome: None)
        self.engine.start()
        self.engine.open("open", catalog_path(), "simclr")
        assert isinstance(self.until("open", Ready, Refused)[-1], Ready)

    def until(self, job: str, *kinds: type[Event]) -> list[Event]:
        """Return what is heard up to the first event of a job of these kinds."""
        heard = [self.events.get(timeout=300)]
        while heard[-1].job != job or not isinstance(heard[-1], kinds):
            heard.append(self.events.get(timeout=300))
        return heard


@pytest.fixture(scope="module")
def heard():
    heard = Heard()
    yield heard
    assert heard.engine.stop(timeout=300).how == "ended"


def test_a_query_is_answered_to_its_end(heard):
    heard.engine.search("one", example_path(), top=7)
    events = heard.until("one", Done, Refused)
    assert isinstance(events[-1], Done)
    (neighbours,) = (event for event in events if isinstance(event, Neighbours))
    assert len(neighbours.rows) == 7


def test_a_refusal_leaves_the_engine_ready(heard, tmp_path):
    (tmp_path / "bad.fits").write_text("nonsense")
    heard.engine.search("bad", tmp_path / "bad.fits")
    refusal = heard.until("bad", Done, Refused)[-1]
    assert isinstance(refusal, Refused)
    assert "bad.fits" in refusal.message
    heard.engine.neighbours("after", 3, top=4)
    assert isinstance(heard.until("after", Done, Refused)[-1], Done)


def test_a_cancelled_query_is_not_heard_of_again(heard, all_at_once):
    with all_at_once(heard.engine):
        for number in range(6):
            heard.engine.search(f"queued {number}", example_path())
        for number in range(1, 6):
            heard.engine.cancel(f"queued {number}")
        heard.engine.neighbours("last", 0, top=1)
    jobs = {event.job for event in heard.until("last", Done, Refused)}
    # The first may have been under way, and a later one may have been quicker than its cancel.
    assert "last" in jobs
    assert "queued 5" not in jobs


def test_opening_nonsense_keeps_the_catalogue_that_is_open(heard, tmp_path):
    heard.engine.open("again", tmp_path, "simclr")
    assert isinstance(heard.until("again", Ready, Refused)[-1], Refused)
    heard.engine.neighbours("still", 0, top=1)
    assert isinstance(heard.until("still", Done, Refused)[-1], Done)


def test_it_ends_when_its_asker_is_gone():
    engine = subprocess.Popen(
        [sys.executable, "-m", "radgalgui", "engine"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    wire.write_frame(engine.stdin, {"op": "neighbours", "job": "x", "index": 0, "top": 1}, {})
    assert isinstance(wire.read_event(engine.stdout), Refused)
    engine.stdin.close()
    assert engine.wait(timeout=300) == 0
    engine.stdout.close()


def test_classes_are_told_by_the_labels_in_use_also_after_switching_back_and_forth(heard):
    heard.engine.classes_of("labels", "label", 0.8)
    assert isinstance(heard.until("labels", Done, Refused)[-1], Done)
    heard.engine.search("first", example_path())
    told = heard.until("first", Classes, Done, Refused)[-1]
    assert isinstance(told, Classes)
    assert (told.label_set, told.level, told.rows[0]["classifier"]) == ("label", 0.8, "knn")
    heard.engine.cancel("first")
    heard.engine.open("again", catalog_path(), "simclr")
    assert isinstance(heard.until("again", Ready, Refused)[-1], Ready)
    heard.engine.neighbours("second", 5)
    told = heard.until("second", Classes, Done, Refused)[-1]
    assert isinstance(told, Classes)
    assert told.label_set == "label"
    heard.engine.cancel("second")
    heard.engine.classes_of("nonsense", "nosuch", 0.9)
    assert "nosuch" in heard.until("nonsense", Done, Refused)[-1].message
    heard.engine.classes_of("level", "label", 1.0)
    assert "level of confidence" in heard.until("level", Done, Refused)[-1].message
    heard.engine.classes_of("none", "", 0.9)
    assert isinstance(heard.until("none", Done, Refused)[-1], Done)
    heard.engine.neighbours("third", 5)
    assert isinstance(heard.until("third", Classes, Done)[-1], Done)
    heard.engine.predict_catalog("nothing to learn from")
    assert "no labels" in heard.until("nothing to learn from", Done, Refused)[-1].message


def test_components_are_told_as_a_forest_grows_and_give_way_to_a_search(heard, all_at_once):
    with all_at_once(heard.engine):
        heard.engine.understand("u", "angular_size")
        heard.engine.neighbours("between", 0, top=3)
    told = heard.until("between", Neighbours, Refused)
    assert isinstance(told[-1], Neighbours)
    first, *_ = (event for event in told if isinstance(event, Understanding))
    assert (first.trees, first.encoder, len(first.explained)) == (0, "simclr", 256)
    grown = heard.until("u", Understanding, Refused)[-1]  # it goes on
    assert grown.trees >= 1
    assert grown.importance.sum() == pytest.approx(1.0, abs=1e-5)
    heard.engine.cancel("u")
    heard.engine.understand("words", "label")
    refused = heard.until("words", Refused, Done)[-1]
    assert "not numbers" in refused.message


def test_drawing_nothing_is_refused_and_leaves_the_engine_ready(heard):
    heard.engine.draw("nothing", count=0)
    assert isinstance(heard.until("nothing", Done, Refused)[-1], Refused)
    heard.engine.walk("nowhere", {"row": 0}, {"row": 10**9})
    assert isinstance(heard.until("nowhere", Done, Refused)[-1], Refused)
    heard.engine.neighbours("after", 3, top=4)
    assert isinstance(heard.until("after", Done, Refused)[-1], Done)


class Scripted(_Server):
    """A server that answers by a script: a name, then what it tells and where it gives way."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), io.BytesIO())

    def _carry_out(self, request, token):
        for complete in (False, False, True) if request["op"] == "slow" else ():
            yield Classes(
                request["job"], "l", "e", ["a"], [], [], 0, 1, 0.9, [], None, [], complete
            )
        yield Done(request["job"], 0.0)

    def ask(self, operation: str, job: str) -> None:
        self._put({"op": operation, "job": job})

    def work(self, requests: int) -> list[tuple[str, str]]:
        """Take in some requests, then nothing more: all that was put off; return what was told."""
        for _ in range(requests):
            request, token = self._next()
            self._answer(_Work(request["job"], token, self._carry_out(request, token)))
        while self._put_off:
            self._answer(self._put_off.pop())
        self._replies.seek(0)
        told = []
        while (event := wire.read_event(self._replies)) is not None:
            told.append((event.job, type(event).__name__))
        return told


def test_an_answer_that_waits_for_classifiers_gives_way_and_is_finished_later():
    server = Scripted()
    server.ask("slow", "one")
    server.ask("slow", "two")
    server.ask("quick", "three")
    told = server.work(3)
    # Each is told its first classes before the next is begun; then the newest is finished first.
    assert told[:3] == [("one", "Classes"), ("two", "Classes"), ("three", "Done")]
    assert [job for job, kind in told if kind == "Done"] == ["three", "two", "one"]
    assert told.count(("one", "Classes")) == told.count(("two", "Classes")) == 3
    assert server._tokens == {}


def test_an_answer_that_nobody_interrupts_is_told_at_once():
    server = Scripted()
    server.ask("slow", "one")
    assert server.work(1) == [("one", "Classes")] * 3 + [("one", "Done")]


def test_an_answer_that_gave_way_can_be_cancelled():
    server = Scripted()
    server.ask("slow", "one")
    server.ask("quick", "two")
    server._tokens["one"].cancel()
    assert server.work(2) == [("two", "Done")]
    assert server._tokens == {}


@pytest.mark.parametrize("shipped", [(), ("mirabest", "rgd")])
def test_mirabest_is_learned_from_by_default_and_nothing_where_it_does_not_fit(
    shipped, monkeypatch, capsys
):
    from radgalgui.errors import DataError
    from radgalgui.jobs import labels

    asked = []

    class Searcher:
        def learn(self, label_set, *, level):
            asked.append(label_set)
            if label_set is not None:
                raise DataError("the vectors were made with other weights", subject=label_set)

    monkeypatch.setattr(labels, "shipped_label_sets", lambda: shipped)
    Scripted()._learn_again(Searcher())
    assert asked == (["mirabest", None] if shipped else [None])
    assert ("other weights" in capsys.readouterr().err) == bool(shipped)


@pytest.mark.parametrize("sound", [True, False])
def test_the_judge_is_loaded_once_while_nobody_asks_and_a_defect_is_outlived(sound, capsys):
    class Assessor:
        left = True

        def load(self):
            if not sound:
                raise ZeroDivisionError("a defect")
            self.left = False

    server = Scripted()
    server._searcher = SimpleNamespace(assessor=Assessor(), panel=None)
    assert server._prepare()
    assert not server._prepare()
    assert (server._searcher.assessor is not None) == sound
    assert ("a defect" in capsys.readouterr().err) != sound
