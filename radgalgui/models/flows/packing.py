"""Flows as plain arrays: no pickle, no masked-out weights, half precision where nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from radgalgui.errors import UsageError, WeightsError
from radgalgui.models.flows.base import Mixture
from radgalgui.models.flows.engines import Flow, Shape, make_flow, masked_weights
from radgalgui.models.flows.whitening import Whitening

__all__ = ["halved", "packed", "unpacked"]

Kept = TypeVar("Kept")


def halved(network: nn.Module) -> None:
    """Round the numbers of a flow or a mixture to half precision, in which they are kept."""
    with torch.no_grad():
        for values in [*network.parameters(), *_numbers(network)]:
            rounded = values.half().float()
            values.copy_(torch.where(rounded.isfinite(), rounded, values))


def packed(whitening: Whitening, flow: Flow, base: Mixture) -> dict[str, NDArray[Any]]:
    """Return the arrays of one member of an ensemble, by names."""
    arrays: dict[str, NDArray[Any]] = {"mean": whitening.mean, "scales": whitening.scales}
    if whitening.axes is not None:
        arrays["axes"] = whitening.axes
    arrays["base.log_weights"] = base.log_weights.cpu().numpy()
    arrays["base.means"] = _smallest(base.means.cpu().numpy())
    upper = torch.triu(torch.ones_like(base.factors[0], dtype=torch.bool))
    arrays["base.factors"] = _smallest(base.factors[:, upper].cpu().numpy())
    masks = masked_weights(flow)
    for name, values in flow.named_parameters():
        used = values.detach().cpu()
        if name in masks:
            used = used[masks[name].cpu()]
        arrays[f"flow.{name}"] = _smallest(used.numpy())
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}


def unpacked(
    arrays: Mapping[str, NDArray[Any]],
    card: Mapping[str, Any],
    member: Callable[[Whitening, Flow, Mixture, float], Kept],
) -> tuple[list[Kept], Shape]:
    """Return the members of an ensemble and their shape.

    Raises
    ------
    WeightsError
        If something is missing, has another shape or is not finite.
    """
    try:
        numbers = (int(card[key]) for key in ("dimension", "blocks", "hidden", "components"))
        shape = Shape(str(card["engine"]), *numbers)
        limits = [float(limit) for limit in card["limits"]]
    except (KeyError, TypeError, ValueError, UsageError) as error:
        raise WeightsError(
            f"the card of a flow is not what it should be ({error})", remedy="fit it again"
        ) from error
    if not limits or not all(np.isfinite(limits)):
        raise WeightsError("the card of a flow names no members", remedy="fit it again")
    members = []
    for number, limit in enumerate(limits):
        reader = _Reader(arrays, f"{number}.")
        parts = (_whitening(reader, shape), _flow(reader, shape), _base(reader, shape))
        members.append(member(*parts, limit))
    return members, shape


class _Reader:
    """Takes arrays of one member by name, checked."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], prefix: str) -> None:
        self._arrays, self._prefix = arrays, prefix

    def __contains__(self, name: str) -> bool:
        return f"{self._prefix}{name}" in self._arrays

    def take(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Return a finite array of a shape, as float32."""
        full = f"{self._prefix}{name}"
        if full not in self._arrays:
            raise WeightsError(f"the flow lacks {full!r}", remedy="fit it again")
        found = np.asarray(self._arrays[full])
        if found.shape != shape or not np.issubdtype(found.dtype, np.floating):
            raise WeightsError(
                f"{full!r} of the flow is {found.dtype} of the shape {found.shape}, not {shape}",
                remedy="fit it again",
            )
        if not np.isfinite(found).all():
            raise WeightsError(f"{full!r} of the flow is not finite", remedy="fit it again")
        return found.astype(np.float32)


def _whitening(reader: _Reader, shape: Shape) -> Whitening:
    size = shape.dimension
    axes = reader.take("axes", (size, size)) if "axes" in reader else None
    whitening = Whitening(reader.take("mean", (size,)), axes, reader.take("scales", (size,)))
    if not (whitening.scales > 0).all():
        raise WeightsError("the flow has a scale that is not above 0", remedy="fit it again")
    return whitening


def _flow(reader: _Reader, shape: Shape) -> Flow:
    flow = make_flow(shape)
    masks = masked_weights(flow)
    with torch.no_grad():
        for name, values in flow.named_parameters():
            if name in masks:
                mask = masks[name]
                used = reader.take(f"flow.{name}", (int(mask.sum()),))
                values.zero_()
                values[mask] = torch.from_numpy(used)
            else:
                values.copy_(torch.from_numpy(reader.take(f"flow.{name}", tuple(values.shape))))
    return flow


def _base(reader: _Reader, shape: Shape) -> Mixture:
    count, size = shape.components, shape.dimension
    base = Mixture(count, size)
    upper = torch.triu(torch.ones(size, size, dtype=torch.bool))
    base.log_weights.copy_(torch.from_numpy(reader.take("base.log_weights", (count,))))
    base.means.copy_(torch.from_numpy(reader.take("base.means", (count, size))))
    used = reader.take("base.factors", (count, size * (size + 1) // 2))
    base.factors.zero_()
    base.factors[:, upper] = torch.from_numpy(used)
    if not (torch.diagonal(base.factors, dim1=1, dim2=2) > 0).all():
        raise WeightsError("the flow has a Gaussian without a width", remedy="fit it again")
    return base


def _numbers(network: nn.Module) -> list[torch.Tensor]:
    """Return what a mixture is made of, save its weights; flows keep only masks so."""
    return [network.means, network.factors] if isinstance(network, Mixture) else []


def _smallest(array: NDArray[np.float32]) -> NDArray[Any]:
    """Return float16 where it holds the same numbers."""
    with np.errstate(over="ignore"):
        half = array.astype(np.float16)
    return half if np.array_equal(half.astype(np.float32), array) else array
