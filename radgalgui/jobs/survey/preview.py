"""A few sources of an input as encoders will see them, and what there is to warn of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import numpy as np

from radgalgui.errors import Cancelled
from radgalgui.jobs.survey.cutting import Cutter, refusal
from radgalgui.jobs.survey.flux import jansky_per_beam
from radgalgui.jobs.survey.plan import Cut, Plan, Rejected, Row
from radgalgui.jobs.survey.rows import rows
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.cutout import widened
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["Preview", "preview", "warnings_of"]

_DRAWN_FROM: Final = 20_000  # first rows of an input
_TRIES: Final = 3  # rows that are tried for each that is wanted
_MANY: Final = 0.25  # share of sources from which a remark becomes a warning
_SATURATED: Final = 0.002  # share of pixels at the top level
_SMALL: Final = 1.3  # beams
_TEXTS: Final = {
    "no-wcs": "have no sky coordinates, and their pixel scale is not known: their pixels are taken "
    "for the encoder's{scale}. Give the pixel scale if you know it",
    "rescaled": "have other pixels than the encoder's, and are resampled",
    "beam-coarse": "have a wider beam than the encoder knows: sources look smoother and smaller "
    "than those it learned from. Showing as many beams of sky may help",
    "low-signal": "show nothing above 5 times the noise where the source should be",
    "faint": "are faint, below 10 times the noise",
    "no-noise": "have no noise, as if their background had been cut off: every positive pixel "
    "counts as emission",
    "larger-than-cutout": "are larger than the cutout{field}, and lose their outer parts",
    "near-edge": "lie at the edge of their image or of a blank",
    "blanks": "have blanks in the cutout, which count as no emission",
    "background": "have a background off zero, which is subtracted",
    "off-middle": "have no source near the middle of their image: another was taken. With a table "
    "of positions the right one can be cut",
    "large-image": "are large: only the source nearest their middle is cut out. With a table of "
    "positions all of their sources can be",
    "planes": "have several planes: the first that is not blank is taken",
    "beam": "tell a beam wider than themselves, which is left out: beams are told in degrees",
    "colours": "have colours: where these stand for brightness, encoders see something else than "
    "you do. Save the images in grey, or give FITS files",
    "unreadable": "have a value in the table that cannot be used, and is left out",
    "not-in-table": "are not told of in the table",
    "encoding": "stand in a line of the table that is not in UTF-8",
}


@dataclass(frozen=True)
class Preview:
    """Some sources of an input.

    Parameters
    ----------
    cuts : list of tuple of (Row, Cut)
        In the input's order.
    rejected : list of Rejected
        Of the rows that were looked at, those that cannot become sources.
    warnings : list of str
        A sentence each, the most frequent first.
    """

    cuts: list[tuple[Row, Cut]]
    rejected: list[Rejected]
    warnings: list[str] = field(default_factory=list)


def preview(
    plan: Plan,
    preprocessing: Preprocessing,
    count: int = 12,
    seed: int = 0,
    *,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> Preview:
    """Cut some sources out of an input, drawn at random from its first 20,000 rows.

    Parameters
    ----------
    plan : Plan
        What is to be built.
    preprocessing : Preprocessing
        Of the encoders.
    count : int, optional
        Sources wanted; fewer where the input has not as many good ones among three times as
        many rows.
    seed : int, optional
        The same draws the same.
    progress, cancel
        Told, and looked at, for each.

    Raises
    ------
    ImageError, UsageError, DataError
        If the input or its table cannot be opened.
    Cancelled
        If the user asked to stop.
    """
    every = list(islice(rows(plan, cancel=cancel), _DRAWN_FROM))
    cuts: list[tuple[Row, Cut]] = []
    rejected: list[Rejected] = []
    drawn = np.random.default_rng(seed).permutation(len(every))[: _TRIES * count]
    with Cutter(plan, preprocessing) as cutter:
        for number in drawn.tolist():
            if len(cuts) == count:
                break
            if cancel is not None:
                cancel.check()
            row = every[number]
            if isinstance(row, Rejected):
                rejected.append(row)
                continue
            try:
                cuts.append((row, cutter.cut(row)))
            except Cancelled:
                raise
            except Exception as error:  # as in a build
                rejected.append(refusal(row, error))
            progress(len(cuts), count, "cutting out examples")
    cuts.sort(key=lambda pair: pair[0].number)
    rejected.sort(key=lambda each: each.number)
    return Preview(cuts, rejected, warnings_of(cuts, plan, preprocessing))


def warnings_of(
    cuts: Sequence[tuple[Row, Cut]], plan: Plan, preprocessing: Preprocessing
) -> list[str]:
    """Return what there is to warn of in some sources, a sentence each."""
    if not cuts:
        return []
    pieces = [cut for _, cut in cuts]
    told = {code: sum(_has(cut, code) for cut in pieces) for code in _TEXTS}
    shown = widened(preprocessing, plan.options.field)
    scale = f', {preprocessing.pixel_scale:g}" each'
    wide = f', {shown.field_of_view:.0f}"'
    frequent = sorted(told, key=lambda code: -told[code])
    remarks = [
        f"{_share(told[code], len(pieces))} {_TEXTS[code].format(scale=scale, field=wide)}."
        for code in frequent
        if told[code] >= max(_MANY * len(pieces), 1)
    ]
    return [*remarks, *_on_units(pieces), *_on_size(pieces, shown), *_on_levels(pieces)]


def _has(cut: Cut, code: str) -> bool:
    return any(note.code == code for note in cut.notes)


def _share(count: int, of: int) -> str:
    return f"All {of} examples" if count == of else f"{count} of {of} examples"


def _on_units(pieces: Sequence[Cut]) -> Iterator[str]:
    """Warn of units that are missing, mixed or no surface brightness."""
    units = sorted({cut.unit for cut in pieces})
    told = [unit for unit in units if unit]
    if len(units) > 1:
        shown = ", ".join(told) + (" or no unit" if "" in units else "")
        yield f"The images are in different units: {shown}. Fluxes are measured where they can be."
    elif told and np.isnan(jansky_per_beam(told[0])):
        yield f"The images are in {told[0]}, not in Jy/beam: fluxes are not measured."


def _on_size(pieces: Sequence[Cut], preprocessing: Preprocessing) -> Iterator[str]:
    """Warn of sources that are points, or that are many times the field."""
    sizes = np.array([cut.angular_size for cut in pieces if cut.angular_size > 0])
    if not sizes.size:
        return
    beam = max(preprocessing.beam, preprocessing.pixel_scale)
    small = int((sizes < _SMALL * 2 * beam).sum())
    if small > 0.5 * len(pieces):
        yield (
            f"{_share(small, len(pieces))} are hardly larger than the beam (the median is "
            f'{np.median(sizes):.0f}"): encoders see points, which look alike.'
        )
    if np.median(sizes) < 0.05 * preprocessing.field_of_view:
        yield (
            f'The sources fill little of the {preprocessing.field_of_view:.0f}" that encoders see. '
            "Is the pixel scale right?"
        )


def _on_levels(pieces: Sequence[Cut]) -> Iterator[str]:
    """Warn of pixels that stop at a top level."""
    cut_off = sum(_is_saturated(cut) for cut in pieces)
    if cut_off >= max(_MANY * len(pieces), 1):
        yield (
            f"{_share(cut_off, len(pieces))} have their brightest pixels cut off at one value, "
            "as in a picture with too much contrast: what is bright looks flat."
        )


def _is_saturated(cut: Cut) -> bool:
    """Tell whether many pixels share the largest value."""
    for plane in cut.data:
        known = plane[np.isfinite(plane)]
        if known.size and known.max() > 0:
            at_top = int((known >= known.max() * (1 - 1e-6)).sum())
            if at_top > max(_SATURATED * plane.size, 4):
                return True
    return False
