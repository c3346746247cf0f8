"""The residual blocks of hierarchical networks (Child 2021, arXiv 2011.10650)."""

from __future__ import annotations

import math

from torch import Tensor, nn

__all__ = ["Block", "pointwise", "to_unit_scale"]

# The mean of images in [0, 1] is about this, and their deviation about one over that.
_MEAN, _CONTRAST = 0.03, 8.0


class Block(nn.Module):
    """Four convolutions with GELUs between: 1 x 1, 3 x 3, 3 x 3, 1 x 1, narrow in the middle.

    Child (2021) has one more GELU before the first; it works on the widest features, takes a fifth
    of a step on a processor, and is left out.

    Parameters
    ----------
    inside, middle, outside : int
        Channels of what comes in, between, and of what goes out.
    wide : bool
        Whether the inner convolutions are 3 x 3; 1 x 1 where an image is a single pixel.
    residual : bool
        Add what came in; then ``outside`` is ``inside``.
    last_scale : float
        Factor on the initial weights of the last convolution; 0 makes it start as nothing.
    """

    def __init__(
        self,
        inside: int,
        middle: int,
        outside: int,
        *,
        wide: bool = True,
        residual: bool = False,
        last_scale: float = 1.0,
    ) -> None:
        super().__init__()
        side = 3 if wide else 1
        last = pointwise(middle, outside, scale=last_scale)
        self.residual = residual
        self.body = nn.Sequential(
            pointwise(inside, middle),
            nn.GELU(),
            nn.Conv2d(middle, middle, side, padding=side // 2),
            nn.GELU(),
            nn.Conv2d(middle, middle, side, padding=side // 2),
            nn.GELU(),
            last,
        )

    def forward(self, features: Tensor) -> Tensor:
        """Return features (N, outside, r, r) of features (N, inside, r, r)."""
        changed: Tensor = self.body(features)
        return features + changed if self.residual else changed


def to_unit_scale(images: Tensor) -> Tensor:
    """Return images, mostly empty sky, with a mean near 0 and a deviation near 1.

    As they are, the few lit pixels would be lost in the means over ever larger areas.
    """
    return (images - _MEAN) * _CONTRAST


def pointwise(inside: int, outside: int, *, scale: float = 1.0) -> nn.Conv2d:
    """Return a 1 x 1 convolution whose initial weights are multiplied by a factor."""
    layer = nn.Conv2d(inside, outside, 1)
    bound = 1.0 / math.sqrt(inside)
    nn.init.uniform_(layer.weight, -bound, bound)
    layer.weight.data.mul_(scale)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer
