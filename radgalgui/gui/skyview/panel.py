"""The panel of the sky: the view, its buttons, and a line that says where the pointer is."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from radgalgui.gui.choosing.tool import Tool
from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.elided import Elided
from radgalgui.gui.segments import Segments
from radgalgui.gui.sky_readout import sexagesimal
from radgalgui.gui.skyview.aim import Aim
from radgalgui.gui.skyview.view import SkyView
from radgalgui.gui.theme import GRID, Tokens, numbers_font
from radgalgui.sky.projection import TO_GALACTIC, Frame, angles, directions

__all__ = ["FRAMES", "SkyPanel"]

FRAMES: tuple[Frame, Frame] = ("icrs", "galactic")
SKY, FIELD = 0, 1

TOOLS = (
    (Tool.HAND, "hand", "Turn the sky by dragging (M)"),
    (Tool.RECTANGLE, "rectangle", "Choose sources with a rectangle (B), here and on the map"),
    (Tool.LASSO, "lasso", "Choose sources with a line around them (L), here and on the map"),
)


class SkyPanel(QWidget):
    """The sky with what belongs to it.

    ``tool_wanted(Tool)``, ``all_wanted()`` and ``field_wanted()`` tell of its buttons.
    """

    tool_wanted = Signal(object)
    all_wanted = Signal()
    field_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = SkyView()
        self.extent = Segments(
            [
                ("Whole sky", "All of the sky at once, in Aitoff's projection (Home)"),
                ("Field", "What is selected, chosen or asked about, seen from near"),
            ]
        )
        self.frames = Segments(
            [
                ("RA, Dec", "Equatorial coordinates, ICRS: the north pole of the Earth is up"),
                ("Galactic", "Galactic coordinates: the north pole of the Galaxy is up"),
            ]
        )
        self.where, self.width_text = Elided("muted"), QLabel()
        self.width_text.setObjectName("muted")
        self.message = QLabel(self.view)
        self.message.setObjectName("muted")
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.tool_buttons: dict[Tool, QToolButton] = {}
        self._tools = self._make_tools()
        self._note = ""
        self.extent.changed.connect(self._turn)
        self.view.aimed.connect(self._show_aim)
        self.view.pointed.connect(self._read_out)
        self.view.area.changed.connect(self._check_tool)
        self.view.installEventFilter(self)
        self._lay_out()
        self._check_tool()
        self.say("")

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(2 * GRID, 2, GRID, 4)
        foot.setSpacing(GRID)
        foot.addWidget(self.where, 1)
        foot.addWidget(self.width_text)
        foot.addWidget(self._tools)
        for label in (self.where, self.width_text):
            label.setFont(numbers_font(self.font()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addLayout(foot)
        self._column = column

    def stand_below(self, widget: QWidget) -> None:
        """Give a line of words its place between the sky and the foot."""
        self._column.insertWidget(1, widget)

    def _make_tools(self) -> QWidget:
        tools = QWidget()
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for tool, name, tip in TOOLS:
            button = self.tool_buttons[tool] = quiet_button(name, tip)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, tool=tool: self._want(tool))
            row.addWidget(button)
        line = QFrame()
        line.setObjectName("line")
        line.setFixedSize(1, 2 * GRID)
        row.addWidget(line)
        for name, tip, slot in (
            ("plus", "Zoom in (+)", lambda: self.view.zoom(1.5)),
            ("minus", "Zoom out (-)", lambda: self.view.zoom(1 / 1.5)),
            ("fit", "Show all sources (Home)", lambda: self.view.look(self.view.everything())),
        ):
            button = quiet_button(name, tip)
            button.clicked.connect(lambda _checked=False, slot=slot: slot())
            row.addWidget(button)
        return tools

    # -- what is shown ---------------------------------------------------------------------

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.view.set_theme(tokens)
        for button in self._tools.findChildren(QToolButton):
            theme_button(button, tokens)

    def say(self, text: str) -> None:
        """Show a message in place of the sky; "" for none."""
        self.message.setText(text)
        self.message.setVisible(bool(text))
        for widget in (self._tools, self.extent, self.frames, self.width_text):
            widget.setVisible(not text)
        self.view.setEnabled(not text)
        self._place()
        self._read_out(None)

    def note(self, text: str) -> None:
        """Say something in the line below as long as the pointer is elsewhere."""
        self._note = text
        self._read_out(None)

    def _read_out(self, position: tuple[float, float] | None) -> None:
        if self.message.text():
            self.where.setText("")
        else:
            self.where.setText(self._note if position is None else position_words(*position))

    def _show_aim(self) -> None:
        aim = self.view.aim
        self.extent.show_number(SKY if aim.whole else FIELD)
        self.frames.show_number(FRAMES.index(aim.frame))
        self.width_text.setText(width_words(aim, self.view.width(), self.view.height()))

    def _check_tool(self) -> None:
        for tool, button in self.tool_buttons.items():
            button.setChecked(tool is self.view.area.tool)

    def _want(self, tool: Tool) -> None:
        self.tool_wanted.emit(tool)
        self._check_tool()  # a button that was pressed again has come up

    def _turn(self, page: int) -> None:
        (self.all_wanted if page == SKY else self.field_wanted).emit()

    # -- places ----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the message in its place."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        room = self.view.rect()
        width = min(420, room.width() - 4 * GRID)
        high = max(self.message.heightForWidth(width), 24)
        self.message.setGeometry(
            (room.width() - width) // 2, (room.height() - high) // 2, width, high
        )


def position_words(ra: float, dec: float) -> str:
    """Return a position in ICRS sexagesimal and in Galactic degrees."""
    lon, lat = angles(TO_GALACTIC @ directions(ra, dec))
    galactic = f"l {lon[0]:.3f}°  b {lat[0]:+.3f}°".replace("-", "−")
    return f"{sexagesimal(ra, dec, decimals=1)}    {galactic}"


def width_words(aim: Aim, width: float, height: float) -> str:
    """Return how wide and high a view is, in words."""
    if aim.whole:
        return "Aitoff"
    scale = aim.scale(width, height)
    across, up = (
        float(2 * np.rad2deg(np.arctan(np.deg2rad(v / scale / 2)))) for v in (width, height)
    )
    return f"{_angle(across)} × {_angle(up)}"


def _angle(degrees: float) -> str:
    if degrees >= 10:
        return f"{degrees:.0f}°"
    if degrees >= 1:
        return f"{degrees:.1f}°"
    return f"{degrees * 60:.0f}′" if degrees >= 10 / 60 else f"{degrees * 60:.1f}′"
