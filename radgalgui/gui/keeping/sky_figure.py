"""The sky on paper: its grid as lines and words, the sources as a picture."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPainter

from radgalgui.gui.keeping.figure import Look
from radgalgui.gui.skyview.view import SkyView

__all__ = ["SkyFigure"]


class SkyFigure:
    """What the view of the sky shows now; its grid lies in it, so that it needs no axes."""

    has_axes, has_paper = False, True

    def __init__(self, title: str, view: SkyView) -> None:
        self.title, self._view = title, view

    def size(self, _look: Look) -> QSizeF:
        """Return the view's size on the screen."""
        return QSizeF(self._view.scene.size)

    def paint(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Paint the sky, scaled to the rectangle."""
        scene = self._view.scene
        scale = rect.width() / max(scene.size.width(), 1)
        painter.save()
        painter.setClipRect(rect)
        painter.translate(rect.topLeft())
        painter.scale(scale, scale)
        scene.paint_on_paper(painter, self._view.font(), look.tokens, look.ratio * max(scale, 1.0))
        painter.restore()
