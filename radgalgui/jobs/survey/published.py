"""Published sets, MiraBest, FR-DEEP and RGD: their rows and images, as their authors wrote them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import h5py
import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import DataError, UsageError
from radgalgui.jobs.survey.names import mirabest_label, name_of, told_by_name
from radgalgui.jobs.survey.plan import Options, Row
from radgalgui.sky.coordinates import parse_position, position_name
from radgalgui_training.datasets.batches import batch_paths, read_batch
from radgalgui_training.pickles import read_pickle

__all__ = ["PUBLISHED", "PublishedSet", "open_published", "published_in"]

_SIDE: Final = 150
_MIRABEST: Final = ("100", "102", "104", "110", "112", "200", "201", "210", "300", "310")
_FRDEEP: Final = ("FRI", "FRII")
_RGD: Final = ("FRI", "FRII", "Compact", "Bent")
_SAME: Final = 0.003  # degrees
_RGD_FILE: Final = "galaxy_data_h5.h5"


@dataclass(frozen=True)
class About:
    """What is known of a published set.

    Parameters
    ----------
    title, survey : str
        In plain words.
    options : Options
        Pixels, beam and field; that of FR-DEEP was chosen by cross-validation, see
        `radgalgui_training.published`.
    """

    title: str
    survey: str
    options: Options


_FIRST: Final = Options(pixel_scale=1.8, beam=5.4)
PUBLISHED: Final[dict[str, About]] = {
    "mirabest": About("MiraBest", "FIRST", _FIRST),
    "frdeep": About(
        "FR-DEEP", "NVSS", Options(pixel_scale=15.0, beam=45.0, field=960.0, softening=0.02)
    ),
    "rgd": About("Radio Galaxy Dataset", "FIRST", _FIRST),
}


class PublishedSet(Protocol):
    """A published set that is open."""

    def rows(self) -> Iterator[Row]:
        """Yield its sources in the published order."""

    def image(self, index: int) -> NDArray[np.uint8]:
        """Return the image of a source, (H, W), as published."""

    def close(self) -> None:
        """Let its files go."""


def published_in(path: Path) -> str:
    """Return which of `PUBLISHED` a folder or file is, "" where none.

    Folders of batches are told apart by ``batches.meta``, which is read by an unpickler that
    admits plain values only.

    Raises
    ------
    DataError
        If it holds batches that are of neither set.
    """
    if path.is_dir():
        if (path / "data_batch_1").is_file():
            return _batches_of(path)
        below = [path / "F_batches", path / "NVSS_PNG_dataset", path / _RGD_FILE]
        found = [name for name in map(published_in, filter(Path.exists, below)) if name]
        return found[0] if len(found) == 1 else ""
    if path.suffix.lower() not in (".h5", ".hdf5") or not h5py.is_hdf5(path):
        return ""
    with h5py.File(path, "r") as file:
        first = next(iter(file.values()), None)
        told = isinstance(first, h5py.Group) and {"Img", "Label_literature"} <= set(first)
        return "rgd" if told else ""


def open_published(name: str, path: Path) -> PublishedSet:
    """Open a published set.

    Raises
    ------
    DataError
        If it is damaged.
    """
    if path.is_dir() and not (path / "data_batch_1").is_file():
        path = path / {"mirabest": "F_batches", "frdeep": "NVSS_PNG_dataset"}.get(name, _RGD_FILE)
    return _Rgd(path) if name == "rgd" else _Batches(path, _classes(name))


def _classes(name: str) -> Sequence[str]:
    return _MIRABEST if name == "mirabest" else _FRDEEP


def _batches_of(folder: Path) -> str:
    meta: Any = read_pickle(folder / "batches.meta") if (folder / "batches.meta").exists() else {}
    told = tuple(map(str, meta.get("label_names", ()))) if isinstance(meta, dict) else ()
    for name in ("mirabest", "frdeep"):
        if told == tuple(_classes(name)):
            return name
    if not told:  # without the meta file: MiraBest's names have a pattern
        _, _, names = read_batch(folder / "data_batch_1", side=_SIDE)
        return "mirabest" if told_by_name(str(names[0])) else "frdeep"
    raise DataError(
        f"holds batches of a set that is not known, of the classes {', '.join(told)[:80]}",
        subject=folder,
        remedy="write its images as a .npy stack, with a table of its labels",
    )


class _Batches:
    """MiraBest or FR-DEEP: training batches in order, then the test batch if there is one."""

    def __init__(self, folder: Path, classes: Sequence[str]) -> None:
        paths = batch_paths(folder)
        if (folder / "test_batch").is_file():
            paths.append(folder / "test_batch")
        if not paths:
            raise DataError("holds no data_batch_1", subject=folder)
        read = [read_batch(path, side=_SIDE) for path in paths]
        self._images = np.concatenate([images for images, _, _ in read])
        self._codes = np.concatenate([codes for _, codes, _ in read])
        self._names = np.concatenate([names for _, _, names in read])
        self._parts = np.repeat(
            ["test" if path.name == "test_batch" else "train" for path in paths],
            [len(codes) for _, codes, _ in read],
        )
        self._classes = classes
        if self._codes.min() < 0 or self._codes.max() >= len(classes):
            raise DataError(f"has labels beyond 0 to {len(classes) - 1}", subject=folder)

    def rows(self) -> Iterator[Row]:
        told = zip(self._names.tolist(), self._codes.tolist(), self._parts.tolist(), strict=True)
        for number, (file, code, part) in enumerate(told):
            name = name_of(file)
            label = self._classes[code]
            columns: dict[str, float | str] = {"published_split": part}
            ra = dec = math.nan
            if self._classes is _MIRABEST:
                label, about = mirabest_label(label)
                known = told_by_name(name)
                size = {"redshift": math.nan, "angular_size": math.nan}
                columns |= {**size, **(known.columns if known else {}), **about}
                ra, dec = (known.ra, known.dec) if known else (ra, dec)
            yield Row(number, name, ra, dec, None, number, label, columns)

    def image(self, index: int) -> NDArray[np.uint8]:
        held: NDArray[np.uint8] = self._images[index]
        return held

    def close(self) -> None:
        pass


class _Rgd:
    """The Radio Galaxy Dataset, read source by source."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = h5py.File(path, "r")
        except OSError as error:
            raise DataError(f"cannot be read as HDF5 ({error})", subject=path) from error
        self._path = path
        self._keys = sorted(self._file, key=lambda key: (len(key), key))

    def rows(self) -> Iterator[Row]:
        for number, key in enumerate(self._keys):
            try:
                group = self._file[key]
                told = group["Img"].attrs
                name, ra, dec = _identity(told, key)
                label = _RGD[int(group["Label_literature"][()])]
                columns: dict[str, float | str] = {
                    "published_split": _text(group["Split_literature"][()]),
                    "published_name": key,
                    "published_by": _text(told.get("Source", "")),
                }
            except (KeyError, TypeError, ValueError, IndexError, OSError) as error:
                raise DataError(
                    f"its source {key} is not one of the Radio Galaxy Dataset ({error})",
                    subject=self._path,
                    remedy=f"fetch {_RGD_FILE} again",
                ) from error
            yield Row(number, name, ra, dec, None, number, label, columns)

    def image(self, index: int) -> NDArray[np.uint8]:
        return np.asarray(self._file[self._keys[index]]["Img"])

    def close(self) -> None:
        self._file.close()


def _identity(told: Any, key: str) -> tuple[str, float, float]:
    """Return name and position of a source of RGD, ICRS degrees; NaN where it tells none.

    ``coord_str`` holds MiraBest's name, or the position to tenths of an arcsecond, which ``RA``
    and ``DEC`` round to thousandths of a degree.
    """
    written = str(told.get("coord_str", ""))
    ra, dec = float(told.get("RA", math.nan)), float(told.get("DEC", math.nan))
    if told_by_name(written):
        return name_of(written), ra, dec
    try:
        position = parse_position(written)
    except UsageError:
        return position_name(ra, dec) or key, ra, dec
    if (
        abs(position.dec - dec) < _SAME
        and abs(position.ra - ra) * math.cos(math.radians(dec)) < _SAME
    ):
        ra, dec = position.ra, position.dec
    return position_name(ra, dec) or key, ra, dec


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
