"""What drawing costs: a galaxy reconstructed, a grid of new ones, and the memory.

On one thread, as the program draws: a second one would be taken from the window, and where other
work holds a core two threads wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from radgalgui.catalog.catalog import Catalog
from radgalgui.models.encoder import Encoder
from radgalgui.models.generator import Generator
from radgalgui_resources import catalog_path, weights_path
from tests.benchmarks.figures import Figure, median_of, peak_memory

THREADS = 1
GRID = 64
ENCODER = "vdvae"


def measure() -> Iterator[Figure]:
    """Yield seconds in this process, then those and the memory of a fresh one."""
    weights = weights_path(ENCODER)
    if not weights.is_file():
        print(f"  skipped: the weights of {ENCODER} are not here")
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        yield from _warm(weights)
    finally:
        torch.set_num_threads(threads)
    yield from _fresh(weights)


def _warm(weights: Path) -> Iterator[Figure]:
    encoder = Encoder.load(weights)
    generator = Generator.of(encoder)
    with Catalog.open(catalog_path()) as catalog:
        image = np.asarray(catalog.images[:1])

    def both() -> None:
        encoder.embed(image)
        generator.reconstruct(image)

    yield Figure("vector and reconstruction of one galaxy", median_of(15, both), "s", 0.25)
    yield Figure(
        "  vector alone, ignoring orientation",
        median_of(5, lambda: encoder.embed(image, ignore_orientation=True)),
        "s",
    )
    drawn = median_of(3, lambda: list(generator.sample(GRID)))
    yield Figure(f"{GRID} samples", drawn, "s", 8.0)
    yield Figure("  until the first of them", median_of(5, lambda: next(generator.sample(4))), "s")
    seconds = median_of(3, lambda: generator.walk(image[0], image[0, :, ::-1], 9))
    yield Figure("a walk of 9 steps", seconds, "s")


def _fresh(weights: Path) -> Iterator[Figure]:
    program = f"""
import numpy as np, torch
torch.set_num_threads({THREADS})
from radgalgui.models.encoder import Encoder
from radgalgui.models.generator import Generator
encoder = Encoder.load({str(weights)!r})
generator = Generator.of(encoder)
eyes = encoder.preprocessing
image = np.random.default_rng(0).random((1, eyes.channels, eyes.size, eyes.size), np.float32)
encoder.embed(image)
generator.reconstruct(image)
drawn = list(generator.sample({GRID}))
"""
    seconds, memory = peak_memory(program)
    yield Figure(f"torch, weights, one galaxy and {GRID} samples, fresh process", seconds, "s")
    yield Figure("  peak resident memory", memory, "GB", 1.5)
