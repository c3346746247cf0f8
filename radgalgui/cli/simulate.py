"""``radgalgui simulate``: FIRST-like radio galaxies as FITS files, or as a catalogue."""

from __future__ import annotations

import argparse
from pathlib import Path

from radgalgui.cli.output import TerminalProgress
from radgalgui.errors import UsageError

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("--n", type=int, required=True, metavar="N", help="how many sources")
    parser.add_argument(
        "--seed", type=int, default=0, metavar="S", help="same seed, same galaxies (default: 0)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")
    parser.add_argument(
        "--catalog", action="store_true", help="write a catalogue instead of FITS files"
    )
    parser.add_argument(
        "--encoder",
        action="append",
        metavar="NAME",
        help="with --catalog: embed with this encoder too (may be repeated)",
    )
    parser.add_argument(
        "--compact", action="store_true", help="with --catalog: compressed images, for shipping"
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="with --catalog: replace the one that is there"
    )


def run(options: argparse.Namespace) -> int:
    """Simulate, and say where the result lies."""
    if options.n < 1:
        raise UsageError(f"--n {options.n} asks for no sources", remedy="give at least 1")
    if (options.encoder or options.compact or options.overwrite) and not options.catalog:
        raise UsageError(
            "--encoder, --compact and --overwrite go with --catalog", remedy="add --catalog"
        )
    progress = TerminalProgress()
    try:
        if options.catalog:
            _write_catalog(options, progress)
        else:
            _write_fits(options, progress)
    finally:
        progress.close()
    return 0


def _write_fits(options: argparse.Namespace, progress: TerminalProgress) -> None:
    from radgalgui.jobs.simulated import simulate_files

    paths = simulate_files(options.out, n=options.n, seed=options.seed, progress=progress)
    print(f"{len(paths)} simulated images and truth.csv in {options.out}")


def _write_catalog(options: argparse.Namespace, progress: TerminalProgress) -> None:
    from radgalgui.jobs.build import build_simulated
    from radgalgui.jobs.work.library import encoder_path

    catalog = build_simulated(
        options.out,
        n=options.n,
        seed=options.seed,
        encoders={name: encoder_path(name) for name in options.encoder or ()},
        compact=options.compact,
        overwrite=options.overwrite,
        progress=progress,
    )
    print(f"{len(catalog)} simulated sources in {catalog.path}")
