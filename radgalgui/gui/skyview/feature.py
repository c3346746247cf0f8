"""The sky as a part of the window: its panel and its actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from radgalgui.gui.dock import Dock
from radgalgui.gui.feature import Feature, Spec
from radgalgui.gui.skyview.panel import SkyPanel
from radgalgui.gui.skyview.presenter import SkyPresenter

if TYPE_CHECKING:
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

    presenter: SkyPresenter

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.panel = SkyPanel()
        self.dock = Dock("sky", "Sky", self.panel, "sky", guest=True)

    def docks(self) -> dict[str, Dock]:
        """Return the panel of the sky, closed on the first day."""
        self.dock.title.add(self.panel.extent)
        self.dock.title.add(self.panel.frames)
        return {"sky": self.dock}

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {"sky": self.open, "sky_near": self.near, "sky_frame": self.turn}

    def connect(self) -> None:
        """Let the sky follow session and map."""
        self.presenter = SkyPresenter(self._window, self.panel, self.dock)
        self.panel.view.aimed.connect(self.refresh)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.presenter.set_theme(tokens)

    def refresh(self) -> None:
        """Show whose north is up."""
        galactic = self.panel.view.aim.frame == "galactic"
        self._window.actions_["sky_frame"].setChecked(galactic)

    def back(self) -> bool:
        """Give up an area that is being drawn on the sky."""
        given = self.panel.view.area.cancel()
        self.panel.view.update()
        return given

    def open(self) -> None:
        """Show the sky, and let the keys go there."""
        self._window.guests.bring("sky")
        self.panel.view.setFocus()

    def near(self) -> None:
        """Show on the sky, from near, what is selected, chosen or asked about."""
        self.open()
        self.presenter.show_near()

    def turn(self) -> None:
        """Let the north of the other frame be up."""
        self.presenter.use_frame(int(self.panel.view.aim.frame == "icrs"))
