"""Networks by name, so that a weights file can say which one it is for."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from radgalgui.errors import WeightsError
from radgalgui.models import networks
from radgalgui.models.network import Network

__all__ = ["build", "names"]


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
    except (TypeError, ValueError) as error:
        raise WeightsError(f"the network {name!r} cannot be built: {error}") from error
    return network
