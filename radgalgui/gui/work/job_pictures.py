"""Pictures that a job has drawn, such as example reconstructions: the newest, or an older one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QVBoxLayout, QWidget

from radgalgui.gui.elided import Elided
from radgalgui.gui.theme import GRID, LIGHT, Tokens, numbers_font
from radgalgui.jobs.work.reports import Pictures

__all__ = ["JobPictures"]


class JobPictures(QWidget):
    """One picture with its words, and a slider through all of them.

    ``wanted(path)`` asks for an image, to be brought by `show_image`.
    """

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._told: list[Pictures] = []
        self.canvas, self.words = _Canvas(), Elided("muted")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Which picture, from the first to the newest")
        self.slider.setMaximumWidth(200)
        self.count = QLabel()
        self.count.setObjectName("muted")
        self.count.setFont(numbers_font(self.count.font()))
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.words, 1)
        row.addWidget(self.slider)
        row.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.canvas, 1)
        column.addLayout(row)
        self.slider.valueChanged.connect(self._ask)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.canvas.tokens = tokens
        self.canvas.update()

    @property
    def path(self) -> str:
        """The file of the picture that is shown, "" for none."""
        return self._told[self.slider.value()].path if self._told else ""

    def show_pictures(self, told: Sequence[Pictures], *, anew: bool = False) -> None:
        """Show the newest picture; an older one that was chosen stays."""
        if not anew and len(told) == len(self._told):
            return
        newest = anew or self.slider.value() == self.slider.maximum()
        self._told = list(told)
        self.slider.blockSignals(True)
        self.slider.setMaximum(max(len(told) - 1, 0))
        if newest:
            self.slider.setValue(self.slider.maximum())
        self.slider.blockSignals(False)
        for part in (self.slider, self.count):
            part.setVisible(len(told) > 1)
        self._ask()

    def show_image(self, path: str, image: QImage) -> None:
        """Show an image that was asked for, unless another is wanted by now."""
        if path == self.path:
            self.canvas.image = image
            self.canvas.update()

    def _ask(self) -> None:
        if not self._told:
            self.canvas.image = QImage()
            return
        number = self.slider.value()
        self.words.setText(self._told[number].text)
        self.canvas.setAccessibleName(self._told[number].text)
        self.count.setText(f"{number + 1} of {len(self._told)}")
        self.wanted.emit(self._told[number].path)


class _Canvas(QWidget):
    """An image, as large as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self.image, self.tokens = QImage(), LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(64)

    def sizeHint(self) -> QSize:
        """Return a little room; it takes what there is."""
        return QSize(320, 160)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the image, or say that there is none to be read."""
        painter = QPainter(self)
        if self.image.isNull():
            painter.setPen(self.tokens.muted)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "No picture to show")
            painter.end()
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        painter.drawImage(place, self.image)
        painter.end()
