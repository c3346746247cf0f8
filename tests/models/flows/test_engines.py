"""Flows of both engines are invertible maps that know their own Jacobians."""

from __future__ import annotations

import sys

import pytest
import torch
from torch import nn

from radgalgui.errors import UsageError
from radgalgui.models.flows.engines import ENGINES, Flow, Shape, make_flow, masked_weights


@pytest.fixture(params=sorted(ENGINES))
def flow(request: pytest.FixtureRequest) -> Flow:
    """A small flow whose weights say something, in double precision."""
    made = make_flow(Shape(request.param, dimension=5, blocks=3, hidden=16))
    torch.manual_seed(1)
    with torch.no_grad():
        for values in made.parameters():
            values.normal_(std=0.4)
    return made.double().eval()


def test_the_change_of_variables_is_that_of_autograd(flow: Flow) -> None:
    vectors = torch.randn(8, 5, dtype=torch.float64)
    _, log_scale = flow(vectors)
    for vector, told in zip(vectors, log_scale, strict=True):
        jacobian = torch.autograd.functional.jacobian(lambda v: flow(v[None])[0][0], vector)
        torch.testing.assert_close(torch.linalg.slogdet(jacobian).logabsdet, told)
    assert log_scale.std() > 0.1  # or a flow that does nothing would pass


def test_each_component_depends_only_on_those_before_it(flow: Flow) -> None:
    first = make_flow(Shape(_engine(flow), dimension=5, blocks=1, hidden=16)).double()
    with torch.no_grad():
        for values in first.parameters():
            values.normal_(std=0.4)
    vector = torch.randn(5, dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(lambda v: first(v[None])[0][0], vector)
    torch.testing.assert_close(jacobian, jacobian.tril())
    assert (jacobian.tril(-1).abs().sum() > 0).item()


def test_it_is_undone(flow: Flow) -> None:
    vectors = torch.randn(6, 5, dtype=torch.float64)
    with torch.no_grad():
        torch.testing.assert_close(flow.inverse(flow(vectors)[0]), vectors)


@pytest.mark.parametrize("blocks", [2, 3])
@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_a_new_flow_is_the_identity(engine: str, blocks: int) -> None:
    vectors = torch.randn(6, 5)
    image, log_scale = make_flow(Shape(engine, 5, blocks, 8))(vectors)
    torch.testing.assert_close(image, vectors)
    torch.testing.assert_close(log_scale, torch.zeros(6))


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_new_flows_follow_from_their_seed_alone(engine: str) -> None:
    shape, state = Shape(engine, 4, 2, 8), torch.get_rng_state()
    first, again, other = (make_flow(shape, seed=seed) for seed in (3, 3, 4))
    weights = [torch.cat([p.flatten() for p in one.parameters()]) for one in (first, again, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_masked_weights_change_nothing(engine: str) -> None:
    flow, vectors = make_flow(Shape(engine, 5, 2, 16)), torch.randn(6, 5)
    with torch.no_grad():
        for values in flow.parameters():
            values.normal_(std=0.4)
    before, masks = flow(vectors)[0], masked_weights(flow)
    assert len(masks) == 6  # two blocks of three layers
    with torch.no_grad():
        for name, values in flow.named_parameters():
            if name in masks:
                values[~masks[name]] = 7.0
    assert torch.equal(flow(vectors)[0], before)


def test_denmarf_leaves_no_traces_in_torch() -> None:
    make_flow(Shape("denmarf", 4, 1, 8))
    assert not hasattr(nn, "MaskedLinear") or "denmarf" in sys.modules
    assert torch.get_default_dtype() == torch.float32


@pytest.mark.parametrize("numbers", [(1, 2, 8), (4, 0, 8), (4, 2, 0)])
def test_shapes_that_cannot_be(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(UsageError, match="cannot have"):
        Shape("denmarf", *numbers)


def test_an_unknown_engine_is_named() -> None:
    with pytest.raises(UsageError, match=r"'nflows'; choose of denmarf, zuko"):
        Shape("nflows", 4, 2, 8)


def _engine(flow: Flow) -> str:
    return next(name for name, kind in ENGINES.items() if isinstance(flow, kind))
