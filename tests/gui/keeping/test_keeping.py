"""Views of the real window saved and copied, by the menu's shortcut and the dialog's buttons."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from hands import ask, choose
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from radgalgui.gui.keeping.feature import KeepingFeature
from radgalgui.gui.skyview.view import SkyView

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def answer_with(monkeypatch):
    """Return a function that lets the next file dialog be answered with a path."""

    def give(path: Path) -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(path), ""))

    return give


def opened(window, qtbot):
    """Press Ctrl+S, and return the dialog."""
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    feature = next(f for f in window.commands.features if isinstance(f, KeepingFeature))
    qtbot.waitUntil(lambda: feature.dialog is not None and feature.dialog.isVisible())
    qtbot.waitUntil(lambda: not feature.dialog.preview.pixmap().isNull())
    return feature.dialog


def test_the_map_is_saved_with_the_axes_of_its_method(window, qtbot, tmp_path, answer_with):
    window.map.view.setFocus()
    dialog = opened(window, qtbot)
    assert dialog.view.currentText().startswith("Map")
    before = window.map.view.grab().toImage()
    QTest.mouseClick(dialog.papers.buttons[1], LEFT)
    QTest.mouseClick(dialog.formats.buttons[2], LEFT)
    answer_with(tmp_path / "map.svg")
    QTest.mouseClick(dialog.save_button, LEFT)
    text = (tmp_path / "map.svg").read_text(encoding="utf-8")
    assert window.presenter.axis_titles[0] in text
    assert "<image" in text  # the points
    assert "Angular size" in text  # the key to their colours
    assert window.map.view.grab().toImage() == before  # the screen kept its own colours
    assert any("map.svg" in said for said in window.toasts.texts())


def test_points_are_painted_in_a_picture_of_the_map(window, qtbot):
    window.map.view.setFocus()
    dialog = opened(window, qtbot)
    QTest.mouseClick(dialog.copy_button, LEFT)
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == tuple(
        round(2 * side) for side in (dialog.size_.width(), dialog.size_.height())
    )
    middle = image.copy(image.rect().adjusted(200, 60, -60, -140))
    pixels = np.frombuffer(
        middle.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint32
    )
    assert len(np.unique(pixels)) > 50
    dialog.close()


def test_the_pixels_in_view_are_saved_as_fits(window, qtbot, image, tmp_path, answer_with):
    ask(window, qtbot, [image])
    view = window.image.panes.left.view
    at = view.stage.place(70, 60)
    turned = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, 600), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, turned)
    dialog = opened(window, qtbot)
    choose(dialog.view, "Original")
    QTest.mouseClick(dialog.formats.buttons[3], LEFT)
    qtbot.waitUntil(lambda: image.name in dialog.words.text())
    answer_with(tmp_path / "part.fits")
    QTest.mouseClick(dialog.save_button, LEFT)
    qtbot.waitUntil(lambda: any("part.fits" in said for said in window.toasts.texts()))
    part, told = fits.getdata(tmp_path / "part.fits", header=True)
    whole, header = fits.getdata(image, header=True)
    assert part.shape < whole.shape
    x0, y0 = (round(float(v)) for v in WCS(header).world_to_pixel(WCS(told).pixel_to_world(0, 0)))
    np.testing.assert_array_equal(part, whole[y0 : y0 + part.shape[0], x0 : x0 + part.shape[1]])
    corner = view.place_at(QPointF(0.0, float(view.height())))
    assert (x0, y0) == pytest.approx(corner, abs=1.0)
    there, here = WCS(told).pixel_to_world(3, 5), WCS(header).pixel_to_world(x0 + 3, y0 + 5)
    assert there.separation(here).arcsec < 0.01 * 1.8


def test_what_has_the_focus_is_offered_and_other_views_too(window, qtbot, image):
    ask(window, qtbot, [image])
    window.gallery.setFocus()
    dialog = opened(window, qtbot)
    assert dialog.kept.widget is window.gallery
    assert not dialog.axes.isEnabled()
    assert not dialog.formats.buttons[3].isEnabled()
    titles = [dialog.view.itemText(i) for i in range(dialog.view.count())]
    assert {"Galaxy", "Original"} <= set(titles)
    choose(dialog.view, "Galaxy")
    assert dialog.axes.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_F1)
    assert not dialog.isVisible()
    assert "88 mm wide" in window.commands._help.text.toPlainText()
    window.commands._help.close()


def test_the_sky_goes_on_paper_with_its_grid(window, qtbot, tmp_path, answer_with):
    window.guests.bring("sky")
    (view,) = window.findChildren(SkyView)
    qtbot.waitUntil(lambda: view.isVisible() and not view.visibleRegion().isEmpty())
    with qtbot.waitActive(window):  # a dock that is moved takes it away for a moment
        window.activateWindow()
    dialog = opened(window, qtbot)
    choose(dialog.view, "Sky")
    assert dialog.papers.isEnabled()
    QTest.mouseClick(dialog.formats.buttons[2], LEFT)
    answer_with(tmp_path / "sky")
    QTest.mouseClick(dialog.save_button, LEFT)
    assert ">+30°<" in (tmp_path / "sky.svg").read_text(encoding="utf-8").replace(" ", "")


def test_a_view_is_copied_without_a_question(window, qtbot):
    window.map.view.setFocus()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(window, Qt.Key.Key_P, keys)
    assert not QGuiApplication.clipboard().image().isNull()
    assert any("Copied" in said for said in window.toasts.texts())
