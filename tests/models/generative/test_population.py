"""The population of vectors: drawn ones are like those it was fitted to, and follow sizes."""

from __future__ import annotations

import pytest
import torch

from radgalgui.models.generative.population import Population

COUNT, WIDTH = 4000, 3


def _galaxies() -> tuple[torch.Tensor, torch.Tensor]:
    """Return vectors whose components go together, the first by the logarithm of the size."""
    generator = torch.Generator().manual_seed(0)
    sizes = torch.exp(3.5 + 0.5 * torch.randn(COUNT, generator=generator))
    noise = torch.randn(COUNT, WIDTH, generator=generator)
    first = 2.0 * (sizes.log() - 3.5) + 0.3 * noise[:, 0]
    return torch.stack([first, 0.8 * first + 0.5 * noise[:, 1], 5 + noise[:, 2]], dim=1), sizes


def _fitted(sizes: torch.Tensor | None = None) -> Population:
    vectors, known = _galaxies()
    population = Population(WIDTH)
    population.fit(vectors, known if sizes is None else sizes)
    return population


def test_what_is_drawn_has_the_mean_and_the_covariance_of_what_was_fitted() -> None:
    vectors, _ = _galaxies()
    drawn = _fitted().expected(20_000, None).draw(1.0, torch.Generator().manual_seed(1)).flatten(1)
    torch.testing.assert_close(drawn.mean(dim=0), vectors.mean(dim=0), rtol=0, atol=0.05)
    torch.testing.assert_close(drawn.T.cov(), vectors.T.cov(), rtol=0.05, atol=0.05)


def test_vectors_of_a_size_lie_where_galaxies_of_that_size_do() -> None:
    vectors, sizes = _galaxies()
    asked = torch.full((5000,), 80.0)
    drawn = _fitted().expected(5000, asked).draw(1.0, torch.Generator().manual_seed(1)).flatten(1)
    alike = vectors[(sizes > 72) & (sizes < 89)]
    torch.testing.assert_close(drawn.mean(dim=0), alike.mean(dim=0), rtol=0, atol=0.1)
    assert float(drawn[:, 0].std()) == pytest.approx(0.3, abs=0.03)
    assert float(vectors[:, 0].std()) > 0.9


@pytest.mark.parametrize("size", [None, 80.0])
def test_standardised_vectors_come_back(size: float | None) -> None:
    vectors, _ = _galaxies()
    told = None if size is None else torch.full((7,), size)
    expected = _fitted().expected(7, told)
    some = vectors[:7, :, None, None].float()
    back = expected.from_standard(expected.to_standard(some))
    torch.testing.assert_close(back, some, rtol=1e-4, atol=1e-4)


def test_sizes_that_are_not_known_tell_nothing() -> None:
    unknown = _fitted(torch.full((COUNT,), torch.nan))
    assert not unknown.slope.any()
    told = unknown.expected(2, torch.full((2,), 80.0))
    torch.testing.assert_close(told.mean, unknown.expected(2, None).mean)
    population = _fitted()
    part = population.expected(2, torch.tensor([80.0, torch.nan]))
    torch.testing.assert_close(part.mean, population.expected(2, None).mean)


def test_nothing_is_known_before_it_is_fitted_and_one_vector_is_too_few() -> None:
    assert not Population(WIDTH).fitted
    assert _fitted().fitted
    with pytest.raises(ValueError, match="two vectors or more"):
        Population(WIDTH).fit(torch.zeros(1, WIDTH), torch.zeros(1))


def test_vectors_that_are_all_the_same_can_be_drawn() -> None:
    population = Population(WIDTH)
    population.fit(torch.ones(10, WIDTH), torch.full((10,), 30.0))
    drawn = population.expected(4, torch.full((4,), 60.0)).draw()
    torch.testing.assert_close(drawn.flatten(1), torch.ones(4, WIDTH), rtol=0, atol=1e-3)
