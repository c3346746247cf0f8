"""What judges sources by an encoder's vectors: a density, second opinions, own scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import CatalogError, RadGalError
from radgalgui.jobs.likelihood.judge_file import read_judge, write_judge
from radgalgui.jobs.likelihood.methods import METHODS
from radgalgui.jobs.likelihood.standing import Standing
from radgalgui.jobs.likelihood.stored import own_scores

if TYPE_CHECKING:
    from radgalgui.analysis.opinions import Opinions
    from radgalgui.models.flows.density import Density

__all__ = ["Judge", "Verdict", "as_scores"]

_DENSITY: Final = "density/"
_OPINIONS: Final = "opinions/"
_FARTHEST: Final = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Verdict:
    """What is said of one source.

    Parameters
    ----------
    log_likelihood : float or None
        In nats, in the space of the encoder's vectors.
    percentiles : dict of str to float or None
        By method: per cent of the catalogue's sources that are less usual, None where unknown.
    combined : float or None
        The same by all methods together.
    outside : bool
        Whether the log-likelihood lies outside the central 99.9 % of the catalogue's own.
    below : bool
        Whether it lies below them, rather than above, where it is outside.
    """

    log_likelihood: float | None
    percentiles: dict[str, float | None]
    combined: float | None
    outside: bool
    below: bool


class Judge:
    """Judges sources by an encoder's vectors; see `Judge.load`.

    Attributes
    ----------
    encoder : str
        Whose vectors.
    reference : Standing
        The scores of the catalogue's own sources.
    card : dict
        How it was made; see `radgalgui.jobs.likelihood.fit`.
    """

    def __init__(
        self,
        encoder: str,
        density: Density,
        opinions: Opinions,
        reference: Standing,
        card: Mapping[str, Any],
    ) -> None:
        self.encoder = encoder
        self.reference = reference
        self.card = dict(card)
        self._density = density
        self._opinions = opinions

    @classmethod
    def load(cls, catalog: Catalog, encoder: str) -> Judge:
        """Load what judges others by the sources of a catalogue; loads torch.

        Raises
        ------
        CatalogError
            If there is none, it belongs to other vectors, or a file is damaged.
        """
        from radgalgui.analysis.opinions import Opinions
        from radgalgui.models.flows.density import Density

        path = catalog.judge_path(encoder)
        arrays, card = read_judge(path)
        vectors = catalog.embeddings(encoder)
        told = (card["encoder"], card["count"], card["dimension"])
        if told != (encoder, *vectors.shape):
            raise _unusable(path, encoder, "it was made of other vectors")
        try:
            density = Density.from_arrays(_under(_DENSITY, arrays), card["density"])
            opinions = Opinions.from_arrays(_under(_OPINIONS, arrays), vectors)
        except RadGalError as error:
            raise _unusable(path, encoder, str(error).rstrip(".")) from error
        if density.dimension != vectors.shape[1]:
            raise _unusable(path, encoder, "its flow is of other vectors")
        return cls(encoder, density, opinions, Standing(own_scores(catalog, encoder)), card)

    @property
    def generator_sha256(self) -> str:
        """Hash of the weights by which the own sources were drawn again; "" where none were.

        Scores by reconstructions with other weights do not compare.
        """
        return str(self.card.get("generator_sha256", ""))

    def save(self, path: Path, /) -> None:
        """Write all but the scores of the own sources, which a catalogue keeps apart."""
        arrays = {f"{_DENSITY}{name}": array for name, array in self._density.arrays().items()}
        arrays |= {f"{_OPINIONS}{name}": array for name, array in self._opinions.arrays().items()}
        write_judge(path, arrays, {**self.card, "density": self._density.card()})

    def scores(
        self, vectors: NDArray[np.floating], reconstruction: NDArray[np.floating] | None = None
    ) -> NDArray[np.float32]:
        """Return how usual sources are, that are none of the catalogue's own.

        Parameters
        ----------
        vectors : ndarray, shape (n, D)
            By the encoder; finite.
        reconstruction : ndarray, shape (n,), optional
            `radgalgui.analysis.opinions.reconstruction_score` with the weights of
            `generator_sha256`; NaN, as all are without it, where it is not known.

        Returns
        -------
        ndarray, shape (n, 5), float32
            In the order of `METHODS`.
        """
        if reconstruction is None:
            reconstruction = np.full(len(vectors), np.nan)
        flow = self._density.log_likelihood(vectors)
        return as_scores(flow, self._opinions.score(vectors), reconstruction)

    def percentiles(self, scores: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return percentiles among the catalogue's own sources; see `Standing.percentiles`."""
        return self.reference.percentiles(scores)

    def outside(self, scores: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Return whether log-likelihoods are outside the central 99.9 %; see `Standing.outside`."""
        return self.reference.outside(scores)

    def verdict(self, scores: NDArray[np.floating]) -> Verdict:
        """Return what is said of one source with these scores, shape (5,)."""
        row = np.asarray(scores)[None]
        *each, combined = map(_known, self.percentiles(row)[0].tolist())
        return Verdict(
            log_likelihood=_known(float(row[0, 0])),
            percentiles=dict(zip(METHODS, each, strict=True)),
            combined=combined,
            outside=bool(self.outside(row)[0]),
            below=bool(row[0, 0] < self.reference.central[0]),
        )


def as_scores(
    flow: NDArray[np.floating],
    opinions: NDArray[np.floating],
    reconstruction: NDArray[np.floating],
) -> NDArray[np.float32]:
    """Return the columns of all methods as they are stored, shape (n, 5), float32.

    What is beyond the range of float32, as far-off points are, becomes its largest number.
    """
    columns = np.column_stack([flow, opinions, reconstruction])
    return np.clip(columns, -_FARTHEST, _FARTHEST).astype(np.float32)


def _under(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }


def _unusable(path: Path, encoder: str, why: str) -> CatalogError:
    return CatalogError(
        f"what judges sources by {encoder!r} cannot be used: {why}",
        subject=path,
        remedy=f"run: radgalgui catalog likelihood {path.parents[1]} --encoder {encoder}",
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
