"""The engine seen from outside: a child process with a typed outcome.

Torch, its libraries and its crashes stay in the child; the asker keeps a pipe and a reader
thread.  Callbacks are called from that thread: a window wraps them in signals.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from radgalgui.errors import EngineError
from radgalgui.jobs import wire
from radgalgui.jobs.events import Event, Galaxy

__all__ = ["Engine", "Outcome"]

EventCallback = Callable[[Event], None]

_LAST_LINES = 20
_LONGEST_LINE = 4096  # bytes


@dataclass(frozen=True)
class Outcome:
    """How the child process ended.

    ``how`` is "ended" (as asked), "failed" (by itself, with exit status ``code``), "killed" (by
    signal ``code``) or "never-started"; ``last_words`` the end of its standard error.
    """

    how: Literal["ended", "failed", "killed", "never-started"]
    code: int = 0
    last_words: str = ""

    @property
    def text(self) -> str:
        """One sentence for the user."""
        if self.how == "ended":
            return "The background worker has ended."
        if self.how == "never-started":
            return f"The background worker could not be started: {self.last_words}."
        if self.how == "killed":
            name = signal.Signals(self.code).name if self.code in _SIGNALS else str(self.code)
            hint = ", most likely for lack of memory" if name == "SIGKILL" else ""
            return f"The background worker was killed by signal {name}{hint}."
        words = f": {self.last_words.rstrip('.')}" if self.last_words else ""
        return f"The background worker stopped with status {self.code}{words}."


_SIGNALS = {int(number) for number in signal.Signals}


class Engine:
    """A child process that answers queries (see `radgalgui.jobs.engine`).

    Parameters
    ----------
    on_event : callable
        Called with each `Event`, from the reader thread, in the order they happened.
    on_end : callable
        Called once with the `Outcome`, from the reader thread, when the child is gone.
    command : sequence of str, optional
        What to start instead of this program's own engine; for tests.
    """

    def __init__(
        self,
        on_event: EventCallback,
        on_end: Callable[[Outcome], None],
        *,
        command: Sequence[str] | None = None,
    ) -> None:
        self._on_event = on_event
        self._on_end = on_end
        self._command = list(command or (sys.executable, "-m", "radgalgui", "engine"))
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._write_lock = threading.Lock()
        self._stopping = False
        self._last_words: deque[str] = deque(maxlen=_LAST_LINES)

    @property
    def running(self) -> bool:
        """Whether the child process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The child's process number, None before `start`."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the child; returns at once, its imports take a few seconds.

        While a child is alive nothing happens; one that has ended is followed by another.
        """
        if self.running:
            return
        self._stopping = False
        self._last_words = deque(maxlen=_LAST_LINES)
        try:
            self._process = subprocess.Popen(  # noqa: S603  our own program, no shell
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        except OSError as error:
            self._on_end(Outcome("never-started", last_words=str(error)))
            return
        self._reader = threading.Thread(
            target=self._read,
            args=(self._process, self._last_words),
            name="engine-reader",
            daemon=True,
        )
        self._reader.start()

    def open(self, job: str, catalog: Path | str, encoder: str) -> None:
        """Load a catalogue and an encoder; answered by `Ready` or `Refused`."""
        self._send({"op": "open", "job": job, "catalog": str(catalog), "encoder": encoder})

    def close_catalog(self, job: str) -> None:
        """Answer from no catalogue any more: `Done`."""
        self._send({"op": "close", "job": job})

    def search(
        self,
        job: str,
        path: Path | str,
        *,
        top: int = 20,
        ignore_orientation: bool = False,
        position: tuple[float, float] | None = None,
    ) -> None:
        """Answer an image: `Picture`, `Seen`, `Neighbours`, `Place`, `Done`, or `Refused`.

        After `Place` comes `Reconstruction`, where there is a generator and the image suits it,
        then `Likelihood`, where the catalogue has likelihoods of the encoder.
        Before `Done` come `Classes`, where there are labels to learn from: once at once, and
        again whenever another classifier has been fitted.
        """
        self._send(
            {
                "op": "search",
                "job": job,
                "path": str(path),
                "top": top,
                "ignore_orientation": ignore_orientation,
                "position": position,
            }
        )

    def neighbours(self, job: str, index: int, *, top: int = 20) -> None:
        """Find the sources most similar to a catalogue source: `Neighbours` to `Done` as above."""
        self._send({"op": "neighbours", "job": job, "index": index, "top": top})

    def classes_of(self, job: str, label_set: str, level: float) -> None:
        """Tell classes from now on by a label set ("": not at all): `Done`, or `Refused`.

        ``label_set`` is a shipped one or a column of the open catalogue, ``level`` that of the
        conformal sets.  What is in use stays where this is refused.
        """
        self._send({"op": "classes-of", "job": job, "label_set": label_set, "level": level})

    def predict_catalog(self, job: str) -> None:
        """Tell the class of every source of the catalogue: `CatalogClasses`, `Done`."""
        self._send({"op": "predict-catalog", "job": job})

    def overlay(self, job: str, catalog: Path | str) -> None:
        """Lay another catalogue over the open one: `Overlaid` some at a time, `Covered`, `Done`."""
        self._send({"op": "overlay", "job": job, "catalog": str(catalog)})

    def score_set(
        self,
        job: str,
        name: str,
        *,
        count: int = 500,
        temperature: float = 1.0,
        seed: int = 0,
    ) -> None:
        """Judge a set of galaxies by the open catalogue: `ScoredSet` some at a time, `Done`.

        ``name`` is a shipped label set, "controls", "drawn" (``count`` new galaxies at a
        ``temperature``) or the folder of another catalogue; a search goes before.  `Refused`
        where the catalogue has no likelihoods of the encoder in use, or there is no such set.
        """
        self._send(
            {
                "op": "score-set",
                "job": job,
                "set": name,
                "count": count,
                "temperature": temperature,
                "seed": seed,
            }
        )

    def compare(self, job: str, other: str) -> None:
        """Compare a set, or the folder of a catalogue, with the open one: `Compared`, `Done`."""
        self._send({"op": "compare", "job": job, "other": other})

    def draw(
        self,
        job: str,
        *,
        count: int,
        temperature: float = 1.0,
        seed: int = 0,
        angular_size: float | None = None,
        around: Galaxy | None = None,
        kept: int = 2,
    ) -> None:
        """Draw new galaxies: `Drawn` some at a time, `Done`; a search goes before.

        ``around`` is a galaxy whose latents of the ``kept`` coarsest resolutions are kept;
        ``angular_size`` in arcsec is for generators that were taught sizes.
        """
        self._send(
            {
                "op": "draw",
                "job": job,
                "count": count,
                "temperature": temperature,
                "seed": seed,
                "angular_size": angular_size,
                "around": around,
                "kept": kept,
            }
        )

    def walk(self, job: str, first: Galaxy, second: Galaxy, steps: int = 9) -> None:
        """Go from one galaxy to another: `WalkSteps`, `Done`."""
        self._send({"op": "walk", "job": job, "first": first, "second": second, "steps": steps})

    def traverse(
        self, job: str, galaxy: Galaxy, component: int, steps: int = 9, span: float = 3.0
    ) -> None:
        """Change one component of a galaxy's vector: `Traversal`, `Done`.

        It goes in even steps from ``-span`` to ``span`` standard deviations.
        """
        self._send(
            {
                "op": "traverse",
                "job": job,
                "galaxy": galaxy,
                "component": component,
                "steps": steps,
                "span": span,
            }
        )

    def components(self, job: str) -> None:
        """Tell the components of the generator's vector by importance: `Components`, `Done`."""
        self._send({"op": "components", "job": job})

    def understand(self, job: str, column: str) -> None:
        """Tell what the components of the catalogue's vectors hold: `Understanding`, `Done`.

        `Understanding` is told first without importances, then again and again as a forest
        grows that tells a numeric ``column`` from the vectors; `Refused` where it cannot.
        """
        self._send({"op": "understand", "job": job, "column": column})

    def cancel(self, job: str) -> None:
        """Drop a request; of its events, only those already on their way are still heard."""
        self._send({"op": "cancel", "job": job})

    def stop(self, timeout: float = 3.0) -> Outcome:
        """End the child, kindly and then hard, and return how it ended."""
        self._stopping = True
        process = self._process
        if process is None:
            return Outcome("ended")
        with contextlib.suppress(EngineError):
            self._send({"op": "quit", "job": ""})
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._reader is not None and self._reader is not threading.current_thread():
            self._reader.join(timeout)
        return self._outcome(process.returncode)

    def _send(self, request: dict[str, Any]) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise EngineError("the background worker is not running", remedy="start it first")
        try:
            with self._write_lock:
                wire.write_frame(process.stdin, request, {})
        except (BrokenPipeError, ValueError, OSError) as error:
            raise EngineError("the background worker has gone") from error

    def _read(self, process: subprocess.Popen[bytes], words: deque[str]) -> None:
        errors = threading.Thread(target=_read_errors, args=(process, words), daemon=True)
        errors.start()
        assert process.stdout is not None
        try:
            while (event := wire.read_event(process.stdout)) is not None:
                self._on_event(event)
        except EngineError as error:
            words.append(error.what)
            process.kill()
        except BaseException:  # of the listener; without one the child has no purpose
            process.kill()
            raise
        finally:
            process.wait()
            errors.join(1.0)
            _close(process)
            self._on_end(self._outcome(process.returncode))

    def _outcome(self, code: int) -> Outcome:
        words = self._last_words[-1] if self._last_words else ""
        if self._stopping or code == 0:
            return Outcome("ended", code, words)
        if code < 0:
            return Outcome("killed", -code, words)
        return Outcome("failed", code, words)


def _read_errors(process: subprocess.Popen[bytes], words: deque[str]) -> None:
    """Keep the last lines of standard error, and of a line without end a part."""
    assert process.stderr is not None
    while line := process.stderr.readline(_LONGEST_LINE):
        if text := line.decode(errors="replace").strip():
            words.append(text)


def _close(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
