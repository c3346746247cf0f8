"""``radgalgui engine``: answer queries over standard input and output; the window starts it."""

from __future__ import annotations

import argparse

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments: everything comes over the pipe."""
    parser.description = "Answer queries over a pipe; started by the window."


def run(options: argparse.Namespace) -> int:  # noqa: ARG001  every command has this form
    """Serve until the pipe closes."""
    from radgalgui.jobs.engine import serve

    return serve()
