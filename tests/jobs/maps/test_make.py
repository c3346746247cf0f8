"""Maps are made and kept, in the catalogue or beside it, whole or not at all."""

from __future__ import annotations

import errno
import os

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.manifest import MANIFEST, Manifest
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.errors import Cancelled, CatalogError, UsageError
from radgalgui.jobs.maps import make, stored
from radgalgui.jobs.maps.make import make_map, remake_maps, remove_map
from radgalgui.jobs.maps.recipe import Recipe
from radgalgui.jobs.maps.stored import StoredMaps, read_maps
from radgalgui.jobs.survey.change import remove
from radgalgui.progress import CancelToken
from tests.analysis.clusters import labelled

FEW = Recipe("tsne", perplexity=5)


def test_it_is_put_into_the_catalogue_with_its_settings(survey, home):
    made = make_map(survey, "one", FEW)
    assert (made.name, made.path, made.beside) == ("tsne-p5", survey, False)
    with Catalog.open(survey) as catalog:
        assert catalog.maps("one") == ("tsne-p5",)
        assert catalog.maps("two") == ()
        recipe = StoredMaps(catalog, "one").recipe("tsne-p5")
        assert recipe == FEW
        assert "openTSNE" in catalog.manifest.software
        first = np.array(catalog.map("one", "tsne-p5"))
    assert not home.exists()
    make_map(survey, "one", FEW)  # the same again takes its place
    with Catalog.open(survey) as catalog:
        np.testing.assert_array_equal(catalog.map("one", "tsne-p5"), first)
    remove_map(survey, "one", "tsne-p5")
    with Catalog.open(survey) as catalog:
        assert catalog.maps("one") == ()
    assert not list((survey / "maps").glob("*"))
    with pytest.raises(CatalogError, match="no 'tsne-p5' map"):
        remove_map(survey, "one", "tsne-p5")


def test_a_principal_map_keeps_what_places_others(survey):
    make_map(survey, "two", Recipe("pca"))
    with Catalog.open(survey) as catalog:
        maps = StoredMaps(catalog, "two")
        projection = maps.projection("pca")
        assert projection is not None
        assert projection.components.shape == (8, 8)
        np.testing.assert_allclose(
            projection.project(catalog.embeddings("two")), maps.places("pca"), atol=1e-6
        )


def test_beside_a_catalogue_that_cannot_be_changed(survey, home, monkeypatch):
    monkeypatch.setattr(make, "read_only", lambda _: True)
    before = {path: path.read_bytes() for path in survey.rglob("*") if path.is_file()}
    said: list[str] = []
    made = make_map(survey, "one", FEW, note=lambda _, text: said.append(text))
    make_map(survey, "one", Recipe("pca"))
    assert made.beside
    assert made.path.is_relative_to(home)
    assert "cannot be changed" in said[0]
    assert {path: path.read_bytes() for path in survey.rglob("*") if path.is_file()} == before
    with Catalog.open(survey) as catalog:
        maps = StoredMaps(catalog, "one")
        assert maps.names == ("tsne-p5", "pca")
        assert maps.recipe("tsne-p5") == FEW
        assert maps.places("tsne-p5").shape == (len(catalog), 2)
        assert maps.projection("pca") is not None
        assert StoredMaps(catalog, "two").names == ()
        make_map(survey, "one", FEW)  # a copy takes the place of the first, whose file goes
        assert len(list(made.path.glob("one-tsne-*.npy"))) == 1
        remove_map(survey, "one", "tsne-p5")
        assert maps.names == ("pca",)  # what was open hears of it
    assert len(list(made.path.glob("*.np*"))) == 2


def test_a_map_beside_that_cannot_be_removed_is_told_in_a_sentence(survey, monkeypatch):
    monkeypatch.setattr(make, "read_only", lambda _: True)
    made = make_map(survey, "one", Recipe("pca"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(stored, "_write", full)
    with pytest.raises(CatalogError, match=r"No space left.*RADGALGUI_HOME"):
        remove_map(survey, "one", "pca")
    assert len(list(made.path.glob("one-pca-*.npy"))) == 1


def test_a_map_of_a_catalogue_that_cannot_be_changed_is_not_hidden(survey, monkeypatch):
    make_map(survey, "one", Recipe("pca"))
    monkeypatch.setattr(make, "read_only", lambda _: True)
    with pytest.raises(UsageError, match="'pca' already"):
        make_map(survey, "one", Recipe("pca"))
    with pytest.raises(CatalogError, match="cannot be changed"):
        remove_map(survey, "one", "pca")


def test_maps_beside_are_of_just_these_vectors(survey, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(make, "read_only", lambda _: True)
        make_map(survey, "one", FEW)
    assert list(read_maps(survey, "one")[0]) == ["tsne-p5"]
    with CatalogUpdate(survey) as update:
        rows = labelled(60, 8, seed=9)[0].astype(np.float16)
        update.add_embeddings("one", rows, weights_sha256="0" * 64)
    assert read_maps(survey, "one")[0] == {}


@pytest.mark.parametrize("damage", ["cut", "gone", "list", "junk"])
def test_a_damaged_map_beside_is_left_out(survey, monkeypatch, damage):
    monkeypatch.setattr(make, "read_only", lambda _: True)
    folder = make_map(survey, "one", FEW).path
    file = next(folder.glob("*.npy"))
    if damage == "gone":
        file.unlink()
    elif damage == "list":
        (folder / "maps.json").write_text("[1, 2")
    else:
        content = file.read_bytes()
        file.write_bytes(content[:-9] if damage == "cut" else b"\0" * len(content))
    places, recipes = read_maps(survey, "one")
    assert places == {}
    assert set(recipes) <= {"tsne-p5"}


def test_cancelled_or_refused_the_catalogue_stays(survey):
    before = (survey / MANIFEST).read_bytes()
    token = CancelToken()

    def stop(done: int, _total: int | None, what: str = "", /) -> None:
        if what == "laying out the map" and done >= 20:
            token.cancel()

    with pytest.raises(Cancelled):
        make_map(survey, "one", FEW, progress=stop, cancel=token)
    with pytest.raises(UsageError, match="perplexity"):
        make_map(survey, "one", Recipe("tsne", perplexity=0.1))
    with pytest.raises(CatalogError, match="three"):
        make_map(survey, "three", FEW)
    assert (survey / MANIFEST).read_bytes() == before
    assert sorted(path.name for path in survey.iterdir() if path.name.startswith(".")) == []


def test_vectors_that_change_meanwhile_are_noticed(survey, monkeypatch):
    compute = make.compute

    def meddle(*arguments, **options):
        with CatalogUpdate(survey) as update:
            rows = labelled(60, 8, seed=9)[0].astype(np.float16)
            update.add_embeddings("one", rows, weights_sha256="9" * 64)
        return compute(*arguments, **options)

    monkeypatch.setattr(make, "compute", meddle)
    with pytest.raises(CatalogError, match="changed meanwhile"):
        make_map(survey, "one", Recipe("pca"))


def test_maps_of_ones_own_are_made_anew_when_sources_go(survey):
    make_map(survey, "one", FEW)
    make_map(survey, "one", Recipe("pca"))
    with Catalog.open(survey) as catalog:
        names = list(catalog.names[:10])
    remove(survey, names)
    with Catalog.open(survey) as catalog:
        assert set(catalog.maps("one")) == {"tsne-p5", "pca"}
        assert catalog.map("one", "tsne-p5").shape == (50, 2)
        assert StoredMaps(catalog, "one").recipe("tsne-p5") == FEW


def test_only_what_is_stale_is_made_anew(survey, monkeypatch):
    make_map(survey, "one", FEW)
    like = Manifest.read(survey)
    made: list[str] = []
    monkeypatch.setattr(
        make, "make_map", lambda _path, _name, recipe, **_: made.append(recipe.name)
    )
    remake_maps(survey, like)
    assert made == []
    with CatalogUpdate(survey) as update:
        rows = labelled(60, 8, seed=9)[0].astype(np.float16)
        update.add_embeddings("one", rows, weights_sha256="9" * 64)
    remake_maps(survey, like, apart_from=["tsne-p5"])
    remake_maps(survey, like, encoder="two")
    assert made == []
    remake_maps(survey, like)
    assert made == ["tsne-p5"]


def test_the_bundled_catalogue_is_one_that_cannot_be_changed(survey, tmp_path):
    import radgalgui_resources

    assert stored.read_only(radgalgui_resources.catalog_path())
    assert not stored.read_only(survey)
    one, other = Manifest.read(survey), Manifest.read(radgalgui_resources.catalog_path())
    assert stored.catalog_key(one) != stored.catalog_key(other)
