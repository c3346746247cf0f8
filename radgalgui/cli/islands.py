"""``radgalgui islands``: every source of a large image that rises above the noise around it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from radgalgui.cli.answers import say_what_was_read
from radgalgui.cli.output import TerminalProgress, check_target, print_table

__all__ = ["add_arguments", "run"]

_FORMATS: Final = {
    "ra": ".6f", "dec": "+.6f", "x": ".1f", "y": ".1f", "peak": ".4g", "peak_snr": ".1f",
    "angular_size_arcsec": ".1f",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a FITS image of any size")
    parser.add_argument(
        "--sigma",
        type=float,
        default=5.0,
        metavar="N",
        help="a source's peak rises above so many times the noise around it (default: 5)",
    )
    parser.add_argument(
        "--join",
        type=float,
        default=40.0,
        metavar="ARCSEC",
        help="islands at most so far apart are one source, 0 for none (default: 40; pixels "
        "without coordinates)",
    )
    parser.add_argument(
        "--apart",
        type=float,
        default=0.0,
        metavar="ARCSEC",
        help="of sources closer than this the brightest stays (default: all stay)",
    )
    parser.add_argument("--csv", metavar="OUT", help="write a CSV file ('-' for standard output)")


def run(options: argparse.Namespace) -> int:
    """Print or write the sources of an image, brightest first."""
    if options.csv not in (None, "-"):
        check_target("--csv", Path(options.csv))
    from radgalgui.jobs.mosaic.table import COLUMNS, rows_of, write_table
    from radgalgui.sky.extraction import find_sources, pixel_scale
    from radgalgui.sky.fits import read_image

    image = read_image(options.file)
    say_what_was_read(options.file, image)
    progress = TerminalProgress()
    try:
        found = find_sources(
            image, sigma=options.sigma, join=options.join, apart=options.apart, progress=progress
        )
    finally:
        progress.close()
    scale = 0.0 if image.wcs is None else pixel_scale(image)
    if options.csv is None:
        print_table(COLUMNS, list(rows_of(found, scale)), formats=_FORMATS)
        what = "source" if len(found) == 1 else "sources"
        print(f"\n{len(found):,} {what} above {options.sigma:g} sigma")
    else:
        write_table(sys.stdout if options.csv == "-" else Path(options.csv), found, scale)
    return 0
