"""How likely vectors are: an ensemble of flows, scored, sampled, and kept as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from radgalgui.errors import UsageError
from radgalgui.models.devices import Device
from radgalgui.models.flows.base import Mixture
from radgalgui.models.flows.engines import Flow, Shape
from radgalgui.models.flows.packing import packed, unpacked
from radgalgui.models.flows.whitening import Whitening

__all__ = ["Density", "Member", "as_stored"]

_BATCH: Final = 2048
# Of networks so narrow, two threads wait for each other: on a busy machine five times as long.
_ALONE: Final = Device(threads=1)
_HALF_LARGEST: Final = 65504.0
_LOWEST: Final = -1e300
Vectors = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Member:
    """One flow, the whitening before it and the mixture of Gaussians after it.

    ``limit`` is the distance from the mean, in whitened space, up to which the flow is asked:
    twice that of the farthest vector that it learned from.
    """

    whitening: Whitening
    flow: Flow
    base: Mixture
    limit: float

    def log_likelihood(self, vectors: Vectors) -> NDArray[np.float64]:
        """Return log densities (n,) of finite vectors (n, D), in nats; finite.

        Networks say anything of vectors far from all that they have seen.  Beyond the limit
        the flow is asked where the line to the mean crosses it, and from there the density
        falls as that of a Gaussian: ever lower with distance, and never NaN.
        """
        whitened = self.whitening.forward(vectors)
        distance = np.sqrt(np.einsum("nd,nd->n", whitened, whitened))
        nearer = np.minimum(1.0, self.limit / np.maximum(distance, self.limit))
        beyond = 0.5 * np.maximum(distance - self.limit, 0.0) * (distance + self.limit)
        inside = self._inside(whitened * nearer[:, None])
        return np.asarray(np.maximum(inside + self.whitening.log_jacobian - beyond, _LOWEST))

    def _inside(self, whitened: NDArray[np.float64]) -> NDArray[np.float64]:
        with torch.inference_mode():
            image, log_scale = self.flow(torch.from_numpy(whitened.astype(np.float32)))
            told = (self.base(image) + log_scale).double().numpy()
        return np.asarray(np.nan_to_num(told, nan=_LOWEST, posinf=_LOWEST, neginf=_LOWEST))

    def sample(self, noise: NDArray[np.float32], chances: NDArray[np.float64]) -> Vectors:
        """Return vectors made of normal noise (n, D) and uniform chances (n,)."""
        with torch.inference_mode():
            image = self.base.sample(torch.from_numpy(noise), torch.from_numpy(chances))
            return self.whitening.inverse(self.flow.inverse(image).numpy())


class Density:
    """How likely vectors are among those of a catalogue.

    Parameters
    ----------
    members : sequence of Member
        Flows of one shape, at least one, each fitted to another part of the catalogue.
    shape : Shape
        Theirs.
    stored : str
        ``float16`` where the catalogue's vectors are kept so: others are rounded likewise
        before they are scored, or their missing rounding errors would make them too likely.
    """

    def __init__(self, members: Sequence[Member], shape: Shape, *, stored: str = "float32") -> None:
        if not members:
            raise UsageError("a density needs at least one flow")
        self._members = tuple(members)
        self._shape = shape
        self._stored = stored
        for member in self._members:
            member.flow.eval().requires_grad_(False)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._shape.dimension

    @property
    def engine(self) -> str:
        """The library whose flows these are."""
        return self._shape.engine

    @property
    def shape(self) -> Shape:
        """What each flow is built of."""
        return self._shape

    @property
    def members(self) -> tuple[Member, ...]:
        """The flows."""
        return self._members

    def log_likelihood(self, vectors: Vectors) -> NDArray[np.float64]:
        """Return the log density of vectors, the mean over the members.

        Parameters
        ----------
        vectors : ndarray, shape (n, D)
            As the encoder makes them; n may be 0.

        Returns
        -------
        ndarray, shape (n,), float64
            In nats, in the space of the vectors; finite, very low for far-off vectors.

        Raises
        ------
        UsageError
            If the vectors have another length, or are not finite.
        """
        return np.asarray(self.member_log_likelihoods(vectors).mean(axis=0))

    def member_log_likelihoods(self, vectors: Vectors) -> NDArray[np.float64]:
        """Return what each member says, shape (members, n); see `log_likelihood`."""
        if np.ndim(vectors) != 2 or np.shape(vectors)[1] != self.dimension:
            raise UsageError(
                f"the vectors have the shape {np.shape(vectors)}, not (n, {self.dimension})",
                remedy="take those of the encoder that the likelihoods were made for",
            )
        with _ALONE.at_work():
            return self._told(vectors)

    def _told(self, vectors: Vectors) -> NDArray[np.float64]:
        told = np.empty((len(self._members), len(vectors)))
        for start in range(0, len(vectors), _BATCH):
            batch = np.asarray(vectors[start : start + _BATCH])
            if not np.isfinite(batch).all():
                row = start + int(np.flatnonzero(~np.isfinite(batch).all(axis=1))[0])
                raise UsageError(f"the vector in row {row} holds NaN or infinite values")
            batch = as_stored(batch, self._stored)
            for number, member in enumerate(self._members):
                told[number, start : start + _BATCH] = member.log_likelihood(batch)
        return told

    def sample(self, count: int, *, seed: int = 0) -> NDArray[np.float32]:
        """Draw vectors (count, D), each from a member drawn at random.

        It takes a pass through the flow for each component: seconds for hundreds of vectors.
        """
        rng = np.random.default_rng(seed)
        chosen = rng.integers(len(self._members), size=count)
        noise = rng.standard_normal((count, self.dimension)).astype(np.float32)
        chances = rng.random(count)
        drawn = np.empty((count, self.dimension), np.float32)
        for number, member in enumerate(self._members):
            rows = np.flatnonzero(chosen == number)
            drawn[rows] = member.sample(noise[rows], chances[rows])
        return drawn

    def card(self) -> dict[str, Any]:
        """Return what `from_arrays` needs beside the arrays, as JSON has it."""
        return {
            **self._shape.card(),
            "stored": self._stored,
            "limits": [member.limit for member in self._members],
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the numbers to keep, by names; they must be kept in the types they have."""
        return {
            f"{number}.{name}": array
            for number, member in enumerate(self._members)
            for name, array in packed(member.whitening, member.flow, member.base).items()
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], card: Mapping[str, Any]) -> Density:
        """Return the density that was kept; names that are not its own are passed over.

        Raises
        ------
        WeightsError
            If something is missing, has another shape or is not finite.
        """
        return cls(*unpacked(arrays, card, Member), stored=str(card.get("stored", "float32")))


def as_stored(vectors: Vectors, stored: str) -> Vectors:
    """Return vectors with the precision that a catalogue keeps them in."""
    if stored != "float16" or vectors.dtype == np.float16:
        return vectors
    held = np.clip(vectors, -_HALF_LARGEST, _HALF_LARGEST).astype(np.float16)
    return np.where(np.abs(vectors) <= _HALF_LARGEST, held.astype(vectors.dtype), vectors)
