"""A catalogue put together of what was gathered, alone or behind the sources of another one."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import REQUIRED, CatalogWriter
from radgalgui.errors import CatalogError
from radgalgui.jobs.survey.account import ACCOUNT, HISTORY, Line, lines_of, write_account
from radgalgui.jobs.survey.gather import IMAGES, ROWS, gathered, vector_stream
from radgalgui.jobs.survey.unfinished import Unfinished
from radgalgui.jobs.survey.vectors import About, Embeds, halved, software
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["BLOCK", "Chunk", "add_papers", "add_vectors", "base_blocks", "write_sources"]

BLOCK: Final = 4096  # sources held at once
_WHAT: Final = "writing the table and the images"

Chunk = tuple[Mapping[str, NDArray[Any]], NDArray[Any]]
Kind = Literal["number", "whole", "text"]


def write_sources(
    work: Unfinished,
    eyes: Preprocessing,
    about: About,
    *,
    base: Catalog | None = None,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> None:
    """Write table and images of the catalogue, unless an earlier attempt did.

    Columns that hold nothing at all are left out.  Behind another catalogue's sources the
    columns are those of both, blank where they are unknown; its whole numbers stay such where
    each new source has one.
    """
    if _is_whole(work.catalog):
        return
    columns = _columns(lines_of(work.path(ROWS)), base)
    count = gathered(work).kept
    blocks = _new_blocks(work, columns, count, eyes)
    total = count
    if base is not None:
        blocks = _then(_as_columns(base_blocks(base), columns), blocks)
        total += len(base)
    compact = base is not None and base.manifest.images.file.endswith(".h5")
    versions = software(None if base is None else base.manifest, embedded=False)
    done = 0
    with CatalogWriter(
        work.catalog, eyes, **asdict(about), compact=compact, software=versions
    ) as writer:
        for values, images in blocks:
            if cancel is not None:
                cancel.check()
            progress(done, total, _WHAT)
            writer.append(values, images)
            done += len(images)
    progress(total, total, _WHAT)


def _is_whole(path: Path) -> bool:
    """Whether an earlier attempt wrote the catalogue; one that is not whole is removed.

    Where it replaces another catalogue its files are moved there one by one, before the manifest.
    """
    if not path.exists():
        return False
    try:
        Catalog.open(path).close()
    except CatalogError:
        shutil.rmtree(path)
        return False
    return True


def add_vectors(work: Unfinished, encoders: Sequence[Embeds], base: Catalog | None = None) -> None:
    """Add the encoders' vectors to the catalogue, those that an earlier attempt did not add."""
    count = gathered(work).kept
    with Catalog.open(work.catalog) as catalog:
        todo = [encoder for encoder in encoders if encoder.name not in catalog.encoders]
    for encoder in todo:
        shape = (count, encoder.dimension)
        stream = work.path(vector_stream(encoder.name))
        vectors: NDArray[Any] = halved(np.memmap(stream, np.float32, mode="r", shape=shape))
        if base is not None:
            vectors = np.concatenate([base.embeddings(encoder.name), vectors])
        with CatalogUpdate(work.catalog) as update:
            update.add_embeddings(encoder.name, vectors, weights_sha256=encoder.sha256)
            update.record_software(software())


def add_papers(
    path: Path,
    step: Mapping[str, Any],
    lines: Iterable[Line],
    *,
    history: Sequence[Mapping[str, Any]] = (),
    account: Path | None = None,
) -> None:
    """Write down what was done to a catalogue, and what became of every row.

    Parameters
    ----------
    step : mapping
        What was done last, as JSON can hold it; ``what`` names it.
    lines : iterable of Line
        A line for each row of that step.
    history, account
        What was written down before.
    """
    with Catalog.open(path) as catalog:
        if catalog.manifest.papers:  # an earlier attempt came this far
            return
    past = [*history, step]
    number = f"-{len(past)}" if history else ""  # a file of an older account keeps its name

    def write_history(file: Path) -> None:
        file.write_text(json.dumps(past, indent=2) + "\n", encoding="utf-8")

    def write_lines(file: Path) -> None:
        write_account(file, f"{len(past)} {step['what']}", lines, before=account)

    with CatalogUpdate(path) as update:
        update.add_paper(HISTORY, f"history{number}.json", write_history)
        update.add_paper(ACCOUNT, f"account{number}.csv", write_lines)


def base_blocks(base: Catalog, rows: NDArray[np.int64] | None = None) -> Iterator[Chunk]:
    """Yield the table and the images of a catalogue, or of some of its rows, block by block."""
    chosen = np.arange(len(base)) if rows is None else rows
    for start in range(0, len(chosen), BLOCK):
        some = chosen[start : start + BLOCK]
        yield {name: base.column(name)[some] for name in base.columns}, base.images[some]


def _then(first: Iterable[Chunk], second: Iterable[Chunk]) -> Iterator[Chunk]:
    yield from first
    yield from second


def _columns(lines: Iterable[Line], base: Catalog | None) -> dict[str, Kind]:
    """Return the table's columns in their order: what they hold, those that hold anything."""
    kinds: dict[str, Kind] = {}
    told: set[str] = set(REQUIRED)
    if base is not None:
        for name in base.columns:
            kinds[name] = _kind(base.column(name).dtype)
        told.update(kinds)
    whole = {name for name, kind in kinds.items() if kind == "whole"}
    for line in lines:
        if "values" not in line:
            continue
        values = line["values"]
        for name in [name for name in whole if not _is_whole_number(values.get(name))]:
            kinds[name] = "number"
            whole.remove(name)
        for name, value in values.items():
            kind: Kind = "text" if isinstance(value, str) else "number"
            if kind == "text" and value:  # a table's column without a value says nothing
                kinds[name] = kind
            kinds.setdefault(name, kind)
            if name not in told and not _blank(value):
                told.add(name)
    return {name: kind for name, kind in kinds.items() if name in told}


def _kind(dtype: np.dtype[Any]) -> Kind:
    """Return what a column of a catalogue holds."""
    if dtype.kind in "OU":
        return "text"
    return "whole" if dtype.kind in "iu" and np.can_cast(dtype, np.int64) else "number"


def _is_whole_number(value: Any) -> bool:
    """Tell whether a value is a whole number that float64 holds: as such a table was read."""
    return isinstance(value, (int, float)) and float(value).is_integer() and abs(value) < 2**53


def _blank(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _new_blocks(
    work: Unfinished, columns: Mapping[str, Kind], count: int, eyes: Preprocessing
) -> Iterator[Chunk]:
    """Yield the table and the images that were gathered, block by block."""
    shape = (count, eyes.channels, eyes.size, eyes.size)
    images = np.memmap(work.path(IMAGES), np.uint8, mode="r", shape=shape)
    kept = (line["values"] for line in lines_of(work.path(ROWS)) if "values" in line)
    first = 0
    while block := list(islice(kept, BLOCK)):
        values = {name: _array([row.get(name) for row in block], columns[name]) for name in columns}
        yield values, images[first : first + len(block)]
        first += len(block)


def _as_columns(blocks: Iterable[Chunk], columns: Mapping[str, Kind]) -> Iterator[Chunk]:
    """Yield the blocks of another catalogue with the columns of this one."""
    for values, images in blocks:
        blank = [None] * len(images)
        yield (
            {name: _array(list(values.get(name, blank)), kind) for name, kind in columns.items()},
            images,
        )


def _array(values: list[Any], kind: Kind) -> NDArray[Any]:
    """Return a column; NaN and "" where a value is blank."""
    if kind == "text":
        return np.array(["" if _blank(v) else str(v) for v in values], dtype=object)
    if kind == "whole":
        return np.array([int(v) for v in values], dtype=np.int64)
    return np.array([math.nan if _blank(v) else float(v) for v in values], dtype=np.float64)
