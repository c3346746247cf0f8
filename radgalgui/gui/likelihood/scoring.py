"""Where it is asked how likely the galaxies of a set are, and what was told is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from radgalgui.gui.asking import Asking
from radgalgui.gui.engine_link import EngineLink
from radgalgui.jobs.events import Event, NoteText, ScoredSet

__all__ = ["Scored", "Scoring"]


@dataclass(frozen=True)
class Scored:
    """What is known of a set so far: the parts of `ScoredSet` in one piece, ``len()`` of them.

    ``scores`` (n, 5) and ``percentiles`` (n, 6), then names, labels and words (n); ``images``
    (n, C, S, S), or (0, 1, 1, 1) where none came along.  ``total`` is how many there will be.
    """

    name: str
    title: str
    encoder: str
    total: int
    scores: NDArray[np.float32] = field(repr=False)
    percentiles: NDArray[np.float32] = field(repr=False)
    names: list[str] = field(repr=False)
    labels: list[str] = field(repr=False)
    words: list[str] = field(repr=False)
    images: NDArray[np.float32] = field(repr=False)
    notes: list[NoteText] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.scores)

    @property
    def log_likelihood(self) -> NDArray[np.float32]:
        """The log-likelihoods, shape (n,), nats."""
        return self.scores[:, 0]

    @property
    def combined(self) -> NDArray[np.float32]:
        """The percentiles by all methods together, shape (n,)."""
        return self.percentiles[:, -1]

    def with_part(self, part: ScoredSet) -> Scored:
        """Return this with what was told next."""
        images = self.images
        if len(part.images):
            images = np.concatenate([images, part.images]) if len(images) else part.images
        return replace(
            self,
            total=part.total,
            scores=np.concatenate([self.scores, part.scores]),
            percentiles=np.concatenate([self.percentiles, part.percentiles]),
            names=[*self.names, *part.names],
            labels=[*self.labels, *part.labels],
            words=[*self.words, *part.words],
            images=images,
            notes=[*self.notes, *(note for note in part.notes if note not in self.notes)],
        )


def _begun(part: ScoredSet) -> Scored:
    parts = (part.scores, part.percentiles, part.names, part.labels, part.words, part.images)
    return Scored(part.name, part.title, part.encoder, part.total, *parts, list(part.notes))


class Scoring(Asking):
    """Asks of one set at a time.

    Attributes
    ----------
    told : Scored or None
        What is known, None before the first galaxies.
    """

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(link, parent)
        self._asked: tuple[str, dict[str, Any]] | None = None
        self.told: Scored | None = None

    @property
    def whole(self) -> bool:
        """Whether all of the set is known."""
        return self.told is not None and not self.open and len(self.told) >= self.told.total

    def ask(self, name: str, **options: Any) -> None:
        """Ask of a set: its name, or a catalogue's folder; options as `EngineLike.score_set`."""
        if (name, options) == self._asked and (self.open or self.whole):
            return
        self._asked = (name, options)
        self._begin()

    def forget(self) -> None:
        """Forget what was told: it was of another catalogue, or another encoder."""
        self._drop()
        self._asked, self.told = None, None
        self.changed.emit()

    def _send(self, job: str) -> None:
        assert self._asked is not None
        name, options = self._asked
        self.told = None
        self._link.score_set(job, name, **options)

    def _hear(self, event: Event) -> None:
        if isinstance(event, ScoredSet):
            self.told = _begun(event) if self.told is None else self.told.with_part(event)
