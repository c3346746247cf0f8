"""Masked autoregressive flows of two libraries behind one interface: denmarf's and zuko's."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final, cast

import torch
from torch import Tensor, nn

from radgalgui.errors import UsageError, WeightsError

__all__ = ["ENGINES", "Flow", "Shape", "make_flow", "masked_weights"]

_BOUND: Final = 4.0  # of a log scale in one block: e^4 = 55 times narrower or wider
_MISSING: Final = object()


@dataclass(frozen=True)
class Shape:
    """What a flow is built of.

    Parameters
    ----------
    engine : str
        A key of `ENGINES`.
    dimension : int
        Length of a vector, at least 2.
    blocks : int
        Masked networks, one after another, each seeing the components in the reverse order.
    hidden : int
        Width of the two hidden layers of each.
    components : int
        Gaussians of the mixture that the flow ends in.

    Raises
    ------
    UsageError
        If there is no such engine, or a number is too small.
    """

    engine: str
    dimension: int
    blocks: int
    hidden: int
    components: int = 1

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise UsageError(
                f"there is no flow engine {self.engine!r}", remedy=f"choose of {', '.join(ENGINES)}"
            )
        if self.dimension < 2 or min(self.blocks, self.hidden, self.components) < 1:
            raise UsageError(
                f"a flow cannot have {self.dimension} dimensions, {self.blocks} blocks, "
                f"{self.hidden} hidden units and {self.components} Gaussians"
            )

    def card(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


class Flow(nn.Module, ABC):
    """An invertible map of vectors, to ones that a mixture of Gaussians describes better.

    It starts as the identity, so that training begins at the mixture that was fitted before,
    and a flow that learns nothing is no worse than that.
    """

    @abstractmethod
    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Return the image of vectors (n, D), and log|det J| of each (n,)."""

    @abstractmethod
    def inverse(self, noise: Tensor) -> Tensor:
        """Return the vectors whose images are ``noise`` (n, D)."""


class DenmarfFlow(Flow):
    """denmarf's masked networks [1]_, without the batch normalisation between them.

    denmarf's statistics are those of the last batch (momentum 0), which makes a score depend
    on it; flows that start as the identity train as well without.

    References
    ----------
    .. [1] Papamakarios et al. 2017, arXiv:1705.07057; https://github.com/ricokaloklo/denmarf
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        made = _denmarf().MADE
        self.blocks = nn.ModuleList(
            made(shape.dimension, shape.hidden) for _ in range(shape.blocks)
        )
        for block in self.blocks:
            _clear(cast(Any, block).trunk[-1].linear)

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Return the image of vectors (n, D), and log|det J| of each (n,)."""
        total = torch.zeros_like(vectors[:, 0])
        for block in self.blocks:
            shift, log_scale = _affine(block, vectors)
            vectors = ((vectors - shift) * torch.exp(-log_scale)).flip(1)
            total = total - log_scale.sum(1)
        return self._ordered(vectors), total

    def inverse(self, noise: Tensor) -> Tensor:
        """Return the vectors whose images are ``noise`` (n, D); one pass for each component."""
        noise = self._ordered(noise)
        for block in reversed(self.blocks):
            noise = noise.flip(1)
            vectors = torch.zeros_like(noise)
            for column in range(noise.shape[1]):
                shift, log_scale = _affine(block, vectors)
                known = noise[:, column] * torch.exp(log_scale[:, column]) + shift[:, column]
                vectors[:, column] = known
            noise = vectors
        return noise

    def _ordered(self, vectors: Tensor) -> Tensor:
        """Put components back in their order, which each block turns round."""
        return vectors.flip(1) if len(self.blocks) % 2 else vectors


def _affine(block: Any, vectors: Tensor) -> tuple[Tensor, Tensor]:
    """Return what a block of denmarf shifts and scales by.

    Its ``pre_exp_tanh`` would bound the log scale, but nothing reads it: the exponential of
    what a network says of a far-off vector then overflows.
    """
    shift, log_scale = block.trunk(block.joiner(vectors)).chunk(2, 1)
    return shift, _BOUND * torch.tanh(log_scale / _BOUND)


class ZukoFlow(Flow):
    """zuko's masked autoregressive flow, which bounds its scales itself.

    References
    ----------
    Rozet et al. 2022, https://github.com/probabilists/zuko
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        from zuko.flows import MAF  # type: ignore[import-untyped]  # half a second, for those who use it alone

        self.flow = MAF(
            shape.dimension, transforms=shape.blocks, hidden_features=(shape.hidden, shape.hidden)
        )
        for block in self.flow.transform.transforms:
            _clear(block.hyper[-1])

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Return the image of vectors (n, D), and log|det J| of each (n,)."""
        image, log_scale = self.flow().transform.call_and_ladj(vectors)
        return image, log_scale

    def inverse(self, noise: Tensor) -> Tensor:
        """Return the vectors whose images are ``noise`` (n, D); one pass for each component."""
        vectors: Tensor = self.flow().transform.inv(noise)
        return vectors


ENGINES: Final[dict[str, type[DenmarfFlow] | type[ZukoFlow]]] = {
    "denmarf": DenmarfFlow,
    "zuko": ZukoFlow,
}
"""The libraries whose flows there are, the default first."""


def make_flow(shape: Shape, *, seed: int = 0) -> Flow:
    """Return a new flow; the same for the same seed, whatever was drawn before."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return ENGINES[shape.engine](shape)


def masked_weights(flow: Flow) -> dict[str, Tensor]:
    """Return which entries of a weight are used (bool), by the weight's name in the state.

    Half of them are not: a component may depend only on those before it.
    """
    return dict(_masked(flow))


def _masked(flow: Flow) -> Iterator[tuple[str, Tensor]]:
    for name, module in flow.named_modules():
        mask = getattr(module, "mask", None)
        if isinstance(mask, Tensor):  # denmarf keeps the weight one level lower
            inner = "linear.weight" if hasattr(module, "linear") else "weight"
            yield f"{name}.{inner}", mask.bool()


def _clear(layer: nn.Module) -> None:
    """Let a layer say nothing, until it is trained."""
    with torch.no_grad():
        for values in layer.parameters():
            values.zero_()


@cache
def _denmarf() -> ModuleType:
    """Return denmarf's module of flows alone.

    ``import denmarf`` sets torch's default type of numbers, and loads matplotlib and getdist,
    which takes three seconds; the module of flows needs neither.  It also puts a class into
    ``torch.nn``, which is taken out again.
    """
    found = find_spec("denmarf")  # finds the folder, and runs nothing in it
    folder = (
        found.submodule_search_locations[0] if found and found.submodule_search_locations else ""
    )
    spec = spec_from_file_location("_radgalgui_denmarf_flows", Path(folder) / "flows.py")
    if spec is None or spec.loader is None or not folder:
        raise WeightsError("denmarf is not installed", remedy="install RadGalGUI again")
    module = module_from_spec(spec)
    before = getattr(nn, "MaskedLinear", _MISSING)
    spec.loader.exec_module(module)
    module.nn = SimpleNamespace(**vars(nn))  # type: ignore[attr-defined]
    if before is _MISSING:
        del nn.MaskedLinear  # type: ignore[attr-defined]
    else:
        nn.MaskedLinear = before  # type: ignore[attr-defined]
    return module
