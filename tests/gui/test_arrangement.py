"""Pictures and facts in a panel: none overlap or stick out, and none could be larger."""

from __future__ import annotations

import itertools

import pytest

from radgalgui.gui.arrangement import FACTS_WIDE, arrange

SIZES = [(440, 135), (630, 241), (630, 405), (300, 700), (868, 300), (1200, 900)]


def rectangles(made, pictures: int) -> list[tuple[float, float, float, float]]:
    cells = [made.place(number) for number in range(pictures)]
    return [*cells, made.facts] if made.facts is not None else cells


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("pictures", [1, 2, 3, 4])
@pytest.mark.parametrize("facts", [False, True])
def test_all_stand_within_the_panel_and_beside_each_other(size, pictures, facts):
    made = arrange(*size, pictures, words=38, facts=facts)
    placed = rectangles(made, pictures)
    for x, y, wide, high in placed:
        assert x >= 0
        assert y >= 0
        assert x + wide <= size[0] + 1e-6
        assert y + high <= size[1] + 1e-6
    for one, other in itertools.combinations(placed, 2):
        apart_x = one[0] + one[2] <= other[0] or other[0] + other[2] <= one[0]
        apart_y = one[1] + one[3] <= other[1] or other[1] + other[3] <= one[1]
        assert apart_x or apart_y
    for x, y, wide, high in placed[:pictures]:
        assert (x, y) == (pytest.approx(x), pytest.approx(y))
        assert made.side <= min(wide, high - 38) + 1e-6


@pytest.mark.parametrize(
    ("size", "columns"),
    [((630, 241), 4), ((440, 135), 4), ((630, 405), 4), ((500, 600), 2), ((150, 900), 1)],
)
def test_four_pictures_stand_where_they_are_large(size, columns):
    made = arrange(*size, 4, words=38)
    assert made.columns == columns
    for c in (1, 2, 4):
        rows = 4 // c
        side = min((size[0] - (c - 1) * 8) / c, (size[1] - (rows - 1) * 8) / rows - 38)
        assert made.side >= 0.85 * side


def test_rows_are_full():
    for width, height in itertools.product(range(200, 1400, 90), range(120, 900, 70)):
        for pictures in (2, 3, 4):
            assert pictures % arrange(width, height, pictures, words=38).columns == 0


def test_facts_stand_at_the_right_of_a_wide_panel_and_below_in_a_narrow_one():
    wide = arrange(630, 241, 3, words=38, facts=True).facts
    assert wide is not None
    assert wide[1] == 0
    assert wide[2] >= FACTS_WIDE
    narrow = arrange(300, 700, 1, words=38, facts=True).facts
    assert narrow is not None
    assert narrow[0] == 0
    assert narrow[1] > 300


def test_a_panel_without_room_does_no_harm():
    assert arrange(10, 10, 4, words=38, facts=True).side == 0
