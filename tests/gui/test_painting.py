"""Points, colours, pictures and readouts against slow references."""

from __future__ import annotations

import numpy as np
import pytest
from astropy import units as u
from astropy import visualization as vis
from astropy.coordinates import SkyCoord
from astropy.wcs import WCS
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from radgalgui.gui.class_presenter import class_scale
from radgalgui.gui.colours import (
    COLOUR_MAPS,
    LEVELS,
    MISSING,
    categorical_scale,
    category_colour,
    class_colour,
    continuous_scale,
    lookup_table,
    share_scale,
)
from radgalgui.gui.display import LIMITS, STRETCHES, Display, limits_of, to_levels
from radgalgui.gui.legend import ticks
from radgalgui.gui.likelihood.chart import Series
from radgalgui.gui.likelihood.plotting import series_pen
from radgalgui.gui.likelihood.sets import OTHERS, STYLES
from radgalgui.gui.map_points import Cells
from radgalgui.gui.sky_readout import SkyReadout, nice_length, sexagesimal
from radgalgui.gui.stamps import CORE, SHAPES, offsets, shape_of, stamp
from radgalgui.gui.theme import DARK, LIGHT
from radgalgui.jobs.events import CatalogClasses

RNG = np.random.default_rng(11)


@pytest.fixture(scope="module")
def places() -> np.ndarray:
    return RNG.normal(size=(3000, 2)).astype(np.float32)


def test_the_nearest_point_is_the_nearest(places):
    cells = Cells(places)
    for x, y in RNG.normal(size=(200, 2)):
        distance = np.hypot(places[:, 0] - x, places[:, 1] - y)
        found = cells.nearest(x, y, 0.2)
        if distance.min() > 0.2001:
            assert found is None
        else:
            assert distance[found] == pytest.approx(distance.min(), abs=1e-5)


def test_a_rectangle_holds_all_its_points(places):
    cells = Cells(places)
    for x, y, w, h in RNG.uniform(-3, 3, (50, 4)):
        rect = QRectF(x, y, abs(w), abs(h))
        low, high = (x, y), (x + abs(w), y + abs(h))
        inside = np.flatnonzero(((places >= low) & (places <= high)).all(axis=1))
        assert set(inside) <= set(cells.index[cells.within(rect)])


def test_places_that_are_no_numbers_are_left_out(places):
    broken = places.copy()
    broken[::7] = np.nan
    cells = Cells(broken)
    assert set(cells.index) == set(range(3000)) - set(range(0, 3000, 7))
    assert Cells(np.full((3, 2), np.nan)).nearest(0, 0, 1) is None
    assert Cells(np.ones((1, 2))).nearest(1, 1, 0.1) == 0


@pytest.mark.parametrize("reach", [1, 2, 3, 4])
@pytest.mark.parametrize("shaped", [False, True])
def test_a_point_in_the_middle_is_painted_and_one_outside_is_not(reach, shaped):
    x, y = np.array([20, -50, 500]), np.array([10, 5, 5])
    image = stamp(x, y, np.array([3, 4, 5], np.uint8), 41, 30, reach=reach, shaped=shaped)
    assert image.shape == (30, 44)
    assert set(np.unique(image)) <= {0, 3, 3 + CORE}
    rows, columns = np.nonzero(image)
    assert abs(rows - 10).max() <= reach
    assert abs(columns - 20).max() <= reach


def test_many_points_look_as_few_do():
    """The two ways to stamp agree: maxima of shifted copies, and point by point."""
    x, y = np.array([30] * 70_000), np.array([20] * 70_000)
    codes = np.full(70_000, 9, np.uint8)
    many = stamp(x, y, codes, 64, 48, reach=2)
    few = stamp(x[:1], y[:1], codes[:1], 64, 48, reach=2)
    np.testing.assert_array_equal(many, few)


def test_the_higher_number_is_on_top_and_solid_above_soft():
    x, y = np.array([10, 11]), np.array([10, 10])
    image = stamp(x, y, np.array([50, 2], np.uint8), 24, 20, reach=2)
    assert image[10, 10] == 50 + CORE
    assert image[10, 11] == 50 + CORE
    assert (image > CORE).sum() > (
        stamp(x[:1], y[:1], np.array([50], np.uint8), 24, 20, reach=2) > CORE
    ).sum()


def test_categories_of_one_colour_differ_in_shape():
    for first in range(1, 30):
        assert shape_of(first) in SHAPES
        assert shape_of(first) != shape_of(first + 7)
    kinds = {tuple(map(tuple, offsets(shape, 4)[0])) for shape in SHAPES}
    assert len(kinds) == len(SHAPES)


def test_colours_follow_the_values():
    values = np.exp(RNG.normal(size=500))
    values[3] = np.nan
    scale = continuous_scale(values)
    assert scale.codes[3] == MISSING
    known = np.isfinite(values)
    order = np.argsort(values[known])
    assert (np.diff(scale.codes[known][order].astype(int)) >= 0).all()
    assert scale.codes[known].min() == 1
    assert scale.codes[known].max() == LEVELS
    assert all(0 <= place <= 1 for place, _ in ticks(scale))


@pytest.mark.parametrize("values", [np.full(5, np.nan), np.full(5, 3.0), np.array([-1.0, np.inf])])
def test_columns_without_spread_do_no_harm(values):
    scale = continuous_scale(values)
    assert scale.codes.shape == values.shape
    assert ticks(scale)


def test_the_most_frequent_words_have_colours():
    words = np.array(["b"] * 5 + ["a"] * 9 + [""] * 20 + ["c"], dtype=object)
    scale = categorical_scale(words)
    assert scale.categories == ("a", "b", "c")
    assert set(scale.codes[14:34]) == {MISSING}


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_colour_maps_are_matplotlibs(name):
    colormaps = pytest.importorskip("matplotlib").colormaps
    theirs = colormaps[name](np.linspace(0, 1, 256), bytes=True)[:, :3]
    assert abs(lookup_table(name).astype(int) - theirs).max() <= 2


@pytest.mark.parametrize("stretch", STRETCHES)
@pytest.mark.parametrize("limits", LIMITS)
def test_brighter_is_never_darker(stretch, limits):
    values = RNG.normal(size=(40, 50)).astype(np.float32)
    values[20, 20], values[0, :9] = 80, np.nan
    levels = to_levels(values, Display(stretch, limits))
    known = np.isfinite(values)
    order = np.argsort(values[known])
    assert (np.diff(levels[known][order].astype(int)) >= 0).all()
    assert levels[20, 20] == 255
    assert (levels[0, :9] == 0).all()


def test_limits_are_astropys():
    values = RNG.normal(size=(60, 60))
    assert limits_of(values, "zscale") == pytest.approx(vis.ZScaleInterval().get_limits(values))
    assert limits_of(values, "99 %") == pytest.approx(vis.PercentileInterval(99).get_limits(values))


@pytest.mark.parametrize("values", [np.full((3, 4), np.nan), np.zeros((3, 4)), np.ones((1, 1))])
def test_flat_and_blank_pictures_do_no_harm(values):
    for stretch in STRETCHES:
        for limits in LIMITS:
            assert to_levels(values, Display(stretch, limits)).shape == values.shape


def header(**cards: object) -> str:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = cards.pop("ctype", ["RA---TAN", "DEC--TAN"])
    wcs.wcs.crval, wcs.wcs.crpix = [187.7, 12.4], [33.0, 40.0]
    angle = np.radians(25.0)
    wcs.wcs.cd = 5e-4 * np.array([[-np.cos(angle), np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    for name, value in cards.items():
        setattr(wcs.wcs, name, value)
    return wcs.to_header(relax=True).tostring()


@pytest.mark.parametrize(
    "cards",
    [
        {},
        {"radesys": "FK5", "equinox": 2000.0},
        {"radesys": "FK4", "equinox": 1950.0},
        {"ctype": ["GLON-SIN", "GLAT-SIN"]},
    ],
)
def test_the_readout_is_astropys(cards):
    text = header(**cards)
    readout = SkyReadout(text)
    wcs = WCS(text)
    for x, y in RNG.uniform(0, 60, (5, 2)):
        sky = SkyCoord.from_pixel(x, y, wcs).icrs
        assert readout.at(x, y) == pytest.approx((sky.ra.deg, sky.dec.deg), abs=1e-9)
    assert readout.pixel_scale == pytest.approx(1.8)


def test_north_is_where_declination_grows():
    readout = SkyReadout(header())
    angle = np.radians(readout.north(32, 39))
    (ra, dec), step = readout.at(32, 39), 5
    up = readout.at(32 - step * np.sin(angle), 39 + step * np.cos(angle))
    assert up[1] - dec == pytest.approx(step * 5e-4, rel=1e-3)
    assert (up[0] - ra) * np.cos(np.radians(dec)) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize(
    ("ra", "dec"), [(0, 0), (359.9999999, -0.0000001), (206.421, 23.38), (15, -89.99999999)]
)
def test_sexagesimal_reads_back(ra, dec):
    text = sexagesimal(ra, dec)
    read = SkyCoord(text, unit=(u.hourangle, u.deg))
    assert read.separation(SkyCoord(ra, dec, unit="deg")).arcsec < 0.15
    assert "60" not in text.replace(":", " ").split()


def test_scale_bars_are_round_and_fit():
    for most in (0.5, 3, 17, 40, 59, 100, 4000):
        length, text = nice_length(most)
        assert length <= most
        assert text[-1] in "″′°"
    assert nice_length(90) == (60, "1′")


def test_a_class_has_one_colour_in_the_panel_and_on_every_map():
    names = ["one-sided", "FRII", "compact", "FRI", *(f"kind {i}" for i in range(14))]
    words = np.array(names * 3, dtype=object)
    by_label = categorical_scale(words)
    chances = np.eye(len(names), dtype=np.float32)
    told = CatalogClasses("job", "rgd", "byol", names, ["lr"], chances)
    by_prediction = class_scale(told)
    for dark in (True, False):
        for i, name in enumerate(names):
            colour = QColor(class_colour(name, names, dark=dark)).getRgb()[:3]
            assert tuple(by_label.table(dark=dark)[by_label.codes[i]]) == colour
            assert tuple(by_prediction.table(dark=dark)[by_prediction.codes[i]]) == colour
        assert len({class_colour(name, names, dark=dark) for name in names}) == len(names)


@pytest.mark.parametrize("number", range(7))
def test_the_colours_of_classes_stand_out_from_a_dark_ground(number):
    light, ground = (_luminance(c) for c in (category_colour(number, dark=True), DARK.canvas))
    assert (light + 0.05) / (ground + 0.05) > 4.5


@pytest.mark.parametrize("colour", [colour for colour, _ in (*STYLES.values(), *OTHERS)])
def test_the_curves_of_sets_stand_out_from_a_dark_ground(colour):
    curve = series_pen(Series("set", "Set", np.empty(0), colour), DARK).color().name()
    assert (_luminance(curve) + 0.05) / (_luminance(DARK.panel) + 0.05) > 4.3
    assert series_pen(Series("set", "Set", np.empty(0), colour), LIGHT).color().name() == colour


def _luminance(code: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 has it."""
    parts = np.array(QColor(code).getRgbF()[:3])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def test_a_source_without_prediction_is_grey():
    chances = np.array([[0.2, 0.8], [np.nan, np.nan], [0.6, 0.4]], np.float32)
    scale = class_scale(CatalogClasses("job", "s", "e", ["FRI", "FRII"], ["lr"], chances))
    assert scale.codes.tolist() == [2, MISSING, 1]
    assert share_scale(chances[:, 1]).codes[1] == MISSING


def test_probabilities_are_scaled_from_zero_to_one_whatever_they_span():
    scale = share_scale(np.array([0.4, 0.5]))
    assert (scale.low, scale.high, scale.kind) == (0.0, 1.0, "linear")
    assert share_scale(np.array([0.0, 1.0, -0.1, 1.1])).codes.tolist() == [1, 100, 1, 100]
