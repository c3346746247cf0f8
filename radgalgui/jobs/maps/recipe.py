"""How a map is made, as plain values: the method, its settings, and what it is called."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from radgalgui.errors import UsageError

__all__ = ["FEWEST", "METHODS", "Recipe"]

METHODS: Final = {"umap": "UMAP", "tsne": "t-SNE", "pca": "PCA"}
"""The methods, and what they are called."""

FEWEST: Final = {"umap": 4, "tsne": 4, "pca": 2}
"""Sources that a map can be made of."""

_SETTINGS: Final = {"umap": ("neighbours", "min_dist"), "tsne": ("perplexity",), "pca": ()}
_WORD: Final = re.compile(r"[A-Za-z0-9._+-]{1,40}")
_LONGEST: Final = 40  # letters of a title that the user gives


@dataclass(frozen=True)
class Recipe:
    """How a map is made.

    Parameters
    ----------
    method : str
        One of `METHODS`.
    neighbours : int
        Of UMAP: how many neighbours each source is to keep, 2 to 500.
    min_dist : float
        Of UMAP: how close sources may come on the map, 0 to 1.
    perplexity : float
        Of t-SNE: about how many neighbours each source keeps near, 2 to 500.
    seed : int
        Of all that is drawn at random; not of PCA, where nothing is.
    title : str
        What the user calls the map; "" for a name that follows from the settings.
    """

    method: str
    neighbours: int = 15
    min_dist: float = 0.1
    perplexity: float = 30.0
    seed: int = 0
    title: str = ""

    @property
    def problem(self) -> str:
        """Why no map can be made like this, in a sentence; "" where it can."""
        if self.method not in METHODS:
            return f"There is no method {self.method!r}; choose {', '.join(METHODS)}."
        if self.method == "umap" and not 2 <= self.neighbours <= 500:
            return "A UMAP map takes 2 to 500 neighbours."
        if self.method == "umap" and not 0.0 <= self.min_dist <= 1.0:
            return "The least distance on a UMAP map is 0 to 1."
        if self.method == "tsne" and not 2.0 <= self.perplexity <= 500.0:
            return "A t-SNE map takes a perplexity of 2 to 500."
        if not 0 <= self.seed < 2**31:
            return "A seed is a whole number, 0 to 2,147,483,647."
        if _slug(self.title) in METHODS:
            return "That is what the usual map is called; choose another name."
        if len(self.title) > _LONGEST or not (not self.title or _slug(self.title)):
            return f"A name has letters or digits, and {_LONGEST} of them at most."
        return ""

    def check(self) -> None:
        """Raise `UsageError` if no map can be made like this."""
        if self.problem:
            raise UsageError(self.problem.rstrip("."))

    @property
    def name(self) -> str:
        """What files and commands call the map: ``umap``, ``tsne-perplexity50``."""
        if self.title:
            return _slug(self.title)
        short = {"neighbours": "n", "min_dist": "d", "perplexity": "p", "seed": "s"}
        parts = [f"{short[key]}{value:g}" for key, value in self._unusual()]
        return "-".join([self.method, *parts])

    @property
    def words(self) -> str:
        """What people call it, shortly: ``UMAP``, ``t-SNE 50``."""
        if self.title:
            return self.title
        signs = {"min_dist": "d ", "seed": "seed "}
        told = ", ".join(f"{signs.get(key, '')}{value:g}" for key, value in self._unusual())
        return f"{METHODS.get(self.method, self.method)} {told}".strip()

    @property
    def sentence(self) -> str:
        """All settings in words: ``UMAP, 15 neighbours, least distance 0.1, seed 0``."""
        method = METHODS.get(self.method, self.method)
        parts = {
            "umap": [f"{self.neighbours} neighbours", f"least distance {self.min_dist:g}"],
            "tsne": [f"perplexity {self.perplexity:g}"],
        }.get(self.method, [])
        seed = [] if self.method == "pca" else [f"seed {self.seed}"]
        return ", ".join([method, *parts, *seed])

    def _unusual(self) -> list[tuple[str, float]]:
        """Return the settings of the method that differ from the usual ones."""
        usual = Recipe(self.method)
        keys = [*_SETTINGS.get(self.method, ()), *(["seed"] if self.method != "pca" else [])]
        told = [(key, getattr(self, key)) for key in keys]
        return [(key, value) for key, value in told if value != getattr(usual, key)]

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold: the settings that matter to the method."""
        keys = ["method", *_SETTINGS.get(self.method, ())]
        keys += ["seed"] if self.method != "pca" else []
        keys += ["title"] if self.title else []
        return {key: getattr(self, key) for key in keys}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any], *, name: str = "") -> Recipe:
        """Return the recipe that `to_dict` told; a usual one by its name where it tells nothing.

        Older programs wrote no recipes: their maps are called after the method.  What is not
        understood is left at its usual value, for a map can be looked at all the same.
        """
        method = told.get("method")
        if not isinstance(method, str) or not _WORD.fullmatch(method):
            method = name
        usual, settings = cls(method), {}
        for key in ("neighbours", "min_dist", "perplexity", "seed", "title"):
            value, like = told.get(key), getattr(usual, key)
            text = isinstance(like, str)
            if text == isinstance(value, str) and isinstance(value, (int, float, str)):
                finite = text or math.isfinite(float(value))
                settings[key] = type(like)(value) if finite else like
        settings["title"] = settings.get("title", "")[:_LONGEST]
        return cls(method, **settings)


def _slug(title: str) -> str:
    """Return a title as part of a file's name: ``Wide view, 2`` becomes ``Wide-view-2``."""
    return re.sub(r"[^A-Za-z0-9._+]+", "-", title).strip("-._+")
