"""Events that tell how likely sources are; ask for them from `radgalgui.jobs.events`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from radgalgui.jobs.event import Event, NoteText

__all__ = ["Compared", "Likelihood", "OpinionRow", "ScoredSet"]


class OpinionRow(TypedDict):
    """What one method says: a percentile among the catalogue's own sources, None if unknown."""

    method: str
    percentile: float | None


@dataclass(frozen=True)
class Likelihood(Event):
    """How likely the galaxy asked about is among the sources of the open catalogue.

    ``log_likelihood`` is in nats, in the space of the encoder's vectors.  Percentiles are per
    cent of the catalogue's ``sources`` own that are less likely (ties by half): at 0 none is
    stranger, at 50 the galaxy is ordinary.  ``percentile`` is that of the log-likelihood;
    ``opinions`` those of all methods, in the order of
    `radgalgui.jobs.likelihood.methods.METHODS` (the log-likelihood is the first);
    ``combined`` that of all together.  ``outside``: outside the central 99.9 % of the
    catalogue's own log-likelihoods, at either end.  Numbers are None where they could not be
    told, and ``notes`` say why: all are where a note has the code "refused".
    """

    encoder: str
    sources: int
    log_likelihood: float | None
    percentile: float | None
    opinions: list[OpinionRow]
    combined: float | None
    outside: bool
    notes: list[NoteText] = field(default_factory=list)


@dataclass(frozen=True)
class ScoredSet(Event):
    """Some galaxies of a set, judged by the open catalogue: ``first`` to ``first + n - 1``.

    ``name`` is what was asked for, ``title`` what users call it, ``total`` how many galaxies the
    set has.  ``scores`` (n, 5) have the methods in the order of
    `radgalgui.jobs.likelihood.methods.METHODS`, ``percentiles`` (n, 6) these and then that of
    all together; NaN where a method has no say.  ``names`` (n) are the galaxies' names ("" for
    drawn ones and where names are not known), ``labels`` (n) their classes ("" where unknown),
    ``words`` (n) what there is to be said of each; the last is empty but for controls, each of
    which has a sentence.  ``images`` (n, C, S, S) are what the encoder saw, in [0, 1], of drawn
    galaxies and controls; of others there are none, (0, 1, 1, 1).
    """

    name: str
    title: str
    encoder: str
    first: int
    total: int
    scores: NDArray[np.float32]
    percentiles: NDArray[np.float32]
    names: list[str]
    labels: list[str]
    words: list[str]
    images: NDArray[np.float32]
    notes: list[NoteText] = field(default_factory=list)

    @property
    def log_likelihood(self) -> NDArray[np.float32]:
        """The log-likelihoods (n,), nats."""
        return self.scores[:, 0]

    @property
    def percentile(self) -> NDArray[np.float32]:
        """The percentiles (n,) of the log-likelihoods."""
        return self.percentiles[:, 0]

    @property
    def combined(self) -> NDArray[np.float32]:
        """The percentiles (n,) of all methods together."""
        return self.percentiles[:, -1]


@dataclass(frozen=True)
class Compared(Event):
    """How the sources of a set, B, lie to those of the open catalogue, A.

    ``comparison`` is `radgalgui.jobs.likelihood.compare`'s result as JSON; ``log_likelihood``
    (n,) those of all sources of B, for a histogram beside A's own.
    """

    name: str
    comparison: dict[str, Any]
    log_likelihood: NDArray[np.float32]
