"""The WCS of every image that was shown, each built once in the background."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from radgalgui.gui.background import Background
from radgalgui.gui.sky_readout import SkyReadout

__all__ = ["Readouts"]


class Readouts(QObject):
    """Positions on the sky by header; ``changed()`` tells that another can be used."""

    changed = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._made: dict[str, SkyReadout | None] = {}

    def prepare(self, header: str) -> None:
        """Build the WCS of a header, unless it has none or was asked for before."""
        if header and header not in self._made:
            self._made[header] = None

            def keep(readout: SkyReadout) -> None:
                self._made[header] = readout
                self.changed.emit()

            self._background.run(lambda: SkyReadout(header), keep, lambda _: None)

    def get(self, header: str) -> SkyReadout | None:
        """Return the WCS of a header, None while it is being built or where there is none."""
        return self._made.get(header)
