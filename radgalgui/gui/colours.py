"""Colours of data: perceptually uniform maps, a colour-blind safe set, and how values meet them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

__all__ = [
    "COLOUR_MAPS",
    "OKABE_ITO",
    "OKABE_ITO_ON_DARK",
    "Scale",
    "categorical_scale",
    "class_colour",
    "class_order",
    "coded_scale",
    "continuous_scale",
    "diverging_beside",
    "is_light",
    "lookup_table",
    "on_ground",
    "percentile_scale",
    "share_scale",
]

COLOUR_MAPS = ("inferno", "viridis", "gray", "gray_r", "cubehelix", "hot")

#: For values around 0, of Kovesi (2015), arXiv 1509.03700: blue below, red above, and 0 as dark,
#: or as light, as an empty sky is in the colour map chosen for the other pictures.
AROUND_ZERO, AROUND_ZERO_ON_WHITE = "CET-D4", "CET-D1"

#: Okabe & Ito (2008), without black, in an order whose neighbours differ most.
OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")

#: The same for dark grounds, on which that blue would be dim: both blues lighter, as far apart.
OKABE_ITO_ON_DARK = ("#5ca6f4", *OKABE_ITO[1:4], "#a0dcff", *OKABE_ITO[5:])

#: What colours fade to when there are more categories than colours, and what is left each time.
GREY, FADING = "#808080", 0.5

#: Classes that have the same colours wherever they are shown, by these words or their capitals.
KNOWN = ("fri", "frii", "compact", "bent")

#: Words for a value that nobody knows.
NOBODY_KNOWS = ("", "unknown", "nan", "none")

#: Colour numbers 1 to LEVELS stand for values; 0 is empty, MISSING is a value that is unknown.
LEVELS = 100
MISSING = LEVELS + 1

MOST_RANKED = 500_000  # the ends of a scale are those of about so many values, evenly taken


def lookup_table(name: str, size: int = 256) -> NDArray[np.uint8]:
    """Return the colours of a map by its Matplotlib name, shape (size, 3)."""
    x = np.linspace(0.0, 1.0, size)
    if name in ("gray", "gray_r"):
        ramp = x if name == "gray" else x[::-1]
        return _bytes(np.repeat(ramp[:, None], 3, axis=1))
    if name == "hot":
        red = 0.0416 + x * (1 - 0.0416) / 0.365079
        return _bytes(np.stack([red, (x - 0.365) / 0.381, (x - 0.746) / 0.254], axis=1))
    if name == "cubehelix":
        return _cubehelix(x)
    table = pg.colormap.get(name).getLookupTable(0.0, 1.0, size, alpha=False)
    return np.asarray(table, dtype=np.uint8)


def diverging_beside(colour_map: str) -> str:
    """Return the map for values around 0 that goes beside pictures in ``colour_map``."""
    return AROUND_ZERO_ON_WHITE if is_light(colour_map) else AROUND_ZERO


def is_light(colour_map: str) -> bool:
    """Whether an empty sky is light in a colour map; for values around 0, whether 0 is."""
    around_zero = colour_map in (AROUND_ZERO, AROUND_ZERO_ON_WHITE)
    return bool(lookup_table(colour_map, 3)[1 if around_zero else 0].mean() > 127)


def _cubehelix(x: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Green (2011), BASI 39, 289, with its defaults: start 0.5, rotations -1.5, hue 1."""
    angle = 2 * np.pi * (0.5 / 3 + 1 - 1.5 * x)
    amplitude = x * (1 - x) / 2
    turn = np.stack([np.cos(angle), np.sin(angle)])
    weights = np.array([[-0.14861, 1.78277], [-0.29227, -0.90649], [1.97294, 0.0]])
    return _bytes((x + amplitude * (weights @ turn)).T)


def _bytes(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    levels: NDArray[np.uint8] = np.rint(np.clip(values, 0.0, 1.0) * 255).astype(np.uint8)
    return levels


@dataclass(frozen=True)
class Scale:
    """How one column becomes colours.

    Parameters
    ----------
    codes : ndarray, shape (N,), uint8
        Colour number of each source: 1 to ``LEVELS``, or ``MISSING``.
    kind : {"log", "linear", "categories"}
        What the legend draws.
    low, high : float
        Values at the ends of a continuous scale.
    categories : tuple of str
        Names in the order of their colours, for ``"categories"``.
    missing : str
        What `MISSING` means.
    """

    codes: NDArray[np.uint8]
    kind: Literal["log", "linear", "categories"]
    low: float = 0.0
    high: float = 1.0
    categories: tuple[str, ...] = ()
    missing: str = "unknown"

    def table(self, *, dark: bool) -> NDArray[np.uint8]:
        """Return the colours of codes 0 to ``MISSING``, shape (LEVELS + 2, 3)."""
        made = np.zeros((LEVELS + 2, 3), dtype=np.uint8)
        if self.kind == "categories":
            for i in range(len(self.categories)):
                made[i + 1] = _rgb(category_colour(i, dark=dark))
        else:
            made[1 : LEVELS + 1] = continuous_colours(LEVELS, dark=dark)
        made[MISSING] = (90, 92, 98) if dark else (190, 192, 197)
        return made


def continuous_colours(size: int, *, dark: bool) -> NDArray[np.uint8]:
    """Return viridis without the end that would vanish in the background."""
    whole = lookup_table("viridis", 512)
    part = whole[110:512] if dark else whole[0:440]
    chosen: NDArray[np.uint8] = part[np.linspace(0, len(part) - 1, size).round().astype(int)]
    return chosen


def _rgb(code: str) -> tuple[int, int, int]:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def continuous_scale(values: NDArray[np.floating]) -> Scale:
    """Scale numbers between their 1st and 99th percentiles, logarithmically where they span.

    NaN and infinity count as missing; with no finite value at all everything is missing.
    """
    values = np.asarray(values, dtype=np.float64)
    finite = np.isfinite(values)
    codes = np.full(len(values), MISSING, dtype=np.uint8)
    if not finite.any():
        return Scale(codes, "linear")
    known = values[finite]
    ends = np.percentile(known[:: len(known) // MOST_RANKED + 1], (1, 99))
    low, high = (float(v) for v in ends)
    log = low > 0 and high / low > 5
    shown, ends = known, (low, high)
    if log:
        shown, ends = np.log(np.maximum(shown, low)), (np.log(low), np.log(high))
    span = (ends[1] - ends[0]) or 1.0
    level = np.clip((shown - ends[0]) / span, 0.0, 1.0)
    codes[finite] = (1 + np.round(level * (LEVELS - 1))).astype(np.uint8)
    return Scale(codes, "log" if log else "linear", low, high)


def share_scale(values: NDArray[np.floating]) -> Scale:
    """Scale probabilities from 0 to 1 as they are; NaN counts as missing."""
    values = np.asarray(values, dtype=np.float64)
    finite = np.isfinite(values)
    codes = np.full(len(values), MISSING, dtype=np.uint8)
    codes[finite] = 1 + np.round(np.clip(values[finite], 0, 1) * (LEVELS - 1)).astype(np.uint8)
    return Scale(codes, "linear")


def percentile_scale(values: NDArray[np.floating]) -> Scale:
    """Scale percentiles from 0 to 100 as they are; NaN counts as missing."""
    return replace(share_scale(np.asarray(values, dtype=np.float64) / 100), low=0.0, high=100.0)


def on_ground(colour: str, *, dark: bool) -> str:
    """Return one of `OKABE_ITO` as it is on a ground that is so dark, any other as it is."""
    shown = dict(zip(OKABE_ITO, OKABE_ITO_ON_DARK, strict=True)) if dark else {}
    return shown.get(colour, colour)


def class_order(names: Sequence[str]) -> list[str]:
    """Return classes in the order of their colours: well-known ones, then by their names."""
    place = {name: i for i, name in enumerate(KNOWN)}
    return sorted(names, key=lambda name: (place.get(name.lower(), len(KNOWN)), name))


def class_colour(name: str, names: Sequence[str], *, dark: bool) -> str:
    """Return the colour of a class among ``names``, as everywhere in a window that is so dark."""
    return category_colour(class_order(names).index(name), dark=dark) if name in names else GREY


def category_colour(number: int, *, dark: bool) -> str:
    """Return the colour of the category of a number; after the first seven, greyer ones."""
    rounds, place = divmod(number, len(OKABE_ITO))
    share = 1 - FADING**rounds
    colours = OKABE_ITO_ON_DARK if dark else OKABE_ITO
    pairs = zip(_rgb(colours[place]), _rgb(GREY), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def categorical_scale(values: NDArray[np.str_], *, limit: int = 20) -> Scale:
    """Give the most frequent words a colour each; the rest, and "", count as missing.

    They have the order of `class_order`, so that a class looks the same wherever it is shown.
    """
    words, inverse = np.unique(values, return_inverse=True)
    return coded_scale(inverse, [str(word) for word in words], limit=limit)


def coded_scale(numbers: NDArray[np.integer], words: Sequence[str], *, limit: int = 20) -> Scale:
    """Colour words that stand as numbers, as `categorical_scale` colours the words themselves.

    Parameters
    ----------
    numbers : ndarray (N,), int
        Which of the words each source has; below 0 where unknown.
    words : sequence of str (K,)
        "", "unknown" and the like count as unknown.
    limit : int
        How many of the most frequent words have a colour.
    """
    counts = np.bincount(numbers[numbers >= 0], minlength=len(words))
    common = np.argsort(-counts, kind="stable")
    known = (int(i) for i in common if counts[i] and words[i].lower() not in NOBODY_KNOWS)
    order = list(islice(known, limit))
    ranks = class_order([words[i] for i in order])
    order.sort(key=lambda i: ranks.index(words[i]))
    code = np.full(len(words) + 1, MISSING, dtype=np.uint8)  # the last is of what is below 0
    code[order] = np.arange(1, len(order) + 1, dtype=np.uint8)
    return Scale(code[numbers], "categories", categories=tuple(words[i] for i in order))
