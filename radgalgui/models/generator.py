"""A generator: an encoder whose network also draws galaxies from latents."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from radgalgui.errors import UsageError, WeightsError
from radgalgui.models.batches import Images, as_tensor, batches, check_shape
from radgalgui.models.components import ComponentTable, component_table
from radgalgui.models.encoder import Encoder
from radgalgui.models.generative.network import GenerativeNetwork
from radgalgui.models.interpolation import on_the_sphere, straight
from radgalgui.models.noise import standard_noise
from radgalgui.models.told_sizes import ToldSizes
from radgalgui.models.weights import can_draw
from radgalgui.progress import CancelToken, Progress, silent

__all__ = ["PORTION", "Generator", "can_draw"]

PORTION: Final = 4
"""Images that are drawn at once, and always together, so that company changes no bit of one."""

_BATCH: Final = 16
_MOST_STEPS: Final = 256
_HOTTEST: Final = 5.0
_SEEDS: Final = 2**32


class Generator:
    """Draws galaxies: the same again, new ones, and those between and beside others.

    Made by `Generator.of`.  All images are (N, C, S, S), float32 in [0, 1], as encoders see.

    Attributes
    ----------
    name, sha256 : str
        The encoder's name, and the hash of its weights file ("" where it was read from none).
    preprocessing : `radgalgui.sky.preprocess.Preprocessing`
        How images are made ready.
    dimension : int
        D, the components of the vector, which is the top latent.
    resolutions : tuple of int
        Sides of the latents in pixels, coarsest first: 1, 4, ...
    conditioned : bool
        Whether it was taught angular sizes.
    """

    def __init__(self, encoder: Encoder, network: GenerativeNetwork) -> None:
        self.name, self.sha256 = encoder.name, encoder.sha256
        self.preprocessing = encoder.preprocessing
        self.dimension = encoder.dimension
        self.resolutions = tuple(dict.fromkeys(shape[-1] for shape in network.latent_shapes))
        self.conditioned = network.conditioned
        self._network, self._card = network, encoder.card
        self._components: ComponentTable | None = None
        self._sizes = ToldSizes(network, encoder.preprocessing)

    @classmethod
    def of(cls, encoder: Encoder) -> Generator:
        """Return the generator that an encoder is.

        Raises
        ------
        UsageError
            If its network does not draw, or draws images of another size than it sees.
        """
        network = encoder.network
        if not isinstance(network, GenerativeNetwork):
            raise UsageError(
                f"the encoder {encoder.name!r} makes vectors and cannot draw galaxies",
                remedy="choose one that can, such as vdvae",
            )
        if network.size != encoder.preprocessing.size:
            raise UsageError(
                f"the encoder {encoder.name!r} sees {encoder.preprocessing.size} pixels a side and "
                f"draws {network.size}",
                remedy="fetch or train the weights again",
            )
        return cls(encoder, network)

    def reconstruct(
        self, images: Images, *, progress: Progress = silent, cancel: CancelToken | None = None
    ) -> NDArray[np.float32]:
        """Draw galaxies again from what the network keeps of them: the means of all latents.

        Parameters
        ----------
        images : Images, shape (N, C, S, S)
            May be the images of a catalogue.
        progress : Progress
            Called after each batch.
        cancel : CancelToken, optional
            Looked at before each batch.

        Returns
        -------
        ndarray, shape (N, C, S, S), float32
            The expected brightness of each pixel.

        Raises
        ------
        UsageError
            If the images have another shape.
        ImageError
            If a value is NaN or infinite.
        WeightsError
            If the network draws NaN.
        Cancelled
            If the token is raised.
        """
        check_shape(images.shape, self.preprocessing, taker=f"the encoder {self.name!r}")
        drawn = np.empty(images.shape, dtype=np.float32)
        done = 0
        with closing(batches(images, size=_BATCH)) as coming:
            while done < len(images):
                if cancel is not None:
                    cancel.check()
                batch = as_tensor(next(coming))
                with torch.inference_mode():
                    found = self._mean(self._network.descend(batch, mean=True).parameters)
                drawn[done : done + len(found)] = found
                done += len(found)
                progress(done, len(images), "reconstructing images")
        return drawn

    def sample(
        self,
        count: int,
        *,
        temperature: float = 1.0,
        seed: int = 0,
        angular_size: float | None = None,
        first: int = 0,
    ) -> Iterator[NDArray[np.float32]]:
        """Draw new galaxies from the prior.

        Parameters
        ----------
        count : int
            How many, at least 1.
        temperature : float
            Multiplies the standard deviations of all latents; 0 to 5.
        seed : int
            0 to 4294967295.  Galaxy ``i`` depends on the seed and on ``i``, to the last bit.
        angular_size : float, optional
            Largest angular size to aim at, arcsec, for generators that are ``conditioned``.
        first : int
            The first ``i``.

        Returns
        -------
        iterator of ndarray, each of shape (n, C, S, S)
            Portions of at most 4, each drawn when it is asked for.

        Raises
        ------
        UsageError
            If a number is out of range, or an angular size is given that cannot be told.
        """
        self._check_drawing(count, temperature, seed, angular_size, first)
        return self._drawn((), count, first, temperature, seed, angular_size)

    def around(
        self,
        image: NDArray[np.floating],
        count: int,
        *,
        kept: int = 2,
        temperature: float = 1.0,
        seed: int = 0,
        angular_size: float | None = None,
        first: int = 0,
    ) -> Iterator[NDArray[np.float32]]:
        """Draw galaxies like one (C, S, S): its coarse latents kept, the fine ones drawn.

        Parameters
        ----------
        image : ndarray, shape (C, S, S)
            The galaxy.
        kept : int
            Of how many of the coarsest resolutions the latents are kept, at their means: 0 is
            `sample`, all is the reconstruction.
        count, temperature, seed, angular_size, first
            As for `sample`; so are what is returned and raised.
        """
        self._check_drawing(count, temperature, seed, angular_size, first)
        if not 0 <= kept <= len(self.resolutions):
            raise UsageError(
                f"the latents of {kept} resolutions cannot be kept",
                remedy=f"keep 0 to {len(self.resolutions)}",
            )
        latents = self._infer(np.asarray(image)[None])[0]
        coarse = self.resolutions[:kept]
        given = [latent for latent in latents if latent.shape[-1] in coarse]
        return self._drawn(given, count, first, temperature, seed, angular_size)

    def walk(
        self, first: NDArray[np.floating], second: NDArray[np.floating], steps: int
    ) -> NDArray[np.float32]:
        """Return all images (steps, C, S, S) of `walking`."""
        return np.concatenate(list(self.walking(first, second, steps)))

    def walking(
        self, first: NDArray[np.floating], second: NDArray[np.floating], steps: int
    ) -> Iterator[NDArray[np.float32]]:
        """Draw the way from one galaxy (C, S, S) to another, in portions of at most 4.

        Both ends are reconstructions.  Between them latents, as standard deviations from what
        the prior expects at each step, are interpolated: those of the vector in a straight line,
        those below on the sphere, where nearly all of what the prior expects lies.

        Raises
        ------
        UsageError
            If there are not 2 to 256 steps, or the images have another shape.
        """
        _check_steps(steps, least=2)
        _, offsets = self._infer(np.stack([np.asarray(first), np.asarray(second)]))
        return self._walked(offsets, np.linspace(0.0, 1.0, steps))

    def traverse(
        self, image: NDArray[np.floating], component: int, values: Sequence[float]
    ) -> NDArray[np.float32]:
        """Return all images (n, C, S, S) of `traversing`."""
        return np.concatenate(list(self.traversing(image, component, values)))

    def traversing(
        self, image: NDArray[np.floating], component: int, values: Sequence[float]
    ) -> Iterator[NDArray[np.float32]]:
        """Draw a galaxy (C, S, S) with one component of its vector changed, 4 images at a time.

        Parameters
        ----------
        image : ndarray, shape (C, S, S)
            The galaxy.
        component : int
            0 to D - 1.
        values : sequence of float
            What it is set to: standard deviations from its mean over the training images.  The
            latents below keep their distance from what the prior expects, so that the galaxy
            remains itself: with its own value it is its reconstruction.

        Raises
        ------
        UsageError
            If there is no such component or value, or more than 256 values.
        """
        self._check_component(component)
        _check_steps(len(values), least=1)
        if not np.isfinite(values).all():
            raise UsageError("a component cannot be set to NaN or infinity")
        table = self.components()
        latents, offsets = self._infer(np.asarray(image)[None])
        wanted = table.mean[component] + np.asarray(values) * table.spread[component]
        return self._traversed(latents[0], offsets, component, wanted.astype(np.float32))

    def own_value(self, image: NDArray[np.floating], component: int) -> float:
        """Return where a galaxy (C, S, S) lies in a component, in the units of `traversing`."""
        self._check_component(component)
        table = self.components()
        value = float(self._infer(np.asarray(image)[None])[0][0][0, component])
        spread = float(table.spread[component])
        return (value - float(table.mean[component])) / spread if spread > 0 else 0.0

    def components(self) -> ComponentTable:
        """Return what the components of the vector tell, the most telling first.

        Raises
        ------
        WeightsError
            If what the weights file says of them does not fit its network.
        """
        if self._components is None:
            self._components = component_table(self._network, self._card)
        return self._components

    def _drawn(
        self,
        given: Sequence[Tensor],
        count: int,
        first: int,
        temperature: float,
        seed: int,
        angular_size: float | None,
    ) -> Iterator[NDArray[np.float32]]:
        """Draw whole portions, counted from galaxy 0, and give of each what was asked for."""
        kept = [latent.expand(PORTION, -1, -1, -1) for latent in given]
        size = self._sizes.told(angular_size, PORTION, free=not given)
        for start in range(first - first % PORTION, first + count, PORTION):
            shapes, each = self._network.latent_shapes, range(start, start + PORTION)
            noise = [temperature * part for part in standard_noise(shapes, seed, each)]
            with torch.inference_mode():
                descent = self._network.descend(given=kept, standardised=noise, angular_size=size)
                images = self._typical(descent.parameters)
            yield images[max(first - start, 0) : first + count - start]

    def _walked(
        self, offsets: Sequence[Tensor], fractions: NDArray[np.float64]
    ) -> Iterator[NDArray[np.float32]]:
        for start in range(0, len(fractions), PORTION):
            share = torch.as_tensor(fractions[start : start + PORTION], dtype=torch.float32)
            with torch.inference_mode():
                below = [on_the_sphere(offset, share) for offset in offsets[1:]]
                between = [straight(offsets[0], share), *below]
                drawn = self._mean(self._network.descend(standardised=between).parameters)
            yield drawn

    def _traversed(
        self,
        top: Tensor,
        offsets: Sequence[Tensor],
        component: int,
        wanted: NDArray[np.float32],
    ) -> Iterator[NDArray[np.float32]]:
        for start in range(0, len(wanted), PORTION):
            values = torch.from_numpy(wanted[start : start + PORTION])
            with torch.inference_mode():
                changed = top.repeat(len(values), 1, 1, 1)
                changed[:, component, 0, 0] = values
                below = [offset.expand(len(values), -1, -1, -1) for offset in offsets]
                descent = self._network.descend(given=[changed], standardised=below)
                drawn = self._mean(descent.parameters)
            yield drawn

    def _infer(self, images: NDArray[np.floating]) -> tuple[list[Tensor], list[Tensor]]:
        """Return the mean latents of images (N, C, S, S), and the same standardised."""
        check_shape(images.shape, self.preprocessing, taker=f"the encoder {self.name!r}")
        (batch,) = batches(images, size=len(images))  # which looks for NaN
        with torch.inference_mode():
            descent = self._network.descend(as_tensor(batch), mean=True)
        return descent.latents, descent.standardised

    def _mean(self, parameters: Tensor) -> NDArray[np.float32]:
        self._check_finite(parameters)
        return np.asarray(self._network.likelihood.mean(parameters))

    def _typical(self, parameters: Tensor) -> NDArray[np.float32]:
        """Return sharp images, their brightest pixel at 1 as that of all that encoders see."""
        self._check_finite(parameters)
        drawn = np.asarray(self._network.likelihood.typical(parameters))
        return self.preprocessing.see(self.preprocessing.unstretch(drawn), 0.0)

    def _check_finite(self, parameters: Tensor) -> None:
        if not torch.isfinite(parameters).all():
            raise WeightsError(
                f"the encoder {self.name!r} draws NaN or infinite values",
                remedy="fetch or train the weights again, or lower the temperature",
            )

    def _check_component(self, component: int) -> None:
        if not 0 <= component < self.dimension:
            raise UsageError(
                f"there is no component {component} of the vector",
                remedy=f"choose 0 to {self.dimension - 1}",
            )

    def _check_drawing(
        self, count: int, temperature: float, seed: int, angular_size: float | None, first: int
    ) -> None:
        """Raise `UsageError` unless galaxies can be drawn so."""
        if count < 1 or first < 0:
            raise UsageError(f"{count} galaxies from {first} on cannot be drawn")
        if not 0 <= temperature <= _HOTTEST:
            raise UsageError(
                f"the temperature {temperature:g} is out of range", remedy=f"give 0 to {_HOTTEST:g}"
            )
        if not 0 <= seed < _SEEDS:
            raise UsageError(f"{seed} is no seed", remedy=f"give 0 to {_SEEDS - 1}")
        if angular_size is None:
            return
        if not self.conditioned:
            raise UsageError(
                f"the encoder {self.name!r} was not taught angular sizes",
                remedy="leave the angular size out",
            )
        largest = math.sqrt(2) * self.preprocessing.field_of_view
        if not 0 < angular_size <= largest:
            raise UsageError(
                f"a galaxy of {angular_size:g} arcsec cannot be drawn",
                remedy=f"give a size above 0 and up to {largest:.0f} arcsec, the field's diagonal",
            )


def _check_steps(steps: int, *, least: int) -> None:
    if not least <= steps <= _MOST_STEPS:
        raise UsageError(f"{steps} steps cannot be drawn", remedy=f"give {least} to {_MOST_STEPS}")
