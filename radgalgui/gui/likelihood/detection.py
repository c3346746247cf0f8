"""How well each method tells controls from galaxies, as it was measured: plain JSON, read whole."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import radgalgui_resources
from radgalgui.errors import DataError
from radgalgui.gui.names import encoder_title
from radgalgui.sky.controls import CONTROLS

__all__ = [
    "ALL",
    "MEAN",
    "Auc",
    "Detection",
    "bundled_detection",
    "encoder_words",
    "kind_words",
    "training_words",
]

ALL, MEAN = "all", "mean"

#: Flows of which sources, in words; the last is the catalogue as it is.
TRAININGS = {
    "extended": "extended sources only",
    ALL: "the whole simulated catalogue",
}
KINDS = {
    "x-shaped": "X-shaped sources",
    "double-double": "Double-double sources",
    MEAN: "Mean",
}


@dataclass(frozen=True)
class Auc:
    """An area under the ROC curve with its interval; NaN where not told."""

    value: float
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True)
class Detection:
    """What was measured.

    ``cells`` are by training, encoder, control and method; ``words`` say of a training which
    sources flows learned from, ``mean_of`` which kinds the mean is over, in words.
    """

    cells: dict[tuple[str, str, str, str], Auc] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    mean_of: str = ""

    def _known(self, place: int) -> list[str]:
        return list(dict.fromkeys(key[place] for key in self.cells))

    @property
    def trainings(self) -> list[str]:
        """Of which sources flows were fitted."""
        return sorted(self._known(0), key=lambda name: list(TRAININGS).index(name))

    @property
    def encoders(self) -> list[str]:
        """The encoders, their opinions together last."""
        return sorted(self._known(1), key=lambda name: name == ALL)

    def controls(self, training: str, encoder: str) -> list[str]:
        """Return the kinds that were measured, their mean last."""
        kinds = dict.fromkeys(k[2] for k in self.cells if k[:2] == (training, encoder))
        return sorted(kinds, key=lambda name: name == MEAN)

    def auc(self, training: str, encoder: str, control: str, method: str) -> Auc:
        """Return what was measured."""
        return self.cells.get((training, encoder, control, method), Auc(math.nan))


def training_words(name: str) -> str:
    """Return of which sources flows were fitted, in words."""
    return TRAININGS.get(name, name)


def encoder_words(name: str) -> str:
    """Return an encoder's name, or that all are meant."""
    return "All encoders together" if name == ALL else encoder_title(name)


def kind_words(kind: str) -> str:
    """Return what a control is called."""
    return CONTROLS[kind].title if kind in CONTROLS else KINDS.get(kind, kind)


def bundled_detection(path: Path | None = None) -> Detection:
    """Read what comes with the program; nothing where it is not there.

    Raises
    ------
    DataError
        If the file is damaged.
    """
    path = path or radgalgui_resources.path("likelihood", "detection.json")
    if not path.is_file():
        return Detection()
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        rows = [row for row in told["rows"] if row["training"] in TRAININGS]
        words = {str(part["name"]): _words(part) for part in told.get("settings", ())}
        cells = {_key(row): _auc(row) for row in rows}
        return Detection(cells, words, _mean_of(told.get("mean_of") or ()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            "the table of detections cannot be read",
            subject=path,
            remedy="install the program again",
        ) from error


def _key(row: dict[str, Any]) -> tuple[str, str, str, str]:
    training, encoder, control, method = (
        str(row[name]) for name in ("training", "encoder", "control", "method")
    )
    return training, encoder, control, method


def _auc(row: dict[str, Any]) -> Auc:
    low, high = row.get("low"), row.get("high")
    return Auc(_number(row["auc"]), _number(low), _number(high))


def _words(part: dict[str, Any]) -> str:
    return f"Flows learned from {int(part['sources']):,} sources: {part['words']}."


def _mean_of(groups: Sequence[Sequence[str]]) -> str:
    """Return the kinds that the mean is over; those of a group count as one."""
    words = [" with ".join(kind_words(str(kind)).lower() for kind in group) for group in groups]
    return f"Mean over {'; '.join(words)}" if words else ""


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)
