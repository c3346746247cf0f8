"""Reconstruction and residual beside original and encoder's view, by mouse and keyboard."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from fakes import FakeEngine, make_image
from hands import ask, click_item, double_click_item, idle, take_from_menu
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from radgalgui.gui.app import run
from radgalgui.gui.display import to_levels
from radgalgui.jobs.events import Reconstruction

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
FOUR = ["Original", "Encoder sees", "Reconstruction", "Residual"]


@pytest.fixture
def ready(reconstructing, make_window, catalog, qtbot):
    """Return a window with an engine that reconstructs."""
    window = make_window(catalog)
    qtbot.waitUntil(lambda: window.desk.ready is not None)
    return window


def titles(window) -> list[str]:
    return [pane.title.whole for pane in window.image.panes.shown]


def turn_wheel(view) -> None:
    """Zoom into the middle of a picture."""
    at = QPointF(view.rect().center())
    wheel = QWheelEvent(
        at,
        QPointF(view.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, wheel)


def test_four_pictures_stand_side_by_side_and_say_how_well_they_fit(ready, qtbot, image):
    (query,) = ask(ready, qtbot, [image])
    panes = ready.image.panes
    assert titles(ready) == FOUR
    told = query.reconstruction
    np.testing.assert_array_equal(panes.reconstruction.view.sky.values, told.image[0])
    np.testing.assert_array_equal(panes.residual.view.sky.values, told.residual[0])
    assert panes.residual.view.sky.unit == "σ"
    low, high = panes.residual.view.display.span
    assert -low == high >= 5
    assert panes.fit.isVisible()
    assert panes.fit.whole.startswith("Left over the source: ")
    assert f"reduced χ² {told.chi_square_source:.0f} (cutout" in panes.fit.whole
    assert "10 mJy/beam" in panes.fit.toolTip()
    tops = {pane.view.mapTo(panes, QPoint()).y() for pane in panes.shown}
    sides = {(pane.view.width(), pane.view.height()) for pane in panes.shown}
    assert len(tops) == len(sides) == 1


def test_reconstruction_and_view_have_the_same_limits(ready, qtbot, image):
    ask(ready, qtbot, [image])
    panes = ready.image.panes
    seen, drawn = panes.right.view, panes.reconstruction.view
    assert drawn.display.span == (seen.sky.values.min(), seen.sky.values.max())
    assert (drawn.display.stretch, drawn.display.colour_map) == (
        seen.display.stretch,
        seen.display.colour_map,
    )


@pytest.mark.parametrize("size", [(960, 600), (1440, 900)])
@pytest.mark.parametrize("name", ["double", "warn"])
def test_four_pictures_fit_into_the_smallest_window(ready, qtbot, tmp_path, size, name):
    ready.resize(*size)
    ask(ready, qtbot, [make_image(tmp_path / f"{name}.fits")])
    panes = ready.image.panes
    assert titles(ready) == FOUR
    for pane in panes.shown:
        assert panes.rect().contains(pane.geometry())
        assert pane.view.width() >= 80
    assert panes.rect().contains(panes.fit.geometry())


class Slow(FakeEngine):
    """An engine that draws only when it is woken."""

    woken = threading.Event()

    def _reconstruct(self, drawn) -> None:
        self.hold(Slow.woken)
        super()._reconstruct(drawn)


def test_skeletons_stand_there_until_it_is_drawn(
    reconstructing, make_window, catalog, qtbot, image
):
    Slow.woken.clear()
    window = make_window(catalog, Slow)
    window.desk.ask_paths([image])
    qtbot.waitUntil(lambda: bool(window.gallery.model().rowCount()))
    panes = window.image.panes
    assert titles(window) == FOUR
    assert panes.right.view.sky is not None
    assert panes.reconstruction.view.sky is None
    assert panes.residual.view.sky is None
    assert not panes.fit.isVisible()
    turn_wheel(panes.right.view)
    Slow.woken.set()
    qtbot.waitUntil(lambda: idle(window))
    assert panes.residual.view.sky is not None
    sizes = [pane.view.pixel_size for pane in panes.shown[1:]]
    assert sizes[0] == sizes[1] == sizes[2] > panes.right.view.width() / 64
    assert panes.fit.isVisible()


def test_without_a_network_that_draws_there_are_two_pictures_and_no_word_of_it(
    window, qtbot, image
):
    ask(window, qtbot, [image])
    assert titles(window) == ["Original", "What the encoder sees"]
    assert not window.image.panes.fit.isVisible()


def test_a_galaxy_that_cannot_be_drawn_is_said_to_be_so(ready, qtbot, image):
    FakeEngine.reconstructs = False
    ask(ready, qtbot, [image])
    assert titles(ready) == ["Original", "What the encoder sees"]
    assert ready.image.panes.fit.whole.startswith("No reconstruction: ")


def test_a_source_of_the_catalogue_has_its_facts_beside_and_no_noise(ready, qtbot):
    double_click_item(ready.table, 7)
    qtbot.waitUntil(lambda: bool(ready.desk.session.queries) and idle(ready))
    panes = ready.image.panes
    assert titles(ready) == ["Encoder sees", "Reconstruction", "Residual"]
    assert panes.facts.isVisible()
    assert panes.residual.view.sky.unit == "%"
    assert panes.fit.whole.startswith("Noise not known ")
    assert "χ²" not in panes.fit.whole
    overlap = [p for p in panes.shown if p.geometry().intersects(panes.facts.geometry())]
    assert overlap == []


def test_a_selected_neighbour_stands_beside_the_query_alone(ready, qtbot, image):
    ask(ready, qtbot, [image])
    click_item(ready.gallery, 2)
    assert len(ready.image.panes.shown) == 2
    assert not ready.image.panes.fit.isVisible()
    QTest.keyClick(ready.gallery, Qt.Key.Key_Escape)
    assert titles(ready) == FOUR
    assert ready.image.panes.fit.isVisible()


def test_it_can_be_hidden_and_that_is_remembered(
    reconstructing, make_window, catalog, qtbot, image
):
    window = make_window(catalog)
    ask(window, qtbot, [image])
    QTest.keyClick(window.map.view, Qt.Key.Key_R, CTRL)
    assert titles(window) == ["Original", "What the encoder sees"]
    assert not window.image.panes.fit.isVisible()
    window.close()
    again = make_window(catalog)
    ask(again, qtbot, [image])
    assert titles(again) == ["Original", "What the encoder sees"]
    assert not again.actions_["reconstruction"].isChecked()
    take_from_menu(again.actions_.menus["&View"], "Reconstruction and residual")
    assert titles(again) == FOUR


def test_the_original_takes_the_limits_of_the_view_on_request(ready, qtbot, image):
    (query,) = ask(ready, qtbot, [image])
    panes = ready.image.panes
    QTest.keyClick(ready.map.view, Qt.Key.Key_M, CTRL | SHIFT)
    display = panes.left.view.display
    assert display.span == (0.0, pytest.approx(query.seen.cutout.max()))
    sky = np.clip(query.seen.cutout[0], 0, None)
    bright = query.seen.seen[0] > 0
    expected = np.round(query.seen.seen[0][bright] * 255)
    assert abs(to_levels(sky, display)[bright] - expected).max() <= 1
    assert not ready.image.stretch.isEnabled()
    QTest.keyClick(ready.map.view, Qt.Key.Key_M, CTRL | SHIFT)
    assert panes.left.view.display == ready.image.display
    assert ready.image.stretch.isEnabled()


def test_pointing_at_one_picture_reads_all_of_the_same_pixels(ready, qtbot, image):
    (query,) = ask(ready, qtbot, [image])
    panes = ready.image.panes
    view = panes.residual.view
    side = view.width() / 64
    at = QPoint(round(20.5 * side), round((64 - 30.5) * side))
    QTest.mouseMove(view, at + QPoint(4, 4))
    QTest.mouseMove(view, at)
    qtbot.waitUntil(lambda: ready.image.readout.whole != "")
    said = ready.image.readout.whole
    x, y = (int(np.floor(v)) for v in (at.x() / side, 64 - at.y() / side))
    told = query.reconstruction
    assert f"seen {query.seen.seen[0, y, x]:.4g}" in said
    assert f"reconstruction {told.image[0, y, x]:.4g}" in said
    assert f"residual {told.residual[0, y, x]:+.1f} σ".replace("-", "−") in said


def test_zooming_one_picture_zooms_those_of_the_same_pixels(ready, qtbot, image):
    ask(ready, qtbot, [image])
    panes = ready.image.panes
    QTest.keyClick(ready.map.view, Qt.Key.Key_J)  # not all together
    before = [pane.view.pixel_size for pane in panes.shown]
    turn_wheel(panes.reconstruction.view)
    after = [pane.view.pixel_size for pane in panes.shown]
    assert after[0] == before[0]
    assert after[1] == after[2] == after[3] > before[1]


def test_pictures_are_exported_with_their_coordinates(ready, qtbot, image, tmp_path, monkeypatch):
    (query,) = ask(ready, qtbot, [image])
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a, **k: str(out))
    QTest.keyClick(ready.map.view, Qt.Key.Key_P, CTRL | SHIFT)
    assert sorted(path.name for path in out.iterdir()) == [
        "double-input.fits",
        "double-panes.png",
        "double-reconstruction.fits",
        "double-residual.fits",
    ]
    told = query.reconstruction
    np.testing.assert_allclose(fits.getdata(out / "double-residual.fits"), told.residual[0])
    np.testing.assert_allclose(fits.getdata(out / "double-input.fits"), query.seen.seen[0])
    header = fits.getheader(out / "double-reconstruction.fits")
    assert header["CHISQSRC"] == pytest.approx(told.chi_square_source)
    assert WCS(header).has_celestial is bool(query.seen.header)
    assert QImage(str(out / "double-panes.png")).width() > 4 * 300
    assert "double-residual.fits" in ready.toasts.texts()[-1]


def test_pictures_of_a_stored_source_are_exported(ready, qtbot, tmp_path, monkeypatch):
    double_click_item(ready.table, 7)
    qtbot.waitUntil(lambda: bool(ready.desk.session.queries) and idle(ready))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a, **k: str(tmp_path))
    QTest.keyClick(ready.map.view, Qt.Key.Key_P, CTRL | SHIFT)
    (query,) = ready.desk.session.queries
    stored = ready.desk.sources.images[query.index]
    seen = fits.getdata(tmp_path / "SIM_J000007+0000-input.fits")
    np.testing.assert_allclose(seen, stored[0], rtol=1e-6)
    assert fits.getheader(tmp_path / "SIM_J000007+0000-residual.fits")["BUNIT"] == "peak"
    picture = QImage(str(tmp_path / "SIM_J000007+0000-panes.png"))
    assert 3 * 300 < picture.width() < 4 * 300


def test_an_export_into_no_folder_is_told(ready, qtbot, image, tmp_path, monkeypatch):
    ask(ready, qtbot, [image])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a, **k: str(tmp_path / "no"))
    QTest.keyClick(ready.map.view, Qt.Key.Key_P, CTRL | SHIFT)
    assert "could not be written" in ready.toasts.texts()[-1]


def test_the_snapshot_has_the_four_panes(
    reconstructing, catalog, image, tmp_path, capsys, settings_folder, qapp
):
    assert run([str(image)], catalog=catalog, snapshot=tmp_path, engine=FakeEngine) == 0
    picture = QImage(str(tmp_path / "panes.png"))
    assert picture.width() > 4 * 300
    lone = QImage(str(tmp_path / "window.png"))
    assert lone.width() > picture.height()


def test_images_of_several_bands_are_shown_together(ready, qtbot, tmp_path):
    (query,) = ask(ready, qtbot, [make_image(tmp_path / "bands.fits")])
    three = Reconstruction(
        query.job,
        np.repeat(query.reconstruction.image, 3, axis=0),
        np.repeat(query.reconstruction.residual, 3, axis=0),
        2.0,
        3.0,
        noise_known=True,
    )
    ready.desk.session.apply(three)
    values = ready.image.panes.residual.view.sky.values
    assert values.shape == (64, 64)
    np.testing.assert_allclose(values, query.reconstruction.residual[0] * np.sqrt(3), rtol=1e-5)


def test_the_help_leads_from_the_galaxy_to_its_reconstruction(window):
    window.commands.show_help("image", "Galaxy")
    page = window.commands._help
    found = page.text.document().find("More on reconstructions")
    page.text.setTextCursor(found)
    page.text.ensureCursorVisible()
    QTest.mouseClick(
        page.text.viewport(),
        Qt.MouseButton.LeftButton,
        pos=page.text.cursorRect(found).center() - QPoint(12, 0),
    )
    assert page.windowTitle() == "Help: Reconstruction"
    said = page.text.toPlainText()
    for paper in ("arXiv:2011.10650", "arXiv:2311.08331"):
        assert paper in said
    page.close()
