"""Galaxies that networks dream up, beside real ones: distances, sizes, shapes, and their bias."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import UsageError
from radgalgui.models.encoder import Encoder
from radgalgui.models.generator import PORTION, Generator
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.generation.contestants import PCA_COMPONENTS, Drawer, named, network_of
from radgalgui_training.generation.frechet import Distances, measure_distances
from radgalgui_training.generation.morphology import (
    Morphology,
    kolmogorov_smirnov,
    measure_morphology,
)
from radgalgui_training.generation.numbers import plain
from radgalgui_training.generation.pca import PixelPca
from radgalgui_training.generation.sizes import AskedSizes, SizeBias, asked_sizes, size_bias
from radgalgui_training.generation.sources import (
    check_alike,
    data_of,
    held_out_sources,
    real_sources,
    simulated_sources,
    taught_images,
)

__all__ = ["QUANTITIES", "Distribution", "SampleSet", "SamplesReport", "evaluate_samples"]

QUANTITIES: Final = ("size", "concentration", "islands")
_QUANTILES: Final = tuple(np.round(np.linspace(0.0, 1.0, 21), 2).tolist())
_HALF: Final = "other half of the real sources"


@dataclass(frozen=True)
class Distribution:
    """How a quantity is distributed over a set.

    Parameters
    ----------
    mean : float
        Over the sources that have it.
    quantiles : tuple of float
        At 0, 5, ... 100 %.
    ks : float
        Largest difference of its cumulative distribution from that of the real sources.
    """

    mean: float
    quantiles: tuple[float, ...]
    ks: float

    @property
    def median(self) -> float:
        """The middle quantile."""
        return self.quantiles[len(self.quantiles) // 2]


@dataclass(frozen=True)
class SampleSet:
    """A set of galaxies beside the real ones.

    Parameters
    ----------
    drawer : Drawer
        Where they come from.
    count : int
        How many.
    distances : dict of str to Distances
        Fréchet distance from the real sources in each encoder's vectors.
    size, concentration, islands : Distribution
        Largest angular size, arcsec; ``5 log10(r80 / r20)`` of the flux; islands in an image.
    empty : float
        Share of images without emission.
    """

    drawer: Drawer
    count: int
    distances: dict[str, Distances]
    size: Distribution
    concentration: Distribution
    islands: Distribution
    empty: float


@dataclass(frozen=True)
class SamplesReport:
    """What was measured of samples, and how."""

    real: SampleSet
    sets: tuple[SampleSet, ...]
    at_a_time: int
    biases: tuple[SizeBias, ...]
    asked: AskedSizes | None
    taught: dict[str, int]
    temperature: float
    seed: int
    kind: str = "samples"

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON holds it, numbers to five digits."""
        told: dict[str, Any] = plain(self)
        return told


def evaluate_samples(
    root: Path,
    encoder: Encoder,
    against: Sequence[Encoder] = (),
    *,
    spaces: Sequence[Encoder],
    cache: Path,
    count: int = 5000,
    temperature: float = 1.0,
    seed: int = 0,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> SamplesReport:
    """Compare galaxies drawn from the prior of an encoder with real FIRST galaxies.

    Parameters
    ----------
    root : Path
        The folder of the published data.
    encoder : Encoder
        One that draws; where it was taught angular sizes, also told sizes as real sources have.
    against : sequence of Encoder
        Others that draw.
    spaces : sequence of Encoder
        In whose vectors Fréchet distances are measured.
    cache : Path
        Where the training images are kept for another time.
    count : int
        How many galaxies are drawn of each kind.
    temperature : float
        Multiplies the standard deviations of all latents.
    seed : int
        Of samples, splits and intervals.

    Raises
    ------
    DataError
        If a data set is missing or damaged.
    UsageError
        If an encoder does not draw, or sees images in another way than the others.
    Cancelled
        If the token is raised.
    """
    encoders = named([encoder, *against])
    for each in encoders.values():
        network_of(each)
    check_alike(encoder, against)
    eyes, settings = encoder.preprocessing, data_of(encoder)
    _check_spaces(spaces, eyes)
    telling: dict[str, Any] = {"progress": progress, "cancel": cancel}
    held_out = held_out_sources(root, settings.held_out, eyes, **telling)
    parts = taught_images(settings, eyes, root, cache, **telling)
    taught = np.concatenate(list(parts.values()))
    real = real_sources(root, eyes, parts, held_out)
    truth = measure_morphology(real, eyes)
    asked = np.quantile(truth.size[truth.size > 0], _middles(-(-count // PORTION)))
    drawn = _drawn(encoders, count, temperature, seed, asked, **telling)
    drawn += _others(taught, eyes, count, seed, **telling)
    populations = [truth, *(measure_morphology(images, eyes) for images in _images(drawn))]
    distances = _distances(real, _images(drawn), spaces, seed, **telling)
    drawers = [Drawer(_HALF, "the floor"), *(drawer for drawer, _ in drawn)]
    counts = [len(real) // 2, *(len(images) for images in _images(drawn))]
    sets = [
        _sample_set(drawer, number, each, population, truth, seed)
        for drawer, number, each, population in zip(
            drawers, counts, distances, populations, strict=True
        )
    ]
    return SamplesReport(
        real=sets[0],
        sets=tuple(sets[1:]),
        at_a_time=len(real) // 2,
        biases=tuple(
            size_bias(drawer.name, population.size, truth.size, seed=seed)
            for drawer, population in zip(drawers[1:], populations[1:], strict=True)
        ),
        asked=_told_sizes(drawn, populations, asked),
        taught={name: len(part) for name, part in parts.items()},
        temperature=temperature,
        seed=seed,
    )


_Drawn = tuple[Drawer, NDArray[np.float32]]
_TOLD: Final = ", told sizes"


def _check_spaces(spaces: Sequence[Encoder], eyes: Preprocessing) -> None:
    if not spaces:
        raise UsageError("there is no encoder in whose vectors to measure distances")
    for each in spaces:
        if each.preprocessing != eyes:
            raise UsageError(
                f"the encoder {each.name!r} sees images in another way than those that are drawn",
                remedy="measure distances in the vectors of another",
            )


def _drawn(
    encoders: Mapping[str, Encoder],
    count: int,
    temperature: float,
    seed: int,
    asked: NDArray[np.float64],
    *,
    progress: Progress,
    cancel: CancelToken | None,
) -> list[_Drawn]:
    """Return samples of each network, and of the conditioned ones told sizes of real sources."""
    found: list[_Drawn] = []
    for name, encoder in encoders.items():
        generator, drawer = Generator.of(encoder), Drawer.of(encoder, name)
        what = f"drawing galaxies of {name}"
        told: dict[str, Any] = {"progress": progress, "cancel": cancel, "what": what}
        plainly = generator.sample(count, temperature=temperature, seed=seed)
        found.append((drawer, _collected(plainly, count, **told)))
        if generator.conditioned:
            with_sizes = _with_sizes(generator, asked, temperature, seed)
            what = "the same, told the sizes of real sources"
            drawer = Drawer(name + _TOLD, what, drawer.numbers, drawer.latents)
            found.append((drawer, _collected(with_sizes, count, **told)))
    return found


def _with_sizes(
    generator: Generator, asked: NDArray[np.float64], temperature: float, seed: int
) -> Iterable[NDArray[np.float32]]:
    """Draw a portion of galaxies of each size."""
    for number, size in enumerate(asked):
        yield from generator.sample(
            PORTION,
            temperature=temperature,
            seed=seed,
            angular_size=float(size),
            first=number * PORTION,
        )


def _collected(
    portions: Iterable[NDArray[np.float32]],
    count: int,
    *,
    progress: Progress,
    cancel: CancelToken | None,
    what: str,
) -> NDArray[np.float32]:
    found: list[NDArray[np.float32]] = []
    done = 0
    for portion in portions:
        if cancel is not None:
            cancel.check()
        found.append(portion)
        done += len(portion)
        progress(min(done, count), count, what)
    return np.concatenate(found)[:count]


def _others(
    taught: NDArray[np.float32],
    eyes: Preprocessing,
    count: int,
    seed: int,
    *,
    progress: Progress,
    cancel: CancelToken | None,
) -> list[_Drawn]:
    """Return what else is compared: components drawn by lot, the simulator, what was taught."""
    progress(0, 1, "fitting principal components")
    components = min(PCA_COMPONENTS, len(taught) - 1)
    pca = PixelPca.fit(taught, components, turned=True)
    by_lot = np.concatenate(list(pca.sample(count, taught.shape[1:], seed=seed)))
    simulated = simulated_sources(count, eyes, seed=seed + 1000, progress=progress, cancel=cancel)
    what = f"{components} principal components, normally distributed"
    return [
        (Drawer("pca", what, pca.numbers, components), by_lot),
        (Drawer("simulator", "as simulated sources of the catalogue"), simulated),
        (Drawer("training images", "all that the networks were taught"), taught),
    ]


def _images(drawn: Sequence[_Drawn]) -> list[NDArray[np.float32]]:
    return [images for _, images in drawn]


def _distances(
    real: NDArray[np.float32],
    others: Sequence[NDArray[np.float32]],
    spaces: Sequence[Encoder],
    seed: int,
    *,
    progress: Progress,
    cancel: CancelToken | None,
) -> list[dict[str, Distances]]:
    """Return, for half of the real sources and each other set, its distance in each space."""
    found: list[dict[str, Distances]] = [{} for _ in range(1 + len(others))]
    for space in spaces:
        vectors = [
            space.embed(images, progress=progress, cancel=cancel) for images in (real, *others)
        ]
        measured = measure_distances(vectors[0], vectors[1:], seed=seed)
        for each, distance in zip(found, measured, strict=True):
            each[space.name] = distance
    return found


def _sample_set(
    drawer: Drawer,
    count: int,
    distances: dict[str, Distances],
    population: Morphology,
    real: Morphology,
    seed: int,
) -> SampleSet:
    """Return what there is to say of a set; of the real one, how alike its halves are."""
    halves = np.random.default_rng(seed).permutation(len(real.size)) % 2 == 0

    def distribution(quantity: str) -> Distribution:
        values, truth = getattr(population, quantity), getattr(real, quantity)
        if population is real:
            ks = kolmogorov_smirnov(truth[halves], truth[~halves])
        else:
            ks = kolmogorov_smirnov(values, truth)
        told = values[np.isfinite(values)]
        if not len(told):
            return Distribution(float("nan"), (float("nan"),) * len(_QUANTILES), ks)
        quantiles = np.quantile(told, _QUANTILES)
        return Distribution(float(told.mean()), tuple(quantiles.tolist()), ks)

    size, concentration, islands = (distribution(quantity) for quantity in QUANTITIES)
    return SampleSet(drawer, count, distances, size, concentration, islands, population.empty)


def _told_sizes(
    drawn: Sequence[_Drawn], populations: Sequence[Morphology], asked: NDArray[np.float64]
) -> AskedSizes | None:
    """Compare sizes asked for and measured, of the first that was told any."""
    for (drawer, images), population in zip(drawn, populations[1:], strict=True):
        if drawer.name.endswith(_TOLD):
            every = np.repeat(asked, PORTION)[: len(images)]
            return asked_sizes(every, population.size)
    return None


def _middles(count: int) -> NDArray[np.float64]:
    """Return the middles of as many equal parts of 0 to 1."""
    return (np.arange(count) + 0.5) / count
