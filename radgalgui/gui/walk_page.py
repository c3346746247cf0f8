"""The page that walks between two galaxies: film, decoded image, and the nearest real source."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.draw_desk import Errand
from radgalgui.gui.draw_pictures import DrawPictures
from radgalgui.gui.drawn import Film, Galaxy
from radgalgui.gui.film_strip import FilmPlayer, film_pages
from radgalgui.gui.picture_frame import PictureFrame
from radgalgui.gui.theme import GRID, LIGHT, Tokens

__all__ = ["WalkPage"]

STEPS = 11  # a tenth of the way each
PICTURE = 36
CHOOSE = (
    "Choose two galaxies on the map, in the gallery or among the queries:\n"
    "Walk from here (Ctrl+[) on one of them, Walk to here (Ctrl+]) on the other."
)


class EndButton(QAbstractButton):
    """One end of the walk: its picture and name; a press takes the galaxy in view."""

    def __init__(self, words: str, keys: str) -> None:
        super().__init__()
        self.galaxy: Galaxy | None = None
        self._words, self._tokens = words, LIGHT
        self._picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(f"{words} the galaxy that is shown now ({keys})")
        self.set_galaxy(None, None)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.update()

    def set_galaxy(self, galaxy: Galaxy | None, picture: QPixmap | None) -> None:
        """Show a galaxy, or that there is none."""
        self.galaxy, self._picture = galaxy, picture
        name = galaxy.name if galaxy is not None else "not chosen"
        self.setText(name)
        self.setAccessibleName(f"{self._words}: {name}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for a picture and a name."""
        return QSize(160, PICTURE + GRID)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw picture, words and name in a thin frame."""
        painter, tokens = QPainter(self), self._tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        line = tokens.text if self.hasFocus() else tokens.strong_line
        painter.setPen(QPen(QColor(line), 1))
        painter.setBrush(QColor(tokens.raised if self.underMouse() else tokens.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        frame = QRect(GRID // 2, GRID // 2, PICTURE, PICTURE)
        if self._picture is not None:
            painter.drawPixmap(frame, self._picture)
        else:
            painter.fillRect(frame, QColor(tokens.skeleton))
        metrics = self.fontMetrics()
        room = self.rect().adjusted(PICTURE + 2 * GRID, 0, -GRID, 0)
        top = QRect(room.left(), room.center().y() - metrics.height(), room.width(), 0)
        top.setHeight(metrics.height())
        painter.setPen(QColor(tokens.muted))
        painter.drawText(top, 0, self._words)
        painter.setPen(QColor(tokens.text if self.galaxy is not None else tokens.muted))
        name = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(top.translated(0, metrics.height() + 1), 0, name)
        painter.end()


class WalkPage(QWidget):
    """A walk: ``ends_changed()`` when a galaxy was taken, ``chosen(row)`` for a real source."""

    ends_changed = Signal()
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.galaxy: Galaxy | None = None
        self.film: Film | None = None
        self._pictures: DrawPictures | None = None
        self.first = EndButton("Walk from", "Ctrl+[")
        self.second = EndButton("Walk to", "Ctrl+]")
        self.swap_button = quiet_button("swap", "Walk the other way round")
        self.decoded = PictureFrame("Decoded galaxy")
        self.nearest = PictureFrame("Nearest real galaxy", clickable=True)
        self.player = FilmPlayer("Way between the two galaxies")
        self.message = QLabel(CHOOSE)
        self._lay_out()
        self.first.clicked.connect(lambda: self.take_first(self.galaxy))
        self.second.clicked.connect(lambda: self.take_second(self.galaxy))
        self.swap_button.clicked.connect(self.swap)
        self.nearest.clicked.connect(self._choose_nearest)
        self.player.moved.connect(self._show_step)

    def _lay_out(self) -> None:
        ends = QHBoxLayout()
        ends.setSpacing(GRID // 2)
        for widget, stretch in ((self.first, 1), (self.swap_button, 0), (self.second, 1)):
            ends.addWidget(widget, stretch)
        self._stack = film_pages(self.message, (self.decoded, self.nearest), self.player)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID)
        column.setSpacing(GRID)
        column.addLayout(ends)
        column.addWidget(self._stack, 1)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        theme_button(self.swap_button, tokens)
        for view in (self.first, self.second, self.decoded, self.nearest, self.player):
            view.set_theme(tokens)

    def set_pictures(self, pictures: DrawPictures) -> None:
        """Take pictures from there, and draw those that are shown anew."""
        self._pictures = pictures
        for end in (self.first, self.second):
            end.set_galaxy(end.galaxy, pictures.of_galaxy(end.galaxy))
        if self.film is not None:
            self._show_film(self.film, self.player.at)

    # -- the two ends ----------------------------------------------------------------------

    def set_galaxy(self, galaxy: Galaxy | None) -> None:
        """Remember the galaxy that is shown in the window."""
        self.galaxy = galaxy

    def take_first(self, galaxy: Galaxy | None) -> None:
        """Begin at a galaxy."""
        self._take(self.first, galaxy)

    def take_second(self, galaxy: Galaxy | None) -> None:
        """End at a galaxy."""
        self._take(self.second, galaxy)

    def _take(self, end: EndButton, galaxy: Galaxy | None) -> None:
        if galaxy is None:
            self.say("No galaxy is shown yet: click one on the map, or drop an image.")
            return
        picture = self._pictures.of_galaxy(galaxy) if self._pictures is not None else None
        end.set_galaxy(galaxy, picture)
        self.ends_changed.emit()

    def leave_catalog(self) -> None:
        """Forget sources of a catalogue that is open no more."""
        for end in (self.first, self.second):
            if end.galaxy is not None and end.galaxy.row is not None:
                end.set_galaxy(None, None)
        self.galaxy = None

    def swap(self) -> None:
        """Change the two ends over."""
        first, second = self.first.galaxy, self.second.galaxy
        for end, galaxy in ((self.first, second), (self.second, first)):
            pictures = self._pictures
            end.set_galaxy(galaxy, pictures.of_galaxy(galaxy) if pictures is not None else None)
        self.ends_changed.emit()

    @property
    def ends(self) -> tuple[Galaxy, Galaxy] | None:
        """Both galaxies, None as long as one is missing."""
        if self.first.galaxy is None or self.second.galaxy is None:
            return None
        return self.first.galaxy, self.second.galaxy

    # -- the film --------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Show a sentence in place of a film."""
        self.film = None
        self.player.stop()
        self.message.setText(text)
        self._stack.setCurrentIndex(0)

    def show_walk(self, film: Film | None, errand: Errand) -> None:
        """Show a walk, its skeleton while it is awaited, or why there is none."""
        if errand.problem:
            self.say(errand.problem)
        elif film is not None:
            if film is not self.film:
                self._show_film(film, 0)
        elif errand.open:
            self.film = None
            self._stack.setCurrentIndex(1)
            self.player.show_film([None] * STEPS, [""] * STEPS)
        else:
            self.say(self._missing())

    def _missing(self) -> str:
        if self.ends is not None:
            return "The walk was stopped. Choose either end again to walk."
        if self.first.galaxy is not None:
            return f"From {self.first.galaxy.name} – now Walk to here (Ctrl+]) on another galaxy."
        if self.second.galaxy is not None:
            return f"To {self.second.galaxy.name} – now Walk from here (Ctrl+[) on another galaxy."
        return CHOOSE

    def _show_film(self, film: Film, at: int) -> None:
        self.film = film
        self._stack.setCurrentIndex(1)
        if self._pictures is not None:
            frames = [self._pictures.draw(image) for image in film.images]
            words = [f"{100 * place:.0f} %" for place in film.places]
            self.player.show_film(frames, words, at=at)

    def _show_step(self, at: int) -> None:
        film = self.film
        if film is None or self._pictures is None or not self.player.strip.frames:
            self.decoded.show_picture(None, "", "")
            self.nearest.show_picture(None, "", "")
            return
        first, last = at == 0, at == len(film.images) - 1
        way = f"{100 * film.places[at]:.0f} % of the way"
        title = "Decoded start" if first else "Decoded end" if last else "Decoded"
        self.decoded.show_picture(self.player.strip.frames[at], title, way)
        self._show_nearest(film, at)

    def _show_nearest(self, film: Film, at: int) -> None:
        near = film.nearest[at] if at < len(film.nearest) else None
        if near is None or near.row < 0 or self._pictures is None:
            self.nearest.show_picture(None, "", "", empty=True)
            return
        detail = f"similarity {near.similarity:.3f}, the source most like it"
        self.nearest.show_picture(self._pictures.pixmap(near.row), near.name, detail)

    def _choose_nearest(self) -> None:
        if self.film is not None and self.player.at < len(self.film.nearest):
            row = self.film.nearest[self.player.at].row
            if row >= 0:
                self.chosen.emit(row)
