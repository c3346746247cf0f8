"""Words of a column as Arrow keeps them: one after the other, not an object each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["UNKNOWN", "Column", "Text", "arrow_array", "arrow_column", "as_column"]

#: The code of a word that is unknown.
UNKNOWN = -1


class Text:
    """A column of words that behaves as an object array of str, "" where unknown.

    ``text[3]`` is a str, ``text[rows]`` an object array.  A million names of 20 letters take
    24 MB here instead of 80; what is asked of whole columns is answered by Arrow and kept.

    Parameters
    ----------
    values : pyarrow.Array or pyarrow.ChunkedArray, shape (N,)
        Strings, null where unknown.
    """

    dtype = np.dtype(object)
    ndim = 1

    def __init__(self, values: Any) -> None:
        import pyarrow as pa

        values = values.cast(pa.string()).fill_null("")
        self.values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        self._codes: tuple[NDArray[np.int32], Any] | None = None
        self._ranks: NDArray[np.int32] | None = None

    @classmethod
    def of(cls, words: Iterable[object]) -> Text:
        """Return words of any kind as text; None is unknown."""
        import pyarrow as pa

        made = [None if word is None else str(word) for word in words]
        return cls(pa.array(made, pa.string()))

    def __len__(self) -> int:
        return len(self.values)

    @property
    def shape(self) -> tuple[int]:
        """``(N,)``."""
        return (len(self),)

    @overload
    def __getitem__(self, key: int | np.integer[Any]) -> str: ...
    @overload
    def __getitem__(self, key: slice | ArrayLike) -> NDArray[np.object_]: ...
    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, (int, np.integer)):
            return self.values[int(key)].as_py()
        if isinstance(key, slice):
            return _objects(self.values[key])
        return _objects(self.take(key))

    def take(self, rows: ArrayLike) -> Any:
        """Return the words of some rows, or of a mask of them, as an Arrow array."""
        import pyarrow as pa

        wanted = np.asarray(rows)
        if wanted.dtype == bool:
            wanted = np.flatnonzero(wanted)
        wanted = np.where(wanted < 0, wanted + len(self), wanted).astype(np.int64)
        return self.values.take(pa.array(wanted))

    def __iter__(self) -> Iterator[str]:
        return iter(self.tolist())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        made = _objects(self.values)
        return made if dtype is None else made.astype(dtype)

    def __eq__(self, other: object) -> Any:
        """Return for each word whether it is ``other``, as arrays do."""
        if isinstance(other, str):
            from pyarrow import compute

            return compute.equal(self.values, other).to_numpy(zero_copy_only=False)
        return np.asarray(self) == other

    def __ne__(self, other: object) -> Any:
        return ~self.__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def tolist(self) -> list[str]:
        """Return all words."""
        made: list[str] = self.values.to_pylist()
        return made

    def codes(self) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """Return the number of each source's word (N,), int32, and the words, in order met.

        Unknown words have the number `UNKNOWN`.  For words of few kinds: the words come as str.
        """
        codes, words = self._coded()
        return codes, tuple(words.to_pylist())

    def _coded(self) -> tuple[NDArray[np.int32], Any]:
        """Return the same with the words as an Arrow array."""
        if self._codes is None:
            from pyarrow import compute

            coded = self.values.dictionary_encode()
            codes, words = np.array(coded.indices, dtype=np.int32), coded.dictionary
            place = compute.index(words, "").as_py()
            if place >= 0:
                codes[codes == place] = UNKNOWN
                codes[codes > place] -= 1
                words = words.filter(compute.not_equal(words, ""))
            codes.flags.writeable = False
            self._codes = codes, words
        return self._codes

    def counts(self) -> dict[str, int]:
        """Return how often each word stands there, in order met; without the unknown."""
        codes, words = self.codes()
        found = np.bincount(codes[codes != UNKNOWN], minlength=len(words))
        return dict(zip(words, found.tolist(), strict=True))

    def ranks(self) -> NDArray[np.int32]:
        """Return the places of the words in their alphabet (N,); unknown ones come last."""
        if self._ranks is None:
            from pyarrow import compute

            codes, words = self._coded()
            order = np.asarray(compute.array_sort_indices(words))
            place = np.empty(len(words) + 1, np.int32)
            place[order.astype(np.int64)] = np.arange(len(words), dtype=np.int32)
            place[UNKNOWN] = len(words)
            self._ranks = place[codes]
        return self._ranks

    def known(self) -> NDArray[np.bool_]:
        """Return for each source whether its word is known (N,)."""
        known: NDArray[np.bool_] = self._coded()[0] != UNKNOWN
        return known

    def contains(self, text: str) -> NDArray[np.bool_]:
        """Return for each word whether ``text`` is a part of it, whatever the case (N,)."""
        from pyarrow import compute

        codes, words = self._codes or (None, self.values)
        if codes is None or len(words) > len(self) // 4:
            found = compute.match_substring(self.values, text, ignore_case=True)
            return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)
        among = compute.match_substring(words, text, ignore_case=True)
        fitting = np.append(among.to_numpy(zero_copy_only=False).astype(bool), not text)
        return np.asarray(fitting[codes], dtype=bool)  # the last is that of UNKNOWN


Column: TypeAlias = NDArray[Any] | Text


def as_column(values: Column) -> Column:
    """Return numbers and truth values as they are, and words of any kind as `Text`."""
    if isinstance(values, Text) or values.dtype.kind in "iufb":
        return values
    return Text.of(values.tolist())


def arrow_column(values: Any) -> Column:
    """Return an Arrow column as the window holds it."""
    return Text(values) if _is_text(values) else as_column(arrow_array(values))


def arrow_array(values: Any) -> NDArray[Any]:
    """Return an Arrow column as a read-only array, text as objects without nulls."""
    if _is_text(values):
        values = values.fill_null("")
    made: NDArray[Any] = values.to_numpy(zero_copy_only=False)
    made.flags.writeable = False
    return made


def _is_text(values: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(values.type) or pa.types.is_large_string(values.type))


def _objects(values: Any) -> NDArray[np.object_]:
    made: NDArray[np.object_] = values.to_numpy(zero_copy_only=False)
    return made.astype(object, copy=False)
