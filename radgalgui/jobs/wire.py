"""Events and requests as bytes: one line of JSON, then the arrays it announces, raw.

A frame is ``{"kind": ..., ...fields, "arrays": [[field, dtype, shape], ...]}`` and a newline,
followed by each array's bytes in C order.  Without arrays a frame is a JSON line, so
that ``--events`` prints the same thing that the window reads.  Nothing is pickled: the
far side can only ever be one of the types named here.
"""

from __future__ import annotations

import json
import math
from dataclasses import fields
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import EngineError
from radgalgui.jobs import events

__all__ = ["json_line", "read_event", "read_frame", "write_event", "write_frame"]

_KINDS: dict[str, type[events.Event]] = {
    cls.__name__: cls
    for cls in (
        events.CatalogClasses,
        events.Classes,
        events.Compared,
        events.Components,
        events.Covered,
        events.Done,
        events.Drawn,
        events.Likelihood,
        events.Neighbours,
        events.Overlaid,
        events.Picture,
        events.Place,
        events.Ready,
        events.Reconstruction,
        events.Refused,
        events.ScoredSet,
        events.Seen,
        events.Traversal,
        events.Understanding,
        events.WalkSteps,
    )
}


def write_frame(stream: IO[bytes], head: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
    """Write one frame and flush it."""
    blocks = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    head = {**head, "arrays": [[n, b.dtype.str, list(b.shape)] for n, b in blocks.items()]}
    stream.write(json.dumps(_finite(head), allow_nan=False).encode() + b"\n")
    for block in blocks.values():
        stream.write(block.tobytes())
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[dict[str, Any], dict[str, NDArray[Any]]] | None:
    """Read one frame; None at the end of the stream.

    Raises
    ------
    EngineError
        If the bytes are not a frame, or end inside one.
    """
    line = stream.readline()
    if not line:
        return None
    try:
        head = json.loads(line)
        layout = [(str(n), np.dtype(d), tuple(map(int, s))) for n, d, s in head.pop("arrays")]
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise EngineError("the background worker sent something unreadable") from error
    return head, {name: _read_array(stream, dtype, shape) for name, dtype, shape in layout}


def write_event(stream: IO[bytes], event: events.Event) -> None:
    """Write one event as a frame."""
    values = {f.name: getattr(event, f.name) for f in fields(event)}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    plain = {name: value for name, value in values.items() if name not in arrays}
    write_frame(stream, {"kind": type(event).__name__, **plain}, arrays)


def read_event(stream: IO[bytes]) -> events.Event | None:
    """Read one event; None at the end of the stream.

    Raises
    ------
    EngineError
        If what arrives is no known event.
    """
    frame = read_frame(stream)
    if frame is None:
        return None
    head, arrays = frame
    cls = _KINDS.get(head.pop("kind", ""))
    if cls is None:
        raise EngineError("the background worker sent an unknown event")
    try:
        return cls(**{**_tuples(cls, head), **arrays})
    except (TypeError, KeyError, AttributeError) as error:
        raise EngineError("the background worker sent an event of another form") from error


def json_line(event: events.Event) -> str:
    """Return an event as one line of JSON for ``--events``: arrays by their shape only."""
    values = {f.name: getattr(event, f.name) for f in fields(event)}
    plain = {
        name: {"shape": list(value.shape)} if isinstance(value, np.ndarray) else value
        for name, value in values.items()
    }
    return json.dumps(_finite({"kind": type(event).__name__, **plain}), allow_nan=False)


def _read_array(stream: IO[bytes], dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    size = math.prod(shape) * dtype.itemsize
    block = stream.read(size)
    if len(block) != size:
        raise EngineError("the background worker stopped in the middle of an answer")
    return np.frombuffer(block, dtype=dtype).reshape(shape)


def _finite(value: Any) -> Any:
    """Replace NaN and infinity, which JSON has no word for, by None."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _tuples(cls: type[events.Event], head: dict[str, Any]) -> dict[str, Any]:
    """Give back the tuples that JSON turned into lists."""
    kinds = {f.name: str(f.type) for f in fields(cls)}
    restored: dict[str, Any] = {
        k: tuple(v) if kinds.get(k, "").startswith("tuple") else v for k, v in head.items()
    }
    if cls is events.Place:
        restored["positions"] = {k: tuple(v) for k, v in head["positions"].items()}
    return restored
