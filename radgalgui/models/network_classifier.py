"""A network that answers with classes: encoders with linear heads, fine-tuned on labels."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from radgalgui.errors import UsageError, WeightsError
from radgalgui.models.batches import Images, batches, check_shape
from radgalgui.models.encoder import in_all_orientations
from radgalgui.models.network import Network
from radgalgui.models.registry import build_with
from radgalgui.models.weights import load_weights, sha256
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["ClassifyingNetwork", "NetworkClassifier", "pack_members", "softmax"]

_MEMBER: Final = "member"
_NETWORK, _HEAD = "network.", "head."
_WEIGHT, _BIAS = "head.weight", "head.bias"


class ClassifyingNetwork(nn.Module):
    """A network with a linear head: images (N, C, S, S) to logits (N, K).

    Parameters
    ----------
    network : Network
        Makes the vectors.
    classes : int
        K, at least 2.
    dropout : float
        Share of a vector's components that are left out by chance while it is trained.
    """

    def __init__(self, network: Network, classes: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.network = network
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(network.dimension, classes)
        # An untaught head has no opinion, so that its first steps do not shake a taught network.
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits (N, K) of images (N, C, S, S)."""
        logits: Tensor = self.head(self.dropout(self.network(images)))
        return logits


class NetworkClassifier:
    """One or more networks with heads, and how sure their answers are.

    The logits are the mean over the eight rotations by quarter turns and mirror images and
    over the members (the geometric mean of their probabilities), so that a source and the
    same source turned by 90 degrees get one answer.  Divided by a temperature they become
    probabilities; it was fitted to sources that the networks had not seen, and changes no order.

    Parameters
    ----------
    members : sequence of ClassifyingNetwork
        At least one.
    card : mapping
        The card of the weights file, with ``classes``, ``temperature`` and ``label_set``.
    sha256 : str, optional
        The hash of the weights file.

    Attributes
    ----------
    label_set : str
        What the classes are called after, such as ``mirabest``.
    classes : tuple of str
        Sorted as text, as scikit-learn sorts them; the columns of the probabilities.
    temperature : float
        What logits are divided by.
    preprocessing : `radgalgui.sky.preprocess.Preprocessing`
        How images are made ready.
    card, sha256
        As given.

    References
    ----------
    Guo, Pleiss, Sun & Weinberger 2017, "On calibration of modern neural networks",
    arXiv 1706.04599.
    """

    def __init__(
        self,
        members: Sequence[ClassifyingNetwork],
        *,
        card: Mapping[str, Any],
        sha256: str = "",
    ) -> None:
        self.label_set = str(card["label_set"])
        self.classes = _classes(card["classes"])
        self.temperature = float(card["temperature"])
        self.preprocessing = Preprocessing.from_dict(card["preprocessing"])
        self.card = dict(card)
        self.sha256 = sha256
        self._members = [m.eval().to(memory_format=torch.channels_last) for m in members]
        self._check()

    @classmethod
    def load(
        cls, path: str | os.PathLike[str], *, expected_sha256: str | None = None
    ) -> NetworkClassifier:
        """Read a classifier from a weights file.

        Raises
        ------
        WeightsError
            If the file is missing or damaged, has another hash than expected, is an encoder's,
            or its tensors do not fit the networks and classes that its card names.
        """
        tensors, card = load_weights(path, expected_sha256=expected_sha256)
        if missing := {"classes", "temperature", "label_set"} - card.keys():
            raise WeightsError(
                f"is no classifier: its card lacks {min(missing)!r}",
                subject=path,
                remedy="use a file of the folder classifiers, or train one with labels",
            )
        try:
            return cls(_members(tensors, card), card=card, sha256=sha256(path))
        except (KeyError, RuntimeError, TypeError, ValueError, UsageError, WeightsError) as error:
            raise WeightsError(
                f"its tensors do not fit the classifier that its card names ({str(error)[:200]})",
                subject=path,
                remedy="fetch or train the weights again",
            ) from error

    def probabilities(
        self,
        images: Images,
        *,
        batch_size: int = 256,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> NDArray[np.float64]:
        """Return the class probabilities of images.

        Parameters
        ----------
        images : Images, shape (N, C, S, S)
            In [0, 1], as `preprocessing` makes them; may be a memory map, or the images of a
            catalogue: a batch is read while the networks are busy with the one before.
        batch_size : int
            Views at a time; eight are one image.
        progress : Progress
            Called after each batch.
        cancel : CancelToken, optional
            Looked at before each batch.

        Returns
        -------
        ndarray, shape (N, K), float64
            Rows add up to 1; an image without emission gets an answer like any other.

        Raises
        ------
        UsageError
            If the images have not the shape that the classifier takes.
        ImageError
            If a value is NaN or infinite.
        Cancelled
            If the token is raised.
        """
        logits = self.logits(images, batch_size=batch_size, progress=progress, cancel=cancel)
        return softmax(logits / self.temperature)

    def logits(
        self,
        images: Images,
        *,
        batch_size: int = 256,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> NDArray[np.float64]:
        """Return the mean logits (N, K) over orientations and members; see `probabilities`."""
        taker = f"the classifier of {self.label_set!r}"
        check_shape(images.shape, self.preprocessing, taker=taker)
        logits = np.empty((len(images), len(self.classes)))
        done, step = 0, max(1, batch_size // 8)
        with closing(batches(images, size=step, prepare=in_all_orientations)) as coming:
            while done < len(images):
                if cancel is not None:
                    cancel.check()
                found = self._mean_logits(next(coming))
                logits[done : done + len(found)] = found
                done += len(found)
                progress(done, len(images), "classifying images")
        return logits

    def _mean_logits(self, views: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the logits (n, K) of a batch that holds each image in eight orientations."""
        with torch.inference_mode():
            images = torch.from_numpy(np.ascontiguousarray(views))
            images = images.contiguous(memory_format=torch.channels_last)
            answers = torch.stack([member(images).double() for member in self._members])
            split = answers.view(len(self._members), 8, -1, len(self.classes))
            mean: NDArray[np.float64] = split.mean(dim=(0, 1)).numpy()
        return mean

    def _check(self) -> None:
        if not self._members:
            raise ValueError("there is no network")
        for member in self._members:
            wanted = (self.preprocessing.channels, len(self.classes))
            if (member.network.channels, member.head.out_features) != wanted:
                raise ValueError("the networks, the bands and the classes differ in number")
        if not (np.isfinite(self.temperature) and self.temperature > 0):
            raise ValueError(f"a temperature is above 0, not {self.temperature}")


def pack_members(members: Sequence[ClassifyingNetwork]) -> dict[str, NDArray[Any]]:
    """Return the tensors of a classifier as `radgalgui.models.weights.save_weights` takes them."""
    return {
        f"{_MEMBER}.{number}.{name}": tensor.detach().cpu().contiguous().numpy()
        for number, member in enumerate(members)
        for name, tensor in member.state_dict().items()
    }


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return probabilities (N, K) from logits (N, K), however large they are."""
    values = np.asarray(logits, dtype=np.float64)
    powers = np.exp(values - values.max(axis=-1, keepdims=True, initial=-np.inf))
    chances: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return chances


def _members(
    tensors: Mapping[str, NDArray[Any]], card: Mapping[str, Any]
) -> list[ClassifyingNetwork]:
    """Build the networks that the tensors belong to."""
    states: dict[int, dict[str, Tensor]] = {}
    for key, array in tensors.items():
        word, number, name = key.split(".", 2)
        if word != _MEMBER or not number.isdecimal():
            raise KeyError(f"unexpected tensor {key!r}")
        states.setdefault(int(number), {})[name] = torch.from_numpy(array)
    if sorted(states) != list(range(len(states))):
        raise ValueError("the members are not numbered from 0 on")
    return [_member(states[place], card) for place in range(len(states))]


def _member(state: dict[str, Tensor], card: Mapping[str, Any]) -> ClassifyingNetwork:
    """Build a network and its head around their tensors."""
    below = {
        name.removeprefix(_NETWORK): tensor
        for name, tensor in state.items()
        if name.startswith(_NETWORK)
    }
    network = build_with(card["architecture"], below)
    wanted = {_WEIGHT: (len(_classes(card["classes"])), network.dimension), _BIAS: None}
    head = {name: tensor for name, tensor in state.items() if not name.startswith(_NETWORK)}
    if head.keys() != wanted.keys() or tuple(head[_WEIGHT].shape) != wanted[_WEIGHT]:
        raise ValueError("the head, the network and the classes differ in number")
    if card["dimension"] != network.dimension:
        raise ValueError("the card and the network differ in width")
    member = ClassifyingNetwork(network, len(_classes(card["classes"])))
    member.head.load_state_dict({name.removeprefix(_HEAD): tensor for name, tensor in head.items()})
    return member


def _classes(names: Any) -> tuple[str, ...]:
    if not isinstance(names, list | tuple) or not all(isinstance(n, str) for n in names):
        raise ValueError("classes are a list of names")
    if len(names) < 2 or list(names) != sorted(set(names)):
        raise ValueError("classes are at least two names, each once, in alphabetical order")
    return tuple(names)
