"""What the components of a generator's vector tell, as its weights file says or its prior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from radgalgui.errors import WeightsError
from radgalgui.models.generative.network import GenerativeNetwork

__all__ = ["ComponentTable", "component_table"]


@dataclass(frozen=True)
class ComponentTable:
    """What the components of the vector tell, all of shape (D,).

    Parameters
    ----------
    order : ndarray of int
        Their numbers, by falling ``kl``; in their own order where that is not known.
    kl : ndarray
        What each tells of a galaxy, nats; NaN where the weights file does not say.
    mean, spread : ndarray
        Mean and standard deviation over the training images; of the prior where that is all
        that is known.
    active : int
        How many vary with the galaxy; 0 where that is not known.
    """

    order: NDArray[np.int64]
    kl: NDArray[np.float32]
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    active: int


def component_table(network: GenerativeNetwork, card: Mapping[str, Any]) -> ComponentTable:
    """Return the table of a network's top latent.

    Parameters
    ----------
    network : GenerativeNetwork
        Whose prior is asked where the card tells nothing.
    card : mapping
        Of its weights file; ``latents`` holds what was measured over the training images.

    Raises
    ------
    WeightsError
        If the card tells of something that is not this network.
    """
    told = card.get("latents")
    return _by_prior(network) if told is None else _by_card(told, network.dimension)


def _by_prior(network: GenerativeNetwork) -> ComponentTable:
    ones = torch.ones(1, network.dimension, 1, 1)
    with torch.inference_mode():
        mean = network.descend(standardised=[0 * ones], mean=True).latents[0]
        above = network.descend(standardised=[ones], mean=True).latents[0]
    return ComponentTable(
        order=np.arange(network.dimension),
        kl=np.full(network.dimension, np.nan, dtype=np.float32),
        mean=mean.flatten().numpy(),
        spread=(above - mean).flatten().numpy(),
        active=0,
    )


def _by_card(told: Any, dimension: int) -> ComponentTable:
    try:
        kl, mean, spread = (
            np.asarray(told[f"component_{name}"], dtype=np.float32)
            for name in ("kl", "mean", "spread")
        )
        active = int(told["active"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise _unfit() from error
    for numbers in (kl, mean, spread):
        if numbers.shape != (dimension,) or not np.isfinite(numbers).all():
            raise _unfit()
    return ComponentTable(np.argsort(-kl, kind="stable"), kl, mean, spread, active)


def _unfit() -> WeightsError:
    return WeightsError(
        "what the card of the weights says of latents does not fit their network",
        remedy="fetch or train the weights again",
    )
