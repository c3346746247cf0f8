"""The sky on paper: lines and words stay what they are, sources are a picture among them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPainter

from radgalgui.gui.colours import Scale
from radgalgui.gui.keeping.figure import Look
from radgalgui.gui.skyview.view import SkyView
from radgalgui.gui.theme import Tokens

__all__ = ["SkyFigure"]


class SkyFigure:
    """What the sky shows now, with its grid; in the colours of ``scale``, as on the map."""

    has_axes, has_paper = False, True
    title = "Sky"

    def __init__(self, view: SkyView, scale: Scale | None, shown: Tokens) -> None:
        self._view, self._scale, self._shown = view, scale, shown

    def size(self, _look: Look) -> QSizeF:
        """Return the size of the view on the screen."""
        return QSizeF(self._view.size())

    def paint(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Paint the sky, enlarged to a rectangle."""
        view, paper = self._view, look.paper.name()
        grown = min(rect.width() / view.width(), rect.height() / view.height())
        painter.save()
        painter.translate(rect.topLeft())
        painter.scale(grown, grown)
        painter.setClipRect(QRectF(view.rect()))
        self._colour(dark=look.dark)
        tokens = replace(look.tokens, canvas=paper, panel=paper)
        view.scene.paint_on_paper(painter, view.font(), tokens, look.ratio * grown)
        self._colour(dark=self._shown.dark)
        painter.restore()

    def _colour(self, *, dark: bool) -> None:
        if self._scale is not None:
            self._view.points.set_table(self._scale.table(dark=dark))
