"""A catalogue whose vectors tell the angular size, and an engine that says so without a child."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import ClassVar

import numpy as np
from fakes import ENCODER, FakeEngine, make_catalog

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.errors import RadGalError
from radgalgui.jobs.events import Refused, Understanding
from radgalgui.jobs.understand import understand
from radgalgui.sky.preprocess import Preprocessing

TELLING = 5  # the component that tells the angular size
WIDTH = 16
PAUSE = 6  # trees after which the engine waits where it is held


def make_telling_catalog(path: Path, encoders: tuple[str, ...] = (ENCODER,)) -> Path:
    """Write a catalogue in whose vectors component ``TELLING`` is the logarithm of the size."""
    make_catalog(path, encoders=encoders)
    with Catalog.open(path) as catalog:
        size = catalog.column("angular_size")
    rng = np.random.default_rng(8)
    with CatalogUpdate(path) as update:
        for number, encoder in enumerate(encoders):
            vectors = rng.normal(size=(len(size), WIDTH)).astype(np.float32)
            vectors[:, TELLING + number] = np.log(size)
            update.add_embeddings(encoder, vectors, weights_sha256="0" * 64)
    return path


def make_hostile_catalog(path: Path, n: int = 60) -> Path:
    """Write sources whose table has columns that no forest can tell."""
    rng, nothing = np.random.default_rng(2), np.full(n, np.nan)
    few, gaps = nothing.copy(), rng.normal(size=n)
    few[:2], gaps[: n // 3] = (1.0, 2.0), np.inf
    columns = {
        "name": np.array([f"S{i}" for i in range(n)], dtype=object),
        "ra": rng.uniform(110, 260, n),
        "dec": rng.uniform(-8, 60, n),
        "label": np.array(["FRI"] * n, dtype=object),
        "angular_size": rng.uniform(5, 90, n),
        "flat": np.full(n, 3.0),
        "empty": nothing,
        "few": few,
        "gaps": gaps,
        "count": rng.integers(0, 3, n),
    }
    prep = Preprocessing()
    with CatalogWriter(path, prep, title="Hostile", simulated=True) as writer:
        writer.append(columns, np.zeros((n, 1, prep.size, prep.size), dtype=np.float32))
    with CatalogUpdate(path) as update:
        vectors = rng.normal(size=(n, WIDTH)).astype(np.float32)
        update.add_embeddings(ENCODER, vectors, weights_sha256="0" * 64)
        update.add_map(ENCODER, "pca", vectors[:, :2].copy())
    return path


class UnderstandingEngine(FakeEngine):
    """Also grows forests; while ``held`` is clear it waits after some trees."""

    held: ClassVar[threading.Event] = threading.Event()
    understood: ClassVar[list[tuple[str, str]]] = []
    deaths: ClassVar[int] = 0

    def __init__(self, on_event, on_end) -> None:
        super().__init__(on_event, on_end)
        self._cancelled: set[str] = set()

    def understand(self, job: str, column: str) -> None:
        self._requests.put(lambda: self._understand(job, column))

    def cancel(self, job: str) -> None:
        super().cancel(job)
        self._cancelled.add(job)
        UnderstandingEngine.held.set()

    def stop(self):
        UnderstandingEngine.held.set()
        return super().stop()

    def _understand(self, job: str, column: str) -> None:
        UnderstandingEngine.understood.append((self._encoder, column))
        if UnderstandingEngine.deaths:
            UnderstandingEngine.deaths -= 1
            raise ChildProcessError
        try:
            for event in understand(self._catalog, self._encoder, column, job=job):
                if event is not None:
                    self._on_event(event)
                if isinstance(event, Understanding) and event.trees == PAUSE:
                    self.hold(UnderstandingEngine.held)
                if job in self._cancelled:
                    return
        except RadGalError as error:
            self._on_event(Refused(job, str(error)))
