"""What the window does to keep a view: save it as a file, or copy it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QApplication

from radgalgui.errors import RadGalError
from radgalgui.gui.feature import Feature, Spec

if TYPE_CHECKING:
    from radgalgui.gui.keeping.dialog import KeepDialog
    from radgalgui.gui.keeping.views import Kept
    from radgalgui.gui.window import MainWindow

__all__ = ["KeepingFeature"]

COPIED_RATIO = 2.0  # pixels for each of the screen's on the clipboard


class KeepingFeature(Feature):
    """Saves and copies the view under the focus, or any other that is chosen."""

    specs: ClassVar[tuple[Spec, ...]] = (
        Spec(
            "save_view",
            "&File",
            "Sa&ve view…",
            ("Ctrl+S",),
            "The map, the sky, a picture, a gallery or a plot as PNG, PDF, SVG or FITS",
            before="export_pictures",
        ),
        Spec(
            "copy_view",
            "&Edit",
            "Copy &view as a picture",
            ("Ctrl+Alt+P",),
            "What has the focus, with its axes, for a slide or a message",
            before="copy",
        ),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.dialog: KeepDialog | None = None
        self._format = "PNG"

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {"save_view": self.open, "copy_view": self.copy}

    def _views(self) -> tuple[list[Kept], int]:
        from radgalgui.gui.keeping.views import kept_views, under_focus

        views = kept_views(self._window)
        return views, under_focus(views, QApplication.focusWidget())

    def open(self) -> None:
        """Show what would be saved, and ask how."""
        from radgalgui.gui.keeping.dialog import KeepDialog

        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
        views, at = self._views()
        dark = self._window.theme.tokens.dark
        over = views[at].widget.window()
        self.dialog = dialog = KeepDialog(over, views, at, dark=dark)
        dialog.setModal(True)  # the views stand still while they are looked at
        dialog.choose_format(self._format)
        dialog.save_wanted.connect(lambda: self._save(dialog))
        dialog.copy_wanted.connect(lambda: self._copy_from(dialog))
        dialog.help_wanted.connect(lambda: self._help(dialog))
        dialog.open()

    def _help(self, dialog: KeepDialog) -> None:
        """Open the help, which a dialog that waits for an answer would keep from the hand."""
        dialog.close()
        self._window.commands.show_help("saving", "Saving views")

    def copy(self) -> None:
        """Put the view under the focus on the clipboard."""
        from radgalgui.gui.keeping.figure import Look
        from radgalgui.gui.keeping.formats import as_image

        views, at = self._views()
        figure = views[at].figure
        look = Look(dark=self._window.theme.tokens.dark, axes=figure.has_axes, ratio=COPIED_RATIO)
        QApplication.clipboard().setImage(as_image(figure, figure.size(look), look))
        self._window.toasts.say(f"Copied: {figure.title}", "done")

    def _copy_from(self, dialog: KeepDialog) -> None:
        from radgalgui.gui.keeping.formats import as_image

        try:
            image = as_image(dialog.kept.figure, dialog.size_, dialog.look)
        except RadGalError as error:
            dialog.say(str(error))
            return
        QApplication.clipboard().setImage(image)
        dialog.say("Copied.")

    def _save(self, dialog: KeepDialog) -> None:
        """Ask for a file, and write it; the dialog stays open where it could not be written."""
        from radgalgui.gui.keeping.dialog import FITS
        from radgalgui.gui.keeping.formats import ENDINGS, save
        from radgalgui.gui.saving import ask_where

        kind, kept = dialog.format, dialog.kept
        ending = ".fits" if kind == FITS else ENDINGS[kind]
        name = f"{_plain(kept.figure.title)}{ending}"
        path = ask_where(dialog, self._window.settings, "Save view", name, f"{kind} (*{ending})")
        if path is None:
            return
        self._format = kind
        told = f"Saved: {path}"
        if kind == FITS and kept.cut is not None:
            write = kept.cut.writer()
            say = self._window.toasts.say
            self._window.desk.background.run(
                lambda: write(path),
                lambda _: say(told, "done"),
                lambda error: say(f"The FITS file could not be written: {error}", "failure"),
                writes=path.name,
            )
            dialog.close()
            return
        try:
            save(kept.figure, path, kind, dialog.size_, dialog.look)
        except RadGalError as error:
            dialog.say(str(error))
            return
        dialog.close()
        self._window.toasts.say(told, "done")


def _plain(title: str) -> str:
    """Return a name for a file."""
    return re.sub(r"[^\w.+-]+", "-", title).strip("-.").lower()[:60] or "view"
