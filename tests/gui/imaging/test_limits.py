"""Limits by hand: dragged in the histogram, typed in units, and whose pixels are counted."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from radgalgui.gui.display import BY_HAND, Display
from radgalgui.gui.image_panel import ImagePanel
from radgalgui.gui.imaging.brightness import Ruler
from radgalgui.gui.imaging.picture import Sky
from radgalgui.gui.imaging.pixel_counts import count_pixels

LEFT = Qt.MouseButton.LeftButton
RNG = np.random.default_rng(5)


def noisy(seed: int = 5) -> np.ndarray:
    values = np.random.default_rng(seed).normal(0, 2e-4, (90, 110)).astype(np.float32)
    values[40:44, 50:56], values[0, :7] = 0.03, np.nan
    return values


def test_pixels_are_counted_once_each_on_an_axis_that_is_its_own_inverse():
    values = noisy()
    counts = count_pixels(values)
    assert counts.counts.sum() == np.isfinite(values).sum()
    assert counts.noise == pytest.approx(2e-4, rel=0.05)
    for value in (-4e-4, 0.0, 3e-4, 0.02):
        assert counts.value(counts.place(value)) == pytest.approx(value, abs=1e-9)
    assert 0 <= counts.place(-4e-4) < counts.place(4e-4) < counts.place(0.03) < 1 + 1e-6
    brightest = counts.counts[int(counts.place(0.03) * len(counts.counts)) - 1 :]
    assert brightest.sum() == 24
    part = count_pixels(values, (50, 40, 56, 44))
    assert (part.low, part.high, part.counts.sum()) == (counts.low, counts.high, 24)
    assert count_pixels(np.full((4, 4), np.nan)) is None
    flat = count_pixels(np.ones((4, 4)))
    assert flat.counts.sum() == 16


def test_brightnesses_are_read_as_they_are_told():
    ruler = Ruler.of("JY/BEAM", 2e-4)
    assert ruler.unit == "mJy/beam"
    assert ruler.number(0.0021) == "2.1"
    for text, value in {
        "2.1": 2.1e-3,
        " −3 ": -3e-3,
        "0.5 Jy": 0.5,
        "40 µJy/beam": 4e-5,
        "3σ": 6e-4,
        "-1.5 sigma": -3e-4,
        "1e-1mJy": 1e-4,
    }.items():
        assert ruler.read(text) == pytest.approx(value), text
    for text in ("", "mJy", "3 K", "1,5", "2 3", "nan"):
        assert ruler.read(text) is None
    counts = Ruler.of("counts", 0.0)
    assert (counts.read("12"), counts.read("3 σ"), counts.read("1 mJy")) == (12.0, None, None)
    assert Ruler.of("mJy/beam", 0.2).read("1 Jy") == pytest.approx(1000.0)


@pytest.fixture
def panel(qtbot) -> ImagePanel:
    """Return a panel that shows an original, its histogram open."""
    made = ImagePanel()
    qtbot.addWidget(made)
    made.resize(700, 420)
    made.strip.wanted.connect(
        lambda values, part: made.strip.show_counts(values, count_pixels(values, part))
    )
    made.display_changed.connect(
        lambda display: made.panes.left.view.show_sky(made.panes.left.view.sky, display)
    )
    made.show_header("A source", "", "")
    show(made, "one", noisy())
    made.strip.show()
    made.strip.renew()
    made.show()
    return made


def show(panel: ImagePanel, key: str, values: np.ndarray) -> None:
    """Show another image, as the window does."""
    panel.show_image(key)
    sky = Sky(values, "Jy/beam", noise=2e-4)
    panel.panes.left.show_sky("Original", "", sky, panel.display)


def type_in(field, text: str) -> None:
    QTest.mouseDClick(field, LEFT)
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def drag_limit(histogram, start: float, end: float) -> None:
    """Drag from above one value to above another."""
    a, b = (QPoint(round(histogram.place_of(v)), 20) for v in (start, end))
    QTest.mousePress(histogram, LEFT, pos=a)
    QTest.mouseMove(histogram, (a + b) / 2)
    QTest.mouseMove(histogram, b)
    QTest.mouseRelease(histogram, LEFT, pos=b)


def test_dragged_limits_are_those_of_the_picture(panel):
    view, histogram = panel.panes.left.view, panel.strip.histogram
    low, high = view.levels.span(view.display)
    assert histogram.span == (low, high)
    drag_limit(histogram, high, 0.004)
    assert panel.limits.currentText() == BY_HAND
    assert view.display.span == panel.display.span == histogram.span
    assert view.display.span[0] == pytest.approx(low)
    step = histogram.value_at(histogram.place_of(0.004) + 1) - 0.004
    assert view.display.span[1] == pytest.approx(0.004, abs=1.5 * step)
    told = float(panel.strip.white.text().replace("−", "-"))
    assert told == pytest.approx(view.display.span[1] * 1e3, rel=1e-3)
    drag_limit(histogram, view.display.span[0], 0.02)  # black never passes white
    assert view.display.span[0] < view.display.span[1]
    held = view.display.span
    histogram.setFocus()
    QTest.keyClick(histogram, Qt.Key.Key_Left)
    assert view.display.span[0] < held[0]
    QTest.keyClick(histogram, Qt.Key.Key_Up)
    QTest.keyClick(histogram, Qt.Key.Key_Right)
    assert view.display.span[1] > held[1]


def test_typed_limits_are_taken_and_nonsense_is_put_back(panel):
    view, strip = panel.panes.left.view, panel.strip
    type_in(strip.white, "0.02 Jy")
    type_in(strip.black, "-2 s")
    noise = strip.histogram.ruler.noise
    assert view.display.span == pytest.approx((-2 * noise, 0.02))
    before = view.display.span, strip.white.text()
    for text in ("bright", "-5"):  # the second is below black
        type_in(strip.white, text)
        assert (view.display.span, strip.white.text()) == before
    panel.limits.setCurrentText("99 %")
    assert view.display.span is None
    assert strip.histogram.span == view.levels.limits("99 %")


def test_limits_by_hand_belong_to_an_image_unless_they_are_for_all(panel):
    type_in(panel.strip.white, "5")
    first = panel.display.span
    show(panel, "two", noisy(6))
    assert panel.limits.currentText() == "99.9 %"
    assert panel.panes.left.view.display.span is None
    show(panel, "one", noisy())
    assert panel.panes.left.view.display.span == first
    panel.strip.for_all.click()
    show(panel, "two", noisy(6))
    assert panel.panes.left.view.display.span == first
    assert panel.limits.currentText() == BY_HAND


def test_only_pixels_in_view_are_counted_on_request(panel, qtbot):
    strip, view = panel.strip, panel.panes.left.view
    every = strip.histogram.counts.counts.sum()
    view.look_at(53.0, 42.0, 20.0)
    strip.in_view.click()
    few = strip.histogram.counts.counts.sum()
    assert 0 < few < every / 4
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Minus)
    qtbot.waitUntil(lambda: strip.histogram.counts.counts.sum() > few)


def test_a_source_of_the_catalogue_has_no_limits(panel):
    stored = Sky(noisy(), grid="source 3")
    panel.panes.left.show_sky("Source", "", stored, Display())
    assert panel.strip.problem.isVisible()
    assert not panel.strip.histogram.isVisible()
