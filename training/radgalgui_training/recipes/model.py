"""What a recipe may hold, checked by pydantic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.settings import Settings

if TYPE_CHECKING:  # its module imports torch, which a form for a recipe can do without
    from radgalgui_training.augment import Strength

__all__ = [
    "AugmentSettings",
    "DataSettings",
    "OptimizerSettings",
    "Recipe",
    "TrainingSettings",
]


class PreprocessingSettings(Settings):
    """``[preprocessing]``: as `radgalgui.sky.preprocess.Preprocessing`."""

    size: int = Field(default=64, ge=16, le=512)
    pixel_scale: float = Field(default=1.8, gt=0)
    channels: int = Field(default=1, ge=1, le=16)
    beam: float = Field(default=5.4, ge=0)
    clip_sigma: float = Field(default=3.0, ge=0)
    softening: float = Field(default=0.1, gt=0)
    survey_scale: float = Field(default=0.0, ge=0)

    def preprocessing(self) -> Preprocessing:
        """Return the settings as inference takes them."""
        return Preprocessing(**self.model_dump())


class DataSettings(Settings):
    """``[data]``: the share of each set that is trained on, one's own, and simulated sources.

    Parameters
    ----------
    side : int
        Pixels kept around a source, so that a turned image has sky in its corners.
    fields : float
        Share of the sources in the middle of the FIRST fields.
    islands : float
        Share of the other sources in those fields.
    mirabest : float
        Share of the training batches of MiraBest (FIRST).
    rgd : float
        Share of the Radio Galaxy Dataset (FIRST).
    frdeep : float
        Share of the training batches of FR-DEEP (NVSS).
    sdss : float
        Share of the optical galaxies of SDSS (three bands).
    catalogs : tuple of str
        Catalogue folders, whose images are all trained on: those of a survey of one's own.
    simulated : int
        How many simulated sources.
    simulated_seed : int
        What the simulated sources are drawn by; the same number gives the same sources.
    size_cut : float
        Sources that measure less on the sky, arcsec, are left out; see
        `radgalgui_training.datasets.sizes`.
    sizes : bool
        Measure the angular size of each source, for a network that is told it.
    held_out : float
        Share of the FIRST fields that are kept from the training, with every other published
        image of the same sky; see `radgalgui_training.datasets.held_out`.
    """

    side: int = Field(default=112, ge=16, le=1024)
    fields: float = Field(default=0.0, ge=0, le=1)
    islands: float = Field(default=0.0, ge=0, le=1)
    mirabest: float = Field(default=0.0, ge=0, le=1)
    rgd: float = Field(default=0.0, ge=0, le=1)
    frdeep: float = Field(default=0.0, ge=0, le=1)
    sdss: float = Field(default=0.0, ge=0, le=1)
    catalogs: tuple[str, ...] = ()
    simulated: int = Field(default=0, ge=0)
    simulated_seed: int = Field(default=1, ge=0)
    size_cut: float = Field(default=0.0, ge=0)
    sizes: bool = False
    held_out: float = Field(default=0.0, ge=0, lt=1)


class AugmentSettings(Settings):
    """``[augment]``: as `radgalgui_training.augment.Strength`."""

    rotate: bool = True
    zoom: float = Field(default=0.1, ge=0, le=1)
    shift: float = Field(default=2.0, ge=0)
    blur: float = Field(default=2.0, ge=0, le=4)
    noise: float = Field(default=0.05, ge=0, le=1)
    gain: float = Field(default=0.3, ge=0)
    soften: float = Field(default=0.7, ge=0)
    blur_probability: float = Field(default=0.5, ge=0, le=1)
    whole: bool = False

    def strength(self) -> Strength:
        """Return the settings as the augmentation takes them."""
        from radgalgui_training.augment import Strength

        return Strength(**self.model_dump())


class OptimizerSettings(Settings):
    """``[optimizer]``: which, how fast, and over which share of the training it warms up.

    Parameters
    ----------
    name : str
        Which optimiser: torch's, and lightly's LARS for very large batches.
    learning_rate : float
        How far a step goes, at its fastest.
    weight_decay : float
        How strongly weights are drawn towards 0.
    momentum : float
        Share of the last steps that the next one keeps.
    warmup : float
        Share of the training over which the rate rises to ``learning_rate``.
    schedule : str
        How the rate falls: ``cosine``, not at all (``constant``), or times ``plateau_factor``
        when the training loss has not fallen for ``plateau_patience`` epochs (``plateau``).
    plateau_factor, plateau_patience
        Of the schedule ``plateau``.
    """

    name: Literal["adamw", "sgd", "lars", "rmsprop"] = "adamw"
    learning_rate: float = Field(default=1e-3, gt=0)
    weight_decay: float = Field(default=1e-4, ge=0)
    momentum: float = Field(default=0.9, ge=0, lt=1)
    warmup: float = Field(default=0.05, ge=0, lt=1)
    schedule: Literal["cosine", "constant", "plateau"] = "cosine"
    plateau_factor: float = Field(default=0.5, gt=0, lt=1)
    plateau_patience: int = Field(default=10, ge=0)


class TrainingSettings(Settings):
    """``[training]``: how long, on how many images at a time, and how exactly.

    Parameters
    ----------
    epochs : int
        How often every image is seen.
    batch_size : int
        Images that are seen at a time, on each device; a card with little memory wants fewer.
    precision : str
        ``32-true`` is exact; ``bf16-mixed`` needs a processor or card that knows bfloat16 to be
        of use, and runs everywhere.
    seed : int
        Of the weights, the order and the augmentations.
    checkpoint_every : int
        Epochs between checkpoints.
    device : str
        ``auto`` for graphics cards where there are any, ``cpu``, ``cuda``, ``cuda:1`` for a
        certain card, or ``mps``.
    devices : int or "auto"
        Graphics cards, or processes where there is none; all cards by default.
    nodes : int
        Machines, each with so many devices, started by torchrun or SLURM.
    threads : int
        Of the processor, for each device; 0 leaves the choice to torch.
    knn : str
        A labelled set whose classes the nearest neighbours are asked for as training goes;
        none by default.  Its published test part is never looked at.
    knn_every : int
        Epochs between.
    """

    epochs: int = Field(default=100, ge=1)
    batch_size: int = Field(default=256, ge=2)
    precision: Literal["32-true", "bf16-mixed", "16-mixed"] = "32-true"
    seed: int = Field(default=0, ge=0)
    checkpoint_every: int = Field(default=1, ge=1)
    device: str = Field(default="auto", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")
    devices: Literal["auto"] | Annotated[int, Field(ge=1)] = "auto"
    nodes: int = Field(default=1, ge=1)
    threads: int = Field(default=0, ge=0)
    knn: Literal["", "mirabest-confident", "frdeep-nvss", "rgd", "sdss"] = ""
    knn_every: int = Field(default=5, ge=1)


class Recipe(Settings):
    """A whole recipe.

    Parameters
    ----------
    name : str
        The encoder's name in catalogues and on the command line.
    description : str
        What it is for, in a sentence or two.
    network : dict
        ``name`` and options, as `radgalgui.models.registry.build` takes them.
    method : dict
        ``name`` and options of a module of `radgalgui_training.methods`.
    whitening : float
        How far the principal directions of the vectors are made to count alike, 0 to 1; see
        `radgalgui_training.whitening`.
    start_from : str
        An encoder's weights file, of the same network, to go on from; by default weights are
        drawn by lot.
    evaluate : bool
        Measure the vectors on the real data sets when training ends.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    description: str = ""
    network: dict[str, Any]
    method: dict[str, Any]
    preprocessing: PreprocessingSettings = PreprocessingSettings()
    data: DataSettings = DataSettings()
    augment: AugmentSettings = AugmentSettings()
    optimizer: OptimizerSettings = OptimizerSettings()
    training: TrainingSettings = TrainingSettings()
    whitening: float = Field(default=0.5, ge=0, le=1)
    start_from: str = ""
    evaluate: bool = False
