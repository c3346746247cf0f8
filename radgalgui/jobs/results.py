"""What a search or a classification says, as rows: the columns of its CSV, for both faces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from radgalgui.jobs.events import Classes, Likelihood, NeighbourRow
from radgalgui.jobs.likelihood.methods import COMBINED, METHODS

__all__ = [
    "LIKELIHOOD_COLUMNS",
    "MEAN",
    "PROBABILITY",
    "SEARCH_COLUMNS",
    "class_columns",
    "class_rows",
    "likelihood_row",
    "search_rows",
]

MEAN = "mean"
"""What stands for a classifier in the row of their mean."""

PROBABILITY = "probability_"
"""How the name of a column with probabilities of a class begins."""

SEARCH_COLUMNS = (
    "query",
    "rank",
    "name",
    "ra",
    "dec",
    "similarity",
    "class",
    "angular_size_arcsec",
    "catalog",
    "encoder",
)
"""Columns of ``radgalgui search --csv`` and of the window's export, in order."""


LIKELIHOOD_COLUMNS = (
    "query",
    "encoder",
    METHODS[0],
    "percentile",
    *METHODS[1:],
    COMBINED,
)
"""Columns of ``radgalgui likelihood --csv`` and of the window's export, in order."""


def search_rows(
    query: str, rows: Sequence[NeighbourRow], catalog: str, encoder: str
) -> list[dict[str, Any]]:
    """Return one dict a neighbour with the keys of `SEARCH_COLUMNS`.

    Parameters
    ----------
    query : str
        The query's name, as the file or survey wrote it.
    rows : sequence of NeighbourRow
        The neighbours, best first; empty gives no rows.
    catalog, encoder : str
        What was searched and by which encoder.
    """
    return [
        {
            "query": query,
            "rank": row["rank"],
            "name": row["name"],
            "ra": row["ra"],
            "dec": row["dec"],
            "similarity": row["similarity"],
            "class": row["label"],
            "angular_size_arcsec": row["angular_size_arcsec"],
            "catalog": catalog,
            "encoder": encoder,
        }
        for row in rows
    ]


def class_columns(classes: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of ``radgalgui classify --csv``, in order, for some classes."""
    return (
        "query",
        "encoder",
        "label_set",
        "classifier",
        "class",
        *(f"{PROBABILITY}{name}" for name in classes),
        "agreement",
        "conformal_set",
        "conformal_level",
        "coverage",
        "ra",
        "dec",
    )


def class_rows(
    query: str, told: Classes, *, ra: float | None = None, dec: float | None = None
) -> list[dict[str, Any]]:
    """Return one dict a classifier, and one of their mean, with the keys of `class_columns`.

    Parameters
    ----------
    query : str
        The query's name.
    told : Classes
        What was said of it.  ``agreement`` (the share of classifiers whose most probable class
        is that of the mean) and the conformal set are of the query, the same in all its rows;
        the set is None as long as it is not known.
    ra, dec : float, optional
        Where it lies, degrees, ICRS.
    """
    shared = {
        "query": query,
        "encoder": told.encoder,
        "label_set": told.label_set,
        "agreement": told.votes / len(told.rows),
        "conformal_set": None if told.coverage is None else f"{{{', '.join(told.members)}}}",
        "conformal_level": told.level,
        "coverage": told.coverage,
        "ra": ra,
        "dec": dec,
    }
    said = [(row["classifier"], row["probabilities"]) for row in told.rows]
    return [
        {
            **shared,
            "classifier": classifier,
            "class": told.classes[chances.index(max(chances))],
            **{
                f"{PROBABILITY}{name}": chance
                for name, chance in zip(told.classes, chances, strict=True)
            },
        }
        for classifier, chances in [*said, (MEAN, told.mean)]
    ]


def likelihood_row(query: str, told: Likelihood) -> dict[str, Any]:
    """Return a dict with the keys of `LIKELIHOOD_COLUMNS`.

    Parameters
    ----------
    query : str
        The query's name.
    told : Likelihood
        What was said of it.  All but the log-likelihood, in nats, are per cent of the
        catalogue's sources that are less usual; None where a method has no say.
    """
    opinions = {row["method"]: row["percentile"] for row in told.opinions}
    return {
        "query": query,
        "encoder": told.encoder,
        METHODS[0]: told.log_likelihood,
        "percentile": told.percentile,
        **{method: opinions.get(method) for method in METHODS[1:]},
        COMBINED: told.combined,
    }
