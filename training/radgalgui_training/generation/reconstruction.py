"""Reconstructions of held-out FIRST galaxies: how good, better than what, and what gets lost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.bootstrap import bootstrap_weights
from radgalgui.errors import DataError
from radgalgui.models.encoder import Encoder
from radgalgui.models.generator import Generator
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.islands import find_islands
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.reconstruction import residual
from radgalgui_training.generation.contestants import Drawer, best_pca, named, network_of
from radgalgui_training.generation.faint import (
    FAINT,
    Bin,
    FaintPixels,
    Recovery,
    lost_beyond,
    measure_recovery,
)
from radgalgui_training.generation.latents import Latents, measure_latents
from radgalgui_training.generation.numbers import Measured, plain, with_interval
from radgalgui_training.generation.quality import psnr, ssim
from radgalgui_training.generation.sources import (
    FieldSource,
    check_alike,
    data_of,
    held_out_sources,
    taught_images,
)

__all__ = ["MEASURES", "Comparison", "Quality", "ReconstructionReport", "evaluate_reconstruction"]

MEASURES: Final = ("psnr", "ssim", "chi_square")
_HIGHER_IS_BETTER: Final = {"psnr": True, "ssim": True, "chi_square": False}
_LATENT_IMAGES: Final = 1024


@dataclass(frozen=True)
class Quality:
    """How good the reconstructions of one drawer are.

    Parameters
    ----------
    drawer : Drawer
        Whose.
    psnr : Measured
        Mean over sources, decibels.
    ssim : Measured
        Mean over sources.
    chi_square : Measured
        Reduced chi-square of the residual in the islands, in units of the noise: the median over
        sources, of which a few bright ones would decide the mean.
    chi_square_mean : Measured
        The mean all the same.
    invented : Measured
        Flux that is drawn where the image is empty, over all that it has: the median.
    faint : Recovery
        What is kept of emission between 3 and 8 times the noise.
    lost_size, lost_distance : float or None
        Angular size, and distance from the core, arcsec, beyond which less than half is kept; 0
        where that is so everywhere, None where it is so nowhere.
    """

    drawer: Drawer
    psnr: Measured
    ssim: Measured
    chi_square: Measured
    chi_square_mean: Measured
    invented: Measured
    faint: Recovery
    lost_size: float | None
    lost_distance: float | None


@dataclass(frozen=True)
class Comparison:
    """The first drawer against another, source by source.

    Parameters
    ----------
    against : str
        The other's name.
    psnr, ssim : Measured
        Mean difference; above 0 where the first is better.
    chi_square : Measured
        Median ratio of the first's to the other's; below 1 where the first is better.
    better : dict of str to float
        Share of the sources for which the first is better.
    """

    against: str
    psnr: Measured
    ssim: Measured
    chi_square: Measured
    better: dict[str, float]


@dataclass(frozen=True)
class ReconstructionReport:
    """What was measured of reconstructions, and how."""

    sources: int
    held_out: float
    taught: dict[str, int]
    seed: int
    models: tuple[Quality, ...]
    comparisons: tuple[Comparison, ...]
    latents: dict[str, dict[str, Latents]]
    sentence: str
    kind: str = "reconstruction"

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON holds it, numbers to five digits."""
        told: dict[str, Any] = plain(self)
        return told


def evaluate_reconstruction(
    root: Path,
    encoder: Encoder,
    against: Sequence[Encoder] = (),
    *,
    cache: Path,
    seed: int = 0,
    draws: int = 1000,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> ReconstructionReport:
    """Measure reconstructions of the FIRST galaxies that an encoder held out.

    Parameters
    ----------
    root : Path
        The folder of the published data.
    encoder : Encoder
        One that draws; its weights file says what it was taught and what it held out.
    against : sequence of Encoder
        Others that draw, compared with it beside the principal components of the pixels.
    cache : Path
        Where the training images are kept for another time.
    seed, draws : int
        Of the intervals.

    Raises
    ------
    DataError
        If a data set is missing or damaged.
    UsageError
        If an encoder does not draw, held nothing out, or does not compare with the first.
    Cancelled
        If the token is raised.
    """
    encoders = named([encoder, *against])
    for each in encoders.values():
        network_of(each)
    check_alike(encoder, against)
    eyes, settings = encoder.preprocessing, data_of(encoder)
    telling: dict[str, Any] = {"progress": progress, "cancel": cancel}
    sources = held_out_sources(root, settings.held_out, eyes, **telling)
    parts = taught_images(settings, eyes, root, cache, **telling)
    taught = np.concatenate(list(parts.values()))
    seen = np.stack([source.cutout.seen for source in sources])
    drawn = _drawings(encoders, taught, seen, **telling)
    weights = bootstrap_weights(len(sources), draws=draws, seed=seed)
    scores = {drawer.name: _scores(sources, seen, images, eyes) for drawer, images in drawn}
    models = [_quality(d, images, scores[d.name], sources, eyes, weights) for d, images in drawn]
    return ReconstructionReport(
        sources=len(sources),
        held_out=settings.held_out,
        taught={name: len(part) for name, part in parts.items()},
        seed=seed,
        models=tuple(models),
        comparisons=tuple(
            _comparison(name, scores[models[0].drawer.name], scores[name], weights)
            for name in list(scores)[1:]
        ),
        latents={
            name: _latents(each, taught, seen, seed, **telling) for name, each in encoders.items()
        },
        sentence=_sentence(models[0]),
    )


def _drawings(
    encoders: Mapping[str, Encoder],
    taught: NDArray[np.float32],
    seen: NDArray[np.float32],
    *,
    progress: Progress,
    cancel: CancelToken | None,
) -> list[tuple[Drawer, NDArray[np.float32]]]:
    """Return everybody's reconstructions of the images (N, C, S, S)."""
    found = [
        (
            Drawer.of(each, name),
            Generator.of(each).reconstruct(seen, progress=progress, cancel=cancel),
        )
        for name, each in encoders.items()
    ]
    pca, turned = best_pca(taught, seen, progress=progress, cancel=cancel)
    what = "principal components of the training images" + ", turned" * turned
    drawer = Drawer(f"pca-{len(pca.axes)}", what, pca.numbers, len(pca.axes))
    return [*found, (drawer, pca.reconstruct(seen))]


def _scores(
    sources: Sequence[FieldSource],
    seen: NDArray[np.float32],
    drawn: NDArray[np.float32],
    eyes: Preprocessing,
) -> dict[str, NDArray[np.float64]]:
    """Return each measure of each source."""
    chi_square = [
        residual(source.cutout, image, eyes).chi_square_source
        for source, image in zip(sources, drawn, strict=True)
    ]
    return {
        "psnr": psnr(seen, drawn),
        "ssim": ssim(seen, drawn),
        "chi_square": np.asarray([math.nan if c is None else c for c in chi_square]),
        "invented": _invented(seen, drawn, eyes),
    }


def _invented(
    seen: NDArray[np.float32], drawn: NDArray[np.float32], eyes: Preprocessing
) -> NDArray[np.float64]:
    """Return the flux that is drawn where images are empty, over all that they have."""
    flux, there = eyes.unstretch(drawn).astype(np.float64), eyes.unstretch(seen)
    axes = tuple(range(1, seen.ndim))
    return np.asarray(np.where(seen > 0, 0.0, flux).sum(axis=axes) / there.sum(axis=axes))


def _quality(
    drawer: Drawer,
    drawn: NDArray[np.float32],
    scores: dict[str, NDArray[np.float64]],
    sources: Sequence[FieldSource],
    eyes: Preprocessing,
    weights: NDArray[np.float64],
) -> Quality:
    pixels = [faint_pixels(s, image, eyes) for s, image in zip(sources, drawn, strict=True)]
    faint = measure_recovery(pixels, weights)
    return Quality(
        drawer,
        with_interval(scores["psnr"], weights),
        with_interval(scores["ssim"], weights),
        with_interval(scores["chi_square"], weights, median=True),
        with_interval(scores["chi_square"], weights),
        with_interval(scores["invented"], weights, median=True),
        faint,
        lost_beyond(faint.by_size),
        lost_beyond(faint.by_distance),
    )


def faint_pixels(
    source: FieldSource, image: NDArray[np.float32], eyes: Preprocessing
) -> FaintPixels:
    """Return the pixels of a source between 3 and 8 times the noise, and what was drawn there.

    Of the islands that reach 5 sigma, as the reduced chi-square.
    """
    cutout = source.cutout
    plane = cutout.data.mean(axis=0).astype(np.float64)
    islands = find_islands(plane, noise=cutout.noise, sigma=eyes.clip_sigma)
    y = np.concatenate([island.y for island in islands] or [np.zeros(0, np.int64)])
    x = np.concatenate([island.x for island in islands] or [np.zeros(0, np.int64)])
    brightness = plane[y, x] / cutout.noise
    left = residual(cutout, image, eyes).values.mean(axis=0)[y, x]
    faint = (brightness >= FAINT[0]) & (brightness < FAINT[1])
    distance = np.hypot(y - source.core[1], x - source.core[0]) * eyes.pixel_scale
    return FaintPixels(
        brightness[faint], distance[faint], (brightness - left)[faint], cutout.angular_size
    )


def _comparison(
    name: str,
    first: dict[str, NDArray[np.float64]],
    other: dict[str, NDArray[np.float64]],
    weights: NDArray[np.float64],
) -> Comparison:
    better = {}
    for measure in MEASURES:
        gain = first[measure] - other[measure]
        better[measure] = float(np.nanmean(gain > 0 if _HIGHER_IS_BETTER[measure] else gain < 0))
    return Comparison(
        name,
        with_interval(first["psnr"] - other["psnr"], weights),
        with_interval(first["ssim"] - other["ssim"], weights),
        with_interval(first["chi_square"] / other["chi_square"], weights, median=True),
        better,
    )


def _latents(
    encoder: Encoder,
    taught: NDArray[np.float32],
    seen: NDArray[np.float32],
    seed: int,
    **telling: Any,
) -> dict[str, Latents]:
    """Return what its latents tell of training images, drawn evenly, and of those held out."""
    if not len(taught):
        raise DataError("there are no training images")
    network = network_of(encoder)
    step = max(1, len(taught) // _LATENT_IMAGES)
    return {
        "taught": measure_latents(network, taught[::step], seed=seed, **telling),
        "held_out": measure_latents(network, seen, seed=seed, **telling),
    }


def _sentence(model: Quality) -> str:
    """Say at which size, and how far out, the faint jets are lost."""
    name = model.drawer.name
    overall = f"Of emission between 3 and 8 times the noise {name} keeps {model.faint.kept:.0%}"
    where = []
    if model.lost_size is not None:
        large = f'in sources larger than {model.lost_size:.0f}"'
        where.append(large if model.lost_size > 0 else "in sources of every size")
    if model.lost_distance is not None:
        out = f'more than {model.lost_distance:.0f}" from the core'
        where.append(out if model.lost_distance > 0 else "at every distance from the core")
    if where:
        return f"{overall}, and less than half of it {' and '.join(where)}: there jets are lost."
    told = f"{overall}, and more than half at every size and distance"
    if not (model.faint.by_size and model.faint.by_distance):
        return f"{told}."
    size, far = (
        min(bins, key=lambda each: each.kept)
        for bins in (model.faint.by_size, model.faint.by_distance)
    )
    faintest = model.faint.by_brightness[0]
    return (
        f"{told}: least, {size.kept:.0%}, in sources of {_range(size)} and, {far.kept:.0%}, at "
        f"{_range(far)} from the core; {faintest.kept:.0%} of what is fainter than "
        f"{faintest.high:.0f} times the noise."
    )


def _range(each: Bin) -> str:
    """Return the range of a bin in arcsec, in words."""
    if each.high is None:
        return f'{each.low:.0f}" and more'
    return f'{each.low:.0f} to {each.high:.0f}"' if each.low > 0 else f'under {each.high:.0f}"'
