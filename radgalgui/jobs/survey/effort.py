"""How long a build will take, by how many processes and in how much room, before it has begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from radgalgui.jobs.beside import processors
from radgalgui.jobs.survey.offers import EncoderOffer

if TYPE_CHECKING:
    from radgalgui.jobs.survey.plan import Plan

__all__ = ["Effort", "effort", "processes_for", "processes_for_files"]

# Measured on one core of a server of 2020 with FIRST fields of 300 x 300 pixels, in seconds.
_START: Final = 10.0  # until torch is there
_CUTTING: Final = 0.04  # a source, in one thread
_EMBEDDING: Final = 0.0014  # an image, ResNet-18 of half width
_DRAWING: Final = 2.3  # times as long: a network that draws, too
_LAYING: Final = 0.002  # a source, for index and UMAP map of one encoder
_COMPILING: Final = 10.0  # of UMAP, once
_ON_CARD: Final = 0.05  # of the time of a core
_MOST_THREADS: Final = 8  # beyond which small networks gain nothing
_FILES: Final = ("folder", "table")  # kinds of plan in which a row is a file; the rest share files
_FEW: Final = 512  # rows for which processes are not worth the second that they take to begin
_MOST_PROCESSES: Final = 8  # what more of them cut, networks on as many processors cannot use
# Bytes: a source has its pixels in 8 bits, its row of the table, and for each encoder a vector in
# 16 bits, which the index holds again in 32 with its links, and places on two maps.
_ROW: Final = 200
_LINKS: Final = 160


@dataclass(frozen=True)
class Effort:
    """What a build takes: ``seconds``, and ``size`` in bytes on disk."""

    seconds: float
    size: int


def effort(
    count: int,
    encoders: Sequence[EncoderOffer],
    *,
    device: str = "auto",
    threads: int | None = None,
    maps: bool = True,
    cutting: float = 0.0,
    cutters: int = 0,
) -> Effort:
    """Return about how much time and room a catalogue takes.

    Parameters
    ----------
    count : int
        Sources.
    encoders : sequence of EncoderOffer
        That embed them.
    device : str
        Where they run; all but "auto" and "cpu" are graphics cards.
    threads : int, optional
        Of the processor; all that this process may use by default.
    maps : bool
        Whether UMAP maps are laid out.
    cutting : float
        Seconds to cut one source out, where it was measured; else 0.
    cutters : int
        Processes that cut; see `processes_for`.
    """
    share = _ON_CARD if device not in ("auto", "cpu") else 1 / _threads(threads)
    each = sum(_EMBEDDING * (_DRAWING if offer.draws else 1.0) for offer in encoders)
    cutting = cutting or _CUTTING
    both = cutting / cutters + each * share if cutters else max(cutting, each * share)
    seconds = _START + count * both
    if maps and encoders:
        seconds += _COMPILING + count * _LAYING * len(encoders)
    eyes = next((offer.preprocessing for offer in encoders if offer.preprocessing), None)
    pixels = eyes.channels * eyes.size**2 if eyes is not None else 64**2
    vectors = sum(6 * offer.dimension + _LINKS + 16 for offer in encoders)
    # Twice the images and vectors: while the catalogue grows, beside it.
    return Effort(seconds, count * (2 * (pixels + vectors) + _ROW))


def processes_for(plan: Plan, count: int | None) -> int:
    """Return how many processes cut so many rows best; 0 for none, as where nobody knows."""
    if plan.kind not in _FILES or count is None:
        return 0
    return processes_for_files(count, few=_FEW)


def processes_for_files(count: int, *, few: int) -> int:
    """Return how many processes read and cut so many files best; 0 for none, as for a few."""
    if count < few:
        return 0
    found = min(processors(), _MOST_PROCESSES)  # none is spared: networks take far less of them
    return found if found > 1 else 0


def _threads(threads: int | None) -> int:
    return min(max(processors() if threads is None else threads, 1), _MOST_THREADS)
