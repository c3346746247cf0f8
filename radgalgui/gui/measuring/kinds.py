"""What can be measured with the mouse, and how each is called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["KINDS", "Kind", "Settings", "Words"]


class Kind(Enum):
    """What is measured."""

    DISTANCE = "distance"
    FLUX = "flux"
    SIZE = "size"
    LINE = "line"
    RADIAL = "radial"


@dataclass(frozen=True)
class Words:
    """How a kind is called: on its button, in the menu and the list, by its key, and a hint."""

    brief: str
    menu: str
    keys: str
    hint: str
    tip: str


KINDS: dict[Kind, Words] = {
    Kind.DISTANCE: Words(
        "Distance",
        "&Distance",
        "Shift+D",
        "Drag from one place to the other.",
        "Distance in arcsec and position angle between two places",
    ),
    Kind.FLUX: Words(
        "Flux",
        "&Flux in an aperture",
        "Shift+F",
        "Drag from the centre outwards; a click takes the last aperture again.",
        "Flux in a circle or an ellipse, with its error",
    ),
    Kind.SIZE: Words(
        "Size",
        "Largest angular &size",
        "Shift+S",
        "Click a source; Shift and a click add another part of it.",
        "Largest extent of what rises above the noise under the pointer",
    ),
    Kind.LINE: Words(
        "Line",
        "&Line profile",
        "Shift+L",
        "Drag along a line.",
        "Profile of the brightness along a line",
    ),
    Kind.RADIAL: Words(
        "Radial",
        "&Radial profile",
        "Shift+R",
        "Drag from the centre outwards; a click takes the last radius again.",
        "Radial profile: mean brightness in rings about a place",
    ),
}


@dataclass(frozen=True)
class Settings:
    """How is measured.

    Parameters
    ----------
    ratio : float
        Shorter over longer axis of apertures.
    annulus : bool
        Whether the level of the sky around is subtracted.
    sigma : float
        Times the noise above which islands rise.
    beam : float
        Full width of a round beam, arcsec, where the header tells none; 0 leaves it unknown.
    """

    ratio: float = 1.0
    annulus: bool = False
    sigma: float = 3.0
    beam: float = 0.0
