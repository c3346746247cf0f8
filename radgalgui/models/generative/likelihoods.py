"""How probable an image is, given what a decoder says of its pixels.

All are probabilities of 256 levels of brightness, as 8-bit images have, so that their values
can be compared: the share of a continuous density that falls into a level's bin, all below
the first level's bin and above the last one's being counted with these.  Images are sparse:
after the clip at 3 sigma most pixels are exactly 0.

References
----------
Salimans, Karpathy, Chen & Kingma 2017, "PixelCNN++", ICLR (discretised logistic mixtures).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["LEVELS", "Likelihood", "build_likelihood", "likelihood_names"]

LEVELS: Final = 256
_HALF_BIN: Final = 0.5 / (LEVELS - 1)
_NARROWEST: Final = -5.5  # log scale, of images in [0, 1]: one level
_WIDEST: Final = 1.0
_TINY: Final = 1e-12
_FAR: Final = 300.0  # standard deviations


class Likelihood(ABC):
    """The distribution of images (N, C, S, S) in [0, 1] given parameters (N, P, S, S).

    Attributes
    ----------
    channels : int
        Bands of an image, independent of each other given the parameters.
    parameters : int
        P, what a decoder gives for each pixel.
    """

    def __init__(self, channels: int, *, per_band: int) -> None:
        self.channels = channels
        self.parameters = channels * per_band
        self._per_band = per_band

    def log_likelihood(self, images: Tensor, parameters: Tensor) -> Tensor:
        """Return the log-likelihood of each pixel, nats, (N, C, S, S), 0 or less.

        Images are rounded to the nearest of 256 levels.
        """
        level = (images.float() * (LEVELS - 1)).round() / (LEVELS - 1)
        return self._log_likelihood(level, self._by_band(parameters))

    def mean(self, parameters: Tensor) -> Tensor:
        """Return the expected brightness of each pixel, (N, C, S, S), in [0, 1]."""
        return self._mean(self._by_band(parameters)).clamp(0.0, 1.0)

    def typical(self, parameters: Tensor) -> Tensor:
        """Return an image without the haze that means have where a pixel may well be empty.

        A pixel that is more likely 0 than not is 0; any other has its mean brightness.
        """
        bands = self._by_band(parameters)
        lit = self._lit(bands) > 0.5
        return torch.where(lit, self._mean(bands).clamp(0.0, 1.0), 0.0)

    def _by_band(self, parameters: Tensor) -> Tensor:
        """Return parameters as (N, C, P / C, S, S), in full precision."""
        count, _, *sides = parameters.shape
        return parameters.float().reshape(count, self.channels, self._per_band, *sides)

    @abstractmethod
    def _log_likelihood(self, level: Tensor, bands: Tensor) -> Tensor: ...

    @abstractmethod
    def _mean(self, bands: Tensor) -> Tensor: ...

    @abstractmethod
    def _lit(self, bands: Tensor) -> Tensor:
        """Return the probability that a pixel is above the first level."""


class Gaussian(Likelihood):
    """A discretised normal distribution with a mean and a width for each pixel."""

    def __init__(self, channels: int, *, components: int = 1) -> None:
        if components != 1:
            raise ValueError("a gaussian likelihood has one component")
        super().__init__(channels, per_band=2)

    def _log_likelihood(self, level: Tensor, bands: Tensor) -> Tensor:
        mean, log_sigma = _place_and_width(bands[:, :, 0], bands[:, :, 1])
        inverse = (-log_sigma).exp()
        above, below = (level - mean + _HALF_BIN) * inverse, (level - mean - _HALF_BIN) * inverse
        inside = torch.special.ndtr(above) - torch.special.ndtr(below)
        # Far from the mean the bin's share is nothing in float32: the density takes its place.
        density = -0.5 * ((level - mean) * inverse).square() - log_sigma
        density = density + math.log(2 * _HALF_BIN) - 0.5 * math.log(2 * math.pi)
        middle = torch.where(inside > 1e-6, inside.clamp_min(_TINY).log(), density)
        # Further out torch's gradient of the logarithm is not a number.
        lowest = torch.special.log_ndtr(above.clamp(-_FAR, _FAR))
        highest = torch.special.log_ndtr((-below).clamp(-_FAR, _FAR))
        return _at_the_ends(level, lowest, middle, highest)

    def _mean(self, bands: Tensor) -> Tensor:
        mean, _ = _place_and_width(bands[:, :, 0], bands[:, :, 1])
        return mean

    def _lit(self, bands: Tensor) -> Tensor:
        mean, log_sigma = _place_and_width(bands[:, :, 0], bands[:, :, 1])
        lit: Tensor = torch.special.ndtr((mean - _HALF_BIN) * (-log_sigma).exp())
        return lit


class Logistics(Likelihood):
    """A discretised mixture of logistic distributions for each pixel.

    Parameters
    ----------
    channels : int
        Bands.
    components : int
        Of the mixture; 1 or more.
    """

    def __init__(self, channels: int, *, components: int = 3) -> None:
        if components < 1:
            raise ValueError("a mixture has 1 component or more")
        super().__init__(channels, per_band=3 * components)

    def _log_likelihood(self, level: Tensor, bands: Tensor) -> Tensor:
        weight, mean, log_scale = self._components(bands)
        each = _log_logistic_bin(level[:, :, None], mean, log_scale)
        return torch.logsumexp(weight + each, dim=2)

    def _mean(self, bands: Tensor) -> Tensor:
        weight, mean, _ = self._components(bands)
        return (weight.exp() * mean.clamp(0.0, 1.0)).sum(dim=2)

    def _lit(self, bands: Tensor) -> Tensor:
        weight, mean, log_scale = self._components(bands)
        lit = torch.sigmoid((mean - _HALF_BIN) * (-log_scale).exp())
        return (weight.exp() * lit).sum(dim=2)

    @staticmethod
    def _components(bands: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return log weights, means and log scales, each (N, C, K, S, S)."""
        weight, mean, log_scale = bands.chunk(3, dim=2)
        return functional.log_softmax(weight, dim=2), *_place_and_width(mean, log_scale)


class Hurdle(Likelihood):
    """Empty with some probability, and else a discretised mixture of logistics above 0.

    Parameters
    ----------
    channels : int
        Bands.
    components : int
        Of the mixture; 1 or more.
    """

    def __init__(self, channels: int, *, components: int = 1) -> None:
        self._lit_part = Logistics(channels, components=components)
        super().__init__(channels, per_band=1 + 3 * components)

    def _log_likelihood(self, level: Tensor, bands: Tensor) -> Tensor:
        logit, rest = bands[:, :, 0], bands[:, :, 1:]
        weight, mean, log_scale = self._lit_part._components(rest)
        each = _log_logistic_bin(level[:, :, None], mean, log_scale)
        # What the logistic gives to the first level is taken from it: lit pixels are above.
        beyond = functional.logsigmoid((mean - _HALF_BIN) * (-log_scale).exp())
        lit = torch.logsumexp(weight + each, 2) - torch.logsumexp(weight + beyond, 2)
        empty = functional.logsigmoid(-logit)
        return torch.where(level > 0, functional.logsigmoid(logit) + lit, empty)

    def _mean(self, bands: Tensor) -> Tensor:
        return self._lit(bands) * self._lit_mean(bands)

    def _lit_mean(self, bands: Tensor) -> Tensor:
        return self._lit_part._mean(bands[:, :, 1:])

    def typical(self, parameters: Tensor) -> Tensor:
        """Return 0 where a pixel is more likely empty, and else the brightness of a lit one."""
        bands = self._by_band(parameters)
        return torch.where(self._lit(bands) > 0.5, self._lit_mean(bands).clamp(0.0, 1.0), 0.0)

    def _lit(self, bands: Tensor) -> Tensor:
        return torch.sigmoid(bands[:, :, 0])


_LIKELIHOODS: Final[dict[str, type[Gaussian] | type[Logistics] | type[Hurdle]]] = {
    "gaussian": Gaussian,
    "logistics": Logistics,
    "hurdle": Hurdle,
}


def likelihood_names() -> list[str]:
    """Return the names of all likelihoods, as recipes and weights files use them."""
    return sorted(_LIKELIHOODS)


def build_likelihood(name: str, *, channels: int, components: int) -> Likelihood:
    """Return a likelihood by its name.

    Raises
    ------
    ValueError
        If there is none of that name, or not with so many components.
    """
    if name not in _LIKELIHOODS:
        raise ValueError(f"unknown likelihood {name!r}, use one of {', '.join(_LIKELIHOODS)}")
    return _LIKELIHOODS[name](channels, components=components)


def _place_and_width(mean: Tensor, log_scale: Tensor) -> tuple[Tensor, Tensor]:
    """Return where and how wide: bent so that no step of a training can end in infinities.

    Means lie between -1 and 2, half a range beyond what a pixel can be, and widths between
    one level and more than all of them.
    """
    half, middle = (_WIDEST - _NARROWEST) / 2, (_WIDEST + _NARROWEST) / 2
    return 0.5 + 1.5 * torch.tanh(mean), middle + half * torch.tanh(log_scale / half)


def _log_logistic_bin(level: Tensor, mean: Tensor, log_scale: Tensor) -> Tensor:
    """Return the log of a logistic distribution's share in the bin of a level."""
    inverse = (-log_scale).exp()
    above, below = (level - mean + _HALF_BIN) * inverse, (level - mean - _HALF_BIN) * inverse
    # ln(sigmoid(a) - sigmoid(b)) without a difference of numbers near to each other:
    # sigmoid(a) sigmoid(-b) (1 - e^(b - a)), where a - b is the bin over the scale.
    inside = functional.logsigmoid(above) + functional.logsigmoid(-below)
    middle = inside + torch.log(-torch.expm1(-2 * _HALF_BIN * inverse))
    return _at_the_ends(level, functional.logsigmoid(above), middle, functional.logsigmoid(-below))


def _at_the_ends(level: Tensor, lowest: Tensor, middle: Tensor, highest: Tensor) -> Tensor:
    """Return ``lowest`` at the first level, ``highest`` at the last, ``middle`` between."""
    ends = torch.where(level <= _HALF_BIN, lowest, highest)
    return torch.where((level > _HALF_BIN) & (level < 1 - _HALF_BIN), middle, ends)
