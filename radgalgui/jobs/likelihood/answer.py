"""How likely the galaxy is that is asked about, by the judge of the open catalogue."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import RadGalError
from radgalgui.jobs.events import Likelihood, NoteText, OpinionRow, Reconstruction
from radgalgui.jobs.likelihood.methods import METHODS
from radgalgui.jobs.likelihood.standing import Standing
from radgalgui.jobs.likelihood.stored import own_scores
from radgalgui.jobs.sight import Sight, StoredSight, number

if TYPE_CHECKING:
    from radgalgui.jobs.likelihood.judge import Judge
    from radgalgui.jobs.studio import Studio
    from radgalgui.models.generator import Generator

__all__ = ["OTHER_GENERATOR", "Assessor", "missed", "without_reconstruction"]

OTHER_GENERATOR: Final = (
    "Its reconstruction has no say: nothing in it stands out from the noise, or the catalogue's "
    "sources were not drawn by the network that is at hand."
)
"""Why there is no percentile of the reconstruction."""

_TOO_FEW: Final = 2000  # of fewer sources, the central 99.9 % leave out none


class Assessor:
    """Says how likely galaxies are among the sources of a catalogue, by one of its encoders.

    The judge takes a moment to load, and is loaded when it is first needed, or by `load`.

    Parameters
    ----------
    catalog : Catalog
        Whose sources are what is usual.
    encoder : str
        The name of one of its encoders.
    """

    def __init__(self, catalog: Catalog, encoder: str) -> None:
        self._catalog, self._encoder = catalog, encoder
        self._judge: Judge | None = None
        self._refused: RadGalError | None = None

    @property
    def known(self) -> bool:
        """Whether the catalogue has likelihoods of the encoder."""
        return self._encoder in self._catalog.manifest.likelihoods

    @property
    def left(self) -> bool:
        """Whether there is a judge that `load` would load."""
        return self.known and self._judge is None and self._refused is None

    def load(self) -> None:
        """Load the judge; what speaks against it is told to whoever asks for it."""
        try:
            self.judge.scores(np.zeros((1, self._catalog.dimension(self._encoder)), np.float32))
        except RadGalError as error:
            self._refuse(error)

    @property
    def judge(self) -> Judge:
        """The judge.

        Raises
        ------
        CatalogError
            If the catalogue has none of this encoder, or it is damaged.
        """
        if self._refused is not None:
            raise self._refused
        if self._judge is None:
            from radgalgui.jobs.likelihood.judge import Judge

            self._judge = Judge.load(self._catalog, self._encoder)
        return self._judge

    def of_vector(
        self, job: str, vector: NDArray[np.floating], reconstruction: float | None = None
    ) -> Likelihood:
        """Return how likely a galaxy is that is no source of the catalogue.

        Parameters
        ----------
        job : str
            The name that the event carries.
        vector : ndarray, shape (D,)
            Of its image as it lies: means over orientations are likelier than any of them.
        reconstruction : float, optional
            What `missed` returned.

        Returns
        -------
        Likelihood
            Without numbers, and with a note, where the judge cannot be had.
        """
        told = None if reconstruction is None else np.asarray([reconstruction])
        try:
            judge = self.judge
            scores = judge.scores(np.asarray(vector, np.float32)[None], told)
            percentiles, outside = judge.percentiles(scores), judge.outside(scores)
        except RadGalError as error:
            return self._without_numbers(job, error)
        notes = without_reconstruction(percentiles[0])
        return self._told(job, scores[0], percentiles[0], bool(outside[0]), notes)

    def of_image(
        self,
        job: str,
        vector: NDArray[np.floating],
        sight: Sight,
        drawn: Reconstruction | None,
        studio: Studio | None,
    ) -> Likelihood:
        """Return the same of an image and what a studio drew of it, if it did."""
        told = None
        if drawn is not None and studio is not None:
            with suppress(RadGalError):  # of the judge, which the event tells
                told = missed(sight, drawn, studio.generator, self.judge)
        return self.of_vector(job, vector, told)

    def of_source(self, job: str, row: int) -> Likelihood:
        """Return how likely a source of the catalogue is, as if it had not been there."""
        try:
            scores = self._own.scores[row]
            percentiles, outside = self._own.own[row], self._own.outside(scores[None])[0]
        except RadGalError as error:
            return self._without_numbers(job, error)
        return self._told(job, scores, percentiles, bool(outside), [])

    @cached_property
    def _own(self) -> Standing:
        """The stored scores; the judge is not needed for them."""
        return Standing(own_scores(self._catalog, self._encoder))

    def _told(
        self,
        job: str,
        scores: NDArray[np.floating],
        percentiles: NDArray[np.floating],
        outside: bool,
        notes: Sequence[NoteText],
    ) -> Likelihood:
        each = [number(value) for value in percentiles]
        few = [NoteText(code="few", text=_few(len(self._catalog)))]
        return Likelihood(
            job=job,
            encoder=self._encoder,
            sources=len(self._catalog),
            log_likelihood=number(scores[0]),
            percentile=each[0],
            opinions=[
                OpinionRow(method=method, percentile=percentile)
                for method, percentile in zip(METHODS, each, strict=False)
            ],
            combined=each[-1],
            outside=outside,
            notes=[*notes, *(few if len(self._catalog) < _TOO_FEW else [])],
        )

    def _without_numbers(self, job: str, error: RadGalError) -> Likelihood:
        self._refuse(error)
        opinions = [OpinionRow(method=method, percentile=None) for method in METHODS]
        notes = [NoteText(code="refused", text=str(error))]
        sources = len(self._catalog)
        return Likelihood(
            job, self._encoder, sources, None, None, opinions, None, outside=False, notes=notes
        )

    def _refuse(self, error: RadGalError) -> None:
        if self._refused is None:
            self._refused = error
            logging.getLogger(__name__).warning("%s", error)


def missed(
    sight: Sight | StoredSight, drawn: Reconstruction, generator: Generator, judge: Judge
) -> float | None:
    """Return how well a galaxy was drawn again, as the judge knows it of its own sources.

    Parameters
    ----------
    sight : Sight or StoredSight
        The galaxy.
    drawn : Reconstruction
        What the generator made of it.
    generator : Generator
        The network that drew it.
    judge : Judge
        Who is to compare it.

    Returns
    -------
    float or None
        Higher is better drawn; None where the judge's own sources were drawn by another network.
    """
    from radgalgui.analysis.opinions import reconstruction_score

    if not generator.sha256 or generator.sha256 != judge.generator_sha256:
        return None
    seen = sight.view(generator.preprocessing)
    if seen is None:
        return None
    softening = generator.preprocessing.softening
    score = reconstruction_score(seen[None], drawn.image[None], softening=softening)[0]
    return float(score) if np.isfinite(score) else None


def without_reconstruction(percentiles: NDArray[np.floating]) -> list[NoteText]:
    """Return the note that the reconstruction has no say, where its percentile is not known."""
    if np.isfinite(np.asarray(percentiles)[..., len(METHODS) - 1]).any():
        return []
    return [NoteText(code="reconstruction", text=OTHER_GENERATOR)]


def _few(sources: int) -> str:
    return (
        f"The catalogue has {sources:,} sources: percentiles are coarse, and the central 99.9 % "
        "hold nearly all."
    )
