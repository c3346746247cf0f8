"""What commands that make or change a catalogue share: input, encoders, and how it ends."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from radgalgui.cli.devices import add_device_arguments
from radgalgui.cli.reporting import Reporter, add_events
from radgalgui.errors import UsageError

if TYPE_CHECKING:
    from radgalgui.jobs.survey.build import Built
    from radgalgui.jobs.survey.inputs import Recognised

__all__ = [
    "Curve",
    "add_attempts",
    "add_input",
    "all_encoders",
    "chosen_encoders",
    "recognised",
    "say_device",
    "tell_built",
]

NONE: Final = "none"

#: Options of a plan: what each is called, which values it takes, and what it says.
_OPTIONS: Final[dict[str, tuple[type | tuple[str, ...], str]]] = {
    "ra_unit": (("deg", "hour", "rad"), "unit of right ascensions that tell none"),
    "dec_unit": (("deg", "rad"), "unit of declinations that tell none"),
    "frame": (("icrs", "fk5", "fk4", "galactic"), "of the table's positions"),
    "angular_size_unit": (("arcsec", "arcmin", "deg", "mas"), "unit of angular sizes"),
    "flux_unit": (("Jy", "mJy", "uJy"), "unit of flux densities"),
    "centre": (("source", "position"), "centre cutouts on the source found, or on the position"),
    "pixel_scale": (float, "arcsec a pixel of images without coordinates"),
    "beam": (float, "width of the beam (FWHM, arcsec) of images that tell none"),
    "field": (float, "arcsec of sky that encoders are shown; default: what they learned from"),
    "softening": (float, "of the asinh stretch; default: the encoders' own"),
    "pixels": (("sky", "ready"), "brightnesses, or images that are what encoders see already"),
    "dataset": (str, "data set of an HDF5 file that holds the images"),
    "names": (str, "mirabest: file names tell class, position, redshift and size"),
}


class Curve:
    """Tells the epochs of one flow after those of another, as points of one curve."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._step = 0

    def __call__(self, _: int, values: Mapping[str, float], /) -> None:
        """Tell an epoch."""
        self._step += 1
        self._reporter.point(self._step, values)


def add_input(parser: argparse.ArgumentParser) -> None:
    """Describe what the sources are read from."""
    parser.add_argument(
        "--table",
        metavar="FILE",
        help="a CSV, TSV, VOTable, FITS or Parquet table that tells of the sources: positions, "
        "paths of their images, labels",
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="ROLE=NAME",
        help="which column of the table is name, ra, dec, path, label, angular_size, flux or "
        "redshift, where the guess is wrong; ROLE= for none (may be repeated)",
    )
    parser.add_argument("--survey", metavar="TEXT", help="the survey or telescope")
    group = parser.add_argument_group("what is known of the input")
    for name, (values, words) in _OPTIONS.items():
        flag = "--" + name.replace("_", "-")
        if isinstance(values, tuple):
            group.add_argument(flag, choices=values, help=words)
        else:
            metavar = "NUMBER" if values is float else "TEXT"
            group.add_argument(flag, type=values, metavar=metavar, help=words)


def add_attempts(parser: argparse.ArgumentParser) -> None:
    """Describe how a command goes on after an earlier attempt, where it computes, and events."""
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with what an earlier attempt left unfinished; begin where there is nothing",
    )
    parser.add_argument(
        "--restart", action="store_true", help="throw away what an earlier attempt left"
    )
    add_device_arguments(parser)
    add_events(parser)


def recognised(inputs: Sequence[str], options: argparse.Namespace) -> Recognised:
    """Return what the input is, with what the options say of it.

    Raises
    ------
    UsageError, ImageError
        If nothing can be made of it.
    """
    import dataclasses

    from radgalgui.jobs.survey.inputs import recognise

    columns = dict(_role(text) for text in options.column)
    found = recognise(inputs, options.table, columns=columns or None)
    given = {name: getattr(options, name) for name in _OPTIONS}
    plan = found.plan.with_options(**{k: v for k, v in given.items() if v is not None})
    if options.survey:
        plan = dataclasses.replace(plan, survey=options.survey)
    if getattr(options, "title", None):
        plan = dataclasses.replace(plan, title=options.title)
    return dataclasses.replace(found, plan=plan)


def _role(text: str) -> tuple[str, str]:
    role, equals, name = text.partition("=")
    if not equals or not role.strip():
        raise UsageError(
            f"--column {text!r} is not ROLE=NAME", remedy="write for example --column ra=RAJ2000"
        )
    return role.strip(), name.strip()


def chosen_encoders(names: Sequence[str] | None) -> dict[str, Path]:
    """Return the weights of encoders by name: those named, or all that come along.

    An encoder is named by its name or by its weights file; "none" stands for none at all.

    Raises
    ------
    UsageError, WeightsError
        If there is no such encoder.
    """
    import radgalgui_resources
    from radgalgui.jobs.work.library import encoder_path, encoders
    from radgalgui.models.weights import read_card

    if not names:
        bundled = radgalgui_resources.path("weights")
        return {name: path for name, path in encoders().items() if path.parent == bundled}
    if list(names) == [NONE]:
        return {}
    paths = [encoder_path(name) for name in names]
    return {str(read_card(path)["name"]): path for path in paths}


def all_encoders(more: Sequence[str] | None = None) -> dict[str, Path]:
    """Return the weights of all encoders at hand, and of those given by their files."""
    from radgalgui.jobs.work.library import encoders

    return {**encoders(), **(chosen_encoders(more) if more else {})}


def say_device(reporter: Reporter, options: argparse.Namespace) -> Any:
    """Return the device that was asked for, after saying which it is."""
    from radgalgui.cli.devices import device_of

    device = device_of(options)
    reporter.device(device.text)
    return device


def tell_built(reporter: Reporter, built: Built) -> None:
    """Say where a catalogue lies and what became of its input."""
    reporter.done(
        built.path,
        {
            "sources": built.count,
            "rejected": built.rejected,
            "report": None if built.report is None else str(built.report),
        },
    )
