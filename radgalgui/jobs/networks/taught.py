"""What there is to say of a classifying network before it is asked anything; without torch."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import RadGalError, UsageError, WeightsError
from radgalgui.sky.preprocess import Preprocessing

__all__ = ["OutOfFold", "Taught", "folds_beside", "is_archive", "read_out_of_fold", "read_taught"]

_FOLDS: Final = ".folds.npz"
_ARCHIVE: Final = ".npz"
_NEEDED: Final = ("classes", "labels", "probabilities", "temperature")
_AGAIN: Final = "train it again, or choose another"


@dataclass(frozen=True)
class Taught:
    """A classifying network, from the card of its weights file.

    Parameters
    ----------
    name : str
        What its file is called, without ending.
    path : Path
        The weights file.
    classes : tuple of str
        Two or more, sorted as text.
    label_set : str
        What its classes are called after.
    learned_from : str
        The published set, or the archive, of which it was taught.
    sources : int
        How many labelled images it learned from; 0 where its card does not tell.
    accuracy : float or None
        Share of sources whose class it told rightly without having learned from them; None
        where that was not measured.
    temperature : float
        Of its probabilities.
    channels : int
        Bands of an image.
    """

    name: str
    path: Path
    classes: tuple[str, ...]
    label_set: str
    learned_from: str
    sources: int
    accuracy: float | None
    temperature: float
    channels: int

    @property
    def words(self) -> str:
        """What it is: how many images it learned from, how often it is right, its classes."""
        return f"{self.brief} Its classes: {', '.join(self.classes)}."

    @property
    def brief(self) -> str:
        """The same without its classes."""
        cross = "" if self.accuracy is None else "cross-validated "
        return f"Your classifier “{self.name}”: learned from {self._images}, {cross}{self._right}."

    @property
    def origin(self) -> str:
        """The same in a few words: "from 48 images, accuracy 0.917"."""
        images = f"{self.sources:,} images" if self.sources else "images"
        return f"from {images}, {self._right}"

    @property
    def _images(self) -> str:
        return f"{self.sources:,} labelled images" if self.sources else "labelled images"

    @property
    def _right(self) -> str:
        return "accuracy not measured" if self.accuracy is None else f"accuracy {self.accuracy:.3f}"


@dataclass(frozen=True)
class OutOfFold:
    """What a network's cross-validation said of each source, by networks that had not seen it.

    Parameters
    ----------
    codes : ndarray, shape (N,), int64
        True classes.
    probabilities : ndarray, shape (N, K)
        Rows add up to 1.
    """

    codes: NDArray[np.int64]
    probabilities: NDArray[np.float64]


def read_taught(path: str | os.PathLike[str]) -> Taught:
    """Return what a weights file says of itself; the tensors are not read.

    Raises
    ------
    WeightsError
        If it is missing, damaged, or holds no classifying network.
    """
    from radgalgui.models.weights import read_card

    card = read_card(path)
    if missing := {"classes", "temperature", "label_set"} - card.keys():
        raise WeightsError(
            f"holds no classifying network: its card lacks {min(missing)!r}",
            subject=path,
            remedy="choose what 'radgalgui train' wrote for a recipe with labels",
        )
    try:
        return _taught(Path(path), card)
    except (AttributeError, KeyError, TypeError, ValueError, UsageError) as error:
        raise WeightsError(
            f"has a card that does not tell what a classifying network's must ({error})",
            subject=path,
            remedy=_AGAIN,
        ) from error


def _taught(path: Path, card: Mapping[str, Any]) -> Taught:
    told = _table(card, "training_data")
    measured = _table(_table(card, "metrics"), str(card["name"]))
    sets = [str(each) for each in told.get("sets", ())]
    classes = tuple(str(name) for name in card["classes"])
    if len(classes) < 2:
        raise ValueError(f"{len(classes)} classes")
    return Taught(
        name=path.name.removesuffix(".safetensors"),
        path=path,
        classes=classes,
        label_set=str(card["label_set"]),
        learned_from=sets[0] if sets else "",
        sources=sum(int(told.get(part, 0)) for part in ("labelled", "further")),
        accuracy=float(measured["accuracy"]) if "accuracy" in measured else None,
        temperature=float(card["temperature"]),
        channels=Preprocessing.from_dict(card["preprocessing"]).channels,
    )


def _table(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = values.get(key)
    return found if isinstance(found, Mapping) else {}


def folds_beside(path: Path) -> Path:
    """Return where the answers out of fold of a weights file lie; it may not be there."""
    return path.with_name(f"{path.name.removesuffix('.safetensors')}{_FOLDS}")


def read_out_of_fold(taught: Taught) -> OutOfFold:
    """Return what lies beside a weights file and belongs to it.

    The pair is known by classes, number of sources, and the temperature that was fitted to the
    one and stands in the other to the last digit.

    Raises
    ------
    UsageError
        With why there is none, in words that go on after "no set of classes".
    """
    path = folds_beside(taught.path)
    if not path.is_file():
        raise UsageError(f"{path.name}, which its training wrote, is not beside it")
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in _NEEDED}
        return _out_of_fold(taught, arrays)
    except RadGalError as error:
        raise UsageError(f"{path.name} {error.what}") from error
    except (OSError, KeyError, TypeError, ValueError, EOFError) as error:
        raise UsageError(f"{path.name} is not what a cross-validation wrote") from error
    except (zipfile.BadZipFile, zlib.error, MemoryError, OverflowError) as error:
        raise UsageError(f"{path.name} is damaged") from error


def _out_of_fold(taught: Taught, arrays: Mapping[str, NDArray[Any]]) -> OutOfFold:
    classes = tuple(str(name) for name in arrays["classes"])
    labels = arrays["labels"].astype(np.str_)
    chances = np.asarray(arrays["probabilities"], dtype=np.float64)
    alike = np.isclose(float(arrays["temperature"]), taught.temperature, rtol=1e-12, atol=0)
    if classes != taught.classes or not alike:
        raise UsageError("belongs to another training")
    if chances.shape != (len(labels), len(classes)) or labels.ndim != 1:
        raise ValueError(f"probabilities of shape {chances.shape}")
    if not np.isin(labels, classes).all() or not np.isfinite(chances).all():
        raise ValueError("labels or probabilities that are none")
    return OutOfFold(np.searchsorted(np.asarray(classes), labels).astype(np.int64), chances)


def is_archive(learned_from: str) -> bool:
    """Whether a network was taught from a user's archive, and not from a published set."""
    return learned_from.endswith(_ARCHIVE) or os.sep in learned_from
