"""Which views there are to be kept now, and which of them is under the focus."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from radgalgui.gui.choosing.tile_grid import TileGrid
from radgalgui.gui.dock import Dock
from radgalgui.gui.gallery import Gallery
from radgalgui.gui.keeping.cutting import Cut, cut_of
from radgalgui.gui.keeping.figure import Figure, RowFigure, WidgetFigure
from radgalgui.gui.keeping.map_figure import MapFigure
from radgalgui.gui.keeping.picture_figure import PictureFigure
from radgalgui.gui.keeping.sky_figure import SkyFigure
from radgalgui.gui.likelihood.histogram import Histogram
from radgalgui.gui.picture_view import PictureView
from radgalgui.gui.skyview.view import SkyView

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["Kept", "kept_views", "under_focus"]

#: Views that are kept as they stand on the screen.
AS_THEY_STAND = (Gallery, TileGrid, Histogram, pg.PlotWidget)


@dataclass(frozen=True)
class Kept:
    """A view: its widget, itself on paper, and what of it can be written as FITS."""

    widget: QWidget
    figure: Figure
    cut: Cut | None = None


def kept_views(window: MainWindow) -> list[Kept]:
    """Return the views that can be seen now, the map first."""
    found = [_map(window), *_sky(window), *_galaxy(window)]
    roots: list[QWidget] = [window, *_pages(window)]
    known = {id(kept.widget) for kept in found}
    for root in roots:
        for widget in root.findChildren(QWidget):
            if id(widget) in known or not _seen(widget) or not _belongs(widget, root):
                continue
            title = widget.accessibleName() or root.windowTitle()
            if isinstance(widget, PictureView) and widget.sky is not None:
                found.append(_picture(widget, title, _file_of(root)))
            elif isinstance(widget, AS_THEY_STAND):
                found.append(Kept(widget, WidgetFigure(title, widget)))
    return found


def under_focus(views: list[Kept], focus: QWidget | None) -> int:
    """Return the number of the view that has the focus, or shares its panel or page; else 0."""
    panel: QWidget | None = None
    at = focus
    while at is not None:
        for number, kept in enumerate(views):
            if kept.widget is at:
                return number
        if isinstance(at, (Dock, QDialog)) and panel is None:
            panel = at
        at = at.parentWidget()
    if panel is None:
        return 0
    inside = [n for n, kept in enumerate(views) if panel.isAncestorOf(kept.widget)]
    return inside[0] if inside else 0


def _map(window: MainWindow) -> Kept:
    view, title = window.map.view, f"Map: {window.map.method_title}"
    titles = window.presenter.axis_titles
    return Kept(view, MapFigure(title, view, titles, window.theme.tokens))


def _sky(window: MainWindow) -> list[Kept]:
    return [Kept(v, SkyFigure("Sky", v)) for v in window.findChildren(SkyView) if _seen(v)]


def _galaxy(window: MainWindow) -> list[Kept]:
    """Return the pictures of the galaxy, all together and each alone."""
    image, query = window.image, window.desk.session.current
    shown = [pane for pane in image.panes.shown if pane.view.sky is not None and _seen(pane.view)]
    if not shown:
        return []
    original = query.picture.original if query is not None and query.picture is not None else None
    path = query.path if query is not None else None
    alone = [
        _picture(
            pane.view,
            pane.title.whole or pane.view.accessibleName(),
            path if pane.view.sky is not None and pane.view.sky.values is original else None,
        )
        for pane in shown
    ]
    if len(alone) == 1:
        return alone
    return [Kept(image.panes, RowFigure("Galaxy", [kept.figure for kept in alone])), *alone]


def _picture(view: PictureView, title: str, path: Path | None) -> Kept:
    return Kept(view, PictureFigure(title, view), cut_of(view, path))


def _file_of(root: QWidget) -> Path | None:
    """Return the file that a page of its own shows: a mosaic."""
    opened = getattr(root, "opened", None)
    path = getattr(opened, "path", None)
    return path if isinstance(path, Path) else None


def _pages(window: MainWindow) -> list[QWidget]:
    """Return the pages that are open beside the window."""
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, QDialog) and widget.isVisible() and widget.parentWidget() is window
    ]


def _belongs(widget: QWidget, root: QWidget) -> bool:
    """Tell whether a widget stands in a window or its floating panels, and not in a page of it."""
    top = widget.window()
    return top is root or not isinstance(top, QDialog)


def _seen(widget: QWidget) -> bool:
    return widget.isVisible() and not widget.visibleRegion().isEmpty()
