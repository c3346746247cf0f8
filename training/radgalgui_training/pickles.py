"""Published data batches are pickles; this reads them without letting them run anything."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy._core.multiarray import _reconstruct, scalar

from radgalgui.errors import DataError

__all__ = ["read_pickle"]


def _encode(text: str, encoding: str) -> bytes:
    """Stand in for ``codecs.encode``, by which old pickles write bytes: Latin-1 and no other."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"the encoding {encoding!r} is not admitted")
    return text.encode("latin1")


# Arrays, their types and single numbers.  Everything else that a pickle may name is refused.
_ADMITTED: Final[dict[tuple[str, str], Any]] = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy.core.multiarray", "scalar"): scalar,
    ("numpy._core.multiarray", "scalar"): scalar,
    ("_codecs", "encode"): _encode,
}


class _PlainUnpickler(pickle.Unpickler):
    """Builds lists, dictionaries, strings, numbers and numpy arrays; refuses the rest."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ADMITTED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it names {module}.{name}") from None

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError(f"it refers to something outside itself ({pid!r})")


def read_pickle(path: Path) -> Any:
    """Read a pickle that holds numpy arrays, lists, dictionaries, strings and numbers only.

    Parameters
    ----------
    path : Path
        A published batch, such as ``data_batch_1`` of MiraBest.

    Returns
    -------
    object
        What it holds; strings of Python 2 are read as Latin-1.

    Raises
    ------
    DataError
        If the file cannot be read, is no pickle, or would call or build anything else; in
        that case nothing of it has been run.
    """
    try:
        with path.open("rb") as stream:
            return _PlainUnpickler(stream, encoding="latin1").load()
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", subject=path) from error
    except Exception as error:
        # A damaged pickle raises nearly anything; what it means to the user is always this.
        raise DataError(
            f"is not a batch of plain arrays and values ({error})",
            subject=path,
            remedy="fetch the published file again, and do not trust this one",
        ) from error
