"""A mosaic in the real window: looked over by mouse, wheel and keyboard, and asked about."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from hands import ask, drag, idle
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from radgalgui.gui import drop
from radgalgui.gui.drop import offers
from radgalgui.gui.mosaic.feature import MosaicFeature
from radgalgui.sky.celestial import north_up
from radgalgui.sky.image import SkyPosition

SIDE = 1200
PLACES = [(180, 156), (900, 240), (604, 596), (852, 1026), (144, 936)]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    rng = np.random.default_rng(2)
    data = rng.normal(0, 5e-3, (SIDE, SIDE)).astype(np.float32)
    y, x = np.mgrid[-20:21, -20:21]
    for number, (at_x, at_y) in enumerate(PLACES):
        blob = (1.0 - 0.15 * number) * np.exp(-(x**2 + y**2) / 18)
        data[at_y - 20 : at_y + 21, at_x - 20 : at_x + 21] += blob.astype(np.float32)
    header = north_up(SkyPosition(200.0, 40.0), SIDE, 1.8).to_header()
    header["BUNIT"] = "JY/BEAM"
    made = tmp_path_factory.mktemp("mosaic") / "field.fits"
    fits.writeto(made, data, header)
    return made


@pytest.fixture
def page(window, path, qtbot):
    feature = next(f for f in window.commands.features if isinstance(f, MosaicFeature))
    feature.open(path)
    made = feature.page
    qtbot.waitUntil(lambda: len(made.roster.found) == len(PLACES))
    return made


def on_screen(page, x: float, y: float) -> QPoint:
    factor = page.view.factor
    return page.view.stage.place((x + 0.5) / factor - 0.5, (y + 0.5) / factor - 0.5).toPoint()


def wheel(view, at: QPoint, steps: int) -> None:
    turned = QWheelEvent(
        QPointF(at), view.mapToGlobal(QPointF(at)), QPoint(), QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(view, turned)


def point(view, at: QPoint) -> None:
    """Move the pointer there; `QTest.mouseMove` would tell the window that is in front."""
    moved = QMouseEvent(
        QMouseEvent.Type.MouseMove, QPointF(at), view.mapToGlobal(QPointF(at)),
        Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(view, moved)


def test_a_click_on_a_source_asks_about_it(window, page, path, qtbot):
    assert page.finder.count.text() == "5 sources found"
    QTest.mouseClick(page.view, LEFT, pos=on_screen(page, *PLACES[2]))
    qtbot.waitUntil(lambda: bool(window.desk.session.queries) and idle(window))
    (query,) = window.desk.session.queries
    x, y = WCS(fits.getheader(path)).all_world2pix(*query.position, 0)
    assert (float(x), float(y)) == pytest.approx(PLACES[2], abs=0.2)
    assert query.name.startswith("J13")
    assert query.rows
    assert window.desk.session.current is query
    name, share = page.finder.list.rows.index(0, 3).data().split()
    assert name in query.classes.classes
    assert 0 < float(share) <= 1
    QTest.mouseClick(page.view, LEFT, pos=on_screen(page, *PLACES[2]))
    assert len(window.desk.session.queries) == 1  # it is shown, not asked again


def test_a_drag_moves_and_asks_nothing_and_the_wheel_sharpens(window, page, path, qtbot):
    view, start = page.view, on_screen(page, *PLACES[2])
    for _ in range(4):
        wheel(view, start, 2)
    qtbot.waitUntil(lambda: view._detail is not None and view._detail.step * view.factor == 1)
    x, y = view.to_mosaic(*view.pixel_at(QPointF(start)))
    assert (x, y) == pytest.approx(PLACES[2], abs=4)
    stored = fits.getdata(path)[PLACES[2][1] - 3, PLACES[2][0] + 2]
    at = [(v + 0.5) / view.factor - 0.5 for v in (PLACES[2][0] + 2, PLACES[2][1] - 3)]
    assert view.value_at(*at) == pytest.approx(stored)
    before = view.middle
    drag(view, [start, start + QPoint(30, 20), start + QPoint(80, 60)])
    assert view.middle != before
    assert not window.desk.session.queries


def test_typed_positions_are_asked_about_and_nonsense_is_explained(window, page, path, qtbot):
    box, wcs = page.finder.where, WCS(fits.getheader(path))
    for typed in ("nowhere", "10.0 -20.0"):
        box.clear()
        QTest.keyClicks(box, typed)
        QTest.keyClick(box, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: page.finder.said.objectName() == "failure")
        page.finder.say("")
    ra, dec = (float(v) for v in wcs.all_pix2world(384.0, 828.0, 0))
    box.clear()
    QTest.keyClicks(box, f"{ra:.7f} {dec:+.7f}")
    QTest.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(window.desk.session.queries) and idle(window))
    x, y = wcs.all_world2pix(*window.desk.session.queries[0].position, 0)
    assert (float(x), float(y)) == pytest.approx((384, 828), abs=0.01)
    box.clear()
    QTest.keyClicks(box, page.roster.entries[-1].name)
    QTest.mouseClick(page.finder.ask_there, LEFT)
    qtbot.waitUntil(lambda: len(window.desk.session.queries) == 2 and idle(window))


def test_all_sources_become_queries_or_a_catalogue(window, page, path, qtbot, home, monkeypatch):
    QTest.mouseClick(page.finder.ask, LEFT)
    qtbot.waitUntil(lambda: len(window.desk.session.queries) == len(PLACES) and idle(window))
    assert not page.finder.ask.isEnabled()
    window.desk.remove(window.desk.session.queries[0])
    assert page.finder.ask.isEnabled()
    asked: list[list[Path]] = []
    monkeypatch.setattr(window.commands.surveys, "open", lambda paths: asked.append(paths))
    QTest.mouseClick(page.finder.catalogue, LEFT)
    ((mosaic, table),) = asked
    assert mosaic == path
    assert table.read_text().count("\n") == len(PLACES) + 1
    field = page.finder.sigma
    field.selectAll()
    QTest.keyClicks(field, "150")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: 0 < len(page.roster.found) < len(PLACES))
    assert page.finder.count.text() == f"{len(page.roster.found)} sources found"
    assert len([entry for entry in page.roster.entries if entry.query]) == len(PLACES) - 1


def test_wide_images_are_offered_and_large_files_too(window, path, qtbot, monkeypatch):
    ask(window, qtbot, [path])  # asked about as any image
    assert any("looked over as a mosaic" in text for text in window.toasts.texts())
    monkeypatch.setattr(drop, "MOSAIC_BYTES", 1000)
    assert [offer.kind for offer in offers([path])] == ["search", "mosaic"]


def test_what_is_no_image_is_refused_in_the_page(window, tmp_path, qtbot):
    feature = next(f for f in window.commands.features if isinstance(f, MosaicFeature))
    poor = tmp_path / "poor.fits"
    poor.write_bytes(b"nothing")
    feature.open(poor)
    qtbot.waitUntil(lambda: "poor.fits" in feature.page.view.message)
    assert feature.page.finder.said.objectName() == "failure"


def test_what_is_read_under_a_resting_pointer_goes_with_its_mosaic(page, path, tmp_path, qtbot):
    point(page.view, on_screen(page, 600, 600))
    assert page.readout.whole.startswith("13:")
    other = tmp_path / "other.fits"
    other.write_bytes(path.read_bytes())
    page.open(other)
    assert page.readout.whole == ""
    qtbot.waitUntil(lambda: page.opened is not None and page.opened.path == other, timeout=10_000)
    assert page.facts.whole.split("  ·  ")[:3] == [
        "1,200 × 1,200 px",
        "1.8″/px",
        "36.0′ × 36.0′",
    ]
