"""What is to become of a user's input: the plan, a row of it, and what was cut out for a row."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import UsageError
from radgalgui.sky.image import Note

__all__ = ["FRAMES", "KINDS", "ROLES", "Cut", "Options", "Plan", "Rejected", "Row"]

Kind = Literal["folder", "table", "mosaic", "stack", "published"]

KINDS: Final = ("folder", "table", "mosaic", "stack", "published")
"""Image files; a table that names them; positions in large images; arrays; published sets."""

ROLES: Final = ("name", "ra", "dec", "path", "label", "angular_size", "flux", "redshift")
"""What a table's column may mean; every other column comes along under its own name."""

FRAMES: Final = ("icrs", "fk5", "fk4", "galactic")
"""Of a table's positions: FK5 is J2000, FK4 B1950."""

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "ra_unit": ("deg", "hour", "rad"),
    "dec_unit": ("deg", "rad"),
    "frame": FRAMES,
    "angular_size_unit": ("arcsec", "arcmin", "deg", "mas"),
    "flux_unit": ("Jy", "mJy", "uJy"),
    "centre": ("source", "position"),
    "pixels": ("sky", "ready"),
}


@dataclass(frozen=True)
class Options:
    """What must be known of an input beyond which column means what.

    Parameters
    ----------
    ra_unit, dec_unit : str
        Of plain numbers: ``deg``, ``hour`` (right ascension only) or ``rad``.  Sexagesimal
        values, and those with a unit written behind them, are read by themselves.
    frame : str
        One of `FRAMES`; Galactic longitude and latitude take the roles of ``ra`` and ``dec``.
    angular_size_unit, flux_unit : str
        Of plain numbers: ``arcsec``, ``arcmin``, ``deg`` or ``mas``; ``Jy``, ``mJy`` or ``uJy``.
    centre : str
        ``position`` centres cutouts on the positions given, ``source`` on the source found
        near the middle of each image, as a query does.
    pixel_scale : float or None
        Arcsec a pixel of images that have no coordinates; None takes them for the encoder's.
    beam : float or None
        Full width at half maximum, arcsec, of images that tell none.
    field : float or None
        Arcsec of sky that encoders are shown; None for what they were trained on.
    softening : float or None
        Of the stretch; None for the encoders' own.
    pixels : str
        ``sky`` for brightnesses, which are cut, clipped and stretched; ``ready`` for images that
        already are what encoders see, and are taken as they are.
    dataset : str
        The data set of an HDF5 file that holds the images.
    names : str
        ``mirabest`` where names tell class, position, redshift and angular size.
    """

    ra_unit: str = "deg"
    dec_unit: str = "deg"
    frame: str = "icrs"
    angular_size_unit: str = "arcsec"
    flux_unit: str = "Jy"
    centre: str = "source"
    pixel_scale: float | None = None
    beam: float | None = None
    field: float | None = None
    softening: float | None = None
    pixels: str = "sky"
    dataset: str = ""
    names: str = ""

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            value = getattr(self, name)
            if value not in choices:
                raise UsageError(
                    f"the option {name} cannot be {value!r:.40}",
                    remedy=f"choose {', '.join(choices)}",
                )
        for name in ("pixel_scale", "beam", "field", "softening"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise UsageError(f"the option {name} is {value:g}", remedy="give a number above 0")


@dataclass(frozen=True)
class Plan:
    """Everything that decides which sources an input becomes; plain values, fit for JSON.

    Parameters
    ----------
    inputs : tuple of str
        Absolute paths of files and folders with images.
    kind : str
        One of `KINDS`.
    table : str or None
        Absolute path of the table that tells of the sources.
    columns : mapping of str to str
        The table's column for each role of `ROLES` that it fills.
    title : str
        What the sources are, in plain words.
    survey : str
        The survey or telescope, "" where unknown.
    options : Options
        What must be known besides.
    """

    inputs: tuple[str, ...]
    kind: Kind
    table: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    survey: str = ""
    options: Options = field(default_factory=Options)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UsageError(f"no kind of input {self.kind!r:.40}")
        for role in self.columns:
            if role not in ROLES:
                raise UsageError(
                    f"no role {role!r:.40} for a column", remedy=f"choose {', '.join(ROLES)}"
                )

    def with_options(self, **options: Any) -> Plan:
        """Return the plan with some options changed."""
        return dataclasses.replace(self, options=dataclasses.replace(self.options, **options))

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as JSON holds it."""
        return {**asdict(self), "inputs": list(self.inputs), "columns": dict(self.columns)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Plan:
        """Read a plan written by `to_dict`.

        Raises
        ------
        UsageError
            If it is of another version of this program, or damaged.
        """
        try:
            held = dict(values)
            held["inputs"] = tuple(str(path) for path in held["inputs"])
            held["columns"] = {str(role): str(name) for role, name in held["columns"].items()}
            held["options"] = Options(**held["options"])
            return cls(**held)
        except (AttributeError, KeyError, TypeError) as error:
            raise UsageError(
                f"the plan cannot be read ({error})", remedy="begin anew, without --resume"
            ) from error


@dataclass(frozen=True)
class Row:
    """One source of an input, before its image is read.

    Parameters
    ----------
    number : int
        Which row of the input it is, from 0.
    name : str
        As the survey wrote it; unique, "#2" behind it where another source bears it already.
    ra, dec : float
        ICRS degrees; NaN where only the image can tell.
    path : str or None
        The file with its image; None for mosaics and stacks.
    index : int or None
        Which image of a stack it is, from 0.
    label : str
        The class that people gave it, "" where none.
    columns : dict of str to float or str
        What else the input tells, the same columns for every row; NaN and "" where blank.
    notes : tuple of Note
        What had to be assumed.
    """

    number: int
    name: str
    ra: float = math.nan
    dec: float = math.nan
    path: str | None = None
    index: int | None = None
    label: str = ""
    columns: dict[str, float | str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Rejected:
    """A row of an input that cannot become a source, and why, in one sentence."""

    number: int
    name: str
    reason: str


@dataclass(frozen=True)
class Cut:
    """What was cut out of an image for a row.

    Parameters
    ----------
    seen : ndarray, shape (C, S, S), float32
        What encoders see, in [0, 1].
    data : ndarray, shape (C, S, S), float32
        Sky values on the same grid, in ``unit``; NaN is blank.
    ra, dec : float
        The source's position, ICRS degrees: as told where cutouts are centred on positions, else
        the cutout's centre; as told or NaN where the image has no coordinates.
    angular_size : float
        Largest extent above 3 sigma, arcsec; 0 where nothing stands out, NaN where not measured.
    peak_snr : float
        Peak over noise; infinite where there is no noise, NaN where not measured.
    flux : float
        Flux density of the source's islands, Jy; NaN where the image's unit or beam is unknown.
    noise : float
        In ``unit``.
    unit : str
        Of the image, "" where it tells none.
    origin : str
        The file that it was cut from.
    notes : tuple of Note
        What was done or assumed.
    """

    seen: NDArray[np.float32]
    data: NDArray[np.float32]
    ra: float
    dec: float
    angular_size: float
    peak_snr: float
    flux: float
    noise: float = math.nan
    unit: str = ""
    origin: str = ""
    notes: tuple[Note, ...] = ()
