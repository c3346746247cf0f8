"""Fitted classifiers that are kept for the next time, as arrays in the user's cache folder.

Nothing depends on them: one that is missing, damaged or of another version of scikit-learn is
fitted again, and where they cannot be written nothing is kept.
"""

from __future__ import annotations

import logging
import os
import zipfile
import zlib
from pathlib import Path
from typing import Final

import numpy as np

from radgalgui.analysis.classifiers import Classifier, Fitting
from radgalgui.analysis.fitted import KEPT, arrays_of, fingerprint, from_arrays
from radgalgui.files import replaced_file
from radgalgui.jobs.work.library import cache_folder

__all__ = ["KeptFit"]

_LARGEST: Final = 128 << 20  # bytes of all together: some twenty label sets, each by an encoder
_UNREADABLE: Final = (  # what NumPy and zipfile raise of bytes that are no archive, or a broken one
    OSError,
    EOFError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)

_log: Final = logging.getLogger(__name__)


class KeptFit:
    """Where one classifier is kept, known by all that it may learn from.

    Parameters
    ----------
    fitting : Fitting
        Not begun.
    """

    def __init__(self, fitting: Fitting) -> None:
        self._fitting = fitting
        self._path: Path | None = None  # made when asked for, since scikit-learn is imported
        self._missed = fitting.name not in KEPT

    def read(self) -> Classifier | None:
        """Return the fitted classifier, or None: from then on without looking again."""
        if self._missed:
            return None
        path = self._find()
        try:
            with np.load(path, allow_pickle=False) as file:  # which checks its sums
                found = from_arrays(self._fitting, {name: file[name] for name in file.files})
            os.utime(path)  # the oldest are removed first
        except FileNotFoundError:
            found = None
        except _UNREADABLE as error:
            _log.info("%s is not used, but made again: %s", path, error)
            found = None
        self._missed = found is None
        return found

    def write(self, classifier: Classifier) -> None:
        """Keep the classifier that was fitted, if that can be done."""
        if classifier.name not in KEPT:
            return
        path = self._find()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replaced_file(path, synced=False) as beside, beside.open("wb") as stream:
                np.savez(stream, allow_pickle=False, **arrays_of(classifier))
            _remove_oldest(path.parent)
        except (OSError, AttributeError, ValueError) as error:
            _log.info("%s cannot be kept: %s", path, error)

    def _find(self) -> Path:
        if self._path is None:
            name = f"{self._fitting.name}-{fingerprint(self._fitting)[:32]}.npz"
            self._path = cache_folder() / "classifiers" / name
        return self._path


def _remove_oldest(folder: Path) -> None:
    """Remove what was read longest ago, until the rest is small enough."""
    found = [(path, path.stat()) for path in folder.glob("*.npz")]
    total = 0
    for path, told in sorted(found, key=lambda each: each[1].st_mtime, reverse=True):
        total += told.st_size
        if total > _LARGEST:
            path.unlink(missing_ok=True)
