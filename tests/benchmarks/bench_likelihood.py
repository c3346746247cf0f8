"""How long the judge takes to load, and a galaxy to be judged: by the bundled catalogue."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import numpy as np

from radgalgui.jobs.events import Done, Likelihood, Neighbours, Ready, ScoredSet
from radgalgui.jobs.likelihood.stored import read_scores
from radgalgui.jobs.supervisor import Engine
from radgalgui_resources import FIRST_ENCODER, catalog_path, example_path
from tests.benchmarks.figures import Figure, median_of


def measure() -> Iterator[Figure]:
    """Yield what a galaxy costs in this process, and what is waited for in the engine."""
    yield from _stored()
    yield from _here()
    yield from _engine()


def _stored() -> Iterator[Figure]:
    """Yield what the window waits for before it shows percentiles of all sources."""
    told = read_scores(catalog_path(), FIRST_ENCODER)
    if told is not None:
        seconds = median_of(10, lambda: _all_percentiles(catalog_path()))
        yield Figure(f"percentiles of {len(told):,} sources read", 1e3 * seconds, "ms", 100.0)


def _all_percentiles(path: Path) -> None:
    told = read_scores(path, FIRST_ENCODER)
    assert told is not None
    assert len(told.percentiles) == len(told.combined)


def _here() -> Iterator[Figure]:
    import torch

    from radgalgui.catalog.catalog import Catalog
    from radgalgui.jobs.likelihood.answer import Assessor

    torch.set_num_threads(1)
    with Catalog.open(catalog_path()) as catalog:
        names = list(catalog.manifest.likelihoods)
        for name in names:
            vectors = np.asarray(catalog.embeddings(name)[:200], dtype=np.float32)
            started = time.perf_counter()
            assessor = Assessor(catalog, name)
            assessor.load()
            assessor.of_vector("first", vectors[0])
            seconds = time.perf_counter() - started
            yield Figure(f"judge of {name}: loaded and asked once", seconds, "s", 2.0)
            durations = []
            for vector in vectors:
                started = time.perf_counter()
                assessor.of_vector("one", vector, -0.1)
                durations.append(time.perf_counter() - started)
            worst = float(np.percentile(durations, 95)) * 1000
            yield Figure(f"one galaxy judged by {name} (95th percentile)", worst, "ms", 20.0)


def _engine() -> Iterator[Figure]:
    heard: Queue = Queue()
    engine = Engine(heard.put, lambda outcome: None)
    started = time.perf_counter()
    engine.start()
    engine.open("open", catalog_path(), FIRST_ENCODER)
    engine.classes_of("none", "", 0.9)
    engine.search("first", example_path())
    _wait(heard, Ready, "open")
    _wait(heard, Neighbours, "first")
    answered = time.perf_counter() - started
    yield Figure("first neighbours, asked before the engine was ready", answered, "s", 4.0)
    _wait(heard, Likelihood, "first")
    later = time.perf_counter() - started - answered
    yield Figure("first likelihood, after the first neighbours", later, "s", 3.0)
    _wait(heard, Done, "first")
    durations = []
    for number in range(9):
        started = time.perf_counter()
        engine.search(str(number), example_path())
        _wait(heard, Neighbours, str(number))
        between = time.perf_counter()
        _wait(heard, Done, str(number))
        durations.append((between - started, time.perf_counter() - started))
    first, whole = np.median(durations, axis=0)
    yield Figure("neighbours of a query after that", float(first), "s", 0.5)
    yield Figure("all of it: reconstruction and likelihood too", float(whole), "s", 1.0)
    started = time.perf_counter()
    engine.score_set("set", "mirabest")
    _wait(heard, ScoredSet, "set")
    yield Figure("MiraBest judged (729 galaxies)", time.perf_counter() - started, "s", 2.0)
    engine.stop()


def _wait(heard: Queue, kind: type, job: str) -> None:
    while True:
        event = heard.get(timeout=60)
        if event.job == job and type(event).__name__ == "Refused":
            raise SystemExit(event.message)
        if isinstance(event, kind) and event.job == job:
            return
