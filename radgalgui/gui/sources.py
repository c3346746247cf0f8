"""The catalogue as the window uses it: plain arrays, read once in the background."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.text import Column, Text, as_column
from radgalgui.errors import RadGalError
from radgalgui.gui.cells import Layouts
from radgalgui.gui.colours import Scale, coded_scale, continuous_scale, percentile_scale
from radgalgui.gui.column_words import (
    COLUMN_TITLES,
    PERCENTILES,
    column_title,
    column_words,
    format_value,
)
from radgalgui.jobs.encoders import weights_problem
from radgalgui_resources import FIRST_ENCODER

if TYPE_CHECKING:
    from radgalgui.jobs.likelihood.stored import StoredScores
    from radgalgui.jobs.maps.recipe import Recipe

__all__ = [
    "COLUMN_TITLES",
    "PERCENTILES",
    "FirstLook",
    "Sources",
    "column_title",
    "column_words",
    "format_value",
    "look_into",
    "read_sources",
]

#: The column that colours the map on the first day, and on most days.
FIRST_COLOUR = "angular_size"

#: How many words colours can tell apart, and how many rows show whether there are more.
MOST_COLOURED, LOOKED_AT = 24, 5000

#: How many classes can be told apart; columns that name sources, and are no classes.
MIN_CLASSES, MAX_CLASSES = 2, 20
NO_CLASSES = ("name", "origin", "survey", "instrument")
UNLABELLED = ("", "unknown", "nan", "none")

NO_VECTORS = (
    "This catalogue has no vectors, so nothing can be compared with it; embed it with an encoder "
    "first."
)

#: Columns that come first where they exist.
FIRST = ("name", "label", "angular_size", "ra", "dec")

#: What is known of whole columns, by what it is and by the column; "" for all of them.
_Told: TypeAlias = dict[tuple[str, str], Any]


@dataclass(frozen=True)
class Sources:
    """What the window knows of a catalogue.

    Parameters
    ----------
    path : Path
        Its folder.
    title : str
        What it is called.
    simulated : bool
        Whether the sources are simulated rather than observed.
    encoder : str
        The encoder whose vectors and maps are used; "" where the catalogue has none.
    encoders : tuple of str
        All encoders that the catalogue has vectors of.
    pixel_scale : float
        Arcsec a pixel of its images.
    columns : mapping of str to ndarray or Text (N,)
        The table: words as `Text`, numbers and truth values as they are stored; then
        `PERCENTILES`, where there are likelihoods.
    maps : dict of str to ndarray (N, 2)
        The stored maps by method.
    images : sequence of ndarray (C, S, S)
        What the encoder saw, values in [0, 1], memory-mapped.
    obstacle : str
        Why nothing can be compared with these sources, in a sentence; "" where it can.
    scores : StoredScores or None
        How usual each source is; None where that was never told for this encoder.
    scores_problem : str
        Why what is stored of that cannot be used, in a sentence; "" where it can.
    recipes : dict of str to Recipe
        How each map was made.
    layouts : Layouts
        The maps sorted by where sources lie.
    """

    path: Path
    title: str
    simulated: bool
    encoder: str
    pixel_scale: float
    columns: Mapping[str, Any]  # each a `Column`
    maps: dict[str, NDArray[np.float32]]
    images: Any = field(repr=False)
    encoders: tuple[str, ...] = ()
    obstacle: str = ""
    scores: StoredScores | None = field(default=None, repr=False)
    scores_problem: str = ""
    recipes: dict[str, Recipe] = field(default_factory=dict)
    _told: dict[tuple[str, str], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    layouts: Layouts = field(default_factory=Layouts, repr=False, compare=False)

    def __post_init__(self) -> None:
        made = {name: as_column(values) for name, values in self.columns.items()}
        object.__setattr__(self, "columns", made)

    def __len__(self) -> int:
        return len(self.columns["name"])

    @property
    def kind(self) -> str:
        """The plain word for what the sources are: ``"simulated"``, or ``""``."""
        return "simulated" if self.simulated else ""

    def count_text(self) -> str:
        """Return how many sources there are, and that they are simulated if so."""
        return f"{len(self):,} {self.kind} sources".replace("  ", " ")

    def name(self, index: int) -> str:
        """Return a source's name."""
        return str(self.columns["name"][index])

    def label(self, index: int) -> str:
        """Return a source's class, "" where unknown."""
        return str(self.columns["label"][index]) if "label" in self.columns else ""

    def value(self, column: str, index: int) -> float:
        """Return a number of the table, NaN where unknown."""
        return float(self.columns[column][index]) if column in self.columns else float("nan")

    def numeric(self, column: str) -> bool:
        """Whether a column holds numbers."""
        return self.kind_of(column) == "number"

    def kind_of(self, column: str) -> Literal["number", "yes/no", "words"]:
        """Return what a column holds."""
        values = self.columns[column]
        if isinstance(values, Text):
            return "words"
        return "yes/no" if values.dtype.kind == "b" else "number"

    def codes(self, column: str) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """Return the numbers of the words of a column (N,), -1 where unknown, and the words.

        Truth values are the words "no" and "yes".

        Raises
        ------
        TypeError
            For a column of numbers.
        """
        values = self.columns[column]
        if isinstance(values, Text):
            return values.codes()
        if values.dtype.kind != "b":
            raise TypeError(f"column {column!r} holds numbers, which have no words")
        return values.astype(np.int32), ("no", "yes")

    def scale(self, column: str) -> Scale:
        """Return how a column becomes colours."""
        made: Scale = self._tell("scale", column, lambda: self._scale(column))
        return made

    def _scale(self, column: str) -> Scale:
        values = self.columns[column]
        if not self.numeric(column):
            return coded_scale(*self.codes(column))
        return percentile_scale(values) if column in PERCENTILES else continuous_scale(values)

    def with_columns(self, further: Mapping[str, Column]) -> Sources:
        """Return the same sources with further columns at the end, or others of those names.

        Parameters
        ----------
        further : mapping of str to ndarray or Text (N,)
            For each column its values: truth values for sets of sources.
        """
        for name, values in further.items():
            if len(values) != len(self):
                raise ValueError(f"column {name!r} has {len(values)} rows for {len(self)} sources")
        kept = {name: values for name, values in self.columns.items() if name not in further}
        return self._with({**kept, **further})

    def without_columns(self, names: Collection[str]) -> Sources:
        """Return the same sources without some columns."""
        return self._with({n: values for n, values in self.columns.items() if n not in names})

    def _with(self, columns: Mapping[str, Column]) -> Sources:
        """Return the same sources with these columns, knowing what is known of those it had."""
        made = replace(self, columns=columns)
        same = {name for name in columns if columns[name] is self.columns.get(name)}
        made._told.update({key: told for key, told in self._told.items() if key[1] in same})
        return made

    def labelled(self) -> dict[str, int]:
        """Return the columns of words that can be learned as classes, with how many there are."""
        return dict(self._tell("labelled", "", self._labelled))

    def measured(self) -> list[str]:
        """Return the table's columns of numbers that differ between sources, positions last."""
        return list(self._tell("measured", "", self._measured))

    def colourable(self) -> list[str]:
        """Return the columns that can colour the map: numbers, and words of few kinds."""
        return list(self._tell("colourable", "", self._colourable))

    def look_through(self, coloured: str = "") -> None:
        """Find out now, in a worker thread, what is asked of whole columns later.

        ``coloured`` is the column that will colour the map.
        """
        import numpy.ma  # noqa: F401 - which the first percentile would do in the window's thread

        self.labelled()
        self.measured()
        for name in [n for n in self.colourable() if self.kind_of(n) == "words"]:
            self.codes(name)
        if coloured in self.columns:
            self.scale(coloured)

    def _tell(self, what: str, column: str, find_out: Callable[[], Any]) -> Any:
        """Return what is known of a column, or with "" of all of them; it is found out once."""
        told = self._told
        if (what, column) not in told:
            told[what, column] = find_out()
        return told[what, column]

    def _labelled(self) -> dict[str, int]:
        kept = {}
        for name, values in self.columns.items():
            if name in NO_CLASSES or not isinstance(values, Text):
                continue
            if len(set(values[:LOOKED_AT].tolist())) > LOOKED_AT // 4:
                continue  # names of sources or fields
            often = values.counts().items()
            kinds = [v for v, n in often if n > 1 and v.lower() not in UNLABELLED]
            if MIN_CLASSES <= len(kinds) <= MAX_CLASSES:
                kept[name] = len(kinds)
        return kept

    def _measured(self) -> list[str]:
        kept = [n for n in self.columns if n not in PERCENTILES and self._varied(n)]
        return sorted(kept, key=lambda name: name in ("ra", "dec"))

    def _colourable(self) -> list[str]:
        kept = []
        for name, values in self.columns.items():
            if name in ("name", "ra", "dec", "origin"):
                continue
            if self.numeric(name):
                fit = self._varied(name)
            else:
                fit = 1 < len(set(values[:LOOKED_AT].tolist())) <= MOST_COLOURED
            if fit or self.kind_of(name) == "yes/no":
                kept.append(name)
        return kept

    def _varied(self, name: str) -> bool:
        """Whether a column holds numbers of which two differ."""
        return self.numeric(name) and bool(
            self._tell("varied", name, lambda: _varied(np.asarray(self.columns[name])))
        )


def _varied(values: NDArray[Any]) -> bool:
    known = values[np.isfinite(values)]
    return known.size > 0 and bool(known.min() < known.max())


@dataclass(frozen=True)
class FirstLook:
    """What is known of a catalogue before it is read.

    Parameters
    ----------
    encoder : str
        The encoder to begin with, "" for none.
    obstacle : str
        Why nothing can be compared, "" where it can.
    missed : str
        The encoder that was wanted, where the catalogue has it and it cannot be used; or "".
    """

    encoder: str
    obstacle: str = ""
    missed: str = ""


def look_into(path: Path, wanted: str = "") -> FirstLook:
    """Return the encoder to begin with: ``wanted`` if the catalogue has that.

    Otherwise the one that is best of the bundled, or the first whose weights are at hand.  Only
    the manifest and the weights are looked at; for a worker thread.

    Raises
    ------
    CatalogError
        If the folder is no catalogue.
    """
    from radgalgui.catalog.catalog import Catalog

    with Catalog.open(path) as catalog:
        names = catalog.encoders
        if not names:
            return FirstLook("", NO_VECTORS)
        likely = [name for name in (wanted, FIRST_ENCODER) if name in names]
        order = list(dict.fromkeys([*likely, *names]))
        problems = {}
        for name in order:
            problems[name] = weights_problem(catalog, name)
            if not problems[name]:
                return FirstLook(name, missed=wanted if problems.get(wanted) else "")
        return FirstLook(order[0], problems[order[0]])


def read_sources(path: Path, encoder: str, obstacle: str = "") -> Sources:
    """Read table and maps of a catalogue; for a worker thread, it imports pyarrow.

    ``encoder`` may be "" for a catalogue without vectors, which has no maps; ``obstacle`` says
    why its images cannot be compared.

    Raises
    ------
    CatalogError
        If the folder is no catalogue, or has nothing of that encoder.
    """
    from radgalgui.catalog.catalog import Catalog
    from radgalgui.jobs.maps.stored import StoredMaps

    catalog = Catalog.open(path)
    stored = StoredMaps(catalog, encoder)
    maps = stored.all()
    with ThreadPoolExecutor(max_workers=1) as beside:  # of a million either takes a second
        judged = beside.submit(_scores, path, encoder)
        layouts = beside.submit(Layouts, maps)
        told = catalog.read_columns()
        scores, problem = judged.result()
    columns = {name: told[name] for name in (*FIRST, *told) if name in told}
    sources = Sources(
        path=path,
        title=catalog.manifest.title,
        simulated=catalog.manifest.simulated,
        encoder=encoder,
        pixel_scale=catalog.manifest.pixel_scale,
        columns=_with_percentiles(columns, scores),
        maps=maps,
        recipes=stored.recipes,
        layouts=layouts.result(),
        images=catalog.images,
        encoders=tuple(catalog.encoders),
        obstacle=obstacle,
        scores=scores,
        scores_problem=problem,
    )
    sources.look_through(FIRST_COLOUR)
    return sources


def _with_percentiles(columns: dict[str, Column], scores: StoredScores | None) -> dict[str, Column]:
    """Return the columns with `PERCENTILES` behind class and size; a table's own go before."""
    if scores is None:
        return columns
    told = {name: scores.column(method) for name, method in PERCENTILES.items()}
    told = {name: values for name, values in told.items() if name not in columns}
    ahead = {name: values for name, values in columns.items() if name in FIRST[:3]}
    return {**ahead, **told, **columns}


def _scores(path: Path, encoder: str) -> tuple[StoredScores | None, str]:
    """Return the likelihoods by an encoder, and why what is stored of them cannot be used."""
    from radgalgui.jobs.likelihood.stored import read_scores

    if not encoder:
        return None, ""
    try:
        scores = read_scores(path, encoder)
        if scores is not None:
            _ = scores.combined, scores.agreement  # now, not when the pointer first asks for it
    except RadGalError as error:
        return None, str(error)
    return scores, ""
