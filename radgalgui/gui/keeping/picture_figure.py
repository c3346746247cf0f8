"""A picture of the sky on paper: coordinates along its edges, and what its colours mean."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPainter

from radgalgui.gui.colours import lookup_table
from radgalgui.gui.display import to_levels
from radgalgui.gui.imaging.hooks import Stage
from radgalgui.gui.keeping.axes import (
    BAR,
    MARGINS,
    Bar,
    Tick,
    inner_rect,
    paint_axes,
    paint_bar,
    round_ticks,
)
from radgalgui.gui.keeping.figure import Look
from radgalgui.gui.picture_view import PictureView

__all__ = ["PictureFigure"]

ICRS = ("Right ascension (ICRS)", "Declination (ICRS)")
GALACTIC = ("Galactic longitude", "Galactic latitude")
PIXELS = ("x (pixels)", "y (pixels)")
SIDE = 18.0  # more room at the left: declinations are long


class PictureFigure:
    """What a picture view shows now, with all that lies over it."""

    has_axes = has_paper = True

    def __init__(self, title: str, view: PictureView) -> None:
        self.title, self._view = title, view

    def size(self, look: Look) -> QSizeF:
        """Return the picture's size on the screen, and the room of axes and colours."""
        view = self._view
        if not look.axes:
            return QSizeF(view.size())
        left, top, right, bottom = MARGINS
        return QSizeF(view.width() + left + SIDE + right + BAR, view.height() + top + bottom)

    def paint(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Paint the picture, its axes and its colours."""
        view = self._view
        if not look.axes or view.sky is None:
            view.render_to(painter, rect)
            return
        inner = inner_rect(rect.adjusted(SIDE, 0, 0, 0), bar=True)
        view.render_to(painter, inner)
        stage = view.port.stage(inner)
        bottom, left, titles = self._coordinates(stage, inner)
        paint_axes(painter, inner, look, bottom=bottom, left=left, titles=titles)
        paint_bar(painter, inner, look, self._bar())

    # -- coordinates -----------------------------------------------------------------------

    def _coordinates(
        self, stage: Stage, inner: QRectF
    ) -> tuple[list[Tick], list[Tick], tuple[str, str]]:
        """Return the ticks below and at the left, and what they count."""
        sky = self._view.sky
        if sky is None or sky.readout is None:
            return *self._pixels(stage), PIXELS
        from radgalgui.sky.graticule import graticule

        part = stage.part
        frame = self._view.choices.frame
        region = (part.left() - 0.5, part.top() - 0.5, part.right() - 0.5, part.bottom() - 0.5)
        lines = graticule(
            sky.readout.wcs, region, frame="galactic" if frame == "galactic" else "icrs"
        )
        below: dict[str, list[Tick]] = {"lon": [], "lat": []}
        beside: dict[str, list[Tick]] = {"lon": [], "lat": []}
        for line in lines:
            at = [stage.place(float(x), float(y)) for x, y in zip(line.x, line.y, strict=True)]
            xs, ys = np.array([p.x() for p in at]), np.array([p.y() for p in at])
            below[line.kind] += [
                Tick(x, line.text)
                for x in _crossings(ys, xs, inner.bottom())
                if inner.left() <= x <= inner.right()
            ]
            beside[line.kind] += [
                Tick(y, line.text)
                for y in _crossings(xs, ys, inner.left())
                if inner.top() <= y <= inner.bottom()
            ]
        lon, lat = GALACTIC if frame == "galactic" else ICRS
        if len(below["lon"]) + len(beside["lat"]) >= len(below["lat"]) + len(beside["lon"]):
            return below["lon"], beside["lat"], (lon, lat)
        return below["lat"], beside["lon"], (lat, lon)  # the picture lies on its side

    def _pixels(self, stage: Stage) -> tuple[list[Tick], list[Tick]]:
        """Return ticks at pixels, counted from 1 as FITS does."""
        part = stage.part
        across = round_ticks(part.left() + 0.5, part.right() + 0.5)
        up = round_ticks(part.top() + 0.5, part.bottom() + 0.5)
        return (
            [Tick(stage.place(x - 1, 0).x(), text) for x, text in across],
            [Tick(stage.place(0, y - 1).y(), text) for y, text in up],
        )

    # -- colours ---------------------------------------------------------------------------

    def _bar(self) -> Bar:
        """Return the bar of the picture's colours, with values where they stand in its stretch."""
        view = self._view
        display = view.display
        table = lookup_table(display.colour_map)
        assert view.levels is not None
        assert view.sky is not None
        low, high = view.levels.span(display)
        factor, unit = scaled_unit(max(abs(low), abs(high)), view.sky.unit)
        if display.stretch == "histeq":
            ends = [(0.0, f"{low * factor:.3g}"), (1.0, f"{high * factor:.3g}")]
            return Bar(table, [(at, text.replace("-", "−")) for at, text in ends], unit)
        ticks = round_ticks(low * factor, high * factor, wanted=8.0)
        values = np.array([value / factor for value, _ in ticks], np.float64)
        places = to_levels(values[None], replace(display, span=(low, high)))[0] / 255
        texts = [text for _, text in ticks]
        return Bar(table, list(zip(places.tolist(), texts, strict=True)), unit)


def scaled_unit(largest: float, unit: str) -> tuple[float, str]:
    """Return by what values are multiplied to be told in a handy unit, and that unit."""
    plain = unit.lower().replace(" ", "")
    if plain in ("jy/beam", "jybeam-1", "jybeam**-1", "jy/bm"):
        for factor, name in ((1.0, "Jy/beam"), (1e3, "mJy/beam"), (1e6, "µJy/beam")):
            if largest * factor >= 1.0 or name.startswith("µ"):
                return factor, name
    return 1.0, unit


def _crossings(along: NDArray[np.float64], other: NDArray[np.float64], level: float) -> list[float]:
    """Return ``other`` where a line's ``along`` passes a level; blanks part the line."""
    before, after = along[:-1] - level, along[1:] - level
    with np.errstate(invalid="ignore"):
        at = np.flatnonzero(before * after <= 0)
    found = []
    for n in at.tolist():
        gap = before[n] - after[n]
        share = before[n] / gap if gap else 0.0
        found.append(float(other[n] + share * (other[n + 1] - other[n])))
    return [value for value in found if np.isfinite(value)]
