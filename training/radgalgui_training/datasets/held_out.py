"""FIRST fields that a training never sees, nor any other image of the same sky."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["field_position", "first_fields", "held_out_fields", "held_out_positions", "near"]

# Two fields of 9' overlap where their middles are nearer; so do a field and another's cutouts.
_APART: Final = 12.0  # arcmin


def first_fields(root: Path) -> list[Path]:
    """Return the files of all FIRST fields below ``root``, sorted by name; [] without any."""
    return sorted((root / "first_fields").glob("*.fits.fz"))


def held_out_fields(root: Path, share: float) -> list[Path]:
    """Return the fields that are held out: always the same for a share, chosen by their names.

    Parameters
    ----------
    root : Path
        The folder of the published data.
    share : float
        Of the fields, 0 to 1.  A larger share holds out the same fields and more.
    """
    return [path for path in first_fields(root) if _lot(path) < share]


def held_out_positions(root: Path, share: float) -> NDArray[np.float64]:
    """Return the middles of the held-out fields, (N, 2), right ascension and declination, deg."""
    found = [field_position(path) for path in held_out_fields(root, share)]
    return np.asarray(found, dtype=np.float64).reshape(-1, 2)


def field_position(path: Path) -> tuple[float, float]:
    """Return the position in a name like ``100_123.251+043.797_0.1281_0034.09.fits.fz``, deg.

    Raises
    ------
    ValueError
        If the name does not tell it.
    """
    found = re.match(r"\d{3}_(\d+\.\d+)([+-]\d+\.\d+)_", path.name)
    if found is None:
        raise ValueError(f"{path.name} does not tell its position")
    return float(found[1]), float(found[2])


def near(
    ra: NDArray[np.floating], dec: NDArray[np.floating], positions: NDArray[np.floating]
) -> NDArray[np.bool_]:
    """Tell which sources share sky with held-out fields.

    Parameters
    ----------
    ra, dec : ndarray, shape (N,)
        Degrees; NaN, a position that is not known, is near nothing.
    positions : ndarray, shape (M, 2)
        As `held_out_positions` returns them.

    Returns
    -------
    ndarray, shape (N,), bool
        True within 12' of a position.
    """
    known = np.isfinite(ra) & np.isfinite(dec)
    result = np.zeros(len(known), dtype=bool)
    if len(positions):
        cosines = _directions(np.asarray(ra)[known], np.asarray(dec)[known])
        cosines = cosines @ _directions(*positions.T).T
        result[known] = (cosines > np.cos(np.radians(_APART / 60))).any(axis=1)
    return result


def _directions(ra: NDArray[np.floating], dec: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return unit vectors (N, 3)."""
    a, d = np.radians(ra), np.radians(dec)
    return np.stack([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)], axis=1)


def _lot(path: Path) -> float:
    """Return a number in [0, 1) that depends on the field's name alone."""
    digest = hashlib.sha256(path.name.encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
