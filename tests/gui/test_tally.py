"""Points counted by pixels against a slow count, also while the view moves; how they look."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QTransform

from radgalgui.gui.cells import Cells
from radgalgui.gui.colours import MISSING
from radgalgui.gui.map_points import MapPoints
from radgalgui.gui.spread import DENSEST, Drawn, Look, faded, look_of
from radgalgui.gui.tally import CODES, Lattice, Paint, Room, Scrolling, level_of, tally

RNG = np.random.default_rng(3)
COUNT = 6000


@pytest.fixture(scope="module")
def places() -> np.ndarray:
    centres = RNG.normal(0, 3, (8, 2))
    made = centres[RNG.integers(0, 8, COUNT)] + RNG.normal(0, 0.6, (COUNT, 2))
    made[::50] = np.nan
    return made.astype(np.float32)


@pytest.fixture(scope="module")
def cells(places) -> Cells:
    return Cells(places)


@pytest.fixture(scope="module")
def codes(cells) -> np.ndarray:
    return RNG.integers(1, 101, COUNT).astype(np.uint8)[cells.index]


def lattice(cells: Cells, zoom: float = 1.0, size: tuple[int, int] = (64, 48)) -> Lattice:
    """Return pixels around the middle of the map, y upward as on the screen."""
    scale = zoom * size[1] / float(cells.span.max())
    x, y = (float(v) for v in np.median(cells.xy, axis=0))
    return Lattice(x - size[0] / 2 / scale, y + size[1] / 2 / scale, scale, -scale, *size)


def counted(cells: Cells, codes: np.ndarray, to: Lattice) -> tuple[np.ndarray, np.ndarray]:
    """Return how many points each pixel has, and the mean of their known codes, one by one."""
    number = np.zeros((to.height, to.width), int)
    known, total = np.zeros_like(number), np.zeros_like(number, dtype=float)
    for x, y, code in zip(cells.x, cells.y, codes, strict=True):
        column = int(np.floor((x - np.float32(to.x0)) * np.float32(to.mx))) - to.left
        row = int(np.floor((y - np.float32(to.y0)) * np.float32(to.my))) - to.top
        if 0 <= column < to.width and 0 <= row < to.height:
            number[row, column] += 1
            known[row, column] += code > 0
            total[row, column] += code
    with np.errstate(invalid="ignore"):
        return number, total / known


@pytest.mark.parametrize("zoom", [0.2, 1.0, 7.0, 30.0])
@pytest.mark.parametrize("size", [(64, 48), (300, 200)])
def test_pixels_hold_the_number_of_points_and_the_mean_of_their_codes(cells, codes, zoom, size):
    mine = np.where(RNG.random(len(codes)) < 0.2, 0, codes).astype(np.uint8)
    to = lattice(cells, zoom, size)
    made = tally(cells, Paint(mine, apart=False, missing=True), to)
    number, mean = counted(cells, mine, to)
    assert number.sum() > 0
    wanted = np.vectorize(level_of, otypes=[int])(number)
    np.testing.assert_array_equal(made // CODES, wanted)
    some = np.isfinite(mean)
    assert abs((made % CODES)[some] - mean[some]).max() <= 0.51
    unknown = (number > 0) & ~some
    assert set((made % CODES)[unknown]) <= {0}
    assert not made[number == 0].any()


def test_a_pixel_of_categories_has_one_that_is_there(cells):
    kinds = RNG.integers(1, 5, len(cells.index)).astype(np.uint8)
    to = lattice(cells, 1.0)
    made = tally(cells, Paint(kinds, apart=True), to)
    number, _ = counted(cells, kinds, to)
    np.testing.assert_array_equal(made > 0, number > 0)
    parts = [counted(cells, np.where(kinds == k, 1, 0), to)[1] == 1 for k in range(1, 5)]
    for kind, there in enumerate(parts, start=1):
        assert there[(made % CODES) == kind].all()


def test_levels_grow_with_the_number_and_double_by_sixteen():
    levels = [level_of(n) for n in range(400)]
    assert levels[:3] == [0, 1, 17]
    assert (np.diff(levels) >= 0).all()
    assert level_of(64) - level_of(32) == 16
    assert level_of(3_000_000) < 512


@pytest.mark.parametrize("apart", [False, True])
def test_a_view_that_moves_is_the_same_to_the_pixel_as_one_counted_anew(cells, codes, apart):
    paint = Paint(codes, apart=apart)
    moving, at = Scrolling(cells, paint), lattice(cells, 3.0)
    for step in RNG.integers(-30, 31, (12, 2)):
        at = at.part(int(step[0]), int(step[1]), at.width, at.height)
        np.testing.assert_array_equal(moving.image(at), tally(cells, paint, at))
    for zoom in (3.3, 0.5):
        at = lattice(cells, zoom)
        np.testing.assert_array_equal(moving.image(at), tally(cells, paint, at))


def test_memory_that_is_used_again_leaves_no_trace(cells, codes):
    room, paint = Room(), Paint(codes, apart=False)
    for zoom in (1.0, 40.0, 0.1, 2.0):
        to = lattice(cells, zoom)
        np.testing.assert_array_equal(tally(cells, paint, to, room), tally(cells, paint, to))


def test_some_points_are_kept_with_all_that_can_be_asked(cells, places):
    mask = RNG.random(COUNT) < 0.3
    few = cells.kept(mask)
    known = np.isfinite(places).all(axis=1) & mask
    assert set(few.index) == set(np.flatnonzero(known))
    assert few.bounds == cells.bounds
    for x, y, w, h in RNG.uniform(-3, 3, (30, 4)):
        rect = QRectF(x, y, abs(w), abs(h))
        inside = (places >= (x, y)) & (places <= (x + abs(w), y + abs(h)))
        assert set(few.rows_in(rect)) == set(np.flatnonzero(known & inside.all(axis=1)))
        assert few.count(rect) >= len(few.rows_in(rect))
        distance = np.where(known, np.hypot(*(places - (x, y)).T), np.inf)
        assert few.nearest(x, y, 5.0) == int(np.nanargmin(distance))


# -- what is seen ---------------------------------------------------------------------------


def test_size_and_opacity_follow_the_number_in_view_without_a_jump():
    looks = [look_of(n, 1e6, n / 1e5) for n in np.geomspace(10, 3e6, 2000)]
    for name, most in (("radius", 0.01), ("opacity", 0.005), ("shaped", 0.01), ("dense", 1)):
        values = np.array([getattr(look, name) for look in looks])
        assert abs(np.diff(values)).max() <= most, name
    radius = np.array([look.radius for look in looks])
    assert (np.diff(radius) <= 0).all()
    assert (radius[0], radius[-1]) == (4.2, 0.5)
    assert looks[0].shaped == 1
    assert looks[-1].shaped == 0
    assert looks[-1].dense <= DENSEST


def test_opacity_grows_with_the_number_of_points_on_a_pixel():
    tallies = np.array([level_of(n) * CODES + 7 for n in (0, 1, 2, 5, 20, 100)], np.uint16)
    tallies[0] = 0
    made = faded(tallies, Look(1.0, 0.0, 0.4, level_of(100)))
    assert made[0] == 0
    assert set(made[1:] % CODES) == {7}
    opacity = made // CODES
    assert opacity[1] == 102
    assert (np.diff(opacity) > 0).all()
    assert opacity[-1] >= 250


@pytest.mark.parametrize(("shaped", "radius"), [(False, 0.5), (False, 1.3), (True, 2.6)])
def test_few_pixels_are_drawn_as_many_are(shaped, radius, monkeypatch):
    """Pixel by pixel, or all at once by shifting the image: it is the same picture."""
    tallies = np.zeros((60, 80), np.uint16)
    at = RNG.integers(8, 52, (70, 2)).T
    tallies[at[0], at[1]] = RNG.integers(1, 60, 70) * CODES + RNG.integers(1, 20, 70)
    look = Look(radius, 0.7, 0.6, 50)
    pictures = []
    for many in (1, 10_000):
        monkeypatch.setattr("radgalgui.gui.spread.MANY", many)
        drawn = Drawn(tallies, look, 70, shaped=shaped, mark=1 << 15)
        pictures.append(np.concatenate([drawn.rows(8, 30), drawn.rows(30, 52)])[:, 8:72])
    first, second = (np.where(picture >> 15, picture, 0) for picture in pictures)
    np.testing.assert_array_equal(first, second)
    assert (first > 0).sum() >= len(set(zip(*at, strict=True)))


def picture(points: MapPoints, zoom: float, size: tuple[int, int] = (320, 240)) -> np.ndarray:
    """Return a map's opacities and colours, (H, W, 4), with its middle in the middle."""
    middle = points.whole.bounds.center()
    scale = zoom * size[1] / points.whole.bounds.height()
    to = QTransform(scale, 0, 0, -scale, 160 - middle.x() * scale, 120 + middle.y() * scale)
    image = points.picture(to, *size, 1.0)
    return np.frombuffer(image.constBits(), np.uint8).reshape(size[1], size[0], 4).astype(float)


def test_nothing_pops_while_zooming_from_density_to_points():
    points = MapPoints()
    points.set_points(RNG.uniform(0, 1, (150_000, 2)))
    points.set_table(np.full((102, 3), 200, np.uint8))
    for shaped in (False, True):
        points.set_codes(RNG.integers(1, 5, 150_000).astype(np.uint8), shaped=shaped)
        zooms = 1.05 ** np.arange(58)  # of 150,000 are 500 left
        ink = np.array([picture(points, zoom)[..., 3].mean() for zoom in zooms])
        assert abs(np.diff(np.log(ink))).max() < 0.15
        assert ink[0] > 3 * ink[-1]


def test_unknown_values_are_grey_and_leave_the_mean_of_others_alone():
    points = MapPoints()
    points.set_points(np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0]]))
    table = np.zeros((102, 3), np.uint8)
    table[9], table[MISSING] = (255, 0, 0), (120, 120, 120)
    points.set_table(table)
    points.set_codes(np.array([9, MISSING, MISSING], np.uint8), shaped=False)
    image = points.picture(QTransform(40, 0, 0, -40, 20, 20), 80, 40, 1.0)
    assert image.pixelColor(20, 20).getRgb()[:3] == (255, 0, 0)
    assert image.pixelColor(60, 20).getRgb()[:3] == (120, 120, 120)


def test_the_chosen_stand_out_and_the_rest_is_pale_but_there():
    places = RNG.uniform(0, 1, (4000, 2))
    points = MapPoints()
    points.set_points(places)
    points.set_table(np.full((102, 3), (255, 0, 0), np.uint8))
    points.set_codes(np.full(4000, 5, np.uint8), shaped=False)
    points.set_chosen(places[:, 0] < 0.5)
    made = picture(points, 1.0)
    redness = made[..., 2] - made[..., 1]
    left, right = redness[:, 60:150], redness[:, 170:260]
    assert left.max() > 245
    assert 0 < right.max() < 60
    points.set_chosen(np.ones(4000, bool))
    assert picture(points, 1.0)[..., 2].max() > 245


def test_hidden_sources_are_neither_painted_nor_found():
    points = MapPoints()
    points.set_points(np.array([[0.2, 0.5], [0.8, 0.5]]))
    points.set_table(np.full((102, 3), 255, np.uint8))
    points.set_codes(np.array([1, 2], np.uint8), shaped=False)
    both = picture(points, 1e-6)[..., 3].sum()
    points.set_hidden(np.array([True, False]))
    assert points.cells.nearest(0.2, 0.5, 0.1) is None
    assert points.cells.nearest(0.8, 0.5, 0.1) == 1
    assert 0 < picture(points, 1e-6)[..., 3].sum() < both
    points.set_hidden(None)
    assert points.cells.nearest(0.2, 0.5, 0.1) == 0


def test_a_screen_of_twice_the_pixels_shows_points_twice_as_wide():
    points = MapPoints()
    points.set_points(np.array([[0.0, 0.0]]))
    points.set_table(np.full((102, 3), 255, np.uint8))
    points.set_codes(np.array([1], np.uint8), shaped=False)
    to = QTransform(100, 0, 0, -100, 50, 50)
    area = []
    for ratio in (1.0, 2.0):
        image = points.picture(to, 100, 100, ratio)
        assert image.width() == 100 * ratio
        assert image.pixelColor(round(50 * ratio), round(50 * ratio)).alpha() == 255
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)
        area.append(pixels[:, 3].sum() / 255)
    assert area[1] == pytest.approx(4 * area[0], rel=0.1)
