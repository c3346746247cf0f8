"""``radgalgui catalog``: look into a catalogue folder."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from radgalgui.cli import coverage

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the actions and their arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    info = actions.add_parser("info", help="what a catalogue holds, and whether it is whole")
    info.add_argument(
        "catalog", type=Path, nargs="?", metavar="DIR", help="default: the bundled one"
    )
    info.add_argument("--json", action="store_true", help="as JSON")
    coverage.add_arguments(
        actions.add_parser("coverage", help="how much of one catalogue lies where another has seen")
    )


def run(options: argparse.Namespace) -> int:
    """Print what the catalogue holds."""
    if options.action == "coverage":
        return coverage.run(options)
    from radgalgui.jobs.describe import describe_catalog
    from radgalgui_resources import catalog_path

    facts = describe_catalog(options.catalog or catalog_path())
    if options.json:
        print(json.dumps(facts, indent=2))
        return 0
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        print(f"{name:<{width}}  {_text(value)}")
    return 0


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(item)}" for key, item in value.items()) or "none"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
