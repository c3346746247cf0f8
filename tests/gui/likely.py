"""A catalogue whose sources have been judged, and an engine that judges queries and sets."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from fakes import ENCODER, FakeEngine, make_catalog

from radgalgui.catalog.update import CatalogUpdate
from radgalgui.jobs.events import Done, Likelihood, Refused, ScoredSet
from radgalgui.jobs.likelihood.judge_file import write_judge
from radgalgui.jobs.likelihood.methods import METHODS
from radgalgui.jobs.likelihood.standing import Standing
from radgalgui.jobs.likelihood.stored import read_scores

SOURCES = 300
PART = 40  # galaxies of a set that are told at a time
#: What each set is called, how many galaxies it has, by how many nats they are less likely.
SETS = {
    "mirabest": ("MiraBest", 100, 40.0),
    "frdeep": ("FR-DEEP", 80, 10.0),
    "rgd": ("Radio Galaxy Dataset", 120, 25.0),
    "drawn": ("Drawn galaxies", 100, 0.0),
}


class _Judge:
    def save(self, path: Path) -> None:
        card = {"encoder": ENCODER, "dimension": 16, "count": SOURCES, "density": {}}
        write_judge(path, {"nothing": np.zeros(1)}, card)


def own_scores(n: int = SOURCES, seed: int = 4) -> np.ndarray:
    """Return scores (n, 5) of sources in which all methods see something of the same."""
    rng = np.random.default_rng(seed)
    strange = rng.gamma(2.0, 1.0, n)
    scores = [
        -300 - 30 * strange,
        0.6 - 0.03 * strange + rng.normal(0, 0.02, n),
        -1 - 0.2 * strange + rng.normal(0, 0.1, n),
        -3 - strange + rng.normal(0, 0.5, n),
        -rng.gamma(3.0, 0.1, n),
    ]
    table = np.stack(scores, axis=1)
    table[::50, 4] = np.nan  # could not be drawn again
    return table.astype(np.float32)


def make_likely_catalog(
    path: Path, encoder: str = ENCODER, scores: np.ndarray | None = None, **options: Any
) -> Path:
    """Write a catalogue that has likelihoods of an encoder."""
    make_catalog(path, SOURCES, **options)
    with CatalogUpdate(path) as update:
        update.add_likelihood(encoder, own_scores() if scores is None else scores, _Judge())
    return path


class LikelyEngine(FakeEngine):
    """Also judges: queries by what is ``told``, sets by `SETS`.

    While ``held`` is clear it waits after each part of a set; it dies ``deaths`` times of one.
    """

    held: ClassVar[threading.Event] = threading.Event()
    told: ClassVar[dict[str, float | None]] = {}
    scored: ClassVar[list[tuple[str, dict[str, Any]]]] = []
    deaths: ClassVar[int] = 0

    def __init__(self, on_event, on_end) -> None:
        super().__init__(on_event, on_end)
        self._cancelled: set[str] = set()

    def score_set(self, job: str, name: str, **options: Any) -> None:
        LikelyEngine.scored.append((name, options))
        self._requests.put(lambda: self._score(job, name))

    def cancel(self, job: str) -> None:
        super().cancel(job)
        self._cancelled.add(job)
        LikelyEngine.held.set()

    def stop(self):
        LikelyEngine.held.set()
        return super().stop()

    def _classify(self, job, rows) -> None:
        scores = read_scores(self._catalog.path, self._encoder)
        if scores is not None:
            self._on_event(self._likelihood(job, scores.standing))
        super()._classify(job, rows)

    def _likelihood(self, job: str, standing: Standing) -> Likelihood:
        value = LikelyEngine.told.get("log_likelihood", -330.0)
        if value is None:
            note = {"code": "refused", "text": "The vector of this image is not finite."}
            nothing = [{"method": method, "percentile": None} for method in METHODS]
            return Likelihood(
                job, self._encoder, len(standing), None, None, nothing, None, False, [note]
            )
        row = np.array([[value, 0.55, -1.4, -5.0, np.nan]], np.float32)
        own = [None if np.isnan(v) else float(v) for v in standing.percentiles(row)[0]]
        found = dict(zip(METHODS, own, strict=False))
        found |= {k: v for k, v in LikelyEngine.told.items() if k in METHODS[1:]}
        opinions = [{"method": method, "percentile": found[method]} for method in METHODS]
        outside = bool(standing.outside(row)[0])
        return Likelihood(
            job, self._encoder, len(standing), value, own[0], opinions, own[-1], outside
        )

    def _score(self, job: str, name: str) -> None:
        if LikelyEngine.deaths:
            LikelyEngine.deaths -= 1
            raise ChildProcessError
        scores = read_scores(self._catalog.path, self._encoder)
        if scores is None or (name not in SETS and not Path(name).is_dir()):
            self._on_event(Refused(job, f"{name}: there is no such set."))
            return
        title, count, off = SETS.get(name, (Path(name).name, 60, 90.0))
        rows = own_scores(count, seed=9) - np.float32([off, 0, 0, 0, 0])
        percentiles = scores.standing.percentiles(rows)
        for first in range(0, count, PART):
            part = slice(first, first + PART)
            n = len(rows[part])
            self._on_event(
                ScoredSet(
                    job,
                    name,
                    title,
                    self._encoder,
                    first,
                    count,
                    rows[part],
                    percentiles[part],
                    [""] * n,
                    ["FRI"] * n,
                    [""] * n,
                    np.zeros((0, 1, 1, 1), np.float32),
                )
            )
            self.hold(LikelyEngine.held)
            if job in self._cancelled:
                return
        self._on_event(Done(job, 0.1))
