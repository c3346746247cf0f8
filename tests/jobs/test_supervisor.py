"""The child process ends in one of four named ways, and the asker hears of each once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from queue import Queue

import pytest

from radgalgui.errors import EngineError
from radgalgui.jobs.events import Done, Refused
from radgalgui.jobs.supervisor import Engine, Outcome
from radgalgui_resources import catalog_path, example_path

ECHO = """
import sys
from radgalgui.jobs import wire
from radgalgui.jobs.events import Done
while (frame := wire.read_frame(sys.stdin.buffer)) is not None:
    if frame[0]["op"] == "quit":
        break
    wire.write_event(sys.stdout.buffer, Done(frame[0]["job"], 0.0))
"""


class Listener:
    def __init__(self, program: str) -> None:
        self.events: Queue = Queue()
        self.ends: Queue = Queue()
        self.engine = Engine(
            self.events.put, self.ends.put, command=[sys.executable, "-c", program]
        )


@pytest.fixture
def listen():
    listeners = []

    def start(program: str) -> Listener:
        listener = Listener(program)
        listeners.append(listener)
        listener.engine.start()
        return listener

    yield start
    for listener in listeners:
        listener.engine.stop(timeout=300)
    assert not [t for t in threading.enumerate() if t.name == "engine-reader"]


def test_requests_are_answered_in_order_and_stopping_ends_it(listen):
    child = listen(ECHO)
    for job in ("a", "b", "c"):
        child.engine.search(job, "x.fits")
    assert [child.events.get(timeout=300).job for _ in range(3)] == ["a", "b", "c"]
    assert child.engine.stop(timeout=300).how == "ended"
    assert child.ends.get(timeout=300).how == "ended"


def test_a_killed_child_is_told_as_killed(listen):
    child = listen(ECHO)
    child.engine.search("a", "x.fits")
    assert isinstance(child.events.get(timeout=300), Done)
    os.kill(child.engine.pid, signal.SIGKILL)
    outcome = child.ends.get(timeout=300)
    assert (outcome.how, outcome.code) == ("killed", signal.SIGKILL)
    assert "SIGKILL" in outcome.text
    with pytest.raises(EngineError):
        child.engine.search("b", "x.fits")


def test_a_failing_child_is_told_with_its_last_words(listen):
    outcome = listen("import sys; print('no luck', file=sys.stderr); sys.exit(3)").ends.get(
        timeout=300
    )
    assert (outcome.how, outcome.code, outcome.last_words) == ("failed", 3, "no luck")


def test_a_child_that_sends_garbage_is_ended(listen):
    outcome = listen("print('hello')\nimport time; time.sleep(60)").ends.get(timeout=300)
    assert outcome.how == "killed"
    assert "unreadable" in outcome.last_words


def test_a_program_that_is_not_there_was_never_started():
    ends: Queue[Outcome] = Queue()
    Engine(print, ends.put, command=["/nonexistent/engine"]).start()
    assert ends.get(timeout=300).how == "never-started"


def test_a_second_start_changes_nothing_and_a_later_one_starts_anew(listen):
    child = listen(ECHO)
    first = child.engine.pid
    child.engine.start()
    assert child.engine.pid == first
    child.engine.stop(timeout=300)
    child.ends.get(timeout=300)
    child.engine.start()
    assert child.engine.pid != first
    child.engine.search("again", "x.fits")
    assert child.events.get(timeout=300).job == "again"


def test_complaints_without_end_are_cut_and_do_not_hold_the_child_up(listen):
    program = "import sys; sys.stderr.write('x' * 5_000_000); sys.stderr.flush(); sys.exit(4)"
    outcome = listen(program).ends.get(timeout=300)
    assert outcome.code == 4
    assert len(outcome.last_words) <= 4096


def test_a_listener_that_fails_ends_the_child(listen, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    ends: Queue[Outcome] = Queue()

    def fail(event):
        raise RuntimeError("the window is gone")

    engine = Engine(fail, ends.put, command=[sys.executable, "-c", ECHO])
    engine.start()
    engine.search("a", "x.fits")
    assert ends.get(timeout=300).how == "killed"
    engine.stop(timeout=300)


def test_an_engine_that_is_stopped_while_it_loads_ends_by_itself():
    engine = Engine(lambda event: None, lambda outcome: None)
    engine.start()
    engine.open("open", catalog_path(), "simclr")
    for number in range(50):
        engine.search(f"q{number}", example_path())
    outcome = engine.stop(timeout=300)
    assert (outcome.how, outcome.code) == ("ended", 0)


def test_the_real_engine_drops_what_is_cancelled_and_knows_two_requests_of_one_name():
    heard: Queue = Queue()
    engine = Engine(heard.put, lambda outcome: None)
    engine.start()
    engine.open("open", catalog_path(), "simclr")
    engine.search("dropped", example_path())
    engine.cancel("dropped")
    engine.search("twice", example_path())
    engine.search("twice", example_path())
    engine.search("last", "/nonexistent.fits")
    kinds: list[tuple[str, str]] = []
    # An answer that waits for classifiers gives way to the next, and is finished later.
    while ("last", "Refused") not in kinds or kinds.count(("twice", "Done")) < 2:
        event = heard.get(timeout=300)
        kinds.append((event.job, type(event).__name__))
    engine.stop(timeout=300)
    assert ("open", "Ready") in kinds
    assert "dropped" not in {job for job, _ in kinds}


def test_the_real_engine_refuses_in_words_before_a_catalogue_is_open(listen):
    heard: Queue = Queue()
    engine = Engine(heard.put, lambda outcome: None)
    engine.start()
    engine.search("q", "x.fits")
    refusal = heard.get(timeout=300)
    assert isinstance(refusal, Refused)
    assert "no catalogue is open" in refusal.message
    assert engine.stop(timeout=300).how == "ended"
