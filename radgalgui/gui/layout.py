"""Where panels stand on the first day, and how they share the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

__all__ = [
    "bring_classes",
    "guests_of",
    "lay_out",
    "open_guests",
    "proportion",
    "restore",
    "share_with_guests",
]

LOW = 840  # below this height galaxy, neighbours and classes do not fit one above the other

CHROME = 100  # height of menus, toolbar and status line

#: From these on, the likelihood has a place of its own: beside the classes, or below them.
WIDE, HIGH = 1720, 1150
TABS = 28  # height of a row of tabs
PLACED = "likelihood_placed"  # the property of the window that tells where it was put

RIGHT, NOWHERE = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.NoDockWidgetArea
ACROSS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


def lay_out(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    """Put every panel in its place: the answer at the right, lists below the map.

    In a low window classes and likelihood stand below the map, in front of the table of sources.
    """
    bottom = Qt.DockWidgetArea.BottomDockWidgetArea
    window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
    for dock in docks.values():
        window.removeDockWidget(dock)
        dock.setFloating(False)
    window.addDockWidget(RIGHT, docks["image"])
    window.splitDockWidget(docks["image"], docks["neighbours"], DOWN)
    window.addDockWidget(bottom, docks["queries"])
    window.splitDockWidget(docks["queries"], docks["sources"], ACROSS)
    window.addDockWidget(RIGHT, docks["likelihood"])
    for dock in docks.values():
        dock.show()
    for key in guests_of(docks):
        window.addDockWidget(RIGHT, docks[key])  # makes it a part of the window
        window.removeDockWidget(docks[key])
    place_classes(window, docks)


def guests_of(docks: Mapping[str, QDockWidget]) -> list[str]:
    """Return the panels that are closed on the first day.

    They stand in front of the neighbours when opened.
    """
    return [key for key, dock in docks.items() if dock.property("guest")]


def open_guests(docks: Mapping[str, QDockWidget]) -> list[str]:
    """Return the panels that are open though they are closed on the first day."""
    return [key for key in guests_of(docks) if docks[key].toggleViewAction().isChecked()]


def restore(
    window: QMainWindow,
    docks: Mapping[str, QDockWidget],
    state: QByteArray,
    version: int,
    guests: Sequence[str],
) -> bool:
    """Put panels where they were; without a stored state in their first places, and return False.

    Qt shows what is missing in a stored state, and that is every guest that was closed.
    """
    for dock in docks.values():  # nowhere yet: tabs of another layout would stay in a corner
        window.addDockWidget(RIGHT, dock)
        window.removeDockWidget(dock)
    done = not state.isEmpty() and window.restoreState(state, version)
    if not done:
        lay_out(window, docks)
    for key in guests_of(docks):
        if key not in guests:
            window.removeDockWidget(docks[key])
    return done


def place_classes(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    """Put the classes below the neighbours, or in a low window in front of the sources.

    The likelihood stands with them: as a tab, or where there is room beside or below them.
    """
    classes, likelihood = docks["classes"], docks["likelihood"]
    moved = [dock for dock in (classes, likelihood) if not dock.isFloating()]
    shown = [dock.isVisibleTo(window) for dock in moved]
    for dock in moved:
        window.removeDockWidget(dock)
    where = wanted_place(window)
    window.setProperty(PLACED, where)
    if classes in moved and where == "low":
        window.tabifyDockWidget(docks["sources"], classes)
    elif classes in moved:
        window.splitDockWidget(docks["neighbours"], classes, DOWN)
    if likelihood in moved and where in ("low", "tab"):
        window.tabifyDockWidget(classes, likelihood)
    elif likelihood in moved:
        window.splitDockWidget(classes, likelihood, ACROSS if where == "beside" else DOWN)
    for dock, was_shown in zip(moved, shown, strict=True):
        dock.setVisible(was_shown)
    bring_classes(window, docks)


def wanted_place(window: QMainWindow) -> str:
    """Return where classes and likelihood stand in a window of this size."""
    if window.height() < LOW:
        return "low"
    if window.width() >= WIDE:
        return "beside"
    return "below" if window.height() >= HIGH else "tab"


def place_of(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> str:
    """Return where classes and likelihood stand now."""
    classes, likelihood = docks["classes"], docks["likelihood"]
    if is_low(window, docks):
        return "low"
    if likelihood.isHidden() or likelihood.isFloating():
        return wanted_place(window) if window.height() >= LOW else "tab"
    if likelihood in window.tabifiedDockWidgets(classes):
        return "tab"
    known = window.property(PLACED)  # where they stand is not known before they are shown
    return str(known) if known in ("beside", "below") else wanted_place(window)


def share_with_guests(
    window: QMainWindow, docks: Mapping[str, QDockWidget], front: str = "draw"
) -> None:
    """Give guests more room while one is open: those beside it become tabs, and part again.

    Beside the neighbours these are the classes, in a low window the galaxy.  Where a guest has
    been put elsewhere, or floats, nothing is a tab for it.  ``front`` is the one to be seen.
    """
    if window.isVisible():
        _share(window, docks, front)
        proportion(window, docks)


def _share(window: QMainWindow, docks: Mapping[str, QDockWidget], front: str = "") -> None:
    neighbours = docks["neighbours"]
    for guest in (docks[key] for key in guests_of(docks)):
        if guest.isHidden():
            window.removeDockWidget(guest)  # beside a tab, even a hidden one, all others are tabs
        elif not guest.isFloating() and window.dockWidgetArea(guest) is NOWHERE:
            window.tabifyDockWidget(neighbours, guest)
            guest.show()
    together = window.tabifiedDockWidgets(neighbours)
    guests = {key: docks[key] for key in guests_of(docks) if docks[key] in together}
    low = is_low(window, docks)
    alone = docks["classes" if low else "image"] in together
    if alone or (together and not guests):
        _stack(window, docks)
    partner = docks["image" if low else "classes"]
    if guests and not partner.isFloating():
        partners = [partner]
        likelihood = docks["likelihood"]
        if not low and not likelihood.isFloating() and not likelihood.isHidden():
            partners.append(likelihood)
        for dock in (*guests.values(), *partners):
            window.tabifyDockWidget(neighbours, dock)
        guests.get(front, next(iter(guests.values()))).raise_()


def _stack(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    """Put galaxy, neighbours and classes one below the other again."""
    column = [docks[key] for key in ("image", "neighbours") if not docks[key].isFloating()]
    shown = [not dock.isHidden() for dock in column]
    for dock in column:
        window.removeDockWidget(dock)
    for number, dock in enumerate(column):
        if number:
            window.splitDockWidget(column[0], dock, DOWN)
        else:
            window.addDockWidget(RIGHT, dock)
        dock.setVisible(shown[number])
    place_classes(window, docks)


def bring_classes(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    """Show the classes rather than the sources, or the likelihood, that share their place."""
    if is_low(window, docks) or docks["likelihood"] in window.tabifiedDockWidgets(docks["classes"]):
        docks["classes"].raise_()


def is_low(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> bool:
    """Whether the classes stand in front of the sources."""
    return docks["classes"] in window.tabifiedDockWidgets(docks["sources"])


def proportion(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    """Share the window between the panels, whatever its size."""
    shared = docks["classes"] in window.tabifiedDockWidgets(docks["neighbours"])
    low = is_low(window, docks)
    moved = not shared and place_of(window, docks) != wanted_place(window)
    if low is not (window.height() < LOW) or moved:
        place_classes(window, docks)
        _share(window, docks)
    wide, high = window.width(), window.height()
    right = min(max(round(wide * 0.46), 472), 900)  # four pictures stand side by side
    window.resizeDocks([docks["image"]], [right], ACROSS)
    low = is_low(window, docks)
    below = min(max(round(high * (0.3 if low else 0.26)), 170), 400)
    together = window.tabifiedDockWidgets(docks["neighbours"])
    if docks["image"] in together:
        pass  # one stack as high as the window
    elif low:
        top = min(round(high * 0.645), right // 2 + 240)
        window.resizeDocks([docks["image"], docks["neighbours"]], [top, high - top], DOWN)
    elif docks["classes"] in together:
        top = round((high - CHROME) * 0.44)
        column = [docks["image"], docks["neighbours"]]
        window.resizeDocks(column, [top, high - CHROME - top], DOWN)
    else:
        room = high - CHROME
        classes = min(max(round(room * 0.225), 180), 232)
        where = place_of(window, docks)
        classes += TABS if where == "tab" else 0
        top = min(round((room - classes) * 0.655), right // 4 + 260)
        column = [docks["image"], docks["neighbours"], docks["classes"]]
        sizes = [top, room - top - classes, classes]
        if where == "below":
            column.append(docks["likelihood"])
            sizes[1:] = [max(room - top - 2 * classes, 1), classes, classes]
        window.resizeDocks(column, sizes, DOWN)
        if where == "beside":
            share = round(0.54 * right)  # seven classifiers side by side take more
            pair = [docks["classes"], docks["likelihood"]]
            window.resizeDocks(pair, [share, right - share], ACROSS)
    window.resizeDocks([docks["queries"], docks["sources"]], [below, below], DOWN)
    list_width = min(max(round(wide * 0.17), 200), 320)
    window.resizeDocks([docks["queries"], docks["sources"]], [list_width, wide], ACROSS)
