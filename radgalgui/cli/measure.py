"""``radgalgui measure``: size and flux of the source in each image, with their errors."""

from __future__ import annotations

import argparse
import math
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radgalgui.cli.answers import Answer, Answering, answer_images, say_what_was_read
from radgalgui.cli.output import check_outputs, complain, print_table
from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from radgalgui.sky.image import SkyPosition
    from radgalgui.sky.measuring.flux import Flux
    from radgalgui.sky.measuring.source import Ask, Measured

__all__ = ["add_arguments", "run"]

COLUMNS = (
    "file", "ra", "dec", "angular_size_arcsec", "position_angle", "deconvolved_arcsec", "resolved",
    "flux", "flux_error", "flux_unit", "peak", "noise", "image_unit", "aperture_flux",
    "aperture_error", "aperture_beams", "aperture_empty_error", "aperture_blank", "at_edge",
)  # fmt: skip
_SHOWN = (
    "file", "ra", "dec", "angular_size_arcsec", "position_angle", "deconvolved_arcsec", "flux",
    "flux_error", "flux_unit", "aperture_flux", "aperture_error",
)  # fmt: skip
_FORMATS = {
    "ra": ".6f", "dec": "+.6f", "angular_size_arcsec": ".1f", "position_angle": ".1f",
    "deconvolved_arcsec": ".1f", "flux": ".5g", "flux_error": ".2g", "aperture_flux": ".5g",
    "aperture_error": ".2g",
}  # fmt: skip
_ON_THE_SKY = (
    "angular_size_arcsec", "deconvolved_arcsec", "aperture_flux", "aperture_error",
    "aperture_beams", "aperture_empty_error", "aperture_blank",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="FITS images, or folders of them")
    parser.add_argument(
        "--position",
        metavar="'RA DEC'",
        help="where the source lies; sexagesimal or degrees, ICRS (default: the source that "
        "stands out near the middle, all of its parts)",
    )
    parser.add_argument(
        "--sigma",
        type=float,
        default=3.0,
        metavar="N",
        help="its size and flux are those of what rises above so many times the noise (default: 3)",
    )
    parser.add_argument(
        "--aperture",
        metavar="R[,R2,PA]",
        help="also add up a circle of this radius about it, arcsec, or an ellipse of two "
        "semi-axes and a position angle, degrees; only in images with coordinates",
    )
    parser.add_argument(
        "--annulus",
        action="store_true",
        help="subtract the level of the sky around the aperture",
    )
    parser.add_argument(
        "--beam",
        type=float,
        metavar="ARCSEC",
        help="full width of the beam of images whose header tells none",
    )
    parser.add_argument("--csv", metavar="OUT", help="write a CSV file ('-' for standard output)")
    parser.add_argument("--votable", metavar="OUT", help="write a VOTable")
    parser.set_defaults(events=False)


def run(options: argparse.Namespace) -> int:
    """Measure every image that can be measured; 2 if one or more could not."""
    check_outputs(options)
    _aperture(options.aperture)
    for name, value in (("--sigma", options.sigma), ("--beam", options.beam)):
        if value is not None and not (math.isfinite(value) and value > 0):
            raise UsageError(f"{name} {value:g} is not above zero", remedy="give a positive number")
    return answer_images(options, partial(_prepare, options))


def _prepare(options: argparse.Namespace) -> Answering:
    return Answering(partial(_answer, options), COLUMNS)


def _aperture(text: str | None) -> tuple[float, float, float] | None:
    """Return semi-axes and position angle as they were typed."""
    if text is None:
        return None
    try:
        numbers = [float(word) for word in re.split(r"[,\s]+", text.strip())]
    except ValueError:
        numbers = []
    sane = all(map(math.isfinite, numbers)) and all(axis > 0 for axis in numbers[:2])
    if len(numbers) not in (1, 3) or not sane:
        raise UsageError(
            f"--aperture {text!r} is no aperture",
            remedy="give a radius, or two semi-axes and a position angle: 30,15,120",
        )
    first, second, angle = numbers if len(numbers) == 3 else (numbers[0], numbers[0], 0.0)
    return first, second, angle


def _answer(options: argparse.Namespace, path: Path, position: SkyPosition | None) -> Answer:
    from radgalgui.sky.fits import read_image
    from radgalgui.sky.image import Beam
    from radgalgui.sky.measuring.source import Ask, measure_source

    beam = None if options.beam is None else Beam(options.beam, options.beam)
    ask: Ask = Ask(position, options.sigma, _aperture(options.aperture), options.annulus, beam)
    image = read_image(path)
    told = measure_source(image, ask)
    say_what_was_read(path, image)
    row = _row(path, told) | {"image_unit": image.unit}
    if image.wcs is None:
        row.update(dict.fromkeys(_ON_THE_SKY))
        complain(f"{path}: note: {_without_coordinates(told)}")
    if image.wcs is None or (image.beam is None and beam is None):
        row["resolved"] = None
    shown = [name for name in _SHOWN if row[name] is not None or not name.startswith("aperture")]
    return [row], partial(print_table, shown, [row], formats=_FORMATS)


def _without_coordinates(told: Measured) -> str:
    """Return what is said of an image whose pixels have no size in arcsec."""
    size = "" if told.size is None else f"; its size is {told.size.length:.1f} pixels"
    return f"The image has no sky coordinates: nothing is known in arcsec{size}."


def _row(path: Path, told: Measured) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row.update(file=path.name, noise=told.noise)
    if told.position is not None:
        row.update(ra=told.position.ra, dec=told.position.dec)
    if told.size is not None:
        size, flux = told.size, told.size.flux
        row.update(
            angular_size_arcsec=_known(size.length),
            position_angle=_known(size.position_angle),
            deconvolved_arcsec=_known(size.deconvolved),
            resolved=size.resolved,
            flux=_known(flux.value),
            flux_error=_known(flux.error),
            flux_unit=_unit(flux),
            peak=_known(flux.peak),
            at_edge=size.touches_edge,
        )
    if told.flux is not None:
        row.update(
            aperture_flux=_known(told.flux.value),
            aperture_error=_known(told.flux.error),
            aperture_beams=_known(told.flux.beams),
            aperture_empty_error=_known(told.flux.empty_error),
            aperture_blank=told.flux.blank,
            flux_unit=_unit(told.flux),
        )
    return row


def _unit(flux: Flux) -> str:
    """Return the unit, saying where values were merely added up."""
    return flux.unit if flux.is_flux else f"sum of {flux.unit or 'pixel values'}"


def _known(value: float) -> float | None:
    return float(f"{value:.7g}") if math.isfinite(value) else None
