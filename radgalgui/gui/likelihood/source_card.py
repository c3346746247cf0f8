"""One source beside a gallery: its picture, what is known of it, and how likely it is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from radgalgui.gui.elided import Elided
from radgalgui.gui.likelihood.percent import OFFERED
from radgalgui.gui.likelihood.percentile_bars import PercentileBars
from radgalgui.gui.theme import GRID, Tokens

__all__ = ["SourceCard"]

WIDTH = 280  # pixels
SIDE = 216  # of the picture


class SourceCard(QWidget):
    """Shows the source that is selected; ``search`` is the button that searches from it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.picture, self.name, self.facts = QLabel(), Elided("strong"), QLabel()
        self.opinions = PercentileBars(methods=(*OFFERED[1:], OFFERED[0]))
        self.hint = QLabel("Percentiles: 0 is the strangest, 50 usual.")
        self.search = QPushButton("Find similar")
        self.search.setAutoDefault(False)
        self.search.setToolTip("Search from this source (Return)")
        self.picture.setFixedSize(SIDE, SIDE)
        self.picture.setAccessibleName("What the encoder saw of the source")
        self.facts.setObjectName("muted")
        self.facts.setWordWrap(True)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hint.setObjectName("muted")
        self.hint.setWordWrap(True)
        self.none = QLabel("Click a source to see how each method judges it.")
        self.none.setObjectName("muted")
        self.none.setWordWrap(True)
        self._shown = (self.picture, self.name, self.facts, self.opinions, self.hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 0, 0, 0)
        column.setSpacing(GRID)
        for widget in (self.none, *self._shown):
            column.addWidget(widget)
        column.addWidget(self.search, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.show_none()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.opinions.set_theme(tokens)

    def show_none(self) -> None:
        """Show that no source is selected."""
        self._reveal(some=False)

    def _reveal(self, *, some: bool) -> None:
        self.none.setVisible(not some)
        for widget in (*self._shown, self.search):
            widget.setVisible(some)

    def show_source(
        self, picture: QPixmap, name: str, facts: list[str], values: dict[str, float]
    ) -> None:
        """Show a source with its percentiles by method."""
        self._reveal(some=True)
        ratio = self.devicePixelRatioF()
        side = round(SIDE * ratio)
        scaled = picture.scaled(
            side,
            side,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        scaled.setDevicePixelRatio(ratio)
        self.picture.setPixmap(scaled)
        self.name.setText(name)
        self.facts.setText("\n".join(facts))
        self.opinions.show_percentiles(values, query=False)
