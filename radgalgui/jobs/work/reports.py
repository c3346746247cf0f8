"""What long work tells as it goes: one line of JSON for each report.

``radgalgui COMMAND --events`` prints these lines, and whoever started the command reads them
back.  Between them may stand anything else, such as what libraries print: that is no report.
"""

from __future__ import annotations

import json
import math
import re
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal, get_args

__all__ = [
    "Began",
    "Device",
    "Done",
    "Failed",
    "Level",
    "Note",
    "Pace",
    "Pictures",
    "Point",
    "Progress",
    "Report",
    "Stopped",
    "from_line",
    "is_last",
    "phase",
    "to_line",
]

Level = Literal["info", "warning"]

_WINDOW: Final = 60.0  # seconds that a rate is taken over: work slows down and speeds up
_LEAST: Final = 1.0  # seconds before anything is said
_NUMBERS: Final = re.compile(r"[-+]?(?:\d[\d.,]*(?:e[-+]?\d+)?|nan|inf)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What all reports have: ``time``, in seconds since 1970, by default now."""

    time: float = field(default_factory=time.time)


@dataclass(frozen=True)
class Began(_Told):
    """The work has begun: the command line, and the number of its process."""

    command: list[str]
    pid: int


@dataclass(frozen=True)
class Device(_Told):
    """What it runs on, in words: ``CPU, 2 threads, 32-bit``."""

    text: str


@dataclass(frozen=True)
class Progress(_Told):
    """How far it is: ``done`` of ``total`` steps, which is None where unknown, of ``what``."""

    done: int
    total: int | None
    what: str = ""


@dataclass(frozen=True)
class Note(_Told):
    """A line of the log."""

    level: Level
    text: str


@dataclass(frozen=True)
class Point(_Told):
    """A point of the curves of a training, such as an epoch.

    ``values`` has ``loss``, ``learning_rate`` and ``images_per_second``, ``knn_accuracy`` where
    it was measured, and what else a method tells of itself.  NaN and infinite values, which a
    training that has run away tells, are written as null and read as NaN.
    """

    step: int
    values: dict[str, float]


@dataclass(frozen=True)
class Pictures(_Told):
    """A PNG file that was written, and what it shows."""

    path: str
    text: str


@dataclass(frozen=True)
class Done(_Told):
    """The last report of work that has succeeded: what it wrote, and what came out in numbers."""

    path: str
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failed(_Told):
    """The last report of work that could not be done: one sentence that says why."""

    message: str


@dataclass(frozen=True)
class Stopped(_Told):
    """The last report of work that was asked to stop, and did."""


Report = Began | Device | Progress | Note | Point | Pictures | Done | Failed | Stopped

_KINDS: Final[dict[str, type[Any]]] = {kind.__name__: kind for kind in get_args(Report)}
_LEVELS: Final = get_args(Level)


def is_last(report: Report) -> bool:
    """Whether nothing follows: the work is done, has failed, or has stopped."""
    return isinstance(report, (Done, Failed, Stopped))


def to_line(report: Report) -> str:
    """Return a report as one line of JSON, without its end."""
    told = {"kind": type(report).__name__, **asdict(report)}
    # Escaped to ASCII: a line is cut at no character, whatever the locale of the child.
    return json.dumps(_finite(told), allow_nan=False)


def from_line(line: str) -> Report | None:
    """Return the report of a line; None for what is none.

    That is a line half written, what a library prints, a report of a kind that this version does
    not know, or one whose values are not of the kind that they must be.  Further values are
    passed over.
    """
    if not line.lstrip().startswith("{"):
        return None
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    kind = _KINDS.get(str(told.get("kind"))) if isinstance(told, dict) else None
    if kind is None:
        return None
    values = {each.name: told[each.name] for each in fields(kind) if each.name in told}
    if not all(_CHECKS[name](value) for name, value in values.items()):
        return None
    if kind is Point and "values" in values:
        values["values"] = {
            name: math.nan if value is None else float(value)
            for name, value in values["values"].items()
        }
    try:
        report: Report = kind(**values)
    except TypeError:  # a value is missing
        return None
    return report


def phase(what: str) -> str:
    """Return the name of a phase without its numbers: that of ``epoch 3 of 20, loss 0.41``.

    It is the same for all epochs, since only what stands before the first comma counts, and no
    number in it.
    """
    return " ".join(_NUMBERS.sub("", what.partition(",")[0]).split())


class Pace:
    """Rate, share and time left of the phase that work is in.

    A phase ends where `phase` of ``what`` changes, where the total does, or where the count
    falls; then nothing is known of the next one until a second has gone by.
    """

    def __init__(self) -> None:
        self.last: Progress | None = None
        self._told: deque[Progress] = deque()

    def add(self, report: Report) -> None:
        """Hear a report; those that tell no progress change nothing, and `Began` all."""
        if isinstance(report, Began):
            self.last = None
            self._told.clear()
        if not isinstance(report, Progress):
            return
        if self.last is not None and _another(self.last, report):
            self._told.clear()
        self.last = report
        self._told.append(report)
        # The first one kept is the last that is older than the window.
        while len(self._told) > 2 and self._told[1].time <= report.time - _WINDOW:
            self._told.popleft()

    @property
    def share(self) -> float | None:
        """How much of the phase is done, from 0 to 1; None where its total is unknown."""
        if self.last is None or not self.last.total or self.last.total < 0:
            return None
        return min(max(self.last.done / self.last.total, 0.0), 1.0)

    @property
    def rate(self) -> float | None:
        """Steps a second, over the last minute; None before it is known, or at a standstill."""
        if len(self._told) < 2:
            return None
        seconds = self._told[-1].time - self._told[0].time
        steps = self._told[-1].done - self._told[0].done
        return steps / seconds if seconds >= _LEAST and steps > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """Seconds to the end of the phase; None where the rate or the total is unknown."""
        rate = self.rate
        if rate is None or self.last is None or self.last.total is None:
            return None
        return max(self.last.total - self.last.done, 0) / rate


def _another(before: Progress, now: Progress) -> bool:
    """Whether a phase has ended between two reports."""
    return (
        now.done < before.done or now.total != before.total or phase(now.what) != phase(before.what)
    )


def _finite(value: Any) -> Any:
    """Return what JSON can hold: null for numbers that are not finite."""
    if isinstance(value, dict):
        return {str(name): _finite(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    return _plain(value)


def _plain(value: Any) -> Any:
    """Return a number of NumPy or torch as Python's own, anything else as its text."""
    item = getattr(value, "item", None)
    try:
        return _finite(item()) if callable(item) else str(value)
    except (TypeError, ValueError, RuntimeError):  # an array of several
        return str(value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    """Whether a value is a number that a float can hold."""
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) <= sys.float_info.max
    return isinstance(value, float)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _are_numbers(value: object) -> bool:
    return isinstance(value, dict) and all(
        each is None or _is_number(each) for each in value.values()
    )


_CHECKS: Final = {
    "time": _is_number,
    "command": _are_texts,
    "pid": _is_count,
    "text": _is_text,
    "done": _is_count,
    "total": lambda value: value is None or _is_count(value),
    "what": _is_text,
    "level": lambda value: value in _LEVELS,
    "step": _is_count,
    "values": _are_numbers,
    "path": _is_text,
    "result": lambda value: isinstance(value, dict),
    "message": _is_text,
}
