"""A label that shortens its text rather than widen the window."""

from __future__ import annotations

import html

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel

__all__ = ["Elided"]

LEAST = 24  # pixels of a letter or two and the sign that there is more


class Elided(QLabel):
    """A label that shortens its text at the end rather than widen the window.

    It asks for ``least`` pixels; in less than 24 it shows nothing.
    """

    def __init__(self, name: str, *, least: int = LEAST) -> None:
        super().__init__()
        self.setObjectName(name)
        self._text = self._tip = ""
        self._shorter: tuple[str, ...] = ()
        self._least = least
        self.setMinimumWidth(least)

    def setText(self, text: str, *shorter: str) -> None:
        """Show a text, as much of it as fits; the whole is in the tooltip.

        Where there are ``shorter`` ways to say it, the first that fits is shown, or nothing.
        """
        self._text, self._shorter = text, shorter
        self.updateGeometry()
        self._fit()

    def explain(self, tip: str) -> None:
        """Say more in the tooltip, as HTML; "" for nothing more."""
        self._tip = tip
        self._fit()

    @property
    def whole(self) -> str:
        """The text in full."""
        return self._text

    def minimumSizeHint(self) -> QSize:
        """Return almost nothing: any width will do."""
        return QSize(self._least, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """Return the room of the whole text."""
        self.ensurePolished()  # the width of bold text is known only then
        width = self.fontMetrics().horizontalAdvance(self._text) + 2
        return QSize(width, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        mode = Qt.TextElideMode.ElideRight
        metrics, room = self.fontMetrics(), max(self.width(), self._least)
        short = metrics.elidedText(self._text, mode, room)
        if self._shorter and short != self._text:
            fits = (t for t in self._shorter if metrics.horizontalAdvance(t) <= room)
            short = next(fits, "")
        if room < LEAST and short != self._text:
            short = ""
        super().setText(short)
        whole = self._text if short != self._text else ""
        if self._tip and whole:
            whole = f"<p>{html.escape(whole)}</p>"
        self.setToolTip(whole + self._tip)
