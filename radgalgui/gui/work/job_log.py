"""The log of a job: a line for each thing it told, with the time of day."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from radgalgui.gui.theme import LIGHT, Tokens
from radgalgui.gui.work.job import MOST_LINES, LogLine
from radgalgui.gui.work.words import clock

__all__ = ["JobLog", "monospaced"]


def monospaced(base: QFont) -> QFont:
    """Return the system's font of one width, as large as ``base``."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(base.pointSizeF() * 0.92)
    return font


class JobLog(QPlainTextEdit):
    """Lines that can be read and copied; it follows the last one unless scrolled away."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("log")
        self.setAccessibleName("Log")
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMaximumBlockCount(MOST_LINES)
        self.setPlaceholderText("Nothing has been told yet.")
        self.document().setDocumentMargin(0)
        self.setTabChangesFocus(True)
        self._tokens = LIGHT
        self._lines: list[LogLine] = []

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.show_lines(self._lines, anew=True)

    def show_lines(self, lines: Sequence[LogLine], *, anew: bool = False) -> None:
        """Show the lines of a log; those that are there stay as they are."""
        known = len(self._lines)
        same = not anew and known <= len(lines) and (not known or lines[0] is self._lines[0])
        if not same:
            self.clear()
            known = 0
        for line in lines[known:]:
            self.appendHtml(self._html(line))
        self._lines = list(lines)

    def _html(self, line: LogLine) -> str:
        tokens = self._tokens
        colours = {"warning": tokens.warning, "failure": tokens.failure, "errors": tokens.muted}
        colour = colours.get(line.level, tokens.text)
        words = html.escape(line.text).replace("  ", "&nbsp; ")
        return (
            f'<span style="color: {tokens.muted}">{clock(line.time)}&nbsp;&nbsp;</span>'
            f'<span style="color: {colour}">{words}</span>'
        )
