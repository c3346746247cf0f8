"""What the actions on the galaxy's pictures do: which are shown, in which limits, and exports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton

from radgalgui.errors import RadGalError
from radgalgui.gui.dock import quiet_button
from radgalgui.gui.export import export_pictures
from radgalgui.gui.feature import Feature

if TYPE_CHECKING:
    from radgalgui.gui.actions import Actions

__all__ = ["PictureCommands", "picture_button"]

KEYS = ("reconstruction", "same_limits", "export_pictures")


class PictureCommands(Feature):
    """Slots of actions on the pictures of the galaxy that is shown."""

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {
            "reconstruction": lambda: self._wish("reconstruction"),
            "same_limits": lambda: self._wish("same_limits"),
            "export_pictures": self.export,
        }

    def refresh(self) -> None:
        """Offer only what can be done now, and show what is in force."""
        image, actions = self._window.image, self._window.actions_
        for key in ("reconstruction", "same_limits"):
            actions[key].setChecked(getattr(image.wishes, key))
        query = self._window.desk.session.current
        known = query is not None and (query.seen is not None or query.index is not None)
        actions["export_pictures"].setEnabled(known)

    def _wish(self, key: str) -> None:
        image = self._window.image
        image.wish(replace(image.wishes, **{key: self._window.actions_[key].isChecked()}))
        self._window.settings.keep_wishes(image.wishes)

    def export(self) -> None:
        """Write the pictures of the query shown to a folder that the user names."""
        window, settings = self._window, self._window.settings
        query, sources = window.desk.session.current, window.desk.sources
        if query is None or sources is None:
            return
        start = settings.folder("export") or str(Path.home())
        name = QFileDialog.getExistingDirectory(window, "Export pictures to a folder", start)
        if not name:
            return
        tokens = window.theme.tokens
        stored = sources.images[query.index] if query.index is not None else None
        try:
            written = export_pictures(Path(name), query, window.image.panes, tokens, stored)
        except (RadGalError, OSError) as error:
            window.toasts.say(f"The pictures could not be written: {error}", "failure")
            return
        settings.keep_folder("export", name)
        names = ", ".join(path.name for path in written)
        window.toasts.say(f"Written to {name}: {names}", "done")


def picture_button(actions: Actions) -> QToolButton:
    """Return the button in the galaxy's title that offers these actions."""
    button = quiet_button("panes", "Which pictures are shown, and their export")
    menu = QMenu(button)
    menu.addActions([actions[key] for key in KEYS])
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button
