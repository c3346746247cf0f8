"""The real engine between catalogues: an encoder of the user's own, one laid over another, none."""

from __future__ import annotations

from pathlib import Path
from queue import Queue

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.jobs.events import Covered, Done, Event, Neighbours, Overlaid, Place, Ready, Refused
from radgalgui.jobs.supervisor import Engine
from radgalgui.jobs.work.library import add_encoder
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_resources import example_path


def write(path: Path, count: int, seed: int, encoder=None) -> Path:
    """Write a catalogue of blobs; with an encoder its vectors, but neither index nor map."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-32:32, -32:32]
    images = np.empty((count, 1, 64, 64), dtype=np.float32)
    for image in images:
        turn, wide, thin = rng.uniform(0, np.pi), rng.uniform(4, 7), rng.uniform(1, 4)
        along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        image[0] = np.exp(-0.5 * ((along / wide) ** 2 + (across / wide * thin) ** 2))
    columns = {
        "name": np.array([f"{path.name} {i}" for i in range(count)], dtype=object),
        "ra": np.full(count, np.nan),
        "dec": np.full(count, np.nan),
    }
    with CatalogWriter(path, Preprocessing(), title=path.name) as writer:
        writer.append(columns, images)
    if encoder is not None:
        with Catalog.open(path) as catalog:
            vectors = encoder.embed(catalog.images[:])
        with CatalogUpdate(path) as update:
            update.add_embeddings("small", vectors, weights_sha256=encoder.sha256)
    return path


@pytest.fixture(scope="module")
def told(small_weights, small_encoder, tmp_path_factory):
    """Return an engine with a catalogue open by the user's own encoder, and a queue of events."""
    folder = tmp_path_factory.mktemp("own")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RADGALGUI_HOME", str(folder / "home"))
        add_encoder(small_weights)
        write(folder / "mine", 90, 1, small_encoder)
        write(folder / "theirs", 300, 2)
        events: Queue[Event] = Queue()
        engine = Engine(events.put, lambda _: None)
        engine.start()
        engine.open("open", folder / "mine", "small")
        yield engine, events, folder
        assert engine.stop(timeout=300).how == "ended"


def until(events: Queue[Event], job: str, *kinds: type[Event]) -> list[Event]:
    """Return what is heard up to the first event of a job of these kinds."""
    heard = [events.get(timeout=300)]
    while heard[-1].job != job or not isinstance(heard[-1], kinds):
        heard.append(events.get(timeout=300))
    return heard


def test_a_catalogue_by_an_encoder_of_ones_own_is_searched_without_index_and_map(told):
    engine, events, _ = told
    ready = until(events, "open", Ready, Refused)[-1]
    assert isinstance(ready, Ready), ready
    assert (ready.encoder, ready.sources) == ("small", 90)
    engine.search("image", example_path(), top=5)
    heard = until(events, "image", Done, Refused)
    assert isinstance(heard[-1], Done), heard[-1]
    (rows,) = (event.rows for event in heard if isinstance(event, Neighbours))
    assert len(rows) == 5
    (place,) = (event for event in heard if isinstance(event, Place))
    assert place.positions == {}


def test_a_question_goes_before_the_rest_of_a_comparison(told, all_at_once):
    engine, events, folder = told
    with all_at_once(engine):
        engine.overlay("lay", folder / "theirs")
        engine.neighbours("quick", 3, top=2)
    heard = until(events, "lay", Covered, Refused)
    assert isinstance(heard[-1], Covered)
    assert heard[-1].sources == 300
    jobs = [event.job for event in heard]
    assert jobs.index("quick") < len(jobs) - 1
    parts = [event for event in heard if isinstance(event, Overlaid)]
    assert parts[-1].first + len(parts[-1].novelty) == 300
    assert parts[-1].places.shape[1:] == (0, 2)
    until(events, "lay", Done)


def test_a_closed_catalogue_answers_nothing_and_is_opened_again(told):
    engine, events, folder = told
    engine.close_catalog("close")
    assert isinstance(until(events, "close", Done, Refused)[-1], Done)
    engine.neighbours("none", 0)
    assert "no catalogue is open" in until(events, "none", Done, Refused)[-1].message
    engine.open("again", folder / "mine", "small")
    assert isinstance(until(events, "again", Ready, Refused)[-1], Ready)
    engine.neighbours("one", 0)
    assert isinstance(until(events, "one", Done, Refused)[-1], Done)
