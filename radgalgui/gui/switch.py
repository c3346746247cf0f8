"""Another catalogue or encoder on its way: what must be there before the window changes to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from radgalgui.gui.names import encoder_title
from radgalgui.gui.sources import Sources
from radgalgui.jobs.events import Ready

__all__ = ["Switch"]


@dataclass(eq=False)
class Switch:
    """Its table and maps, read beside, and the engine's word that it is loaded.

    Parameters
    ----------
    path : Path
        The catalogue's folder.
    encoder : str
        The encoder; of another catalogue, the one wished for until it is known which it has.
    another : bool
        Whether another catalogue is opened, or the same anew, rather than seen by another encoder.
    obstacle : str
        Why its images cannot be compared, "" where they can; then no engine is waited for.
    sources, ready
        None while they are awaited.
    same_rows : bool
        Whether it has the sources that are open, in their order: vectors or maps are others.
    """

    path: Path
    encoder: str
    another: bool = False
    obstacle: str = ""
    sources: Sources | None = None
    ready: Ready | None = None
    same_rows: bool = False

    @property
    def complete(self) -> bool:
        """Whether the window can change to it."""
        return self.sources is not None and (self.ready is not None or bool(self.obstacle))

    @property
    def words(self) -> str:
        """What is being done, for the status line."""
        if self.another:
            return f"Opening {self.path.name}…"
        return f"Changing to {encoder_title(self.encoder)}…"
