"""Any two components as axes, chosen on the card; and how sure a place is, in words."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hands import ask, point_on_map, settle
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from radgalgui.gui.mapping.axes_card import AxesCard
from radgalgui.gui.mapping.shown import ShownMap
from radgalgui.gui.mapping.words import place_words
from radgalgui.jobs.maps.axes import Axes, AxisVectors

LEFT = Qt.MouseButton.LeftButton


def card(window, qtbot) -> AxesCard:
    """Return the card, opened by the mouse and filled."""
    QTest.mouseClick(window.map.chooser.axes, LEFT)
    (found,) = window.findChildren(AxesCard)
    qtbot.waitUntil(lambda: found.isVisible() and found.right.count() > 0)
    return found


def test_other_axes_are_chosen_on_the_map(window, image, catalog, qtbot):
    (query,) = ask(window, qtbot, [image])
    assert not window.map.chooser.axes.isVisible()  # UMAP has no axes of any meaning
    QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert window.presenter.method == "pca"
    assert window.map.chooser.axes.text().startswith("1 × 2")
    axes = card(window, qtbot)
    assert axes.right.count() == 16
    assert "of what differs" in axes.words.text()
    QTest.keyClick(axes.right, Qt.Key.Key_Down)
    QTest.keyClick(axes.right, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: window.presenter.method == "pca:components:3,2")
    vectors = AxisVectors.read(catalog, "simclr")
    there = vectors.places(Axes("components", 2, 1))
    np.testing.assert_array_equal(window.presenter.shown.places, there)
    assert window.presenter.axis_titles[0].startswith("Principal component 3 (")
    assert window.map.chooser.axes.text().startswith("3 × 2")
    settle(window, qtbot)
    assert window.map.view.place_of(7) == pytest.approx(tuple(there[7]), abs=1e-6)
    place = vectors.place(query.vector, Axes("components", 2, 1))
    assert window.map.view.marks.marks.query == pytest.approx(place)
    QTest.mouseClick(axes.swap, LEFT)
    qtbot.waitUntil(lambda: window.presenter.method == "pca:components:2,3")
    QTest.mouseClick(axes.kinds.buttons[1], LEFT)
    qtbot.waitUntil(lambda: window.presenter.method == "pca:numbers:1,2")
    assert window.presenter.axis_titles == ("Number 1 of the vector", "Number 2 of the vector")
    assert "16 numbers" in axes.words.text()
    axes.close()
    QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert window.presenter.method == "umap"
    assert not window.map.chooser.axes.isVisible()


def test_the_first_two_components_are_the_stored_map_again(window, catalog, qtbot):
    window.commands.choose_map("pca")
    stored = window.presenter.shown.places
    axes = card(window, qtbot)
    QTest.keyClick(axes.up, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: window.presenter.method == "pca:components:1,3")
    QTest.keyClick(axes.up, Qt.Key.Key_Up)
    assert window.presenter.method == "pca"
    assert window.presenter.shown.places is stored
    axes.close()


def point(window, qtbot, where: Callable[[], QPoint], name: str) -> None:
    """Move the pointer to a place, wherever it is by now, until the card names what is there."""
    view, steps = window.map.view, itertools.cycle((0, 1))

    def there() -> bool:
        QTest.mouseMove(view.viewport(), where() + QPoint(next(steps), 0))
        return view.card.isVisible() and view.card.name.startswith(name)

    qtbot.waitUntil(there)


def test_the_star_says_how_sure_its_place_is(window, image, qtbot):
    ask(window, qtbot, [image])
    settle(window, qtbot)
    view = window.map.view
    star = lambda: view.pixel_of(*view.marks.marks.query)  # noqa: E731
    bare = lambda at: view.childAt(at) is view.viewport()  # noqa: E731 - no key, no overview
    seen = [row for row in range(300) if bare(point_on_map(window, row))]
    far = max(seen, key=lambda row: (point_on_map(window, row) - star()).manhattanLength())
    point(window, qtbot, star, "double")
    assert "of the map's width" in view.card.lines[0]
    point(window, qtbot, lambda: point_on_map(window, far), "SIM")
    point(window, qtbot, star, "double")  # from a source, whose own card goes
    window.commands.next_map()
    assert not view.card.isVisible()


def laid(*, exact: bool = False) -> ShownMap:
    corners = np.array([[0, 0], [50, 10]], dtype=np.float32)
    return ShownMap("umap", "umap", "UMAP", corners, ("UMAP 1", "UMAP 2"), exact=exact)


@pytest.mark.parametrize(
    ("spread", "words"),
    [
        (0.25, "Place sure to within 0.5 % of the map's width"),
        (2.0, "Place sure to within 4 % of the map's width"),
        (12.5, "Place unsure: within 25 % of the map's width"),
        (0.0, "Its place is sure: the catalogue has this very picture"),
    ],
)
def test_how_sure_a_place_is_is_said_in_words(spread, words):
    assert place_words(laid(), (3.0, 4.0, spread))[0] == words
    assert "exact" in place_words(laid(exact=True), (3.0, 4.0, 0.0))[0]
    assert "own place" in place_words(laid(), (3.0, 4.0, spread), own=True)[0]
    assert "not known" in place_words(laid(), None)[0]
