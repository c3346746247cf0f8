"""The sky as a part of the window: its panel, made when it is first opened, and its actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from radgalgui.gui.dock import Dock
from radgalgui.gui.feature import Feature, Spec

if TYPE_CHECKING:
    from radgalgui.gui.skyview.panel import SkyPanel
    from radgalgui.gui.skyview.presenter import SkyPresenter
    from radgalgui.gui.theme import Tokens
    from radgalgui.gui.window import MainWindow

__all__ = ["SkyFeature"]


class SkyFeature(Feature):
    """Opens the sky beside the map."""

    specs: ClassVar[tuple[Spec, ...]] = (
        Spec(
            "sky",
            "&View",
            "Sources on the &sky",
            ("Ctrl+K",),
            "The same sources where they lie on the sky, linked with the map",
            before="jobs",
        ),
        Spec(
            "sky_near",
            "&View",
            "Show it on the s&ky",
            ("Ctrl+Alt+Y",),
            "Look at the sky around what is selected, chosen or asked about",
            before="jobs",
        ),
        Spec(
            "sky_frame",
            "&View",
            "&Galactic coordinates on the sky",
            ("Ctrl+Shift+J",),
            "Let the north of the Galaxy be up, or that of the Earth",
            before="jobs",
            checkable=True,
        ),
    )

    panel: SkyPanel
    presenter: SkyPresenter

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        self.dock = Dock("sky", "Sky", self._body, "sky", guest=True)
        self._made = False

    def docks(self) -> dict[str, Dock]:
        """Return the panel of the sky, closed on the first day."""
        return {"sky": self.dock}

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {"sky": self.open, "sky_near": self.near, "sky_frame": self.turn}

    def connect(self) -> None:
        """Make the panel as soon as it is to be seen."""
        self.dock.visibilityChanged.connect(lambda seen: self._make() if seen else None)

    def _make(self) -> None:
        if self._made:
            return
        from radgalgui.gui.skyview.panel import SkyPanel
        from radgalgui.gui.skyview.presenter import SkyPresenter

        self._made = True
        self.panel = SkyPanel()
        row = self.dock.title.row
        for segments in (self.panel.extent, self.panel.frames):
            row.insertWidget(row.indexOf(self.dock.help_button), segments)
        layout = self._body.layout()
        if layout is not None:
            layout.addWidget(self.panel)
        self.presenter = SkyPresenter(self._window, self.panel, self.dock)
        self.panel.view.aimed.connect(self.refresh)
        self.set_theme(self._window.theme.tokens)
        self.presenter.show()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        if self._made:
            self.presenter.set_theme(tokens)

    def refresh(self) -> None:
        """Show whose north is up."""
        galactic = self._window.settings.sky_frame() == "galactic"
        self._window.actions_["sky_frame"].setChecked(galactic)

    def back(self) -> bool:
        """Give up an area that is being drawn on the sky."""
        if not self._made:
            return False
        given = self.panel.view.area.cancel()
        self.panel.view.update()
        return given

    def close(self) -> None:
        """Wait for the thread."""
        if self._made:
            self.presenter.close()

    def open(self) -> None:
        """Show the sky, and let the keys go there."""
        self._window.guests.bring("sky")
        self._make()
        self.panel.view.setFocus()

    def near(self) -> None:
        """Show on the sky, from near, what is selected, chosen or asked about."""
        self.open()
        self.presenter.show_near()

    def turn(self) -> None:
        """Show the sky with the north of the other frame up."""
        self.open()
        self.presenter.use_frame(int(self.panel.view.aim.frame == "icrs"))
        self.refresh()
