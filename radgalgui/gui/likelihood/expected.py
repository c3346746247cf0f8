"""Controls in plain objects: where each is expected to fall, where it fell, and in which words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.likelihood.words import STRANGE, UNUSUAL
from radgalgui.jobs.likelihood.methods import COMBINED, METHODS
from radgalgui.sky.controls import EXPECTED, Expected

__all__ = [
    "EXPECTED_WORDS",
    "Fallen",
    "Outcome",
    "fallen",
    "outcome_lines",
    "save_controls",
    "summary",
]

Outcome = Literal["as expected", "doubtful", "not as expected", "unknown", "unmarked"]

ORDER = (*METHODS, COMBINED)  # of the columns of percentiles
COLUMNS = ("control", "title", "expected", *ORDER, "outcome", "catalog", "encoder")
EXPECTED_WORDS = {"strange": "strange", "ordinary": "ordinary", "either": "either way"}


@dataclass(frozen=True)
class Fallen:
    """A control, and at which percentile it fell by each method.

    Parameters
    ----------
    kind, title, sentence : str
        Its key, what it is called, and what it is.
    expected : {"strange", "ordinary", "either"}
        Where it should fall; "either" depends on the survey.
    percentiles : dict of str to float
        By method, all together included; NaN where a method has no say.
    image : ndarray, shape (C, S, S)
        What the encoder saw, in [0, 1].
    """

    kind: str
    title: str
    sentence: str
    expected: Expected
    percentiles: dict[str, float]
    image: NDArray[np.float32]

    def outcome(self, method: str) -> Outcome:
        """Return whether a method finds what is expected; doubtful between strange and usual."""
        value = self.percentiles.get(method, math.nan)
        if math.isnan(value):
            return "unknown"
        if self.expected == "either":
            return "unmarked"
        if STRANGE <= value < UNUSUAL:
            return "doubtful"
        met = (value < STRANGE) is (self.expected == "strange")
        return "as expected" if met else "not as expected"


def fallen(
    kinds: Sequence[str],
    titles: Sequence[str],
    sentences: Sequence[str],
    percentiles: NDArray[np.floating],
    images: NDArray[np.float32],
) -> list[Fallen]:
    """Return controls as the engine told of them: ``percentiles`` (n, 6), ``images`` (n, ...)."""
    told = zip(kinds, titles, sentences, percentiles, images, strict=True)
    return [
        Fallen(
            kind,
            title,
            sentence,
            EXPECTED.get(kind, "either"),
            {method: float(value) for method, value in zip(ORDER, row, strict=True)},
            image,
        )
        for kind, title, sentence, row, image in told
    ]


def outcome_lines(control: Fallen) -> list[str]:
    """Return in a few words what was expected of a control, and how far it was met."""
    expected = f"expected: {EXPECTED_WORDS[control.expected]}"
    whole = control.outcome(COMBINED)
    if control.expected == "either":
        return [expected, "depends on the survey"]
    told = [control.outcome(method) for method in METHODS]
    known = [outcome for outcome in told if outcome != "unknown"]
    if not known:
        return [expected, "not known"]
    met = sum(outcome == "as expected" for outcome in known)
    return [expected, whole, f"single methods: {met} of {len(known)}"]


def summary(controls: Sequence[Fallen]) -> str:
    """Return how many controls fell where they should, and where likelihoods alone mislead."""
    marked = [c for c in controls if c.outcome(COMBINED) not in ("unknown", "unmarked")]
    if not marked:
        return ""
    right = sum(c.outcome(COMBINED) == "as expected" for c in marked)
    said = f"{right} of {len(marked)} controls fall where one expects by all methods together."
    fooled = [
        c.title.lower()
        for c in marked
        if c.expected == "strange" and c.outcome("log_likelihood") == "not as expected"
    ]
    if fooled:
        said += f" The flow by itself finds usual: {', '.join(fooled)}."
    return said


def save_controls(path: Path, controls: Sequence[Fallen], catalog: str, encoder: str) -> None:
    """Write a row a control as CSV; for a thread.

    Raises
    ------
    UsageError
        If the file cannot be written.
    """
    from radgalgui.catalog.export import write_csv

    rows = [
        {
            "control": control.kind,
            "title": control.title,
            "expected": control.expected,
            **{method: control.percentiles.get(method, math.nan) for method in ORDER},
            "outcome": control.outcome(COMBINED),
            "catalog": catalog,
            "encoder": encoder,
        }
        for control in controls
    ]
    write_csv(path, COLUMNS, rows)
