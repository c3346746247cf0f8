"""What decides the result of a plan, as one hash: for going on where a build was stopped."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from radgalgui.jobs.survey.found import files_below, find_files
from radgalgui.jobs.survey.plan import Plan, Row
from radgalgui.jobs.survey.rows import rows

__all__ = ["fingerprint"]

_BATCHES: Final = ("batches.meta", "test_batch", "galaxy_data_h5.h5")


def fingerprint(plan: Plan) -> str:
    """Return a hash of a plan and of its files' names, sizes and times, in hexadecimal.

    The same hash means the same rows and the same pixels, unless a file was changed and its time
    set back.  Title and survey decide nothing here.  A missing file counts as such.

    Raises
    ------
    UsageError
        If the table cannot be read.
    """
    held = plan.to_dict()
    del held["title"], held["survey"]
    digest = hashlib.sha256(json.dumps(held, sort_keys=True).encode())
    for path in sorted(set(_files(plan))):
        digest.update(os.fsencode(path) + b"\0" + _state(path).encode() + b"\n")
    return digest.hexdigest()


def _files(plan: Plan) -> Iterator[Path]:
    """Yield the files that rows come from, and none that a build may write beside them."""
    if plan.table:
        yield Path(plan.table)
    if plan.kind == "table":
        yield from (Path(row.path) for row in rows(plan) if isinstance(row, Row) and row.path)
        return
    for path in map(Path, plan.inputs):
        if plan.kind == "published" and path.is_dir():
            yield from (held for held in files_below(path) if held.name in _BATCHES)
            yield from (held for held in files_below(path) if held.name.startswith("data_batch_"))
        yield from find_files([path]) if path.is_dir() else [path]


def _state(path: Path) -> str:
    try:
        told = path.stat()
    except OSError:
        return "missing"
    return f"{told.st_size} {told.st_mtime_ns}"
