"""The card beside the query's star: what the image is, and how sure its place on the map is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPixmap

from radgalgui.gui.mapping.words import place_words

if TYPE_CHECKING:
    from radgalgui.gui.map_view import MapView
    from radgalgui.gui.presenter import Presenter
    from radgalgui.gui.query import Query

__all__ = ["PlaceHint"]


class PlaceHint:
    """Shows the card as long as the pointer is on the star of the query shown."""

    def __init__(self, presenter: Presenter, view: MapView) -> None:
        self._presenter, self._view, self._name = presenter, view, ""
        view.query_hovered.connect(self._hover)
        presenter.map_shown.connect(self._leave)  # what the card says is of another map

    def _hover(self, there: bool) -> None:
        presenter, view = self._presenter, self._view
        query, shown = presenter.session.current, presenter.shown
        if not there:
            self._leave()
        elif query is not None and shown is not None:
            place = presenter.place(query)
            self._name = query.name
            lines = place_words(shown, place, own=query.index is not None)
            view.card.show_source(view.hover_at, self._picture(query), query.name, lines)

    def _leave(self) -> None:
        if self._name and self._view.card.name == self._name:  # a source may have its own by now
            self._view.card.hide()

    def _picture(self, query: Query) -> QPixmap:
        thumbnails = self._presenter.thumbnails
        if thumbnails is None:
            return QPixmap()
        if query.index is not None:
            return thumbnails.pixmap(query.index)
        return QPixmap() if query.seen is None else thumbnails.draw(query.seen.seen)
