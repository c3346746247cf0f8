"""How many images a second each bundled recipe trains on, on this device, data and all.

The second of two short epochs through the same loop as ``radgalgui train``, on images made of
random numbers.  On a graphics card also: the share that this is of what the card multiplies in
bfloat16, and of what can be copied to it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from radgalgui.models import registry
from radgalgui_training import methods
from radgalgui_training.datamodule import KeptData
from radgalgui_training.datasets.kept import Kept
from radgalgui_training.loop import build_trainer, fit, quiet
from radgalgui_training.method import Method
from radgalgui_training.monitor import LOG, TrainingLog, read_log
from radgalgui_training.recipes import Recipe, load_recipe
from tests.benchmarks.figures import Figure

RECIPES = ("simclr-bundled", "byol-bundled", "simsiam-bundled")
_TERA = 1e12


def measure() -> Iterator[Figure]:
    """Yield a figure a recipe, and its shares of the card's ceilings where there is a card."""
    card = torch.cuda.is_available()
    steps = 40 if card else 3
    for name in RECIPES:
        recipe = load_recipe(name, overrides={"training.epochs": 2, "training.devices": 1})
        rate = _images_per_second(recipe, steps)
        yield Figure(f"{name}: images a second in training", rate, "1/s")
        if card:
            work = _operations_an_image(recipe) * rate / _TERA
            yield Figure(f"  {name}: share of the matrix ceiling", work / _matrix_ceiling(), "")
            copied = rate * _random(recipe, 1).images.nbytes
            yield Figure(f"  {name}: share of the copy ceiling", copied / _copy_ceiling(), "")


def _random(recipe: Recipe, count: int) -> Kept:
    side, channels = recipe.data.side, recipe.preprocessing.channels
    images = np.random.default_rng(0).random((count, channels, side, side), dtype=np.float32)
    noise, depth = np.full(count, 0.01, dtype=np.float32), np.ones(count, dtype=np.float32)
    return Kept((images**8).astype(np.float16), noise, depth)


def _method(recipe: Recipe) -> Method:
    torch.manual_seed(0)
    network = registry.build(recipe.network)
    module = methods.module(recipe.method["name"])
    method: Method = module.build(network, methods.settings(recipe.method), recipe)
    return method


def _images_per_second(recipe: Recipe, steps: int) -> float:
    """Train two epochs and read the log's line of the second."""
    size = recipe.training.batch_size
    kept = _random(recipe, steps * size)
    with tempfile.TemporaryDirectory() as folder, quiet():
        trainer = build_trainer(recipe.training, Path(folder), [TrainingLog(Path(folder))])
        fit(trainer, _method(recipe), KeptData(kept, batch_size=size, seed=0), None)
        return float(read_log(Path(folder) / LOG)[-1]["images_per_second"])


def _operations_an_image(recipe: Recipe) -> float:
    """Count the floating-point operations of the network's passes, forward and backward."""
    method, views = _method(recipe), 16
    size = recipe.preprocessing.size
    images = torch.rand(views, recipe.preprocessing.channels, size, size)
    with FlopCounterMode(display=False) as trained:
        method.network(images).sum().backward()
    with FlopCounterMode(display=False) as asked, torch.no_grad():
        method.network(images)
    slow = asked.get_total_flops() if hasattr(method, "slow_network") else 0
    return 2 * (trained.get_total_flops() + slow) / views  # two views of each image


def _matrix_ceiling(side: int = 8192) -> float:
    """Return the tera-operations a second of a large product in bfloat16."""
    one = torch.randn(side, side, device="cuda", dtype=torch.bfloat16)
    seconds = _seconds(lambda: one @ one)
    return 2 * side**3 / seconds / _TERA


def _copy_ceiling(size: int = 1 << 28) -> float:
    """Return the bytes a second from pinned memory to the card."""
    host = torch.empty(size, dtype=torch.uint8, pin_memory=True)
    there = torch.empty(size, dtype=torch.uint8, device="cuda")
    return size / _seconds(lambda: there.copy_(host, non_blocking=True))


def _seconds(call: object, times: int = 10) -> float:
    assert callable(call)
    call()
    torch.cuda.synchronize()
    started = time.perf_counter()
    for _ in range(times):
        call()
    torch.cuda.synchronize()
    return (time.perf_counter() - started) / times
