"""Random numbers that depend on a seed and on the number of a galaxy, and on nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor

__all__ = ["standard_noise"]


def standard_noise(
    shapes: Sequence[tuple[int, ...]], seed: int, numbers: Iterable[int]
) -> list[Tensor]:
    """Return standard normal numbers for the latents of some galaxies.

    Parameters
    ----------
    shapes : sequence of tuple
        The shape of each latent of one galaxy.
    seed : int
        0 or more.
    numbers : iterable of int
        Which galaxies, 0 or more each.

    Returns
    -------
    list of Tensor, each of shape (n, *shape)
        NumPy's generators, of which every pair of seed and number has its own.
    """
    sizes = [math.prod(shape) for shape in shapes]
    each = [
        np.random.default_rng((seed, number)).standard_normal(sum(sizes), dtype=np.float32)
        for number in numbers
    ]
    parts = np.split(np.stack(each), np.cumsum(sizes)[:-1], axis=1)
    return [
        torch.from_numpy(part.reshape(-1, *shape))
        for part, shape in zip(parts, shapes, strict=True)
    ]
