"""Child processes that outlive who started them, and by what they are known again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

__all__ = ["birth", "interrupt", "kill", "name_of", "spawn"]

_WINDOWS = sys.platform == "win32"
_PROC = Path("/proc")
# Of subprocess and signal, which have these on Windows alone.
_NEW_GROUP, _NO_WINDOW, _CTRL_BREAK = 0x200, 0x8000000, 1


def spawn(
    command: Sequence[str],
    *,
    folder: Path,
    output: IO[bytes],
    errors: IO[bytes],
    nice: int = 0,
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, which neither Ctrl+C here nor our end reaches.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments; no shell reads them.
    folder : Path
        Where it runs; where that is gone, in the home folder.
    output, errors : binary files
        Receive what it prints.
    nice : int
        By how much it steps back behind others, 0 to 19, where the system knows of it.

    Raises
    ------
    OSError
        If it cannot be started.
    """
    options: dict[str, Any] = {"start_new_session": True}
    if _WINDOWS:
        options = {"creationflags": _NEW_GROUP | _NO_WINDOW}
    process = subprocess.Popen(  # noqa: S603  our own program, no shell
        list(command),
        cwd=folder if folder.is_dir() else Path.home(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        **options,
    )
    if nice:
        _step_back(process.pid, nice)
    return process


def birth(pid: int) -> str | None:
    """Return when a process was started, in the system's own words; None where none is alive.

    Numbers of processes are given again; a number and its time of birth are not.  A process that
    has ended and waits to be asked for its status counts as gone.
    """
    if pid <= 0:
        return None
    if (_PROC / "self" / "stat").exists():
        return _birth_on_linux(pid)
    return _birth_on_windows(pid) if _WINDOWS else _birth_by_ps(pid)


def interrupt(pid: int) -> None:
    """Ask a process that `spawn` started, and its children, to stop: as Ctrl+C does."""
    with suppress(OSError):
        if _WINDOWS:
            os.kill(pid, _CTRL_BREAK)
        else:
            os.killpg(pid, signal.SIGINT)


def kill(pid: int) -> None:
    """End a process that `spawn` started, and its children, at once."""
    with suppress(OSError):
        if _WINDOWS:
            os.kill(pid, signal.SIGTERM)  # ends it like any signal there
        else:
            os.killpg(pid, signal.SIGKILL)


def name_of(number: int) -> str:
    """Return the name of a signal, such as ``SIGKILL``."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _step_back(pid: int, nice: int) -> None:
    """Let a process give way to others; best effort."""
    if _WINDOWS:
        return
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, nice)
    # Linux shares the processors between sessions first, and between processes within one.
    with suppress(OSError):
        (_PROC / str(pid) / "autogroup").write_text(str(nice), encoding="ascii")


def _birth_on_linux(pid: int) -> str | None:
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        boot = (_PROC / "sys" / "kernel" / "random" / "boot_id").read_text(encoding="ascii")
    except OSError:
        return None
    # The name stands in brackets and may hold anything; the state is the first word after it.
    words = stat.rpartition(")")[2].split()
    if len(words) < 20 or words[0] in {"Z", "X", "x"}:
        return None
    return f"{boot.strip()} {words[19]}"


def _birth_by_ps(pid: int) -> str | None:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        pass  # there is one, of another user
    told = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    state, _, started = told.stdout.strip().partition(" ")
    return None if not started or state.startswith("Z") else " ".join(started.split())


def _birth_on_windows(pid: int) -> str | None:
    import ctypes
    from ctypes import wintypes

    kernel: Any = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    kernel.OpenProcess.restype = wintypes.HANDLE
    handle = kernel.OpenProcess(0x1000, False, pid)  # may ask for its times, and no more
    if not handle:
        return None
    times = [wintypes.FILETIME() for _ in range(4)]
    known = kernel.GetProcessTimes(wintypes.HANDLE(handle), *map(ctypes.byref, times))
    kernel.CloseHandle(wintypes.HANDLE(handle))
    born, ended = times[0], times[1]
    if not known or ended.dwLowDateTime or ended.dwHighDateTime:
        return None
    return f"{born.dwHighDateTime}:{born.dwLowDateTime}"
