"""How well each method, and all together, tell what is strange from ordinary galaxies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from radgalgui.analysis.bootstrap import bootstrap_weights, percentile_intervals
from radgalgui.analysis.combine import Combination
from radgalgui.analysis.percentiles import Reference
from radgalgui.errors import UsageError
from radgalgui_training.detection.sets import ORDINARY, SIX, Told
from radgalgui_training.detection.witnesses import Witness

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ALL", "MEAN", "Row", "measure_setting"]

ALL: Final = "all"
"""Stands for the opinions of all encoders together."""

MEAN: Final = "mean"
"""Stands for the mean over `radgalgui_training.detection.sets.SIX`."""

_DRAWS: Final = 500


@dataclass(frozen=True)
class Row:
    """How well one method tells one kind of image from ordinary galaxies.

    Parameters
    ----------
    encoder : str
        Whose vectors, or `ALL`.
    training : str
        The setting: what is ordinary.
    control : str
        The kind of image, or `MEAN`.
    method : str
        Its name, or that of all methods together.
    auc : float
        Chance that an ordinary galaxy is found more usual than such an image; 0.5 is guessing.
    low, high : float
        95 % interval, by bootstrap over images.
    percentile : float
        Median percentile of these images among the ordinary sources; NaN for `MEAN`.
    unknown : float
        Share of these images of which the method has no say.
    """

    encoder: str
    training: str
    control: str
    method: str
    auc: float
    low: float
    high: float
    percentile: float
    unknown: float

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it, rounded to what the numbers are worth; None for NaN."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        for name in ("auc", "low", "high", "percentile", "unknown"):
            values[name] = None if np.isnan(values[name]) else round(float(values[name]), 4)
        return values


def measure_setting(
    training: str,
    witnesses: Sequence[Witness],
    told: Mapping[str, Told],
    *,
    methods: Sequence[str],
    combined: str,
    draws: int = _DRAWS,
    seed: int = 0,
) -> list[Row]:
    """Measure all methods on all images.

    Parameters
    ----------
    training : str
        The setting's name.
    witnesses : sequence of Witness
        One an encoder, which learned from the same sources in the same order.
    told : mapping of str to Told
        What was seen of `ORDINARY` and of the images to find strange, by their names.
    methods : sequence of str
        Names of the columns of the witnesses' scores.
    combined : str
        The name of all methods together.
    draws, seed : int
        Of the bootstrap.

    Returns
    -------
    list of Row
        For each encoder, and for all together where there are several: each kind of image and
        their mean, each method and the combination.

    Raises
    ------
    UsageError
        If no ordinary galaxies are told of, or the witnesses learned from different sources.
    """
    if ORDINARY not in told:
        raise UsageError("there are no ordinary galaxies to compare with")
    if len({len(witness.own) for witness in witnesses}) != 1:
        raise UsageError("the encoders have not learned from the same sources")
    sides = [_Side.of(witness, told) for witness in witnesses]
    if len(sides) > 1:
        sides.append(_Side.joined(sides, len(methods)))
    weights = {
        name: bootstrap_weights(len(it.reconstruction), draws=draws, seed=seed + number)
        for number, (name, it) in enumerate(told.items())
    }
    rows: list[Row] = []
    for side in sides:
        for column, method in enumerate((*methods, combined)):
            rows += _by_method(side, column, method, training, weights)
    return rows


@dataclass(frozen=True)
class _Side:
    """What is said of all images by one encoder, or by all together.

    ``said`` has the numbers (n, M + 1) by which images are ordered, and ``percentiles`` those
    that users read, by the name of the images.
    """

    encoder: str
    own: NDArray[np.float64]
    said: dict[str, NDArray[np.float64]]
    percentiles: dict[str, NDArray[np.float64]]

    @classmethod
    def of(cls, witness: Witness, told: Mapping[str, Told]) -> _Side:
        reference = Reference(witness.own)
        own = reference.percentile(witness.own)
        together = Combination(own)
        said, percentiles = {}, {}
        for name, it in told.items():
            scores = witness.scores(it.vectors[witness.encoder], it.reconstruction)
            each = reference.percentile(scores)
            joined = together.percentile(each)
            said[name] = np.column_stack([scores, joined])
            percentiles[name] = np.column_stack([each, joined])
        return cls(witness.encoder, own, said, percentiles)

    @classmethod
    def joined(cls, sides: Sequence[_Side], methods: int) -> _Side:
        """Return what all encoders say together: by each method, and by all methods of all."""
        chosen = [[column] for column in range(methods)] + [list(range(methods))]
        said: dict[str, NDArray[np.float64]] = {}
        columns: dict[str, list[NDArray[np.float64]]] = {name: [] for name in sides[0].said}
        for some in chosen:
            own = np.column_stack([side.own[:, some] for side in sides])
            together = Combination(own)
            for name, found in columns.items():
                asked = [side.percentiles[name][:, some] for side in sides]
                found.append(together.percentile(np.column_stack(asked)))
        said = {name: np.column_stack(found) for name, found in columns.items()}
        return cls(ALL, np.column_stack([side.own for side in sides]), said, said)


def _by_method(
    side: _Side,
    column: int,
    method: str,
    training: str,
    weights: Mapping[str, NDArray[np.float64]],
) -> list[Row]:
    """Return the rows of one method: each kind of image, then the mean."""
    ordinary = side.said[ORDINARY][:, column]
    drawn: dict[str, tuple[float, NDArray[np.float64]]] = {}
    rows = []
    for name in side.said:
        if name == ORDINARY:
            continue
        strange = side.said[name][:, column]
        drawn[name] = auc_draws(ordinary, strange, weights[ORDINARY], weights[name])
        known = ~np.isnan(strange)
        middle = np.median(side.percentiles[name][known, column]) if known.any() else np.nan
        rows.append(
            _row(side.encoder, training, name, method, *drawn[name], middle, 1 - known.mean())
        )
    if all(name in drawn for names in SIX.values() for name in names):
        parts = [_pooled([drawn[name] for name in names]) for names in SIX.values()]
        auc = float(np.mean([part[0] for part in parts]))
        spread = np.mean([part[1] for part in parts], axis=0)
        rows.append(_row(side.encoder, training, MEAN, method, auc, spread, np.nan, np.nan))
    return rows


def _pooled(
    parts: Sequence[tuple[float, NDArray[np.float64]]],
) -> tuple[float, NDArray[np.float64]]:
    """Return the AUC of equally large sets taken as one, which is the mean of theirs."""
    return float(np.mean([part[0] for part in parts])), np.mean([part[1] for part in parts], axis=0)


def _row(
    encoder: str,
    training: str,
    control: str,
    method: str,
    auc: float,
    draws: NDArray[np.float64],
    percentile: float,
    unknown: float,
) -> Row:
    low, high = percentile_intervals(draws[:, None])[0]
    return Row(
        encoder, training, control, method, auc, float(low), float(high), float(percentile),
        float(unknown),
    )  # fmt: skip


def auc_draws(
    ordinary: NDArray[np.floating[Any]],
    strange: NDArray[np.floating[Any]],
    ordinary_weights: NDArray[np.float64],
    strange_weights: NDArray[np.float64],
) -> tuple[float, NDArray[np.float64]]:
    """Return the share of pairs in which the ordinary source scores higher, ties by half.

    Parameters
    ----------
    ordinary, strange : ndarray, shapes (n,) and (m,)
        Scores; NaN is left out.
    ordinary_weights, strange_weights : ndarray, shapes (B, n) and (B, m)
        How often each counts in each bootstrap sample.

    Returns
    -------
    float
        NaN where one side knows nothing.
    ndarray, shape (B,)
        The same of each sample.
    """
    a, b = np.isnan(ordinary), np.isnan(strange)
    one, other = np.asarray(ordinary[~a])[:, None], np.asarray(strange[~b])[None]
    higher = (one > other) + 0.5 * (one == other)
    first, second = ordinary_weights[:, ~a], strange_weights[:, ~b]
    pairs = first.sum(axis=1) * second.sum(axis=1)
    won = ((first @ higher) * second).sum(axis=1)
    told = np.divide(won, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)
    return (float(higher.mean()) if higher.size else float("nan")), told
