"""The ``radgalgui`` command: a subcommand goes to the terminal's side, files open the window.

The only module above both faces.  It imports neither before it knows which is wanted, so
that ``--help`` loads no Qt and no torch.
"""

from __future__ import annotations

import codecs
import io
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from radgalgui.errors import Cancelled, RadGalError

__all__ = ["main"]

_BAD_INPUT = 2
_INTERRUPTED = 128 + signal.SIGINT
_ANY_NAME: Final = "radgalgui.any_name"


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
    status = _run(list(sys.argv[1:] if argv is None else argv))
    if argv is None:
        _leave_threads_behind(status)
    return status


def _run(arguments: list[str]) -> int:
    _let_any_file_name_through()
    try:
        status = _dispatch(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()  # here, where a reader that went away is no error; not at exit
        return status
    except RadGalError as error:
        return _complain(str(error), _BAD_INPUT)
    except (KeyboardInterrupt, Cancelled):
        return _complain("interrupted", _INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output went away (`radgalgui ... | head`): nothing is wrong.
        _drop_output()
        return 0
    except OSError as error:  # a full disk, a folder taken away: nothing that a traceback explains
        _drop_output()
        where = f"{error.filename}: " if error.filename else ""
        return _complain(f"{where}{error.strerror or error}.", _BAD_INPUT)


def _complain(message: str, status: int) -> int:
    print(f"radgalgui: {message}", file=sys.stderr)  # noqa: T201
    return status


def _let_any_file_name_through() -> None:
    """Print file names that are not UTF-8 as they are, byte for byte.

    Signs that the terminal's encoding lacks, such as a prime in Latin-1, are printed by their
    numbers, as Python does on standard error.
    """
    codecs.register_error(_ANY_NAME, _as_bytes)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=_ANY_NAME)


def _as_bytes(error: UnicodeError) -> tuple[bytes, int]:
    """Return the bytes for what an encoding lacks, and where to go on: a handler of `codecs`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    told = (
        sign.encode(
            "ascii", "surrogateescape" if "\udc80" <= sign <= "\udcff" else "backslashreplace"
        )
        for sign in lacking
    )
    return b"".join(told), error.end


def _drop_output() -> None:
    """Let what is still to be printed go nowhere, where it can raise nothing at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _leave_threads_behind(status: int) -> None:
    """End the process here if the window had threads that still wait for a disk.

    Python would destroy its objects, and libraries theirs, under the hands of these threads.
    """
    background = sys.modules.get("radgalgui.gui.background")
    if background is None or background.threads_ended():
        return
    for what in background.writing():
        _complain(f"{what} could not be written: its disk does not answer", status)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.flush()
    os._exit(status)


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
