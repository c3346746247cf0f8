"""Measuring with the mouse on the pictures of the real window, and what comes of it."""

from __future__ import annotations

import csv
import itertools
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

sys.path.insert(0, str(Path(__file__).parents[1]))

from hands import ask, drag

from radgalgui.gui.measuring.feature import MeasuringFeature
from radgalgui.gui.measuring.kinds import Kind
from radgalgui.gui.measuring.words import angle, brightness, length, with_error

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
SCALE, SIDE, NOISE = 1.8, 200, 1e-3
BEAM = 5.4 / SCALE / math.sqrt(8 * math.log(2))  # sigma, pixels
LOBES = ((80.0, 100.0, 0.05), (125.0, 100.0, 0.03))


@pytest.fixture
def double(tmp_path: Path) -> Path:
    """Return an image of two point sources 81 arcsec apart, north up, with a beam."""
    y, x = np.mgrid[:SIDE, :SIDE]
    data = np.random.default_rng(5).normal(0, NOISE, (SIDE, SIDE))
    for px, py, peak in LOBES:
        data += peak * np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * BEAM**2))
    header = fits.Header(
        {
            "CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN", "CRVAL1": 150.0, "CRVAL2": 30.0,
            "CRPIX1": SIDE / 2, "CRPIX2": SIDE / 2, "CDELT1": -SCALE / 3600,
            "CDELT2": SCALE / 3600, "BUNIT": "Jy/beam", "BMAJ": 5.4 / 3600, "BMIN": 5.4 / 3600,
            "BPA": 0.0,
        }
    )  # fmt: skip
    path = tmp_path / "double.fits"
    fits.writeto(path, data.astype(np.float32), header)
    return path


@pytest.fixture
def measuring(window, qtbot, double):
    """Return the window with the double shown, its measuring, and the view of the original."""
    window.resize(1600, 1100)
    ask(window, qtbot, [double])
    view = window.image.panes.left.view
    qtbot.waitUntil(lambda: view.sky is not None and view.sky.readout is not None)
    feature = next(f for f in window.commands.features if isinstance(f, MeasuringFeature))
    return window, feature, view


def take(window, feature, view, qtbot, keys: Qt.Key) -> None:
    """Take a tool by its key, with the whole picture in view."""
    window.map.view.setFocus()
    QTest.keyClick(window, keys, SHIFT)
    assert feature.kind is not None
    qtbot.wait(30)
    view.reset_view()


def at(view, x: float, y: float) -> QPoint:
    return view.stage.place(x, y).toPoint()


def measured(feature, qtbot, count: int):
    """Wait for a measurement; return the last."""
    qtbot.waitUntil(lambda: len(feature.desk.book) == count)
    return feature.desk.book.all()[-1]


def test_a_drag_measures_a_distance_which_is_told_and_listed(measuring, qtbot) -> None:
    window, feature, view = measuring
    take(window, feature, view, qtbot, Qt.Key.Key_D)
    assert feature.bar.isVisible()
    start, end = at(view, *LOBES[0][:2]), at(view, *LOBES[1][:2])
    drag(view, [start, (start + end) / 2, end])
    one = measured(feature, qtbot, 1)
    pixel = SCALE / view.pixel_size
    assert one.result.length == pytest.approx(45 * SCALE, abs=2 * pixel)
    assert one.result.position_angle == pytest.approx(270, abs=2)
    assert "″" in feature.bar.told.whole
    assert "PA" in feature.bar.told.whole
    assert feature.panel.table.rows == [one]
    QTest.mouseClick(feature.bar.list_button, LEFT)
    assert feature.dock.isVisible()
    QTest.mouseClick(feature.panel.copy_button, LEFT)
    assert "Distance" in QGuiApplication.clipboard().text()
    QTest.keyClick(window, Qt.Key.Key_Escape)  # the message that it was copied
    assert feature.kind is Kind.DISTANCE
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert feature.kind is None
    assert not feature.bar.isVisible()
    assert view.tool is None


def test_a_flux_drawn_on_the_encoders_view_is_that_of_the_original(measuring, qtbot) -> None:
    window, feature, view = measuring
    take(window, feature, view, qtbot, Qt.Key.Key_F)
    centre = at(view, *LOBES[0][:2])
    rim = centre + QPoint(round(9 * view.pixel_size), 0)
    drag(view, [centre, rim])
    one = measured(feature, qtbot, 1)
    assert one.result.unit == "Jy"
    assert one.result.value == pytest.approx(0.05, abs=4 * one.result.error)
    beams = math.pi * (9 * SCALE) ** 2 / (math.pi * 5.4**2 / (4 * math.log(2)))
    assert one.result.beams == pytest.approx(beams, rel=0.15)
    assert one.result.error == pytest.approx(NOISE * math.sqrt(one.result.beams), rel=0.1)
    seen = window.image.panes.right.view
    qtbot.waitUntil(lambda: seen.sky is not None and seen.sky.readout is not None)
    place = seen.sky.readout.pixel_at(*view.sky.readout.at(*LOBES[1][:2]))
    QTest.mouseClick(seen, LEFT, NONE, at(seen, *place))  # the same aperture again
    other = measured(feature, qtbot, 2)
    assert other.ground.sky.values is view.sky.values
    assert other.result.value == pytest.approx(0.03, abs=5 * other.result.error)
    assert other.result.area == pytest.approx(one.result.area, rel=0.02)
    feature.bar.ratio.setValue(0.5)  # what is picked is measured again
    qtbot.waitUntil(
        lambda: feature.picked is not None and feature.picked.wish.settings.ratio == 0.5
    )
    assert feature.picked.result.area == pytest.approx(one.result.area / 2, rel=0.02)
    assert len(feature.desk.book) == 2


def test_a_click_measures_the_largest_size_and_shift_adds_the_other_lobe(measuring, qtbot) -> None:
    window, feature, view = measuring
    take(window, feature, view, qtbot, Qt.Key.Key_S)
    QTest.mouseClick(view, LEFT, NONE, at(view, 20, 20))
    qtbot.waitUntil(lambda: "Nothing rises" in feature.bar.told.whole)
    QTest.mouseClick(view, LEFT, NONE, at(view, *LOBES[0][:2]))
    one = measured(feature, qtbot, 1)
    width = 5.4 * math.sqrt(math.log2(50 / 3))
    assert one.result.length == pytest.approx(width, abs=1.5 * SCALE)
    assert not one.result.resolved
    QTest.mouseClick(view, LEFT, SHIFT, at(view, *LOBES[1][:2]))
    qtbot.waitUntil(lambda: len(feature.desk.book.all()[0].wish.places) == 2)
    (both,) = feature.desk.book.all()
    assert both.result.length == pytest.approx(45 * SCALE + width, abs=2.5 * SCALE)
    assert both.result.position_angle == pytest.approx(90, abs=4)
    assert "without the beam" in feature.bar.told.whole


def test_profiles_are_drawn_pointed_at_and_exported(
    measuring, qtbot, tmp_path, monkeypatch
) -> None:
    window, feature, view = measuring
    take(window, feature, view, qtbot, Qt.Key.Key_L)
    drag(view, [at(view, 60, 100), at(view, 145, 100)])
    line = measured(feature, qtbot, 1)
    assert line.kind is Kind.LINE
    plot = feature.panel.profile
    assert plot is not None
    assert plot.isVisible()
    first = float(line.result.distance[int(np.nanargmax(line.result.value))])
    assert first == pytest.approx(20 * SCALE, abs=2 * SCALE)
    shifts = itertools.cycle((0, 1))

    def reads() -> bool:  # panels share the room anew, and the plot drops moves that come fast
        place = plot.place_of(first).toPoint() + QPoint(next(shifts), 0)
        QTest.mouseMove(plot.plot.viewport(), place)
        qtbot.wait(20)
        return "mJy/beam" in plot.readout.whole

    qtbot.waitUntil(reads)
    assert view._mark is not None
    assert view._mark[0] == pytest.approx(80, abs=2.5)
    target = tmp_path / "profile.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), "CSV (*.csv)"))
    QTest.mouseClick(plot.export_button, LEFT)
    rows = list(csv.DictReader(target.open(encoding="utf-8")))
    assert len(rows) == len(line.result.value)
    values = [float(r["value (Jy/beam)"]) for r in rows if r["value (Jy/beam)"]]
    assert max(values) == pytest.approx(0.05, rel=0.2)
    all_ = tmp_path / "all.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(all_), "CSV (*.csv)"))
    QTest.mouseClick(feature.panel.export_button, LEFT)
    (row,) = csv.DictReader(all_.open(encoding="utf-8"))
    assert row["galaxy"] == "double"
    assert float(row["length"]) == pytest.approx(85 * SCALE, abs=2 * SCALE)
    assert float(row["ra"]) == pytest.approx(150.0, abs=0.1)
    QTest.keyClick(feature.panel.table, Qt.Key.Key_Delete)
    assert len(feature.desk.book) == 0
    undo = next(b for b in window.toasts.findChildren(QPushButton) if b.text() == "Undo")
    QTest.mouseClick(undo, LEFT)
    assert feature.listed() == [line]


def test_measurements_stay_with_their_query(measuring, qtbot, image) -> None:
    window, feature, view = measuring
    take(window, feature, view, qtbot, Qt.Key.Key_D)
    drag(view, [at(view, 60, 60), at(view, 100, 60)])
    one = measured(feature, qtbot, 1)
    first = window.desk.session.current
    ask(window, qtbot, [image])
    assert feature.listed() == []
    window.desk.session.show(first)
    assert feature.listed() == [one]
    window.desk.remove(first)
    qtbot.waitUntil(lambda: len(feature.desk.book) == 0)


def test_pointing_reads_galactic_and_fits_pixels(measuring, qtbot) -> None:
    window, _, view = measuring
    view.reset_view()
    place = at(view, 80, 100)
    ra, dec = view.sky.readout.at(*view.pixel_at(QPointF(place)))
    lon, lat = view.sky.readout.galactic(ra, dec)

    def reads() -> bool:
        for by in (QPoint(3, 3), QPoint()):
            QTest.mouseMove(view, place + by)
        qtbot.wait(20)
        return f"l {lon:.5f}° b {lat:+.5f}°" in window.image.readout.whole

    qtbot.waitUntil(reads)
    said = window.image.readout.whole
    assert f"{ra:.6f}° {dec:+.6f}°" in said
    assert "FITS x 8" in said
    assert "mJy/beam" in said


def test_words() -> None:
    assert with_error(0.01234, 0.000152, "Jy") == "12.34 ± 0.15 mJy"
    assert with_error(-0.0004, 0.00015, "Jy") == "−400 ± 150 µJy"
    assert with_error(3.2, math.nan, "K arcsec²") == "3.2 K arcsec²"
    assert with_error(math.nan, 1.0, "Jy") == "unknown"
    assert brightness(0.001234, "JY/BEAM") == "1.234 mJy/beam"
    assert brightness(2.5, "MJy/sr") == "2.5 MJy/sr"
    assert brightness(7.0, "") == "7"
    assert length(12.34, in_arcsec=True) == "12.3″"
    assert length(600.0, in_arcsec=True) == "10.00′"
    assert length(5.0, in_arcsec=False) == "5.0 px"
    assert angle(math.nan) == ""


def test_a_source_of_the_catalogue_is_measured_as_it_is_stored(window, qtbot) -> None:
    """There is no original: what is above zero is its size, and sums are no fluxes."""
    window.resize(1600, 1100)
    feature = next(f for f in window.commands.features if isinstance(f, MeasuringFeature))
    window.desk.session.select(3)
    view = window.image.panes.left.view
    qtbot.waitUntil(lambda: view.sky is not None)
    row, column = np.unravel_index(np.argmax(view.sky.values), view.sky.values.shape)
    take(window, feature, view, qtbot, Qt.Key.Key_S)
    QTest.mouseClick(view, LEFT, NONE, at(view, float(column), float(row)))
    size = measured(feature, qtbot, 1)
    assert size.ground.galaxy == window.desk.sources.name(3)
    assert size.result.length > 0
    take(window, feature, view, qtbot, Qt.Key.Key_F)
    QTest.mouseClick(view, LEFT, NONE, at(view, float(column), float(row)))
    flux = measured(feature, qtbot, 2)
    assert not flux.result.is_flux
    assert "the image has no unit" in feature.bar.told.whole
    window.desk.session.select(4)
    qtbot.waitUntil(lambda: feature.listed() == [])
