"""Second opinions on 20,000 sources: how long they take, and along which axes they see most.

Each opinion is asked of pictures that no survey holds (doubled and magnified sources, specks of
noise) beside sources it has not seen, with distances measured between raw vectors, between their
directions, and along principal axes of unit spread, which is what `Opinions` does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors

from radgalgui.analysis.combine import Combination, agreement
from radgalgui.analysis.opinions import NAMES, Opinions
from radgalgui.analysis.percentiles import Reference
from radgalgui.analysis.two_samples import (
    energy_of_numbers,
    energy_of_vectors,
    kolmogorov_smirnov,
)
from radgalgui.catalog.catalog import Catalog
from radgalgui.models.encoder import Encoder
from radgalgui_resources import FIRST_ENCODER, catalog_path, weights_path
from tests.benchmarks.figures import Figure, median_of

_ASKED = 200
_SPACES = ("raw", "directions", "axes of unit spread")


def measure() -> Iterator[Figure]:
    """Yield times and sizes, then what is seen along which axes."""
    with Catalog.open(catalog_path()) as catalog:
        vectors = np.asarray(catalog.embeddings(FIRST_ENCODER))
        yield from _times(vectors)
        areas = []
        for encoder in catalog.encoders:
            areas.append(_spaces(catalog, encoder))
            for space, told in zip(_SPACES, areas[-1], strict=True):
                each = ", ".join(f"{area:.2f}" for area in told)
                yield Figure(f"AUC by {encoder}, {space} ({each})", float(told.mean()), "")
        raw, unit, axes = np.mean(areas, axis=(0, 2))
        yield Figure("AUC over encoders, raw", raw, "")
        yield Figure("AUC over encoders, directions", unit, "")
        yield Figure(
            "AUC over encoders, axes of unit spread", axes, "", max(raw, unit), at_least=True
        )


def _times(vectors: NDArray[np.float16]) -> Iterator[Figure]:
    size = f"{len(vectors):,} x {vectors.shape[1]}"
    started = time.process_time()
    opinions, own = Opinions.fit(vectors)
    yield Figure(f"second opinions on {size}", time.process_time() - started, "s of processor", 40)
    kept = opinions.arrays()
    yield Figure("kept of them", sum(array.nbytes for array in kept.values()) / 1e6, "MB", 1.0)
    load = median_of(5, lambda: Opinions.from_arrays(kept, vectors))
    yield Figure("read again", load, "s", 1.0)
    one = median_of(50, lambda: opinions.score(vectors[:1]))
    yield Figure("one source judged", 1e3 * one, "ms", 10.0)
    many = median_of(1, lambda: opinions.score(vectors[:4096])) * 1e6 / 4096
    yield Figure("a million more judged, by the first 4,096", many, "s")
    scores = np.column_stack([own, own[:, ::-1]])[:, :5]
    joined = median_of(5, lambda: Combination(Reference(scores).percentile(scores)))
    yield Figure(
        f"percentiles of {len(own):,} sources by five methods, joined", 1e3 * joined, "ms", 50
    )
    yield Figure("their rank agreement", 1e3 * median_of(3, lambda: agreement(scores)), "ms", 200)
    first, second = own[:, 2], own[:800, 2] * 1.05
    pairs: tuple[tuple[str, Callable[[], object]], ...] = (
        ("Kolmogorov-Smirnov of 20,000 and 800", lambda: kolmogorov_smirnov(first, second)),
        ("energy distance of these", lambda: energy_of_numbers(first, second)),
        ("energy distance of vectors", lambda: energy_of_vectors(vectors, vectors[:800])),
    )
    for what, call in pairs:
        yield Figure(f"{what}, with intervals", median_of(1, call), "s", 2.0)


def _spaces(catalog: Catalog, encoder: str) -> NDArray[np.float64]:
    """Return the areas under the curve of each opinion in each of `_SPACES`, shape (3, 3)."""
    vectors = np.asarray(catalog.embeddings(encoder), dtype=np.float32)
    rows = np.random.default_rng(0).permutation(len(vectors))[: 6000 + _ASKED]
    own, held_out = vectors[rows[_ASKED:]], vectors[rows[:_ASKED]]
    strange = [
        Encoder.load(weights_path(encoder)).embed(images)
        for images in _strange(catalog.images[np.sort(rows[:_ASKED])])
    ]
    opinions = Opinions.fit(own)[0]
    return np.stack(
        [
            _by_space("raw", own, held_out, strange),
            _by_space("unit", own, held_out, strange),
            _areas(opinions.score(held_out), [opinions.score(each) for each in strange]),
        ]
    )


def _by_space(
    space: str, own: NDArray[np.float32], held_out: NDArray[np.float32], strange: list
) -> NDArray[np.float64]:
    if space == "unit":
        own, held_out = _unit(own), _unit(held_out)
        strange = [_unit(each) for each in strange]
    forest = IsolationForest(random_state=0).fit(own)
    factor = LocalOutlierFactor(20, novelty=True, algorithm="brute").fit(own)
    near = NearestNeighbors(n_neighbors=20, algorithm="brute").fit(own)

    def score(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        far = near.kneighbors(vectors)[0][:, -1]
        return np.column_stack([forest.score_samples(vectors), factor.score_samples(vectors), -far])

    return _areas(score(held_out), [score(each) for each in strange])


def _areas(usual: NDArray[np.float64], strange: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the mean area under the curve of each opinion, shape (3,)."""
    truth = np.repeat([1, 0], [len(usual), len(strange[0])])
    return np.array(
        [
            np.mean([roc_auc_score(truth, np.append(usual[:, k], each[:, k])) for each in strange])
            for k in range(len(NAMES))
        ]
    )


def _strange(images: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Return doubled and magnified sources, and specks of noise, each (n, 1, 64, 64)."""
    rng = np.random.default_rng(1)
    doubled = np.maximum(images, np.roll(images[::-1], (13, -13), (-2, -1)))
    middle = slice(16, 48)
    magnified = np.kron(images[:, :, middle, middle], np.ones((1, 1, 2, 2), dtype=np.float32))
    noise = rng.standard_normal(images.shape)
    specks = np.where(noise > 3, noise - 3, 0)
    specks /= specks.max(axis=(1, 2, 3), keepdims=True)
    return [doubled, magnified, specks.astype(np.float32)]


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
