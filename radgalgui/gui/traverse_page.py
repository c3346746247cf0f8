"""The page that changes one component of a galaxy's vector, the most telling first."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from radgalgui.gui.component_list import NATS_PER_BIT, ComponentList
from radgalgui.gui.draw_desk import Errand
from radgalgui.gui.draw_pictures import DrawPictures
from radgalgui.gui.drawn import Film, Galaxy, sigma_words
from radgalgui.gui.elided import Elided
from radgalgui.gui.film_strip import FilmPlayer, film_pages
from radgalgui.gui.picture_frame import PictureFrame
from radgalgui.gui.theme import GRID, Tokens
from radgalgui.jobs.events import Components

__all__ = ["TraversePage"]

PATIENCE_MS = 250  # a component or galaxy is looked at for this long before it is asked about
STEPS = 13
NO_GALAXY = (
    "Choose a galaxy on the map or in the gallery, or drop an image:\n"
    "each component of its vector can then be changed here, and the change be seen."
)


class TraversePage(QWidget):
    """Components by importance beside a film: ``wanted(Galaxy, int)``, ``needed()``."""

    wanted = Signal(object, int)
    needed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.galaxy: Galaxy | None = None
        self.film: Film | None = None
        self._pictures: DrawPictures | None = None
        self._asked: tuple[Galaxy, int] | None = None
        self._shown: tuple[Galaxy, int] | None = None  # what the film is of
        self.list = ComponentList()
        self.unit = QComboBox()
        self.unit.addItems(["nats", "bits"])
        self.unit.setAccessibleName("Unit of information")
        self.unit.setToolTip("Information in nats, or in bits: 1 bit is 0.693 nats")
        self.summary = Elided("muted")
        self.decoded = PictureFrame("Galaxy with the component changed")
        self.unchanged = PictureFrame("Galaxy as the encoder sees it")
        self.player = FilmPlayer("Value of the component", most=40)
        self.message = QLabel(NO_GALAXY)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PATIENCE_MS)
        self._pause.timeout.connect(self._ask)
        self._lay_out()
        self.list.chosen.connect(self._pause.start)
        self.unit.activated.connect(self._change_unit)
        self.player.moved.connect(self._show_step)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(GRID // 2)
        head = QHBoxLayout()
        head.setSpacing(GRID)
        label = QLabel("Tells, in")
        label.setObjectName("muted")
        label.setBuddy(self.unit)
        head.addWidget(label)
        head.addWidget(self.unit)
        head.addStretch(1)
        left.addLayout(head)
        left.addWidget(self.list, 1)
        left.addWidget(self.summary)
        self._stack = film_pages(self.message, (self.decoded, self.unchanged), self.player)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID)
        row.setSpacing(2 * GRID)
        row.addLayout(left, 2)
        row.addWidget(self._stack, 5)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        for view in (self.list, self.decoded, self.unchanged, self.player):
            view.set_theme(tokens)

    def set_pictures(self, pictures: DrawPictures) -> None:
        """Take pictures from there, and draw those that are shown anew."""
        self._pictures = pictures
        if self.film is not None:
            self._show_film(self.film, self.player.at)

    # -- what is asked ---------------------------------------------------------------------

    def set_galaxy(self, galaxy: Galaxy | None) -> None:
        """Follow the galaxy that is shown in the window."""
        self.galaxy = galaxy
        self.look()

    def leave_catalog(self) -> None:
        """Forget sources of a catalogue that is open no more."""
        self.galaxy = self._shown = None
        self.say(NO_GALAXY)

    def look(self) -> None:
        """Ask for what is to be shown, as soon as somebody looks."""
        if self.isVisible():
            self.needed.emit()
            self._pause.start()

    def _ask(self) -> None:
        component = self.list.component
        if not self.isVisible() or component is None:
            return
        if self.galaxy is None:
            self.say(NO_GALAXY)
        elif (self.galaxy, component) != self._asked:
            self._asked = self.galaxy, component
            self.wanted.emit(self.galaxy, component)

    def _change_unit(self) -> None:
        self.list.set_unit(self.unit.currentText())
        self._show_summary()

    # -- what is known ---------------------------------------------------------------------

    def show_components(self, told: Components | None, errand: Errand) -> None:
        """List the components, or say why there are none."""
        if errand.problem:
            self.say(errand.problem)
        elif told is None:
            self.say("Asking the network for its components…" if errand.open else NO_GALAXY)
        elif told is not self.list.told:
            self.list.show_components(told)
            self._show_summary()
            if self.galaxy is None:
                self.say(NO_GALAXY)
            self._pause.start()

    def _show_summary(self) -> None:
        told = self.list.told
        if told is not None:
            unit = self.unit.currentText()
            whole = float(told.kl[told.kl == told.kl].sum()) / NATS_PER_BIT[unit]
            words = f"{told.active} of {len(told.order)} in use"
            self.summary.setText(f"{words}, {whole:.0f} {unit}" if whole else words)

    def say(self, text: str) -> None:
        """Show a sentence in place of a film."""
        self.film = self._asked = None
        self.player.stop()
        self.message.setText(text)
        self._stack.setCurrentIndex(0)

    def show_traversal(self, film: Film | None, errand: Errand) -> None:
        """Show a component's film, its skeleton while it is awaited, or why there is none."""
        if errand.problem:
            self.say(errand.problem)
        elif film is not None:
            if film is not self.film:
                self._shown = errand.asked
                self._show_film(film, film.start)
        elif errand.open:
            self.film = None
            self._stack.setCurrentIndex(1)
            self.player.show_film([None] * STEPS, [""] * STEPS)

    def _show_film(self, film: Film, at: int) -> None:
        self.film = film
        self._stack.setCurrentIndex(1)
        if self._pictures is not None:
            frames = [self._pictures.draw(image) for image in film.images]
            self.player.show_film(frames, [sigma_words(place) for place in film.places], at=at)

    def _show_step(self, at: int) -> None:
        film = self.film
        if film is None or self._shown is None or self._pictures is None:
            self.decoded.show_picture(None, "", "")
            self.unchanged.show_picture(None, "", "")
            return
        galaxy, component = self._shown
        detail = f"{sigma_words(film.places[at])} from the mean"
        self.decoded.show_picture(self.player.strip.frames[at], f"Component {component}", detail)
        own = f"itself, {sigma_words(film.own)}"
        self.unchanged.show_picture(self._pictures.of_galaxy(galaxy), film.title, own)
