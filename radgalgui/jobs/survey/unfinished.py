"""A folder where long work grows, so that a process killed at any moment can be gone on from.

The work is cut into steps that are always the same.  What a step makes is appended to files,
**streams**; then all of it is committed at once by replacing one small file.  Whoever goes on
cuts off what was appended after the last commit, and so ends with the same bytes as if nothing
had happened.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from radgalgui.errors import CatalogError
from radgalgui.files import replaced_file

__all__ = ["Unfinished", "clear", "unfinished", "unfinished_folder"]

_PLAN, _STATE, _LOCK, _STREAMS = "plan.json", "state.json", "lock", "streams"
_CATALOG, _FITS = "catalog", "fits"
_OURS = {_PLAN, _STATE, _LOCK, _STREAMS, _CATALOG, _FITS}
_NO_LOCKS: Final = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}
_RESTART = "add --restart to throw it away and begin again"


def unfinished_folder(out: Path) -> Path:
    """Return where work on a catalogue folder is done until it is whole: beside it."""
    return out.with_name(f"{out.name}.unfinished")


@contextmanager
def unfinished(
    out: Path, identity: Mapping[str, Any], *, resume: bool = False, restart: bool = False
) -> Iterator[Unfinished]:
    """Yield the folder of work on ``out``, alone in it; gone when the work says it is finished.

    A failure, or a killed process, leaves the folder for another attempt, unless nothing was
    committed yet.

    Parameters
    ----------
    out : Path
        The catalogue that is worked on.
    identity : mapping
        All that decides what the work makes, as JSON can hold it, by the words in which a user
        is told what differs ("the input", "the encoders").
    resume : bool, optional
        Go on with what an earlier attempt left; begin where there is nothing.
    restart : bool, optional
        Throw away what an earlier attempt left.

    Raises
    ------
    CatalogError
        If somebody else is at work there, earlier work is neither to be gone on with nor thrown
        away or was other work, or the folder cannot be written to.
    """
    folder = unfinished_folder(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CatalogError(
            f"a catalogue cannot be written there ({error.strerror or error})",
            subject=out,
            remedy="choose a folder that you may write to",
        ) from error
    with _alone(folder):
        work = Unfinished(folder, _plain(identity), resume=resume, restart=restart)
        try:
            yield work
        finally:
            work.close()
            over = work.finished or not work.begun
            if over:
                shutil.rmtree(folder, ignore_errors=True)
    if over:  # where an open file cannot be removed, the lock is what was left
        shutil.rmtree(folder, ignore_errors=True)


def clear(out: Path, like: Mapping[str, Any]) -> None:
    """Remove what is left of work on a catalogue that is done; other work stays.

    Parameters
    ----------
    out : Path
        The catalogue.
    like : mapping
        What the work's identity has, among other things.

    Raises
    ------
    CatalogError
        If somebody else is at work there.
    """
    folder = unfinished_folder(out)
    try:
        plan = json.loads((folder / _PLAN).read_bytes())
    except FileNotFoundError:  # its removal had begun
        over = folder.exists()
    except (OSError, ValueError):
        over = False
    else:
        over = isinstance(plan, dict) and _plain(like).items() <= plan.items()
    if over:
        with unfinished(out, {}, restart=True) as work:
            work.finished = True


class Unfinished:
    """Work in its folder; see `unfinished`.

    Attributes
    ----------
    folder : Path
        Where it lies; other files may be put there, each whole or not at all.
    steps : int
        Steps committed so far.
    finished : bool
        To be set when what the work was for is in its place.
    """

    def __init__(
        self, folder: Path, identity: dict[str, Any], *, resume: bool, restart: bool
    ) -> None:
        self.folder = folder
        self.finished = False
        self._open: dict[str, BinaryIO] = {}
        if (folder / _PLAN).exists() and not restart:
            if not resume:
                raise CatalogError(
                    "an earlier attempt was not finished",
                    subject=folder,
                    remedy=f"add --resume to go on with it, or {_RESTART}",
                )
            self._check(identity)
        else:
            self._empty()
            (folder / _STREAMS).mkdir()
            with replaced_file(folder / _PLAN) as beside:
                beside.write_text(json.dumps(identity, indent=2) + "\n", encoding="utf-8")
        self.steps, self._sizes, self._notes = self._state()
        self._cut_off()

    @property
    def catalog(self) -> Path:
        """Where the catalogue is put together before it appears in its place."""
        return self.folder / _CATALOG

    @property
    def fits(self) -> Path:
        """Where flows are kept while they learn, by what they learn from; see `fit_density`."""
        return self.folder / _FITS

    @property
    def begun(self) -> bool:
        """Whether there is something that a later attempt would go on from."""
        return self.steps > 0

    def note(self, name: str) -> Any:
        """Return a note of the last commit, None where there is none of that name."""
        return self._notes.get(name)

    def remember(self, **notes: Any) -> None:
        """Keep notes; they are committed with the next step."""
        self._notes |= notes

    def append(self, stream: str, data: bytes | memoryview) -> None:
        """Append to a stream; it counts from the next commit on."""
        if stream not in self._open:
            self._open[stream] = self.path(stream).open("ab")
        self._open[stream].write(data)

    def commit(self, **notes: Any) -> None:
        """Make what was appended count as one more step, with notes that JSON can hold."""
        sizes = dict(self._sizes)
        for name, stream in self._open.items():
            stream.flush()
            os.fsync(stream.fileno())
            sizes[name] = stream.tell()
        kept = {**self._notes, **notes}
        state = {"steps": self.steps + 1, "sizes": sizes, "notes": kept}
        with replaced_file(self.folder / _STATE) as beside:
            beside.write_text(json.dumps(state), encoding="utf-8")
        self.steps, self._sizes, self._notes = self.steps + 1, sizes, kept

    def path(self, stream: str) -> Path:
        """Return the file of a stream; it is there once something was appended."""
        return self.folder / _STREAMS / stream

    def close(self) -> None:
        """Close the streams; what was not committed does not count."""
        for stream in self._open.values():
            with suppress(OSError):  # on a full disk, of what does not count
                stream.close()
        self._open.clear()

    def _empty(self) -> None:
        """Remove what lies in the folder but the lock; refuse a folder of something else."""
        (self.folder / _PLAN).unlink(missing_ok=True)  # first: without it nothing is gone on with
        for path in sorted(self.folder.iterdir()):
            if path.name not in _OURS and not path.name.startswith("."):
                raise CatalogError(
                    "is something else than unfinished work on a catalogue",
                    subject=self.folder,
                    remedy=f"move {path.name} away, or choose another folder for the catalogue",
                )
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != _LOCK:
                path.unlink()

    def _check(self, identity: dict[str, Any]) -> None:
        """Raise `CatalogError` unless the folder holds the same work."""
        try:
            before = json.loads((self.folder / _PLAN).read_bytes())
        except (OSError, ValueError) as error:
            raise self._damaged() from error
        if before == identity:
            return
        keys = [*identity, *(key for key in before if key not in identity)]
        other = [key for key in keys if before.get(key) != identity.get(key)]
        raise CatalogError(
            f"what was begun there is other work: {' and '.join(other)} differ",
            subject=self.folder,
            remedy=f"give what was given then, or {_RESTART}",
        )

    def _state(self) -> tuple[int, dict[str, int], dict[str, Any]]:
        """Return steps, lengths of the streams and notes of the last commit."""
        try:
            state = json.loads((self.folder / _STATE).read_bytes())
            return int(state["steps"]), dict(state["sizes"]), dict(state["notes"])
        except FileNotFoundError:
            return 0, {}, {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._damaged() from error

    def _cut_off(self) -> None:
        """Take away what was appended after the last commit."""
        try:
            for path in (*self.folder.glob(".*"), *self.catalog.glob(".*")):
                shutil.rmtree(path) if path.is_dir() else path.unlink()  # half made
            (self.folder / _STREAMS).mkdir(exist_ok=True)
            for path in (self.folder / _STREAMS).iterdir():
                if path.name not in self._sizes:
                    path.unlink()
            for name, size in self._sizes.items():
                if self.path(name).stat().st_size < size:
                    raise self._damaged()
                os.truncate(self.path(name), size)
        except OSError as error:
            raise self._damaged() from error

    def _damaged(self) -> CatalogError:
        return CatalogError(
            "what an earlier attempt left is damaged", subject=self.folder, remedy=_RESTART
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder; the system lets go of it when the process ends, however it ends.

    Some network folders know no locks: there, nobody is kept out.
    """
    with (folder / _LOCK).open("ab") as stream:
        try:
            _lock(stream)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise CatalogError(
                    "another process is at work there",
                    subject=folder,
                    remedy="wait until it has ended, or stop it",
                ) from error
        yield


def _lock(stream: BinaryIO) -> None:
    """Lock a file for this process alone, without waiting; raises OSError where it is locked."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _plain(identity: Mapping[str, Any]) -> dict[str, Any]:
    """Return what JSON makes of the identity, so that it can be compared with what was read."""
    plain: dict[str, Any] = json.loads(json.dumps(identity))
    return plain
