"""Where exports go: the file that the user names, beginning in the folder of the last."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from radgalgui.errors import RadGalError
from radgalgui.gui.settings import Settings

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["ask_where", "export_rows"]

_CSV = "CSV (*.csv)"


def ask_where(
    parent: QWidget, settings: Settings, title: str, name: str, filters: str = _CSV
) -> Path | None:
    """Ask for the file to write; None where the user thinks better of it.

    Parameters
    ----------
    title : str
        Of the dialog: "Export neighbours".
    name : str
        Offered as the file's name.
    filters : str
        The kinds of file, as Qt writes them.  Where there are several, a name without the
        ending of one gets that of the kind chosen.
    """
    start = Path(settings.folder("export") or Path.home()) / name
    chosen, kind = QFileDialog.getSaveFileName(parent, title, str(start), filters)
    if not chosen:
        return None
    path, endings = Path(chosen), re.findall(r"\*(\.\w+)", filters)
    if len(endings) > 1 and path.suffix.lower() not in endings:
        wanted = re.findall(r"\*(\.\w+)", kind) or endings
        path = path.with_name(path.name + wanted[0])
    settings.keep_folder("export", str(path.parent))
    return path


def export_rows(window: MainWindow, title: str, name: str, write: Callable[[Path], int]) -> None:
    """Ask for a CSV file, let ``write`` put rows into it, and tell how many, or why none."""
    path = ask_where(window, window.settings, title, name)
    if path is None:
        return
    try:
        rows = write(path)
    except (RadGalError, OSError) as error:
        window.toasts.say(f"The CSV could not be written: {error}", "failure")
        return
    window.toasts.say(f"{rows} rows written to {path}", "done")
