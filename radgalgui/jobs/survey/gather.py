"""The rows of a plan cut out and embedded, chunk by chunk, into the streams of unfinished work.

Cutting happens in a thread, one chunk ahead, while networks embed the last one: the memory that
is needed does not grow with the number of rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import Cancelled, RadGalError
from radgalgui.jobs.survey.cutting import Cutter
from radgalgui.jobs.survey.plan import Cut, Plan, Rejected, Row
from radgalgui.jobs.survey.record import record
from radgalgui.jobs.survey.rows import rows
from radgalgui.jobs.survey.unfinished import Unfinished
from radgalgui.jobs.survey.vectors import Embeds
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard
from radgalgui.sky.preprocess import Preprocessing

if TYPE_CHECKING:
    from radgalgui.models.devices import Device

__all__ = [
    "CHUNK",
    "IMAGES",
    "NOTES",
    "ROWS",
    "Admits",
    "Gathered",
    "gather",
    "gathered",
    "vector_stream",
]

CHUNK: Final = 256  # rows: a second's work or a few, which is what a kill costs
IMAGES: Final = "images"
ROWS: Final = "rows"
NOTES: Final = "notes"
_LEVELS: Final = 255


class Admits(Protocol):
    """Called with a source's record; returns it, perhaps renamed, or why it is left out."""

    def __call__(self, values: dict[str, Any], /) -> dict[str, Any] | str:
        """Look at a source before it is kept."""


@dataclass
class _Chunk:
    """What became of some rows: a line of the account each, and the images of those kept."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    images: list[NDArray[np.uint8]] = field(default_factory=list)


@dataclass(frozen=True)
class Gathered:
    """What lies in the streams: so many sources, and so many rows that were rejected."""

    kept: int
    rejected: int


def vector_stream(encoder: str) -> str:
    """Return the stream of an encoder's vectors, (N, D) float32."""
    return f"{encoder}.vectors"


def gathered(work: Unfinished) -> Gathered:
    """Return what was committed so far."""
    return Gathered(work.note("kept") or 0, work.note("rejected") or 0)


def gather(
    work: Unfinished,
    plan: Plan,
    encoders: Sequence[Embeds],
    eyes: Preprocessing,
    *,
    device: Device | None = None,
    admit: Admits = lambda values: values,
    total: int | None = None,
    progress: Progress = silent,
    note: Notice = unheard,
    cancel: CancelToken | None = None,
) -> Gathered:
    """Cut and embed all rows that were not done yet.

    Parameters
    ----------
    eyes : Preprocessing
        How all the encoders see.
    admit : callable, optional
        Has the last word on a source whose image was cut.
    total : int, optional
        Rows there are, for the progress.

    Raises
    ------
    ImageError, UsageError
        If the input cannot be read at all.
    Cancelled
        If the user asked to stop; what was committed stays.
    """
    first = work.steps * CHUNK
    some = None if total is None else max(min(CHUNK, total - first), 0)

    def report(done: int) -> None:
        progress(done, some, "cutting out the first sources")

    with _chunks(plan, eyes, first, admit, report, cancel) as coming:
        for chunk in coming:
            if cancel is not None:
                cancel.check()
            done = work.steps * CHUNK
            pace = _Pace(progress, done, len(chunk.lines), total, len(encoders))
            images = np.stack(chunk.images) if chunk.images else None
            work.append(ROWS, "".join(_line(line) for line in chunk.lines).encode())
            if images is not None:
                work.append(IMAGES, images.tobytes())
                seen = images.astype(np.float32) / np.float32(_LEVELS)
                for number, encoder in enumerate(encoders):
                    vectors = encoder.embed(
                        seen, device=device, progress=pace.of(number), note=note, cancel=cancel
                    )
                    work.append(vector_stream(encoder.name), vectors.tobytes())
            before = gathered(work)
            kept = len(chunk.images)
            rejected = before.rejected + len(chunk.lines) - kept
            work.commit(kept=before.kept + kept, rejected=rejected)
            progress(done + len(chunk.lines), total, _WHAT)
    return gathered(work)


_WHAT: Final = "cutting out and embedding"


@dataclass(frozen=True)
class _Pace:
    """Progress of a chunk's embedding, as rows of the whole input."""

    progress: Progress
    first: int
    rows: int
    total: int | None
    encoders: int

    def of(self, number: int) -> Progress:
        """Return what the encoder of that number reports to."""

        def report(done: int, total: int | None, _: str = "", /) -> None:
            share = (number + done / max(total or 1, 1)) / self.encoders
            self.progress(self.first + int(self.rows * share), self.total, _WHAT)

        return report


@contextmanager
def _chunks(
    plan: Plan,
    eyes: Preprocessing,
    skipped: int,
    admit: Admits,
    report: Callable[[int], None],
    cancel: CancelToken | None,
) -> Iterator[Iterator[_Chunk]]:
    """Yield the chunks after the first rows, each cut while the one before is used.

    The first, for which the networks wait, is reported row by row.
    """
    stop = CancelToken()  # the cutter's own: a failure here must not wait for a whole chunk
    todo = islice(rows(plan, cancel=cancel), skipped, None)
    with Cutter(plan, eyes) as cutter, ThreadPoolExecutor(1, "cutter") as thread:

        def cut_next(report: Callable[[int], None]) -> _Chunk:
            return _cut(islice(todo, CHUNK), cutter, admit, report, stop)

        def chunks() -> Iterator[_Chunk]:
            coming: Future[_Chunk] = thread.submit(cut_next, report)
            while (chunk := coming.result()).lines:
                coming = thread.submit(cut_next, lambda _: None)
                yield chunk

        try:
            yield chunks()
        finally:
            stop.cancel()


def _cut(
    some: Iterator[Row | Rejected],
    cutter: Cutter,
    admit: Admits,
    report: Callable[[int], None],
    stop: CancelToken,
) -> _Chunk:
    chunk = _Chunk()
    for done, row in enumerate(some):
        stop.check()
        report(done)
        verdict = row if isinstance(row, Rejected) else _source(row, cutter, admit)
        if isinstance(verdict, Rejected):
            chunk.lines.append(
                {"number": verdict.number, "name": verdict.name, "reason": verdict.reason}
            )
        else:
            values, image = verdict
            chunk.images.append(image)
            chunk.lines.append({"number": row.number, "name": values["name"], "values": values})
    return chunk


def _source(
    row: Row, cutter: Cutter, admit: Admits
) -> tuple[dict[str, Any], NDArray[np.uint8]] | Rejected:
    """Return a source's record and image, or why it cannot be one."""
    try:
        cut = cutter.cut(row)
        if not np.isfinite(cut.seen).all():
            return Rejected(row.number, row.name, "what encoders would see is not finite")
        values = _record(row, cut, cutter.plan)
    except Cancelled:
        raise
    except RadGalError as error:
        return Rejected(row.number, row.name, str(error))
    except MemoryError:
        return Rejected(row.number, row.name, "its image takes more memory than there is")
    except Exception as error:  # one file that nobody thought of must not stop the others
        return Rejected(row.number, row.name, f"cannot be read ({type(error).__name__}: {error})")
    admitted = admit(values)
    if isinstance(admitted, str):
        return Rejected(row.number, row.name, admitted)
    return admitted, np.rint(cut.seen * _LEVELS).astype(np.uint8)


def _record(row: Row, cut: Cut, plan: Plan) -> dict[str, Any]:
    """Return a source's row of the table; the last column says in words what to know of it."""
    values: dict[str, Any] = record(row, cut, plan)
    values.setdefault(NOTES, " ".join(remark.text for remark in cut.notes))
    return {name: _sayable(value) for name, value in values.items()}


def _sayable(value: Any) -> Any:
    """Return text as UTF-8 can hold it: file names may hold bytes that are no Unicode."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return value


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=True, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    """Return a NumPy number as JSON knows it."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is no value of a table")
