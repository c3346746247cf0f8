"""The page that draws new galaxies: what to draw, and the grid that fills."""

from __future__ import annotations

import random

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.draw_desk import Errand
from radgalgui.gui.draw_grid import SampleGrid, size_words
from radgalgui.gui.draw_pictures import DrawPictures
from radgalgui.gui.drawn import Galaxy, Order, Sample, Samples
from radgalgui.gui.elided import Elided
from radgalgui.gui.flow import Flow, labelled
from radgalgui.gui.theme import GRID, Tokens, numbers_font

__all__ = ["SamplePage"]

MOST, FIRST = 512, 64
MOST_SEED = 99_999
SIZES = (5.0, 170.0)  # arcsec that an encoder's field holds
#: What is kept of a galaxy, by how many of the coarsest resolutions stay as they are.
KEPT = (
    (1, "its kind", "Only the vector is kept: a galaxy of the same kind, drawn anew."),
    (2, "its broad shape", "What is coarser than about 40″ is kept, the rest drawn anew."),
    (3, "its lobes and bends", "What is coarser than about 20″ is kept, the rest drawn anew."),
    (4, "its knots and jets", "What is coarser than about 10″ is kept, the rest drawn anew."),
    (5, "all but fine detail", "What is coarser than about 5″, FIRST's beam, is kept."),
)
NOTHING = (
    "Galaxies that were never observed, drawn by the network that learned from real ones.\n"
    "Press Draw. A double-click finds the real galaxies most like one."
)


class SamplePage(QWidget):
    """Draws galaxies: ``wanted(Order)``, ``stopped()``, ``save_wanted()``."""

    wanted = Signal(object)
    stopped = Signal()
    save_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.galaxy: Galaxy | None = None
        self.source, self.kept = QComboBox(), QComboBox()
        self.number, self.seed = QSpinBox(), QSpinBox()
        self.variety, self.angular = QDoubleSpinBox(), QDoubleSpinBox()
        self.dice = quiet_button("dice", "Another seed, and draw (Ctrl+Shift+A)")
        self.draw_button = QPushButton("Draw")
        self.progress = QProgressBar()
        self.grid = SampleGrid()
        self.facts = Elided("muted")
        self.save_button = QPushButton("Save all…")
        self._working, self._problem = False, ""
        self._prepare()
        self._lay_out()
        self._connect()

    # -- building --------------------------------------------------------------------------

    def _prepare(self) -> None:
        self.source.setAccessibleName("What to draw")
        self.source.addItems(["any galaxy", "around this one"])
        self.source.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.source.setMaximumWidth(220)
        self.kept.setAccessibleName("What is kept of it")
        for value, words, tip in KEPT:
            self.kept.addItem(words, value)
            self.kept.setItemData(self.kept.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.kept.setCurrentIndex(1)
        _number(self.number, "How many", (1, MOST), FIRST)
        self.number.setSingleStep(8)
        _number(self.seed, "Seed", (0, MOST_SEED), 0)
        self.seed.setToolTip("The same seed draws the same galaxies again")
        self.variety.setDecimals(2)
        _number(self.variety, "Variety (temperature)", (0.1, 1.5), 1.0)
        self.variety.setSingleStep(0.1)
        self.variety.setToolTip(
            "Temperature: 1 as varied as real galaxies, less keeps to the typical"
        )
        self.angular.setDecimals(0)
        _number(self.angular, "Angular size in arcsec", (SIZES[0] - 5, SIZES[1]), 0.0)
        self.angular.setSingleStep(5)
        self.angular.setSuffix("″")
        self.angular.setSpecialValueText("any")
        self.angular.setToolTip("The angular size that galaxies are asked to have")
        self.draw_button.setObjectName("primary")
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(3)
        self.progress.setAccessibleName("Galaxies drawn")
        self.facts.setFont(numbers_font(self.font()))
        self.save_button.setToolTip("A FITS file each, and a contact sheet (Ctrl+Shift+S)")

    def _lay_out(self) -> None:
        controls = QWidget()
        flow = Flow(controls)
        self._kept_field = labelled("keep", self.kept)
        self._size_field = labelled("Size", self.angular)
        for field in (
            labelled("Draw", self.source),
            self._kept_field,
            labelled("Number", self.number),
            labelled("Variety", self.variety),
            self._size_field,
            labelled("Seed", self.seed, self.dice),
            self.draw_button,
        ):
            flow.addWidget(field)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self.facts, 1)
        foot.addWidget(self.save_button)
        inner = QVBoxLayout()
        inner.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        inner.addWidget(controls)
        below = QVBoxLayout()
        below.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID)
        below.addLayout(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(inner)
        column.addWidget(self.progress)
        self.grid.setMinimumHeight(12 * GRID)
        column.addWidget(self.grid, 1)
        column.addLayout(below)
        self._show_source()

    def _connect(self) -> None:
        self.source.activated.connect(self._show_source)
        self.draw_button.clicked.connect(self._press)
        self.dice.clicked.connect(self.draw_others)
        self.save_button.clicked.connect(self.save_wanted)
        self.grid.pointed.connect(self._show_facts)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.dice, tokens)
        self.grid.set_theme(tokens)

    def set_pictures(self, pictures: DrawPictures) -> None:
        """Take pictures from there."""
        self.grid.set_pictures(pictures)

    # -- what to draw ----------------------------------------------------------------------

    def set_galaxy(self, galaxy: Galaxy | None) -> None:
        """Offer to draw around a galaxy."""
        self.galaxy = galaxy
        words = f"around {_brief(galaxy.name)}" if galaxy is not None else "around a galaxy"
        self.source.setItemText(1, words)
        self.source.setToolTip(f"around {galaxy.name}" if galaxy is not None else "")

    def set_conditioned(self, *, conditioned: bool) -> None:
        """Offer an angular size where the network was taught sizes."""
        self._size_field.setVisible(conditioned)
        if not conditioned:
            self.angular.setValue(self.angular.minimum())

    @property
    def around(self) -> bool:
        """Whether galaxies are drawn around one."""
        return self.source.currentIndex() == 1

    def draw_around(self) -> None:
        """Choose to draw around the galaxy in view, and draw."""
        self.source.setCurrentIndex(1)
        self._show_source()
        self.draw()

    def draw_others(self) -> None:
        """Throw the dice for a seed, and draw."""
        self.seed.setValue(random.randint(0, MOST_SEED))  # noqa: S311  no secret
        self.draw()

    def order(self) -> Order:
        """Return what the controls ask for."""
        size = self.angular.value()
        return Order(
            count=self.number.value(),
            temperature=round(self.variety.value(), 2),
            seed=self.seed.value(),
            angular_size=size if size >= SIZES[0] else None,
            around=self.galaxy if self.around else None,
            kept=int(self.kept.currentData()),
        )

    def draw(self) -> None:
        """Ask for what the controls say."""
        if self.around and self.galaxy is None:
            self.say("Choose the galaxy first: on the map, in the gallery, or drop an image.")
        else:
            self.wanted.emit(self.order())

    def _press(self) -> None:
        if self._working:
            self.stopped.emit()
        else:
            self.draw()

    def _show_source(self) -> None:
        self._kept_field.setVisible(self.around)

    # -- what is drawn ---------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Show a sentence in place of galaxies."""
        self.grid.show_samples(None, 0, text)
        self.save_button.setEnabled(False)

    def show_samples(self, samples: Samples | None, errand: Errand) -> None:
        """Show what is drawn so far, and whether more is to come."""
        self._working, self._problem = errand.open, errand.problem
        self.draw_button.setText("Stop" if errand.open else "Draw")
        drawn = len(samples) if samples is not None else 0
        places = drawn
        if samples is not None and errand.open:
            places = samples.order.count
            self.progress.setRange(0, places)
            self.progress.setValue(drawn)
        self.progress.setProperty("idle", not errand.open)
        self.progress.style().unpolish(self.progress)
        self.progress.style().polish(self.progress)
        self.grid.show_samples(samples, places, errand.problem or NOTHING)
        self.save_button.setEnabled(drawn > 0)

    def _show_facts(self, sample: Sample | None) -> None:
        samples = self.grid.samples.samples
        if sample is not None:
            words = f"Galaxy {sample.number + 1}: {size_words(sample)}   ·   Return finds its like"
        elif self._problem and samples is not None and len(samples):
            words = self._problem  # where nothing is drawn it stands in the grid
        elif samples is not None and self._working:
            words = f"{len(samples)} of {samples.order.count}"
        elif samples is not None and len(samples):
            words = f"{len(samples)} galaxies, {samples.order.words}"
        else:
            words = ""
        self.facts.setText(words)


def _number(
    box: QSpinBox | QDoubleSpinBox, name: str, limits: tuple[float, float], value: float
) -> None:
    """Prepare a box for a number."""
    box.setAccessibleName(name)
    if isinstance(box, QSpinBox):
        box.setRange(int(limits[0]), int(limits[1]))
        box.setValue(int(value))
        widest = box.textFromValue(int(limits[1]))
    else:
        box.setRange(*limits)
        box.setValue(value)
        widest = box.textFromValue(limits[1])
    box.setFont(numbers_font(box.font()))
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setKeyboardTracking(False)
    digits = box.fontMetrics().horizontalAdvance("0" * max(len(widest), 3))
    box.setFixedWidth(digits + 3 * GRID)


def _brief(name: str, most: int = 20) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
