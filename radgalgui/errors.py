"""The one exception tree.

::

    RadGalError             anything a user can cause and can mend
    ├── ImageError          a file that holds no image we can answer for
    ├── CatalogError        a catalogue folder that is missing, damaged or does not fit
    ├── WeightsError        a weights file of the wrong shape, hash or format
    ├── RecipeError         a training recipe with a wrong key or value
    ├── DataError           a published data set that is not what it should be
    ├── UsageError          a command or a request that cannot be carried out as typed
    ├── ResourceError       the disk or the memory is too small for what was asked
    └── EngineError         the background worker could not start, or ended early
    Cancelled               the user asked to stop; not an error, and not a RadGalError

Every message is one sentence or two on one line: what it is about, what is wrong, what to
do.  The command line prints it and ends with status 2; the window shows it and goes on.
"""

from __future__ import annotations

import os

__all__ = [
    "Cancelled",
    "CatalogError",
    "DataError",
    "EngineError",
    "ImageError",
    "RadGalError",
    "RecipeError",
    "ResourceError",
    "UsageError",
    "WeightsError",
]


class RadGalError(Exception):
    """Something a user can cause and can mend.

    Parameters
    ----------
    what : str
        What is wrong, as a clause without its full stop.
    subject : str or path, optional
        The file, folder, column or option that it is about; it leads the message.
    remedy : str, optional
        What to do about it, as an imperative clause.
    """

    def __init__(
        self,
        what: str,
        *,
        subject: str | os.PathLike[str] | None = None,
        remedy: str | None = None,
    ) -> None:
        self.what = _one_line(what).rstrip(".")
        self.subject = None if subject is None else _one_line(os.fspath(subject))
        self.remedy = None if remedy is None else _one_line(remedy).rstrip(".")
        super().__init__(self._message())

    def _message(self) -> str:
        head = self.what if self.subject is None else f"{self.subject}: {self.what}"
        whole = head if self.remedy is None else f"{head}; {self.remedy}"
        return whole if whole.endswith("?") else f"{whole}."


class ImageError(RadGalError):
    """A file that holds no image we can answer for."""


class CatalogError(RadGalError):
    """A catalogue folder that is missing, damaged or does not fit."""


class WeightsError(RadGalError):
    """A weights file of the wrong shape, hash or format."""


class RecipeError(RadGalError):
    """A training recipe with a wrong key or value."""


class DataError(RadGalError):
    """A published data set that is not what it should be."""


class UsageError(RadGalError):
    """A command or a request that cannot be carried out as typed."""


class ResourceError(RadGalError):
    """The disk or the memory is too small for what was asked."""


class EngineError(RadGalError):
    """The background worker could not start, or ended early."""


class Cancelled(Exception):
    """The user asked to stop."""


def _one_line(text: str) -> str:
    """Fold white space and control characters so that a message stays one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
