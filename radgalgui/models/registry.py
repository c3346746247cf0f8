"""Networks by name, so that a weights file can say which one it is for."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from radgalgui.errors import WeightsError
from radgalgui.models import networks
from radgalgui.models.network import Network

__all__ = ["build", "build_with", "names"]

_FILLS: Final = frozenset({"fill_", "normal_", "uniform_", "zero_"})


def names() -> list[str]:
    """Return the names of all networks: the modules of `radgalgui.models.networks`."""
    return sorted(module.name for module in pkgutil.iter_modules(networks.__path__))


def build(architecture: Mapping[str, Any]) -> Network:
    """Return an untrained network.

    Parameters
    ----------
    architecture : mapping
        ``name``, one of `names`, and that network's own options, as weights files and
        recipes hold them.

    Raises
    ------
    WeightsError
        If the name or an option is unknown, or an option's value is not admitted.
    """
    options = dict(architecture)
    name = options.pop("name", None)
    if name not in names():
        raise WeightsError(
            f"unknown network {name!r}",
            remedy=f"use one of {', '.join(names())}, or update RadGalGUI",
        )
    module = import_module(f"{networks.__name__}.{name}")
    try:
        network: Network = module.build(**options)
    except (TypeError, ValueError, OverflowError, RuntimeError, MemoryError) as error:
        raise WeightsError(f"the network {name!r} cannot be built: {error}") from error
    return network


def build_with(architecture: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Network:
    """Return a network that holds the given tensors.

    Nothing is allocated: the network is laid out without memory, compared with the tensors,
    and takes them as they are.  A card that names a network of absurd size is refused at once,
    and no time is lost on random weights.

    Parameters
    ----------
    architecture : mapping
        As for `build`.
    tensors : mapping of str to Tensor
        By the names in the network's ``state_dict``.

    Raises
    ------
    WeightsError
        As for `build`, and if a tensor is missing, is one too many, or has another shape
        or kind of number.
    """
    with torch.device("meta"), _Unfilled():
        network = build(architecture)
    wanted = network.state_dict()
    if missing := wanted.keys() - tensors.keys():
        raise WeightsError(f"the tensor {min(missing)!r} is missing")
    if unknown := tensors.keys() - wanted.keys():
        raise WeightsError(f"the tensor {min(unknown)!r} belongs to no part of its network")
    # A single number comes back from a file as an array of one.
    state = {
        n: t.reshape(()) if t.shape == (1,) and not wanted[n].ndim else t
        for n, t in tensors.items()
    }
    for name, tensor in wanted.items():
        _check_tensor(name, state[name], tensor)
    network.load_state_dict(state, assign=True)
    return network


def _check_tensor(name: str, found: Tensor, wanted: Tensor) -> None:
    if found.shape != wanted.shape:
        raise WeightsError(
            f"the tensor {name!r} has the shape {tuple(found.shape)}, its network wants "
            f"{tuple(wanted.shape)}"
        )
    if found.dtype != wanted.dtype:
        raise WeightsError(
            f"the tensor {name!r} holds {found.dtype}, its network wants {wanted.dtype}"
        )


class _Unfilled(TorchFunctionMode):
    """Leaves tensors unfilled: without memory there is nothing to fill, and torch imports sympy."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        options = kwargs or {}
        if getattr(func, "__name__", "") in _FILLS:
            return args[0] if args else options["tensor"]
        return func(*args, **options)
