"""One of the ways in which an encoder is shown a source: how much sky, stretched how deep."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from radgalgui.errors import UsageError
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.rings import RING_NUMBERS

__all__ = ["OWN_LOOK", "Look", "look_words"]

_OWN_FIELD: Final = "as wide as the encoder's own field"
_OWN_SOFTENING: Final = "the encoder's own"


@dataclass(frozen=True)
class Look:
    """How much sky an encoder is shown, and how it is stretched.

    Parameters
    ----------
    field : float or None
        Side of the cutout, arcsec; None for the encoder's own.
    softening : float or None
        Of the asinh stretch; None for the encoder's own.
    beam : float or None
        What images are smoothed to where theirs is finer, arcsec; None for the encoder's own.
    rings : bool
        Whether classifiers are told, beside the encoder's vector, how much emission lies how near
        to the middle (`radgalgui.sky.rings`).

    Raises
    ------
    UsageError
        If one of them is not above 0, or not finite.
    """

    field: float | None = None
    softening: float | None = None
    beam: float | None = None
    rings: bool = False

    def __post_init__(self) -> None:
        told = {"field": self.field, "softening": self.softening, "beam": self.beam}
        for what, value in told.items():
            if value is not None and not 0 < value < math.inf:
                raise UsageError(f"the {what} of a look cannot be {value!r:.40}")

    def sight(self, own: Preprocessing) -> Preprocessing:
        """Return how an encoder sees that sees by itself as ``own``."""
        return replace(
            own,
            pixel_scale=own.pixel_scale if self.field is None else self.field / own.size,
            softening=own.softening if self.softening is None else self.softening,
            beam=own.beam if self.beam is None else self.beam,
        )

    def numbers(self, dimension: int) -> int:
        """Return how many numbers are told of a source by an encoder whose vectors have so many."""
        return dimension + RING_NUMBERS if self.rings else dimension


OWN_LOOK: Final = Look()
"""As an encoder sees by itself."""


def look_words(looks: Sequence[Look]) -> str:
    """Return what was looked at in words; "" for one look by the encoder's own settings, or none.

    For example "12′ and 16′ wide, each at softening 0.05 and 0.01, vectors side by side", with
    "and the emission in rings" where that is told beside them.
    """
    if not looks:
        return ""
    fields = list(dict.fromkeys(look.field for look in looks))
    stretches = list(dict.fromkeys(look.softening for look in looks))
    pairs = {(look.field, look.softening) for look in looks}
    if len(looks) > 1 and len(pairs) != len(fields) * len(stretches):
        words = _listed([_words([look.field], [look.softening]) or _OWN_FIELD for look in looks])
    else:
        words = _words(fields, stretches)
    parts = ["vectors side by side"] * (len(looks) > 1)
    parts += ["the emission in rings"] * any(look.rings for look in looks)
    return ", ".join(filter(None, [words, " and ".join(parts)]))


def _words(fields: list[float | None], stretches: list[float | None]) -> str:
    """Say that each field was seen at each stretch."""
    told = [_angle(field) for field in fields if field is not None]
    wide = [_OWN_FIELD] if None in fields and (told or stretches != [None]) else []
    wide += [f"{_listed(told)} wide"] if told else []
    if stretches == [None]:
        return _listed(wide)
    softening = _listed([_OWN_SOFTENING if s is None else f"{s:.4g}" for s in stretches])
    return f"{_listed(wide)}{', each' if len(fields) > 1 else ''} at softening {softening}"


def _angle(arcsec: float) -> str:
    return f"{arcsec:.3g}″" if arcsec < 120 else f"{arcsec / 60:.3g}′"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
