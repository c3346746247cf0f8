"""The dialog that saves a view: what it will look like, in which format, how large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QPixmap, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from radgalgui.errors import UsageError
from radgalgui.gui.keeping.figure import Look
from radgalgui.gui.keeping.formats import ENDINGS, as_image
from radgalgui.gui.keeping.views import Kept
from radgalgui.gui.segments import Segments
from radgalgui.gui.theme import GRID

__all__ = ["FITS", "KeepDialog"]

FITS = "FITS"
FORMATS = (
    ("PNG", "A picture of pixels, for slides and the web"),
    ("PDF", "Lines and words stay sharp at any size: for papers"),
    ("SVG", "Lines and words can be edited in a drawing program"),
    (FITS, "The pixels in view with their coordinates, for other programs"),
)
PAPERS = (("White", "Dark lines on white paper"), ("Dark", "Light lines on dark paper"))
#: Widths in millimetres, None for that of the screen.
WIDTHS: tuple[tuple[str, float | None], ...] = (
    ("As on the screen", None),
    ("A column, 88 mm", 88.0),
    ("A page, 180 mm", 180.0),
)
SHARPNESS = ("1 ×", "2 ×", "3 ×", "4 ×")
USUAL_SHARPNESS = 2
INCH = 25.4
SIZE = (860, 560)
LEAST_PREVIEW = 320


class Preview(QLabel):
    """Shows a picture as large as there is room, and never asks for more."""

    def __init__(self) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumSize(LEAST_PREVIEW, LEAST_PREVIEW)
        self.setAccessibleName("What will be saved")
        self._whole = QPixmap()

    def show_picture(self, picture: QPixmap) -> None:
        """Show another picture."""
        self._whole = picture
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._whole.isNull():
            return
        ratio = self.devicePixelRatioF()
        room = self.size() * ratio
        shown = self._whole.scaled(
            room,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(ratio)
        self.setPixmap(shown)


class KeepDialog(QDialog):
    """``save_wanted()`` and ``copy_wanted()`` tell of its buttons, ``help_wanted()`` of F1."""

    save_wanted = Signal()
    copy_wanted = Signal()
    help_wanted = Signal()

    def __init__(self, parent: QWidget, views: Sequence[Kept], at: int, *, dark: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save view")
        self._views = list(views)
        self.preview, self.view = Preview(), QComboBox()
        self.formats, self.papers = Segments(FORMATS), Segments(PAPERS)
        self.width_, self.sharpness = QComboBox(), QComboBox()
        self.axes = QCheckBox("Axes and colour bar")
        self.words = QLabel()
        self.save_button, self.copy_button = QPushButton("Save…"), QPushButton("Copy")
        self.close_button = QPushButton("Close")
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._draw)
        self._prepare(at, dark=dark)
        self._lay_out()
        self._connect()
        self._renew()

    def _prepare(self, at: int, *, dark: bool) -> None:
        self.view.addItems([kept.figure.title for kept in self._views])
        self.view.setCurrentIndex(at)
        self.width_.addItems([words for words, _ in WIDTHS])
        self.sharpness.addItems(list(SHARPNESS))
        self.sharpness.setCurrentIndex(USUAL_SHARPNESS - 1)
        self.papers.show_number(int(dark))
        self.axes.setChecked(True)
        for box, name in (
            (self.view, "View"),
            (self.width_, "Width"),
            (self.sharpness, "Pixels for each of the screen's"),
        ):
            box.setAccessibleName(name)
        self.view.setMaximumWidth(240)
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        self.words.setMinimumHeight(4 * GRID)
        self.save_button.setObjectName("primary")
        self.save_button.setDefault(True)
        self.copy_button.setToolTip("Put it on the clipboard as a picture")
        for button in (self.copy_button, self.close_button):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID + 2)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for words, widget in (
            ("View", self.view),
            ("Format", self.formats),
            ("Paper", self.papers),
            ("Width", self.width_),
            ("Sharpness", self.sharpness),
            ("", self.axes),
        ):
            label = QLabel(words)
            label.setObjectName("muted")
            label.setMinimumHeight(4 * GRID)
            form.addRow(label, _at_left(widget))
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self.close_button)
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(self.save_button)
        side = QVBoxLayout()
        side.setSpacing(2 * GRID)
        side.addLayout(form)
        side.addWidget(self.words)
        side.addStretch(1)
        side.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        row.setSpacing(3 * GRID)
        row.addWidget(self.preview, 1)
        row.addLayout(side)
        room = self.screen().availableSize()
        self.resize(min(SIZE[0], room.width() - 64), min(SIZE[1], room.height() - 64))

    def _connect(self) -> None:
        for box in (self.view, self.width_, self.sharpness):
            box.currentIndexChanged.connect(lambda _: self._renew())
        for segments in (self.formats, self.papers):
            segments.changed.connect(lambda _: self._renew())
        self.axes.toggled.connect(lambda _: self._renew())
        self.save_button.clicked.connect(self.save_wanted)
        self.copy_button.clicked.connect(self.copy_wanted)
        self.close_button.clicked.connect(self.close)
        QShortcut(QKeySequence("F1"), self).activated.connect(self.help_wanted)

    # -- what is chosen --------------------------------------------------------------------

    @property
    def kept(self) -> Kept:
        """The view that is chosen."""
        return self._views[self.view.currentIndex()]

    @property
    def format(self) -> str:
        """The format that is chosen."""
        return FORMATS[self.formats.number][0]

    @property
    def look(self) -> Look:
        """How it is to be painted."""
        figure = self.kept.figure
        dark = self.papers.number == 1
        return Look(
            dark=dark if figure.has_paper else self._screen_is_dark(),
            axes=figure.has_axes and self.axes.isChecked(),
            ratio=float(self.sharpness.currentIndex() + 1),
        )

    @property
    def size_(self) -> QSizeF:
        """Its size in pixels of the screen."""
        natural = self.kept.figure.size(self.look)
        wide = WIDTHS[self.width_.currentIndex()][1]
        if wide is None:
            return natural
        width = wide / INCH * self.logicalDpiX()
        return QSizeF(width, width * natural.height() / natural.width())

    def choose_format(self, name: str) -> None:
        """Choose the format that was used before."""
        names = [each for each, _ in FORMATS]
        if name in ENDINGS:
            self.formats.show_number(names.index(name))
            self._renew()

    def say(self, text: str) -> None:
        """Say why something could not be done."""
        self.words.setText(text)

    # -- showing ---------------------------------------------------------------------------

    def _renew(self) -> None:
        kept, fits = self.kept, self.formats.buttons[len(FORMATS) - 1]
        fits.setEnabled(kept.cut is not None)
        if kept.cut is None and self.format == FITS:
            self.formats.show_number(0)
        picture = self.format != FITS
        self.papers.setEnabled(kept.figure.has_paper and picture)
        self.axes.setEnabled(kept.figure.has_axes and picture)
        self.width_.setEnabled(picture)
        self.sharpness.setEnabled(self.format == "PNG")
        self.copy_button.setEnabled(picture)
        self._later.start(0)

    def _draw(self) -> None:
        size = self.size_
        try:
            image = as_image(self.kept.figure, size, replace(self.look, ratio=1.0))
        except UsageError as error:
            self.say(str(error))
            return
        self.preview.show_picture(QPixmap.fromImage(image))
        self.words.setText(self._told(size))

    def _told(self, size: QSizeF) -> str:
        cut = self.kept.cut
        if self.format == FITS and cut is not None:
            return f"Writes {cut.words}."
        if self.format == "PNG":
            ratio = self.look.ratio
            return f"{size.width() * ratio:,.0f} × {size.height() * ratio:,.0f} pixels"
        millimetres = INCH / self.logicalDpiX()
        wide, high = size.width() * millimetres, size.height() * millimetres
        return f"{wide:.0f} × {high:.0f} mm; pictures in it have 3 pixels for each of the screen's"

    def _screen_is_dark(self) -> bool:
        return QGuiApplication.palette().window().color().lightness() < 128


def _at_left(widget: QWidget) -> QWidget:
    """Return a widget that keeps its own width in a form."""
    body = QWidget()
    row = QHBoxLayout(body)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(widget)
    row.addStretch(1)
    return body
