"""The ``radgalgui`` command: a subcommand goes to the terminal's side, files open the window.

The only module above both faces.  It imports neither before it knows which is wanted, so
that ``--help`` loads no Qt and no torch.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from radgalgui.errors import Cancelled, RadGalError

__all__ = ["main"]

_BAD_INPUT = 2
_INTERRUPTED = 128 + signal.SIGINT


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; those of the process by default.

    Returns
    -------
    int
        0; 2 for bad input, with one line on standard error; 130 when interrupted.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _dispatch(arguments)
    except RadGalError as error:
        print(f"radgalgui: {error}", file=sys.stderr)  # noqa: T201
        return _BAD_INPUT
    except (KeyboardInterrupt, Cancelled):
        print("radgalgui: interrupted", file=sys.stderr)  # noqa: T201
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`radgalgui ... | head`): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _dispatch(arguments: list[str]) -> int:
    from radgalgui.cli import main as terminal

    if terminal.is_command(arguments):
        return terminal.run(arguments)
    options = terminal.parse_window(arguments)
    if options.snapshot is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    terminal.require_display()
    from radgalgui.gui.app import run

    return run(options.files, catalog=options.catalog, snapshot=options.snapshot)
