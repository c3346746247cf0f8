"""Which source stands for which part of the map, against a slow search; and tiles as pixels."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from radgalgui.gui.cells import Cells
from radgalgui.gui.colours import MISSING, lookup_table
from radgalgui.gui.tiling.maker import Levels
from radgalgui.gui.tiling.sheet import Ink, edges, sheet_pixels, shrunk
from radgalgui.gui.tiling.stand_ins import USUAL, Crowd, Parts, stand_ins

RNG = np.random.default_rng(4)
COUNT = 3000


@pytest.fixture(scope="module")
def places() -> np.ndarray:
    return RNG.normal(0, 2, (COUNT, 2)).astype(np.float32)


@pytest.fixture(scope="module")
def codes() -> np.ndarray:
    made = RNG.integers(1, 101, COUNT).astype(np.uint8)
    made[::13] = MISSING
    return made


def slowly(places, codes, rows, *, apart, chosen, side) -> int:
    """Return the row that stands for some rows of one part."""
    corner = np.floor(places[rows] / side) * side
    at = (places[rows] - corner) / side
    score = ((at - at.mean(axis=0)) ** 2).sum(axis=1)
    kept = chosen[rows] if chosen is not None and chosen[rows].any() else np.ones(len(rows), bool)
    mine = codes[rows].astype(int)
    if apart:
        kinds, counts = np.unique(mine[kept], return_counts=True)
        kept = kept & (mine == kinds[counts.argmax()])
    elif (known := kept & (mine != MISSING)).any():
        mean = mine[known].mean()
        score = score + np.where(mine == MISSING, 25, ((mine - mean) / USUAL) ** 2)
    return int(rows[np.where(kept, score, np.inf).argmin()])


def test_each_part_has_a_usual_source_near_its_middle(places, codes):
    for apart, some_chosen in itertools.product((False, True), repeat=2):
        each_part_has_a_usual_source(places, codes, apart=apart, some_chosen=some_chosen)


def each_part_has_a_usual_source(places, codes, *, apart, some_chosen) -> None:
    chosen = RNG.random(COUNT) < 0.02 if some_chosen else None
    shown = codes % 5 + 1 if apart else codes
    tiles = stand_ins(
        Crowd(Cells(places), shown, apart, chosen), Parts.over(QRectF(-2, -3, 5, 5), -1, -1)
    )
    whole = np.floor(places / 0.5).astype(int) - [tiles.parts.left, tiles.parts.bottom]
    inside = ((whole >= 0) & (whole < [tiles.parts.columns, tiles.parts.rows])).all(axis=1)
    numbers = np.where(inside, whole[:, 1] * tiles.parts.columns + whole[:, 0], -1)
    assert tiles.number.tolist() == sorted(set(numbers[inside].tolist()))
    wrong = 0
    for k, number in enumerate(tiles.number):
        rows = np.flatnonzero(numbers == number)
        assert tiles.count[k] == len(rows)
        assert tiles.row[k] in rows
        assert tiles.code[k] == shown[tiles.row[k]]
        assert tiles.lit[k] == (chosen is None or chosen[rows].any())
        wrong += tiles.row[k] != slowly(places, shown, rows, apart=apart, chosen=chosen, side=0.5)
    assert wrong <= 2  # two sources whose scores differ by a rounding


def test_moving_the_map_changes_no_part(places, codes):
    crowd = Crowd(Cells(places), codes)
    near, wide = (
        stand_ins(crowd, Parts.over(rect, -2, -2))
        for rect in (QRectF(-1.1, 0.3, 2.2, 1.7), QRectF(-4, -3, 7, 6))
    )
    assert len(near) > 40
    for k, number in enumerate(near.number):
        middle = near.parts.rect_of(int(number)).center()
        other = wide.at(middle.x(), middle.y())
        assert wide.row[other] == near.row[k]
        assert near.at(middle.x(), middle.y()) == k

    parts = Parts.over(QRectF(0.1, 0.1, 0.8, 0.8), 0, 0)
    finer = Parts.over(parts.rect, -1, -1)
    assert (parts.columns, parts.rows, finer.columns, finer.rows) == (1, 1, 2, 2)
    assert finer.rect == parts.rect


def test_places_without_sources_have_no_tile(places, codes):
    tiles = stand_ins(Crowd(Cells(places), codes), Parts.over(QRectF(100, 100, 3, 3), 0, 0))
    assert len(tiles) == 0
    assert tiles.at(101, 101) is None
    assert tiles.at(0, 0) is None
    with pytest.raises(ValueError, match="too many"):
        stand_ins(Crowd(Cells(places), codes), Parts.over(QRectF(0, 0, 3, 3), -8, -8))


def test_images_grow_and_shrink_without_changing_their_brightness():
    image = RNG.integers(0, 256, (2, 64, 64)).astype(np.uint8)
    np.testing.assert_array_equal(shrunk(image, 64), image)
    for side in (16, 45, 90):
        small = shrunk(image, side)
        assert small.shape == (2, side, side)
        assert abs(small.mean() - image.mean()) < 3
    halves = shrunk(np.kron(np.eye(2, dtype=np.uint8) * 255, np.ones((32, 32), np.uint8)), 16)
    assert (halves[:7, :7] == 255).all()
    assert (halves[:7, 9:] == 0).all()


def test_a_sheet_has_each_image_upright_in_a_frame_of_its_colour(places, codes):
    tiles = stand_ins(Crowd(Cells(places), codes), Parts.over(QRectF(-1, -1, 2, 2), 0, 0))
    image = np.zeros((1, 64, 64), np.uint8)
    image[0, 32:] = 255  # north
    frame = RNG.integers(0, 255, (128, 3)).astype(np.uint8)
    ink = Ink(lookup_table("gray"), frame, (255, 255, 255), (1, 2, 3))
    pixels = sheet_pixels(
        tiles, lambda row: image if row == tiles.row[0] else None, ink, (51.3, 51.3)
    )
    assert pixels.shape == (103, 103)
    x, y = edges(2, 51.3), edges(2, 51.3)
    first = pixels[y[1] : y[2], x[0] : x[1]]  # the lower left part is the first
    assert rgb(first[0, 0]) == tuple(frame[tiles.code[0]])
    assert rgb(first[12, 25]) == (255, 255, 255)
    assert rgb(first[38, 25]) == (0, 0, 0)
    other = pixels[y[1] : y[2], x[1] : x[2]]
    assert rgb(other[25, 25]) == (1, 2, 3)  # not there yet
    assert pixels[-1, -1] in (0, pixels[-2, -2])


def rgb(pixel: np.uint32) -> tuple[int, int, int]:
    number = int(pixel)
    assert number >> 24 == 255
    return number >> 16 & 255, number >> 8 & 255, number & 255


def test_what_stands_for_no_chosen_source_steps_back(places, codes):
    chosen = np.zeros(COUNT, bool)
    chosen[np.argmin(np.hypot(*(places - 0.5).T))] = True
    tiles = stand_ins(
        Crowd(Cells(places), codes, False, chosen), Parts.over(QRectF(-1, -1, 2, 2), 0, 0)
    )
    assert tiles.lit.tolist() == [False, False, False, True]
    image = np.full((3, 64, 64), 200, np.uint8)
    ink = Ink(lookup_table("gray"), np.zeros((128, 3), np.uint8), (255, 255, 255), (0, 0, 0))
    pixels = sheet_pixels(tiles, lambda _: image, ink, (60, 60))
    assert rgb(pixels[30, 90]) == (200, 200, 200)  # the upper right part
    assert rgb(pixels[30, 30]) > (230, 230, 230)


def test_images_are_read_until_there_is_no_time_left():
    levels = Levels(np.linspace(0, 1, 40).reshape(40, 1, 1, 1) * np.ones((1, 1, 4, 4)), kept=30)
    now = time.perf_counter()
    assert not levels.read([1, 2], now - 1, lambda: False)
    assert not levels.read([1, 2], now + 60, lambda: True)
    assert levels.get(1) is None
    assert levels.read([1, 39, 1], now + 60, lambda: False)
    assert levels.get(39).tolist() == np.full((1, 4, 4), 255).tolist()
    assert levels.read(range(2, 33), time.perf_counter() + 60, lambda: False)
    assert levels.get(1) is None  # the oldest is given up
    assert levels.get(32) is not None
