"""The graph of a neighbour index as a file, without the vectors that it links.

hnswlib writes vectors and links together; a catalogue holds the vectors anyway.  The links alone
take a few hundredths of that, and can be looked at before hnswlib, which checks nothing, follows
them.
"""

from __future__ import annotations

import math
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Graph"]

_LINK = 4  # bytes
_LABEL = 8


@dataclass(frozen=True)
class Graph:
    """Who is linked to whom, in each layer.

    Parameters
    ----------
    links : ndarray, shape (N, 1 + 2 M), uint32
        How many links a vector has in the layer of all, and then where they lead to.
    levels : ndarray, shape (N,), int32
        How many layers above that one a vector stands in.
    upper : ndarray, shape (sum of levels, 1 + M), uint32
        The same as ``links`` for these, vector by vector.
    entry : int
        The vector at which a search begins, one of the highest layer.
    """

    links: NDArray[np.uint32]
    levels: NDArray[np.int32]
    upper: NDArray[np.uint32]
    entry: int

    @classmethod
    def of(cls, index: Any) -> Graph:
        """Take the graph out of an `hnswlib.Index` whose vectors bear the labels 0 to N - 1."""
        (state,) = index.__getstate__()
        count, m = state["cur_element_count"], state["M"]
        row = np.frombuffer(state["data_level0"], np.uint8).reshape(count, -1)
        width = _LINK * (1 + 2 * m)
        labels = row[:, state["label_offset"] :].copy().view(np.uint64).ravel()
        order = np.argsort(labels)
        if not np.array_equal(order, np.arange(count)):
            raise ValueError("vectors are not in the order of their labels")
        links = row[:, :width].copy().view(np.uint32)
        upper = np.frombuffer(state["link_lists"], np.uint32).reshape(-1, 1 + m)
        return cls(links, state["element_levels"], upper, int(state["enterpoint_node"]))

    def save(self, path: Path) -> None:
        """Write the graph; the same graph makes the same bytes."""
        with path.open("wb") as stream:
            np.savez_compressed(
                stream, links=self.links, levels=self.levels, upper=self.upper, entry=self.entry
            )

    @classmethod
    def load(cls, path: Path) -> Graph:
        """Read a graph written by `save`.

        Raises
        ------
        OSError, ValueError
            If the file cannot be read, or is no graph in which a search stays inside.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                parts = {name: file[name] for name in ("links", "levels", "upper", "entry")}
        except (KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError("the file is no graph") from error
        graph = cls(parts["links"], parts["levels"], parts["upper"], int(parts["entry"]))
        graph._check()
        return graph

    def _check(self) -> None:
        """Raise `ValueError` where a link leads nowhere: hnswlib would follow it."""
        kinds = [array.dtype.str for array in (self.links, self.levels, self.upper)]
        if kinds != ["<u4", "<i4", "<u4"] or self.links.ndim != 2:
            raise ValueError("the graph's arrays are of other kinds")
        count, width = self.links.shape
        if count < 1 or width < 5 or self.levels.shape != (count,) or self.levels.min() < 0:
            raise ValueError("the graph's layers do not fit its vectors")
        if self.upper.shape != (int(self.levels.sum()), 1 + width // 2):
            raise ValueError("the graph's upper layers are incomplete")
        highest = int(self.levels.max())
        if not 0 <= self.entry < count or self.levels[self.entry] != highest:
            raise ValueError("the graph has no way in")
        for links in (self.links, self.upper):
            if (links[:, 0] >= links.shape[1]).any() or (links[:, 1:] >= count).any():
                raise ValueError("a link of the graph leads nowhere")
        self._check_layers()

    def _check_layers(self) -> None:
        """Raise `ValueError` where a link of an upper layer leads to a vector below it."""
        layer = _places(self.levels) + 1
        used = np.arange(self.upper.shape[1] - 1) < self.upper[:, :1]
        too_low = self.levels[self.upper[:, 1:]] < layer[:, None]
        if (used & too_low).any():
            raise ValueError("a link of the graph leads to a layer that is not there")

    def index(self, units: NDArray[np.float32], *, ef_construction: int, seed: int) -> Any:
        """Return an `hnswlib.Index` of these links and the vectors that they were made for.

        Parameters
        ----------
        units : ndarray, shape (N, D), float32
            Of unit length.
        ef_construction, seed : int
            As the graph was built with.
        """
        import hnswlib

        count, dimension = units.shape
        m = self.links.shape[1] // 2
        links, data = _LINK * (1 + 2 * m), units.nbytes // count
        row = np.empty((count, links + data + _LABEL), np.uint8)
        row[:, :links] = self.links.view(np.uint8)
        row[:, links : links + data] = np.ascontiguousarray(units).view(np.uint8)
        labels = np.arange(count, dtype=np.uint64)
        row[:, links + data :] = labels[:, None].view(np.uint8)
        about = self._about(dimension, row.shape[1], ef_construction=ef_construction, seed=seed)
        state = {
            **about,
            "label_lookup_external": labels,
            "label_lookup_internal": labels.astype(np.uint32),
            "element_levels": self.levels,
            "data_level0": row.view(np.int8).ravel(),
            "link_lists": np.ascontiguousarray(self.upper).view(np.int8).ravel(),
        }
        index = hnswlib.Index.__new__(hnswlib.Index)
        index.__setstate__((state,))
        return index

    def _about(
        self, dimension: int, row: int, *, ef_construction: int, seed: int
    ) -> dict[str, object]:
        """Return hnswlib's numbers; a vector takes ``row`` bytes in the lowest layer."""
        count, m = len(self.links), self.links.shape[1] // 2
        links = _LINK * (1 + 2 * m)
        return {
            "ser_version": 1,
            "space": "cosine",
            "dim": dimension,
            "seed": seed,
            "index_inited": True,
            "ep_added": True,
            "normalize": True,
            "num_threads": 1,
            "offset_level0": 0,
            "offset_data": links,
            "label_offset": row - _LABEL,
            "max_elements": count,
            "cur_element_count": count,
            "has_deletions": False,
            "size_data_per_element": row,
            "allow_replace_deleted": False,
            "max_level": int(self.levels.max()),
            "enterpoint_node": self.entry,
            "M": m,
            "max_M": m,
            "max_M0": 2 * m,
            "mult": 1.0 / math.log(m),
            "ef_construction": ef_construction,
            "ef": ef_construction,
            "size_links_per_element": _LINK * (1 + m),
        }


def _places(counts: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return 0, 1, ... for each of so many, one after another: [2, 1] makes [0, 1, 0]."""
    ends = np.cumsum(counts)
    places: NDArray[np.int64] = np.arange(int(ends[-1])) - np.repeat(ends - counts, counts)
    return places
