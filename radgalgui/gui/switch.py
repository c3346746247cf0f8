"""Another encoder on its way: what must be there before the window changes to it."""

from __future__ import annotations

from dataclasses import dataclass

from radgalgui.gui.sources import Sources
from radgalgui.jobs.events import Ready

__all__ = ["Switch"]


@dataclass(eq=False)
class Switch:
    """Its maps, read beside, and the engine's word that it is loaded; None while awaited."""

    encoder: str
    sources: Sources | None = None
    ready: Ready | None = None
