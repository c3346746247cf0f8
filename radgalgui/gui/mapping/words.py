"""How sure a place on a map is, in words."""

from __future__ import annotations

from radgalgui.gui.mapping.shown import Place, ShownMap

__all__ = ["place_words"]

#: Of the map's width: from here on a place is said to be unsure.
UNSURE = 0.15


def place_words(shown: ShownMap, place: Place | None, *, own: bool = False) -> list[str]:
    """Return what is known of a query's place, a line each.

    Parameters
    ----------
    shown : ShownMap
        The map.
    place : tuple of float or None
        x, y and spread of the query on it.
    own : bool, optional
        Whether the query is a source of the catalogue, which lies where it lies.
    """
    if place is None:
        return ["Its place on this map is not known."]
    if own:
        return ["A source of the catalogue, at its own place"]
    if shown.exact and place[2] == 0.0:
        return ["Its place is exact: this map is a projection"]
    if place[2] == 0.0:
        return ["Its place is sure: the catalogue has this very picture"]
    share = place[2] / shown.width if shown.width > 0 else 0.0
    words = f"Place sure to within {_percent(share)} of the map's width"
    if share >= UNSURE:
        return [
            f"Place unsure: within {_percent(share)} of the map's width",
            "Its nearest galaxies do not lie together",
        ]
    return [words, "The circle holds two in three of its nearest"]


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:.0f} %" if percent >= 2 else f"{percent:.1f} %"
