"""The whole road as events, with the bundled catalogue and encoder."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.errors import Cancelled, CatalogError, ImageError, UsageError, WeightsError
from radgalgui.jobs.events import Done, Neighbours, Picture, Place, Ready, Seen
from radgalgui.jobs.search import Searcher
from radgalgui.progress import CancelToken
from radgalgui.sky.image import SkyPosition
from radgalgui_resources import catalog_path, example_path, weights_path


@pytest.fixture(scope="module")
def searcher() -> Searcher:
    return Searcher.open(catalog_path(), "simclr")


def answer(searcher: Searcher, **options) -> dict[type, object]:
    return {type(event): event for event in searcher.answer("job", example_path(), **options)}


def test_events_come_in_order_and_bear_the_name_of_the_job(searcher):
    events = list(searcher.answer("job", example_path()))
    assert [type(event) for event in events] == [Picture, Seen, Neighbours, Place, Done]
    assert {event.job for event in events} == {"job"}


def test_what_is_told_agrees_with_the_file(searcher):
    from astropy.io import fits
    from astropy.wcs import WCS

    told = answer(searcher)
    data, header = fits.getdata(example_path(), header=True)
    np.testing.assert_array_equal(told[Picture].original, data)
    x, y = told[Seen].pixel
    sky = WCS(header).pixel_to_world(x, y)
    assert abs(sky.dec.deg - told[Seen].dec) * 3600 < 0.01
    assert abs(sky.ra.deg - told[Seen].ra) * 3600 < 0.01
    assert told[Seen].box == pytest.approx(
        searcher.encoder.preprocessing.field_of_view / 1.8, rel=1e-3
    )


def test_neighbours_are_those_of_exact_search(searcher):
    told = answer(searcher, top=10)
    vector = searcher.encoder.embed(told[Seen].seen[None])[0]
    stored = np.asarray(searcher.catalog.embeddings("simclr"), dtype=np.float32)
    cosine = stored @ vector / np.linalg.norm(stored, axis=1) / np.linalg.norm(vector)
    assert [row["index"] for row in told[Neighbours].rows] == np.argsort(-cosine)[:10].tolist()
    assert told[Neighbours].rows[0]["similarity"] == pytest.approx(cosine.max(), abs=1e-3)


def test_it_is_placed_among_its_neighbours_on_every_map(searcher):
    told = answer(searcher)
    maps = searcher.catalog.maps("simclr")
    assert set(told[Place].positions) == set(maps)
    for method in maps:
        layout = searcher.catalog.map("simclr", method)
        x, y, _ = told[Place].positions[method]
        nearest = [row["index"] for row in told[Neighbours].rows]
        away = np.linalg.norm(layout[nearest] - (x, y), axis=1)
        assert np.median(away) < 0.25 * np.ptp(layout, axis=0).max()


def test_more_neighbours_than_sources_gives_all_of_them(searcher):
    assert len(answer(searcher, top=10**6)[Neighbours].rows) == len(searcher.catalog)


def test_a_position_moves_the_cutout(searcher):
    middle = answer(searcher)[Seen]
    asked = SkyPosition(middle.ra, middle.dec + 20 / 3600)
    moved = answer(searcher, position=asked)[Seen]
    assert moved.dec == pytest.approx(asked.dec, abs=1 / 3600)
    assert moved.pixel[1] - middle.pixel[1] == pytest.approx(20 / 1.8, abs=1)
    with pytest.raises(ImageError, match="outside"):
        answer(searcher, position=SkyPosition(0.0, -80.0))


def test_a_source_of_the_catalogue_is_not_its_own_neighbour(searcher):
    rows = next(iter(searcher.neighbours("job", 7, top=5))).rows
    assert len(rows) == 5
    assert 7 not in [row["index"] for row in rows]
    with pytest.raises(UsageError):
        list(searcher.neighbours("job", len(searcher.catalog)))


def test_a_cancelled_query_ends_between_two_steps(searcher):
    token = CancelToken()
    events = searcher.answer("job", example_path(), cancel=token)
    assert isinstance(next(events), Picture)
    token.cancel()
    with pytest.raises(Cancelled):
        list(events)


@pytest.mark.parametrize("top", [0, -3])
def test_a_senseless_number_of_neighbours_is_refused(searcher, top):
    with pytest.raises(UsageError, match=str(top)):
        answer(searcher, top=top)


def test_ready_says_what_is_loaded(searcher):
    ready = searcher.ready("open")
    assert isinstance(ready, Ready)
    assert (ready.sources, ready.dimension) == (len(searcher.catalog), searcher.encoder.dimension)


def test_an_encoder_that_the_catalogue_lacks_is_refused_with_those_it_has():
    with pytest.raises(CatalogError, match="simclr"):
        Searcher.open(catalog_path(), "nosuch")


def test_other_weights_than_those_of_the_catalogue_are_refused(tmp_path):
    from radgalgui.models.weights import load_weights, save_weights

    tensors, card = load_weights(weights_path("simclr"))
    save_weights(tmp_path / "other.safetensors", tensors, {**card, "description": "another"})
    with pytest.raises(CatalogError, match="other weights"):
        Searcher.open(catalog_path(), "simclr", weights=tmp_path / "other.safetensors")
    with pytest.raises(WeightsError):
        Searcher.open(catalog_path(), "simclr", weights=tmp_path / "missing.safetensors")
