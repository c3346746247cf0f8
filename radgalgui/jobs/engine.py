"""The engine: a child process that loads torch once and answers queries over a pipe.

Requests arrive on standard input as `radgalgui.jobs.wire` frames and are answered in
order by events on standard output.  One thread reads requests, so that a cancel overtakes
the queries before it; the main thread computes.  When asked to quit, or when the pipe closes
because the window ended or crashed, the engine drops what it is at and ends too.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

from radgalgui.errors import Cancelled, EngineError, RadGalError, UsageError
from radgalgui.jobs import wire
from radgalgui.jobs.events import Event, Refused
from radgalgui.progress import CancelToken

__all__ = ["serve"]

_GRACE = 0.5  # seconds for what is being answered when nobody waits for it any more


def serve() -> int:
    """Answer requests on standard input until it closes; return the exit status."""
    requests = sys.stdin.buffer
    # Libraries print; whatever they print must not fall between two frames.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _Server(requests, replies).run()
    return 0


class _Server:
    def __init__(self, requests: IO[bytes], replies: IO[bytes]) -> None:
        self._requests = requests
        self._replies = replies
        self._queue: SimpleQueue[tuple[dict[str, Any], CancelToken] | None] = SimpleQueue()
        self._tokens: dict[str, CancelToken] = {}
        self._searcher: Any = None  # a Searcher; its import is the first thing that is done

    def run(self) -> None:
        self._put({"op": "import", "job": "import"})  # while the asker still reads its catalogue
        reader = threading.Thread(target=self._read, name="engine-requests", daemon=True)
        reader.start()
        while (waiting := self._queue.get()) is not None:
            try:
                self._answer(*waiting)
            except BrokenPipeError:
                return

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

    def _answer(self, request: dict[str, Any], token: CancelToken) -> None:
        job = request["job"]
        try:
            token.check()
            for event in self._carry_out(request, token):
                token.check()
                wire.write_event(self._replies, event)
        except Cancelled:
            pass
        except RadGalError as error:
            wire.write_event(self._replies, Refused(job, str(error)))
        except (BrokenPipeError, KeyboardInterrupt):
            raise
        except MemoryError:
            message = "There is not enough memory for this image; cut out the source first."
            wire.write_event(self._replies, Refused(job, message))
        except Exception as error:  # the engine must outlive a defect
            print(f"engine: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
            message = f"This could not be answered ({type(error).__name__}: {error})."
            wire.write_event(self._replies, Refused(job, message))
        finally:
            if self._tokens.get(job) is token:  # not that of a later request of the same name
                del self._tokens[job]

    def _carry_out(self, request: dict[str, Any], token: CancelToken) -> Iterator[Event]:
        operation = request["op"]
        if operation == "open":
            yield from self._open(request["job"], Path(request["catalog"]), request["encoder"])
        elif operation == "import":
            import radgalgui.jobs.search  # noqa: F401  torch: more than a second
        elif operation == "warm-up":
            from radgalgui.sky.cutout import warm_up

            warm_up()
        elif self._searcher is None:
            raise UsageError("no catalogue is open", remedy="open one first")
        elif operation == "search":
            yield from self._search(request, token)
        elif operation == "neighbours":
            yield from self._searcher.neighbours(
                request["job"], request["index"], top=request["top"]
            )

    def _open(self, job: str, catalog: Path, encoder: str) -> Iterator[Event]:
        from radgalgui.jobs.search import Searcher

        searcher = Searcher.open(catalog, encoder, threads=1)
        searcher.warm_up()
        self._searcher = searcher
        yield searcher.ready(job)
        # Behind what is waiting already: a first query needs little of it.
        self._put({"op": "warm-up", "job": f"{job}: warm-up"})

    def _search(self, request: dict[str, Any], token: CancelToken) -> Iterator[Event]:
        from radgalgui.sky.image import SkyPosition

        where = request["position"]
        events: Iterator[Event] = self._searcher.answer(
            request["job"],
            request["path"],
            position=None if where is None else SkyPosition(*where),
            top=request["top"],
            ignore_orientation=request["ignore_orientation"],
            cancel=token,
        )
        yield from events
