"""The engine: a child process that loads torch once and answers queries over a pipe.

Requests arrive on standard input as `radgalgui.jobs.wire` frames and are answered in
order by events on standard output.  One thread reads requests, so that a cancel overtakes
the queries before it; the main thread computes.  An answer that waits for a classifier to be
fitted gives way to the next request and is gone on with when there is none, and so do galaxies
that are drawn, between one few and the next; these are gone on with first.  While nobody asks
for anything, the judge is loaded and classifiers are fitted beforehand, bit by bit.  When asked
to quit, or when the pipe closes because the window ended or crashed, the engine drops what it
is at and ends too.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any, Final

from radgalgui.errors import Cancelled, EngineError, RadGalError, UsageError
from radgalgui.jobs import wire
from radgalgui.jobs.events import Classes, Compared, Done, Event, Refused
from radgalgui.progress import CancelToken

__all__ = ["serve"]

_QUIET = 0.3  # seconds without a request before classifiers are fitted beforehand
_DRAWING: Final = frozenset({"draw", "walk", "traverse", "components"})
_GRACE = 0.5  # seconds for what is being answered when nobody waits for it any more


def serve() -> int:
    """Answer requests on standard input until it closes; return the exit status."""
    requests = sys.stdin.buffer
    # Libraries print; whatever they print must not fall between two frames.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _Server(requests, replies).run()
    return 0


@dataclass(frozen=True)
class _Work:
    """A request that is being answered; None among the events is a place to give way.

    ``short``: what is left of it takes a second or two, where classifiers may take a minute.
    """

    job: str
    token: CancelToken
    events: Iterator[Event | None]
    short: bool = False


class _Server:
    def __init__(self, requests: IO[bytes], replies: IO[bytes]) -> None:
        self._requests = requests
        self._replies = replies
        self._queue: SimpleQueue[tuple[dict[str, Any], CancelToken] | None] = SimpleQueue()
        self._tokens: dict[str, CancelToken] = {}
        self._put_off: list[_Work] = []
        self._shelf: Any = None  # a Shelf; its import is the first thing that is done
        self._studio: Any = None  # a Studio, likewise
        self._searcher: Any = None  # a Searcher
        self._learned: tuple[str | None, float] | None = None  # as asked; None: by default

    def run(self) -> None:
        self._put({"op": "import", "job": "import"})  # while the asker still reads its catalogue
        reader = threading.Thread(target=self._read, name="engine-requests", daemon=True)
        reader.start()
        with suppress(BrokenPipeError):
            while (waiting := self._next()) is not None:
                request, token = waiting
                events = self._carry_out(request, token)
                short = request["op"] in _DRAWING
                self._answer(_Work(request["job"], token, events, short))

    def _next(self) -> tuple[dict[str, Any], CancelToken] | None:
        """Return the next request; as long as there is none, do what is left, bit by bit."""
        while True:
            try:
                return self._queue.get(timeout=0 if self._put_off else _QUIET)
            except Empty:
                if self._put_off:
                    self._answer(self._take_up())
                elif not self._prepare():
                    return self._queue.get()

    def _take_up(self) -> _Work:
        """Return what was put off: the short before the long, the newest, which is looked at."""
        work = next((w for w in reversed(self._put_off) if w.short), self._put_off[-1])
        self._put_off.remove(work)
        return work

    def _prepare(self) -> bool:
        """Load the judge, or fit one classifier; return whether there was one left to do."""
        assessor = self._searcher.assessor if self._searcher is not None else None
        if assessor is not None and assessor.left:
            try:
                assessor.load()
            except Exception as error:  # as below; it will be told to whoever asks
                self._searcher.assessor = None
                _report(error)
            return True
        panel = self._searcher.panel if self._searcher is not None else None
        if panel is None or not panel.fits.left:
            return False
        try:
            panel.fits.try_step()
        except Exception as error:  # the engine must outlive a defect
            _report(error)
        return True

    def _read(self) -> None:
        with suppress(EngineError):  # half a request: the asker is gone
            while (frame := wire.read_frame(self._requests)) is not None:
                request = frame[0]
                if request["op"] == "quit":
                    break
                if request["op"] == "cancel":
                    if token := self._tokens.get(request["job"]):
                        token.cancel()
                    continue
                self._put(request)
        self._queue.put(None)
        for token in list(self._tokens.values()):
            token.cancel()
        time.sleep(_GRACE)
        os._exit(0)  # loading a catalogue, or one long step, looks at no token

    def _put(self, request: dict[str, Any]) -> None:
        token = self._tokens[request["job"]] = CancelToken()
        self._queue.put((request, token))

    def _answer(self, work: _Work) -> None:
        """Answer to the end, or to where the work gives way to another request."""
        try:
            if not self._tell(work):
                self._put_off.append(work)
                return
        except Cancelled:
            pass
        except RadGalError as error:
            wire.write_event(self._replies, Refused(work.job, str(error)))
        except (BrokenPipeError, KeyboardInterrupt):
            raise
        except MemoryError:
            message = "There is not enough memory for this image; cut out the source first."
            wire.write_event(self._replies, Refused(work.job, message))
        except Exception as error:  # the engine must outlive a defect
            _report(error)
            message = f"This could not be answered ({type(error).__name__}: {error})."
            wire.write_event(self._replies, Refused(work.job, message))
        if self._tokens.get(work.job) is work.token:  # not that of a later request of that name
            del self._tokens[work.job]

    def _tell(self, work: _Work) -> bool:
        """Write events; return False where what follows is slow and another request waits."""
        work.token.check()
        for event in work.events:
            work.token.check()
            if event is not None:
                wire.write_event(self._replies, event)
            gives_way = event is None or (isinstance(event, Classes) and not event.complete)
            shorter = not work.short and any(other.short for other in self._put_off)
            if gives_way and (shorter or not self._queue.empty()):
                return False
        return True

    def _carry_out(self, request: dict[str, Any], token: CancelToken) -> Iterator[Event | None]:
        operation, job = request["op"], request["job"]
        if operation == "open":
            yield from self._open(job, Path(request["catalog"]), request["encoder"])
        elif operation == "close":
            self._searcher = None
            yield Done(job, 0.0)
        elif operation == "import":
            import radgalgui.jobs.shelf  # noqa: F401  torch: more than a second
        elif operation == "warm-up":
            yield from self._warm_up()
        elif operation in _DRAWING:
            yield from self._draw(request, token)
        elif self._searcher is None:
            raise UsageError("no catalogue is open", remedy="open one first")
        else:
            yield from self._in_the_catalog(request, token)

    def _in_the_catalog(
        self, request: dict[str, Any], token: CancelToken
    ) -> Iterator[Event | None]:
        operation, job = request["op"], request["job"]
        if operation == "search":
            yield from self._search(request, token)
        elif operation == "neighbours":
            yield from self._searcher.neighbours(
                job, request["index"], top=request["top"], cancel=token
            )
        elif operation == "classes-of":
            yield from self._classes_of(job, request["label_set"] or None, request["level"])
        elif operation == "predict-catalog":
            yield from self._searcher.predict_catalog(job, cancel=token)
        elif operation == "understand":
            yield from self._understand(job, request["column"], token)
        elif operation == "overlay":
            from radgalgui.jobs.overlay import overlay

            yield from overlay(self._searcher, Path(request["catalog"]), job=job, cancel=token)
        elif operation == "score-set":
            from radgalgui.jobs.likelihood.sets import score_set

            options = {name: request[name] for name in ("count", "temperature", "seed")}
            yield from score_set(self._searcher, request["set"], job=job, cancel=token, **options)
        elif operation == "compare":
            yield from self._compare(job, request["other"], token)

    def _warm_up(self) -> Iterator[Event | None]:
        from radgalgui.sky.cutout import warm_up

        warm_up()
        yield None
        self._open_studio().warm_up()

    def _open_studio(self) -> Any:
        from radgalgui.jobs.studio import Studio

        self._studio = self._studio or Studio()
        return self._studio

    def _draw(self, request: dict[str, Any], token: CancelToken) -> Iterator[Event | None]:
        """Draw galaxies, walk between two, traverse a component, or tell the components."""
        options = {name: value for name, value in request.items() if name not in ("op", "job")}
        answer = getattr(self._open_studio(), request["op"])
        yield from answer(request["job"], **options, searcher=self._searcher, cancel=token)

    def _open(self, job: str, catalog: Path, encoder: str) -> Iterator[Event]:
        from radgalgui.jobs.shelf import Shelf

        first = self._searcher is None
        self._shelf = self._shelf or Shelf()
        searcher = self._shelf.open(catalog, encoder)
        searcher.studio = self._open_studio()
        searcher.assessor = searcher.assessor or _assessor_of(searcher)
        self._searcher = searcher
        yield searcher.ready(job)
        if first:  # behind what is waiting already: a first query needs little of it
            self._put({"op": "warm-up", "job": f"{job}: warm-up"})
        self._learn_again(searcher)

    def _learn_again(self, searcher: Any) -> None:
        """Go on with the labels in use, or begin with MiraBest; without any, tell no classes."""
        from radgalgui.jobs.labels import DEFAULT, shipped_label_sets

        default = DEFAULT if DEFAULT in shipped_label_sets() else None
        label_set, level = self._learned or (default, 0.9)
        try:
            searcher.learn(label_set, level=level)
        except RadGalError as error:
            searcher.learn(None, level=level)
            _report(error)

    def _classes_of(self, job: str, label_set: str | None, level: float) -> Iterator[Event]:
        started = time.perf_counter()
        self._searcher.learn(label_set, level=level)
        self._learned = label_set, level
        yield Done(job, time.perf_counter() - started)

    def _understand(self, job: str, column: str, token: CancelToken) -> Iterator[Event | None]:
        from radgalgui.jobs.understand import understand

        searcher = self._searcher  # that of now, also where another is opened meanwhile
        catalog, encoder = searcher.catalog, searcher.encoder.name
        yield from understand(catalog, encoder, column, job=job, cancel=token)

    def _compare(self, job: str, other: str, token: CancelToken) -> Iterator[Event | None]:
        from radgalgui.jobs.likelihood.compare import comparing

        started = time.perf_counter()
        told = yield from comparing(self._searcher, other, cancel=token)
        yield Compared(job, other, told.to_dict(), told.log_likelihood)
        yield Done(job, time.perf_counter() - started)

    def _search(self, request: dict[str, Any], token: CancelToken) -> Iterator[Event]:
        from radgalgui.sky.image import SkyPosition

        where = request["position"]
        yield from self._searcher.answer(
            request["job"],
            request["path"],
            position=None if where is None else SkyPosition(*where),
            top=request["top"],
            ignore_orientation=request["ignore_orientation"],
            cancel=token,
        )


def _assessor_of(searcher: Any) -> Any:
    from radgalgui.jobs.likelihood.answer import Assessor

    return Assessor(searcher.catalog, searcher.encoder.name)


def _report(error: Exception) -> None:
    print(f"engine: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
