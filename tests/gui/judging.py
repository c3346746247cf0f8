"""A catalogue whose sources have likelihoods, and an engine that judges without a child process."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from fakes import ENCODER, FakeEngine, make_catalog

from radgalgui.catalog.update import CatalogUpdate
from radgalgui.jobs.events import Compared, Done, Refused, ScoredSet
from radgalgui.jobs.likelihood.judge_file import write_judge
from radgalgui.jobs.likelihood.standing import Standing
from radgalgui.sky.controls import CONTROLS, EXPECTED

STRANGEST = (7, 30, 11)  # rows, the strangest first, by all methods but the forest
FOOLED = "noise"  # the control that the flow takes for usual

COMPARISON: dict[str, Any] = {
    "a": {"title": "Simulated sources for tests", "sources": 200},
    "b": {"title": "MiraBest", "sources": 90},
    "encoder": ENCODER,
    "ks": {"statistic": 0.41, "low": 0.38, "high": 0.44, "p_value": 1e-30},
    "energy_likelihood": {"value": 12.3, "low": 10.4, "high": 14.2},
    "energy_vectors": {"value": 0.213, "low": 0.2, "high": 0.23, "sampled": 90},
    "outside": {"share": 0.124, "low": 0.1, "high": 0.15, "below": 0.123, "above": 0.001},
    "support": {"verdict": "partly outside", "share": 0.81, "low": 0.78, "high": 0.84, "own": 0.98},
    "sentence": "MiraBest lies partly outside the simulated sources.",
    "notes": ["Its vectors are those that come with the program."],
}


class _Saved:
    def __init__(self, encoder: str, count: int) -> None:
        self._card = {"encoder": encoder, "dimension": 16, "count": count, "density": {}}

    def save(self, path: Path) -> None:
        write_judge(path, {"none": np.zeros(1)}, self._card)


def own_scores(n: int, seed: int = 0) -> np.ndarray:
    """Return scores (n, 5) that agree on `STRANGEST`; nothing is reconstructed of the last."""
    rng = np.random.default_rng(seed)
    usual = rng.normal(0, 1, n)
    scores = usual[:, None] + rng.normal(0, 0.3, (n, 5))
    for place, row in enumerate(STRANGEST):
        scores[row] = -30 + 5 * place
    scores[list(STRANGEST), 1] = 3.0  # usual by the forest
    scores[-1, 4] = np.nan
    return scores.astype(np.float32)


def make_judged_catalog(
    path: Path, n: int = 200, encoders: tuple[str, ...] = (ENCODER,), **more: Any
) -> Path:
    """Write a catalogue whose sources have likelihoods by each encoder."""
    make_catalog(path, n, encoders=encoders, **more)
    with CatalogUpdate(path) as update:
        for seed, encoder in enumerate(encoders):
            update.add_likelihood(encoder, own_scores(n, seed), _Saved(encoder, n))
    return path


def control_percentiles() -> np.ndarray:
    """Return where controls fall (n, 6): as expected, but for one that the flow finds usual."""
    rows = []
    for kind in CONTROLS:
        rows.append([0.3] * 6 if EXPECTED[kind] == "strange" else [47.0] * 6)
        if kind == FOOLED:
            rows[-1][0] = 62.0
    return np.array(rows, np.float32)


class JudgingEngine(FakeEngine):
    """Also judges sets and compares; while ``held`` is clear it waits before the last answer."""

    held: ClassVar[threading.Event] = threading.Event()
    judged: ClassVar[list[tuple[str, str]]] = []
    compared: ClassVar[list[tuple[str, str]]] = []
    deaths: ClassVar[int] = 0  # of comparing
    refusal: ClassVar[str] = ""

    def __init__(self, on_event, on_end) -> None:
        super().__init__(on_event, on_end)
        self._dropped: set[str] = set()

    @classmethod
    def begin(cls) -> None:
        """Be as new."""
        cls.held.set()
        cls.judged.clear()
        cls.compared.clear()
        cls.deaths, cls.refusal = 0, ""

    def score_set(self, job: str, name: str, **options: Any) -> None:
        self._requests.put(lambda: self._work_on(job, name, self._score, JudgingEngine.judged))

    def compare(self, job: str, other: str) -> None:
        self._requests.put(lambda: self._work_on(job, other, self._compare, JudgingEngine.compared))

    def cancel(self, job: str) -> None:
        super().cancel(job)
        self._dropped.add(job)
        JudgingEngine.held.set()

    def stop(self):
        JudgingEngine.held.set()
        return super().stop()

    def _work_on(self, job: str, name: str, answer, asked: list[tuple[str, str]]) -> None:
        asked.append((name, self._encoder))
        if JudgingEngine.deaths and asked is JudgingEngine.compared:
            JudgingEngine.deaths -= 1
            raise ChildProcessError
        if JudgingEngine.refusal:
            self._on_event(Refused(job, JudgingEngine.refusal))
            return
        self.hold(JudgingEngine.held)
        if job not in self._dropped:
            answer(job, name)
            self._on_event(Done(job, 0.1))

    def _score(self, job: str, name: str) -> None:
        if name == "controls":
            self._controls(job)
            return
        n = 90
        scores = own_scores(200)[:n] - 2
        standing = Standing(own_scores(200))
        for part in (slice(0, n // 2), slice(n // 2, n)):
            told = scores[part]
            empty = [""] * len(told)
            self._on_event(
                ScoredSet(
                    job,
                    name,
                    Path(name).name,
                    self._encoder,
                    part.start,
                    n,
                    told,
                    standing.percentiles(told),
                    empty,
                    empty,
                    empty,
                    np.zeros((0, 1, 1, 1), np.float32),
                )
            )

    def _controls(self, job: str) -> None:
        places = control_percentiles()
        n = len(places)
        images = np.random.default_rng(1).uniform(0, 1, (n, 1, 64, 64)).astype(np.float32)
        titles = [drawing.title for drawing in CONTROLS.values()]
        words = [drawing.sentence for drawing in CONTROLS.values()]
        scores = np.zeros((n, 5), np.float32)
        told = (scores, places, titles, list(CONTROLS), words, images)
        self._on_event(ScoredSet(job, "controls", "Controls", self._encoder, 0, n, *told))

    def _compare(self, job: str, other: str) -> None:
        found = {**COMPARISON, "b": {"title": Path(other).name, "sources": 90}}
        found["encoder"] = self._encoder
        self._on_event(Compared(job, other, found, own_scores(200)[:90, 0] - 2))
