"""What a training tells beside how far it is: the curves of its epochs, and what it draws."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import pytorch_lightning as pl
import torch
from numpy.typing import NDArray
from pytorch_lightning.callbacks import Callback

from radgalgui.models.generative.network import GenerativeNetwork
from radgalgui.sky.sheet import contact_sheet, write_png

__all__ = ["UNHEARD", "Drawings", "Epoch", "Epochs", "Listener", "Points", "later"]

_SHEETS: Final = 12  # of a training, about
_ZOOM: Final = 2
# Of what is logged at each step, that which a point holds in another way.
_TOLD_ALREADY: Final = frozenset({"loss", "loss_epoch", "loss_step"})


class Listener(Protocol):
    """Who hears what a training tells; a window draws curves and shows pictures of it."""

    def device(self, text: str, /) -> None:
        """Hear what the training runs on, in words."""

    def point(self, step: int, values: Mapping[str, float], /) -> None:
        """Hear the numbers of an epoch, counted from 1."""

    def pictures(self, path: str, text: str, /) -> None:
        """Hear of a PNG file that was written, and what it shows."""


class _Unheard:
    """Nobody listens."""

    def device(self, text: str, /) -> None: ...

    def point(self, step: int, values: Mapping[str, float], /) -> None: ...

    def pictures(self, path: str, text: str, /) -> None: ...


UNHEARD: Final[Listener] = _Unheard()


class _Later:
    """Hears the epochs of one of several trainings, after those of the ones before."""

    def __init__(self, listener: Listener, steps: int) -> None:
        self.device, self.pictures = listener.device, listener.pictures
        self._listener, self._steps = listener, steps

    def point(self, step: int, values: Mapping[str, float], /) -> None:
        self._listener.point(step + self._steps, values)


def later(listener: Listener, steps: int) -> Listener:
    """Return a listener that counts epochs on from those of the trainings before."""
    return listener if listener is UNHEARD else _Later(listener, steps)


@dataclass(frozen=True)
class Epoch:
    """What an epoch was like.

    ``number`` counts from 1, ``loss`` is its mean over the epoch, ``learning_rate`` where its
    schedule stands, and ``images_per_second`` is of all devices, data and all.
    """

    number: int
    step: int
    loss: float
    learning_rate: float
    images_per_second: float


class Epochs(Callback):
    """Take down what each epoch is like; the first of several processes then tells it."""

    def __init__(self) -> None:
        self._losses: list[torch.Tensor] = []
        self._images = 0
        self._started = self._ended = 0.0

    def tell(self, trainer: pl.Trainer, epoch: Epoch) -> None:
        """Tell an epoch that has ended."""
        raise NotImplementedError

    def on_train_epoch_start(self, *_: Any) -> None:
        """Start the clock."""
        self._losses, self._images = [], 0
        self._started = self._ended = time.perf_counter()

    def on_train_batch_end(
        self, trainer: pl.Trainer, _: Any, outputs: Any, batch: Any, *__: Any
    ) -> None:
        """Take down the loss; reading its value would make a graphics card wait."""
        # Where a step takes several batches, the loss of each was divided by their number.
        self._losses.append(outputs["loss"].detach() * trainer.accumulate_grad_batches)
        self._images += len(batch[0]) * trainer.world_size
        self._ended = time.perf_counter()

    def on_train_epoch_end(self, trainer: pl.Trainer, *_: Any) -> None:
        """Tell what the epoch was like."""
        if not trainer.is_global_zero or not self._losses:
            return
        seconds = max(self._ended - self._started, 1e-9)
        epoch = Epoch(
            number=trainer.current_epoch + 1,
            step=trainer.global_step,
            loss=float(torch.stack(self._losses).float().mean()),
            learning_rate=float(trainer.optimizers[0].param_groups[0]["lr"]),
            images_per_second=self._images / seconds,
        )
        self.tell(trainer, epoch)


class Points(Epochs):
    """Tell a point of the curves after each epoch.

    It holds ``loss``, ``learning_rate``, ``images_per_second``, ``knn_accuracy`` where it was
    measured, and whatever else the method logs, such as ``told`` and ``missed``.

    Parameters
    ----------
    listener : Listener
    known : callable, optional
        Returns the accuracy of neighbours, None where it was not measured in this epoch.
    """

    def __init__(self, listener: Listener, known: Callable[[], float | None] | None = None) -> None:
        super().__init__()
        self._listener = listener
        self._known = known

    def tell(self, trainer: pl.Trainer, epoch: Epoch) -> None:
        """Tell the point."""
        values = {
            "loss": epoch.loss,
            "learning_rate": epoch.learning_rate,
            "images_per_second": epoch.images_per_second,
        }
        known = self._known() if self._known else None
        if known is not None:
            values["knn_accuracy"] = known
        for name, value in trainer.callback_metrics.items():
            if name not in _TOLD_ALREADY and value.numel() == 1:
                values[name] = float(value)
        self._listener.point(epoch.number, values)


class Drawings(Callback):
    """Show, a dozen times in a training, what the network draws of a few training images.

    Parameters
    ----------
    listener : Listener
    folder : Path
        Receives ``pictures/epoch-0001.png`` and so on: the images above, what is drawn of each
        from the means of its latents below it.
    images : ndarray, shape (N, C, S, S), float32
        What the network sees of them, in [0, 1].
    """

    def __init__(self, listener: Listener, folder: Path, images: NDArray[np.float32]) -> None:
        self._listener = listener
        self._folder = folder / "pictures"
        self._images = images

    def on_train_epoch_end(self, trainer: pl.Trainer, method: Any) -> None:
        """Draw where it is time to: after the first epoch, the last, and some between."""
        done, last = trainer.current_epoch + 1, trainer.max_epochs or 1
        due = done in (1, last) or done % math.ceil(last / _SHEETS) == 0
        if due and trainer.is_global_zero and isinstance(method.network, GenerativeNetwork):
            self._draw(method.network, done, last)

    def _draw(self, network: GenerativeNetwork, done: int, last: int) -> None:
        drawn = _drawn(network, self._images)
        both = np.concatenate([self._images, drawn])
        sheet = contact_sheet(both, columns=len(drawn), zoom=_ZOOM)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = write_png(self._folder / f"epoch-{done:04d}.png", sheet)
        text = f"Training images, and below them what the network draws of each, epoch {done}"
        self._listener.pictures(str(path), f"{text} of {last}")


def _drawn(network: GenerativeNetwork, images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what a network draws of images, and leave it in training; by no random numbers."""
    device = next(network.parameters()).device
    was_training = network.training
    network.eval()
    try:
        with torch.inference_mode(), torch.autocast(device.type, enabled=False):
            parameters = network.descend(torch.from_numpy(images).to(device), mean=True).parameters
            drawn: NDArray[np.float32] = network.likelihood.mean(parameters).float().cpu().numpy()
    finally:
        network.train(was_training)
    return drawn
