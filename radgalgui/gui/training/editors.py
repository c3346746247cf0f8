"""One small editor for each kind of field, all used alike."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

if TYPE_CHECKING:
    from radgalgui.jobs.recipes import FieldInfo

__all__ = ["Editor", "editor_of"]

MOST = 2_000_000_000  # of a whole number without a bound; Qt counts in 32 bits
NARROW = 112


class Editor(QWidget):
    """An editor of one field; ``changed()`` tells that it holds another value."""

    changed = Signal()

    def __init__(self, field: FieldInfo, inner: QWidget, *, wide: bool = False) -> None:
        super().__init__()
        self.field, self.inner = field, inner
        inner.setAccessibleName(field.title)
        inner.setToolTip(field.help)
        self.setFocusProxy(inner)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        if wide:
            self._row.addWidget(inner, 1)
        else:
            inner.setMinimumWidth(NARROW)
            self._row.addWidget(inner)
            self._row.addStretch(1)

    def add(self, widget: QWidget) -> None:
        """Put something behind it: its unit, or a button."""
        self._row.insertWidget(1, widget)

    def value(self) -> Any:
        """Return what it holds."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Show a value without telling of it."""
        raise NotImplementedError


class WholeNumber(Editor):
    """A whole number between bounds."""

    def __init__(self, field: FieldInfo) -> None:
        self._box = QSpinBox()
        super().__init__(field, self._box)
        low = -MOST if field.minimum is None else int(field.minimum) + field.above
        high = MOST if field.maximum is None else int(field.maximum) - field.below
        self._box.setRange(low, high)
        self._box.setGroupSeparatorShown(True)
        self._box.valueChanged.connect(lambda _: self.changed.emit())

    def value(self) -> int:
        return self._box.value()

    def show_value(self, value: Any) -> None:
        self._box.blockSignals(True)
        self._box.setValue(int(value))
        self._box.blockSignals(False)


class Number(Editor):
    """Any number, also such as 1e-4; or none where it may be left empty.

    What is no number is handed on as it was typed, for the check to refuse.
    """

    def __init__(self, field: FieldInfo) -> None:
        self._line = QLineEdit()
        super().__init__(field, self._line)
        self._line.setFixedWidth(NARROW)
        if field.optional:
            self._line.setPlaceholderText("as it was")
        self._line.textEdited.connect(lambda _: self.changed.emit())

    def value(self) -> Any:
        text = self._line.text().strip().replace("\N{MINUS SIGN}", "-")
        if not text and self.field.optional:
            return None
        try:
            number = int(text) if self.field.kind == "int" else float(text)
        except ValueError:
            return text
        return number if math.isfinite(number) else text

    def show_value(self, value: Any) -> None:
        self._line.setText(
            "" if value is None else f"{value:g}" if _is_number(value) else str(value)
        )


class Switch(Editor):
    """Yes or no."""

    def __init__(self, field: FieldInfo) -> None:
        self._box = QCheckBox()
        super().__init__(field, self._box)
        self._box.toggled.connect(lambda _: self.changed.emit())

    def value(self) -> bool:
        return self._box.isChecked()

    def show_value(self, value: Any) -> None:
        self._box.blockSignals(True)
        self._box.setChecked(bool(value))
        self._box.blockSignals(False)


class Choice(Editor):
    """One of several words, each with what it is called."""

    def __init__(self, field: FieldInfo, choices: list[tuple[str, str]]) -> None:
        self._box = QComboBox()
        super().__init__(field, self._box)
        for value, words in choices:
            self._box.addItem(words, value)
        self._box.activated.connect(lambda _: self.changed.emit())

    def value(self) -> str:
        return str(self._box.currentData())

    def show_value(self, value: Any) -> None:
        if self._box.findData(str(value)) < 0:  # such as a file's path
            self._box.addItem(str(value), str(value))
        self._box.setCurrentIndex(self._box.findData(str(value)))


class Text(Editor):
    """A line of text."""

    def __init__(self, field: FieldInfo) -> None:
        self._line = QLineEdit()
        super().__init__(field, self._line, wide=True)
        self._line.textEdited.connect(lambda _: self.changed.emit())

    def value(self) -> str:
        return self._line.text().strip()

    def show_value(self, value: Any) -> None:
        self._line.setText("" if value is None else str(value))


def editor_of(field: FieldInfo, choices: list[tuple[str, str]] | None = None) -> Editor:
    """Return the editor of a field that shows the recipe's value.

    Parameters
    ----------
    field : FieldInfo
        Of any kind but ``folders``.
    choices : list of (str, str), optional
        Values with their words, for a text that is better chosen than typed.
    """
    editor: Editor
    if choices is not None or field.kind == "choice":
        editor = Choice(field, choices or [(each, each or "none") for each in field.choices])
    elif field.kind == "bool":
        editor = Switch(field)
    elif field.kind == "int" and not field.optional:
        editor = WholeNumber(field)
    elif field.kind in ("int", "float"):
        editor = Number(field)
    else:
        editor = Text(field)
    editor.show_value(field.value)
    return editor


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
