"""Messages that slide in above the lower edge of the window and never block it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QMetaObject, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from radgalgui.gui.dock import quiet_button, theme_button
from radgalgui.gui.icons import pixmap
from radgalgui.gui.theme import GRID, LIGHT, Tokens

__all__ = ["Toasts"]

MOST = 3
BRIEF_MS = 5000

#: After these a panel may lie in front.
FRONT = (QEvent.Type.ZOrderChange, QEvent.Type.Show, QEvent.Type.ParentChange)


class Toast(QFrame):
    """One message, with a sign, its words and a button that closes it."""

    def __init__(self, kind: str, text: str, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.kind = kind
        self._sign = QLabel()
        self.words = QLabel(text)
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setAccessibleName(text)
        self.close_button = quiet_button("close", "Dismiss")
        self.close_button.clicked.connect(self.deleteLater)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(GRID + 4, GRID, GRID, GRID)
        row.setSpacing(GRID + 2)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.set_theme(tokens)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        colour = {"failure": tokens.failure, "warning": tokens.warning}.get(self.kind, tokens.muted)
        self._sign.setPixmap(pixmap("check" if self.kind == "done" else self.kind, colour, 16))
        theme_button(self.close_button, tokens)

    def offer(self, text: str, action: Callable[[], object]) -> None:
        """Put a button before the one that closes; pressing it closes, too."""
        button = QPushButton(text)
        button.clicked.connect(self.deleteLater)
        button.clicked.connect(lambda: action())
        self._row.insertWidget(2, button)


class Toasts(QWidget):
    """A stack of messages over its parent; the pointer passes beside them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._tokens = LIGHT
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)
        parent.installEventFilter(self)
        self.hide()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        for toast in self.findChildren(Toast):
            toast.set_theme(tokens)

    def say(
        self,
        text: str,
        kind: str = "info",
        offer: tuple[str, Callable[[], object]] | None = None,
        *,
        stays: bool = False,
    ) -> None:
        """Show a message, perhaps with a button.

        ``info`` and ``done`` go by themselves unless told to stay, ``warning`` and ``failure``
        stay.
        """
        toast = Toast(kind, text, self._tokens, self)
        if offer is not None:
            toast.offer(*offer)
        self._column.addWidget(toast)
        toast.destroyed.connect(self._settle)
        shown = self.findChildren(Toast)
        for old in shown[:-MOST]:
            old.deleteLater()
        if kind in ("info", "done") and not stays:
            timer = QTimer(toast)
            timer.setSingleShot(True)
            timer.timeout.connect(toast.deleteLater)
            timer.start(BRIEF_MS)
        self.show()
        self.raise_()
        self._settle()

    def texts(self) -> list[str]:
        """Return the messages that are shown, oldest first."""
        return [toast.words.text() for toast in self.findChildren(Toast)]

    def dismiss(self) -> bool:
        """Close the newest message; False where there is none."""
        shown = self.findChildren(Toast)
        if not shown:
            return False
        self._take_back(shown[-1:])
        return True

    def withdraw(self, kind: str) -> None:
        """Take back the messages of a kind: what they speak of has been seen to."""
        self._take_back(toast for toast in self.findChildren(Toast) if toast.kind == kind)

    def unsay(self, text: str) -> None:
        """Take back a message that can now be read elsewhere."""
        self._take_back(toast for toast in self.findChildren(Toast) if toast.words.text() == text)

    def _take_back(self, taken: Iterable[Toast]) -> None:
        for toast in taken:
            toast.setParent(None)
            toast.deleteLater()
        self._settle()

    def stay_above(self, panels: Iterable[QWidget]) -> None:
        """Come to the front again whenever a panel has been put there."""
        for panel in panels:
            panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the middle of the lower edge, in front."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._settle()
        elif event.type() in FRONT and self.isVisible():
            # Afterwards: a panel that is not in front when it hears of this does not show its tab.
            QMetaObject.invokeMethod(self, "raise", Qt.ConnectionType.QueuedConnection)
        return super().eventFilter(watched, event)

    def _settle(self) -> None:
        shown = self.findChildren(Toast)
        if not shown:
            self.hide()
            return
        room = self._over.rect()
        width = min(560, room.width() - 4 * GRID)
        high = sum(toast.heightForWidth(width) for toast in shown) + GRID * (len(shown) - 1)
        self.setGeometry((room.width() - width) // 2, room.height() - high - 6 * GRID, width, high)
