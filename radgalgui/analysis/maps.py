"""Two-dimensional maps of vectors on which neighbours stay neighbours: UMAP and t-SNE."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from radgalgui.analysis.neighbours import HnswIndex
from radgalgui.analysis.placing import PLACING_NEIGHBOURS
from radgalgui.analysis.projection import reduced
from radgalgui.errors import Cancelled, UsageError
from radgalgui.progress import silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from radgalgui.progress import CancelToken, Progress

__all__ = ["tsne_map", "umap_map"]

_COMPONENTS = 50  # principal directions that a map is made of
_SEARCH = 120  # candidates of a search: a map needs neighbours, not quite the very nearest
_BLOCK = 2048  # vectors whose neighbours are looked for at once

# Above so many, eigenvectors of the graph take longer than the layout itself; the principal
# plane is as good a start (Kobak & Linderman 2021, Nature Biotechnology 39, 156).
_SPECTRAL = 50_000

_FEW = 10_000  # up to so many, t-SNE adds up exactly; above, on a grid
_EARLY, _LATE = 250, 500  # steps of t-SNE, with clusters drawn together and without
_TOLD = 10  # steps of t-SNE between two reports
_TOLD_EVERY = 0.2  # seconds between two reports of UMAP, at least

_Near = tuple["NDArray[np.int64]", "NDArray[np.float32]"]


def umap_map(
    vectors: NDArray[np.floating],
    *,
    neighbours: int = PLACING_NEIGHBOURS,
    min_dist: float = 0.1,
    components: int = _COMPONENTS,
    seed: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> NDArray[np.float32]:
    """Return a UMAP layout [1]_ of vectors by cosine distance, the same for the same seed.

    The vectors are first turned onto their ``components`` principal directions, block by block
    and without taking out the mean, which keeps the cosines.  20,000 vectors take about a
    minute.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        At least 4; may be a memory map.
    neighbours : int
        Neighbours that each vector is to keep, at least 2; taken down to N - 1.
    min_dist : float
        How close points may come on the map, 0 to 1.
    components : int
        Principal directions.
    seed : int
        Of all that is drawn at random.
    progress, cancel
        Told, and looked at, in each step and each epoch.

    Returns
    -------
    ndarray, shape (N, 2), float32

    Raises
    ------
    UsageError
        If there are too few, one is not finite, or zero, or a setting is out of its range.
    Cancelled
        If ``cancel`` was raised.

    References
    ----------
    .. [1] McInnes, Healy & Melville 2018, arXiv 1802.03426
    """
    _check_count(vectors, "UMAP")
    if neighbours < 2:
        raise UsageError(f"{neighbours} neighbours make no map", remedy="ask for 2 or more")
    if not 0.0 <= min_dist <= 1.0:
        raise UsageError(f"a least distance of {min_dist:g} is out of range", remedy="0 to 1")
    turned = reduced(vectors, components, progress=progress, cancel=cancel)
    near = _own_neighbours(turned, min(neighbours, len(turned) - 1), progress, cancel)
    return _run_umap(turned, near, min_dist, seed, progress, cancel)


def tsne_map(
    vectors: NDArray[np.floating],
    *,
    perplexity: float = 30.0,
    components: int = _COMPONENTS,
    seed: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> NDArray[np.float32]:
    """Return a t-SNE layout [1]_ of vectors by cosine distance, the same for the same seed.

    It begins with the principal plane, which keeps the large picture [2]_, and is done by
    openTSNE: exactly up to 10,000 vectors, on a grid (FIt-SNE [3]_) above.

    Parameters
    ----------
    vectors : ndarray, shape (N, D)
        At least 4; may be a memory map.
    perplexity : float
        About how many neighbours each vector keeps near, at least 1; taken down to (N - 1) / 3.
    components, seed, progress, cancel
        As for `umap_map`.

    Returns
    -------
    ndarray, shape (N, 2), float32

    Raises
    ------
    UsageError
        If there are too few, one is not finite, or zero, or the perplexity is below 1.
    Cancelled
        If ``cancel`` was raised.

    References
    ----------
    .. [1] van der Maaten & Hinton 2008, JMLR 9, 2579
    .. [2] Kobak & Berens 2019, Nature Communications 10, 5416
    .. [3] Linderman et al. 2019, Nature Methods 16, 243
    """
    _check_count(vectors, "t-SNE")
    if not perplexity >= 1.0:
        raise UsageError(f"a perplexity of {perplexity:g} makes no map", remedy="ask for 5 to 100")
    turned = reduced(vectors, components, progress=progress, cancel=cancel)
    perplexity = min(perplexity, (len(turned) - 1) / 3)
    count = min(int(3 * perplexity) + 1, len(turned))  # itself among them
    near = _own_neighbours(turned, count, progress, cancel)
    return _run_tsne(turned, near, perplexity, seed, progress, cancel)


def _check_count(vectors: NDArray[np.floating], what: str) -> None:
    if vectors.ndim == 2 and vectors.size and len(vectors) < 4:
        raise UsageError(f"a {what} map needs at least 4 vectors, not {len(vectors)}")


def _own_neighbours(
    turned: NDArray[np.float32], count: int, progress: Progress, cancel: CancelToken | None
) -> _Near:
    """Return each vector's neighbours and cosine distances, itself first as UMAP wants it."""
    index = HnswIndex.build(turned, progress=progress, cancel=cancel)
    total = len(turned)
    ids = np.empty((total, count), dtype=np.int64)
    distance = np.empty((total, count), dtype=np.float32)
    for start in range(0, total, _BLOCK):
        if cancel is not None:
            cancel.check()
        progress(start, total, "looking for neighbours")
        rows = slice(start, start + _BLOCK)
        ids[rows], alike = index.search(turned[rows], count, ef=_SEARCH)
        np.clip(1.0 - alike, 0.0, None, out=distance[rows])
    own = np.arange(total)
    # A twin may have come first, and among many twins a vector may not even find itself.
    mine = ids == own[:, None]
    place = np.where(mine.any(axis=1), mine.argmax(axis=1), -1)
    ids[own, place], distance[own, place] = ids[:, 0], distance[:, 0]
    ids[:, 0], distance[:, 0] = own, 0.0
    return ids, distance


def _plane(turned: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the principal plane of vectors as a start: small, and no two at one place."""
    length = np.linalg.norm(turned, axis=1, keepdims=True)
    units = turned / np.maximum(length, np.finfo(np.float32).tiny)
    centred = units - units.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    # The last axes vary most; where there is only one, it is as good as two.
    plane = centred @ axes[:, [-1, max(-2, -axes.shape[1])]].astype(np.float32)
    return np.asarray(plane / max(float(plane[:, 0].std()), 1e-12), dtype=np.float32)


def _run_umap(
    turned: NDArray[np.float32],
    near: _Near,
    min_dist: float,
    seed: int,
    progress: Progress,
    cancel: CancelToken | None,
) -> NDArray[np.float32]:
    progress(0, None, "starting UMAP")
    import umap  # compiles for seconds when imported

    neighbours = near[0].shape[1]
    init: str | NDArray[np.float32] = "spectral"
    if len(turned) > _SPECTRAL:
        init = 10.0 * _jittered(_plane(turned), seed)
    elif len(turned) <= 10 * neighbours:
        init = "random"  # SciPy cannot find eigenvectors of tiny graphs
    mapper = umap.UMAP(
        n_neighbors=neighbours,
        min_dist=min_dist,
        metric="cosine",
        init=init,
        random_state=seed,
        n_jobs=1,
        # Ours are found in a fraction of the time that NNDescent takes to compile.
        precomputed_knn=near,
        tqdm_kwds=_Epochs(progress, cancel).settings,
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "precomputed_knn", UserWarning)  # we never transform
        warnings.filterwarnings("ignore", "using precomputed metric", UserWarning)
        return np.asarray(mapper.fit_transform(turned), dtype=np.float32)


class _Epochs:
    """The stream to which UMAP's progress bar writes: it has no other way to tell its epochs.

    Where the work is to stop, writing raises `Cancelled`, which ends UMAP's loop.
    """

    def __init__(self, progress: Progress, cancel: CancelToken | None) -> None:
        self._progress, self._cancel = progress, cancel

    @property
    def settings(self) -> dict[str, Any]:
        """What tqdm is told, so that it writes numbers and nothing else."""
        return {
            "file": self,
            "disable": False,
            "bar_format": "{n_fmt}/{total_fmt}",
            "mininterval": _TOLD_EVERY,
            "miniters": 1,
            "ncols": 40,
        }

    def write(self, text: str) -> None:
        """Take in what a progress bar draws."""
        if self._cancel is not None:
            self._cancel.check()
        if told := re.search(r"(\d+)/(\d+)", text):
            self._progress(int(told[1]), int(told[2]), "laying out the map")

    def flush(self) -> None:
        """Do nothing: all is told at once."""


def _jittered(plane: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Return a plane with a little noise, so that twins can part."""
    noise = np.random.default_rng(seed).normal(0.0, 1e-4, plane.shape)
    return np.asarray(plane + noise, dtype=np.float32)


def _run_tsne(
    turned: NDArray[np.float32],
    near: _Near,
    perplexity: float,
    seed: int,
    progress: Progress,
    cancel: CancelToken | None,
) -> NDArray[np.float32]:
    progress(0, None, "weighing neighbours")
    import openTSNE
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    ids, distance = near
    chords = np.sqrt(2.0 * distance[:, 1:], dtype=np.float32)  # between points of the sphere
    affinities = PerplexityBasedNN(
        knn_index=PrecomputedNeighbors(np.ascontiguousarray(ids[:, 1:]), chords),
        perplexity=perplexity,
        n_jobs=1,
        random_state=seed,
    )
    telling = _Steps(progress, cancel)
    embedding = openTSNE.TSNEEmbedding(
        1e-4 * _jittered(_plane(turned), seed).astype(np.float64),
        affinities,
        negative_gradient_method="bh" if len(turned) <= _FEW else "fft",
        n_jobs=1,  # with more, sums and so maps would differ from run to run
        random_state=seed,
        callbacks=telling,
        callbacks_every_iters=_TOLD,
    )
    for steps, more in (
        (_EARLY, {"exaggeration": 12, "momentum": 0.5}),
        (_LATE, {"momentum": 0.8}),
    ):
        embedding.optimize(steps, inplace=True, propagate_exception=False, **more)
        if telling.stopped:
            raise Cancelled
        telling.done += steps
    return np.asarray(embedding, dtype=np.float32)


class _Steps:
    """Called by openTSNE every few steps; tells of them, and stops it by returning True."""

    def __init__(self, progress: Progress, cancel: CancelToken | None) -> None:
        self._progress, self._cancel = progress, cancel
        self.done, self.stopped = 0, False

    def __call__(self, step: int, _error: float, _embedding: NDArray[np.floating]) -> bool:
        self._progress(self.done + step, _EARLY + _LATE, "laying out the map")
        self.stopped = self._cancel is not None and self._cancel.cancelled
        return self.stopped
