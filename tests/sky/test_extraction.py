"""Sources of large images: found where they were put, joined and thinned out as asked."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt, gaussian_filter
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist

from radgalgui.errors import UsageError
from radgalgui.sky.celestial import icrs_to_pixel
from radgalgui.sky.extraction import find_sources
from radgalgui.sky.image import SkyImage, SkyPosition
from radgalgui.sky.islands import find_islands
from radgalgui.sky.noise_map import NoiseMap
from radgalgui.sky.pyramid import Pyramid, block_means
from radgalgui.sky.reduce import reduce_image
from radgalgui.sky.sources import joined_sources


def field(shape: tuple[int, int], places, *, peak: float = 20.0, seed: int = 1) -> np.ndarray:
    """Return noise of 1 with Gaussians of 2 pixels' sigma, peaks of ``peak``, at (x, y)."""
    data = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    y, x = np.mgrid[: shape[0], : shape[1]]
    for at_x, at_y in places:
        columns = slice(max(int(at_x) - 12, 0), int(at_x) + 13)
        near = (slice(max(int(at_y) - 12, 0), int(at_y) + 13), columns)
        data[near] += peak * np.exp(-((x[near] - at_x) ** 2 + (y[near] - at_y) ** 2) / 8)
    return data


@pytest.fixture(scope="module")
def places() -> np.ndarray:
    grid = np.stack(np.meshgrid(np.arange(60, 600, 90), np.arange(60, 500, 90)), -1).reshape(-1, 2)
    return grid + np.random.default_rng(2).uniform(-15, 15, grid.shape)


def test_noise_follows_the_image_from_place_to_place():
    data = np.random.default_rng(0).normal(size=(700, 900)).astype(np.float32)
    truth = np.linspace(1, 3, 900, dtype=np.float32)
    measured = NoiseMap.measure(data * truth + 5, box=100)
    level, noise = measured.at(*np.meshgrid(np.arange(900), np.arange(700)))
    assert np.all(level + 3 * noise >= measured.least(0, 700, 3))
    inside = slice(60, 840)  # beyond the outermost boxes' middles nothing changes
    assert np.abs(noise[:, inside] / truth[inside] - 1).max() < 0.1
    assert np.abs(level - 5).max() < 0.5


def test_noise_of_a_box_is_not_raised_by_the_source_in_it():
    data = np.random.default_rng(0).normal(size=(500, 500)).astype(np.float32)
    data[200:300, 200:300] += 50  # the whole of the middle box
    assert NoiseMap.measure(data, box=100).noise.max() < 1.1


def test_noise_is_unknown_where_all_is_blank():
    blank = NoiseMap.measure(np.full((300, 300), np.nan))
    assert blank.typical == 0
    half = np.random.default_rng(0).normal(size=(300, 600))
    half[:, :300] = np.nan
    assert NoiseMap.measure(half, box=100).noise == pytest.approx(1, abs=0.1)


def test_all_sources_are_found_where_they_are(places):
    found = find_sources(SkyImage(field((500, 620), places), "field", ""))
    assert len(found) == len(places)
    centres = np.array([(s.x, s.y) for s in found])
    apart = np.linalg.norm(centres[:, None] - places[None], axis=-1).min(axis=1)
    assert apart.max() < 0.5
    assert all(18 < s.peak_snr < 26 for s in found)
    assert all(np.isnan(s.ra) for s in found)  # there are no coordinates


def test_a_noisy_corner_gives_no_false_sources(places):
    data = field((500, 620), places)
    data[:, 310:] *= 10
    found = find_sources(SkyImage(data, "field", ""), sigma=6)
    left = [s for s in found if s.x < 250]
    assert len(left) == sum(x < 250 for x, _ in places)
    flat = find_islands(data, noise=1.0, peak_sigma=6)
    assert len(flat) > 2 * len(found)  # as one noise for the whole image would have it


def test_islands_above_local_noise_are_those_of_photutils(places):
    from photutils.segmentation import detect_sources

    data = field((500, 620), places)
    data *= np.linspace(1, 4, 620, dtype=np.float32)
    measured = NoiseMap.measure(data)
    level, noise = measured.at(*np.meshgrid(np.arange(620), np.arange(500)))
    theirs = detect_sources(data - level, 3 * noise, n_pixels=4)
    heights = [((data - level) / noise)[theirs.data == n].max() for n in theirs.labels]
    ours = find_islands(data, noise=measured)
    assert len(ours) == sum(height >= 5 for height in heights) > 25
    assert sorted(i.peak_snr for i in ours) == pytest.approx(
        sorted(h for h in heights if h >= 5), rel=1e-4
    )


def test_islands_join_by_the_gap_between_their_edges():
    data = np.zeros((60, 200))
    for start in (10, 30, 55):  # gaps of 10 and 15 pixels between columns that are lit
        data[20:30, start : start + 11] = 10
    islands = find_islands(data, noise=1.0)
    counts = {d: len(joined_sources(islands, within=d)) for d in (0, 9.5, 10, 14.5, 15)}
    assert counts == {0: 3, 9.5: 3, 10: 2, 14.5: 2, 15: 1}


def test_gaps_are_those_of_all_pixels():
    rng = np.random.default_rng(4)
    data = (rng.random((40, 40)) < 0.25) * 10.0  # rings, notches, islands in islands
    islands = find_islands(data, noise=1.0, min_pixels=1)
    for within in (1.5, 2.0, 2.3):
        lit = np.zeros(data.shape, bool)
        joined = joined_sources(islands, within=within)
        for source in joined:
            mine = np.zeros(data.shape, bool)
            for island in source.islands:
                mine[island.y, island.x] = True
            far = distance_transform_edt(~mine)
            assert far[(data > 0) & ~mine].min(initial=np.inf) > within
            lit |= mine
        assert lit.sum() == (data > 0).sum()


@pytest.mark.parametrize("within", [1.0, 3.0, 8.0, 30.0])
def test_sources_are_joined_as_all_pairs_of_pixels_say(within):
    data = gaussian_filter(np.random.default_rng(7).normal(size=(90, 140)), 1.2)
    islands = find_islands(data, noise=float(data.std()), sigma=2.0, peak_sigma=2.0, min_pixels=1)
    pixels = [np.stack([island.x, island.y], axis=1) for island in islands]
    near = np.array([[cdist(one, two).min() <= within for one in pixels] for two in pixels])
    count, group = connected_components(near)
    joined = joined_sources(islands, within=within)
    assert len(islands) >= 40
    assert len(joined) == count
    for source in joined:
        assert len({group[island.label - 1] for island in source.islands}) == 1


def test_a_reach_as_wide_as_the_image_costs_no_more_memory():
    """As on images of very long baselines, whose pixels are milliarcseconds."""
    data = gaussian_filter(np.random.default_rng(8).normal(size=(500, 500)), 1.5)
    islands = find_islands(data, noise=float(data.std()), sigma=1.5, min_pixels=1, peak_sigma=1.5)
    tracemalloc.start()
    joined = [joined_sources(islands, within=reach) for reach in (150.0, 40_000.0)]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(islands) > 800
    assert [len(sources) for sources in joined] == [1, 1]
    assert most < 50e6


def test_fainter_neighbours_are_left_out():
    data = field((200, 300), [(60, 100)], peak=80) + field((200, 300), [(100, 100)], seed=5)
    image = SkyImage(data, "pair", "")
    assert len(find_sources(image)) == 2
    assert [s.peak > 60 for s in find_sources(image, apart=45)] == [True]


def test_positions_are_those_of_the_wcs(wcs_field):
    source = max(find_sources(wcs_field), key=lambda s: s.peak)
    x, y = icrs_to_pixel(wcs_field.wcs, source.ra, source.dec)
    assert (float(x), float(y)) == pytest.approx((source.x, source.y), abs=1e-6)
    assert wcs_field.sky_to_pixel(SkyPosition(source.ra, source.dec)) == pytest.approx(
        (120, 80), abs=0.2
    )


@pytest.fixture
def wcs_field() -> SkyImage:
    from radgalgui.sky.celestial import north_up

    wcs = north_up(SkyPosition(150.0, 60.0), 200, 1.8)
    return SkyImage(field((200, 200), [(120, 80)], peak=40), "one", "", wcs=wcs)


def test_nonsense_is_refused(wcs_field):
    with pytest.raises(UsageError, match="sigma"):
        find_sources(wcs_field, sigma=0)
    for distances in ({"join": -1}, {"apart": math.nan}):
        with pytest.raises(UsageError, match="distance"):
            find_sources(wcs_field, **distances)


def test_a_pyramid_shows_the_same_means_at_every_scale(monkeypatch):
    monkeypatch.setattr("radgalgui.sky.pyramid._KEPT", 10_000)
    monkeypatch.setattr("radgalgui.sky.pyramid._OVERVIEW", 60)
    data = np.random.default_rng(0).normal(size=(403, 610)).astype(">f4")
    data[96:144, 208:256] = np.nan  # whole blocks at every scale
    pyramid = Pyramid(data)
    assert max(pyramid.overview.shape) <= 60
    for factor in (1, 2, 4, 8, 16):
        whole = reduce_image(SkyImage(data, "", ""), factor).data
        part = pyramid.part((3, 20), (2, 15), factor)
        np.testing.assert_allclose(part, whole[2:15, 3:20], rtol=2e-5, atol=2e-6)
    assert pyramid.part((-5, 2), (0, 1), 2).shape == (1, 2)
    assert [pyramid.finest(w) for w in (0.3, 1, 3.9, 4, 1000)] == [1, 1, 2, 4, 16]


def test_blocks_of_blanks_stay_blank():
    values = np.array([[1, 3, np.nan, np.nan], [np.inf, np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(block_means(values, 2), [[2, np.nan]])
