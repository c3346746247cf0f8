"""What was found of two surveys, in plain objects: the numbers with what they mean, and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from radgalgui.files import replaced_file
from radgalgui.gui.likelihood.words import number, share

__all__ = ["Fact", "facts", "headline", "save_comparison"]

CHANCE = 0.001  # of a survey's own sources lie outside its central 99.9 %
SMALLEST = 1e-4  # a probability below is said to be smaller


@dataclass(frozen=True)
class Fact:
    """A number with its title, and what it means in a sentence; it may be a warning."""

    title: str
    value: str
    meaning: str
    warning: bool = False


def headline(told: Mapping[str, Any]) -> str:
    """Return the sentence that says whether the second survey lies within the first."""
    return str(told.get("sentence") or "")


def facts(told: Mapping[str, Any]) -> list[Fact]:
    """Return what was measured, a fact a line; what is missing is left out."""
    made = [_support(told), _outside(told), _ks(told), _energy(told), _vectors(told)]
    return [fact for fact in made if fact is not None]


def _titles(told: Mapping[str, Any]) -> tuple[str, str]:
    names = ((told.get(key) or {}).get("title") for key in "ab")
    first, second = (str(name or "") for name in names)
    return first or "the open catalogue", second or "the other survey"


def _support(told: Mapping[str, Any]) -> Fact | None:
    part = told.get("support")
    if not part:
        return None
    own = _float(part, "own")
    first, second = _titles(told)
    usual = f" Of these themselves it is {share(own)}." if math.isfinite(own) else ""
    words = str(part.get("verdict", ""))
    return Fact(
        f"Where {first} has sources",
        f"{share(_float(part, 'share'))}{_between(part)}",
        f"Sources of {second} that neither the flow nor the local outlier factor nor the distance "
        f"to neighbours finds among the strangest 1 % of {first}.{usual}",
        words not in ("inside", "mostly inside"),
    )


def _outside(told: Mapping[str, Any]) -> Fact | None:
    part = told.get("outside")
    if not part:
        return None
    value = _float(part, "share")
    below, above = share(_float(part, "below")), share(_float(part, "above"))
    first, second = _titles(told)
    return Fact(
        f"Outside the central 99.9 % of {first}",
        f"{share(value)}{_between(part)}",
        f"{below} of {second} are less likely than these, {above} more likely; 0.1 % would be "
        "chance.",
        value > 10 * CHANCE,
    )


def _ks(told: Mapping[str, Any]) -> Fact | None:
    part = told.get("ks")
    if not part:
        return None
    return Fact(
        "Kolmogorov–Smirnov distance",
        f"{_float(part, 'statistic'):.3f}{_between(part, form='.3f')}, {_chance(part)}",
        "The widest gap between the two cumulative distributions of log-likelihood: 0 is the same "
        "distribution, 1 is nothing in common.",
    )


def _energy(told: Mapping[str, Any]) -> Fact | None:
    part = told.get("energy_likelihood")
    if not part:
        return None
    return Fact(
        "Energy distance of log-likelihoods",
        f"{number(_float(part, 'value'))}{_between(part, form='')}",
        "How far apart the two distributions are on the whole, tails included; 0 is the same."
        f"{_by_chance(part)}",
    )


def _vectors(told: Mapping[str, Any]) -> Fact | None:
    part = told.get("energy_vectors")
    if not part:
        return None
    taken = part.get("sampled")
    of = f" Measured on {int(taken):,} sources of each at most." if taken else ""
    return Fact(
        "Energy distance of vectors",
        f"{number(_float(part, 'value'))}{_between(part, form='')}",
        f"The same between the encoder's vectors, without the flow's word.{_by_chance(part)}{of}",
    )


def _between(part: Mapping[str, Any], form: str = "share") -> str:
    """Return an interval in brackets, "" where it is not known."""
    low, high = _float(part, "low"), _float(part, "high")
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    if form == "share":
        return f" ({share(low)} to {share(high)})"
    if form:
        return f" ({low:{form}} to {high:{form}})"
    return f" ({number(low)} to {number(high)})"


def _by_chance(part: Mapping[str, Any]) -> str:
    """Return what two samples of the same sources reach, "" where it is not known."""
    value = _float(part, "by_chance")
    return f" By chance it is up to {number(value)}." if math.isfinite(value) else ""


def _chance(part: Mapping[str, Any]) -> str:
    value = _float(part, "p_value")
    if math.isnan(value):
        return "p not known"
    return f"p < {SMALLEST:g}" if value < SMALLEST else f"p = {value:.2g}"


def _float(part: Mapping[str, Any], key: str) -> float:
    value = part.get(key)
    return math.nan if value is None else float(value)


def save_comparison(path: Path, told: Mapping[str, Any]) -> None:
    """Write a comparison as ``radgalgui catalog compare --json`` does; for a thread.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    with replaced_file(path) as beside:
        beside.write_text(json.dumps(told, indent=2, allow_nan=False) + "\n", encoding="utf-8")
