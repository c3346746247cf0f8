"""The map with its header: which map, coloured by what, and the buttons that zoom."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.choosing.tool import Tool
from radgalgui.gui.dock import DockTitle, quiet_button, theme_button
from radgalgui.gui.map_view import MapView
from radgalgui.gui.mapping.chooser import MapChooser
from radgalgui.gui.theme import GRID, Tokens

__all__ = ["MapPanel"]

LEAST_COLUMNS, LEAST_COUNT = 104, 24  # pixels of the list of colours, and beside the maps
TOOLS = (
    (Tool.HAND, "hand", "Move the map by dragging (M)"),
    (
        Tool.RECTANGLE,
        "rectangle",
        "Choose sources with a rectangle (B); Shift adds, Alt or Ctrl takes away, both keep what"
        " lies in both",
    ),
    (
        Tool.LASSO,
        "lasso",
        "Choose sources with a line around them (L); Shift adds, Alt or Ctrl takes away, both"
        " keep what lies in both",
    ),
)


class MapPanel(QWidget):
    """``method_chosen(str)`` and ``column_chosen(str)`` tell of the header's controls."""

    method_chosen = Signal(str)
    column_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mapBody")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.header = DockTitle("Map")
        self.view = MapView()
        self.chooser, self._title = MapChooser(), ""
        self._spare: QWidget | None = None
        self.chooser.chosen.connect(self.method_chosen)
        self.columns = QComboBox()
        self.columns.setAccessibleName("Colour the map by")
        self.columns.setToolTip("What the colours of the map mean")
        self.columns.setMinimumWidth(LEAST_COLUMNS)
        self.columns.activated.connect(
            lambda row: self.column_chosen.emit(str(self.columns.itemData(row)))
        )
        self.message = QLabel(self.view)
        self.message.setObjectName("muted")
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        self.message.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._colour_label = QLabel("Colour by")
        self._colour_label.setObjectName("muted")
        self.help_button = quiet_button("info", "What is this? Help on the map (F1)")
        self.tool_buttons: dict[Tool, QToolButton] = {}
        self._tools = self._zoom_tools()
        self.view.overview.yield_to(self._tools)
        self.view.area.changed.connect(self._check_tool)
        self._lay_out()
        self.view.installEventFilter(self)
        self.header.installEventFilter(self)

    def _lay_out(self) -> None:
        row = self.header.row
        row.insertSpacing(1, GRID)
        row.insertWidget(2, self.chooser)
        row.insertSpacing(3, GRID)
        self.header.add(self._colour_label)
        self.header.add(self.columns)
        self.header.add(self.help_button)
        for widget in (self.columns, self._colour_label):
            widget.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.view, 1)

    def add_spare(self, widget: QWidget) -> None:
        """Put something before the colours that is left out where there is no room for it."""
        self._spare = QWidget()
        inside = QHBoxLayout(self._spare)
        inside.setContentsMargins(0, 0, GRID // 2, 0)
        inside.addWidget(widget)
        row = self.header.row
        row.insertWidget(row.indexOf(self.columns) - 1, self._spare)

    def _zoom_tools(self) -> QWidget:
        tools = QWidget(self.view)
        tools.setObjectName("mapTools")
        tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        tools.setCursor(Qt.CursorShape.ArrowCursor)
        column = QVBoxLayout(tools)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(2)
        for tool, name, tip in TOOLS:
            button = self.tool_buttons[tool] = quiet_button(name, tip)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, tool=tool: self._use(tool))
            column.addWidget(button)
        line = QFrame()
        line.setObjectName("line")
        line.setFixedHeight(1)
        column.addWidget(line)
        self._check_tool()
        for name, tip, slot in (
            ("plus", "Zoom in (+)", lambda: self.view.zoom(1.5)),
            ("minus", "Zoom out (-)", lambda: self.view.zoom(1 / 1.5)),
            ("fit", "Show the whole map (Ctrl+0)", self.view.fit),
        ):
            button = quiet_button(name, tip)
            button.clicked.connect(lambda _checked=False, slot=slot: slot())
            column.addWidget(button)
        return tools

    def _use(self, tool: Tool) -> None:
        self.view.area.use(tool)
        self._check_tool()  # a button that was pressed again has come up

    def _check_tool(self) -> None:
        for tool, button in self.tool_buttons.items():
            button.setChecked(tool is self.view.area.tool)
        self.view.viewport().setCursor(self.view.area.cursor)

    @property
    def stops(self) -> list[QWidget]:
        """Where Tab stops, in reading order."""
        row = self.header.row
        items = (row.itemAt(number) for number in range(row.count()))
        heads = [item.widget() for item in items if item is not None]
        header = [stop for head in heads if head is not None for stop in _pressed(head)]
        return [*header, self.view, self.view.legend, *_pressed(self._tools)]

    @property
    def method_title(self) -> str:
        """What the map shown is called."""
        return self._title or self.chooser.title

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.view.set_theme(tokens)
        self.chooser.set_theme(tokens)
        for button in (*self._tools.findChildren(QToolButton), self.help_button):
            theme_button(button, tokens)

    def set_methods(self, methods: Sequence[tuple[str, str, str]], shown: str) -> None:
        """Offer maps: name, title, and what it is in a sentence; ``shown`` is pressed."""
        self.chooser.show_maps(methods, shown)

    def check_method(self, method: str, title: str = "") -> None:
        """Press the button of a map; ``title`` is what is shown of it, where that is special."""
        self.chooser.press(method)
        self._title = title

    def set_columns(self, columns: list[tuple[str, str]], chosen: str, stored: int = 0) -> None:
        """Offer columns, name and title, with a line after those that are ``stored``."""
        self.columns.clear()
        for number, (name, title) in enumerate(columns):
            if number and number == stored:
                self.columns.insertSeparator(self.columns.count())
            self.columns.addItem(title, name)
        self.columns.setCurrentIndex(max(self.columns.findData(chosen), 0))
        self.columns.setVisible(bool(columns))
        self._fit_header()

    def check_column(self, column: str) -> None:
        """Choose a column in the list."""
        self.columns.setCurrentIndex(self.columns.findData(column))

    def say(self, text: str) -> None:
        """Show a message in place of the map; "" for none."""
        self.message.setText(text)
        self.message.setVisible(bool(text))
        self._tools.setVisible(not text)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep buttons and message in their places."""
        if watched is self.header:
            if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
                self._fit_header()
        elif event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def _fit_header(self) -> None:
        """Leave out the words before the colours, then names of maps but one, then the spare."""
        row, needed = self.header.row, 0
        for item in (row.itemAt(number) for number in range(row.count())):
            widget = item.widget() if item is not None else None
            if item is None or widget in (self._colour_label, self.header.count):
                continue
            if widget is not None and widget is self._spare:  # counts also while it is left out
                needed += widget.sizeHint().width() + row.spacing()
            elif widget is None or not widget.isHidden():
                needed += item.sizeHint().width() + (row.spacing() if widget else 0)
        if not self.chooser.list.isHidden():
            needed += self.chooser.saved
        margins = row.contentsMargins()
        room = self.header.width() - margins.left() - margins.right() - needed
        words = self._colour_label.sizeHint().width() + row.spacing()
        told = room >= words and not self.columns.isHidden()
        self._colour_label.setVisible(told)
        tight = room + self.chooser.saved < 0
        least = 0 if tight else LEAST_COUNT
        self.header.count.setMaximumWidth(max(room - (words if told else 0), least))
        self.chooser.set_narrow(narrow=room < 0)
        if self._spare is not None:
            self._spare.setVisible(not tight)

    def _place(self) -> None:
        room = self.view.rect()
        size = self._tools.sizeHint()
        self._tools.setGeometry(
            room.right() - size.width() - 2 * GRID,
            room.bottom() - size.height() - 2 * GRID,
            size.width(),
            size.height(),
        )
        width = min(480, room.width() - 4 * GRID)
        high = max(self.message.heightForWidth(width), 24)
        self.message.setGeometry(
            (room.width() - width) // 2, (room.height() - high) // 2, width, high
        )


def _pressed(part: QWidget) -> list[QWidget]:
    """Return what can be pressed in a part of the panel, be it the part itself."""
    every = (part, *part.findChildren(QWidget))
    return [one for one in every if isinstance(one, (QToolButton, QComboBox))]
