"""Label sets by name: those that come with the program, and columns of the open catalogue."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.analysis.labelled import LabelledVectors
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import DataError, UsageError
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui_resources import labels_path, path

if TYPE_CHECKING:
    from radgalgui.models.encoder import Encoder

__all__ = [
    "COLUMN",
    "DEFAULT",
    "IMAGES",
    "class_columns",
    "column_labels",
    "find_labels",
    "image_labels",
    "shipped_label_sets",
]

COLUMN: Final = "column:"
"""Before the name of a column, so that no shipped set is meant."""

IMAGES: Final = ".npz"
"""What the name of an archive of labelled images ends in."""

DEFAULT: Final = "mirabest"

_ENDING: Final = ".safetensors"
_LARGEST: Final = 2000  # labelled sources that classifiers are fitted on
_MOST_CLASSES: Final = 20
_FEWEST: Final = 2  # sources of a class
_UNLABELLED: Final = ("", "unknown", "nan", "none")


def shipped_label_sets() -> tuple[str, ...]:
    """Return the names of the label sets that come with the program; none is no error."""
    return tuple(sorted(file.stem for file in path("labels").glob(f"*{_ENDING}")))


def find_labels(name: str, *, catalog: Catalog | None, encoder: str) -> LabelledVectors:
    """Return the label set of a name.

    Parameters
    ----------
    name : str
        A shipped set; a file of labelled vectors, ending in ``.safetensors``; or, where it is
        neither or ``column:`` stands before it, a column of the catalogue.
    catalog : Catalog or None
        The open one.
    encoder : str
        Whose vectors are wanted of a column.

    Raises
    ------
    DataError
        If a file is missing or damaged.
    UsageError
        If there is neither, or the column holds no classes.
    CatalogError
        If the catalogue has no vectors of the encoder.
    """
    shipped = shipped_label_sets()
    if name in shipped:
        return LabelledVectors.load(labels_path(name))
    if name.endswith(_ENDING) and not name.startswith(COLUMN):
        return LabelledVectors.load(name)
    column = name.removeprefix(COLUMN)
    if catalog is None or column not in catalog.columns:
        columns = [f"{COLUMN}{c}" for c in class_columns(catalog)]
        if catalog is None:
            columns = [f"{COLUMN}NAME for a column of the catalogue"]
        raise UsageError(
            f"there are no labels {name!r}",
            remedy=f"choose one of {', '.join([*shipped, *columns])}"
            if shipped or columns
            else "see 'radgalgui doctor'",
        )
    return column_labels(catalog, column, encoder)


def image_labels(
    file: str | os.PathLike[str],
    encoder: Encoder,
    *,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> LabelledVectors:
    """Return the vectors of a user's own labelled images, by an encoder of theirs or of ours.

    Parameters
    ----------
    file : path
        An archive of NumPy arrays (``numpy.savez``): ``images`` (N, H, H), or (N, C, H, H) of
        C bands, the source in the middle and the background taken out; ``labels`` (N,), words;
        and, if they like, ``pixel_scale``, arcsec, without which the pixels are those of the
        encoder, and ``groups`` (N,), the same for images of one source, of which the first is
        learned from.
    encoder : Encoder
        Makes the vectors, of images in all orientations.
    progress, cancel
        Told of, and looked at before, each batch.

    Raises
    ------
    DataError
        If the archive is missing or damaged, has not the encoder's bands, or a class has fewer
        than two sources.
    Cancelled
        If the token is raised.
    """
    from radgalgui_training.finetuning.data import labelled_set
    from radgalgui_training.recipes.finetuning_model import LabelSettings

    settings = LabelSettings(set=os.fspath(file))
    labelled, sight = labelled_set(settings, encoder.preprocessing, data=None)
    first = np.sort(np.unique(labelled.groups, return_index=True)[1])
    seen = labelled.seen(sight)[first]
    vectors = encoder.embed(seen, ignore_orientation=True, progress=progress, cancel=cancel)
    try:
        return LabelledVectors(
            name=Path(file).stem,
            classes=labelled.classes,
            codes=labelled.codes[first],
            vectors={encoder.name: vectors},
            weights={encoder.name: encoder.sha256},
        )
    except UsageError as error:
        raise DataError(error.what, subject=file, remedy="label more sources") from error


def column_labels(
    catalog: Catalog, column: str, encoder: str, *, largest: int = _LARGEST, seed: int = 0
) -> LabelledVectors:
    """Return the sources of a catalogue with what a column of text says of them.

    Empty fields are left out, and so are classes of one source (``about["left_out"]`` names
    them).  Of more than ``largest`` sources a part is drawn in which each class keeps its
    share, and three sources or all it has (``about["drawn_from"]`` tells of how many).

    Parameters
    ----------
    catalog : Catalog
        With vectors of the encoder, as images lie.
    column : str
        Of text, with 2 to 20 classes.
    encoder : str
        Whose vectors.
    largest, seed : int
        How many sources at most, and which.

    Raises
    ------
    UsageError
        If the column holds no text, or not 2 to 20 classes with two sources or more.
    CatalogError
        If there is no such column or encoder.
    """
    words = _words(catalog, column)
    if words is None:
        raise UsageError(
            f"the column {column!r} holds numbers, not classes",
            subject=catalog.path,
            remedy="choose a column of text",
        )
    classes, rare = _classes(words)
    if not 2 <= len(classes) <= _MOST_CLASSES:
        raise UsageError(
            f"the column {column!r} holds {len(classes)} classes with {_FEWEST} sources or more",
            subject=catalog.path,
            remedy=f"choose a column with 2 to {_MOST_CLASSES}",
        )
    numbers = {name: number for number, name in enumerate(classes)}
    codes = np.fromiter((numbers.get(word, -1) for word in words), np.int64, len(words))
    rows = np.flatnonzero(codes >= 0)
    drawn_from = len(rows)
    if drawn_from > largest:
        rows = _drawn(rows, codes[rows], largest, seed)
    vectors = np.asarray(catalog.embeddings(encoder)[rows], dtype=np.float32)
    return LabelledVectors(
        name=column,
        classes=classes,
        codes=codes[rows],
        vectors={encoder: vectors},
        weights={encoder: catalog.manifest.vectors[encoder].weights_sha256},
        ignore_orientation=False,
        names=catalog.names[rows],
        rows=rows,
        about={"left_out": list(rare[:_MOST_CLASSES]), "drawn_from": drawn_from},
    )


def _drawn(
    rows: NDArray[np.int64], codes: NDArray[np.int64], largest: int, seed: int
) -> NDArray[np.int64]:
    """Return some of the rows, sorted: of each class its share, and three or all it has."""
    rng = np.random.default_rng(seed)
    kept = []
    for code in np.unique(codes):
        of_class = rows[codes == code]
        count = max(3, round(largest * len(of_class) / len(rows)))
        kept.append(rng.permutation(of_class)[:count])
    return np.sort(np.concatenate(kept))


def class_columns(catalog: Catalog | None) -> list[str]:
    """Return the columns of a catalogue that hold classes; none without a catalogue."""
    if catalog is None:
        return []
    texts = ((name, _words(catalog, name)) for name in catalog.columns)
    return [
        name
        for name, words in texts
        if words is not None and 2 <= len(_classes(words)[0]) <= _MOST_CLASSES
    ]


def _words(catalog: Catalog, column: str) -> list[str] | None:
    """Return a column of text, None where it holds something else.

    As a list: an array of text is as wide as its longest word, in every one of a million rows.
    """
    values = catalog.column(column)
    return [str(value) for value in values] if values.dtype == object else None


def _classes(words: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the classes that have enough sources, and those that have not; sorted."""
    counts = Counter(words)
    named = sorted(name for name in counts if name.lower() not in _UNLABELLED)
    enough = tuple(name for name in named if counts[name] >= _FEWEST)
    return enough, tuple(name for name in named if counts[name] < _FEWEST)
