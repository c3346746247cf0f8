"""How usual a source is, in words: the same wherever it is shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from radgalgui.jobs.likelihood.methods import COMBINED, METHOD_WORDS, METHODS

__all__ = [
    "AXES",
    "OTHERS",
    "agreement_words",
    "axis_title",
    "brief",
    "disagreement",
    "edge",
    "number",
    "ordinal",
    "place",
    "share",
    "usual",
]

#: The second opinions, and all methods together: what stands beside the flow.
OTHERS = (*METHODS[1:], COMBINED)

#: What is measured along the axis of each method.
AXES = {
    "log_likelihood": "Log-likelihood (nats)",
    "isolation_forest": "Score of the isolation forest",
    "local_outlier_factor": "Local outlier factor, sign turned",
    "knn_distance": "Distance to neighbours, sign turned",
    "reconstruction": "What the reconstruction misses, sign turned",
    COMBINED: "Percentile, all methods together",
}

#: Percentiles below which a source is called so, and above which it is none of these.
STRANGE, UNUSUAL, PLAIN, PLAINEST = 1.0, 5.0, 95.0, 99.95
#: A method that tells at least this percentile contradicts one that finds a source unusual.
ORDINARY = 25.0

#: Spearman's rank correlations from which two methods are said to agree so.
AGREEMENT = ((0.7, "much alike"), (0.4, "alike"), (0.15, "a little alike"), (-0.15, "unrelated"))


def axis_title(method: str) -> str:
    """Return what stands below a histogram of a method."""
    return AXES.get(method, method)


def ordinal(percentile: float) -> str:
    """Return a percentile as an ordinal, ``37th``; beyond the first and the 99th only that."""
    if not math.isfinite(percentile):
        return "–"
    if percentile < 1:
        return "< 1st"
    if percentile > 99:
        return "> 99th"
    whole = round(percentile)
    teen = 10 <= whole % 100 <= 20
    return f"{whole}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(whole % 10, 'th')}"


def brief(percentile: float) -> str:
    """Return a percentile for a row of numbers, ``37th``; of the ends, that they are these."""
    if percentile <= 0:
        return "lowest"
    return "highest" if percentile >= 100 else ordinal(percentile)


def usual(percentile: float) -> str:
    """Return how usual a percentile is, in a word or two."""
    if not math.isfinite(percentile):
        return "not known"
    if percentile < STRANGE:
        return "strange"
    if percentile < UNUSUAL:
        return "unusual"
    if percentile <= PLAIN:
        return "ordinary"
    return "unusually plain" if percentile > PLAINEST else "plain"


def place(percentile: float, sources: int) -> str:
    """Return where a source stands among those of the catalogue, and what that means.

    In the outer per cent the sources beyond it are counted: ``Below all but 3 of 20,000``.
    """
    if not math.isfinite(percentile):
        return "Not known"
    if percentile <= 0:
        return f"Below all {sources:,}: unlike anything in this catalogue"
    if percentile >= 100:
        return f"Above all {sources:,}: plainer than anything in this catalogue"
    if 1 <= percentile <= 99:
        return f"{ordinal(percentile)} percentile: {usual(percentile)}"
    side, rest = ("Below", percentile) if percentile < 1 else ("Above", 100 - percentile)
    beyond = math.floor(rest / 100 * sources + 1e-3)  # one of the catalogue is half its own tie
    if beyond == 0:
        return f"{'Lowest' if side == 'Below' else 'Highest'} of {sources:,}: {usual(percentile)}"
    return f"{side} all but {beyond:,} of {sources:,}: {usual(percentile)}"


def number(value: float) -> str:
    """Return a score with as many digits as mean something: ``-1,234``, ``-51.2``, ``0.482``."""
    if not math.isfinite(value):
        return "–"
    if value and (abs(value) >= 1e6 or abs(value) < 1e-3):
        return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 3
    return f"{value:,.{digits}f}".replace("-", "\N{MINUS SIGN}")


def edge(value: float) -> str:
    """Return a round number as it is, without digits that it does not need: ``−1,240``."""
    return f"{round(value, 9):,.10g}".replace("-", "\N{MINUS SIGN}")


def share(part: float) -> str:
    """Return a share in per cent, with a decimal below ten."""
    per_cent = 100 * part
    if 0 < per_cent < 0.05:
        return "< 0.1 %"
    return f"{per_cent:.1f} %" if per_cent < 10 else f"{per_cent:.0f} %"


def disagreement(percentiles: Mapping[str, float]) -> str:
    """Return in a sentence where methods tell different things of a source, "" where they do not.

    They do where one finds it unusual, and another in the upper three quarters.
    """
    known = {m: percentiles[m] for m in METHODS if math.isfinite(percentiles.get(m, math.nan))}
    low = [m for m, value in known.items() if value < UNUSUAL]
    if not low or all(value < ORDINARY for value in known.values()):
        return ""
    others = [m for m in known if m not in low]
    if len(low) > len(others):
        return f"All but {_listed(others)} find it strange."
    words = _listed(low)
    verb = "find" if len(low) > 1 else "finds"
    return f"{words[:1].upper()}{words[1:]} {verb} it strange, the others do not."


def _listed(methods: Sequence[str]) -> str:
    words = [_within(method) for method in methods]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _within(method: str) -> str:
    """Return a method's name as it stands within a sentence."""
    word = METHOD_WORDS.get(method, method)
    return f"the {word[:1].lower()}{word[1:]}"


def agreement_words(method: str, ranks: Mapping[str, float]) -> str:
    """Return how alike other methods rank the catalogue's sources, a line each."""
    lines = []
    for other, rank in ranks.items():
        if other != method and math.isfinite(rank):
            words = next((text for least, text in AGREEMENT if rank >= least), "opposite")
            lines.append(f"{METHOD_WORDS.get(other, other)}: {rank:.2f}, {words}")
    if not lines:
        return ""
    head = "Rank agreement over the catalogue (1: the same order, 0: none)"
    return "\n".join([head, *lines])
