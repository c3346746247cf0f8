"""Islands around places are those that the labels of the whole image tell."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, label

from radgalgui.sky.measuring.field import Field
from radgalgui.sky.measuring.island import nearest_bright, pixels_around
from radgalgui.sky.measuring.size import measure_size

SHAPE = 330, 470


def by_whole_labels(
    values: np.ndarray, level: float, seeds: list[tuple[int, int]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns of the islands under seeds, by labels of the whole image."""
    labels, _ = label(values > level, structure=np.ones((3, 3)))
    return np.nonzero(np.isin(labels, [labels[y, x] for x, y in seeds]))


@pytest.fixture(scope="module")
def weather() -> np.ndarray:
    """Return clouds of all sizes, with blanks; low levels leave islands that wind far about."""
    rng = np.random.default_rng(3)
    values = sum(gaussian_filter(rng.normal(size=SHAPE), width) * width for width in (1, 2, 5))
    values = (values / values.std()).astype(np.float32)
    values[rng.random(SHAPE) < 0.02] = np.nan
    return values


@pytest.mark.parametrize("level", [-3.0, 0.0, 0.5, 1.0, 2.0])
def test_they_are_those_of_the_whole_image(weather, level) -> None:
    rows, columns = np.nonzero(weather > level)
    rng = np.random.default_rng(1)
    for count in (1, 1, 1, 1, 1, 1, 4):
        chosen = rng.integers(0, len(rows), count)
        seeds = [(int(columns[i]), int(rows[i])) for i in chosen]
        x, y = pixels_around(weather, level, seeds)
        y_whole, x_whole = by_whole_labels(weather, level, seeds)
        assert np.array_equal(x, x_whole)
        assert np.array_equal(y, y_whole)


def test_what_comes_back_into_the_box_from_without_belongs_to_it() -> None:
    values = np.zeros((700, 900))
    values[300, 300:820] = 1  # far out, and back on another row, as tails do
    values[300:305, 820] = 1
    values[304, 280:820] = 1
    values[308, 280:320] = 1  # another one
    x, y = pixels_around(values, 0.5, [(301, 300)])
    assert len(x) == 520 + 5 + 540
    assert (int(y.max()), int(x.max())) == (304, 820)


def test_the_nearest_is_taken_and_nothing_farther_than_the_reach() -> None:
    values = np.zeros((30, 30))
    values[10, 10] = values[10, 16] = 1
    assert nearest_bright(values, 0.5, (12.4, 10.0), 3.0) == (10, 10)
    assert nearest_bright(values, 0.5, (13.0, 10.0), 3.0) == (10, 10)
    assert nearest_bright(values, 0.5, (13.0, 12.0), 3.0) is None
    assert nearest_bright(values, 0.5, (40.0, 10.0), 3.0) is None
    assert nearest_bright(values, 0.5, (-2.0, 10.0), 13.0) == (10, 10)
    assert [len(v) for v in pixels_around(values, 0.5, [])] == [0, 0]


class Read(np.ndarray):
    """Pixels that note the largest part of them that was looked at."""

    largest = 0

    def __getitem__(self, where):
        part = super().__getitem__(where).view(np.ndarray)
        Read.largest = max(Read.largest, part.size)
        return part


def test_of_a_large_image_only_what_lies_around_is_looked_at(weather) -> None:
    at = np.unravel_index(np.nanargmax(weather), SHAPE)
    told = []
    for side, first in ((2000, 1000), (1000, 300)):
        values = np.zeros((side, side), np.float32)
        values[first : first + SHAPE[0], first : first + SHAPE[1]] = weather
        place = float(at[1]) + first, float(at[0]) + first
        made = measure_size(Field(values.view(Read), noise=0.5), [place])
        assert made is not None
        told.append(((made.pixels - first).tolist(), made.length, made.flux.value))
    assert told[0] == told[1]
    assert Read.largest < 600 * 600
