"""An encoder: a trained network, how images are made ready for it, and the vectors it makes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from copy import deepcopy
from functools import partial
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from radgalgui.errors import RadGalError, WeightsError
from radgalgui.models.batches import Images, batches, check_shape
from radgalgui.models.devices import CPU, Device, Room
from radgalgui.models.network import Network
from radgalgui.models.registry import build_with
from radgalgui.models.weights import load_weights, sha256
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["CENTRE", "WHITENING", "Encoder", "in_all_orientations", "orientations", "pack"]

CENTRE: Final = "centre"
WHITENING: Final = "whitening"
_NETWORK: Final = "network."
# Images at a time.  With 64 a network finds its features in the processor's cache, and is a tenth
# faster than with 256; a card wants more, or it waits for the processor.
_ON_PROCESSOR: Final = 64
_ON_CARD: Final = 512


class Encoder:
    """A trained network with its preprocessing; makes one vector an image.

    A vector is ``(output - centre) @ whitening``.  All outputs of a network share a large
    common part, with which the cosine of any two sources is above 0.5, and most of what
    they differ in lies along a few directions; so the mean over the training images is taken
    out, and the directions are made to count more alike.

    Parameters
    ----------
    network : Network
        What `radgalgui.models.registry.build` returned, with its weights.
    centre : ndarray, shape (D,)
        The mean of the network's outputs over the training images.
    whitening : ndarray, shape (D, D), optional
        What the rest is multiplied with; nothing by default.
    card : mapping
        The card of the weights file.
    sha256 : str, optional
        The hash of the weights file, by which catalogues know whose vectors they hold.

    Attributes
    ----------
    name : str
        The encoder's name, such as ``simclr``.
    dimension : int
        D, the width of its vectors.
    preprocessing : `radgalgui.sky.preprocess.Preprocessing`
        How images are made ready.
    card, sha256
        As given.
    """

    def __init__(
        self,
        network: Network,
        *,
        centre: NDArray[np.floating],
        whitening: NDArray[np.floating] | None = None,
        card: Mapping[str, Any],
        sha256: str = "",
    ) -> None:
        self.name = str(card["name"])
        self.dimension = int(network.dimension)
        self.preprocessing = Preprocessing.from_dict(card["preprocessing"])
        self.card = dict(card)
        self.sha256 = sha256
        self._network = network.eval().to(memory_format=torch.channels_last)
        self._centre = torch.as_tensor(np.asarray(centre), dtype=torch.float32)
        self._whitening = torch.as_tensor(
            np.eye(self.dimension) if whitening is None else whitening, dtype=torch.float32
        )
        self._on_card: dict[str, Network] = {}

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, expected_sha256: str | None = None) -> Encoder:
        """Read an encoder from a weights file.

        Raises
        ------
        WeightsError
            If the file is missing or damaged, has another hash than expected, its tensors do not
            fit the network that its card names, or that network does not take the images
            that its preprocessing makes.  Nothing is built larger than the file itself.
        """
        tensors, card = load_weights(path, expected_sha256=expected_sha256)
        try:
            return cls._of(tensors, card, sha256(path))
        except (RadGalError, KeyError, RuntimeError, TypeError, ValueError, MemoryError) as error:
            what = error.what if isinstance(error, RadGalError) else str(error)
            raise WeightsError(
                f"holds no encoder that works: {what[:200]}",
                subject=path,
                remedy="fetch or train the weights again",
            ) from error

    @classmethod
    def _of(cls, tensors: dict[str, NDArray[Any]], card: Mapping[str, Any], sha256: str) -> Encoder:
        """Return the encoder of a file's tensors and card, after a look at what it makes."""
        if CENTRE not in tensors:
            raise ValueError(f"the tensor {CENTRE!r} is missing")
        centre, whitening = tensors.pop(CENTRE), tensors.pop(WHITENING, None)
        Preprocessing.from_dict(card["preprocessing"])  # before anything is made of its size
        network = build_with(card["architecture"], _network_tensors(tensors))
        if centre.shape != (network.dimension,) or card["dimension"] != network.dimension:
            raise ValueError("the card, the centre and the network differ in width")
        if whitening is not None and whitening.shape != 2 * centre.shape:
            raise ValueError("the whitening is of another width")
        encoder = cls(network, centre=centre, whitening=whitening, card=card, sha256=sha256)
        encoder._try_out()
        return encoder

    def _try_out(self) -> None:
        """Raise `ValueError` unless an image of empty sky has a vector."""
        eyes = self.preprocessing
        if eyes.channels != self._network.channels:
            raise ValueError(
                f"its network takes {self._network.channels} bands, its preprocessing "
                f"makes {eyes.channels}"
            )
        vector = self.embed(np.zeros((1, eyes.channels, eyes.size, eyes.size), np.float32))
        if not np.isfinite(vector).all():
            raise ValueError("its network makes NaN or infinite values of an empty image")

    @property
    def network(self) -> Network:
        """The network, for those who draw with it; its vectors are not centred yet."""
        return self._network

    def state_dict(self) -> dict[str, Tensor]:
        """Return the network's tensors by name, for another training to go on from."""
        return dict(self._network.state_dict())

    def embed(
        self,
        images: Images,
        *,
        ignore_orientation: bool = False,
        batch_size: int | None = None,
        device: Device | None = None,
        progress: Progress = silent,
        note: Notice = unheard,
        cancel: CancelToken | None = None,
    ) -> NDArray[np.float32]:
        """Return the vectors of images.

        Parameters
        ----------
        images : Images, shape (N, C, S, S)
            What the encoder sees, in [0, 1]: `radgalgui.sky.image.Cutout.seen`.  May be a
            memory map, or the images of a catalogue: a batch is read while the network is
            busy with the one before.
        ignore_orientation : bool
            Give the mean vector over the eight rotations and mirror images, so that a source
            and the same source turned by 90 degrees have one vector.
        batch_size : int, optional
            Images (with ``ignore_orientation``, views of them) at a time; by default 64 on the
            processor and 512 on a card.
        device : Device, optional
            Where the network works; the processor by default.  On a card that runs short of
            memory half as many images are taken at a time.
        progress : Progress
            Called after each batch.
        note : Notice, optional
            Told of a shortage of memory.
        cancel : CancelToken, optional
            Looked at before each batch.

        Returns
        -------
        ndarray, shape (N, D), float32
            Not scaled to unit length; an all-zero image has the vector of empty sky.

        Raises
        ------
        UsageError
            If the images have not the shape that the encoder takes.
        ImageError
            If a value is NaN or infinite: `Preprocessing.see` takes those out.
        Cancelled
            If the token is raised.
        """
        check_shape(images.shape, self.preprocessing, taker=f"the encoder {self.name!r}")
        where = device or CPU
        size = batch_size or (_ON_CARD if where.is_card else _ON_PROCESSOR)
        step = max(1, size // 8) if ignore_orientation else size
        prepare, views = (in_all_orientations, 8) if ignore_orientation else (None, 1)
        vectors = np.empty((len(images), self.dimension), dtype=np.float32)
        room, done = Room(step, where, note), 0
        with closing(batches(images, size=step, prepare=prepare)) as coming:
            while done < len(images):
                if cancel is not None:
                    cancel.check()
                batch = next(coming)
                batch = batch.reshape(views, -1, *batch.shape[1:])
                for found in room.fit(batch.shape[1], partial(self._vectors, batch, where)):
                    vectors[done : done + len(found)] = found
                    done += len(found)
                    progress(done, len(images), "embedding images")
        return vectors

    def _vectors(
        self, batch: NDArray[np.float32], device: Device, here: slice
    ) -> NDArray[np.float32]:
        """Return the vectors of some images of a batch (views, n, C, S, S)."""
        with torch.inference_mode():
            chosen = np.ascontiguousarray(batch[:, here]).reshape(-1, *batch.shape[2:])
            images = torch.from_numpy(chosen).to(device.name)
            network = self._network_on(device)
            with device.at_work():
                outputs: Tensor = network(images.contiguous(memory_format=torch.channels_last))
            outputs = outputs.float().cpu()
            if len(batch) > 1:
                outputs = outputs.view(len(batch), -1, self.dimension).mean(dim=0)
            result: NDArray[np.float32] = ((outputs - self._centre) @ self._whitening).numpy()
            return result

    def _network_on(self, device: Device) -> Network:
        """Return the network where it shall work; a copy is made for each card, once."""
        if not device.is_card:
            return self._network
        if device.name not in self._on_card:
            self._on_card[device.name] = deepcopy(self._network).to(device.name)
        return self._on_card[device.name]


def pack(
    network: Network,
    *,
    centre: NDArray[np.floating],
    whitening: NDArray[np.floating] | None = None,
) -> dict[str, NDArray[Any]]:
    """Return the tensors of an encoder as `radgalgui.models.weights.save_weights` takes them."""
    state = {
        _NETWORK + name: tensor.detach().cpu().contiguous().numpy()
        for name, tensor in network.state_dict().items()
    }
    state[CENTRE] = np.asarray(centre, dtype=np.float32)
    if whitening is not None:
        state[WHITENING] = np.asarray(whitening, dtype=np.float32)
    return state


def orientations(images: NDArray[Any]) -> NDArray[Any]:
    """Return the eight rotations by quarter turns and mirror images.

    Parameters
    ----------
    images : ndarray, shape (..., S, S)

    Returns
    -------
    ndarray, shape (8, ..., S, S)
        As it lies, turned by 90, 180 and 270 degrees; then the same mirrored.
    """
    return np.stack(list(_orientations(images)))


def _orientations(images: NDArray[Any]) -> Iterator[NDArray[Any]]:
    for view in (images, images[..., ::-1]):
        for quarter_turns in range(4):
            yield np.rot90(view, quarter_turns, axes=(-2, -1))


def in_all_orientations(batch: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return all eight orientations of a batch (n, C, S, S) in one, (8 n, C, S, S)."""
    views: NDArray[np.float32] = orientations(batch).reshape(-1, *batch.shape[1:])
    return views


def _network_tensors(tensors: Mapping[str, NDArray[Any]]) -> dict[str, Tensor]:
    """Return the network's tensors by their names in it; there must be no others."""
    if others := [name for name in tensors if not name.startswith(_NETWORK)]:
        raise ValueError(f"the tensor {others[0]!r} belongs to no network")
    return {name.removeprefix(_NETWORK): torch.from_numpy(a) for name, a in tensors.items()}
