"""Properties of the methods: what takes gradients, what the losses are, what cannot happen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from radgalgui.models import registry
from radgalgui_training import methods
from radgalgui_training.method import Method
from radgalgui_training.methods.byol import BYOL
from radgalgui_training.recipes import load_recipe
from radgalgui_training.teaching import Teacher

STEPS = 10
SMALL = {"preprocessing.size": 32, "data.side": 48}
SMALL_NETWORK = {
    "resnet": {"network.width": 0.125},
    "vdvae": {
        "network.resolutions": [32, 8, 4, 2, 1],
        "network.widths": [4, 4, 4, 8, 16],
        "network.encoder_blocks": [1, 1, 1, 1, 1],
        "network.decoder_blocks": [1, 1, 2, 1, 1],
        "network.latents": [2, 2, 2, 4, 16],
    },
}
RECIPES = {"elbo": "vdvae-smoke"}


def _method(name: str, **options: object) -> Method:
    """A method as a recipe makes it, with a trainer that knows its steps alone."""
    torch.manual_seed(0)
    recipe_name = RECIPES.get(name, f"{name}-smoke")
    small = SMALL_NETWORK["vdvae" if name == "elbo" else "resnet"]
    recipe = load_recipe(recipe_name, overrides={**SMALL, **small, **options})
    network = registry.build(recipe.network)
    made: Method = methods.module(name).build(network, methods.settings(recipe.method), recipe)
    made._trainer = SimpleNamespace(  # type: ignore[assignment]
        estimated_stepping_batches=STEPS, global_step=0, world_size=1, global_rank=0,
        current_epoch=0, training=True, _results=None, accumulate_grad_batches=1,
    )  # fmt: skip
    made.log = lambda *_, **__: None  # type: ignore[method-assign,assignment]
    made.log_dict = lambda *_, **__: None  # type: ignore[method-assign,assignment]
    return made


@pytest.fixture(params=methods.names())
def method(request: pytest.FixtureRequest) -> Method:
    return _method(str(request.param))


def _batch(count: int = 8) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(3)
    images = torch.rand(count, 1, 48, 48, generator=generator) ** 4
    return images, torch.full((count,), 0.01), torch.ones(count)


def _steps(method: Method, count: int) -> Iterator[float]:
    optimizer = method.configure_optimizers()["optimizer"]
    for step in range(count):
        method.on_train_epoch_start()
        loss = method.training_step(_batch(), step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        method._trainer.global_step = step + 1  # type: ignore[union-attr,misc]
        method.on_train_batch_end(None, None, 0)
        yield float(loss.detach())


def test_gradients_reach_all_that_is_trained_and_nothing_else(method: Method) -> None:
    method.on_train_epoch_start()
    trained = {id(p) for module in method.trained_modules() for p in module.parameters()}
    for parameter in method.network.parameters():  # blocks start as identities
        parameter.data.add_(0.01 * torch.randn_like(parameter))
    method.training_step(_batch(), 0).backward()
    for name, parameter in method.named_parameters():
        assert (parameter.grad is not None) == (id(parameter) in trained), name
    assert any(p.grad.abs().sum() > 0 for p in method.network.parameters() if p.grad is not None)


def test_the_same_seed_is_the_same_training(method: Method) -> None:
    other = _method(type(method).__name__.lower())
    assert list(_steps(method, 2)) == list(_steps(other, 2))
    for (name, first), second in zip(
        method.state_dict().items(), other.state_dict().values(), strict=True
    ):
        assert torch.equal(first, second), name


@pytest.mark.parametrize("name", ["byol", "simsiam"])
def test_perfect_predictions_have_the_least_loss(name: str) -> None:
    """Where prediction and aim are one, the negative cosine is -1."""
    vectors = torch.randn(6, 16)
    loss = _method(name)._loss(vectors, 3 * vectors)  # type: ignore[operator]
    assert float(loss) == pytest.approx(-1.0)
    assert float(_method(name)._loss(vectors, -vectors)) == pytest.approx(1.0)  # type: ignore[operator]


@pytest.mark.parametrize("name", ["byol", "simsiam"])
def test_losses_lie_between_minus_one_and_one(name: str) -> None:
    for loss in _steps(_method(name), 2):
        assert -1 <= loss <= 1


@pytest.mark.parametrize("name", ["byol", "simsiam"])
def test_what_a_teacher_says_of_the_other_view_is_learned(name: str, teacher: Path) -> None:
    method = _method(name, **{"method.teacher": str(teacher), "method.taught": 20.0})
    lesson = method.lesson
    assert isinstance(lesson, Teacher)
    method.on_train_epoch_start()
    views = method.views(_batch())
    other = torch.cat(views.chunk(2)[::-1])
    shown: list[torch.Tensor] = []
    lesson.register_forward_pre_hook(lambda _, given: shown.append(given[1]))

    def missed() -> float:
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):  # as mixed precision has it
            return float(lesson(method.network(views), other))

    before = missed()
    losses = list(_steps(method, STEPS))
    assert missed() < 0.8 * before
    assert losses[-1] < losses[0]
    torch.testing.assert_close(shown[1], other)  # steps of one epoch's seed have the same views


def test_simsiams_aims_take_no_gradient() -> None:
    """With a prediction that is constant, the network gets no gradient at all."""
    method = _method("simsiam")
    method.on_train_epoch_start()
    method.prediction = _Constant(32)  # type: ignore[assignment]
    loss = method.training_step(_batch(), 0)
    loss.backward()
    assert all(p.grad is None or not p.grad.any() for p in method.network.parameters())
    assert method.prediction.vector.grad.abs().sum() > 0  # type: ignore[union-attr]


class _Constant(torch.nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.vector = torch.nn.Parameter(torch.randn(width))

    def forward(self, projected: torch.Tensor) -> torch.Tensor:
        return self.vector.expand(len(projected), -1)


def _byol(**options: object) -> BYOL:
    method = _method("byol", **options)
    assert isinstance(method, BYOL)
    return method


def test_the_optimiser_never_moves_the_slow_copy() -> None:
    method = _byol()
    moved = {
        id(p)
        for group in method.configure_optimizers()["optimizer"].param_groups
        for p in group["params"]
    }
    slow = [*method.slow_network.parameters(), *method.slow_projection.parameters()]
    assert moved.isdisjoint(map(id, slow))
    assert not any(p.requires_grad for p in slow)
    assert len(moved) == sum(1 for p in method.parameters() if p.requires_grad)


def test_the_slow_copy_follows_by_its_momentum() -> None:
    method = _byol(**{"method.momentum": 0.9, "method.momentum_end": 0.9})
    before = [p.clone() for p in method.slow_network.parameters()]
    for _ in _steps(method, 1):
        pass
    pairs = zip(method.network.parameters(), method.slow_network.parameters(), strict=True)
    for old, (fast, slow) in zip(before, pairs, strict=True):
        torch.testing.assert_close(slow, 0.9 * old + 0.1 * fast)


def test_the_slow_copy_starts_as_the_network() -> None:
    method = _byol()
    for fast, slow in zip(
        method.network.parameters(), method.slow_network.parameters(), strict=True
    ):
        assert torch.equal(fast, slow)
        assert fast is not slow


@pytest.mark.parametrize("end", [1.0, 0.99])
def test_the_momentum_rises_to_its_end(end: float) -> None:
    method = _byol(**{"method.momentum": 0.9, "method.momentum_end": end})
    values = []
    for step in range(STEPS + 1):
        method._trainer.global_step = step  # type: ignore[union-attr,misc]
        values.append(method.momentum())
    assert values[0] == 0.9
    assert values[-1] == end
    assert values == sorted(values)
