"""``radgalgui doctor``: versions, devices, display, resources; what is missing and the remedy."""

from __future__ import annotations

import argparse

__all__ = ["add_arguments", "run"]

_MARKS = {"ok": "ok      ", "warning": "warning ", "missing": "MISSING "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments."""
    parser.epilog = "Exit status 2 if something is missing without which the program cannot run."


def run(options: argparse.Namespace) -> int:  # noqa: ARG001  every command has this form
    """Print one line a check; 2 if anything is missing."""
    from radgalgui.jobs.doctor import examine

    missing = False
    for finding in examine():
        print(f"{_MARKS[finding.state]}{finding.what}: {finding.found}")
        if finding.remedy:
            print(f"          {finding.remedy}")
        missing = missing or finding.state == "missing"
    return 2 if missing else 0
