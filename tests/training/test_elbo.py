"""The evidence lower bound: it falls, keeps the vector alive, and survives bad steps."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from radgalgui.errors import RecipeError
from radgalgui.models import registry
from radgalgui.models.generative.population import Population
from radgalgui.models.weights import read_card
from radgalgui_training import methods
from radgalgui_training.methods.elbo import Elbo
from radgalgui_training.optimizers import build_optimizer
from radgalgui_training.recipes import load_recipe
from radgalgui_training.run import train

SIDE, KEPT = 32, 48
SMALL = {
    "preprocessing.size": SIDE,
    "data.side": KEPT,
    "network.resolutions": [32, 8, 4, 2, 1],
    "network.widths": [8, 8, 8, 8, 16],
    "network.encoder_blocks": [1, 1, 1, 1, 1],
    "network.decoder_blocks": [1, 1, 1, 1, 1],
    "network.latents": [2, 2, 2, 4, 16],
}


def _method(recipe: str = "vdvae-smoke", *, steps: int = 400, **options: Any) -> Elbo:
    torch.manual_seed(0)
    settings = load_recipe(recipe, overrides={**SMALL, **options})
    made = methods.module("elbo").build(
        registry.build(settings.network), methods.settings(settings.method), settings
    )
    assert isinstance(made, Elbo)
    made._trainer = SimpleNamespace(  # type: ignore[assignment]
        estimated_stepping_batches=steps, global_step=0, world_size=1, global_rank=0,
        current_epoch=0, training=True, _results=None, accumulate_grad_batches=1,
    )  # fmt: skip
    made.told = {}  # type: ignore[assignment]
    made.log = lambda name, value, **_: made.told.__setitem__(
        name, float(torch.as_tensor(value).detach())
    )  # type: ignore
    made.log_dict = lambda values, **_: made.told.update(values)  # type: ignore
    return made


def _blobs(count: int = 8) -> tuple[torch.Tensor, ...]:
    """Return round sources of several sizes with noise, depth and their sizes in arcsec."""
    offsets = torch.arange(KEPT) - KEPT // 2
    radius = (offsets[:, None] ** 2 + offsets[None, :] ** 2).float()
    widths = torch.linspace(1.5, 5.0, count)
    images = torch.exp(-radius[None, None] / (2 * widths[:, None, None, None] ** 2))
    return images, torch.full((count,), 0.01), torch.ones(count), 6 * widths


def _train(method: Elbo, steps: int) -> list[float]:
    optimizer = build_optimizer(method.trained_modules(), method.recipe.optimizer)
    losses = []
    method.on_train_epoch_start()
    for step in range(steps):
        loss = method.training_step(_blobs(), step)
        optimizer.zero_grad()
        loss.backward()
        method.on_before_optimizer_step(optimizer)
        optimizer.step()
        method._trainer.global_step = step + 1  # type: ignore[union-attr,misc]
        method.on_train_batch_end(None, None, 0)
        losses.append(float(loss.detach()))
    return losses


def test_the_bound_falls() -> None:
    losses = _train(_method(**{"method.beta_warmup": 0.0, "optimizer.learning_rate": 8e-3}), 100)
    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:5])


def test_gradients_are_finite_after_two_hundred_steps_of_the_published_training() -> None:
    method = _method("vdvae-paper", steps=200)
    losses = _train(method, 200)
    assert np.isfinite(losses).all()
    assert int(method.skipped) == 0
    method.training_step(_blobs(), 200).backward()
    gradients = [p.grad for p in method.network.parameters() if p.grad is not None]
    assert len(gradients) > 100
    assert all(torch.isfinite(gradient).all() for gradient in gradients)
    assert losses[-1] < losses[0]


def test_the_paper_recipe_is_the_published_training() -> None:
    recipe = load_recipe("vdvae-paper")
    told = recipe.optimizer
    assert (told.name, told.learning_rate, told.momentum, told.weight_decay) == (
        "rmsprop", 2e-5, 0.9, 1e-4,
    )  # fmt: skip
    assert (told.schedule, told.plateau_factor, told.plateau_patience) == ("plateau", 0.5, 10)
    assert (recipe.training.batch_size, recipe.training.epochs) == (32, 100)
    assert registry.build(recipe.network).dimension == 256


def test_free_nats_cost_nothing_and_push_nothing() -> None:
    method = _method(**{"method.free_nats": 1e3, "method.guide": 0.0, "method.beta_warmup": 0.0})
    method.on_train_epoch_start()
    descent = method.network.descend(torch.rand(4, 1, SIDE, SIDE))
    finer = sum(float(part.sum(dim=1).mean()) for part in descent.divergences[1:])
    assert float(method._divergence(descent)) == pytest.approx(16 * 1e3 + finer, rel=1e-5)


def test_without_free_nats_the_bound_is_the_sum_of_all_divergences() -> None:
    method = _method(**{"method.free_nats": 0.0})
    descent = method.network.descend(torch.rand(4, 1, SIDE, SIDE))
    wanted = sum(float(part.sum(dim=1).mean()) for part in descent.divergences)
    assert float(method._divergence(descent)) == pytest.approx(wanted, rel=1e-5)


def test_what_a_layer_has_for_nothing_is_used() -> None:
    """Finer latents that nobody needs tell what they may tell for nothing, and no more."""
    method = _method(**{"method.layer_nats": 3.0})
    descent = method.network.descend(torch.rand(4, 1, SIDE, SIDE))
    quiet = [part.sum(dim=1).mean() < 3.0 for part in descent.divergences[1:]]
    assert any(quiet)
    loss = method._divergence(descent)
    told = [part.sum(dim=1).mean() for part in descent.divergences]
    assert float(loss) == pytest.approx(
        float(told[0]) + sum(max(3.0, float(part)) for part in told[1:]), rel=1e-5
    )


def test_a_guide_puts_the_image_into_the_vector() -> None:
    """What the vector alone can tell of an image grows when something is drawn from it."""
    known = {}
    for weight in (0.0, 30.0):
        method = _method(**{"method.guide": weight, "method.free_nats": 0.0})
        _train(method, 80)
        known[weight] = float(method.told["vector"])  # type: ignore[attr-defined]
    assert known[30.0] > 2 * known[0.0]


def test_two_views_of_a_galaxy_are_less_unlike_than_two_galaxies() -> None:
    method = _method()
    plain = torch.nn.Identity()
    method.on_train_epoch_start()
    views = method.views(_blobs(), count=1)
    method.network.eval()
    with torch.no_grad():
        for parameter in method.network.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
        seen = method.network.descend(views, mean=True)
        same, other = (
            method._unlike(seen, given, plain) for given in (views, views.roll(1, dims=0))
        )
    assert float(same) < float(other)


def test_a_vector_learns_to_tell_what_a_teacher_knows(teacher: Path) -> None:
    method = _method(**{"method.teacher": str(teacher), "method.taught": 300.0})
    assert method.lesson is not None
    method.on_train_epoch_start()
    views = method.views(_blobs(), count=1)

    def missed() -> float:
        with torch.no_grad():
            return float(method.lesson(method.network(views)[:, :, None, None], views))  # type: ignore[misc]

    before = missed()
    _train(method, 40)
    assert missed() < 0.5 * before


def test_a_teacher_is_found_by_its_name_and_missed_in_a_sentence(
    teacher: Path, tmp_path: Path
) -> None:
    changes = {
        "method.taught": 10.0,
        "training.epochs": 1,
        "preprocessing.size": SIDE,
        **{key: value for key, value in SMALL.items() if key.startswith("network.")},
    }
    named = {**changes, "method.teacher": "teacher"}
    path = train(
        "vdvae-smoke", data=None, out=tmp_path / "run", overrides=named, folders=[teacher.parent]
    )
    assert read_card(path)["recipe"]["method"]["teacher"] == "teacher"
    with pytest.raises(RecipeError, match=r"method.teacher = 'teacher' is neither an encoder"):
        train("vdvae-smoke", data=None, out=tmp_path / "other", overrides=named)


def test_beta_rises_over_its_share_of_the_training() -> None:
    method = _method(steps=100, **{"method.beta": 2.0, "method.beta_warmup": 0.5})
    risen = []
    for step in (0, 24, 49, 99):
        method._trainer.global_step = step  # type: ignore[union-attr,misc]
        risen.append(method._beta())
    assert risen == pytest.approx([0.04, 1.0, 2.0, 2.0])


@pytest.mark.parametrize("length", [1e6, float("nan")])
def test_a_step_with_a_monstrous_gradient_is_not_taken(length: float) -> None:
    method = _method()
    optimizer = build_optimizer(method.trained_modules(), method.recipe.optimizer)
    before = [p.detach().clone() for p in method.network.parameters()]
    for parameter in method.network.parameters():
        parameter.grad = torch.full_like(parameter, length)
    method.on_before_optimizer_step(optimizer)
    optimizer.step()
    assert int(method.skipped) == 1
    assert all(torch.equal(a, b) for a, b in zip(before, method.network.parameters(), strict=True))


def test_a_long_gradient_is_shortened() -> None:
    method = _method(**{"method.clip_gradient": 0.5})
    optimizer = build_optimizer(method.trained_modules(), method.recipe.optimizer)
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    for parameter in parameters:
        parameter.grad = torch.zeros_like(parameter)
    parameters[0].grad = torch.full_like(parameters[0], 3.0 / parameters[0].numel() ** 0.5)
    method.on_before_optimizer_step(optimizer)
    assert float(parameters[0].grad.norm()) == pytest.approx(0.5, rel=1e-3)
    assert int(method.skipped) == 0


def test_what_is_written_is_the_mean_of_the_weights() -> None:
    method = _method(**{"method.average": 0.9})
    _train(method, 12)
    mean, last = method.taught(), method.network
    assert any(
        not torch.equal(a, b) for a, b in zip(mean.parameters(), last.parameters(), strict=True)
    )
    plain = _method(**{"method.average": 0.0})
    assert plain.taught() is plain.network


def test_batch_statistics_are_those_of_the_weights_that_are_written() -> None:
    method = _method(**{"method.average": 0.9})
    _train(method, 12)
    before = method.taught()(method.views(_blobs(), count=1))
    method.settle([_blobs()] * 20)
    network = method.taught()
    assert not network.training
    assert not torch.allclose(before, network(method.views(_blobs(), count=1)))
    inputs: list[torch.Tensor] = []
    part = next(m for m in network.modules() if isinstance(m, torch.nn.BatchNorm2d))
    part.register_forward_pre_hook(lambda _, given: inputs.append(given[0]))
    network(method.views(_blobs(), count=1))
    assert part.running_mean is not None
    torch.testing.assert_close(
        part.running_mean, inputs[0].mean(dim=(0, 2, 3)), rtol=0.1, atol=0.02
    )


def test_sizes_are_told_to_some_and_never_where_they_are_unknown() -> None:
    method = _method(**{"method.size_dropout": 0.5})
    method.on_train_epoch_start()
    sizes = torch.cat([torch.full((400,), 60.0), torch.zeros(100)])
    told = method._told((*torch.zeros(3, 500), sizes))
    assert told is not None
    assert 120 < int(torch.isnan(told[:400]).sum()) < 280
    assert torch.isnan(told[400:]).all()


def test_a_training_that_takes_no_step_at_all_says_so() -> None:
    method = _method(**{"method.skip_gradient": 1e-9})
    with pytest.raises(RecipeError, match="skip_gradient = 1e-09"):
        _train(method, 60)


def test_the_card_tells_what_each_latent_knows() -> None:
    method = _method()
    _train(method, 20)
    seen = method.views(_blobs(), count=1).numpy()
    with torch.inference_mode():
        outputs = method.taught()(torch.from_numpy(seen)).numpy()
    latents = method.finish(seen, outputs)["latents"]
    population = method.taught().population
    assert isinstance(population, Population)
    assert population.fitted
    assert population.slope.any()  # the blobs are of several sizes
    assert len(latents["component_kl"]) == 16
    assert [layer["resolution"] for layer in latents["layers"]] == [1, 2, 4, 8, 32]
    assert latents["layers"][0]["kl"] == pytest.approx(sum(latents["component_kl"]), abs=0.01)
    spread = np.asarray(latents["component_spread"])
    assert latents["active"] == int((spread**2 > 0.01).sum())


@pytest.mark.parametrize(
    ("recipe", "options", "message"),
    [
        ("vdvae-smoke", {"data.sizes": False}, "data.sizes = false"),
        ("simclr-smoke", {"method": {"name": "elbo"}}, "needs a network that draws"),
    ],
)
def test_recipes_that_cannot_be_are_refused(
    recipe: str, options: dict[str, Any], message: str
) -> None:
    settings = load_recipe(recipe, overrides=options)
    with pytest.raises(RecipeError, match=message):
        methods.module("elbo").build(
            registry.build(settings.network), methods.settings(settings.method), settings
        )
