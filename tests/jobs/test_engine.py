"""The real engine over its pipe: answers, refusals, cancelling, and dying with its asker."""

from __future__ import annotations

import subprocess
import sys
from queue import Queue

import pytest

from radgalgui.jobs import wire
from radgalgui.jobs.events import Done, Event, Neighbours, Ready, Refused
from radgalgui.jobs.supervisor import Engine
from radgalgui_resources import catalog_path, example_path


class Heard:
    """An engine with a catalogue open, and what it says."""

    def __init__(self) -> None:
        self.events: Queue[Event] = Queue()
        self.engine = Engine(self.events.put, lambda outcome: None)
        self.engine.start()
        self.engine.open("open", catalog_path(), "simclr")
        assert isinstance(self.until(Ready, Refused)[-1], Ready)

    def until(self, *kinds: type[Event]) -> list[Event]:
        """Return what is heard up to the first event of these kinds."""
        heard = [self.events.get(timeout=60)]
        while not isinstance(heard[-1], kinds):
            heard.append(self.events.get(timeout=60))
        return heard


@pytest.fixture(scope="module")
def heard():
    heard = Heard()
    yield heard
    assert heard.engine.stop().how == "ended"


def test_a_query_is_answered_to_its_end(heard):
    heard.engine.search("one", example_path(), top=7)
    events = heard.until(Done, Refused)
    assert isinstance(events[-1], Done)
    (neighbours,) = (event for event in events if isinstance(event, Neighbours))
    assert len(neighbours.rows) == 7


def test_a_refusal_leaves_the_engine_ready(heard, tmp_path):
    (tmp_path / "bad.fits").write_text("nonsense")
    heard.engine.search("bad", tmp_path / "bad.fits")
    refusal = heard.until(Done, Refused)[-1]
    assert isinstance(refusal, Refused)
    assert "bad.fits" in refusal.message
    heard.engine.neighbours("after", 3, top=4)
    assert isinstance(heard.until(Done, Refused)[-1], Done)


def test_a_cancelled_query_is_not_heard_of_again(heard):
    for number in range(6):
        heard.engine.search(f"queued {number}", example_path())
    for number in range(1, 6):
        heard.engine.cancel(f"queued {number}")
    heard.engine.neighbours("last", 0, top=1)
    finished = []
    while "last" not in finished:
        finished.append(heard.until(Done)[-1].job)
    # The first may have been under way, and a later one may have been quicker than its cancel.
    assert "queued 5" not in finished


def test_opening_nonsense_keeps_the_catalogue_that_is_open(heard, tmp_path):
    heard.engine.open("again", tmp_path, "simclr")
    assert isinstance(heard.until(Ready, Refused)[-1], Refused)
    heard.engine.neighbours("still", 0, top=1)
    assert isinstance(heard.until(Done, Refused)[-1], Done)


def test_it_ends_when_its_asker_is_gone():
    engine = subprocess.Popen(
        [sys.executable, "-m", "radgalgui", "engine"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    wire.write_frame(engine.stdin, {"op": "neighbours", "job": "x", "index": 0, "top": 1}, {})
    assert isinstance(wire.read_event(engine.stdout), Refused)
    engine.stdin.close()
    assert engine.wait(timeout=30) == 0
    engine.stdout.close()
