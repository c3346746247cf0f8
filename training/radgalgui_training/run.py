"""Train an encoder by a recipe, on whatever the machine has, and write its weights.

Checkpoints are Lightning's own files, written beside and renamed.  They are in torch's zip
format, which may hold pickled objects, and are therefore read with ``weights_only=True``:
torch then admits tensors and plain values and refuses everything else.  What is shipped and
shared is safetensors.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytorch_lightning as pl
import torch
from numpy.typing import NDArray
from pytorch_lightning.callbacks import Callback

from radgalgui.errors import RecipeError
from radgalgui.models import registry
from radgalgui.models.devices import choose_device
from radgalgui.models.encoder import Encoder, pack
from radgalgui.models.generative.network import GenerativeNetwork
from radgalgui.models.network import Network
from radgalgui.models.weights import save_weights
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard
from radgalgui_training import methods
from radgalgui_training.augment import Augmentation, Strength
from radgalgui_training.datasets.kept import Kept, join
from radgalgui_training.datasets.mixture import citations, counts, training_images
from radgalgui_training.evaluate import measure
from radgalgui_training.listening import UNHEARD, Drawings, Listener, Points
from radgalgui_training.loop import Reporter, software
from radgalgui_training.method import Method
from radgalgui_training.monitor import NeighbourAccuracy, TrainingLog, watching
from radgalgui_training.named import find_weights
from radgalgui_training.recipes import Recipe, load_recipe
from radgalgui_training.same_recipe import SameRecipe
from radgalgui_training.shortage import Lesson, learn, lesson
from radgalgui_training.whitening import centre_and_whitening

__all__ = ["train"]

_LICENCE: Final = "BSD-3-Clause"
_UNCHANGED: Final = Strength(
    rotate=False, zoom=0.0, shift=0.0, blur=0.0, noise=0.0, gain=0.0, soften=0.0
)
_CENTRE_IMAGES: Final = 4096
_SHOWN: Final = 8  # training images with their reconstructions


def train(
    recipe: str | os.PathLike[str],
    *,
    data: str | os.PathLike[str] | None,
    out: str | os.PathLike[str],
    resume: bool = False,
    overrides: Mapping[str, Any] | None = None,
    folders: Sequence[Path] = (),
    cache: str | os.PathLike[str] | None = None,
    progress: Progress = silent,
    note: Notice = unheard,
    cancel: CancelToken | None = None,
    listener: Listener = UNHEARD,
) -> Path:
    """Train an encoder and write ``OUT/NAME.safetensors``.

    Parameters
    ----------
    recipe : str or path
        A bundled recipe's name or a TOML file.
    data : str, path or None
        The folder of the published data; not needed for simulated sources alone.
    out : str or path
        Receives the weights, ``log.csv``, ``checkpoints/last.ckpt`` and ``cache``.
    resume : bool
        Go on from ``checkpoints/last.ckpt`` where there is one.  On the CPU the result is
        the same as without the interruption.
    overrides : mapping, optional
        Recipe values by dotted key.
    folders : sequence of Path
        Where the encoders lie that a recipe names: ``start_from``, or a method's ``teacher``.
    cache : str or path, optional
        Where the training images are kept for another time; ``OUT/cache`` by default.
    progress : Progress
        Called after each step.
    note : Notice
        Told what is remarkable about the images, and of a shortage of memory.
    cancel : CancelToken, optional
        Looked at before each step; what was learned since the last checkpoint is lost.
    listener : Listener
        Told what it runs on, the numbers of each epoch, and, of networks that draw, pictures.

    Returns
    -------
    Path
        The weights file, for `radgalgui.models.encoder.Encoder.load`.

    Raises
    ------
    RecipeError
        If the recipe, or a value in it, is not admitted, or a checkpoint does not fit it.
    UsageError
        If this machine has not the device that is asked for.
    DataError
        If a data set is missing or damaged.
    ResourceError
        If its memory is too small, even for the smallest batches.
    Cancelled
        If the token is raised.
    """
    settings = load_recipe(recipe, overrides=overrides)
    choose_device(settings.training.device)  # a missing one is told before images are read
    folder = Path(out)
    root = None if data is None else Path(data)
    neighbours = watching(settings, root)
    parts = training_images(
        settings.data,
        settings.preprocessing.preprocessing(),
        data=root,
        cache=folder / "cache" if cache is None else Path(cache),
        progress=progress,
        note=note,
        cancel=cancel,
    )
    kept = join(parts.values())

    def prepare(pieces: int) -> Lesson[Method]:
        pl.seed_everything(settings.training.seed, workers=True, verbose=False)
        method = _method(settings, folders)
        callbacks = [
            SameRecipe(settings, folder),
            *_callbacks(folder, neighbours, progress, cancel),
        ]
        if listener is not UNHEARD:
            callbacks.append(Points(listener, None if neighbours is None else neighbours.latest))
            if isinstance(method.network, GenerativeNetwork):
                callbacks.append(Drawings(listener, folder, _shown(settings, kept)))
        return lesson(
            method, kept, settings.training, folder, callbacks, listener=listener, parts=pieces
        )

    learned = learn(prepare, folder, resume=resume, note=note)
    path = folder / f"{settings.name}.safetensors"
    if learned.trainer.is_global_zero:
        _write(path, settings, learned.method, kept, counts(parts), data)
    return path


def _callbacks(
    folder: Path,
    neighbours: NeighbourAccuracy | None,
    progress: Progress,
    cancel: CancelToken | None,
) -> list[Callback]:
    """Return what is told as the training goes; the neighbours stand before the log of them."""
    log = TrainingLog(folder, neighbours)
    if neighbours is None:
        return [Reporter(progress, cancel), log]
    return [Reporter(progress, cancel, neighbours.told), neighbours, log]


def _shown(settings: Recipe, kept: Kept) -> NDArray[np.float32]:
    """Return a few training images as the encoder sees them; no chance of the training is used."""
    with torch.random.fork_rng(devices=[]):
        return _seen(settings, kept, _SHOWN)[:_SHOWN]


def _network(settings: Recipe, folders: Sequence[Path]) -> Network:
    """Build the network, with the weights that the recipe starts from."""
    network = registry.build(settings.network)
    if settings.start_from:
        start = find_weights(settings.start_from, folders, key="start_from")
        try:
            network.load_state_dict(Encoder.load(start).state_dict())
        except RuntimeError as error:
            raise RecipeError(
                "start_from holds another network than the recipe's",
                subject=settings.start_from,
                remedy="set [network] to that of its card, or leave start_from out",
            ) from error
    return network


def _method(settings: Recipe, folders: Sequence[Path]) -> Method:
    """Build the network and what trains it."""
    options = methods.settings(settings.method)
    if teacher := getattr(options, "teacher", ""):
        found = find_weights(teacher, folders, key="method.teacher")
        options = options.model_copy(update={"teacher": str(found)})
    network = _network(settings, folders)
    method: Method = methods.module(settings.method["name"]).build(network, options, settings)
    return method


def _write(
    path: Path,
    settings: Recipe,
    method: Method,
    kept: Kept,
    training_data: dict[str, int],
    data: str | os.PathLike[str] | None,
) -> None:
    """Write the weights with their card, measured where the recipe asks for it."""
    network = method.taught().cpu().eval()
    card = _card(settings, training_data, network.dimension)
    bare = Encoder(network, centre=np.zeros(network.dimension), card=card)
    seen = _seen(settings, kept)
    outputs = bare.embed(seen)
    card |= method.finish(seen, outputs)
    centre, whitening = centre_and_whitening(outputs, power=settings.whitening)
    # The yardsticks are radio images, of one band.
    if settings.evaluate and data is not None and settings.preprocessing.channels == 1:
        encoder = Encoder(network, centre=centre, whitening=whitening, card=card)
        card["metrics"] = measure(encoder, Path(data))
    save_weights(path, pack(network, centre=centre, whitening=whitening), card)


def _seen(settings: Recipe, kept: Kept, count: int = _CENTRE_IMAGES) -> NDArray[np.float32]:
    """Return training images, drawn evenly from all sets, as the encoder will see queries.

    There are ``count`` of them, a few more, or all where there are fewer.
    """
    step = max(1, len(kept) // count)
    view = Augmentation(_UNCHANGED, settings.preprocessing.preprocessing())
    images = torch.from_numpy(np.array(kept.images[::step]))
    noise, depth = (torch.from_numpy(each[::step]) for each in (kept.noise, kept.depth))
    seen: NDArray[np.float32] = view(images, noise, depth).numpy()
    return seen


def _card(settings: Recipe, training_data: dict[str, int], dimension: int) -> dict[str, Any]:
    """Return what stands in the header of the weights file."""
    return {
        "name": settings.name,
        "architecture": dict(settings.network),
        "preprocessing": settings.preprocessing.preprocessing().to_dict(),
        "dimension": dimension,
        "training_data": training_data,
        "citations": citations(training_data),
        "recipe": settings.model_dump(mode="json"),
        "metrics": {},
        "licence": _LICENCE,
        "software": software(),
    }
