"""Batches: all images in order, the next read by a thread while the last one is used."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radgalgui.errors import ImageError
from radgalgui.models.batches import batches


class _Watched:
    """Images that tell who reads them, and when."""

    def __init__(self, images: np.ndarray) -> None:
        self.images = images
        self.threads: list[threading.Thread] = []
        self.read = threading.Semaphore(0)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.images.shape

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, rows: slice) -> np.ndarray:
        self.threads.append(threading.current_thread())
        self.read.release()
        return self.images[rows]


def _helpers() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("next-batch")]


@given(count=st.integers(0, 40), size=st.integers(1, 50))
@settings(max_examples=40, deadline=None)
def test_all_images_come_once_in_order(count: int, size: int) -> None:
    images = np.arange(count * 2, dtype=np.uint8).reshape(count, 2)
    parts = list(batches(images, size=size))
    assert all(part.dtype == np.float32 and 0 < len(part) <= size for part in parts)
    np.testing.assert_array_equal(np.concatenate([np.empty((0, 2)), *parts]), images)
    assert _helpers() == []


def test_the_next_batch_is_read_while_the_last_is_used() -> None:
    images = _Watched(np.zeros((12, 1)))
    with closing(batches(images, size=3)) as coming:
        next(coming)
        for _ in range(2):  # the first, and the second though nobody has asked for it
            assert images.read.acquire(timeout=300)
        assert len(list(coming)) == 3
    assert len(images.threads) == 4
    assert threading.main_thread() not in images.threads


def test_no_more_than_one_batch_is_read_ahead() -> None:
    images = _Watched(np.zeros((100, 1)))
    coming = batches(images, size=1)
    for _ in range(3):
        next(coming)
    coming.close()  # waits for what is being read
    assert 3 <= len(images.threads) <= 4
    assert _helpers() == []


def test_a_single_batch_waits_for_no_thread() -> None:
    images = _Watched(np.zeros((3, 1)))
    assert len(list(batches(images, size=3))) == 1
    assert images.threads == [threading.current_thread()]


def test_batches_are_prepared_in_the_thread() -> None:
    who: list[Any] = []

    def prepare(batch: np.ndarray) -> np.ndarray:
        who.append(threading.current_thread())
        return 2 * batch

    parts = list(batches(np.ones((5, 1)), size=2, prepare=prepare))
    assert [part.tolist() for part in parts] == [[[2], [2]], [[2], [2]], [[2]]]
    assert threading.current_thread() not in who


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 4, 5])
def test_values_that_are_no_numbers_are_refused_in_their_turn(bad: float, place: int) -> None:
    images = np.zeros((6, 1))
    images[place] = bad
    came = 0
    with pytest.raises(ImageError, match="NaN or infinite"):  # noqa: PT012
        for batch in batches(images, size=2):
            came += len(batch)
    assert came == place // 2 * 2
    assert _helpers() == []


def test_what_cannot_be_read_is_told_as_it_is() -> None:
    class Broken:
        shape = (4, 1)

        def __len__(self) -> int:
            return 4

        def __getitem__(self, rows: slice) -> np.ndarray:
            if rows.start:
                raise OSError("the disk is gone")
            return np.zeros((2, 1))

    with pytest.raises(OSError, match="the disk is gone"):
        list(batches(Broken(), size=2))
    assert _helpers() == []
