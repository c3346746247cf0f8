"""The way between two latents."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

__all__ = ["on_the_sphere", "straight"]

_SHORTEST: Final = 1e-6
_NARROWEST: Final = 1e-3  # sine of the angle, below which a great circle is a line, or many


def straight(ends: Tensor, share: Tensor) -> Tensor:
    """Return what lies at shares (n,) in [0, 1] of the way between two latents (2, ...)."""
    share = share.reshape(-1, *[1] * (ends.ndim - 1))
    return (1 - share) * ends[0] + share * ends[1]


def on_the_sphere(ends: Tensor, share: Tensor) -> Tensor:
    """Return the same on a great circle: direction turns evenly, length grows evenly.

    Draws from a normal distribution of many components nearly all have one length, which the
    middle of a straight line falls short of.  Straight where a latent has no length, or the two
    point the same way or opposite ways.

    References
    ----------
    White 2016, "Sampling generative networks", arXiv 1609.04468.
    """
    first, second = ends.flatten(1)
    lengths = ends.flatten(1).norm(dim=1)
    if lengths.min() < _SHORTEST:
        return straight(ends, share)
    angle = torch.arccos((first @ second / lengths.prod()).clamp(-1.0, 1.0))
    if torch.sin(angle) < _NARROWEST:
        return straight(ends, share)
    part = share[:, None]
    before = torch.sin((1 - part) * angle) * first / lengths[0]
    after = torch.sin(part * angle) * second / lengths[1]
    between: Tensor = straight(lengths, share)[:, None] * (before + after) / torch.sin(angle)
    return between.reshape(-1, *ends.shape[1:])
