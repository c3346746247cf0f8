"""How others draw over a picture of the sky, and take its mouse: overlays and tools."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QTransform

if TYPE_CHECKING:
    from radgalgui.gui.furniture import Ink
    from radgalgui.gui.picture_view import PictureView

__all__ = ["Overlay", "PictureTool", "Stage"]


@dataclass(frozen=True)
class Stage:
    """Where a picture is being painted: on its widget, or on paper of any size.

    Parameters
    ----------
    frame : QRectF
        What may be painted on, in the painter's coordinates.
    to_screen : QTransform
        From image coordinates to the painter's.  Image coordinates have (0, 0) at the lower
        left corner of pixel (0, 0), so the middle of a 0-based pixel (x, y) is (x + 0.5, y + 0.5).
        It may turn and mirror.
    """

    frame: QRectF
    to_screen: QTransform

    @property
    def scale(self) -> float:
        """Length of an image pixel in the painter's coordinates."""
        return math.sqrt(abs(self.to_screen.determinant()))

    @property
    def part(self) -> QRectF:
        """A rectangle of image coordinates around what is shown; it may leave the picture."""
        return self.to_screen.inverted()[0].mapRect(self.frame)

    def place(self, x: float, y: float) -> QPointF:
        """Return where the middle of a 0-based pixel is painted."""
        return self.to_screen.map(QPointF(x + 0.5, y + 0.5))


class Overlay(Protocol):
    """Something painted over the picture, under its scale bar and beam."""

    def paint(self, painter: QPainter, to_screen: QTransform, ink: Ink, view: PictureView) -> None:
        """Paint; ``view.stage`` tells the frame, which is not always the widget."""


class PictureTool(Protocol):
    """What the left mouse button does on a picture instead of moving it.

    One tool may serve several views.  Places ``at`` are 0-based pixels (x, y), and may lie
    beside the picture.  The wheel still zooms, and the middle button still moves.
    """

    cursor: Qt.CursorShape

    def press(self, event: QMouseEvent, at: tuple[float, float], view: PictureView) -> bool:
        """Take a press, or a double click; return False to leave it to the view."""

    def move(self, event: QMouseEvent, at: tuple[float, float], view: PictureView) -> None:
        """Follow the pointer, whether a button is down or not."""

    def release(self, event: QMouseEvent, at: tuple[float, float], view: PictureView) -> None:
        """Take the release of what `press` took."""

    def paint(self, painter: QPainter, to_screen: QTransform, ink: Ink, view: PictureView) -> None:
        """Paint what is being drawn, and what was, over everything else."""

    def cancel(self) -> bool:
        """Drop what is being drawn; return whether there was anything."""
