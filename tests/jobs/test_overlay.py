"""One catalogue over another: where its sources fall, how new they are, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from radgalgui.analysis.neighbours import ExactIndex
from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.errors import Cancelled, CatalogError, UsageError
from radgalgui.jobs.covered import coverage_rows, coverage_text
from radgalgui.jobs.events import Covered, Done, Overlaid
from radgalgui.jobs.overlay import overlay
from radgalgui.jobs.search import Searcher
from radgalgui.progress import CancelToken


def blobs(count: int, *, seed: int = 0) -> np.ndarray:
    """Draw round and long blobs at all angles, (N, 1, 64, 64) in [0, 1]."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-32:32, -32:32]
    images = np.empty((count, 1, 64, 64), dtype=np.float32)
    for image in images:
        turn, wide, thin = rng.uniform(0, np.pi), rng.uniform(4, 7), rng.uniform(1, 4)
        along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        image[0] = np.exp(-0.5 * ((along / wide) ** 2 + (across / wide * thin) ** 2))
    return images


def write(path: Path, images: np.ndarray, preprocessing, title: str) -> Path:
    """Write a catalogue without vectors."""
    n = len(images)
    columns = {
        "name": np.array([f"{title} {i}" for i in range(n)], dtype=object),
        "ra": np.linspace(10, 20, n),
        "dec": np.full(n, np.nan),
    }
    with CatalogWriter(path, preprocessing, title=title) as writer:
        writer.append(columns, images)
    return path


def embed(path: Path, encoder, *, sha256: str = "") -> None:
    with Catalog.open(path) as catalog:
        vectors = encoder.embed(catalog.images[:])
    with CatalogUpdate(path) as update:
        sha = sha256 or encoder.sha256
        update.add_embeddings(encoder.name, vectors.astype(np.float16), weights_sha256=sha)
        update.add_map(encoder.name, "umap", vectors[:, :2].astype(np.float32))


@pytest.fixture(scope="module")
def searcher(small_encoder, tmp_path_factory) -> Searcher:
    path = tmp_path_factory.mktemp("overlay") / "reference"
    write(path, blobs(120), small_encoder.preprocessing, "Reference")
    embed(path, small_encoder)
    catalog = Catalog.open(path)
    return Searcher(catalog, small_encoder, ExactIndex(catalog.embeddings(small_encoder.name)))


@pytest.fixture(scope="module")
def other(small_encoder, tmp_path_factory) -> Path:
    """Return 200 sources like the reference's, then one of it, then 40 images of static."""
    static = np.random.default_rng(1).random((40, 1, 64, 64)).astype(np.float32)
    images = np.concatenate([blobs(200, seed=9), blobs(120)[5:6], static])
    path = tmp_path_factory.mktemp("overlay") / "other"
    return write(path, images, small_encoder.preprocessing, "Other")


def ask(searcher: Searcher, path: Path) -> tuple[list[Overlaid], Covered]:
    events = [event for event in overlay(searcher, path, job="lay") if event is not None]
    assert {event.job for event in events} == {"lay"}
    assert [type(event) for event in events[-2:]] == [Covered, Done]
    return [e for e in events if isinstance(e, Overlaid)], events[-2]


def test_sources_are_told_in_order_with_place_and_novelty(searcher, other):
    parts, told = ask(searcher, other)
    assert [part.first for part in parts] == [0, 128]
    assert {part.total for part in parts} == {241}
    places = np.concatenate([part.places for part in parts])
    novelty = np.concatenate([part.novelty for part in parts])
    nearest = np.concatenate([part.nearest for part in parts])
    layout = searcher.catalog.map(searcher.encoder.name, "umap")
    np.testing.assert_allclose(places[200, 0], layout[5], atol=1e-3)  # itself in the reference
    assert nearest[200] == 5
    assert np.median(novelty[201:]) > 90 > 65 > np.median(novelty[:200])
    assert told.share == np.mean(novelty < 99)
    assert told.low < told.share < told.high
    assert (told.sources, told.reference, told.stored) == (241, 120, False)
    assert "241 sources" in coverage_text(told)


def test_stored_vectors_are_used_only_where_the_same_weights_made_them(
    searcher, other, small_encoder, tmp_path
):
    with Catalog.open(other) as catalog:
        images = catalog.images[:30]
    embedded = write(tmp_path / "embedded", images, small_encoder.preprocessing, "Embedded")
    expected, _ = ask(searcher, embedded)
    embed(embedded, small_encoder)
    parts, told = ask(searcher, embedded)
    assert told.stored
    np.testing.assert_allclose(parts[0].novelty, expected[0].novelty, atol=2.0)
    embed(embedded, small_encoder, sha256="f" * 64)
    again, told = ask(searcher, embedded)
    assert not told.stored
    np.testing.assert_array_equal(again[0].novelty, expected[0].novelty)


def test_rows_name_every_source_and_the_one_most_like_it(searcher, other):
    parts, _ = ask(searcher, other)
    rows = coverage_rows(parts, Catalog.open(other), searcher.catalog)
    assert len(rows) == 241
    assert rows[200]["name"] == "Other 200"
    assert rows[200]["nearest"] == "Reference 5"
    assert rows[0]["dec"] is None
    assert rows[0]["ra"] == pytest.approx(10)
    assert {row["new"] for row in rows if row["novelty"] >= 99} == {"yes"}
    assert np.isfinite(rows[3]["umap_x"])


def test_other_fields_itself_and_too_few_sources_are_refused(
    searcher, other, small_encoder, tmp_path
):
    wide = replace(small_encoder.preprocessing, pixel_scale=9.0)
    write(tmp_path / "wide", blobs(3), wide, "Wide")
    with pytest.raises(CatalogError, match="pixel_scale 9"):
        ask(searcher, tmp_path / "wide")
    with pytest.raises(UsageError, match="reference itself"):
        ask(searcher, searcher.catalog.path)
    with pytest.raises(CatalogError):
        ask(searcher, tmp_path / "nothing")
    few = write(tmp_path / "few", blobs(12), small_encoder.preprocessing, "Few")
    embed(few, small_encoder)
    catalog = Catalog.open(few)
    index = ExactIndex(catalog.embeddings(small_encoder.name))
    with pytest.raises(UsageError, match="12 sources, too few"):
        ask(Searcher(catalog, small_encoder, index), other)


def test_it_stops_when_asked_to_and_gives_way_between_steps(searcher, other):
    token = CancelToken()
    events = overlay(searcher, other, job="lay", cancel=token)
    while not isinstance(next(events), Overlaid):
        pass
    assert next(events) is None  # another question may go first
    token.cancel()
    with pytest.raises(Cancelled):
        next(events)
