"""Sets of images that detection is measured on: what they hold, and that they are seen once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from radgalgui.errors import Cancelled
from radgalgui.models.encoder import Encoder
from radgalgui.models.generator import Generator
from radgalgui.progress import CancelToken
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.simulate import KINDS
from radgalgui.sky.simulate.contaminants import CONTAMINANTS
from radgalgui_training.detection.sets import ORDINARY, SETTINGS, SIX, STRANGE, Eyes, draw_set

EXTENDED, ALL = SETTINGS
_EYES = Preprocessing(pixel_scale=2.7, survey_scale=1.8)


def test_settings_take_the_sources_that_they_name() -> None:
    kinds = np.array(["FRI", "FRII", "compact", "X-shaped", "double-double", "NAT"])
    sizes = np.array([20.0, 19.9, 30.0, 60.0, 60.0, 44.0])
    assert EXTENDED.holds(kinds, sizes).tolist() == [0, 5]
    assert ALL.holds(kinds, sizes).tolist() == [0, 1, 2, 3, 4, 5]
    assert set(KINDS) - set(EXTENDED.kinds) == {"compact", "resolved", "X-shaped", "double-double"}


def test_all_that_the_mean_counts_is_drawn_and_measured() -> None:
    assert {name for names in SIX.values() for name in names} < set(STRANGE)
    assert set(CONTAMINANTS) - {ORDINARY} == set(STRANGE) - {"x-shaped", "double-double"}


@pytest.mark.parametrize("name", [ORDINARY, "x-shaped", "noise"])
def test_sets_are_the_same_again_and_differ_by_seed(name: str) -> None:
    first, again, other = (draw_set(name, EXTENDED, 2, _EYES, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert first.shape == (2, 1, 64, 64)
    assert np.abs(first - other).max() > 0


def test_shapes_left_out_are_no_ordinary_galaxies_of_the_same_draw() -> None:
    ordinary, winged = (draw_set(n, EXTENDED, 1, _EYES, seed=0) for n in (ORDINARY, "x-shaped"))
    assert np.abs(ordinary - winged).max() > 0


def test_what_was_seen_is_kept_for_the_same_eyes(drawing_weights: Path, tmp_path: Path) -> None:
    encoder = Encoder.load(drawing_weights)
    eyes = Eyes({"vdvae": encoder}, Generator.of(encoder), tmp_path)
    told = eyes.look("point", EXTENDED, 2, seed=0)
    assert told.vectors["vdvae"].shape == (2, encoder.dimension)
    assert np.isfinite(told.reconstruction).all()
    (kept,) = tmp_path.glob("*.npz")
    token = CancelToken()
    token.cancel()
    again = eyes.look("point", ALL, 2, seed=0, cancel=token)  # a point is one in either setting
    np.testing.assert_array_equal(again.vectors["vdvae"], told.vectors["vdvae"])
    np.testing.assert_array_equal(again.reconstruction, told.reconstruction)
    with pytest.raises(Cancelled):
        eyes.look("point", ALL, 2, seed=1, cancel=token)
    assert list(tmp_path.glob("*.npz")) == [kept]
