"""How commands tell what they do: as lines of JSON for a window, or in words for the terminal."""

from __future__ import annotations

import argparse
import errno
import io
import os
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from radgalgui.cli.output import TerminalProgress, complain
from radgalgui.cli.stopping import stopping
from radgalgui.errors import Cancelled, RadGalError, ResourceError
from radgalgui.jobs.work.reports import (
    Began,
    Device,
    Done,
    Failed,
    Level,
    Note,
    Pictures,
    Point,
    Progress,
    Report,
    Stopped,
    is_last,
    phase,
    to_line,
)
from radgalgui.progress import CancelToken

__all__ = ["Reporter", "add_events", "is_first_process", "mended", "reporting"]

_SOONEST: Final = 0.1  # seconds between two reports of progress
_LATEST: Final = 1.0  # the same in work that takes hours, of which the window reads all
_SETTLED: Final = 300.0  # seconds after which that is reached
_LAST_TRIES: Final = 5  # to say the last word on a full disk, from which something is removed
_BETWEEN_TRIES: Final = 0.4  # seconds

_FULL: Final = (
    "no space left on device",
    "disk quota exceeded",
    "not enough space on the disk",
    "pytorchstreamwriter failed writing",  # torch does not say why
    "unexpected pos",  # the same, from where it closes the file
    "file write failed",
)
_CUT_SHORT: Final = re.compile(r"\d+ requested and \d+ written")  # NumPy's words for it
_SHORT: Final = ("out of memory", "not enough memory", "can't allocate memory", "bad_alloc")


class Reporter:
    """What a command tells; this one tells nothing, as all but the first of several processes.

    Attributes
    ----------
    cancel : CancelToken
        Raised when somebody asks to stop; to be handed down to the work.
    """

    def __init__(self) -> None:
        self.cancel = CancelToken()

    def progress(self, done: int, total: int | None, what: str = "", /) -> None:
        """Tell that ``done`` of ``total`` steps of ``what`` are done."""

    def note(self, level: Level, text: str, /) -> None:
        """Tell a line of the log: of what happened along the way."""

    def device(self, text: str, /) -> None:
        """Tell what the work runs on."""

    def point(self, step: int, values: Mapping[str, float], /) -> None:
        """Tell a point of the curves of a training."""

    def pictures(self, path: str | os.PathLike[str], text: str, /) -> None:
        """Tell of a PNG file that was written."""

    def done(
        self, path: str | os.PathLike[str], result: Mapping[str, Any] | None = None, /
    ) -> None:
        """Tell that the work is done, and what it wrote."""

    def close(self) -> None:
        """Tell no more."""


class _Words(Reporter):
    """Tells a user at a terminal: a bar and notes on standard error, the path on the other."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = TerminalProgress()
        self._device = ""

    def progress(self, done: int, total: int | None, what: str = "", /) -> None:
        self._bar(done, total, what)

    def note(self, level: Level, text: str, /) -> None:
        self._bar.close()
        complain(text if level == "info" else f"warning: {text}")

    def device(self, text: str, /) -> None:
        if text != self._device:  # every fold of a cross-validation tells it again
            self.note("info", text)
        self._device = text

    def done(
        self,
        path: str | os.PathLike[str],
        result: Mapping[str, Any] | None = None,  # noqa: ARG002
        /,
    ) -> None:
        self._bar.close()
        print(os.fspath(path))

    def close(self) -> None:
        self._bar.close()


class _Lines(Reporter):
    """Tells a program that reads: a line of JSON for each report.

    Progress comes ten times a second at most, once a second where the work takes long, and the
    first and the last of a phase always.
    """

    def __init__(self, write: _Writer) -> None:
        super().__init__()
        self._write = write
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._sent = -_LATEST
        self._held: Progress | None = None  # progress that came too soon after the last
        self._phase: tuple[str, int | None] | None = None
        self._done = 0
        self._over = False

    def tell(self, report: Report) -> None:
        """Print a report, after the progress that was held back; nothing after the last."""
        with self._lock:
            self._tell(report)

    def progress(self, done: int, total: int | None, what: str = "", /) -> None:
        with self._lock:
            report = Progress(done, total, what)
            now, kind = time.monotonic(), (phase(what), total)
            first = kind != self._phase or done < self._done
            if first:
                self._let_go()
            self._phase, self._done, self._held = kind, done, report
            wait = min(max(_SOONEST, (now - self._began) / _SETTLED), _LATEST)
            if first or done == total or now - self._sent >= wait:
                self._let_go()

    def note(self, level: Level, text: str, /) -> None:
        self.tell(Note(level, text))

    def device(self, text: str, /) -> None:
        self.tell(Device(text))

    def point(self, step: int, values: Mapping[str, float], /) -> None:
        self.tell(Point(step, dict(values)))

    def pictures(self, path: str | os.PathLike[str], text: str, /) -> None:
        self.tell(Pictures(os.fspath(path), text))

    def done(
        self, path: str | os.PathLike[str], result: Mapping[str, Any] | None = None, /
    ) -> None:
        self.tell(Done(os.fspath(path), dict(result or {})))

    def close(self) -> None:
        self._over = True

    def _tell(self, report: Report) -> None:
        if self._over:
            return
        self._let_go()
        self._over = is_last(report)
        self._write(to_line(report), last=self._over)

    def _let_go(self) -> None:
        """Print the progress that was held back."""
        held, self._held = self._held, None
        if held is not None and not self._over:
            self._sent = time.monotonic()
            self._write(to_line(held), last=False)


class _Writer:
    """Standard output, which libraries that print have no more part in.

    Raises `BrokenPipeError` where nobody reads any more.  On a full disk reports are lost, but for
    the last one, for which it waits a little: what was half written is being removed.
    """

    def __init__(self) -> None:
        self._cut = False  # the last line was not written to its end
        self._shown: int | None = None
        try:
            shown, others = sys.stdout.fileno(), sys.stderr.fileno()
        except (io.UnsupportedOperation, AttributeError, ValueError):
            return  # they are no files, such as in a test
        sys.stdout.flush()
        self._own = os.dup(shown)
        os.dup2(others, shown)
        self._shown = shown

    def __call__(self, line: str, *, last: bool) -> None:
        if self._shown is None:
            print(line, flush=True)
            return
        for attempt in range(_LAST_TRIES if last else 1):
            if attempt:
                time.sleep(_BETWEEN_TRIES)
            text = f"\n{line}\n" if self._cut else f"{line}\n"
            try:
                self._all(text.encode())
            except BrokenPipeError:
                raise
            except OSError:
                continue
            return

    def close(self) -> None:
        """Give standard output back."""
        if self._shown is not None:
            with suppress(OSError, ValueError):
                sys.stdout.flush()
            os.dup2(self._own, self._shown)
            os.close(self._own)
            self._shown = None

    def _all(self, content: bytes) -> None:
        """Write a line, and remember where it is cut short."""
        while content:
            content = content[os.write(self._own, content) :]
            self._cut = bool(content)


def add_events(parser: argparse.ArgumentParser) -> None:
    """Describe ``--events``."""
    parser.add_argument(
        "--events",
        action="store_true",
        help="print what becomes known as JSON lines, on standard output",
    )


def is_first_process() -> bool:
    """Whether this is not one of the processes that Lightning, torchrun or SLURM adds."""
    ranks = (
        os.environ.get(name, "0") for name in ("RANK", "LOCAL_RANK", "NODE_RANK", "SLURM_PROCID")
    )
    return all(rank == "0" for rank in ranks)


@contextmanager
def reporting(options: argparse.Namespace, out: str | os.PathLike[str]) -> Iterator[Reporter]:
    """Yield what a command tells its user by, and see to how it ends.

    Ctrl+C, SIGINT and SIGTERM raise the reporter's token, and two seconds later, or the second
    time, end the work wherever it is.  A full disk and a want of memory are put in words.
    With ``--events`` the last line is `Done`, `Failed` or `Stopped`.

    Parameters
    ----------
    options : argparse.Namespace
        ``events`` says whether lines of JSON are wanted, ``resume`` whether the command can go on.
    out : str or path
        What the work writes; named where its disk is full.

    Raises
    ------
    Cancelled
        If somebody asked to stop.
    RadGalError
        As the work raises it, or for a full disk or memory (`ResourceError`).
    """
    writer: _Writer | None = None
    reporter = Reporter()
    if is_first_process():
        if getattr(options, "events", False):
            writer = _Writer()
            reporter = _Lines(writer)
            reporter.tell(Began(list(getattr(options, "typed", sys.argv)), os.getpid()))
        else:
            reporter = _Words()
    try:
        with stopping(reporter.cancel):
            yield reporter
        if isinstance(reporter, _Lines):
            reporter.tell(Done(os.fspath(out)))  # heard only if the command has not said so
    except BrokenPipeError:
        raise
    except BaseException as error:
        better = mended(error, out, resumable=hasattr(options, "resume"), cancel=reporter.cancel)
        if isinstance(reporter, _Lines):
            reporter.tell(_last_word(better))
        if better is error:
            raise
        raise better from error
    finally:
        reporter.close()
        if writer is not None:
            writer.close()


def mended(
    error: BaseException,
    out: str | os.PathLike[str],
    *,
    resumable: bool,
    cancel: CancelToken | None = None,
) -> BaseException:
    """Return an error in the user's words where it is one that the machine caused.

    `Cancelled` for all that follows from a wish to stop, `ResourceError` for a full disk, in
    whatever words a library says so, and for a want of memory; anything else as it is.
    """
    if isinstance(error, (KeyboardInterrupt, Cancelled)):
        return error if isinstance(error, Cancelled) else Cancelled()
    asked = cancel is not None and cancel.cancelled
    if isinstance(error, SystemExit) and (asked or type(error).__name__ == "SIGTERMException"):
        return Cancelled()  # Lightning ends the program by itself
    causes = list(_causes(error))
    again = "go on with --resume" if resumable else "try again"
    if any(map(_is_full, causes)):
        full = [each for each in causes if isinstance(each, OSError) and _is_full(each)]
        named = [each.filename for each in full if each.filename]
        folder = Path(os.fsdecode(named[0])).parent if named else Path(out)
        return ResourceError(
            "the disk is full", subject=folder, remedy=f"make room on it, and {again}"
        )
    if any(map(_is_short, causes)):
        return ResourceError(
            "there is not enough memory for this",
            remedy=f"close other programs or ask for smaller batches, and {again}",
        )
    return error


def _last_word(error: BaseException) -> Report:
    if isinstance(error, Cancelled):
        return Stopped()
    if isinstance(error, RadGalError):
        return Failed(str(error))
    if isinstance(error, OSError) and error.strerror:
        return Failed(f"{error.filename}: {error.strerror}." if error.filename else error.strerror)
    words = " ".join(str(error).split())
    return Failed(f"The program failed ({type(error).__name__}: {words}).")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those that it came from."""
    seen: set[int] = set()
    here: BaseException | None = error
    while here is not None and id(here) not in seen:
        seen.add(id(here))
        yield here
        here = here.__cause__ or here.__context__


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return True
    if not isinstance(error, Exception):
        return False
    said = str(error).lower()
    return any(words in said for words in _FULL) or _CUT_SHORT.search(said) is not None


def _is_short(error: BaseException) -> bool:
    if isinstance(error, MemoryError):
        return True
    about = isinstance(error, (RuntimeError, OSError))
    return about and any(words in str(error).lower() for words in _SHORT)
