"""Reconstruction and residual beside original and encoder's view, by mouse and keyboard."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from fakes import FakeEngine, make_image, told_reconstruction
from hands import ask, click_item, double_click_item, idle, take_from_menu
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from radgalgui.gui.app import run
from radgalgui.gui.colours import diverging_beside, lookup_table
from radgalgui.gui.display import Display, symmetric_span, to_levels
from radgalgui.gui.fit_text import fit_explanation, fit_words, residual_plane
from radgalgui.jobs.events import Reconstruction

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
FOUR = ["Original", "Encoder sees", "Reconstruction", "Residual"]


@pytest.fixture
def ready(reconstructing, make_window, catalog, qtbot):
    """Return a window with an engine that reconstructs."""
    window = make_window(catalog)
    qtbot.waitUntil(lambda: window.desk.ready is not None, timeout=10_000)
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


# -- in the window -------------------------------------------------------------------------


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
    assert panes.fit.whole.startswith(f"Reduced χ² {told.chi_square_source:.0f} over source")
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
def test_four_pictures_fit_into_the_smallest_window(ready, qtbot, image, size):
    ready.resize(*size)
    ask(ready, qtbot, [image])
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
        Slow.woken.wait(10)
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


# -- words and colours ---------------------------------------------------------------------


def told(source=None, cutout=None, *, known=True, bands=1) -> Reconstruction:
    rng = np.random.default_rng(2)
    image = rng.uniform(0, 1, (bands, 8, 8)).astype(np.float32)
    residual = rng.normal(size=(bands, 8, 8)).astype(np.float32)
    return Reconstruction("j", image, residual, cutout, source, noise_known=known)


@pytest.mark.parametrize(
    ("source", "cutout", "words"),
    [
        (1.04, 0.98, "Reduced χ² 1.0 over source, 1.0 over cutout  ·  residual like noise"),
        (99.2, 9.96, "Reduced χ² 99 over source, 10 over cutout  ·  residual 10 × noise"),
        (4.0, 1.3, "Reduced χ² 4.0 over source, 1.3 over cutout  ·  residual 2.0 × noise"),
        (
            1e6,
            2e4,
            "Reduced χ² 1,000,000 over source, 20,000 over cutout  ·  residual 1,000 × noise",
        ),
        (None, 1.0, "Reduced χ² 1.0 over cutout  ·  nothing above the clip to call a source"),
        (float("nan"), float("inf"), ""),
    ],
)
def test_the_fit_in_words(source, cutout, words):
    assert fit_words(told(source, cutout)) == words


def test_without_noise_there_is_no_chi_square():
    words = fit_words(told(known=False))
    assert words.startswith("Noise not known ")
    assert "χ²" not in words
    assert "%" in words
    assert "per cent" in fit_explanation(told(known=False), "")
    assert "0.2 mJy" in fit_explanation(told(2, 1), "0.2 mJy")


def test_bands_of_pure_noise_add_up_to_noise():
    rng = np.random.default_rng(3)
    noise = rng.normal(size=(5, 200, 200)).astype(np.float32)
    noise[0, :50] = np.nan
    noise[:, :3] = np.nan
    shown, unit = residual_plane(Reconstruction("j", noise, noise, 1, 1, noise_known=True))
    assert unit == "σ"
    assert np.isnan(shown[:3]).all()
    assert np.isfinite(shown[3:]).all()
    assert shown[3:50].std() == pytest.approx(1, abs=0.02)
    assert shown[50:].std() == pytest.approx(1, abs=0.02)
    shares, unit = residual_plane(Reconstruction("j", noise, noise / 100, None, None, False))
    assert unit == "%"
    np.testing.assert_allclose(shares[50:], noise[:, 50:].mean(axis=0), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("scale", [1e-6, 0.3, 1.0, 7.0, 4e5])
def test_limits_of_a_residual_are_symmetric_round_and_hold_nearly_all(scale):
    values = (np.random.default_rng(4).normal(size=(64, 64)) * scale).astype(np.float32)
    low, high = symmetric_span(values)
    assert low == -high
    assert np.mean(np.abs(values) <= high) >= 0.994
    assert high / np.percentile(np.abs(values), 99.5) < 2.6
    mantissa = high / 10 ** np.floor(np.log10(high) + 1e-9)
    assert min(abs(mantissa - m) for m in (1, 2, 5)) < 1e-6
    assert symmetric_span(values * 0, least=5.0) == (-5.0, 5.0)
    assert symmetric_span(np.full((2, 2), np.nan), least=5.0) == (-5.0, 5.0)


@pytest.mark.parametrize("beside", ["inferno", "gray_r"])
def test_no_residual_has_the_colour_of_an_empty_sky_and_signs_differ(beside):
    name = diverging_beside(beside)
    table = lookup_table(name).astype(int)
    ends = table[0], table[-1]
    assert ends[0][2] > ends[0][0] + 50  # below: blue
    assert ends[1][0] > ends[1][2] + 50  # above: red
    middle = table[127:129].mean(axis=0)
    assert np.ptp(middle) < 15
    assert (middle.mean() > 127) == (lookup_table(beside)[0].mean() > 127)
    values = np.array([[-9.0, 0.0, 9.0, np.nan]])
    levels = to_levels(values, Display(colour_map=name, span=(-5.0, 5.0)))[0]
    assert levels[0] == 0
    assert levels[2] == 255
    assert abs(int(levels[1]) - 127.5) <= 1
    assert abs(int(levels[3]) - 127.5) <= 1  # a blank pixel is not taken for a hole


def test_what_is_left_of_a_stored_galaxy_is_a_share_of_its_peak():
    rng = np.random.default_rng(5)
    drawn = told_reconstruction("j", rng.uniform(0, 1, (1, 16, 16)).astype(np.float32))
    shown, unit = residual_plane(drawn)
    assert unit == "%"
    np.testing.assert_allclose(shown, drawn.residual[0] * 100, rtol=1e-5)
