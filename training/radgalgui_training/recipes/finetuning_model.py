"""What a recipe for a network that answers with classes may hold, checked by pydantic."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from radgalgui_training.recipes.model import (
    AugmentSettings,
    OptimizerSettings,
    PreprocessingSettings,
    TrainingSettings,
)
from radgalgui_training.settings import Settings

__all__ = ["FinetuneRecipe", "KindSettings", "LabelSettings", "LearningSettings"]


class LabelSettings(Settings):
    """``[labels]``: what is learned from.

    Parameters
    ----------
    set : str
        A published set (``mirabest-confident``, ``rgd``, ``frdeep-nvss``), of which the
        training part is taken, or the path of a NumPy archive with ``images`` (N, H, W) or
        (N, C, H, W), ``labels`` (N,) and, if they like, ``pixel_scale`` in arcsec and
        ``groups`` (N,), numbers that the same source has in all its images.
    extra : tuple of str
        Sets that are trained on too, where they have the same classes; sources that are in
        the labelled set as well are left out, and those near a fold's are never trained on
        for that fold.  The figures are those of the labelled set alone.
    size : int or None
        Pixels along a side that the network sees, where not those that it was trained on.
    field, beam : float or None
        Arcsec of sky that the network sees, and the images' own beam, where they differ from
        what it was trained on, as for another survey.
    softening : float or None
        Of the stretch; less shows what is faint beside the source, which tells as well where
        sources are hardly resolved.
    side : int or None
        Pixels kept around a source, so that a turned image has sky in its corners; 1.5 times
        what the network sees by default.
    """

    set: str
    extra: tuple[Literal["rgd", "mirabest", "mirabest-uncertain"], ...] = ()
    size: int | None = Field(default=None, ge=16, le=512)
    field: float | None = Field(default=None, gt=0)
    beam: float | None = Field(default=None, ge=0)
    softening: float | None = Field(default=None, gt=0)
    side: int | None = Field(default=None, ge=16, le=1024)


class LearningSettings(Settings):
    """``[learning]``: how labels are learned.

    Parameters
    ----------
    smoothing : float
        Share of each label that is spread over all classes.
    mixup : float
        Both parameters of the beta distribution that images are mixed by (Zhang et al. 2018,
        arXiv 1710.09412); 0 mixes none.
    average : float
        Share of the running mean of the weights that is kept at each step; the mean is what
        answers.  0 takes the last weights.
    network_rate : float
        Learning rate of the network's last layer over that of the head.
    depth_rate : float
        Learning rate of the network's first layer over that of its last.
    freeze_norm : bool
        Keep the means and variances of the batch normalisations as they came.
    dropout : float
        Share of the vector left out before the head.
    """

    smoothing: float = Field(default=0.1, ge=0, lt=1)
    mixup: float = Field(default=0.0, ge=0)
    average: float = Field(default=0.99, ge=0, lt=1)
    network_rate: float = Field(default=1.0, ge=0, le=1)
    depth_rate: float = Field(default=1.0, gt=0, le=1)
    freeze_norm: bool = False
    dropout: float = Field(default=0.0, ge=0, lt=1)


class SightSettings(Settings):
    """``[kinds.labels]``: what a kind of network sees; as in `LabelSettings`, for itself alone."""

    size: int | None = Field(default=None, ge=16, le=512)
    field: float | None = Field(default=None, gt=0)
    beam: float | None = Field(default=None, ge=0)
    softening: float | None = Field(default=None, gt=0)
    side: int | None = Field(default=None, ge=16, le=1024)


class KindSettings(Settings):
    """``[[kinds]]``: what one kind of network does otherwise than the rest of the recipe says.

    Parameters
    ----------
    labels : SightSettings
        What it sees of the labelled images; the images themselves, and so the folds, are the
        same for all kinds.
    augment, learning, optimizer, training : dict
        Single values of those tables.
    """

    labels: SightSettings = SightSettings()
    augment: dict[str, Any] = Field(default_factory=dict)
    learning: dict[str, Any] = Field(default_factory=dict)
    optimizer: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)


class FinetuneRecipe(Settings):
    """A whole recipe.

    Parameters
    ----------
    name : str
        What the classifier is called in tables: ``finetuned`` or ``supervised``.
    label_set : str
        What the classes are called after; the name of the file.
    description : str
        What it is for, in a sentence or two.
    init : str
        What it starts from: the name of an encoder or of a classifier's label set, the path of
        a weights file, or ``none`` to start from nothing.  The network and the preprocessing
        are those of what it starts from.
    members : int
        Networks of each kind that answer together, each trained from another seed.
    kinds : tuple of KindSettings
        Kinds of networks that answer together, such as one that sees a wide field and one that
        sees a narrow one; without any there is one kind, that of the recipe.  More kinds or
        members at the end leave the trainings of the others as they are (``--resume``).
    folds : int
        Of the cross-validation that gives the figures and the temperature; 0 for none.
    final : bool
        Train on all labels in the end; otherwise there is the cross-validation alone.
    baseline : str
        The ``folds.npz`` of the supervised network, whose figures are put beside.
    network : dict
        As in an encoder's recipe; only where nothing is started from.
    preprocessing : PreprocessingSettings
        Likewise.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    label_set: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    description: str = ""
    init: str = "none"
    members: int = Field(default=1, ge=1, le=10)
    kinds: tuple[KindSettings, ...] = Field(default=(), max_length=10)
    folds: int = Field(default=5, ge=0)
    final: bool = True
    baseline: str = ""
    network: dict[str, Any] = Field(default_factory=lambda: {"name": "resnet"})
    preprocessing: PreprocessingSettings = PreprocessingSettings()
    labels: LabelSettings
    augment: AugmentSettings = AugmentSettings()
    learning: LearningSettings = LearningSettings()
    optimizer: OptimizerSettings = OptimizerSettings()
    training: TrainingSettings = TrainingSettings()
