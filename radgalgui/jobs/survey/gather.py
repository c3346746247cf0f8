"""The rows of a plan cut out and embedded, chunk by chunk, into the streams of unfinished work.

Cutting goes on one chunk ahead while networks embed the last one (`cutters`): the memory that is
needed does not grow with the number of rows.
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

from radgalgui.jobs.survey.cutters import LEVELS, NOTES, Cutters, open_cutters
from radgalgui.jobs.survey.plan import Plan, Rejected, Row
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

    chunks = _chunks(plan, eyes, first, admit, report, total=total, note=note, cancel=cancel)
    with chunks as coming:
        for chunk in coming:
            if cancel is not None:
                cancel.check()
            done = work.steps * CHUNK
            pace = _Pace(progress, done, len(chunk.lines), total, len(encoders))
            images = np.stack(chunk.images) if chunk.images else None
            work.append(ROWS, "".join(_line(line) for line in chunk.lines).encode())
            if images is not None:
                work.append(IMAGES, images.tobytes())
                seen = images.astype(np.float32) / np.float32(LEVELS)
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
    *,
    total: int | None,
    note: Notice,
    cancel: CancelToken | None,
) -> Iterator[Iterator[_Chunk]]:
    """Yield the chunks after the first rows, each cut while the one before is used.

    The first, for which the networks wait, is reported row by row.
    """
    stop = CancelToken()  # the cutters' own: a failure here must not wait for a whole chunk
    todo = islice(rows(plan, cancel=cancel), skipped, None)
    left = None if total is None else total - skipped
    with (
        open_cutters(plan, eyes, left, note=note) as cutters,
        ThreadPoolExecutor(1, "cutter") as thread,
    ):

        def cut_next(report: Callable[[int], None]) -> _Chunk:
            return _cut(list(islice(todo, CHUNK)), cutters, admit, report, stop)

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
    some: Sequence[Row | Rejected],
    cutters: Cutters,
    admit: Admits,
    report: Callable[[int], None],
    stop: CancelToken,
) -> _Chunk:
    chunk = _Chunk()
    for done, verdict in enumerate(cutters.each(some, stop)):
        report(done)
        line: dict[str, Any] = {"number": verdict.number, "name": verdict.name}
        admitted = verdict.reason if isinstance(verdict, Rejected) else admit(verdict.values)
        if isinstance(verdict, Rejected) or isinstance(admitted, str):
            line["reason"] = admitted
        else:
            chunk.images.append(verdict.image)
            line |= {"name": admitted["name"], "values": admitted}
        chunk.lines.append(line)
    return chunk


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=True, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    """Return a NumPy number as JSON knows it."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is no value of a table")
