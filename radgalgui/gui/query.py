"""One question to the engine, and what is known of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.jobs.events import (
    Classes,
    Event,
    Likelihood,
    NeighbourRow,
    NoteText,
    Picture,
    Reconstruction,
    Seen,
)

__all__ = ["KEPT", "Query", "State", "no_vector"]


#: Events that a query keeps as they are, and where.
KEPT: dict[type[Event], str] = {
    Seen: "seen",
    Classes: "classes",
    Reconstruction: "reconstruction",
    Likelihood: "likelihood",
}


class State(Enum):
    """Where a query stands."""

    WAITING = auto()
    WORKING = auto()
    ANSWERED = auto()
    REFUSED = auto()


def no_vector() -> NDArray[np.float32]:
    """Return the vector of a query that the encoder has not seen: it has no numbers."""
    return np.empty(0, dtype=np.float32)


@dataclass
class Query:
    """One question: a file, or a source of the catalogue, and what is known of it so far."""

    job: str
    name: str
    path: Path | None = None
    index: int | None = None
    ignore_orientation: bool = False
    state: State = State.WAITING
    repeated: bool = False
    picture: Picture | None = None
    seen: Seen | None = None
    place: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    vector: NDArray[np.float32] = field(default_factory=no_vector, compare=False, repr=False)
    rows: list[NeighbourRow] = field(default_factory=list)
    classes: Classes | None = None
    reconstruction: Reconstruction | None = None
    likelihood: Likelihood | None = None
    asked_before: bool = False
    message: str = ""
    seconds: float = 0.0
    position: tuple[float, float] | None = None  # ICRS degrees, of one source in a large image

    @property
    def notes(self) -> list[NoteText]:
        """The warnings known so far, in words."""
        if self.seen is not None:
            return self.seen.notes
        return self.picture.notes if self.picture is not None else []

    @property
    def reason(self) -> str:
        """Why it was refused, without the path that the message begins with."""
        for subject in (str(self.path), self.path.name if self.path is not None else ""):
            if self.path is not None and self.message.startswith(f"{subject}: "):
                return self.message[len(subject) + 2 :]
        return self.message

    @property
    def complaint(self) -> str:
        """What is said of a refused query while another is shown."""
        return f"{self.name}: {self.reason}"

    @property
    def options(self) -> dict[str, Any]:
        """How the engine is asked about its file."""
        return {"ignore_orientation": self.ignore_orientation, "position": self.position}

    @property
    def open(self) -> bool:
        """Whether an answer is still to come."""
        return self.state in (State.WAITING, State.WORKING)

    def forget_answer(self) -> None:
        """Become unasked again, as before the engine saw it."""
        self.state = State.WAITING
        self.picture = self.seen = self.reconstruction = self.likelihood = None
        self.place, self.rows, self.classes, self.message = {}, [], None, ""
        self.vector = no_vector()
