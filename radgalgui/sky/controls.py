"""Controls: pictures drawn by code, of which everybody knows beforehand how usual they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from radgalgui.progress import CancelToken
    from radgalgui.sky.preprocess import Preprocessing

__all__ = ["CONTROLS", "EXPECTED", "Control", "Expected", "controls"]

Expected = Literal["strange", "ordinary", "either"]
"""Where a control should fall in a survey of radio galaxies; "either" depends on the survey."""

_FIRST_FIELD: Final = 64 * 2.7  # arcsec: how much sky the controls are drawn for
_FIRST_BEAM: Final = 5.4


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What a control is called, what it is, where it should fall, and how it is drawn."""

    title: str
    sentence: str
    expected: Expected
    index: int
    kinds: tuple[str, ...] = ("FRII",)


CONTROLS: Final[dict[str, _Drawing]] = {
    "galaxy": _Drawing(
        "An ordinary radio galaxy",
        "A simulated FRII with its two lobes, as surveys such as FIRST show them.",
        "ordinary",
        4,
    ),
    "point": _Drawing(
        "A point source",
        "One unresolved source and nothing else: ordinary where a catalogue holds compact sources.",
        "either",
        0,
    ),
    "noise": _Drawing(
        "Noise of a telescope",
        "No source at all, only noise that is correlated over the beam.",
        "strange",
        10,
    ),
    "white-noise": _Drawing(
        "White noise",
        "No source at all, only noise that differs from pixel to pixel.",
        "strange",
        5,
    ),
    "artefact": _Drawing(
        "Stripes over a galaxy",
        "A simulated FRII under parallel ridges, as a bad baseline or a strong source outside the "
        "image leaves them.",
        "strange",
        8,
    ),
    "doubled": _Drawing(
        "A galaxy twice",
        "The same simulated FRII twice, side by side, as a wrong shift in stacking leaves it.",
        "strange",
        0,
    ),
    "coarse": _Drawing(
        "Pixels twice too large",
        "A simulated FRII in pixels twice as large as its header tells: it and the beam look half "
        "their size.",
        "strange",
        1,
    ),
    "magnified": _Drawing(
        "Pixels twice too small",
        "A simulated FRII in pixels half as large as its header tells: it and the beam look twice "
        "their size.",
        "strange",
        1,
    ),
    "blocks": _Drawing(
        "Hard-edged blocks",
        "Rectangles of even brightness, with edges sharper than any beam.",
        "strange",
        0,
    ),
    "stripes": _Drawing(
        "Hard-edged stripes",
        "A square of even stripes, with edges sharper than any beam.",
        "strange",
        0,
    ),
}
"""By their kind, which is a name of `radgalgui.sky.simulate.contaminants.CONTAMINANTS`."""

EXPECTED: Final[dict[str, Expected]] = {kind: it.expected for kind, it in CONTROLS.items()}


@dataclass(frozen=True, slots=True)
class Control:
    """A picture drawn by code.

    Parameters
    ----------
    kind : str
        Its key in `CONTROLS`.
    title, sentence : str
        What it is called, and what it is, in words.
    expected : {"strange", "ordinary", "either"}
        Where it should fall.
    seen : ndarray, shape (C, S, S), float32
        What an encoder sees of it, in [0, 1].
    """

    kind: str
    title: str
    sentence: str
    expected: Expected
    seen: NDArray[np.float32]


def controls(
    preprocessing: Preprocessing, *, cancel: CancelToken | None = None
) -> tuple[Control, ...]:
    """Draw the controls as an encoder sees them, each by the way that a query goes.

    Parameters
    ----------
    preprocessing : Preprocessing
        How the encoder's images are made ready.  Encoders of another beam than FIRST's are shown
        as much sky as one of FIRST; those of several bands see the same in each.
    cancel : CancelToken, optional
        Looked at before each.

    Returns
    -------
    tuple of Control
        In the order of `CONTROLS`; always the same pictures.

    Raises
    ------
    Cancelled
        If the user asked to stop.
    """
    return tuple(_draw(kind, preprocessing, cancel) for kind in CONTROLS)


def _draw(kind: str, preprocessing: Preprocessing, cancel: CancelToken | None) -> Control:
    from dataclasses import replace

    from radgalgui.sky.cutout import make_cutout
    from radgalgui.sky.simulate.contaminants import contaminant

    if cancel is not None:
        cancel.check()
    it = CONTROLS[kind]
    image = contaminant(kind, it.index, seed=7, kinds=it.kinds)
    if preprocessing.channels > 1:
        image = replace(image, bands=(image.data,) * preprocessing.channels)
    field = None if preprocessing.beam == _FIRST_BEAM else _FIRST_FIELD
    seen = make_cutout(image, preprocessing, field=field).seen
    return Control(kind, it.title, it.sentence, it.expected, seen)
