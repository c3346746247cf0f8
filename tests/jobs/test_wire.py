"""Frames carry every event there and back, and nothing that is not an event."""

from __future__ import annotations

import io
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from radgalgui.errors import EngineError
from radgalgui.jobs import events, wire

ROW: events.NeighbourRow = {
    "index": 7,
    "rank": 1,
    "name": "SIMJ134541.2+232253",
    "ra": 206.4218,
    "dec": None,
    "similarity": 0.98,
    "label": "FRII",
    "angular_size_arcsec": 31.5,
}
SHAPES = {"ClassRow", "Event", "LabelledRow", "NeighbourRow", "NoteText", "OpinionRow"}
SHAPES |= {"FileGalaxy", "Galaxy", "StoredGalaxy"}  # of requests
PLANE = np.arange(12, dtype=np.float32).reshape(3, 4)
CUBE = PLANE[None, None]
EVENTS = [
    events.Ready("a", "/c", "simclr", 256, 20_000, "cpu", 2),
    events.Picture("a", "n", "o", PLANE, 1, "WCSAXES= 2", "Jy/beam", (5.4, 5.4, 0.0)),
    events.Seen(
        "a", PLANE[None], PLANE[None], (1.5, 2.0), 64.0, 1.8, "", None, 23.1, 1e-4, 40.0, 12.0,
        [{"code": "rescaled", "text": "The pixels are 1.0″."}],
    ),
    events.Place("a", {"umap": (1.0, 2.0, 0.3), "pca": (0.0, -1.0, 0.0)}),
    events.Neighbours("a", [ROW]),
    events.Classes(
        "a", "mirabest", "simclr", ["FRI", "FRII"],
        [{"classifier": "knn", "probabilities": [0.25, 0.75]}], [0.25, 0.75], 1, 729, 0.9,
        ["FRII"], None, [{"label": "FRII", "similarity": 0.9, "name": "", "index": None}], False,
    ),
    events.CatalogClasses("a", "mirabest", "simclr", ["FRI", "FRII"], ["knn"], PLANE),
    events.Reconstruction("a", PLANE[None], -PLANE[None], 1.02, None, True),
    events.Drawn("a", 8, CUBE, PLANE[0]),
    events.WalkSteps("a", CUBE, PLANE[0], np.array([7, -1]), ["n", ""], PLANE[1]),
    events.Traversal("a", 3, PLANE[0], CUBE, -0.5),
    events.Components("a", np.array([1, 0]), PLANE[0], PLANE[1], 1),
    events.Understanding(
        "a", "simclr", "flux", 20_000, 3, *PLANE, *PLANE, 40, 200, 2, None, 0.03, True, False,
        [{"code": "sources", "text": "The forest saw 50,000 of 90,000 sources."}],
    ),
    events.Overlaid(
        "a", "/b", 0, 2, ["umap", "pca"], CUBE, PLANE[0], np.array([4, 0]), PLANE[1]
    ),
    events.Covered("a", "/b", "B", "simclr", 600, 20_000, 10, 0.87, 0.84, 0.9, 0.98, True),
    events.Likelihood(
        "a", "simclr", 20_000, -512.25, 37.0,
        [{"method": "knn_distance", "percentile": None}], None, False,
    ),
    events.ScoredSet(
        "a", "controls", "Controls", "simclr", 0, 3, PLANE, -PLANE, ["n", "", ""], ["", "FRI", ""],
        [], np.zeros((0, 1, 1, 1), dtype=np.float32),
    ),
    events.Compared("a", "frdeep", {"ks": 0.25, "support": {"words": "inside"}}, PLANE[0]),
    events.Refused("a", "x.fits: it is empty; download it again."),
    events.Done("a", 0.25),
]  # fmt: skip


def _there_and_back(event: events.Event) -> events.Event | None:
    stream = io.BytesIO()
    wire.write_event(stream, event)
    stream.seek(0)
    return wire.read_event(stream)


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_every_event_arrives_as_it_left(event):
    arrived = _there_and_back(event)
    assert type(arrived) is type(event)
    for name in event.__dataclass_fields__:
        left, right = getattr(event, name), getattr(arrived, name)
        if isinstance(left, np.ndarray):
            np.testing.assert_array_equal(left, right)
            assert left.dtype == right.dtype
        else:
            assert left == right


def test_the_events_above_are_all_there_are():
    kinds = {type(event).__name__ for event in EVENTS}
    assert kinds == {n for n in events.__all__ if n not in SHAPES}


@given(hnp.arrays(np.float32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)))
def test_any_image_arrives_bit_for_bit(image):
    arrived = _there_and_back(events.Picture("j", "", "", image, 1, "", "", ()))
    assert arrived.original.tobytes() == image.tobytes()


def test_frames_follow_one_another():
    stream = io.BytesIO()
    for event in EVENTS:
        wire.write_event(stream, event)
    stream.seek(0)
    kinds = [type(wire.read_event(stream)) for _ in EVENTS]
    assert kinds == [type(event) for event in EVENTS]
    assert wire.read_event(stream) is None


@given(st.binary(min_size=1, max_size=60))
def test_garbage_is_an_engine_error_never_another_exception(garbage):
    with pytest.raises(EngineError):
        wire.read_event(io.BytesIO(garbage))


def test_an_answer_cut_in_its_arrays_is_refused():
    stream = io.BytesIO()
    wire.write_event(stream, EVENTS[2])
    with pytest.raises(EngineError, match="middle of an answer"):
        wire.read_event(io.BytesIO(stream.getvalue()[:-1]))


@given(st.floats())
def test_json_lines_are_strict_json(value):
    line = wire.json_line(events.Done("j", value))
    seconds = json.loads(line, parse_constant=lambda word: pytest.fail(word))["seconds"]
    assert seconds == (value if math.isfinite(value) else None)
