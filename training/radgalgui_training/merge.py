"""One report out of two, so that encoders can be measured one after another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from radgalgui.analysis.labelled import NETWORK
from radgalgui.errors import UsageError
from radgalgui_training.networks import BASELINE

__all__ = ["merged"]

_ALIKE: Final = ("dataset", "classes", "positive", "ignore_orientation", "scaling", "seed")
_NETWORKS: Final = (NETWORK, BASELINE)


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a report tells, with the rows that were measured again in place of their like.

    Parameters
    ----------
    old, new : mapping
        As `radgalgui_training.results.Report.to_dict` makes them.

    Returns
    -------
    dict
        Encoders in the order of their names, fine-tuned networks last.  The conformal sets of
        an encoder are those of all its classifiers: where only some were measured again, what
        the old report tells of them is kept.

    Raises
    ------
    UsageError
        If they were not measured in the same way, or the old one is no report.
    """
    try:
        other = next((key for key in _ALIKE if old[key] != new[key]), None)
        if other is None and _base(old) != _base(new):
            other = "protocol"
        if other is not None:
            raise UsageError(
                f"the report was measured with another {other} ({old[other]}, not {new[other]})",
                remedy="measure all encoders again, without --update",
            )
        results = _results(old["results"], new["results"])
        drops = _by_key(old.get("drops", ()), new["drops"], ("encoder", "classifier"))
        conformal = _conformal(old, new, results)
        networks = any(row["classifier"] in _NETWORKS for row in new["results"])
        protocol = new["protocol"] if networks else old["protocol"]
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"it is no evaluation report (it lacks {error})", remedy="leave --update out"
        ) from error
    told = {"protocol": protocol, "results": results, "drops": drops, "conformal": conformal}
    return {**new, **told}


def _base(report: Mapping[str, Any]) -> str:
    """Return how frozen vectors were measured; what follows is about networks."""
    return str(report["protocol"]).split(";")[0]


def _results(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    again = {_key(row) for row in new}
    rows = [row for row in old if _key(row) not in again] + new
    frozen = [row for row in rows if row["classifier"] not in _NETWORKS]
    networks = [row for row in rows if row["classifier"] in _NETWORKS]
    # The order of classifiers is that of the report that has more of them.
    each = [list(dict.fromkeys(_key(row)[1:] for row in told)) for told in (old, new)]
    kinds = [*max(each, key=len), *each[0], *each[1]]
    frozen.sort(key=lambda row: (row["encoder"], kinds.index(_key(row)[1:])))
    return frozen + networks


def _key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return what a row is of; there is one fine-tuned network, whatever it began as."""
    if row["classifier"] in _NETWORKS:
        return ("", str(row["classifier"]), "")
    return (str(row["encoder"]), str(row["classifier"]), str(row["how"]))


def _conformal(
    old: Mapping[str, Any], new: Mapping[str, Any], results: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    def classifiers(rows: list[dict[str, Any]], encoder: str) -> set[str]:
        frozen = (row for row in rows if row["encoder"] == encoder)
        return {row["classifier"] for row in frozen} - set(_NETWORKS)

    whole = [
        row
        for row in new["conformal"]
        if classifiers(new["results"], row["encoder"]) == classifiers(results, row["encoder"])
    ]
    return _by_key(old.get("conformal", ()), whole, ("encoder", "level"))


def _by_key(old: Any, new: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    rows = {tuple(row[name] for name in names): row for row in [*old, *new]}
    return [rows[key] for key in sorted(rows)]
