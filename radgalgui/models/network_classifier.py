"""A network that answers with classes: encoders with linear heads, fine-tuned on labels."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
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
_SEEN: Final = "member_preprocessing"
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
    Members may see different fields of view: what one cannot tell of a source that leaves a
    narrow field, another tells from a wide one.

    Parameters
    ----------
    members : sequence of ClassifyingNetwork
        At least one.
    card : mapping
        The card of the weights file, with ``classes``, ``temperature`` and ``label_set``; and
        with ``member_preprocessing``, one a member, where they do not all see alike.
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
    members : tuple of ClassifyingNetwork
        As given, ready to answer.
    sights : tuple of `radgalgui.sky.preprocess.Preprocessing`
        The ways in which an image is made ready, each once; a single one for most.
    sight_of : tuple of int
        For each member, the place among ``sights`` of its own.
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
        self.card = dict(card)
        self.sha256 = sha256
        self.members = tuple(m.eval().to(memory_format=torch.channels_last) for m in members)
        seen = _seen_by(card, len(members))
        self.sights = tuple(dict.fromkeys(seen))
        self.sight_of = tuple(self.sights.index(sight) for sight in seen)
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
        *images: Images,
        batch_size: int = 256,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> NDArray[np.float64]:
        """Return the class probabilities of images.

        Parameters
        ----------
        *images : Images, shape (N, C, S, S)
            The same sources in each of the `sights`, in [0, 1]; may be memory maps, or the
            images of a catalogue: a batch is read while the networks are busy with the one
            before.
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
            If the images have not the shapes that the classifier takes, or differ in number.
        ImageError
            If a value is NaN or infinite.
        Cancelled
            If the token is raised.
        """
        logits = self.logits(*images, batch_size=batch_size, progress=progress, cancel=cancel)
        return softmax(logits / self.temperature)

    def logits(
        self,
        *images: Images,
        batch_size: int = 256,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> NDArray[np.float64]:
        """Return the mean logits (N, K) over orientations and members; see `probabilities`."""
        count = self._count(images)
        logits = np.empty((count, len(self.classes)))
        done, step = 0, max(1, batch_size // 8)
        with ExitStack() as stack:
            coming = [
                stack.enter_context(closing(batches(i, size=step, prepare=in_all_orientations)))
                for i in images
            ]
            while done < count:
                if cancel is not None:
                    cancel.check()
                found = self._mean_logits([next(views) for views in coming])
                logits[done : done + len(found)] = found
                done += len(found)
                progress(done, count, "classifying images")
        return logits

    def _count(self, images: Sequence[Images]) -> int:
        """Return how many sources there are, of which all images must show the same."""
        taker = f"the classifier of {self.label_set!r}"
        if len(images) != len(self.sights):
            raise UsageError(
                f"{taker} takes {len(self.sights)} views of each source, not {len(images)}"
            )
        for view, sight in zip(images, self.sights, strict=True):
            check_shape(view.shape, sight, taker=taker)
        if len({len(view) for view in images}) > 1:
            raise UsageError(f"{taker} takes as many images in each of its views")
        return len(images[0])

    def _mean_logits(self, batch: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
        """Return the logits (n, K) of a batch: each sight's images, in eight orientations."""
        with torch.inference_mode():
            seen = [
                torch.from_numpy(np.ascontiguousarray(views)).contiguous(
                    memory_format=torch.channels_last
                )
                for views in batch
            ]
            answers = torch.stack(
                [
                    member(seen[place]).double()
                    for member, place in zip(self.members, self.sight_of, strict=True)
                ]
            )
            split = answers.view(len(self.members), 8, -1, len(self.classes))
            mean: NDArray[np.float64] = split.mean(dim=(0, 1)).numpy()
        return mean

    def _check(self) -> None:
        if not self.members:
            raise ValueError("there is no network")
        for member, place in zip(self.members, self.sight_of, strict=True):
            wanted = (self.sights[place].channels, len(self.classes))
            if (member.network.channels, member.head.out_features) != wanted:
                raise ValueError("the networks, the bands and the classes differ in number")
        if not (np.isfinite(self.temperature) and self.temperature > 0):
            raise ValueError(f"a temperature is above 0, not {self.temperature}")


def _seen_by(card: Mapping[str, Any], members: int) -> list[Preprocessing]:
    """Return how each member sees, as the card tells."""
    told = card.get(_SEEN)
    if told is None:
        return [Preprocessing.from_dict(card["preprocessing"])] * members
    if not isinstance(told, list) or len(told) != members:
        raise ValueError(f"{_SEEN} has not one entry for each of {members} networks")
    return [Preprocessing.from_dict(each) for each in told]


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
