"""Knowledge that one encoder takes over from another (distillation, Hinton et al. 2015)."""

from __future__ import annotations

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional

from radgalgui.models.encoder import Encoder
from radgalgui_training.settings import Settings

__all__ = ["Teacher", "TeachingOptions"]


class TeachingOptions(Settings):
    """What a method's ``[method]`` says of a teacher.

    Parameters
    ----------
    teacher : str
        An encoder by its name, or a weights file: its vectors shall be readable from this one's by
        a linear map (distillation, Hinton et al. 2015); none by default.
    taught : float
        Weight of one less the cosine between what is read and what the teacher says.
    """

    teacher: str = ""
    taught: float = Field(default=0.0, ge=0)

    def lesson(self, dimension: int) -> Teacher | None:
        """Return the teacher of a network with vectors (dimension,); None where there is none."""
        return Teacher(dimension, self.teacher, self.taught) if self.teacher else None


class Teacher(nn.Module):
    """What another encoder knows of an image, read from the vector by a linear map.

    Parameters
    ----------
    dimension : int
        Width of the vectors that are taught.
    teacher : str
        A weights file.
    weight : float
        Of the loss.
    """

    def __init__(self, dimension: int, teacher: str, weight: float) -> None:
        super().__init__()
        self._teacher = Encoder.load(teacher)
        self._weight = weight
        self.reading = nn.Linear(dimension, self._teacher.dimension)

    def forward(self, vectors: Tensor, views: Tensor) -> Tensor:
        """Return the weight times one less the cosine, the mean over images.

        Parameters
        ----------
        vectors : Tensor, shape (N, D)
            The pupil's.
        views : Tensor, shape (N, C, S, S)
            What the teacher is shown for each, in [0, 1].
        """
        # In full precision: whoever teaches speaks as it does to a user.
        with torch.autocast(views.device.type, enabled=False):
            aim = torch.from_numpy(self._teacher.embed(views.detach().float().cpu().numpy()))
            read = self.reading(vectors.flatten(1).float())
        likeness = functional.cosine_similarity(read, aim.to(read.device), dim=1)
        return self._weight * (1.0 - likeness.mean())
