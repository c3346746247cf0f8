"""A film strip with its slider: images in a row, one of them shown, played on request."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font

__all__ = ["FilmPlayer", "FilmStrip", "film_pages"]

FRAME_MS = 160
GAP = 3


class FilmStrip(QWidget):
    """Frames side by side; ``chosen(index)`` tells of a click or a key."""

    chosen = Signal(int)

    def __init__(self, name: str, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most  # side of a frame, pixels, where there is room
        self.frames: list[QPixmap | None] = []
        self.at = 0
        self._tokens = LIGHT
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def set_frames(self, frames: Sequence[QPixmap | None]) -> None:
        """Show other frames; None is one still to come."""
        self.frames = list(frames)
        self.at = min(self.at, max(len(frames) - 1, 0))
        self.update()

    def mark(self, at: int) -> None:
        """Light up a frame."""
        self.at = at
        self.setAccessibleDescription(f"Frame {at + 1} of {len(self.frames)}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for all frames; narrow ones become smaller."""
        return QSize(320, self._most + 2 * GAP)

    def place_of(self, index: int) -> QRect:
        """Return where a frame stands."""
        count = max(len(self.frames), 1)
        side = min((self.width() - GAP * (count + 1)) // count, self.height() - 2 * GAP)
        step = (self.width() - 2 * GAP - side) / max(count - 1, 1)
        step = min(step, side + 2 * GRID)
        left = (self.width() - side - step * (count - 1)) / 2
        return QRect(round(left + index * step), (self.height() - side) // 2, side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frames."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        order = [i for i in range(len(self.frames)) if i != self.at] + [self.at]
        for i in order[: len(self.frames)]:
            place, frame = self.place_of(i), self.frames[i]
            if frame is None:
                painter.fillRect(place, QColor(self._tokens.skeleton))
            else:
                painter.drawPixmap(place, frame)
            if i == self.at and frame is not None:
                colour = self._tokens.text if self.hasFocus() else self._tokens.muted
                painter.setPen(QPen(QColor(colour), 2))
                painter.drawRoundedRect(QRectF(place).adjusted(-1.5, -1.5, 1.5, 1.5), 2, 2)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the frame under the pointer."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._choose(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Run along the strip while the button is held."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(event)

    def _choose(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self.frames:
            nearest = min(
                range(len(self.frames)), key=lambda i: abs(self.place_of(i).center().x() - x)
            )
            self.chosen.emit(nearest)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys."""
        last = len(self.frames) - 1
        wanted = {
            Qt.Key.Key_Left: self.at - 1,
            Qt.Key.Key_Right: self.at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if wanted is None:
            super().keyPressEvent(event)
        elif self.frames:
            self.chosen.emit(max(0, min(wanted, last)))


class FilmPlayer(QWidget):
    """A strip, a slider and a button that plays to and fro; ``moved(index)`` tells the frame."""

    moved = Signal(int)

    def __init__(self, name: str, *, most: int = 56, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip = FilmStrip(f"{name}, film strip", most)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(name)
        self.slider.setPageStep(1)
        self.play_button = quiet_button("play", "Play (Space)")
        self.place = QLabel()
        self.place.setObjectName("muted")
        self.place.setFont(numbers_font(self.font()))
        self.place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._tokens = LIGHT
        self._words: list[str] = []
        self._forward = True
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._step)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.play_button)
        row.addWidget(self.slider, 1)
        row.addWidget(self.place)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.strip)
        column.addLayout(row)
        self.play_button.clicked.connect(self.toggle)
        self.slider.valueChanged.connect(self._moved)
        self.strip.chosen.connect(self._chosen)
        self.show_film([], [])

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.strip.set_theme(tokens)
        self._theme_button()

    def _theme_button(self) -> None:
        self.play_button.setProperty("icon_name", "pause" if self.playing else "play")
        words = "Pause (Space)" if self.playing else "Play (Space)"
        self.play_button.setToolTip(words)
        self.play_button.setAccessibleName(words)
        theme_button(self.play_button, self._tokens)

    def show_film(
        self, frames: Sequence[QPixmap | None], words: Sequence[str], *, at: int = 0
    ) -> None:
        """Show frames, each with the words that say where it lies, from the frame ``at`` on."""
        self.stop()
        self._words = list(words)
        self.strip.set_frames(frames)
        ready = bool(frames) and frames[0] is not None
        for widget in (self.slider, self.play_button, self.strip):
            widget.setEnabled(ready)
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(len(frames) - 1, 0))
        self.slider.setValue(at)
        self.slider.blockSignals(False)
        widest = max((self.place.fontMetrics().horizontalAdvance(w) for w in words), default=0)
        self.place.setMinimumWidth(widest + 4)
        self._moved(at)

    @property
    def at(self) -> int:
        """The frame that is shown."""
        return self.slider.value()

    @property
    def playing(self) -> bool:
        """Whether it runs by itself."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Play, or pause."""
        if self.playing:
            self.stop()
        elif self.slider.isEnabled():
            self._timer.start()
            self._theme_button()

    def stop(self) -> bool:
        """Pause; False where nothing played."""
        was = self.playing
        self._timer.stop()
        self._theme_button()
        return was

    def _step(self) -> None:
        if self.at >= self.slider.maximum():
            self._forward = False
        elif self.at <= 0:
            self._forward = True
        self.slider.setValue(self.at + (1 if self._forward else -1))

    def _chosen(self, index: int) -> None:
        self.stop()
        self.slider.setValue(index)

    def _moved(self, at: int) -> None:
        self.strip.mark(at)
        words = self._words[at] if at < len(self._words) else ""
        self.place.setText(words)
        self.slider.setAccessibleDescription(words)
        self.moved.emit(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play with the space bar."""
        if event.key() == Qt.Key.Key_Space:
            self.toggle()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Play to nobody no longer."""
        self.stop()
        super().hideEvent(event)


def film_pages(message: QLabel, pictures: Sequence[QWidget], player: FilmPlayer) -> QStackedWidget:
    """Lay out two pages: a message where there is no film, and pictures over their film."""
    message.setObjectName("muted")
    message.setAlignment(Qt.AlignmentFlag.AlignCenter)
    message.setWordWrap(True)
    row = QHBoxLayout()
    row.setSpacing(2 * GRID)
    for picture in pictures:
        row.addWidget(picture, 1)
    film = QWidget()
    column = QVBoxLayout(film)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GRID)
    column.addLayout(row, 1)
    column.addWidget(player)
    pages = QStackedWidget()
    pages.addWidget(message)
    pages.addWidget(film)
    return pages
