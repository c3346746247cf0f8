"""Which pictures take turns in one place, and how fast: what stands beside them while they do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.theme import GRID, Tokens, numbers_font

__all__ = ["Blinking"]

TENTHS = (2, 30)  # of a second: the shortest and the longest turn


class Blinking(QWidget):
    """Turns of pictures, by the clock or by hand.

    Signals: ``turned()`` when it is another's turn or others take part; ``left()`` when blinking
    is to end; ``interval_changed(float)`` in seconds.
    """

    turned = Signal()
    left = Signal()
    interval_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Blinking")
        self._titles: list[str] = []
        self._out: set[str] = set()
        self._turn = 0
        self._clock = QTimer(self)
        self._clock.timeout.connect(self.step)
        self.boxes: dict[str, QCheckBox] = {}
        self.pause = QPushButton("Pause")
        self.pause.setToolTip("Let the pictures stand, or go on")
        self.next = QPushButton("Next")
        self.next.setToolTip("Show the next picture, and let it stand (Space on the picture)")
        for button in (self.pause, self.next):
            button.setObjectName("small")
        self.end = quiet_button("close", "All pictures side by side again")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(*TENTHS)
        self.slider.setAccessibleName("Seconds a picture")
        self.slider.setMaximumWidth(160)
        self.seconds = QLabel()
        self.seconds.setFont(numbers_font(self.font()))
        self._lay_out()
        self.pause.clicked.connect(self._pause_or_go_on)
        self.next.clicked.connect(self.step_by_hand)
        self.end.clicked.connect(self.left)
        self.slider.valueChanged.connect(self._set_pace)
        self.set_interval(0.7)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        title = QLabel("Blink")
        title.setObjectName("strong")
        head.addWidget(title)
        head.addStretch()
        head.addWidget(self.end)
        pace = QHBoxLayout()
        pace.setSpacing(GRID)
        for widget in (self.pause, self.next, self.seconds):
            pace.addWidget(widget)
        pace.addWidget(self.slider, 1)
        pace.addStretch()
        self._boxes = QGridLayout()
        self._boxes.setHorizontalSpacing(2 * GRID)
        self._boxes.setVerticalSpacing(GRID // 2)
        self._boxes.setColumnStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addLayout(self._boxes)
        column.addLayout(pace)
        column.addStretch()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.end, tokens)

    # -- pace ------------------------------------------------------------------------------

    @property
    def interval(self) -> float:
        """Seconds a picture is shown."""
        return self.slider.value() / 10

    def set_interval(self, seconds: float) -> None:
        """Show each picture for so many seconds."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(seconds * 10))
        self.slider.blockSignals(False)
        self._show_pace()

    def _set_pace(self) -> None:
        self._show_pace()
        self.interval_changed.emit(self.interval)

    def _show_pace(self) -> None:
        self.seconds.setText(f"{self.interval:.1f} s")
        self._clock.setInterval(round(self.interval * 1000))

    @property
    def running(self) -> bool:
        """Whether the clock turns the pictures."""
        return self._clock.isActive()

    def run(self, *, running: bool) -> None:
        """Start or stop the clock."""
        if running:
            self._clock.start()
        else:
            self._clock.stop()
        self.pause.setText("Pause" if running else "Go on")

    def _pause_or_go_on(self) -> None:
        self.run(running=not self.running)

    # -- turns -----------------------------------------------------------------------------

    def offer(self, titles: Sequence[str]) -> None:
        """Name the pictures that may take part; those left out by hand stay so."""
        if list(titles) == self._titles:
            return
        self._titles, self._turn = list(titles), 0
        while self._boxes.count():
            item = self._boxes.takeAt(0)
            if item is not None and (box := item.widget()) is not None:
                box.setParent(None)
                box.deleteLater()
        self.boxes = {title: self._box(title) for title in self._titles}

    def _box(self, title: str) -> QCheckBox:
        box = QCheckBox(title)
        box.setChecked(title not in self._out)
        box.toggled.connect(lambda on: self._take_part(title, on=on))
        self._boxes.addWidget(box, *divmod(self._boxes.count(), 2))
        return box

    def _take_part(self, title: str, *, on: bool) -> None:
        self._out.discard(title) if on else self._out.add(title)
        self._turn = 0
        self.turned.emit()

    @property
    def part(self) -> list[str]:
        """Those that take turns: all, where fewer than two are left."""
        left = [title for title in self._titles if title not in self._out]
        return left if len(left) > 1 else self._titles

    @property
    def now(self) -> str:
        """The title of the picture whose turn it is, "" without any."""
        part = self.part
        return part[self._turn % len(part)] if part else ""

    def step(self) -> None:
        """Go on to the next picture."""
        if self.part:
            self._turn = (self._turn + 1) % len(self.part)
            self.turned.emit()

    def step_by_hand(self) -> None:
        """Go on to the next picture, and let it stand."""
        self.run(running=False)
        self.step()
