"""Pictures of one sky on different pixels: moved together, blinked, with the same contours."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from made_skies import DEC, RA, SCALE, make_wcs, picture, wheel
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from radgalgui.gui.background import Background
from radgalgui.gui.display import Display
from radgalgui.gui.imaging.choices import Choices
from radgalgui.gui.imaging.layers import Layers, contours_over
from radgalgui.gui.imaging.picture import Sky
from radgalgui.gui.imaging.ties import place_in
from radgalgui.gui.panes import Panes
from radgalgui.gui.panes_image import panes_image
from radgalgui.gui.theme import DARK

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panes(qtbot, skies) -> Panes:
    """Return an image, the cutout of it, and what was drawn on the same pixels."""
    made = Panes()
    qtbot.addWidget(made)
    made.resize(900, 340)
    whole, cut = skies
    made.left.show_sky("Original", "", whole, Display())
    made.right.show_sky("Encoder sees", "", cut, Display())
    drawn = Sky(cut.values * 0.9, "", cut.pixel_scale, cut.readout, grid=cut.grid)
    made.reconstruction.show_sky("Reconstruction", "", drawn, Display())
    made.show_only([made.left, made.right, made.reconstruction])
    made.show()
    return made


def field(view) -> tuple[float, float, float]:
    """Return what a view shows, by astropy: RA and Dec of its middle, arcsec a screen pixel."""
    wcs = view.sky.readout.wcs
    there = SkyCoord.from_pixel(*view.middle, wcs)
    beside = SkyCoord.from_pixel(view.middle[0] + 1, view.middle[1], wcs)
    return there.ra.deg, there.dec.deg, there.separation(beside).arcsec / view.pixel_size


def test_all_show_the_same_sky_as_the_one_that_is_moved(panes):
    """Zoomed with the wheel, dragged, by the keyboard; from the cutout and from the original."""
    views = [pane.view for pane in panes.shown]
    assert field(views[0])[2] > 1.5 * field(views[1])[2]  # at first each shows what suits it
    wheel(views[1], 3)
    drag = [QPoint(60, 60), QPoint(95, 40)]
    QTest.mousePress(views[1], LEFT, pos=drag[0])
    QTest.mouseMove(views[1], drag[1])
    QTest.mouseRelease(views[1], LEFT, pos=drag[1])
    for lead in (1, 0):
        wheel(views[lead], 2)
        ra, dec, scale = field(views[lead])
        for view in views:
            at = field(view)
            assert (at[0] - ra) * np.cos(np.radians(dec)) * 3600 == pytest.approx(0, abs=0.01)
            assert at[1:] == pytest.approx((dec, scale), rel=1e-4)
    assert abs(ra - RA) * 3600 > 1  # it was dragged away indeed
    panes.choose(Choices(locked=False))
    before = field(views[0])
    wheel(views[1], 2)
    assert field(views[0]) == before
    assert field(views[1]) == field(views[2]) != (ra, dec, scale)
    panes.choose(Choices())
    assert field(views[0])[2] == pytest.approx(field(views[1])[2], rel=1e-4)


def test_a_cross_marks_the_same_sky_in_the_others(panes):
    marks, told = [], []
    panes.pointed.connect(lambda _view, at: told.append(at))
    views = [pane.view for pane in panes.shown]
    for view in (views[0], views[2]):
        view.mark = lambda at, view=view: marks.append((view, at))
    QTest.mouseMove(views[1], QPoint(80, 50))
    x, y = told[-1]
    (_, there), (_, same) = marks[-2:]
    wanted = SkyCoord.from_pixel(x, y, views[1].sky.readout.wcs).to_pixel(views[0].sky.readout.wcs)
    assert there == pytest.approx(tuple(float(v) for v in wanted), abs=0.01)
    assert same == (x, y)


def test_without_coordinates_the_outline_of_the_cutout_ties_pictures():
    image = Sky(np.zeros((100, 100)), box=(60.5, 40.5, 32.0))
    cut = Sky(np.zeros((64, 64)), grid="one")
    x, y = place_in(image, cut, [60.5, 44.5], [40.5, 56.5])
    np.testing.assert_allclose([x, y], [[31.5, -0.5], [31.5, 63.5]])
    np.testing.assert_allclose(place_in(cut, image, x, y), [[60.5, 44.5], [40.5, 56.5]])
    assert place_in(cut, Sky(np.zeros((64, 64)), grid="other"), 1, 1) is None


def test_pictures_take_turns_in_one_place(panes, qtbot):
    """By the clock, by Space, without one that is left out; then side by side again."""
    seen = []
    panes.blinks.connect(seen.append)
    panes.choose(Choices(interval=0.2))
    panes.blink(on=True)
    showing = [pane for pane in panes.shown if pane.isVisible()]
    assert len(showing) == 1
    assert panes.shown == [panes.left, panes.right, panes.reconstruction]
    large = showing[0].view.width()
    qtbot.waitUntil(lambda: panes.right.isVisible())
    assert field(panes.right.view)[2] == pytest.approx(field(panes.left.view)[2], rel=1e-3)
    QTest.mouseClick(panes.blinking.boxes["Original"], LEFT, pos=QPoint(8, 8))
    assert panes.blinking.part == ["Encoder sees", "Reconstruction"]
    panes.front.view.setFocus()
    for _ in range(2):
        before = panes.front
        QTest.keyClick(before.view, Qt.Key.Key_Space)
        assert not panes.blinking.running
        assert panes.front is not before
        assert panes.front.isVisible()
        assert not before.isVisible()
        assert field(panes.front.view) == pytest.approx(field(before.view), rel=1e-6)
    QTest.mouseClick(panes.blinking.end, LEFT)
    assert seen == [True, False]
    assert all(pane.isVisible() for pane in panes.shown)
    assert panes.left.view.width() < large


def test_contours_of_an_image_lie_where_they_should_over_its_cutout(skies):
    """A Gaussian on turned pixels: its radius in the cutout's, and its place by astropy."""
    whole, cut = skies
    levels = (5.0, 20.0, 50.0, 80.0)
    over, onto, none = contours_over(whole, [whole, cut, None], levels)
    assert none == []
    middle = SkyCoord(RA, DEC, unit="deg").spherical_offsets_by(*(_arcsec(20.0), _arcsec(10.0)))
    for contours, sky, scale in ((over, whole, 1.1), (onto, cut, SCALE)):
        x0, y0 = (float(v) for v in middle.to_pixel(sky.readout.wcs))
        for contour, level in zip(contours, levels, strict=True):
            radius = np.hypot(contour.x - x0, contour.y - y0)
            wanted = 6.0 * np.sqrt(-2 * np.log(level * whole.noise)) / scale
            np.testing.assert_allclose(radius, wanted, atol=0.05)


def _arcsec(value: float):
    from astropy import units as u

    return value * u.arcsec


def test_contours_come_and_go_with_the_picture_and_the_wish(panes, qtbot):
    background = Background()
    layers = Layers(panes, background)
    with qtbot.waitSignal(layers.changed):
        panes.choose(Choices(contours=True, levels=(5.0, 10.0)))
        layers.renew()
    drawn, residual = layers.contours[2], layers.contours[3]
    assert [round(c.level, 6) for c in drawn.contours] == [-0.1, -0.05, 0.05, 0.1]
    assert sum(len(c) for c in drawn.contours) == 2
    assert not residual.contours
    kept = panes_image(panes, DARK, 200)
    panes.choose(Choices(levels=(5.0, 10.0)))
    assert panes_image(panes, DARK, 200).toImage() != kept.toImage()  # what is seen is kept
    panes.choose(Choices(contours=True, levels=(5.0, 10.0)))
    bare = panes.reconstruction.view.grab().toImage()
    with qtbot.waitSignal(layers.changed):
        panes.choose(Choices(contours=True, levels=(40.0,), negative=False))
        layers.renew()
    assert panes.reconstruction.view.grab().toImage() != bare
    stored = picture(make_wcs(64), 64, grid="source 7")
    panes.left.show_sky("Source", "", stored, Display())
    assert not any(c.contours for c in layers.contours)
    background.close()
