"""An encoder: a trained network, how images are made ready for it, and the vectors it makes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from radgalgui.errors import ImageError, UsageError, WeightsError
from radgalgui.models.network import Network
from radgalgui.models.registry import build
from radgalgui.models.weights import load_weights, sha256
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["CENTRE", "WHITENING", "Encoder", "orientations", "pack"]

CENTRE: Final = "centre"
WHITENING: Final = "whitening"
_NETWORK: Final = "network."


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

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, expected_sha256: str | None = None) -> Encoder:
        """Read an encoder from a weights file.

        Raises
        ------
        WeightsError
            If the file is missing or damaged, has another hash than expected, or its tensors
            do not fit the network that its card names.
        """
        tensors, card = load_weights(path, expected_sha256=expected_sha256)
        try:
            network = build(card["architecture"])
            centre, whitening = tensors.pop(CENTRE), tensors.pop(WHITENING, None)
            state = {_without_prefix(k): torch.from_numpy(v) for k, v in tensors.items()}
            network.load_state_dict(state)
            if centre.shape != (network.dimension,) or card["dimension"] != network.dimension:
                raise ValueError("the card, the centre and the network differ in width")
            if whitening is not None and whitening.shape != 2 * centre.shape:
                raise ValueError("the whitening is of another width")
            return cls(network, centre=centre, whitening=whitening, card=card, sha256=sha256(path))
        except (KeyError, RuntimeError, TypeError, ValueError, UsageError) as error:
            raise WeightsError(
                f"its tensors do not fit the network that its card names ({str(error)[:200]})",
                subject=path,
                remedy="fetch or train the weights again",
            ) from error

    def embed(
        self,
        images: NDArray[np.floating],
        *,
        ignore_orientation: bool = False,
        batch_size: int = 256,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> NDArray[np.float32]:
        """Return the vectors of images.

        Parameters
        ----------
        images : ndarray, shape (N, C, S, S)
            What the encoder sees, in [0, 1]: `radgalgui.sky.image.Cutout.seen`.  May be a
            memory map; it is read a batch at a time.
        ignore_orientation : bool
            Give the mean vector over the eight rotations and mirror images, so that a source
            and the same source turned by 90 degrees have one vector.
        batch_size : int
            Images at a time.
        progress : Progress
            Called after each batch.
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
        self._check_shape(images.shape)
        vectors = np.empty((len(images), self.dimension), dtype=np.float32)
        step = max(1, batch_size // 8) if ignore_orientation else batch_size
        for start in range(0, len(images), step):
            if cancel is not None:
                cancel.check()
            batch = np.asarray(images[start : start + step], dtype=np.float32)
            vectors[start : start + len(batch)] = self._vectors(batch, ignore_orientation)
            progress(start + len(batch), len(images), "embedding images")
        return vectors

    def _vectors(self, batch: NDArray[np.float32], ignore_orientation: bool) -> NDArray[np.float32]:
        if not np.isfinite(batch).all():
            raise ImageError(
                "an image holds NaN or infinite values", remedy="prepare it with Preprocessing.see"
            )
        with torch.inference_mode():
            if ignore_orientation:
                # All eight in one pass: for a single query that takes half the time.
                views = orientations(batch).reshape(-1, *batch.shape[1:])
                vectors = self._forward(views).view(8, len(batch), -1).mean(dim=0)
            else:
                vectors = self._forward(batch)
            result: NDArray[np.float32] = ((vectors - self._centre) @ self._whitening).numpy()
            return result

    def _forward(self, batch: NDArray[np.float32]) -> Tensor:
        images = torch.from_numpy(np.ascontiguousarray(batch))
        vectors: Tensor = self._network(images.contiguous(memory_format=torch.channels_last))
        return vectors

    def _check_shape(self, shape: tuple[int, ...]) -> None:
        wanted = (
            self.preprocessing.channels,
            self.preprocessing.size,
            self.preprocessing.size,
        )
        if len(shape) != 4 or shape[1:] != wanted:
            raise UsageError(
                f"the encoder {self.name!r} takes images of shape (N, "
                f"{', '.join(map(str, wanted))}), not {shape}"
            )


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


def _without_prefix(name: str) -> str:
    if not name.startswith(_NETWORK):
        raise KeyError(f"unexpected tensor {name!r}")
    return name.removeprefix(_NETWORK)
