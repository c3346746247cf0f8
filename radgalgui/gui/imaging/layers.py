"""What lies over all pictures of the galaxy, made in another thread and put into each view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from radgalgui.gui.background import Background
from radgalgui.gui.imaging.contour_overlay import CompassOverlay, ContourOverlay
from radgalgui.gui.imaging.grid_overlay import GridOverlay
from radgalgui.gui.imaging.picture import Sky
from radgalgui.gui.imaging.ties import place_in

if TYPE_CHECKING:
    from radgalgui.gui.panes import Panes
    from radgalgui.sky.contours import Contour

__all__ = ["Layers", "contours_over"]

MOST = 4_000_000  # points through which a spline is laid
FINE = 4  # points a pixel, for small images and around cutouts
ROOM = 0.25  # of a cutout's width, around it


class Layers(QObject):
    """Gives each view its grid, contours and arrows, and keeps the contours up to date.

    Contours are those of the original, also over what is seen and drawn of it.  ``changed()``
    tells that contours have come.
    """

    changed = Signal()

    def __init__(self, panes: Panes, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._panes, self._background = panes, background
        self.contours = [ContourOverlay() for _ in panes.views]
        self._asked: tuple[Any, ...] = ()
        for view, contour in zip(panes.views, self.contours, strict=True):
            first = view is panes.views[0]
            view.overlays += [GridOverlay(self._run), contour, CompassOverlay(first=first)]
            view.shown.connect(self.renew)

    def _run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._background.run(work, done, lambda _: None)

    @property
    def original(self) -> Sky | None:
        """The image as it was read, None where a source of the catalogue is shown."""
        sky = self._panes.left.view.sky
        return sky if sky is not None and not sky.grid else None

    def renew(self) -> None:
        """Ask for contours if the pictures, or the levels, are others."""
        choices, original = self._panes.choices, self.original
        skies = [view.sky for view in self._panes.views]
        if not choices.contours or original is None:
            self._asked = ()
            self._take([[] for _ in skies])
            return
        signs = (1.0, -1.0) if choices.negative else (1.0,)
        levels = tuple(sign * level for sign in signs for level in choices.levels)
        asked = (levels, *(view.levels for view in self._panes.views), *map(_wcs_of, skies))
        if asked == self._asked:
            return
        self._asked = asked
        apart = [_apart(sky) for sky in skies]

        def keep(found: list[list[Contour]]) -> None:
            if self._asked is asked:
                self._take(found)
                self.changed.emit()

        self._run(lambda: contours_over(apart[0] or original, apart, levels), keep)

    def _take(self, found: Sequence[Sequence[Contour]]) -> None:
        for view, overlay, contours in zip(self._panes.views, self.contours, found, strict=True):
            if contours or overlay.contours:
                overlay.show(contours)
                view.update()


def contours_over(
    original: Sky, skies: Sequence[Sky | None], levels: Sequence[float]
) -> list[list[Contour]]:
    """Return the contours of an image in the pixels of each of several pictures of its sky.

    Parameters
    ----------
    original : Sky
        Whose contours are drawn.
    skies : sequence of Sky or None
        Over which they are drawn.
    levels : sequence of float
        In sigma of the noise.

    Returns
    -------
    list of list of Contour
        Empty for pictures that nothing ties to the original, and all where its noise is unknown.
    """
    from radgalgui.sky.contours import contours

    values, noise = original.values, original.noise
    if noise <= 0:
        return [[] for _ in skies]
    fluxes = [level * noise for level in sorted(levels)]
    fine = int(np.clip(np.sqrt(MOST / values.size), 1, FINE))
    whole = contours(values, fluxes, fine=fine)
    around = whole
    if fine < FINE and original.box is not None:
        part, origin = _around(values, original.box)
        around = contours(part, fluxes, fine=FINE, origin=origin)
    return [_onto(original, sky, whole, around) for sky in skies]


def _onto(
    original: Sky, sky: Sky | None, whole: list[Contour], around: list[Contour]
) -> list[Contour]:
    if sky is None:
        return []
    if sky.values is original.values:
        return whole
    if place_in(original, sky, [0.0], [0.0]) is None:
        return []

    def way(x: NDArray[np.float64], y: NDArray[np.float64]) -> Any:
        return place_in(original, sky, x, y)

    return [contour.moved(way) for contour in around]


def _around(
    values: NDArray[np.floating], box: tuple[float, float, float]
) -> tuple[NDArray[np.floating], tuple[int, int]]:
    """Return the pixels of a cutout with room around it, and the first of them."""
    x, y, width = box
    half = width * (0.5 + ROOM)
    x0, y0 = max(int(x - half), 0), max(int(y - half), 0)
    return values[y0 : int(y + half) + 2, x0 : int(x + half) + 2], (x0, y0)


def _wcs_of(sky: Sky | None) -> object:
    return sky.readout if sky is not None else None


def _apart(sky: Sky | None) -> Sky | None:
    """Return a picture with a WCS of its own: two threads may not use the same one at once."""
    if sky is None or sky.readout is None:
        return sky
    return replace(sky, readout=sky.readout.apart())
