"""Residual networks of 18 or 34 layers (He et al. 2016), of any width, for small images."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

from radgalgui.models.network import Network

__all__ = ["ResNet", "build"]

# Residual blocks in each of the four stages.
_STAGES: Final[dict[int, tuple[int, int, int, int]]] = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}
_BASE_CHANNELS: Final = 64


class ResNet(Network):
    """A residual network with basic blocks and a global mean at its end.

    Written here rather than taken from torchvision, whose import alone costs an answer more
    than three seconds, and because the stem matters for images of 64 x 64 pixels: the stem
    made for ImageNet throws three quarters of the pixels away before the first block.

    Parameters
    ----------
    depth : int
        18 or 34.
    channels : int
        Bands of an image.
    width : float
        Channels of every stage over those of the published network (64, 128, 256, 512).
    stem_kernel, stem_stride : int
        Side and stride of the first convolution: 7 and 2 for ImageNet, 3 and 1 for CIFAR.
    stem_pool : bool
        Whether a 3 x 3 maximum of stride 2 follows it, as for ImageNet.
    output : int, optional
        Width that a linear layer at the end brings the vectors to; none by default, so that
        they are as wide as the last stage.

    Raises
    ------
    ValueError
        If the depth is not known, or a number is not positive.

    References
    ----------
    He, Zhang, Ren & Sun 2016, "Deep residual learning for image recognition", CVPR.
    """

    def __init__(
        self,
        *,
        depth: int = 18,
        channels: int = 1,
        width: float = 1.0,
        stem_kernel: int = 7,
        stem_stride: int = 2,
        stem_pool: bool = True,
        output: int | None = None,
    ) -> None:
        super().__init__()
        _check(depth, channels, width, stem_kernel, stem_stride, output)
        widths = [max(8, round(_BASE_CHANNELS * width * 2**stage)) for stage in range(4)]
        self.channels = channels
        self.dimension = widths[-1] if output is None else output
        stem: list[nn.Module] = [
            nn.Conv2d(
                channels, widths[0], stem_kernel, stem_stride, padding=stem_kernel // 2, bias=False
            ),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(inplace=True),
        ]
        if stem_pool:
            stem.append(nn.MaxPool2d(3, stride=2, padding=1))
        self.stem = nn.Sequential(*stem)
        self.stages = nn.Sequential(*_stages(_STAGES[depth], widths))
        self.output: nn.Module = nn.Identity()
        if output is not None:
            self.output = nn.Linear(widths[-1], output)
        _initialise(self)

    def forward(self, images: Tensor) -> Tensor:
        """Return the vectors (N, dimension) of images (N, channels, H, W)."""
        features: Tensor = self.stages(self.stem(images))
        vectors: Tensor = self.output(features.mean(dim=(-2, -1)))
        return vectors


class _BasicBlock(nn.Module):
    """Two 3 x 3 convolutions beside a shortcut."""

    def __init__(self, inside: int, outside: int, stride: int) -> None:
        super().__init__()
        last = nn.BatchNorm2d(outside)
        nn.init.zeros_(last.weight)  # each block starts as its shortcut alone
        self.body = nn.Sequential(
            nn.Conv2d(inside, outside, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(outside),
            nn.ReLU(inplace=True),
            nn.Conv2d(outside, outside, 3, padding=1, bias=False),
            last,
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inside != outside:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside)
            )

    def forward(self, features: Tensor) -> Tensor:
        return torch.relu(self.body(features) + self.shortcut(features))


def build(**options: object) -> ResNet:
    """Return a `ResNet` with the options of a weights file or a recipe."""
    return ResNet(**options)  # type: ignore[arg-type]


def _stages(blocks: tuple[int, ...], widths: list[int]) -> list[nn.Module]:
    """Return the four stages; each but the first halves the image."""
    stages: list[nn.Module] = []
    inside = widths[0]
    for stage, (count, outside) in enumerate(zip(blocks, widths, strict=True)):
        first = _BasicBlock(inside, outside, 1 if stage == 0 else 2)
        rest = [_BasicBlock(outside, outside, 1) for _ in range(count - 1)]
        stages.append(nn.Sequential(first, *rest))
        inside = outside
    return stages


def _initialise(network: nn.Module) -> None:
    """Draw the convolutions from He's normal distribution."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


def _check(
    depth: int, channels: int, width: float, kernel: int, stride: int, output: int | None
) -> None:
    if depth not in _STAGES:
        raise ValueError(
            f"a residual network has {' or '.join(map(str, _STAGES))} layers, not {depth}"
        )
    if min(channels, width, kernel, stride) <= 0 or kernel % 2 == 0:
        raise ValueError("channels, width, stem_kernel (odd) and stem_stride are positive numbers")
    if output is not None and output < 1:
        raise ValueError("output is a positive number")
