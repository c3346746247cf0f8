"""Pairs on the sky and among vectors, against slow references and what was planted."""

from __future__ import annotations

import numpy as np
import pytest
from astropy import units
from astropy.coordinates import SkyCoord

from radgalgui.analysis import duplicates
from radgalgui.analysis.duplicates import (
    cosine_distances,
    distance_counts,
    separations,
    sky_pairs,
    suggested_distance,
    vector_pairs,
)
from radgalgui.analysis.neighbours import HnswIndex
from radgalgui.errors import Cancelled, UsageError
from radgalgui.progress import CancelToken


def as_set(pairs) -> set[tuple[int, int]]:
    return set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))


@pytest.fixture(scope="module")
def sky() -> tuple[np.ndarray, np.ndarray]:
    """Sources over the whole sky, some of them next to others, at the pole and at RA 0 too."""
    rng = np.random.default_rng(8)
    ra, dec = rng.uniform(0, 360, 400), np.degrees(np.arcsin(rng.uniform(-1, 1, 400)))
    ra[:3], dec[:3] = (0.0001, 359.9999, 120.0), (10.0, 10.0, 89.9999)
    near = rng.integers(0, 400, 60)
    more_ra = ra[near] + rng.normal(0, 3 / 3600, 60) / np.cos(np.radians(dec[near]))
    ra, dec = np.append(ra, more_ra % 360), np.append(dec, dec[near] + rng.normal(0, 3 / 3600, 60))
    ra[50], dec[51] = np.nan, np.nan
    return ra, np.clip(dec, -90, 90)


def test_sky_pairs_are_those_of_a_search_of_all(sky, monkeypatch):
    monkeypatch.setattr(duplicates, "_ROWS", 100)
    ra, dec = sky
    known = np.flatnonzero(np.isfinite(ra + dec))
    every = SkyCoord(ra[known] * units.deg, dec[known] * units.deg)
    apart = every[:, None].separation(every[None]).arcsec
    i, j = np.nonzero(np.triu(apart <= 5, 1))
    found = sky_pairs(ra, dec, arcsec=5)
    assert as_set(found) == set(zip(known[i].tolist(), known[j].tolist(), strict=True))
    assert (0, 1) in as_set(found)  # across RA 0
    assert len(found) > 20
    assert found.distance == pytest.approx(separations(ra, dec, found.first, found.second))
    assert (found.distance <= 5).all()


def test_separations_of_nowhere_are_unknown(sky):
    assert np.isnan(separations(*sky, np.array([50]), np.array([0]))).all()


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    rng = np.random.default_rng(9)
    made = rng.normal(size=(3000, 24)).astype(np.float32)
    made[2000:2020] = made[:20] * 3 + rng.normal(0, 0.01, (20, 24))
    made[2500:2512] = made[40]  # twelve times the same, more than an index is asked at first
    return made


def planted() -> set[tuple[int, int]]:
    twins = [40, *range(2500, 2512)]
    return {(i, 2000 + i) for i in range(20)} | {(a, b) for a in twins for b in twins if a < b}


def test_planted_duplicates_are_found_and_hardly_anything_else(vectors):
    pairs, distance = vector_pairs(vectors)
    assert planted() <= as_set(pairs)
    assert len(pairs) - len(planted()) < 20  # of 4.5 million
    assert 1e-4 < distance < 0.3
    assert distance_counts(pairs.nearest).sum() == len(vectors)
    assert distance_counts(np.array([0.5, 0, np.nan]))[[0, -4]].tolist() == [1, 1]
    assert distance == pytest.approx(suggested_distance(pairs.nearest))
    units_ = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    near = units_ @ units_.T
    np.fill_diagonal(near, -1)
    assert pairs.nearest == pytest.approx(1 - near.max(axis=1), abs=1e-5)
    assert pairs.distance == pytest.approx(1 - near[pairs.first, pairs.second], abs=1e-5)


def test_an_index_finds_the_same(vectors, monkeypatch):
    wanted, distance = vector_pairs(vectors, distance=0.05)
    monkeypatch.setattr(duplicates, "ALL_WITH_ALL", 100)
    with pytest.raises(UsageError, match="without a neighbour index"):
        vector_pairs(vectors)
    found, _ = vector_pairs(vectors, distance=distance, index=HnswIndex.build(vectors))
    assert as_set(found) == as_set(wanted) == planted()
    assert found.distance == pytest.approx(wanted.distance, abs=1e-6)
    assert found.nearest == pytest.approx(wanted.nearest, abs=1e-5)


def test_distances_do_not_depend_on_length(vectors):
    assert cosine_distances(vectors * 5, np.array([0]), np.array([2000]))[0] < 1e-3


def test_too_many_pairs_are_refused(vectors, sky, monkeypatch):
    monkeypatch.setattr(duplicates, "MOST_PAIRS", 15)
    with pytest.raises(UsageError, match="more than 15 pairs lie within a cosine distance"):
        vector_pairs(vectors, distance=0.9)
    with pytest.raises(UsageError, match="within 3000″"):
        sky_pairs(*sky, arcsec=3000)


@pytest.mark.parametrize("arcsec", [0, -1, np.nan, 40_000])
def test_separations_that_will_not_do(sky, arcsec):
    with pytest.raises(UsageError, match="no separation"):
        sky_pairs(*sky, arcsec=arcsec)


def test_nothing_has_no_pairs():
    none = np.array([np.nan, 3.0])
    assert len(sky_pairs(none, none, arcsec=5)) == 0
    pairs, _ = vector_pairs(np.ones((1, 4)))
    assert len(pairs) == 0
    with pytest.raises(UsageError, match="out of range"):
        vector_pairs(np.ones((3, 4)), distance=0)


def test_it_stops_when_asked(vectors):
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        vector_pairs(vectors, cancel=token)
