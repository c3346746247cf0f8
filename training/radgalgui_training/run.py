"""Train an encoder by a recipe, on whatever the machine has, and write its weights.

Checkpoints are Lightning's own files, written beside and renamed.  They are in torch's zip
format, which may hold pickled objects, and are therefore read with ``weights_only=True``:
torch then admits tensors and plain values and refuses everything else.  What is shipped and
shared is safetensors.
"""

from __future__ import annotations

import logging
import os
import platform
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytorch_lightning as pl
import torch
from numpy.typing import NDArray
from pytorch_lightning.callbacks import Callback, ModelCheckpoint

from radgalgui.errors import RecipeError
from radgalgui.models import registry
from radgalgui.models.encoder import Encoder, pack
from radgalgui.models.weights import save_weights
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui_training import methods
from radgalgui_training.augment import Augmentation, Strength
from radgalgui_training.datamodule import KeptData
from radgalgui_training.datasets.kept import Kept, join
from radgalgui_training.datasets.mixture import CITATIONS, counts, training_images
from radgalgui_training.evaluate import measure
from radgalgui_training.method import Method
from radgalgui_training.recipes import Recipe, load_recipe
from radgalgui_training.whitening import centre_and_whitening

__all__ = ["train"]

_LICENCE: Final = "BSD-3-Clause"
_UNCHANGED: Final = Strength(
    rotate=False, zoom=0.0, shift=0.0, blur=0.0, noise=0.0, gain=0.0, soften=0.0
)
_CENTRE_IMAGES: Final = 4096


def train(
    recipe: str | os.PathLike[str],
    *,
    data: str | os.PathLike[str] | None,
    out: str | os.PathLike[str],
    resume: bool = False,
    overrides: Mapping[str, Any] | None = None,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Path:
    """Train an encoder and write ``OUT/NAME.safetensors``.

    Parameters
    ----------
    recipe : str or path
        A bundled recipe's name or a TOML file.
    data : str, path or None
        The folder of the published data; not needed for simulated sources alone.
    out : str or path
        Receives the weights, ``checkpoints/last.ckpt`` and ``cache``.
    resume : bool
        Go on from ``checkpoints/last.ckpt`` where there is one.  On the CPU the result is
        the same as without the interruption.
    overrides : mapping, optional
        Recipe values by dotted key.
    progress : Progress
        Called after each step.
    cancel : CancelToken, optional
        Looked at before each step; what was learned since the last checkpoint is lost.

    Returns
    -------
    Path
        The weights file, for `radgalgui.models.encoder.Encoder.load`.

    Raises
    ------
    RecipeError
        If the recipe, or a value in it, is not admitted, or a checkpoint does not fit it.
    DataError
        If a data set is missing or damaged.
    Cancelled
        If the token is raised.
    """
    settings = load_recipe(recipe, overrides=overrides)
    folder = Path(out)
    parts = training_images(
        settings.data,
        settings.preprocessing.preprocessing(),
        data=None if data is None else Path(data),
        cache=folder / "cache",
        progress=progress,
        cancel=cancel,
    )
    kept = join(parts.values())
    pl.seed_everything(settings.training.seed, workers=True, verbose=False)
    method = _method(settings)
    with _quiet():
        trainer = _trainer(settings, folder, [_Reporter(progress, cancel)])
    _fit(trainer, method, kept, settings, _checkpoint(folder) if resume else None)
    path = folder / f"{settings.name}.safetensors"
    if trainer.is_global_zero:
        _write(path, settings, method, kept, counts(parts), data)
    return path


class _Reporter(Callback):
    """Tell how far the training is, and end it when somebody asks."""

    def __init__(self, progress: Progress, cancel: CancelToken | None) -> None:
        self._progress = progress
        self._cancel = cancel

    def on_train_batch_start(self, *_: Any) -> None:
        if self._cancel is not None:
            self._cancel.check()

    def on_train_batch_end(self, trainer: pl.Trainer, *_: Any) -> None:
        loss = float(trainer.callback_metrics.get("loss", torch.nan))
        epoch = f"epoch {trainer.current_epoch + 1} of {trainer.max_epochs}"
        total = int(trainer.estimated_stepping_batches)
        self._progress(trainer.global_step, total, f"{epoch}, loss {loss:.3f}")


def _method(settings: Recipe) -> Method:
    """Build the network and what trains it."""
    options = methods.settings(settings.method)
    network = registry.build(settings.network)
    method: Method = methods.module(settings.method["name"]).build(network, options, settings)
    return method


def _trainer(settings: Recipe, folder: Path, callbacks: list[Callback]) -> pl.Trainer:
    """Return Lightning's loop: one code path for the processor, a card, and several."""
    keeper = ModelCheckpoint(
        dirpath=folder / "checkpoints",
        filename="last",
        enable_version_counter=False,
        every_n_epochs=settings.training.checkpoint_every,
        save_on_train_epoch_end=True,
    )
    return pl.Trainer(
        accelerator="auto",
        devices="auto",
        precision=settings.training.precision,
        max_epochs=settings.training.epochs,
        sync_batchnorm=torch.cuda.device_count() > 1,
        callbacks=[keeper, *callbacks],
        default_root_dir=folder,
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )


def _checkpoint(folder: Path) -> Path | None:
    """Return the last checkpoint where there is one, having looked into it."""
    path = folder / "checkpoints" / "last.ckpt"
    if not path.is_file():
        return None
    try:
        torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        # A damaged file raises nearly anything; what it means to the user is always this.
        raise RecipeError(
            f"is a checkpoint that cannot be read ({type(error).__name__})",
            subject=path,
            remedy="remove it, or leave --resume out",
        ) from error
    return path


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Lightning's advice and advertisements from the terminal of the user."""
    logger = logging.getLogger("pytorch_lightning")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            # All images are in memory: worker processes would only copy them.
            warnings.filterwarnings("ignore", message=".*does not have many workers.*")
            warnings.filterwarnings("ignore", message=".*exists and is not empty.*")
            warnings.filterwarnings("ignore", message=".*LeafSpec.*is deprecated.*")
            yield
    finally:
        logger.setLevel(before)


def _fit(
    trainer: pl.Trainer, method: Method, kept: Kept, settings: Recipe, checkpoint: Path | None
) -> None:
    """Run the training, from a checkpoint where there is one."""
    batches = KeptData(kept, batch_size=settings.training.batch_size, seed=settings.training.seed)
    try:
        with _quiet():
            trainer.fit(method, batches, ckpt_path=checkpoint, weights_only=True)
    except (KeyError, RuntimeError) as error:
        if checkpoint is None or "state_dict" not in str(error):
            raise
        raise RecipeError(
            "was written by another recipe",
            subject=checkpoint,
            remedy="choose another --out, or leave --resume out",
        ) from error


def _write(
    path: Path,
    settings: Recipe,
    method: Method,
    kept: Kept,
    training_data: dict[str, int],
    data: str | os.PathLike[str] | None,
) -> None:
    """Write the weights with their card, measured where the recipe asks for it."""
    network = method.network.cpu().eval()
    card = _card(settings, training_data, network.dimension)
    bare = Encoder(network, centre=np.zeros(network.dimension), card=card)
    outputs = bare.embed(_seen(settings, kept))
    centre, whitening = centre_and_whitening(outputs, power=settings.whitening)
    if settings.evaluate and data is not None:
        encoder = Encoder(network, centre=centre, whitening=whitening, card=card)
        card["metrics"] = measure(encoder, Path(data))
    save_weights(path, pack(network, centre=centre, whitening=whitening), card)


def _seen(settings: Recipe, kept: Kept) -> NDArray[np.float32]:
    """Return training images, drawn evenly from all sets, as the encoder will see queries."""
    step = max(1, len(kept) // _CENTRE_IMAGES)
    view = Augmentation(_UNCHANGED, settings.preprocessing.preprocessing())
    images = torch.from_numpy(np.array(kept.images[::step]))
    seen: NDArray[np.float32] = view(images, torch.from_numpy(kept.noise[::step])).numpy()
    return seen


def _card(settings: Recipe, training_data: dict[str, int], dimension: int) -> dict[str, Any]:
    """Return what stands in the header of the weights file."""
    packages = ("torch", "pytorch-lightning", "lightly", "numpy")
    return {
        "name": settings.name,
        "architecture": dict(settings.network),
        "preprocessing": settings.preprocessing.preprocessing().to_dict(),
        "dimension": dimension,
        "training_data": training_data,
        "citations": sorted({CITATIONS[name] for name in training_data}),
        "recipe": settings.model_dump(mode="json"),
        "metrics": {},
        "licence": _LICENCE,
        "software": {
            "python": platform.python_version(),
            **{package: version(package) for package in packages},
        },
    }
