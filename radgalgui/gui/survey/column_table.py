"""The first rows of the user's data, with what each column means above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from radgalgui.gui.sources import column_title
from radgalgui.gui.theme import GRID, numbers_font

if TYPE_CHECKING:
    from radgalgui.jobs.survey.inputs import ColumnGuess
    from radgalgui.jobs.survey.plan import Options

__all__ = ["ROLES", "ColumnTable"]

ROLES = {
    "": "Comes along",
    "name": "Name",
    "ra": "Right ascension",
    "dec": "Declination",
    "path": "Image file",
    "label": "Label",
    "angular_size": "Angular size",
    "flux": "Flux density",
    "redshift": "Redshift",
}
GALACTIC = {"ra": "Galactic longitude", "dec": "Galactic latitude"}
#: The option of a plan that holds a role's unit, and its choices with their words.
UNITS: dict[str, tuple[str, dict[str, str]]] = {
    "ra": ("ra_unit", {"deg": "degrees", "hour": "hours", "rad": "radians"}),
    "dec": ("dec_unit", {"deg": "degrees", "rad": "radians"}),
    "angular_size": (
        "angular_size_unit",
        {"arcsec": "arcsec", "arcmin": "arcmin", "deg": "degrees", "mas": "mas"},
    ),
    "flux": ("flux_unit", {"Jy": "Jy", "mJy": "mJy", "uJy": "µJy"}),
}
WIDEST, NARROWEST = 260, 148  # of a column, pixels
MEANS, UNIT = 0, 1  # the rows of choices


class ColumnTable(QTableWidget):
    """Two rows of choices, then the first rows of the data.

    ``role_chosen(column, role)`` and ``unit_chosen(option, unit)`` tell of the choices.
    """

    role_chosen = Signal(str, str)
    unit_chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("First rows")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFont(numbers_font(self.font()))
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.roles: dict[str, QComboBox] = {}
        self.units: dict[str, QComboBox] = {}

    def show_rows(
        self,
        columns: Sequence[ColumnGuess],
        rows: Sequence[Mapping[str, str]],
        roles: Mapping[str, str],
        options: Options,
    ) -> None:
        """Show other data; without columns of a table there is nothing to choose."""
        names = [c.name for c in columns] or list(dict.fromkeys(k for row in rows for k in row))
        top = 2 if columns else 0
        self.clear()
        self.roles, self.units = {}, {}
        self.setColumnCount(len(names))
        self.setRowCount(top + len(rows))
        labels = ["Means", "Unit"] if columns else []
        self.setVerticalHeaderLabels([*labels, *(str(n) for n in range(1, len(rows) + 1))])
        for number, name in enumerate(names):
            header = QTableWidgetItem(name if columns else column_title(name))
            header.setToolTip(_tip(columns[number]) if columns else "")
            self.setHorizontalHeaderItem(number, header)
            for line, row in enumerate(rows):
                self._put(top + line, number, row.get(name, ""))
        for number, guess in enumerate(columns):
            self._add_choices(number, guess)
        self.show_choices(roles, options)
        self._fit(columns)

    def _put(self, row: int, column: int, text: str) -> None:
        item = QTableWidgetItem(text)
        item.setToolTip(text)
        self.setItem(row, column, item)

    def _add_choices(self, number: int, guess: ColumnGuess) -> None:
        role, unit = QComboBox(), QComboBox()
        for key, words in ROLES.items():
            role.addItem(words, key)
        role.setAccessibleName(f"What {guess.name} means")
        role.setToolTip(_tip(guess))
        unit.setAccessibleName(f"Unit of {guess.name}")
        role.activated.connect(
            lambda row, name=guess.name, box=role: self.role_chosen.emit(name, box.itemData(row))
        )
        unit.activated.connect(
            lambda row, box=unit: self.unit_chosen.emit(box.property("option"), box.itemData(row))
        )
        self.roles[guess.name], self.units[guess.name] = role, unit
        self.setCellWidget(MEANS, number, _framed(role))
        self.setCellWidget(UNIT, number, _framed(unit))

    def show_choices(self, roles: Mapping[str, str], options: Options) -> None:
        """Show which column means what: ``roles`` has the column of each role."""
        role_of = {name: role for role, name in roles.items()}
        galactic = options.frame == "galactic"
        for name, box in self.roles.items():
            for role, words in ROLES.items():
                text = GALACTIC.get(role, words) if galactic else words
                box.setItemText(box.findData(role), text)
            role = role_of.get(name, "")
            box.setCurrentIndex(box.findData(role))
            _show_unit(self.units[name], role, options)
        if self.units:
            self.setRowHidden(UNIT, not any(role in UNITS for role in role_of.values()))

    def _fit(self, columns: Sequence[ColumnGuess]) -> None:
        self.resizeColumnsToContents()
        least = NARROWEST if columns else 0
        for number in range(self.columnCount()):
            wide = self.columnWidth(number) + 2 * GRID
            self.setColumnWidth(number, min(max(wide, least), WIDEST))
        for row in range(self.rowCount()):
            self.setRowHeight(row, 34 if columns and row < 2 else 26)


def _show_unit(box: QComboBox, role: str, options: Options) -> None:
    option, choices = UNITS.get(role, ("", {}))
    box.setVisible(bool(option))
    box.setProperty("option", option)
    box.clear()
    for value, words in choices.items():
        box.addItem(words, value)
    if option:
        box.setCurrentIndex(box.findData(getattr(options, option)))


def _framed(box: QComboBox) -> QWidget:
    """Return a list with room around it, in which it may be hidden."""
    body = QWidget()
    row = QHBoxLayout(body)
    row.setContentsMargins(4, 2, 4, 2)
    row.addWidget(box)
    return body


def _tip(guess: ColumnGuess) -> str:
    parts = [guess.name, f"in {guess.unit}" if guess.unit else "", guess.why]
    return "; ".join(part for part in parts if part)
