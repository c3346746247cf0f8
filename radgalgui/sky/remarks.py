"""What there is to say about a cutout: one sentence each, with numbers and units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from radgalgui.sky.image import Note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from radgalgui.sky.celestial import LocalGrid
    from radgalgui.sky.image import Beam, SkyImage
    from radgalgui.sky.preprocess import Preprocessing
    from radgalgui.sky.sources import Source

__all__ = ["on_cutout", "pedestal", "smoothed"]

_LOW_SIGNAL = 5.0
_COARSE = 1.15
_RESCALED = 0.005
_TURNED = 0.5
_LARGE_FIELDS = 10.0
_OFF_MIDDLE = 30.0


def on_cutout(
    image: SkyImage,
    preprocessing: Preprocessing,
    grid: LocalGrid,
    data: NDArray[np.float32],
    *,
    snr: float,
    angular_size: float,
    source: Source | None,
    others: Sequence[Source],
    offset: float,
    asked: bool,
) -> Iterator[Note]:
    """Yield what a user should know of a cutout before trusting its answer.

    Parameters
    ----------
    image : SkyImage
        What it was cut from.
    preprocessing : Preprocessing
        What it was cut for.
    grid : LocalGrid
        The image's pixel grid there.
    data : ndarray, shape (S, S)
        The cutout; NaN is blank.
    snr, angular_size : float
        Of the source: peak over noise, and arcsec.
    source : Source or None
        None where nothing rises above 5 sigma.
    others : sequence of Source
        Further sources inside the cutout.
    offset : float
        From the image's middle to the cutout's, arcsec.
    asked : bool
        Whether the position was given.

    Yields
    ------
    Note
        With the codes ``rescaled``, ``turned``, ``beam-coarse``, ``low-signal``, ``faint``,
        ``no-noise``, ``larger-than-cutout``, ``near-edge``, ``several-sources``, ``blanks``,
        ``large-image`` and ``off-middle``.  `pedestal` says ``background`` and `smoothed`
        ``beam-smoothed``; `radgalgui.sky.fits.read_image` ``no-wcs``, ``planes``, ``images`` and
        ``beam``.
    """
    if image.wcs is not None:
        yield from _grid_notes(preprocessing, grid)
    yield from _beam_notes(image, preprocessing)
    yield from _signal_notes(source, snr, asked=asked)
    yield from _extent_notes(preprocessing, source, angular_size, others)
    yield from _blank_notes(data)
    if not asked:
        yield from _choice_notes(image, preprocessing, grid, offset)


def pedestal(level: float, noise: float, unit: str) -> Note:
    """Say that a constant was subtracted."""
    return Note(
        "background",
        f"The background lies at {_quantity(level, unit)}, {abs(level) / noise:.0f} times the "
        "noise off zero: it was subtracted.",
    )


def smoothed(beam: Beam, preprocessing: Preprocessing, *, known: bool) -> Note:
    """Say that the image was smoothed to the encoder's beam."""
    widths = f"{_arcsec(beam.major)} x {_arcsec(beam.minor)}"
    told = (
        f"The beam, {widths}, is"
        if known
        else f"No beam is told; one of three pixels, {widths}, is assumed,"
    )
    return Note(
        "beam-smoothed",
        f"{told} finer than the encoder's {_arcsec(preprocessing.beam)}: the image was smoothed "
        "to it.",
    )


def _grid_notes(preprocessing: Preprocessing, grid: LocalGrid) -> Iterator[Note]:
    """Say that the pixel grid was changed, and not only as that of every training image was."""
    usual = (preprocessing.survey_scale or preprocessing.pixel_scale, preprocessing.pixel_scale)
    unusual = all(abs(grid.scale / scale - 1) >= _RESCALED for scale in usual)
    if unusual or grid.stretch >= 1 + 2 * _RESCALED:
        yield Note(
            "rescaled",
            f"Pixels of {grid.scale:.2f}\" were resampled to the encoder's "
            f'{preprocessing.pixel_scale:.2f}".',
        )
    if not grid.east_left:
        yield Note(
            "turned",
            "The image is mirrored (east to the right): it was turned north up, east left.",
        )
    elif abs(grid.rotation) >= _TURNED:
        yield Note(
            "turned",
            f"North lies {abs(grid.rotation):.1f} degrees from the image's vertical: it was turned "
            "north up.",
        )


def _beam_notes(image: SkyImage, preprocessing: Preprocessing) -> Iterator[Note]:
    """Say that the image is coarser than what the encoder knows."""
    if image.beam is None or preprocessing.beam <= 0:
        return
    width = float(np.sqrt(image.beam.major * image.beam.minor))
    times = width / preprocessing.beam
    if times > _COARSE:
        yield Note(
            "beam-coarse",
            f"The beam, {_arcsec(image.beam.major)} x {_arcsec(image.beam.minor)}, is {times:.1f} "
            f"times as wide as the encoder's {_arcsec(preprocessing.beam)}: sources look smoother "
            "than those it knows, and the answer means less.",
        )


def _signal_notes(source: Source | None, snr: float, *, asked: bool) -> Iterator[Note]:
    """Say that there is little to go by."""
    if source is None:
        where = "at this position" if asked else "in the image; the cutout is of its middle"
        yield Note(
            "low-signal",
            f"Nothing rises above {_LOW_SIGNAL:.0f} times the noise {where}: the answer means "
            "little.",
        )
    elif snr < 2 * _LOW_SIGNAL:
        yield Note(
            "faint", f"The source's peak is only {snr:.1f} times the noise: the answer is unsure."
        )
    if not np.isfinite(snr):
        yield Note(
            "no-noise",
            "The background has no noise (it was cut off or blanked before): every positive pixel "
            "counts as emission.",
        )


def _extent_notes(
    preprocessing: Preprocessing,
    source: Source | None,
    angular_size: float,
    others: Sequence[Source],
) -> Iterator[Note]:
    """Say that the cutout holds less than the source, or more."""
    if angular_size > preprocessing.field_of_view:
        yield Note(
            "larger-than-cutout",
            f"The source measures {angular_size:.0f}\", more than the cutout's "
            f'{preprocessing.field_of_view:.0f}": its outer parts are cut off.',
        )
    if source is not None and source.touches_edge:
        yield Note(
            "near-edge", "The source meets the image's edge or a blank: part of it may be missing."
        )
    if others:
        further = "another source" if len(others) == 1 else f"{len(others)} other sources"
        yield Note(
            "several-sources",
            f"The cutout also holds {further}: the encoder sees them together.",
        )


def _blank_notes(data: NDArray[np.float32]) -> Iterator[Note]:
    """Say what the cutout lacks."""
    blank = 1.0 - float(np.isfinite(data).mean())
    if blank > 0:
        percent = f"{100 * blank:.0f} %" if blank >= 0.01 else "Under 1 %"
        yield Note(
            "blanks",
            f"{percent} of the cutout is blank or outside the image, and counts as no emission.",
        )


def _choice_notes(
    image: SkyImage, preprocessing: Preprocessing, grid: LocalGrid, offset: float
) -> Iterator[Note]:
    """Say that it might be another source that is meant."""
    side = min(image.data.shape) * grid.scale
    if side > _LARGE_FIELDS * preprocessing.field_of_view:
        yield Note(
            "large-image",
            f"The image is {side / 60:.0f}' wide: the source nearest its middle was taken; give a "
            "position for another.",
        )
    if offset > _OFF_MIDDLE:
        yield Note(
            "off-middle",
            f"The source lies {_arcsec(offset)} from the image's middle, where none stands out as "
            "much: give a position for another.",
        )


def _arcsec(value: float) -> str:
    return f'{value:.1f}"'


def _quantity(value: float, unit: str) -> str:
    return f"{value:.3g} {unit}".strip()
