"""One picture: where things lie on it, whichever way round and on whatever paper; tools; keys."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from astropy.wcs import WCS
from made_skies import DEC, RA, make_wcs, picture, wheel
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest

from radgalgui.gui import furniture
from radgalgui.gui.colours import lookup_table
from radgalgui.gui.display import BY_HAND, STRETCHES, Display, to_levels
from radgalgui.gui.imaging.choices import Choices, parse_levels
from radgalgui.gui.imaging.contour_overlay import CompassOverlay
from radgalgui.gui.imaging.grid_overlay import GridOverlay, leaving
from radgalgui.gui.imaging.levels import Levels
from radgalgui.gui.imaging.orientation import directions
from radgalgui.gui.imaging.picture import Sky
from radgalgui.gui.imaging.viewport import MOST_ZOOM
from radgalgui.gui.picture_view import PictureView
from radgalgui.gui.theme import DARK

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
BARE = Choices(scale_bar=False, beam=False, outline=False)


@pytest.fixture
def view(qtbot) -> PictureView:
    made = PictureView("A picture")
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.set_theme(DARK)
    made.show()
    return made


def painted(view: PictureView, paper: QRectF) -> np.ndarray:
    """Return the brightness of what a view paints on a large paper."""
    image = QImage(700, 500, QImage.Format.Format_Grayscale8)
    image.fill(QColor("black"))
    painter = QPainter(image)
    view.render_to(painter, paper)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(500, image.bytesPerLine())
    return rows[:, :700].astype(float)


def test_pixels_are_painted_where_the_stage_says(view):
    """On the widget and on paper of another shape, as the image lies and with north up."""
    for north_up, mirrored in itertools.product((False, True), repeat=2):
        see_spot(view, north_up=north_up, mirrored=mirrored)


def see_spot(view: PictureView, *, north_up: bool, mirrored: bool) -> None:
    """Look for one bright pixel of an image that lies askew on the sky."""
    wcs = make_wcs(60, turn=33.0, mirrored=mirrored)
    sky = picture(wcs, 60)
    spot = np.zeros((60, 60), np.float32)
    spot[41, 18] = 1.0
    view.choose(Choices(**{**BARE.__dict__, "north_up": north_up}))
    view.show_sky(Sky(spot, readout=sky.readout), Display(colour_map="gray"))
    places = []

    class Probe:
        def paint(self, _painter, to_screen, _ink, shown):
            assert shown.stage.to_screen == to_screen
            places.append((shown.stage.place(18, 41), shown.stage.frame))

    view.overlays[:] = [Probe()]
    paper = QRectF(60, 30, 600, 440)
    bright = painted(view, paper)
    y, x = np.mgrid[:500, :700] + 0.5
    (place, frame) = places[-1]
    assert frame == paper
    bright[bright < 128] = 0
    assert (bright * x).sum() / bright.sum() == pytest.approx(place.x(), abs=0.6)
    assert (bright * y).sum() / bright.sum() == pytest.approx(place.y(), abs=0.6)
    # The widget is as large as the picture is: what is under a place is found again.
    at = view.stage.place(18, 41)
    assert view.place_at(at) == pytest.approx((18, 41), abs=1e-6)
    north, east = directions(sky.readout, 30, 30, view.stage.to_screen)
    if north_up:
        assert (north.x(), north.y()) == pytest.approx((0, -1), abs=1e-3)
        assert (east.x(), east.y()) == pytest.approx((-1, 0), abs=1e-3)


def test_arrows_point_to_north_and_east(view, monkeypatch):
    """Against offsets by astropy on a rotated, and a mirrored, CD matrix."""
    drawn = []
    monkeypatch.setattr(furniture, "paint_compass", lambda *args: drawn.append(args[-2:]))
    view.choose(Choices(compass=True))
    view.overlays.append(CompassOverlay())
    for turn, mirrored in itertools.product((0.0, 40.0, -155.0), (False, True)):
        see_arrows(view, make_wcs(80, turn=turn, mirrored=mirrored), drawn)


def see_arrows(view: PictureView, wcs: WCS, drawn: list) -> None:
    """Compare the arrows of a picture with where astropy goes."""
    view.show_sky(picture(wcs, 80), Display())
    view.grab()
    x0, y0 = wcs.world_to_pixel_values(RA, DEC)
    for way, (ra, dec) in zip(drawn[-1], [(RA, DEC + 0.002), (RA + 0.002, DEC)], strict=True):
        x, y = wcs.world_to_pixel_values(ra, dec)
        step = np.array([x - x0, -(y - y0)])  # the screen's y goes down
        step /= np.hypot(*step)
        assert (way.x(), way.y()) == pytest.approx(tuple(step), abs=2e-3)


def test_lines_of_the_grid_leave_the_frame_where_astropy_says(view, monkeypatch):
    wcs = make_wcs(100, turn=20.0)
    overlay = GridOverlay(lambda work, done: done(work()))
    view.choose(Choices(grid=True))
    view.overlays.append(overlay)
    view.show_sky(picture(wcs, 100), Display())
    view.grab()
    found, frame = 0, view.stage.frame
    for line, edge in itertools.product(overlay.lines, ("top", "left", "bottom", "right")):
        along = leaving(line, view.stage.to_screen, frame, edge)
        if np.isfinite(along):
            level = {"left": frame.left(), "right": frame.right()}.get(edge, along)
            other = {"top": frame.top(), "bottom": frame.bottom()}.get(edge, along)
            ra, dec = wcs.pixel_to_world_values(*view.place_at(QPointF(level, other)))
            told = ra if line.kind == "lon" else dec
            assert abs(told - line.value) * 3600 < 0.01 * 1.8
            found += 1
    assert found >= 6
    words = []
    monkeypatch.setattr(furniture, "paint_words", lambda *args: words.append(args[-1]))
    view.grab()
    full = [text for text in words if text[:2] in ("12", "+1")]  # 12h30m…, +12°…
    assert len(full) == 2
    assert len(words) >= 4
    assert words[0] in full  # what follows is told in brief
    before = overlay.lines
    wheel(view, 1)
    view.grab()
    assert overlay.lines is before  # a small step asks for nothing new
    words.clear()
    painted(view, QRectF(0, 0, 700, 500))
    assert overlay.lines is before  # paper has lines of its own, more of them
    assert len(words) > 4
    wheel(view, 8)
    view.grab()
    assert len({line.text for line in overlay.lines} & {line.text for line in before}) < len(before)


class Tool:
    """Writes down what it is told."""

    cursor = Qt.CursorShape.PointingHandCursor

    def __init__(self) -> None:
        self.told: list[tuple[str, float, float]] = []

    def press(self, _event, at, _view):
        self.told.append(("press", *at))
        return True

    def move(self, _event, at, _view):
        self.told.append(("move", *at))

    def release(self, _event, at, _view):
        self.told.append(("release", *at))

    def paint(self, *_):
        self.told.append(("paint", 0, 0))

    def cancel(self):
        return False


def test_a_tool_has_the_left_button_and_the_view_keeps_the_others(view, qtbot):
    tool = Tool()
    view.show_sky(Sky(np.zeros((60, 60), np.float32)), Display())
    view.tool = tool
    assert view.cursor().shape() is Tool.cursor
    before = view.middle
    QTest.mousePress(view, LEFT, pos=QPoint(10, 10))
    qtbot.wait(30)
    QTest.mouseMove(view, QPoint(150, 100))
    QTest.mouseRelease(view, LEFT, pos=QPoint(150, 100))
    told = [t for t in tool.told if t[0] != "paint"]
    assert told[0] == ("press", 1.5, 57.5)  # 5 screen pixels a pixel, counted from the bottom
    assert told[-1] == ("release", 29.5, 39.5)
    assert view.middle == before
    wheel(view, 6)
    assert view.port.zoom > 2
    QTest.mousePress(view, MIDDLE, pos=QPoint(150, 150))
    QTest.mouseMove(view, QPoint(190, 150))
    QTest.mouseRelease(view, MIDDLE, pos=QPoint(190, 150))
    assert view.middle[0] < before[0]
    view.tool = None
    QTest.mouseDClick(view, LEFT, pos=QPoint(10, 10))
    assert view.port.zoom == 1.0


def test_keys_zoom_move_and_return(view):
    view.show_sky(Sky(np.zeros((60, 60), np.float32)), Display())
    view.setFocus()
    for _ in range(4):
        QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.port.zoom == pytest.approx(1.25**4)
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.middle[0] > 29.5
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert (view.port.zoom, view.middle) == (1.0, (29.5, 29.5))
    for _ in range(40):
        QTest.keyClick(view, Qt.Key.Key_Equal)
    assert view.port.zoom == MOST_ZOOM


def test_large_pictures_have_the_colours_of_each_pixels_stretch():
    values = np.random.default_rng(2).normal(0, 1e-4, (400, 420)).astype(np.float32)
    values[200:210, 90:120], values[:3] = 0.05, np.nan
    levels = Levels(values)
    ways = (("99.5 %", None), ("min-max", None), (BY_HAND, (-2e-4, 1e-3)))
    for stretch, (limits, span) in itertools.product(STRETCHES, ways):
        display = Display(stretch, limits, "gray", span)
        image = levels.image(display)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(400, image.bytesPerLine())
        wanted = lookup_table("gray")[to_levels(values, display)][::-1, :, 0]
        off = np.abs(rows[:, : 4 * 420 : 4].astype(int) - wanted)
        assert off.max() <= 2
        assert off.mean() < 0.4


def test_choices_are_read_back_and_nonsense_is_not():
    other = Choices(grid=True, frame="galactic", levels=(2.5, 5.0), locked=False, interval=1.3)
    assert Choices.read(other.text()) == other
    for broken in ("", "{", "[]", '{"frame": "mars"}', '{"levels": ["a"]}', '{"grid": 3}'):
        assert Choices.read(broken) == Choices()
    assert parse_levels("3, 12;6 σ") == (3.0, 6.0, 12.0)
    for text in ("", "0 3", "-3", "three", " ".join("123456789" for _ in range(3)) + "x"):
        assert parse_levels(text) == ()


def test_places_on_a_followed_picture_may_lie_beside_it(view):
    view.show_sky(Sky(np.zeros((60, 60), np.float32)), Display())
    view.look_at(70.0, 30.0, 12.0)
    assert view.middle == (70.0, 30.0)
    assert view.pixel_size == pytest.approx(12.0)
    assert view.pixel_at(QPointF(150, 150)) is None
    assert view.place_at(QPointF(150, 150)) == pytest.approx((70.0, 30.0))
