"""What decides the result of a plan, as one hash: for going on where a build was stopped."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from radgalgui.jobs.survey.found import files_below
from radgalgui.jobs.survey.plan import Plan

__all__ = ["fingerprint"]


def fingerprint(plan: Plan) -> str:
    """Return a hash of a plan and of its files' names, sizes and times, in hexadecimal.

    The same hash means the same rows and the same pixels, unless a file was changed and its time
    set back.  Title and survey decide nothing here.  A missing file counts as such.
    """
    held = plan.to_dict()
    del held["title"], held["survey"]
    digest = hashlib.sha256(json.dumps(held, sort_keys=True).encode())
    for path in sorted(set(_files(plan))):
        digest.update(os.fsencode(path) + b"\0" + _state(path).encode() + b"\n")
    return digest.hexdigest()


def _files(plan: Plan) -> Iterator[Path]:
    for path in map(Path, (*plan.inputs, *([plan.table] if plan.table else []))):
        yield from files_below(path) if path.is_dir() else [path]


def _state(path: Path) -> str:
    try:
        told = path.stat()
    except OSError:
        return "missing"
    return f"{told.st_size} {told.st_mtime_ns}"
