"""Asks for a weights file that a training has written elsewhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from radgalgui.gui.settings import Settings

__all__ = ["choose_weights"]


def choose_weights(over: QWidget | None, settings: Settings, kind: str) -> Path | None:
    """Return the file that the user chooses, or None.

    ``kind`` is "encoder" or "classifier"; its folder is remembered.
    """
    name, _ = QFileDialog.getOpenFileName(
        over,
        f"A trained {kind}",
        settings.folder(kind),
        "Weights (*.safetensors);;All files (*)",
    )
    if not name:
        return None
    settings.keep_folder(kind, str(Path(name).parent))
    return Path(name)
