"""Within what pairs are looked for: the controls above the list."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from radgalgui.gui.duplicates.pair_desk import Asked
from radgalgui.gui.names import encoder_title
from radgalgui.gui.sources import Sources
from radgalgui.gui.theme import GRID

__all__ = ["AskBar"]


class AskBar(QWidget):
    """``asked(Asked)`` tells that pairs are to be looked for, ``stopped()`` that no more are."""

    asked = Signal(object)
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.by_sky, self.by_image = QCheckBox("Within"), QCheckBox("Alike to")
        self.arcsec, self.distance = QDoubleSpinBox(), QDoubleSpinBox()
        self.encoders, self.turned = QComboBox(), QCheckBox("whichever way they lie")
        self.find_button = QPushButton("Find pairs")
        self._working, self._able = False, True
        self._prepare()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        for widget in (self.by_sky, self.arcsec):
            row.addWidget(widget)
        row.addSpacing(2 * GRID)
        images: tuple[QWidget, ...]
        images = (self.by_image, self.encoders, self.distance, self.turned)
        for one in images:
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(self.find_button)
        for box in (self.by_sky, self.by_image):
            box.toggled.connect(lambda _: self._refresh())
        self.find_button.clicked.connect(self._press)

    def _prepare(self) -> None:
        self.by_sky.setChecked(True)
        self.by_sky.setToolTip("Pairs that lie close together on the sky")
        self.by_image.setToolTip("Pairs whose images are all but the same to an encoder")
        self.arcsec.setRange(0.1, 3600)
        self.arcsec.setDecimals(1)
        self.arcsec.setValue(5)
        self.arcsec.setSuffix("″ on the sky")
        self.arcsec.setAccessibleName("Largest separation on the sky, arcsec")
        self.distance.setRange(0, 1)
        self.distance.setDecimals(6)
        self.distance.setSingleStep(0.001)
        self.distance.setSpecialValueText("as near as suggested")
        self.distance.setPrefix("distance ")
        self.distance.setAccessibleName("Largest cosine distance of their vectors")
        self.distance.setToolTip(
            "Cosine distance of the vectors. At 0 one is suggested by the distances of all sources"
            " to their nearest: within it hardly any two different ones lie."
        )
        self.encoders.setAccessibleName("Encoder that compares the images")
        self.turned.setToolTip(
            "Compares mean vectors over the eight rotations and mirror images. All images are"
            " embedded anew, which takes minutes."
        )
        self.find_button.setAutoDefault(False)

    def set_sources(self, sources: Sources | None) -> None:
        """Offer what a catalogue has."""
        names = sources.encoders if sources is not None else ()
        self.encoders.clear()
        for name in names:
            self.encoders.addItem(encoder_title(name), name)
        if sources is not None:
            self.encoders.setCurrentIndex(max(self.encoders.findData(sources.encoder), 0))
        self.by_image.setChecked(bool(names))
        self.by_image.setEnabled(bool(names))
        self._refresh()

    def set_distance(self, distance: float) -> None:
        """Look for images within another distance from now on."""
        self.by_image.setChecked(self.by_image.isEnabled())
        self.distance.setValue(max(distance, 10.0 ** -self.distance.decimals()))

    def set_working(self, working: bool, *, able: bool) -> None:
        """Let the button stop what runs, or begin."""
        self._working = working
        self.find_button.setText("Stop" if working else "Find pairs")
        self._able = able
        self._refresh()

    def _refresh(self) -> None:
        self.arcsec.setEnabled(self.by_sky.isChecked())
        for widget in (self.encoders, self.distance, self.turned):
            widget.setEnabled(self.by_image.isChecked())
        something = self.by_sky.isChecked() or self.by_image.isChecked()
        self.find_button.setEnabled(self._working or (self._able and something))

    def _press(self) -> None:
        if self._working:
            self.stopped.emit()
            return
        self.asked.emit(
            Asked(
                self.arcsec.value() if self.by_sky.isChecked() else None,
                self.distance.value() if self.by_image.isChecked() else None,
                str(self.encoders.currentData() or ""),
                self.turned.isChecked(),
            )
        )
