"""Lets moves of the map be undone as choices are."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QRectF, QTimer

from radgalgui.gui.choosing.history import View
from radgalgui.gui.map_view import MapView
from radgalgui.gui.presenter import Presenter
from radgalgui.gui.session import Change, Session

__all__ = ["Looking", "move_words"]

AGAIN = 2.0  # seconds within which the same move goes on as one step
SAME = 0.004  # of the view's side: what moves less has not moved
ZOOMED = 0.01  # change of the view's side, as a share, from which a move is a zoom


class Looking(QObject):
    """Notes in a session which part of the map is in view, and returns to it on undo.

    Glides to an answer that has just arrived are no steps: they belong to the question.
    """

    def __init__(self, view: MapView, presenter: Presenter) -> None:
        super().__init__(view)
        self._view, self._presenter = view, presenter
        self._session: Session = presenter.session
        self._returning = False
        self._glided: object = presenter.glided
        self._last = ("", 0.0)
        view.view_settled.connect(self._settled)
        presenter.map_shown.connect(self._another_map)
        self._session.subscribe(self._changed)
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note what is in view where the window has another size."""
        if event.type() == QEvent.Type.Resize:
            QTimer.singleShot(0, self, self._note)
        return super().eventFilter(watched, event)

    def _another_map(self) -> None:
        """Places of another map mean nothing on this one."""
        self._session.forget_views()
        self._note()

    def _note(self) -> None:
        """Take what is in view as it is, without a step, unless it is just moving."""
        if self._view.at_rest:
            self._session.look(_view(self._view.box.viewRect()))

    def _settled(self, rect: QRectF) -> None:
        before, now = self._session.view, _view(rect)
        answered = self._presenter.glided is not self._glided
        self._glided = self._presenter.glided
        words = "" if before is None else move_words(before, now)
        if self._returning or answered or not words:
            self._returning = False
            self._session.look(now)
            return
        last, when = self._last
        self._last = (words, time.monotonic())
        again = words == last and self._last[1] - when < AGAIN
        self._session.look(now, words, again=again)

    def _changed(self, change: Change) -> None:
        view = self._session.view
        if change is not Change.VIEW or view is None:
            return
        if move_words(_view(self._view.box.viewRect()), view):
            self._returning = True
            self._last = ("", 0.0)
            self._view.go_to(QRectF(*view))


def _view(rect: QRectF) -> View:
    return rect.x(), rect.y(), rect.width(), rect.height()


def move_words(before: View, after: View) -> str:
    """Return what came between two views: "zooming in"; "" where nothing has moved."""
    x, y, wide, high = before
    left, bottom, across, up = after
    grown = max(across / wide, up / high) if wide > 0 and high > 0 else 1.0
    if abs(grown - 1) > ZOOMED:
        return "zooming in" if grown < 1 else "zooming out"
    moved = max(abs(left - x) / max(wide, 1e-12), abs(bottom - y) / max(high, 1e-12))
    return "moving the map" if moved > SAME else ""
