"""Axes are right: round numbers, coordinates where they cross the edges, colours by value."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QImage

from radgalgui.errors import UsageError
from radgalgui.gui.display import Display
from radgalgui.gui.keeping.axes import round_ticks
from radgalgui.gui.keeping.figure import Look, WidgetFigure
from radgalgui.gui.keeping.formats import as_image, save
from radgalgui.gui.keeping.picture_figure import PictureFigure, scaled_unit
from radgalgui.gui.picture_view import PictureView, Sky
from radgalgui.gui.sky_readout import SkyReadout
from radgalgui.sky.celestial import icrs_to_pixel, north_up
from radgalgui.sky.image import SkyPosition


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0, 10, ["0", "2", "4", "6", "8", "10"]),
        (-0.31, 0.22, ["−0.3", "−0.2", "−0.1", "0.0", "0.1", "0.2"]),
        (1234.0, 1236.5, ["1234.0", "1234.5", "1235.0", "1235.5", "1236.0", "1236.5"]),
    ],
)
def test_ticks_are_round_and_lie_inside(low, high, texts):
    ticks = round_ticks(low, high)
    assert [text for _, text in ticks] == texts
    assert all(low <= value <= high + 1e-9 for value, _ in ticks)


def test_there_are_no_ticks_where_there_is_no_way():
    assert round_ticks(1.0, 1.0) == []
    assert round_ticks(float("nan"), 1.0) == []


def test_units_are_handy():
    assert scaled_unit(3.2, "JY/BEAM") == (1.0, "Jy/beam")
    assert scaled_unit(0.0032, "Jy/beam") == (1e3, "mJy/beam")
    assert scaled_unit(2e-5, "Jy beam-1") == (1e6, "µJy/beam")
    assert scaled_unit(2e-5, "K") == (1.0, "K")


@pytest.fixture
def view(qtbot) -> PictureView:
    wcs = north_up(SkyPosition(150.0, 30.0), 200, 1.8)
    readout = SkyReadout(wcs.to_header().tostring())
    values = np.random.default_rng(0).normal(size=(200, 200)).astype(np.float32)
    made = PictureView("Original")
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.show_sky(Sky(values, "Jy/beam", 1.8, readout), Display("linear", "min-max"))
    made.show()
    return made


def test_coordinates_stand_where_their_lines_cross_the_edges(view):
    figure = PictureFigure("Original", view)
    inner = QRectF(80, 20, 400, 400)
    stage = view.port.stage(inner)
    bottom, left, titles = figure._coordinates(stage, inner)
    assert titles == ("Right ascension (ICRS)", "Declination (ICRS)")
    assert len(bottom) >= 2
    assert len(left) >= 2
    wcs = view.sky.readout.wcs
    for tick in left:
        degrees, minutes = tick.text.rstrip("′").split("°")
        x0 = stage.to_screen.inverted()[0].map(inner.left(), tick.at)[0] - 0.5
        dec = float(degrees.replace("−", "-")) + float(minutes.split("′")[0]) / 60
        # along the left edge right ascension changes little: walk it to that declination
        ra = float(view.sky.readout.at(x0, 100.0)[0])
        for _ in range(3):
            _, y = icrs_to_pixel(wcs, ra, dec)
            ra = float(view.sky.readout.at(x0, float(y))[0])
        assert stage.place(x0, float(y)).y() == pytest.approx(tick.at, abs=0.5)


def test_without_coordinates_pixels_are_counted_from_one(view):
    sky = Sky(view.sky.values)
    view.show_sky(sky, view.display)
    inner = QRectF(0, 0, 400, 400)
    stage = view.port.stage(inner)
    bottom, _, titles = PictureFigure("p", view)._coordinates(stage, inner)
    assert titles == ("x (pixels)", "y (pixels)")
    fifty = next(tick for tick in bottom if tick.text == "50")
    assert fifty.at == pytest.approx(stage.place(49, 0).x())


def test_values_stand_on_the_bar_where_the_stretch_puts_them(view):
    view.show_sky(view.sky, Display("sqrt", span=(0.0, 4.0)))
    ticks = PictureFigure("p", view)._bar().ticks
    places = {text: place for place, text in ticks}
    assert places["1.0"] == pytest.approx(0.5, abs=1 / 255)
    assert places["4.0"] == pytest.approx(1.0)


def test_a_png_has_as_many_pixels_as_it_says(view, tmp_path):
    figure, look = PictureFigure("Original", view), Look(ratio=2.0)
    size = figure.size(look)
    save(figure, tmp_path / "p.png", "PNG", size, look)
    image = QImage(str(tmp_path / "p.png"))
    assert (image.width(), image.height()) == (round(size.width() * 2), round(size.height() * 2))
    dark = as_image(figure, size, Look(dark=True))
    assert image.pixelColor(2, 2).lightness() > 250
    assert dark.pixelColor(2, 2).lightness() < 40


def test_words_stay_words_and_pages_have_their_size(view, tmp_path):
    figure, size = PictureFigure("Original", view), QSizeF(480, 360)
    save(figure, tmp_path / "p.svg", "SVG", size, Look())
    text = (tmp_path / "p.svg").read_text(encoding="utf-8")
    assert "Right ascension (ICRS)" in text
    assert 'viewBox="0 0 480 360"' in text
    save(figure, tmp_path / "p.pdf", "PDF", size, Look())
    pdf = (tmp_path / "p.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    dots = view.screen().logicalDotsPerInch()
    wanted = f"{480 * 72 / dots:.0f}"
    assert f"MediaBox [0 0 {wanted}".encode() in pdf


def test_what_cannot_be_written_is_told_and_leaves_nothing(view, tmp_path):
    figure, size = WidgetFigure("p", view), QSizeF(100, 100)
    with pytest.raises(UsageError, match="choose a folder"):
        save(figure, tmp_path / "none" / "p.png", "PNG", size, Look())
    with pytest.raises(UsageError, match="too large"):
        save(figure, tmp_path / "p.png", "PNG", QSizeF(30_000, 10), Look())
    assert list(tmp_path.iterdir()) == []
