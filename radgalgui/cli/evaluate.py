"""``radgalgui evaluate``: how much sense an encoder's neighbours make on a published data set."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "The mean share of the same class among the nearest sources, each source left out in "
        "turn: for the encoder, for an untrained network of its shape, for the principal "
        "components of the pixels, and by lot."
    )
    parser.add_argument("dataset", choices=["rgd"], help="the Radio Galaxy Dataset, four classes")
    parser.add_argument(
        "--root", type=Path, required=True, metavar="DIR", help="the folder that holds it"
    )
    parser.add_argument("--encoder", default="simclr", metavar="NAME", help="default: simclr")
    parser.add_argument(
        "--neighbours", type=int, default=10, metavar="K", help="how many (default: 10)"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the numbers as JSON too")


def run(options: argparse.Namespace) -> int:
    """Measure, and print a Markdown table."""
    from radgalgui.models.encoder import Encoder
    from radgalgui_resources import weights_path
    from radgalgui_training.evaluate import format_table, rgd_neighbours

    encoder = Encoder.load(weights_path(options.encoder))
    rows = rgd_neighbours(options.root, encoder, k=options.neighbours)
    print(format_table(rows))
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    return 0
