"""The look of the window: two palettes of quiet greys, one accent, and the style sheet."""

from __future__ import annotations

import string
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

import radgalgui_resources

__all__ = ["DARK", "GRID", "LIGHT", "Theme", "ThemeChoice", "Tokens", "numbers_font"]

#: Distances are multiples of this, pixels.
GRID = 8


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, by what they are for.

    ``accent`` belongs to the query and its neighbours alone.  Text colours keep a contrast
    of at least 4.5:1 on ``window``, ``panel`` and ``raised``; ``disabled``, what cannot be pressed
    now, is paler but can be read.
    """

    dark: bool
    window: str
    panel: str
    raised: str
    pressed: str
    line: str
    strong_line: str
    text: str
    muted: str
    disabled: str
    canvas: str
    skeleton: str
    accent: str
    accent_text: str
    warning: str
    failure: str
    inverse: str
    inverse_text: str


LIGHT = Tokens(
    dark=False,
    window="#f3f3f4",
    panel="#fcfcfc",
    raised="#eaeaec",
    pressed="#dedfe2",
    line="#e0e1e4",
    strong_line="#c6c8cd",
    text="#1b1c1f",
    muted="#5c6068",
    disabled="#8f929a",
    canvas="#ffffff",
    skeleton="#ededf0",
    accent="#d6246e",
    accent_text="#c01860",
    warning="#8a5a00",
    failure="#b3261e",
    inverse="#202124",
    inverse_text="#fafafa",
)

DARK = Tokens(
    dark=True,
    window="#141517",
    panel="#1a1b1e",
    raised="#26272b",
    pressed="#32343a",
    line="#2a2b30",
    strong_line="#44464d",
    text="#e9eaec",
    muted="#9a9da6",
    disabled="#676a72",
    canvas="#121315",
    skeleton="#202125",
    accent="#ff5c9d",
    accent_text="#ff7db1",
    warning="#e9b44c",
    failure="#ff8a80",
    inverse="#ececee",
    inverse_text="#17181a",
)


class ThemeChoice(Enum):
    """What the user asked for; ``SYSTEM`` follows the desktop."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """Keeps application palette and style sheet in step with choice and system.

    ``changed`` is emitted with the new `Tokens` after everything has been restyled.
    """

    changed = Signal(object)

    def __init__(self, app: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._choice = ThemeChoice.SYSTEM
        self._template = string.Template(
            Path(__file__).with_name("window.qss").read_text(encoding="utf-8")
        )
        self.tokens = LIGHT
        app.setStyle("Fusion")
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)
        self._apply()

    @property
    def choice(self) -> ThemeChoice:
        """What the user asked for."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Follow the system, or keep to light or dark."""
        self._choice = choice
        if self._wanted() is not self.tokens:
            self._apply()

    def release(self) -> None:
        """Stop following the system, before the application object goes."""
        QGuiApplication.styleHints().colorSchemeChanged.disconnect(self._follow)

    def _follow(self) -> None:
        if self._choice is ThemeChoice.SYSTEM and self._wanted() is not self.tokens:
            self._apply()

    def _wanted(self) -> Tokens:
        if self._choice is ThemeChoice.SYSTEM:
            return DARK if system_is_dark() else LIGHT
        return DARK if self._choice is ThemeChoice.DARK else LIGHT

    def _apply(self) -> None:
        self.tokens = self._wanted()
        self._app.setPalette(palette(self.tokens))
        chevron = radgalgui_resources.path("icons", "chevron-grey.svg").as_posix()
        tick = f"tick-{'dark' if self.tokens.dark else 'light'}.svg"  # on the inverse colour
        ticked = radgalgui_resources.path("icons", tick).as_posix()
        values = {**asdict(self.tokens), "chevron": chevron, "tick": ticked}
        self._app.setStyleSheet(self._template.substitute(values))
        self.changed.emit(self.tokens)


def system_is_dark() -> bool:
    """Whether the desktop asks for dark windows; light where it says nothing."""
    return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark


def palette(tokens: Tokens) -> QPalette:
    """Return the Qt palette for what the style sheet does not reach."""
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.panel,
        QPalette.ColorRole.AlternateBase: tokens.window,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.Button: tokens.raised,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.ToolTipBase: tokens.raised,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.muted,
        QPalette.ColorRole.Highlight: tokens.pressed,
        QPalette.ColorRole.HighlightedText: tokens.text,
        QPalette.ColorRole.Link: tokens.text,
        QPalette.ColorRole.LinkVisited: tokens.text,
        QPalette.ColorRole.Mid: tokens.line,
        QPalette.ColorRole.Accent: tokens.muted,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
        QPalette.ColorRole.WindowText,
    ):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.disabled))
    return made


def numbers_font(base: QFont) -> QFont:
    """Return ``base`` with figures of one width, so that columns of numbers line up."""
    font = QFont(base)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
