"""The sets of galaxies that can be laid beside the catalogue, and what is known of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

import radgalgui_resources
from radgalgui.gui.colours import OKABE_ITO
from radgalgui.gui.engine_link import EngineLink
from radgalgui.gui.likelihood.chart import QUERIES, Series
from radgalgui.gui.likelihood.presenter import told_percentiles
from radgalgui.gui.likelihood.scoring import Scored, Scoring
from radgalgui.gui.likelihood.words import ordinal, share
from radgalgui.gui.names import set_title
from radgalgui.gui.session import Query
from radgalgui.jobs.likelihood.methods import COMBINED, METHODS

if TYPE_CHECKING:
    from radgalgui.jobs.likelihood.stored import StoredScores

__all__ = [
    "CATALOGUE",
    "DRAWN",
    "QUERIES_KEY",
    "GalaxySet",
    "offered",
    "other_catalog",
    "queries_series",
    "query_values",
    "series_of",
    "shipped",
    "summary",
]

CATALOGUE, QUERIES_KEY, DRAWN = "catalogue", "queries", "drawn"
DRAWN_COUNT = 200
OUTER = 0.05  # the percentile below which, and above 100 less which, a galaxy lies outside
#: Colour and strokes of each set; further catalogues take those that are left.
STYLES: dict[str, tuple[str, tuple[float, ...]]] = {
    "mirabest": (OKABE_ITO[0], ()),
    "frdeep": (OKABE_ITO[5], (6, 2)),
    "rgd": (OKABE_ITO[2], (3, 2)),
    DRAWN: (OKABE_ITO[1], (8, 2, 2, 2)),
}
OTHERS = ((OKABE_ITO[4], ()), (OKABE_ITO[3], (6, 2)), (OKABE_ITO[4], (3, 2)))


@dataclass(eq=False)
class GalaxySet:
    """A set that the engine is asked about: its name for the engine, its title, its line.

    ``shown`` is whether the user wants to see it.
    """

    key: str
    title: str
    colour: str
    dash: tuple[float, ...]
    asking: Scoring
    options: dict[str, int] = field(default_factory=dict)
    shown: bool = False

    def ask(self) -> None:
        """Ask how likely its galaxies are, unless that is known."""
        self.asking.ask(self.key, **self.options)

    @property
    def told(self) -> Scored | None:
        """What is known of it."""
        return self.asking.told

    def words(self, method: str) -> str:
        """Return how it stands, or what is known of it by a method, in a line."""
        told, asking = self.told, self.asking
        if asking.problem:  # it may begin with the file that it is about
            file, _, reason = asking.problem.partition(": ")
            return reason if reason and Path(file).is_absolute() else asking.problem
        if asking.open:
            return "judging…" if told is None else f"judging… {len(told):,} of {told.total:,}"
        if told is None or not len(told):
            return "not judged yet"
        return summary(told.percentiles[:, [*METHODS, COMBINED].index(method)])

    def series(self, method: str) -> Series | None:
        """Return its values by a method, None where none is known."""
        if self.told is None:
            return None
        values = _column(self.told.scores, self.told.percentiles, method)
        return Series(self.key, self.title, values, self.colour, self.dash)


def shipped() -> list[str]:
    """Return the sets of labelled galaxies that come with the program."""
    names = ("mirabest", "frdeep", "rgd")
    return [name for name in names if radgalgui_resources.sets_path(name).is_file()]


def offered(link: EngineLink, *, draws: bool) -> list[GalaxySet]:
    """Return the sets that come with the program, and drawn galaxies where these can be drawn."""
    names = [(name, set_title(name)) for name in shipped()]
    if draws:
        names.append((DRAWN, "Drawn galaxies"))
    made = [GalaxySet(name, title, *STYLES[name], Scoring(link)) for name, title in names]
    for one in made:
        one.options = {"count": DRAWN_COUNT} if one.key == DRAWN else {}
    return made


def other_catalog(link: EngineLink, path: Path, before: int) -> GalaxySet:
    """Return another catalogue as a set; ``before`` are the catalogues that are there already."""
    colour, dash = OTHERS[before % len(OTHERS)]
    return GalaxySet(str(path), path.name, colour, dash, Scoring(link))


def summary(percentiles: NDArray[np.floating]) -> str:
    """Return how many galaxies there are, where their middle is, and how many lie outside.

    Outside is beyond the central 99.9 % of the catalogue's own.
    """
    known = percentiles[np.isfinite(percentiles)]
    if not known.size:
        return f"{len(percentiles):,}, of which none could be judged"
    outside = float(((known < OUTER) | (known > 100 - OUTER)).mean())
    middle = ordinal(float(np.median(known)))
    return f"{len(percentiles):,}  ·  median {middle}  ·  {share(outside)} outside"


def series_of(scores: StoredScores, title: str, method: str) -> Series:
    """Return the values of the catalogue's own sources."""
    together = scores.combined[:, None]
    return Series(CATALOGUE, title, _column(scores.scores, together, method))


def _column(
    scores: NDArray[np.float32], percentiles: NDArray[np.float32], method: str
) -> NDArray[np.float32]:
    """Return the scores of a method; of all together, the last percentiles."""
    if method == COMBINED:
        return percentiles[:, -1]
    return scores[:, METHODS.index(method)]


def query_values(
    queries: Sequence[Query], scores: StoredScores, method: str
) -> list[tuple[Query, float, float]]:
    """Return the queries that were judged, with value and percentile by a method.

    Of other methods than the flow queries tell the percentile; the value is where that lies
    among the catalogue's own.
    """
    judged = [(q, told_percentiles(q.likelihood)[method]) for q in queries if q.likelihood]
    known = [(query, percentile) for query, percentile in judged if np.isfinite(percentile)]
    if not known:
        return []
    percentiles = np.clip([percentile for _, percentile in known], 0.0, 100.0)
    if method == METHODS[0]:
        values = [_log_likelihood(query) for query, _ in known]
    elif method == COMBINED:
        values = list(percentiles)
    else:
        own = np.asarray(series_of(scores, "", method).values, np.float64)
        values = list(np.percentile(own[np.isfinite(own)], percentiles))
    return [(q, float(v), p) for (q, p), v in zip(known, values, strict=True) if np.isfinite(v)]


def _log_likelihood(query: Query) -> float:
    told = query.likelihood.log_likelihood if query.likelihood is not None else None
    return float("nan") if told is None else told


def queries_series(values: Sequence[float]) -> Series | None:
    """Return the queries as a set of their own, where there are at least two."""
    if len(values) < 2:
        return None
    return Series(QUERIES_KEY, "Queries", np.array(values), QUERIES)
