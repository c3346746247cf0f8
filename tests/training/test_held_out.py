"""Fields held out of a training: always the same, and nothing else of their sky is seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord

from radgalgui_training.datasets.held_out import (
    field_position,
    first_fields,
    held_out_fields,
    held_out_positions,
    near,
)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder of two thousand fields, by their names."""
    folder = tmp_path / "first_fields"
    folder.mkdir()
    for number in range(2000):
        (folder / f"100_{number / 10:07.3f}+{10 + number / 100:06.3f}_0.1_0030.00.fits.fz").touch()
    return tmp_path


def test_the_share_is_kept_and_grows_by_the_same_fields(many: Path) -> None:
    tenth, fifth = set(held_out_fields(many, 0.1)), set(held_out_fields(many, 0.2))
    assert 150 < len(tenth) < 250
    assert tenth < fifth
    assert held_out_fields(many, 0.0) == []
    assert held_out_fields(many, 1.0) == first_fields(many)


def test_positions_are_those_of_the_names(many: Path) -> None:
    paths = held_out_fields(many, 0.1)
    positions = held_out_positions(many, 0.1)
    assert positions.shape == (len(paths), 2)
    assert tuple(positions[0]) == field_position(paths[0])
    assert field_position(Path("201_003.500-01.250_0.3_0012.00.fits.fz")) == (3.5, -1.25)
    with pytest.raises(ValueError, match=r"M87\.fits does not tell"):
        field_position(Path("M87.fits"))


def test_no_fields_hold_nothing_out(tmp_path: Path) -> None:
    assert held_out_positions(tmp_path, 0.5).shape == (0, 2)


def test_near_agrees_with_astropy_around_the_pole_and_across_ra_0() -> None:
    rng = np.random.default_rng(0)
    ra = np.concatenate([rng.uniform(-0.4, 0.4, 300) % 360, rng.uniform(0, 360, 300)])
    dec = np.concatenate([rng.uniform(-0.4, 0.4, 300), rng.uniform(89.4, 90, 300)])
    positions = np.array([[0.0, 0.0], [359.9, 0.1], [123.0, 89.8]])
    away = SkyCoord(ra, dec, unit="deg")[:, None].separation(SkyCoord(*positions.T, unit="deg"))
    wanted = (away < 12 * u.arcmin).any(axis=1)
    assert 0 < wanted.sum() < 600
    np.testing.assert_array_equal(near(ra, dec, positions), wanted)


def test_unknown_positions_are_near_nothing() -> None:
    found = near(np.array([np.nan, 10.0]), np.array([0.0, 20.0]), np.array([[10.0, 20.0]]))
    assert found.tolist() == [False, True]
    assert near(np.array([10.0]), np.array([20.0]), np.empty((0, 2))).tolist() == [False]


def test_nothing_of_the_held_out_sky_is_trained_on(shared_data: Path) -> None:
    """On the real sets: MiraBest sources and FIRST fields come from the same sky."""
    from radgalgui_training.datasets.mirabest import read_mirabest

    positions = held_out_positions(shared_data, 0.1)
    sources = read_mirabest(shared_data)
    out = near(sources.ra, sources.dec, positions)
    left = SkyCoord(sources.ra[~out], sources.dec[~out], unit="deg")
    _, apart, _ = left.match_to_catalog_sky(SkyCoord(*positions.T, unit="deg"))
    assert apart.min() > 12 * u.arcmin
    assert 0.05 < out.mean() < 0.2
