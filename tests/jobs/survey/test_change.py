"""Sources come and go, encoders are added and what is stale is made anew: old state or new."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from radgalgui.analysis.neighbours import HnswIndex
from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.errors import Cancelled, CatalogError, UsageError
from radgalgui.jobs.describe import describe_catalog
from radgalgui.jobs.survey import embed
from radgalgui.jobs.survey.build import build
from radgalgui.jobs.survey.change import append, remove
from radgalgui.jobs.survey.embed import embed_catalog
from radgalgui.jobs.survey.plan import Plan
from radgalgui.jobs.survey.refresh import refresh, stale
from radgalgui.jobs.survey.unfinished import unfinished_folder
from radgalgui.models.weights import load_weights, save_weights
from radgalgui.progress import CancelToken


@pytest.fixture
def encoders(small_weights) -> dict[str, Path]:
    return {"small": small_weights}


@pytest.fixture
def other_weights(small_weights, tmp_path) -> Path:
    """Return an encoder of the same name with other weights."""
    tensors, card = load_weights(small_weights)
    tensors["centre"] = tensors["centre"] + np.float32(0.01)
    save_weights(tmp_path / "other.safetensors", tensors, card)
    return tmp_path / "other.safetensors"


@pytest.fixture(scope="module")
def whole(tmp_path_factory, fields, small_weights) -> Path:
    from radgalgui.jobs.survey.inputs import recognise

    out: Path = tmp_path_factory.mktemp("whole") / "survey"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("radgalgui.jobs.survey.parts.umap_map", lambda v, **_: v[:, :2].astype("f4"))
        build(recognise([fields]).plan, out, encoders={"small": small_weights})
    return out


@pytest.fixture
def catalog(whole, tmp_path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "survey"))


@pytest.fixture
def more(tmp_path, make_sky: ModuleType, fields, plan_of: Callable[..., Plan]) -> Plan:
    """Return three new fields, and two whose names the catalogue has: one is the same source."""
    folder = tmp_path / "more"
    folder.mkdir()
    for number in (20, 21, 22):
        make_sky.save(folder / f"field {number}.fits", make_sky.sky((110, 110), fwhm=number / 4),
                      make_sky.header((110, 110), value=(50.0 + number, -5.0)))  # fmt: skip
    shutil.copy(fields / "field 4.fits", folder)
    make_sky.save(folder / "field 5.fits", make_sky.sky((110, 110)),
                  make_sky.header((110, 110), value=(120.0, -5.0)))  # fmt: skip
    return plan_of(folder)


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def check_whole(path: Path) -> None:
    """All fits together, and nothing lies about."""
    describe_catalog(path)
    with Catalog.open(path) as catalog:
        assert set(files(path)) == catalog.manifest.files() | {"manifest.json"}
    assert not unfinished_folder(path).exists()
    assert not list(path.parent.glob(".*"))


def test_appended_sources_stand_behind_the_others(catalog, more, encoders, fields):
    with Catalog.open(catalog) as before:
        images, vectors, ra = before.images[:], before.embeddings("small")[:], before.column("ra")
        names = list(before.names)
    built = append(catalog, more, encoders=encoders)
    assert (built.count, built.rejected) == (4, 1)
    check_whole(catalog)
    with Catalog.open(catalog) as after:
        assert list(after.names) == [*names, "field 20", "field 21", "field 22", "field 5#2"]
        np.testing.assert_array_equal(after.images[:10], images)
        np.testing.assert_array_equal(after.embeddings("small")[:10], vectors)
        np.testing.assert_array_equal(after.column("ra")[:10], ra)
        assert after.column("ra")[10] == pytest.approx(70.0, abs=0.01)
        index = HnswIndex.load(after.index_path("small"), after.embeddings("small"))
        assert len(index) == len(after.map("small", "umap")) == 14
    account = built.report.read_text()
    assert "2 append,4,field 4,rejected,the catalogue has this source already" in account
    assert account.count("1 build,") == 12
    assert len(describe_catalog(catalog)["history"]) == 2


def test_appending_needs_the_weights_that_made_the_vectors(catalog, more, other_weights):
    before = files(catalog)
    with pytest.raises(UsageError, match="weights are not at hand"):
        append(catalog, more, encoders={})
    with pytest.raises(CatalogError, match="other weights"):
        append(catalog, more, encoders={"small": other_weights})
    assert files(catalog) == before


@pytest.mark.parametrize("phase", ["cutting", "writing", "building"])
def test_an_addition_is_gone_on_with(catalog, more, encoders, tmp_path, phase):
    before, token = files(catalog), CancelToken()
    uninterrupted = Path(shutil.copytree(catalog, tmp_path / "same" / "survey"))
    append(uninterrupted, more, encoders=encoders)

    def progress(done, total, what="", /):
        token.cancel() if what.startswith(phase) else None

    with pytest.raises(Cancelled):
        append(catalog, more, encoders=encoders, progress=progress, cancel=token)
    assert files(catalog) == before
    append(catalog, more, encoders=encoders, resume=True)
    after, wanted = files(catalog), files(uninterrupted)
    assert {k: v for k, v in after.items() if "history" not in k and k != "manifest.json"} == {
        k: v for k, v in wanted.items() if "history" not in k and k != "manifest.json"
    }
    append(catalog, more, encoders=encoders, resume=True)  # is done already
    assert files(catalog) == after


def test_an_addition_does_not_overwrite_another_change(catalog, more, encoders):
    def progress(done, total, what="", /):
        if what.startswith("building") and done == 0:
            with CatalogUpdate(catalog) as update:
                update.record_software({"meanwhile": "1"})

    with pytest.raises(CatalogError, match="changed meanwhile"):
        append(catalog, more, encoders=encoders, progress=progress)
    with Catalog.open(catalog) as still:
        assert len(still) == 10
        assert still.manifest.software["meanwhile"] == "1"


def test_an_addition_does_not_bring_back_what_was_removed_meanwhile(catalog, more, encoders):
    removed = []

    def progress(done, total, what="", /):
        if what.startswith("building") and not removed:
            removed.append(remove(catalog, ["field 2"]))

    with pytest.raises(CatalogError, match="changed meanwhile"):
        append(catalog, more, encoders=encoders, progress=progress)
    with Catalog.open(catalog) as still:
        assert (len(still), removed) == (9, [1])


def test_removed_sources_are_gone_from_everything(catalog):
    with Catalog.open(catalog) as before:
        kept = [row for row in range(10) if before.names[row] not in ("field 2", "field 7")]
        images, vectors = before.images[kept], before.embeddings("small")[kept]
        names = before.names[kept]
    assert remove(catalog, ["field 2", "field 7"]) == 2
    check_whole(catalog)
    with Catalog.open(catalog) as after:
        assert list(after.names) == list(names)
        np.testing.assert_array_equal(after.images[:], images)
        np.testing.assert_array_equal(after.embeddings("small"), vectors)
        assert set(after.maps("small")) == {"umap", "pca"}
    account = (catalog / "account-2.csv").read_text()
    assert "2 remove,,field 7,removed,by the user" in account


def test_a_wrong_name_removes_nothing(catalog):
    before = files(catalog)
    with pytest.raises(UsageError, match="perhaps you mean 'field 2'"):
        remove(catalog, ["field 3", "feild 2"])
    with pytest.raises(CatalogError, match="leave no source"):
        remove(catalog, [f"field {number}" for number in range(10)])
    assert files(catalog) == before


def test_a_packed_catalogue_stays_packed(tmp_path, more, encoders, small_weights):
    from radgalgui.jobs.build import build_simulated

    path = tmp_path / "packed"
    build_simulated(path, n=6, seed=1, encoders=encoders, compact=True)
    with Catalog.open(path) as before:
        images = before.images[:]
    append(path, more, encoders=encoders)
    with Catalog.open(path) as after:
        assert len(after) == 11
        assert after.manifest.images.file.endswith(".h5")
        assert after.manifest.simulated
        np.testing.assert_array_equal(after.images[:6], images)
        assert np.isnan(after.column("inclination")[6:]).all()
    remove(path, ["field 20"])
    check_whole(path)


# Encoders, and what is stale


def test_embedding_goes_on_where_it_was(catalog, small_weights, tmp_path, monkeypatch):
    monkeypatch.setattr(embed, "_CHUNK", 4)
    tensors, card = load_weights(small_weights)
    other = tmp_path / "second.safetensors"
    save_weights(other, tensors, {**card, "name": "second"})
    whole = Path(shutil.copytree(catalog, tmp_path / "same" / "survey"))
    assert embed_catalog(whole, other) == "second"
    before, token = files(catalog), CancelToken()

    def progress(done, total, what="", /):
        token.cancel() if done >= 4 else None

    with pytest.raises(Cancelled):
        embed_catalog(catalog, other, progress=progress, cancel=token)
    assert files(catalog) == before
    embed_catalog(catalog, small_weights, resume=True)  # is done, which ends no other work
    assert unfinished_folder(catalog).exists()
    embed_catalog(catalog, other, resume=True)
    name = "embeddings/second.npy"
    assert (catalog / name).read_bytes() == (whole / name).read_bytes()
    check_whole(catalog)


def test_what_is_stale_is_named_and_made_anew(catalog, encoders, other_weights):
    assert stale(catalog, encoders) == []
    assert stale(catalog, {}) == []  # an encoder that is not at hand makes nothing stale
    found = {each.what: each.why for each in stale(catalog, {"small": other_weights})}
    assert list(found) == [
        "vectors of small", "neighbour index of small", "UMAP map of small", "PCA map of small",
    ]  # fmt: skip
    assert "other weights" in found["vectors of small"]
    refresh(catalog, {"small": other_weights})
    assert stale(catalog, {"small": other_weights}) == []
    assert stale(catalog, encoders)[0].part == "vectors"
    check_whole(catalog)


def test_damaged_and_missing_parts_are_made_anew(catalog, encoders):
    with Catalog.open(catalog) as before:
        index, vectors = before.index_path("small"), np.array(before.embeddings("small"))
    before_bytes = index.read_bytes()
    index.write_bytes(bytes(len(before_bytes)))
    with CatalogUpdate(catalog) as update:
        maps = {"pca": update.manifest.maps["small"]["pca"]}
        update.manifest.maps["small"] = maps
    assert [each.part for each in stale(catalog, encoders)] == ["index", "umap"]
    made = refresh(catalog, encoders)
    assert [each.part for each in made] == ["index", "umap"]
    check_whole(catalog)
    with Catalog.open(catalog) as after:
        np.testing.assert_array_equal(after.embeddings("small"), vectors)
        assert after.index_path("small").read_bytes() == before_bytes


def test_without_a_map_by_wish_the_map_is_what_is_missing(tmp_path, stack, plan_of, encoders):
    out = tmp_path / "c"
    build(plan_of(stack, pixels="ready"), out, encoders=encoders, maps=("pca",))
    assert [str(each) for each in stale(out, encoders)] == ["UMAP map of small: missing"]
