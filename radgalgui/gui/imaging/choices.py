"""What lies over the pictures, and how they move together: remembered from one day to the next."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

__all__ = ["FRAMES", "Choices", "parse_levels"]

#: Frames of the coordinate grid, by the words of the window.
FRAMES = {"icrs": "ICRS", "galactic": "Galactic"}

MOST_LEVELS = 12


@dataclass(frozen=True)
class Choices:
    """Switches of the image view.

    Parameters
    ----------
    grid, contours, compass, scale_bar, beam, outline : bool
        What is painted over the pictures.
    frame : {"icrs", "galactic"}
        Of the grid.
    levels : tuple of float
        Of the contours, in sigma of the noise.
    negative : bool
        Whether contours of minus these levels are drawn too, dashed.
    locked : bool
        Whether all pictures are moved together, by their positions on the sky.
    north_up : bool
        Whether pictures are turned so that north is up and east left.
    histogram : bool
        Whether the histogram of the pixels is shown, and ``in_view`` whether it counts
        only those in view.
    interval : float
        Of blinking, seconds.
    """

    grid: bool = False
    frame: str = "icrs"
    contours: bool = False
    levels: tuple[float, ...] = (3.0, 6.0, 12.0, 24.0, 48.0, 96.0)
    negative: bool = True
    compass: bool = False
    scale_bar: bool = True
    beam: bool = True
    outline: bool = True
    locked: bool = True
    north_up: bool = False
    histogram: bool = False
    in_view: bool = False
    interval: float = 0.7

    def text(self) -> str:
        """Return the choices as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Choices:
        """Return what `text` told; whatever of it cannot be used is as on the first day."""
        default = cls()
        try:
            told = json.loads(text or "{}")
        except ValueError:
            return default
        if not isinstance(told, dict):
            return default
        kept: dict[str, Any] = {}
        for field in fields(cls):
            value, usual = told.get(field.name), getattr(default, field.name)
            if isinstance(usual, tuple) and isinstance(value, list):
                value = parse_levels(" ".join(map(str, value))) or usual
            if type(value) is type(usual):
                kept[field.name] = value
        made = cls(**kept)
        sane = made.frame in FRAMES and 0.1 <= made.interval <= 10.0
        return made if sane else default


def parse_levels(text: str) -> tuple[float, ...]:
    """Return levels typed with spaces, commas or semicolons between; () where one is none.

    They must be positive, and are put in order; twelve are the most.
    """
    words = text.replace("σ", " ").replace(",", " ").replace(";", " ").split()
    try:
        levels = sorted({float(word) for word in words})
    except ValueError:
        return ()
    if not levels or levels[0] <= 0 or levels[-1] > 1e9 or len(levels) > MOST_LEVELS:
        return ()
    return tuple(levels)
