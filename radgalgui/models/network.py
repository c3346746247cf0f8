"""What every network has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod

from torch import Tensor, nn

__all__ = ["Network"]


class Network(nn.Module, ABC):
    """A module from images (N, channels, S, S) to vectors (N, dimension).

    Attributes
    ----------
    channels : int
        Bands of an image.
    dimension : int
        Width of a vector.
    """

    channels: int
    dimension: int

    @abstractmethod
    def forward(self, images: Tensor) -> Tensor:
        """Return the vectors (N, dimension) of images (N, channels, S, S)."""
