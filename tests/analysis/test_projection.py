"""Principal components: against scikit-learn, on disk, and block by block."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from sklearn.decomposition import PCA

from radgalgui.analysis.projection import KEPT, PcaProjection, pca_map, reduced
from radgalgui.analysis.vectors import unit_blocks
from radgalgui.errors import Cancelled, CatalogError, UsageError
from radgalgui.progress import CancelToken
from tests.analysis.clusters import labelled


def test_the_plane_is_that_of_scikit_learn():
    rows, _ = labelled()
    places, projection = pca_map(rows)
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    reference = PCA(2).fit(units)
    ours, theirs = places, reference.transform(units)
    theirs = theirs * np.sign((ours * theirs).sum(axis=0))  # the sign is a convention
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    shares = projection.explained
    np.testing.assert_allclose(shares[:2], reference.explained_variance_ratio_, rtol=1e-4)
    assert len(shares) == KEPT
    assert list(shares) == sorted(shares, reverse=True)


def test_any_two_components_span_a_map():
    rows, _ = labelled()
    projection = PcaProjection.fit(rows)
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    theirs = PCA(8).fit_transform(units)[:, [6, 2]]
    ours = projection.project(rows, (6, 2))
    np.testing.assert_allclose(np.abs(ours), np.abs(theirs), atol=1e-4)
    with pytest.raises(UsageError, match="no component 21"):
        projection.project(rows, (20, 0))


def test_blocks_of_a_memory_map_give_the_same_as_all_at_once(tmp_path, monkeypatch):
    rows, _ = labelled()
    np.save(tmp_path / "rows.npy", rows.astype(np.float16))
    stored = np.load(tmp_path / "rows.npy", mmap_mode="r")
    whole, projection = pca_map(stored)
    turned = reduced(stored, 5)
    by_blocks = functools.partial(unit_blocks, block=97)  # six blocks and a rest
    monkeypatch.setattr("radgalgui.analysis.projection.unit_blocks", by_blocks)
    told: list[int] = []
    again, other = pca_map(stored, progress=lambda done, *_: told.append(done))
    assert told == [*range(0, 600, 97), 600]
    np.testing.assert_allclose(again, whole, atol=1e-5)
    np.testing.assert_allclose(other.explained, projection.explained, rtol=1e-5)
    np.testing.assert_allclose(reduced(stored, 5), turned, atol=1e-5)
    units = stored / np.linalg.norm(stored.astype(np.float32), axis=1, keepdims=True)
    kept = (turned**2).sum() / (units.astype(np.float32) ** 2).sum()
    assert 0.7 < kept < 1.0  # five directions of six clusters hold most


def test_a_bad_vector_is_named_by_its_row_in_the_whole(monkeypatch):
    rows, _ = labelled(300)
    rows[250, 3] = np.nan
    monkeypatch.setattr(
        "radgalgui.analysis.projection.unit_blocks", functools.partial(unit_blocks, block=100)
    )
    with pytest.raises(UsageError, match="vector 250 holds NaN"):
        PcaProjection.fit(rows)


def test_finding_components_can_be_cancelled():
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        pca_map(labelled()[0], cancel=token)


def test_a_source_is_placed_where_the_map_has_it_whatever_its_length():
    rows, _ = labelled()
    places, projection = pca_map(rows)
    np.testing.assert_allclose(projection.project(rows * 7.5), places, atol=1e-6)
    np.testing.assert_allclose(projection.project(rows[3])[0], places[3], atol=1e-6)


def test_the_projection_is_kept_on_disk(tmp_path):
    rows, _ = labelled()
    _, projection = pca_map(rows)
    for name in ("a.npz", "b.npz"):
        projection.save(tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    loaded = PcaProjection.load(tmp_path / "a.npz")
    np.testing.assert_array_equal(loaded.project(rows), projection.project(rows))
    assert loaded.explained == projection.explained


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", None])
def test_refuses_a_damaged_projection(tmp_path, content):
    path = tmp_path / "x.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CatalogError, match=r"x\.npz"):
        PcaProjection.load(path)


def test_refuses_a_projection_of_other_arrays(tmp_path):
    np.savez(tmp_path / "x.npz", mean=np.ones(3), components=np.ones((3, 3)), explained=(0.5, 0.5))
    with pytest.raises(CatalogError):
        PcaProjection.load(tmp_path / "x.npz")


def test_refuses_vectors_of_another_encoder():
    _, projection = pca_map(labelled()[0])
    with pytest.raises(UsageError, match="19"):
        projection.project(np.ones((1, 19)))


@pytest.mark.parametrize("rows", [np.ones((1, 5)), np.ones((5, 1)), np.zeros((5, 5)), np.ones(5)])
def test_refuses_what_has_no_plane(rows):
    with pytest.raises(UsageError):
        pca_map(rows)


def test_equal_vectors_lie_on_one_point():
    places, _ = pca_map(np.ones((5, 4)))
    np.testing.assert_allclose(places, 0.0, atol=1e-6)
