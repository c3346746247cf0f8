"""Sizes that are told so that galaxies come out as large as was asked for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch

from radgalgui.models.told_sizes import ToldSizes, fitted_line
from radgalgui.sky.preprocess import Preprocessing

_EYES = Preprocessing(size=64, pixel_scale=2.0)


class _Squares:
    """Draws squares whose side grows as the square root of the size that it is told."""

    latent_shapes = ((1, 1, 1),)

    def __init__(self, power: float) -> None:
        self.power, self.asked = power, 0

    def descend(self, *, standardised: Any, angular_size: torch.Tensor) -> Any:
        self.asked += len(angular_size)
        sides = (2 * angular_size**self.power).round().clamp(3, 60).int().tolist()
        images = torch.zeros(len(sides), 1, 64, 64)
        for image, side in zip(images, sides, strict=True):
            image[0, 2 : 2 + side, 2 : 2 + side] = 1.0
        return SimpleNamespace(parameters=images)

    @property
    def likelihood(self) -> Any:
        return SimpleNamespace(typical=lambda images: images)


def _measured(network: _Squares, told: torch.Tensor) -> float:
    from radgalgui.sky.reconstruction import angular_sizes

    drawn = network.descend(standardised=None, angular_size=told).parameters.numpy()
    return float(np.median(angular_sizes(drawn, _EYES)))


@pytest.mark.parametrize("asked", [25.0, 50.0, 90.0])
def test_galaxies_come_out_as_large_as_was_asked_for(asked: float) -> None:
    network = _Squares(0.5)
    sizes = ToldSizes(cast(Any, network), _EYES)
    told = sizes.told(asked, 4)
    assert told is not None
    assert told.shape == (4,)
    plainly = _measured(network, torch.full((4,), asked))
    assert abs(_measured(network, told) - asked) < 0.2 * asked
    assert abs(_measured(network, told) - asked) <= abs(plainly - asked)


def test_it_is_fitted_once_and_only_when_it_is_needed() -> None:
    network = _Squares(0.5)
    sizes = ToldSizes(cast(Any, network), _EYES)
    assert sizes.told(None, 4) is None
    bound = sizes.told(40.0, 4, free=False)
    assert bound is not None
    assert bound.tolist() == [40.0] * 4
    assert network.asked == 0
    first = sizes.told(40.0, 1)
    drawn = network.asked
    again = sizes.told(40.0, 1)
    assert drawn > 0
    assert network.asked == drawn
    assert first is not None
    assert again is not None
    assert torch.equal(first, again)


def test_a_network_that_takes_no_notice_is_told_what_was_asked_for() -> None:
    told = ToldSizes(cast(Any, _Squares(0.0)), _EYES).told(40.0, 2)
    assert told is not None
    assert told.tolist() == pytest.approx([40.0, 40.0])


def test_the_line_is_that_of_the_logarithms() -> None:
    told = np.geomspace(5, 500, 60)
    drawn = 3.0 * told**0.5
    drawn[::7] = 0.0
    intercept, slope = fitted_line(told, drawn)
    assert (np.exp(intercept), slope) == pytest.approx((3.0, 0.5))
    assert fitted_line(told, np.zeros(60)) == (0.0, 1.0)
    assert fitted_line(told, 100 / told) == (0.0, 1.0)
    assert fitted_line(told[:10], told[:10]) == (0.0, 1.0)
