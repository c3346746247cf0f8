"""Densities score and sample alike, survive being kept, and are finite everywhere."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal

from radgalgui.errors import UsageError, WeightsError
from radgalgui.models.flows.base import Mixture
from radgalgui.models.flows.density import Density, Member, as_stored
from radgalgui.models.flows.engines import ENGINES, Shape, make_flow
from radgalgui.models.flows.packing import halved
from radgalgui.models.flows.whitening import KINDS, Whitening

SIZE = 4


def _density(engine: str = "denmarf", *, members: int = 2, stored: str = "float32") -> Density:
    """A density of flows that say something, never trained."""
    rng = np.random.default_rng(0)
    turned = rng.normal(size=(SIZE, SIZE))
    shape, made = Shape(engine, SIZE, 2, 16, components=3), []
    for number in range(members):
        flow = make_flow(shape, seed=number)
        torch.manual_seed(number)
        with torch.no_grad():
            for values in flow.parameters():
                values.normal_(std=0.3)
        halved(flow)
        base = Mixture(3, SIZE)
        base.means.normal_()
        base.factors += 0.3 * torch.triu(torch.randn(3, SIZE, SIZE))
        base.factors.diagonal(dim1=1, dim2=2).abs_().add_(0.3)
        halved(base)
        whitening = Whitening.of_moments(rng.normal(size=SIZE), turned @ turned.T)
        made.append(Member(whitening, flow, base, 12.0))
    return Density(made, shape, stored=stored)


@pytest.fixture(params=sorted(ENGINES))
def density(request: pytest.FixtureRequest) -> Density:
    return _density(request.param)


def test_scoring_is_the_change_of_variables(density: Density) -> None:
    """Against the determinant of the whole map, whitening and all, by differences."""
    vectors = density.sample(3, seed=1).astype(np.float64)
    member = density.members[0]
    flow = member.flow.double()

    def image(vector: np.ndarray) -> np.ndarray:
        whitened = torch.from_numpy(member.whitening.forward(vector[None]))
        return flow(whitened)[0].numpy()[0]

    told = Density([member], density.shape)  # float32 inputs: the flow goes back to single
    expected = []
    for vector in vectors:
        step = 1e-5 * np.eye(SIZE)
        columns = [(image(vector + s) - image(vector - s)) / 2e-5 for s in step]
        log_det = np.linalg.slogdet(np.array(columns).T).logabsdet
        expected.append(_mixture(member.base, image(vector)) + log_det)
    member.flow.float()
    np.testing.assert_allclose(told.log_likelihood(vectors), expected, atol=2e-3)


def _mixture(base: Mixture, vector: np.ndarray) -> float:
    """The log density of a mixture, by SciPy."""
    told = []
    for weight, mean, factor in zip(
        base.log_weights.exp(), base.means.numpy(), base.factors.numpy(), strict=True
    ):
        covariance = np.linalg.inv(factor @ factor.T)
        told.append(float(weight) * multivariate_normal(mean, covariance).pdf(vector))
    return float(np.log(np.sum(told)))


def test_sampling_and_scoring_agree() -> None:
    """The share of samples in each box is the density's integral over it."""
    shape = Shape("denmarf", 2, 2, 16, components=2)
    flow = make_flow(shape)
    torch.manual_seed(0)
    with torch.no_grad():
        for values in flow.parameters():
            values.normal_(std=0.3)
    base = Mixture(2, 2)
    base.means.copy_(torch.tensor([[-1.5, 0.0], [1.5, 0.5]]))
    base.log_weights.copy_(torch.tensor([0.3, 0.7]).log())
    base.factors.copy_(torch.tensor([[[1.5, 0.4], [0.0, 2.0]], [[1.0, 0.0], [0.0, 1.2]]]))
    whitening = Whitening.of_moments(np.ones(2), np.eye(2))
    density = Density([Member(whitening, flow, base, 30.0)], shape)
    drawn = density.sample(20_000, seed=2)
    edges = np.linspace(-15.0, 17.0, 321)
    middle = 0.5 * (edges[1:] + edges[:-1])
    grid = np.stack(np.meshgrid(middle, middle, indexing="ij"), axis=-1).reshape(-1, 2)
    mass = np.exp(density.log_likelihood(grid)).reshape(320, 320) * (edges[1] - edges[0]) ** 2
    assert mass.sum() == pytest.approx(1.0, abs=0.02)
    boxes = mass.reshape(32, 10, 32, 10).sum(axis=(1, 3))
    found = np.histogram2d(*drawn.T, bins=[edges[::10], edges[::10]])[0] / len(drawn)
    np.testing.assert_allclose(found, boxes, atol=0.015)
    assert boxes.max() < 0.3  # spread over boxes, or this would show nothing


def test_a_density_is_the_mean_over_its_members(density: Density) -> None:
    vectors = density.sample(5)
    told = density.member_log_likelihoods(vectors)
    assert told.shape == (2, 5)
    np.testing.assert_allclose(density.log_likelihood(vectors), told.mean(axis=0))
    assert density.log_likelihood(vectors[:0]).shape == (0,)


def test_far_off_vectors_are_finite_and_ordered(density: Density) -> None:
    away = np.random.default_rng(3).normal(size=SIZE)
    steps = np.array([30.0, 1e3, 1e6, 1e12, 1e30, 1e38])[:, None]
    told = density.log_likelihood((away * steps).astype(np.float32))
    assert np.isfinite(told).all()
    assert (np.diff(told) < 0).all()
    assert np.isfinite(density.log_likelihood(np.full((1, SIZE), 1e308))).all()


def test_the_density_does_not_jump_at_its_limit() -> None:
    density = _density(members=1)
    member = density.members[0]
    away = np.random.default_rng(3).normal(size=(1, SIZE))
    away *= member.limit / np.linalg.norm(away)
    near, far = (member.whitening.inverse(away * by) for by in (1 - 1e-7, 1 + 1e-7))
    assert density.log_likelihood(near) == pytest.approx(density.log_likelihood(far), abs=0.05)


def test_what_is_kept_scores_the_same(density: Density) -> None:
    vectors = density.sample(9)
    card = json.loads(json.dumps(density.card()))
    arrays = {**density.arrays(), "another's": np.zeros(3)}
    again = Density.from_arrays(arrays, card)
    assert (again.engine, again.dimension) == (density.engine, SIZE)
    np.testing.assert_array_equal(again.log_likelihood(vectors), density.log_likelihood(vectors))
    np.testing.assert_array_equal(again.sample(4, seed=5), density.sample(4, seed=5))
    weights = [array for name, array in arrays.items() if name.endswith("weight")]
    assert weights
    assert all(array.dtype == np.float16 for array in weights)


def test_weights_that_half_precision_does_not_hold_are_kept_whole() -> None:
    density = _density(members=1)
    name = "0." + "flow." + next(name for name, _ in density.members[0].flow.named_parameters())
    with torch.no_grad():
        next(density.members[0].flow.parameters()).add_(1e-5)
    vectors = density.sample(4)
    assert density.arrays()[name].dtype == np.float32
    again = Density.from_arrays(density.arrays(), density.card())
    np.testing.assert_array_equal(again.log_likelihood(vectors), density.log_likelihood(vectors))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda arrays: arrays.pop("1.mean"), "lacks '1.mean'"),
        (lambda arrays: arrays.update({"0.mean": np.zeros(7, np.float32)}), "of the shape"),
        (lambda arrays: arrays["0.scales"].fill(np.nan), "not finite"),
        (lambda arrays: arrays["0.scales"].fill(-1), "not above 0"),
    ],
)
def test_damaged_arrays_are_refused(change: object, words: str) -> None:
    density = _density()
    arrays = {name: array.copy() for name, array in density.arrays().items()}
    assert callable(change)
    change(arrays)
    with pytest.raises(WeightsError, match=words):
        Density.from_arrays(arrays, density.card())


@pytest.mark.parametrize("change", [{"engine": "other"}, {"limits": []}, {"blocks": "many"}])
def test_damaged_cards_are_refused(change: dict[str, object]) -> None:
    density = _density()
    with pytest.raises(WeightsError, match="card of a flow"):
        Density.from_arrays(density.arrays(), {**density.card(), **change})


def test_vectors_that_do_not_fit_are_refused(density: Density) -> None:
    with pytest.raises(UsageError, match=r"not \(n, 4\)"):
        density.log_likelihood(np.zeros((2, 5)))
    broken = np.zeros((3, SIZE))
    broken[1, 2] = np.nan
    with pytest.raises(UsageError, match="row 1 holds NaN"):
        density.log_likelihood(broken)


def test_vectors_are_rounded_as_the_catalogue_keeps_them() -> None:
    vectors = np.array([[0.1, 1e5, -0.3, 2.0]], np.float32)
    density = _density(stored="float16")
    rounded = as_stored(vectors, "float16")
    assert rounded[0, 0] == np.float32(np.float16(0.1))
    assert rounded[0, 1] == 1e5  # half precision has no such number
    assert density.log_likelihood(vectors) == density.log_likelihood(rounded)
    assert _density().log_likelihood(vectors) != _density().log_likelihood(rounded)


@pytest.mark.parametrize("kind", KINDS)
def test_whitening_is_undone_and_knows_its_jacobian(kind: str) -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(500, 3)) @ rng.normal(size=(3, 3)) + 5
    whitening = Whitening.of_moments(vectors.mean(axis=0), np.cov(vectors.T), kind=kind)
    whitened = whitening.forward(vectors)
    np.testing.assert_allclose(whitening.inverse(whitened), vectors, atol=1e-5)
    np.testing.assert_allclose(whitened.std(axis=0), 1, rtol=0.01)
    ends = whitening.forward(np.vstack([np.zeros(3), np.eye(3)]))
    jacobian = np.linalg.slogdet(ends[1:] - ends[0]).logabsdet
    assert whitening.log_jacobian == pytest.approx(jacobian, abs=1e-5)


def test_vectors_that_are_all_the_same_are_refused() -> None:
    with pytest.raises(UsageError, match="all the same"):
        Whitening.of_moments(np.ones(3), np.zeros((3, 3)))
