"""Where panels stand on the first day, and how they share the window."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

__all__ = ["bring_classes", "lay_out", "proportion", "share_with_drawing"]

LOW = 840  # below this height galaxy, neighbours and classes do not fit one above the other

CHROME = 100  # height of menus, toolbar and status line

ACROSS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


def lay_out(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    """Put every panel in its place: the answer at the right, lists below the map.

    In a low window classes stand below the map, in front of the table of sources.
    """
    right, bottom = (
        Qt.DockWidgetArea.RightDockWidgetArea,
        Qt.DockWidgetArea.BottomDockWidgetArea,
    )
    window.setCorner(Qt.Corner.BottomRightCorner, right)
    for dock in docks.values():
        window.removeDockWidget(dock)
        dock.setFloating(False)
    window.addDockWidget(right, docks["image"])
    window.splitDockWidget(docks["image"], docks["neighbours"], DOWN)
    window.addDockWidget(bottom, docks["queries"])
    window.splitDockWidget(docks["queries"], docks["sources"], ACROSS)
    for key, dock in docks.items():
        dock.setVisible(key != "draw")
    place_classes(window, docks)
    window.addDockWidget(right, docks["draw"])
    window.tabifyDockWidget(docks["neighbours"], docks["draw"])
    docks["draw"].hide()


def place_classes(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    """Put the classes below the neighbours, or in a low window in front of the sources."""
    classes, shown = docks["classes"], docks["classes"].isVisibleTo(window)
    window.removeDockWidget(classes)
    if window.height() < LOW:
        window.tabifyDockWidget(docks["sources"], classes)
    else:
        window.splitDockWidget(docks["neighbours"], classes, DOWN)
    classes.setVisible(shown)
    bring_classes(window, docks)


def share_with_drawing(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    """Give drawing more room while it is open: those beside it become tabs, and part again.

    Beside the neighbours these are the classes, in a low window the galaxy.  Where drawing has
    been put elsewhere, or floats, nothing is changed.
    """
    draw, neighbours = docks["draw"], docks["neighbours"]
    if not window.isVisible():
        return
    together = window.tabifiedDockWidgets(neighbours)
    wanted = draw in together and not draw.isHidden() and not draw.isFloating()
    low = is_low(window, docks)
    partner = docks["image" if low else "classes"]
    if wanted and partner not in together and not partner.isFloating():
        window.tabifyDockWidget(neighbours, partner)
        draw.raise_()
    elif not wanted:
        if docks["image"] in together:
            _part_galaxy(window, docks)
        if docks["classes"] in together:
            place_classes(window, docks)
    proportion(window, docks)


def _part_galaxy(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    """Put the galaxy above the neighbours again."""
    image, neighbours, draw = (docks[key] for key in ("image", "neighbours", "draw"))
    below = [dock for dock in (neighbours, draw) if not dock.isFloating()]
    shown = [not dock.isHidden() for dock in below]
    for dock in below:  # all before the first returns: beside a tab it would be another tab
        window.removeDockWidget(dock)
    for dock, visible in zip(below, shown, strict=True):
        if dock is below[0]:
            window.splitDockWidget(image, dock, DOWN)
        else:
            window.tabifyDockWidget(below[0], dock)
        dock.setVisible(visible)


def bring_classes(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    """Show the classes rather than the sources where both have the same place."""
    if is_low(window, docks):
        docks["classes"].raise_()


def is_low(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> bool:
    """Whether the classes stand in front of the sources."""
    return docks["classes"] in window.tabifiedDockWidgets(docks["sources"])


def proportion(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    """Share the window between the panels, whatever its size."""
    if is_low(window, docks) is not (window.height() < LOW):
        place_classes(window, docks)
    wide, high = window.width(), window.height()
    right = min(max(round(wide * 0.46), 472), 900)  # four pictures stand side by side
    window.resizeDocks([docks["image"]], [right], ACROSS)
    low = is_low(window, docks)
    below = min(max(round(high * (0.3 if low else 0.26)), 170), 400)
    together = window.tabifiedDockWidgets(docks["neighbours"])
    if docks["image"] in together:
        pass  # one stack as high as the window
    elif low:
        top = min(round(high * 0.6), right // 2 + 240)
        window.resizeDocks([docks["image"], docks["neighbours"]], [top, high - top], DOWN)
    elif docks["classes"] in together:
        top = round((high - CHROME) * 0.44)
        column = [docks["image"], docks["neighbours"]]
        window.resizeDocks(column, [top, high - CHROME - top], DOWN)
    else:
        room = high - CHROME
        classes = min(max(round(room * 0.225), 180), 232)
        top = min(round((room - classes) * 0.655), right // 2 + 240)
        rest = room - top - classes
        column = [docks["image"], docks["neighbours"], docks["classes"]]
        window.resizeDocks(column, [top, rest, classes], DOWN)
    window.resizeDocks([docks["queries"], docks["sources"]], [below, below], DOWN)
    list_width = min(max(round(wide * 0.17), 200), 320)
    window.resizeDocks([docks["queries"], docks["sources"]], [list_width, wide], ACROSS)
