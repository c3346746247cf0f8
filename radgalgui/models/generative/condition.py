"""How a network is told the angular size of what it shall draw."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

__all__ = ["SizeCondition"]

_TYPICAL_SIZE: Final = 40.0  # arcsec: sizes are told as logarithms over this
_WIDTH: Final = 32


class SizeCondition(nn.Module):
    """Features of an angular size, one set for each of several widths of a decoder.

    A size that is not known has features of its own, so that one network answers both ways.

    Parameters
    ----------
    widths : sequence of int
        Channels at each resolution of the decoder.
    """

    def __init__(self, widths: list[int]) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, _WIDTH), nn.GELU(), nn.Linear(_WIDTH, _WIDTH))
        heads = [nn.Linear(_WIDTH, width) for width in widths]
        for head in heads:
            nn.init.zeros_(head.weight)  # a decoder starts as if it were told nothing
            nn.init.zeros_(head.bias)
        self.heads = nn.ModuleList(heads)

    def forward(self, angular_size: Tensor) -> list[Tensor]:
        """Return features (N, width, 1, 1) for each width, of sizes (N,) in arcsec or NaN."""
        known = torch.isfinite(angular_size) & (angular_size > 0)
        size = torch.where(known, angular_size, _TYPICAL_SIZE)
        logarithm = (size / _TYPICAL_SIZE).log()
        told = torch.stack([known.to(size), logarithm, logarithm.square()], dim=1)
        features = self.body(told)
        return [head(features)[:, :, None, None] for head in self.heads]
