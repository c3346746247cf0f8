"""How flows are fitted: the bundled preset, chosen by measurement, and the published one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from radgalgui.errors import UsageError
from radgalgui.models.flows.engines import ENGINES, Shape

__all__ = ["PRESETS", "Preset", "find_preset"]


@dataclass(frozen=True)
class Preset:
    """How an ensemble of flows is fitted.

    Parameters
    ----------
    name : str
        What it is called.
    engine : str
        Of `radgalgui.models.flows.engines.ENGINES`.
    blocks, hidden : int
        Masked networks one after another, and the width of their two hidden layers.
    components : int
        Gaussians of the mixture that a flow ends in; it is fitted first, and stays as it is.
    members : int
        Flows, each fitted without another part of the sources, at least 2.
    preprocessing : str
        Of `radgalgui.models.flows.whitening.KINDS`.
    epochs : int
        Passes over the sources at most.
    batch : int
        Sources a step.
    learning_rate : float
        Of Adam.
    falling : bool
        Whether it falls to nothing along half a cosine, over all epochs.
    average : float
        Weights are averaged over about 1 / (1 - average) steps; 0 takes them as they are.
    patience : int
        Epochs without a better likelihood of held-out sources after which a member is finished.
    """

    name: str
    engine: str = "denmarf"
    blocks: int = 4
    hidden: int = 192
    components: int = 10
    members: int = 3
    preprocessing: str = "pca"
    epochs: int = 12
    batch: int = 256
    learning_rate: float = 2e-3
    falling: bool = True
    average: float = 0.995
    patience: int = 5

    def __post_init__(self) -> None:
        if self.members < 2:
            raise UsageError(
                f"the preset {self.name!r} has {self.members} member",
                remedy="take 2 or more: sources are scored by one that has not seen them",
            )

    def shape(self, dimension: int) -> Shape:
        """Return what its flows are built of, for vectors of a length."""
        return Shape(self.engine, dimension, self.blocks, self.hidden, self.components)

    def card(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


PRESETS: Final[dict[str, Preset]] = {
    "bundled": Preset("bundled"),
    # arXiv:2311.08331, section 5; two members, since own sources must be scored by others.
    "published": Preset(
        "published",
        blocks=48,
        hidden=512,
        components=1,
        members=2,
        epochs=600,
        learning_rate=5e-4,
        falling=False,
        average=0.0,
        patience=600,
    ),
}
"""The presets by name, the default first."""


def find_preset(name: str, *, engine: str | None = None) -> Preset:
    """Return a preset by name, with another engine where one is named.

    Raises
    ------
    UsageError
        If there is no such preset or engine.
    """
    if name not in PRESETS:
        raise UsageError(f"there is no preset {name!r}", remedy=f"choose of {', '.join(PRESETS)}")
    if engine is not None and engine not in ENGINES:
        raise UsageError(
            f"there is no flow engine {engine!r}", remedy=f"choose of {', '.join(ENGINES)}"
        )
    return PRESETS[name] if engine is None else replace(PRESETS[name], engine=engine)
