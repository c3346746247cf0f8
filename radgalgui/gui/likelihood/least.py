"""The least likely sources of a catalogue, in plain objects: which they are, and what of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radgalgui.gui.likelihood.words import share
from radgalgui.gui.sources import Sources
from radgalgui.jobs.events import CatalogClasses
from radgalgui.jobs.likelihood.methods import COMBINED, METHOD_WORDS
from radgalgui.jobs.likelihood.outliers import COLUMNS, least_likely, outlier_rows
from radgalgui.jobs.likelihood.stored import StoredScores

__all__ = ["TOPS", "Least", "class_text", "least", "least_text", "predicted_text", "save_least"]

TOPS = (20, 50, 100, 200, 500)
UNLABELLED = ("", "unknown", "nan", "none")
MOST_CLASSES = 3  # that are told of
APART = 1.5  # times the share in the catalogue from which a class is worth telling of


@dataclass(frozen=True)
class Least:
    """The sources that a method finds strangest, the strangest first.

    Parameters
    ----------
    method : str
        One of the methods, or all together.
    rows : ndarray of int64, shape (n,)
        Rows of the catalogue.
    percentiles : ndarray, shape (n,)
        Theirs by the method.
    known : int
        How many sources of the catalogue the method has a say on.
    """

    method: str
    rows: NDArray[np.int64]
    percentiles: NDArray[np.floating]
    known: int


def least(stored: StoredScores, method: str, top: int) -> Least:
    """Return the ``top`` sources that a method finds strangest; fewer where it knows fewer."""
    rows = least_likely(stored, by=method, top=top)
    values = stored.column(method)
    return Least(method, rows, values[rows], int(np.isfinite(values).sum()))


def least_text(found: Least, stored: StoredScores) -> str:
    """Return what is shown, and how far the methods agree on it, in a sentence or two."""
    if not len(found.rows):
        return f"{_who(found.method)} has no say on any source of this catalogue."
    said = f"The {len(found.rows):,} of {found.known:,} sources that {_whom(found.method)} "
    said += "strangest."
    other = "log_likelihood" if found.method == COMBINED else COMBINED
    theirs = least_likely(stored, by=other, top=len(found.rows))
    shared = len(np.intersect1d(found.rows, theirs))
    return f"{said} {shared:,} of them are also among the {len(theirs):,} of {_by(other)}."


def class_text(found: Least, sources: Sources) -> str:
    """Return the classes that are more frequent here than in the catalogue; "" for none."""
    if "label" not in sources.columns or not len(found.rows):
        return ""
    every = Counter(sources.columns["label"].tolist())
    here = Counter(sources.label(int(row)) for row in found.rows)
    told = []
    for label, count in here.most_common():
        part, usual = count / len(found.rows), every[label] / len(sources)
        if label.lower() not in UNLABELLED and count > 1 and part >= APART * usual:
            told.append(f"{label} {share(part)} (catalogue {share(usual)})")
    return f"More than their share: {', '.join(told[:MOST_CLASSES])}." if told else ""


def predicted_text(told: CatalogClasses | None, row: int) -> str:
    """Return the class that is predicted for a source with its probability; "" if not known."""
    if told is None or row >= len(told.probabilities):
        return ""
    chances = told.probabilities[row]
    if not np.isfinite(chances).all():
        return ""
    best = int(chances.argmax())
    return f"Predicted {told.classes[best]} {chances[best]:.2f}"


def save_least(path: Path, sources: Sources, stored: StoredScores, rows: NDArray[np.int64]) -> None:
    """Write sources with all percentiles as ``radgalgui catalog outliers`` does; for a thread.

    Raises
    ------
    RadGalError
        If the catalogue cannot be read, or the file not written.
    """
    from radgalgui.catalog.catalog import Catalog
    from radgalgui.catalog.export import write_csv

    with Catalog.open(sources.path) as catalog:
        write_csv(path, COLUMNS, outlier_rows(catalog, stored, rows))


def _who(method: str) -> str:
    return "No method" if method == COMBINED else METHOD_WORDS[method]


def _by(method: str) -> str:
    return "all methods together" if method == COMBINED else f"“{METHOD_WORDS[method]}”"


def _whom(method: str) -> str:
    if method == COMBINED:
        return "all methods together find"
    return f"“{METHOD_WORDS[method]}” finds"
