"""What was measured of detection: a choice of flow and encoder, and the table."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLabel, QStackedWidget, QVBoxLayout, QWidget

from radgalgui.errors import RadGalError
from radgalgui.gui.flow import Flow, labelled
from radgalgui.gui.likelihood.detection import (
    Detection,
    bundled_detection,
    encoder_words,
    training_words,
)
from radgalgui.gui.likelihood.detection_table import DetectionTable
from radgalgui.gui.likelihood.empty import Empty
from radgalgui.gui.theme import GRID, Tokens

__all__ = ["DetectionPage"]

WORDS = (
    "Area under the ROC curve: how often an image of this kind is found stranger than a held-out "
    "simulated source. 1 is always, 0.5 a guess, less the wrong way round."
)
NOTHING = "What was measured is not part of this installation."


class DetectionPage(QWidget):
    """Reads the table that comes with the program when it is first looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.detection: Detection | None = None
        self._wanted = ""
        self.trainings, self.encoders = QComboBox(), QComboBox()
        self.table, self.words = DetectionTable(), QLabel(WORDS)
        self.empty, self.stack = Empty(), QStackedWidget()
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        for box, name in (
            (self.trainings, "Of which sources flows were fitted"),
            (self.encoders, "Encoder"),
        ):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.currentIndexChanged.connect(lambda _: self._show())
        body = QWidget()
        choices = Flow()
        choices.setSpacing(2 * GRID)
        choices.addWidget(labelled("Fitted on", self.trainings))
        choices.addWidget(labelled("Encoder", self.encoders))
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(choices)
        column.addWidget(self.words)
        column.addWidget(self.table, 1)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.table.set_theme(tokens)

    def choose(self, encoder: str) -> None:
        """Show an encoder's table, if it has one."""
        self._wanted = encoder
        if (at := self.encoders.findData(encoder)) >= 0:
            self.encoders.setCurrentIndex(at)

    def read(self) -> None:
        """Read what comes with the program, once; it is some kilobytes."""
        if self.detection is not None:
            return
        problem = ""
        try:
            self.detection = bundled_detection()
        except RadGalError as error:
            self.detection, problem = Detection(), str(error)
        for name in self.detection.trainings:
            self.trainings.addItem(training_words(name), name)
        for name in self.detection.encoders:
            self.encoders.addItem(encoder_words(name), name)
        self.empty.say(problem or NOTHING)
        self.stack.setCurrentIndex(1 if self.detection.cells else 0)
        self.choose(self._wanted)
        self._show()

    def _show(self) -> None:
        if self.detection is not None and self.detection.cells:
            training, encoder = self.trainings.currentData(), self.encoders.currentData()
            self.table.cells.show(self.detection, str(training), str(encoder))
            of = self.detection.words.get(str(training), "")
            self.words.setText(f"{WORDS} {of}".rstrip())
