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
        The kinds of file, as Qt writes them.  A name without an ending gets that of the kind
        chosen; where there are several kinds, so does a name with another ending.
    """
    start = Path(settings.folder("export") or Path.home()) / name
    while True:
        chosen, kind = QFileDialog.getSaveFileName(parent, title, str(start), filters)
        if not chosen:
            return None
        path = _with_ending(Path(chosen), kind, filters)
        if path == Path(chosen) or not path.exists():
            settings.keep_folder("export", str(path.parent))
            return path
        start = path  # by its whole name, so that the dialog asks before anything is replaced


def _with_ending(path: Path, kind: str, filters: str) -> Path:
    endings = re.findall(r"\*(\.\w+)", filters)
    if path.suffix.lower() in endings or (path.suffix and len(endings) == 1):
        return path
    wanted = re.findall(r"\*(\.\w+)", kind) or endings
    return path.with_name(path.name + wanted[0]) if wanted else path


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
