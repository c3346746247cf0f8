"""Joins the sliders for points, and what the key to the colours hides, to the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from radgalgui.gui.colour_filter import ColourFilter
from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.dots.popover import PointStyle
from radgalgui.gui.feature import Feature, Spec

if TYPE_CHECKING:
    from radgalgui.gui.theme import Tokens

__all__ = ["DotsFeature"]


class DotsFeature(Feature):
    """A button in the map's header, and actions to show hidden sources again."""

    specs = (
        Spec(
            "point_style",
            "&View",
            "Si&ze of points…",
            ("Shift+P",),
            "How large and how transparent the points of the map are",
            before="fit",
        ),
        Spec(
            "show_hidden",
            "&View",
            "Show &hidden sources",
            ("Ctrl+Alt+R",),
            "Show the sources again that were hidden by clicks in the key to the colours",
            before="fit",
        ),
    )

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.button = quiet_button("points", "Size and transparency of points (Shift+P)")
        self.popover: PointStyle | None = None

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {"point_style": self.open, "show_hidden": self.show_hidden}

    def connect(self) -> None:
        """Stand in the map's header; points look as on the last day."""
        window = self._window
        row = window.map.header.row
        row.insertWidget(row.indexOf(window.map.columns) + 1, self.button)
        self.button.clicked.connect(self.open)
        window.map.view.points.set_style(*window.settings.point_style())
        window.map.view.shown_changed.connect(self.refresh)
        window.presenter.map_shown.connect(self.refresh)
        self.refresh()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.button, tokens)

    def refresh(self) -> None:
        """Offer only what can be done now."""
        view, actions = self._window.map.view, self._window.actions_
        there = view.scale is not None
        self.button.setVisible(there)
        actions["point_style"].setEnabled(there)
        actions["show_hidden"].setEnabled(there and bool(view.filter))

    def open(self) -> None:
        """Show the sliders below the button."""
        if self.popover is None:
            self.popover = PointStyle(self._window)
            self.popover.changed.connect(self._changed)
        self.popover.show_style(*self._window.settings.point_style())
        self.popover.open_at(self.button)

    def _changed(self, size: float, opacity: float) -> None:
        self._window.map.view.points.set_style(size, opacity)
        self._window.map.view.restyled.emit(size, opacity)
        self._window.settings.keep_point_style(size, opacity)

    def show_hidden(self) -> None:
        """Show all sources."""
        self._window.map.view.set_filter(ColourFilter())
