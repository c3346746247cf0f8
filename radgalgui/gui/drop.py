"""Dropping files anywhere on the window: a curtain says what will happen, and where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from radgalgui.gui.paths import is_catalog, paths_from_mime
from radgalgui.gui.theme import GRID, LIGHT, Tokens

__all__ = ["DropCurtain", "Offer", "offers"]

#: What only a catalogue can be made of: tables, stacks and pictures.
CATALOGUE_ONLY = frozenset(
    (
        *(".csv", ".tsv", ".txt", ".dat", ".vot", ".votable", ".xml", ".parquet"),
        *(".npy", ".h5", ".hdf5", ".png", ".jpg", ".jpeg"),
    )
)


#: From this size on an image may be a mosaic: 2,048 pixels a side.
MOSAIC_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Offer:
    """One thing that dropping does: ``kind`` is "search", "mosaic", "catalogue" or "open"."""

    kind: str
    text: str


class DropCurtain(QWidget):
    """Watches its parent for drags.

    ``dropped(list of Path)`` tells what fell in order to be searched with,
    ``catalogue_wanted(list of Path)`` of what a catalogue is to be made, ``mosaic_wanted(Path)``
    what is to be looked over, ``opened(Path)`` which catalogue is to be opened.
    """

    dropped = Signal(list)
    catalogue_wanted = Signal(list)
    mosaic_wanted = Signal(object)
    opened = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("dropCurtain")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._tokens = LIGHT
        self._offers: tuple[Offer, ...] = ()
        self._at = 0
        parent.setAcceptDrops(True)
        parent.installEventFilter(self)
        self.hide()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    @property
    def offered(self) -> tuple[Offer, ...]:
        """What dropping would do, from left to right."""
        return self._offers

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow a drag over the window."""
        if isinstance(event, QDragMoveEvent):  # a QDragEnterEvent is one, too
            return self._drag(event)
        if isinstance(event, QDropEvent):
            return self._drop(event)
        if event.type() == QEvent.Type.DragLeave:
            self.hide()
        return super().eventFilter(watched, event)

    def _drag(self, event: QDragMoveEvent) -> bool:
        if event.type() == QEvent.Type.DragEnter:  # once: there may be thousands of files
            paths = paths_from_mime(event.mimeData())
            self._offers = offers(paths) if paths else ()
        if not self._offers:
            event.ignore()
            return True
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._at = self._part(event.position())
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()
        self.update()
        return True

    def _drop(self, event: QDropEvent) -> bool:
        self.hide()
        paths = paths_from_mime(event.mimeData())
        if paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._offers = offers(paths)
            self._tell(self._offers[self._part(event.position())].kind, paths)
        return True

    def _tell(self, kind: str, paths: list[Path]) -> None:
        if kind in ("open", "mosaic"):
            (self.opened if kind == "open" else self.mosaic_wanted).emit(paths[0])
        else:
            (self.dropped if kind == "search" else self.catalogue_wanted).emit(paths)

    def _part(self, at: QPointF) -> int:
        """Return which offer lies under the pointer."""
        wide = max(self._over.width(), 1)
        return min(max(int(at.x() * len(self._offers) / wide), 0), len(self._offers) - 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Dim the window and say what dropping does."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(self._tokens.canvas)
        veil.setAlphaF(0.92)
        painter.fillRect(self.rect(), veil)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        painter.setFont(font)
        for number, offer in enumerate(self._offers):
            self._paint_offer(painter, offer, self._room(number), chosen=number == self._at)
        painter.end()

    def _room(self, number: int) -> QRectF:
        wide = (self.width() - GRID) / max(len(self._offers), 1)
        return QRectF(GRID + number * wide, GRID, wide - GRID, self.height() - 2 * GRID)

    def _paint_offer(self, painter: QPainter, offer: Offer, room: QRectF, *, chosen: bool) -> None:
        colour = self._tokens.accent if offer.kind == "search" else self._tokens.text
        pen = QPen(QColor(colour if chosen else self._tokens.strong_line), 2 if chosen else 1)
        painter.setPen(pen)
        painter.drawRoundedRect(room, GRID, GRID)
        painter.setPen(QColor(self._tokens.text if chosen else self._tokens.muted))
        flags = Qt.AlignmentFlag.AlignCenter.value | Qt.TextFlag.TextWordWrap.value
        edge = 3 * GRID
        painter.drawText(room.adjusted(edge, edge, -edge, -edge), flags, offer.text)


def offers(paths: list[Path]) -> tuple[Offer, ...]:
    """Return what can be done with these, the search first; never nothing."""
    if len(paths) == 1 and is_catalog(paths[0]):
        return (Offer("open", f"Open the catalogue {paths[0].name}"),)
    made = []
    if any(path.suffix.lower() not in CATALOGUE_ONLY for path in paths):
        made.append(Offer("search", _search_text(paths)))
    if len(paths) == 1 and _is_large(paths[0]):
        made.append(Offer("mosaic", f"Look over {paths[0].name} as a mosaic of many sources"))
    if len(paths) > 1 or not made or paths[0].is_dir():
        made.append(Offer("catalogue", _catalogue_text(paths)))
    return tuple(made)


def _is_large(path: Path) -> bool:
    """Whether a file may well be an image of many sources."""
    try:
        return path.suffix.lower() not in CATALOGUE_ONLY and path.stat().st_size >= MOSAIC_BYTES
    except OSError:
        return False


def _search_text(paths: list[Path]) -> str:
    if len(paths) > 1:
        return f"Find the galaxies most like these {len(paths):,} images"
    if paths[0].is_dir():
        return f"Search with every image in {paths[0].name}"
    return f"Find the galaxies most like {paths[0].name}"


def _catalogue_text(paths: list[Path]) -> str:
    if len(paths) > 1:
        return f"Make a catalogue and a map of these {len(paths):,} files"
    if paths[0].is_dir():
        return f"Make a catalogue and a map of the images in {paths[0].name}"
    return f"Make a catalogue and a map of {paths[0].name}"
