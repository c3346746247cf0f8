"""The engine's generator, whichever encoder searches: reconstructs, draws, walks, traverses."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import ImageError, RadGalError, UsageError
from radgalgui.jobs.draw import GENERATOR, sky_of
from radgalgui.jobs.events import (
    Components,
    Done,
    Drawn,
    Event,
    Galaxy,
    Reconstruction,
    Traversal,
    WalkSteps,
)
from radgalgui.jobs.reconstruct import reconstruct, reconstruct_seen
from radgalgui.jobs.sight import Sight, StoredSight
from radgalgui.jobs.work.library import encoder_path
from radgalgui.models.encoder import Encoder
from radgalgui.models.generator import Generator
from radgalgui.progress import CancelToken
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import SkyPosition
from radgalgui.sky.reconstruction import angular_sizes
from radgalgui_resources import weights_path

if TYPE_CHECKING:
    from radgalgui.jobs.search import Searcher

__all__ = ["GENERATOR", "Studio", "open_generator", "spread_values"]

_MOST_STEPS: Final = 256
_WIDEST: Final = 10.0


def open_generator(encoder: str = GENERATOR) -> Generator:
    """Load a generator: the name of an encoder, or the path of a weights file.

    Raises
    ------
    WeightsError
        If the weights are missing or damaged.
    UsageError
        If there is no encoder of this name, or it does not draw.
    """
    return Generator.of(Encoder.load(encoder_path(encoder)))


class Studio:
    """A generator, loaded when it is first needed.

    Parameters
    ----------
    weights : Path, optional
        Its weights file; that of the bundled generator by default.
    """

    def __init__(self, weights: Path | None = None) -> None:
        self._weights = weights or weights_path(GENERATOR)
        self._generator: Generator | None = None
        self._refused: RadGalError | None = None

    @classmethod
    def of(cls, generator: Generator) -> Studio:
        """Return a studio whose generator is loaded already."""
        studio = cls()
        studio._generator = generator
        return studio

    @property
    def generator(self) -> Generator:
        """The generator.

        Raises
        ------
        UsageError
            If none is installed, or its encoder does not draw.
        WeightsError
            If its weights are damaged.
        """
        if self._generator is None:
            if self._refused is not None:
                raise self._refused
            if not self._weights.is_file():
                raise UsageError(
                    "no generator is installed, so galaxies can be neither drawn nor reconstructed",
                    remedy="see 'radgalgui doctor'",
                )
            try:
                self._generator = Generator.of(Encoder.load(self._weights))
            except RadGalError as error:
                self._refused = error
                logging.getLogger(__name__).warning("%s", error)
                raise
        return self._generator

    def warm_up(self) -> None:
        """Load and draw once, so that the first galaxy does not pay for what is lazy there."""
        try:
            eyes = self.generator.preprocessing
            self.generator.reconstruct(np.zeros((1, eyes.channels, eyes.size, eyes.size)))
        except RadGalError:
            return  # said to whoever asks for it

    def reconstruction(self, job: str, sight: Sight | StoredSight) -> Reconstruction | None:
        """Return a galaxy drawn again; None where that is not to be had.

        A search is answered all the same where there is no generator, or where the image has
        not its bands.
        """
        try:
            generator = self.generator
            if isinstance(sight, Sight):
                return reconstruct(sight, generator).event(job)
            seen = sight.view(generator.preprocessing)
            return None if seen is None else reconstruct_seen(seen, generator).event(job)
        except RadGalError:
            return None

    def draw(
        self,
        job: str,
        *,
        count: int,
        temperature: float = 1.0,
        seed: int = 0,
        angular_size: float | None = None,
        around: Galaxy | None = None,
        kept: int = 2,
        searcher: Searcher | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Event | None]:
        """Draw new galaxies, from the prior or around one.

        Parameters
        ----------
        job : str
            The name that every event carries.
        count, temperature, seed, angular_size, kept
            As for `radgalgui.models.generator.Generator.around`.
        around : Galaxy, optional
            The galaxy whose coarse latents are kept.
        searcher : Searcher, optional
            Whose catalogue holds galaxies that are named by their rows.
        cancel : CancelToken, optional
            Looked at between portions.

        Yields
        ------
        Event or None
            `Drawn` for each portion, `Done`; None where other work may go first.

        Raises
        ------
        UsageError
            If there is no generator, or it cannot draw so, or there is no such galaxy.
        ImageError
            If the galaxy's image cannot be seen.
        Cancelled
            If cancelled.
        """
        started = time.perf_counter()
        how = {"temperature": temperature, "seed": seed, "angular_size": angular_size}
        if around is None:
            portions = self.generator.sample(count, **how)  # type: ignore[arg-type]
        else:
            image = self._seen(around, searcher)
            portions = self.generator.around(image, count, kept=kept, **how)  # type: ignore[arg-type]
        first = 0
        for images in portions:
            _look_at(cancel)
            sizes = angular_sizes(images, self.generator.preprocessing)
            yield Drawn(job, first, images, sizes)
            yield None
            first += len(images)
        yield Done(job, time.perf_counter() - started)

    def walk(
        self,
        job: str,
        *,
        first: Galaxy,
        second: Galaxy,
        steps: int = 9,
        searcher: Searcher | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Event | None]:
        """Go from one galaxy to another, and find the nearest real source at each step.

        Yields
        ------
        Event or None
            `WalkSteps`, `Done`; None where other work may go first.

        Raises
        ------
        UsageError, ImageError, Cancelled
            As `draw`; also if there are not 2 to 256 steps.
        """
        started = time.perf_counter()
        ends = self._seen(first, searcher), self._seen(second, searcher)
        portions, nearest = [], _Nearest()
        for images in self.generator.walking(*ends, steps):
            _look_at(cancel)
            portions.append(images)
            nearest.add(*_nearest(images, self.generator, searcher))
            yield None
        yield WalkSteps(
            job=job,
            images=np.concatenate(portions),
            fractions=np.linspace(0, 1, steps, dtype=np.float32),
            nearest_rows=np.asarray(nearest.rows, dtype=np.int64),
            nearest_names=nearest.names,
            similarities=np.asarray(nearest.alike, dtype=np.float32),
        )
        yield Done(job, time.perf_counter() - started)

    def traverse(
        self,
        job: str,
        *,
        galaxy: Galaxy,
        component: int,
        steps: int = 9,
        span: float = 3.0,
        searcher: Searcher | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Event | None]:
        """Change one component of a galaxy's vector from ``-span`` to ``span``.

        Yields
        ------
        Event or None
            `Traversal`, `Done`; None where other work may go first.

        Raises
        ------
        UsageError, ImageError, Cancelled
            As `draw`; also if there is no such component, or not 2 to 256 steps.
        """
        started = time.perf_counter()
        values = spread_values(steps, span)
        image = self._seen(galaxy, searcher)
        portions = []
        for images in self.generator.traversing(image, component, values.tolist()):
            _look_at(cancel)
            portions.append(images)
            yield None
        own = self.generator.own_value(image, component)
        yield Traversal(job, component, values, np.concatenate(portions), own)
        yield Done(job, time.perf_counter() - started)

    def components(
        self,
        job: str,
        *,
        searcher: Searcher | None = None,  # noqa: ARG002  asked as all others are
        cancel: CancelToken | None = None,  # noqa: ARG002
    ) -> Iterator[Event | None]:
        """Tell the components of the vector by importance: `Components`, `Done`."""
        started = time.perf_counter()
        table = self.generator.components()
        yield Components(job, table.order, table.kl, table.spread, table.active)
        yield Done(job, time.perf_counter() - started)

    def _seen(self, galaxy: Galaxy, searcher: Searcher | None) -> NDArray[np.float32]:
        """Return what the generator sees of a galaxy, (C, S, S)."""
        eyes = self.generator.preprocessing
        if "path" in galaxy:
            where = galaxy["position"]
            position = None if where is None else SkyPosition(*where)
            return Sight(read_image(galaxy["path"]), position).view(eyes)
        row = galaxy["row"]
        if searcher is None or not 0 <= row < len(searcher.catalog):
            raise UsageError(f"there is no source {row} in the catalogue that is open")
        seen = StoredSight(searcher.catalog, row).view(eyes)
        if seen is None:
            raise UsageError(
                "the images of this catalogue show the sky in another way than the generator "
                "sees it",
                subject=searcher.catalog.path,
                remedy="give the source's FITS file instead",
            )
        return seen


@dataclass
class _Nearest:
    """The source most like each step of a walk so far."""

    rows: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    alike: list[float] = field(default_factory=list)

    def add(self, rows: list[int], names: list[str], alike: list[float]) -> None:
        self.rows += rows
        self.names += names
        self.alike += alike


def spread_values(steps: int, span: float) -> NDArray[np.float32]:
    """Return even steps from ``-span`` to ``span``, (steps,).

    Raises
    ------
    UsageError
        If there are not 2 to 256, or the span does not lie between 0 and 10.
    """
    if not 2 <= steps <= _MOST_STEPS:
        raise UsageError(f"{steps} steps cannot be drawn", remedy=f"give 2 to {_MOST_STEPS}")
    if not 0 < span <= _WIDEST:
        raise UsageError(
            f"a span of {span:g} standard deviations cannot be drawn",
            remedy=f"give one above 0 and up to {_WIDEST:g}",
        )
    return np.linspace(-span, span, steps, dtype=np.float32)


def _nearest(
    images: NDArray[np.float32], generator: Generator, searcher: Searcher | None
) -> tuple[list[int], list[str], list[float]]:
    """Return row, name and similarity of the source most like each image; -1 where unknown."""
    unknown = [-1] * len(images), [""] * len(images), [float("nan")] * len(images)
    if searcher is None:
        return unknown
    wanted, eyes = searcher.encoder.preprocessing, generator.preprocessing
    if wanted == eyes:
        return searcher.most_similar(images)
    try:
        skies = [Sight(sky_of(image, eyes, name="")) for image in images]
        return searcher.most_similar(np.stack([sky.view(wanted) for sky in skies]))
    except ImageError:  # the searching encoder takes other bands
        return unknown


def _look_at(cancel: CancelToken | None) -> None:
    if cancel is not None:
        cancel.check()
