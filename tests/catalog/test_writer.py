"""A catalogue appears whole or not at all; the same input makes the same bytes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.files import new_catalog_folder
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.errors import CatalogError
from radgalgui.sky.preprocess import Preprocessing


@pytest.mark.parametrize("compact", [False, True])
def test_the_same_input_makes_the_same_bytes(tmp_path, make, snapshot, compact):
    for name in ("a", "b"):
        make.embed(make.write(tmp_path / name, compact=compact))
    assert snapshot(tmp_path / "a") == snapshot(tmp_path / "b")


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("step", [1, 7, 100])
def test_the_size_of_chunks_does_not_matter_to_readers(tmp_path, make, compact, step):
    catalog = Catalog.open(make.write(tmp_path / "c", step=step, compact=compact))
    columns, images = make.chunk(0, make.count)
    assert catalog.names.tolist() == columns["name"]
    np.testing.assert_array_equal(catalog.images[:], np.rint(images * 255) / np.float32(255))


def test_uint8_images_are_stored_as_they_are(tmp_path, make):
    levels = np.random.default_rng(0).integers(0, 256, (3, 1, 12, 12), dtype=np.uint8)
    with CatalogWriter(tmp_path / "c", Preprocessing(size=12), title="t") as writer:
        writer.append(make.chunk(0, 3)[0], levels)
    np.testing.assert_array_equal(np.load(tmp_path / "c" / "images.npy"), levels)


def test_names_are_kept_as_they_are_written(tmp_path):
    names = ["RGZJ134541.2+232253", " blanks ", "Ωmega «1»", "a,b\n", ""]
    with CatalogWriter(tmp_path / "c", Preprocessing(size=4), title="t") as writer:
        zeros = np.zeros(len(names))
        writer.append({"name": names, "ra": zeros, "dec": zeros}, np.zeros((len(names), 1, 4, 4)))
    assert Catalog.open(tmp_path / "c").names.tolist() == names


@pytest.mark.parametrize("name", ["c", "my survey [v2]*?", "Ωmega", ".hidden"])
def test_nothing_is_there_before_the_end(tmp_path, make, name):
    path = tmp_path / name
    with CatalogWriter(path, Preprocessing(size=make.side), title="t") as writer:
        writer.append(*make.chunk(0, 5))
        assert not path.exists()
    assert len(Catalog.open(path)) == 5
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("compact", [False, True])
def test_a_failure_leaves_nothing(tmp_path, make, compact):
    options = {"title": "t", "compact": compact}

    def interrupted() -> None:
        with CatalogWriter(tmp_path / "c", Preprocessing(size=make.side), **options) as writer:
            writer.append(*make.chunk(0, 5))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_an_empty_catalogue_is_refused(tmp_path):
    with (
        pytest.raises(CatalogError, match="at least one"),
        CatalogWriter(tmp_path / "c", Preprocessing(), title="t"),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c, i: (c, i[:-1]),
        lambda c, i: (c, i[:, :, :-1]),
        lambda c, i: (c, i[:, 0]),
        lambda c, i: (c, i * np.nan),
        lambda c, i: (c, i + 1.5),
        lambda c, i: (c, i - 1.5),
        lambda c, i: (c, (i * 100).astype(int)),
        lambda c, i: ({k: v for k, v in c.items() if k != "dec"}, i),
        lambda c, i: ({**c, "ra": c["ra"][:-1]}, i),
        lambda c, i: ({**c, "more": c["ra"]}, i),
        lambda c, i: ({k: v for k, v in c.items() if k != "size"}, i),
        lambda c, i: ({**c, "ra": ["north"] * len(i)}, i),
        lambda c, i: ({**c, "size": [{}] * len(i)}, i),
    ],
)
def test_chunks_that_do_not_fit_are_refused(tmp_path, make, spoil):
    def spoiled() -> None:
        with CatalogWriter(tmp_path / "c", Preprocessing(size=make.side), title="t") as writer:
            writer.append(*make.chunk(0, 5))
            writer.append(*spoil(*make.chunk(5, 9)))

    with pytest.raises(CatalogError) as caught:
        spoiled()
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


# Replacing


def test_a_catalogue_is_replaced_only_when_asked(tmp_path, make, snapshot):
    path = make.embed(make.write(tmp_path / "c"))
    before = snapshot(path)
    with pytest.raises(CatalogError, match="already"):
        make.write(path, count=3)
    assert snapshot(path) == before
    make.write(path, count=3, overwrite=True)
    assert len(Catalog.open(path)) == 3
    assert Catalog.open(path).encoders == ()


def test_replacing_again_and_again_leaves_no_rubbish(tmp_path, make, snapshot):
    path = make.embed(make.write(tmp_path / "c"))
    for count in (3, 4, 5, 6):
        make.embed(make.write(path, count=count, overwrite=True))
        assert len(Catalog.open(path).images[:]) == count
        assert len(snapshot(path)) == 11
    assert [p.name for p in tmp_path.iterdir()] == ["c"]


def test_readers_keep_what_they_had_open(tmp_path, make):
    path = make.embed(make.write(tmp_path / "c"))
    catalog = Catalog.open(path)
    rows, images = catalog.embeddings("simclr"), catalog.images
    make.write(path, count=3, overwrite=True)
    assert images[:].shape[0] == make.count
    np.testing.assert_array_equal(rows, make.vectors())


def test_a_damaged_catalogue_can_be_replaced(tmp_path, make):
    path = make.write(tmp_path / "c")
    (path / "manifest.json").write_text("{")
    make.write(path, count=4, overwrite=True)
    assert len(Catalog.open(path)) == 4


def test_marks_of_the_user_survive(tmp_path, make):
    path = make.write(tmp_path / "c")
    (path / "labels.sqlite").write_bytes(b"mine")
    make.embed(make.write(path, count=4, overwrite=True))
    assert (path / "labels.sqlite").read_bytes() == b"mine"


def test_what_is_no_catalogue_is_left_alone(tmp_path, make):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years of work")
    (tmp_path / "file").write_text("also")
    for name in ("thesis", "file"):
        with pytest.raises(CatalogError, match="something else"):
            make.write(tmp_path / name, overwrite=True)
    assert (tmp_path / "thesis" / "chapter.tex").read_text() == "years of work"


def test_an_empty_folder_may_be_used(tmp_path, make):
    (tmp_path / "c").mkdir()
    assert len(Catalog.open(make.write(tmp_path / "c"))) == make.count


def test_abandoned_work_is_cleared_after_a_day(tmp_path, make):
    for age, name in ((0, ".c.partial-new"), (2 * 86400, ".c.partial-old")):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    path = make.write(tmp_path / "c")
    assert {p.name for p in tmp_path.iterdir()} == {"c", ".c.partial-new"}
    rubbish = [path / ".part-12.manifest.json", path / ".new.partial-x"]
    rubbish[0].write_text("{")
    rubbish[1].mkdir()
    for left in rubbish:
        os.utime(left, (time.time() - 2 * 86400,) * 2)
    make.embed(path)
    assert not any(left.exists() for left in rubbish)


# Vectors, indexes and maps


def test_new_vectors_take_what_was_made_of_earlier_ones_with_them(tmp_path, make, snapshot):
    path = make.embed(make.write(tmp_path / "c"))
    make.embed(path, "byol", "b" * 64)
    with CatalogUpdate(path) as update:
        update.add_embeddings("simclr", make.vectors(seed=1), weights_sha256="c" * 64)
    catalog = Catalog.open(path)
    assert catalog.encoders == ("byol", "simclr")
    assert catalog.maps("simclr") == ()
    assert set(catalog.maps("byol")) == {"pca", "umap"}
    with pytest.raises(CatalogError, match="index"):
        catalog.index_path("simclr")
    with pytest.raises(CatalogError, match="likelihood"):
        catalog.likelihood("simclr")
    np.testing.assert_array_equal(catalog.likelihood("byol"), make.scores())
    assert set(snapshot(path)) == catalog.manifest.files() | {"manifest.json"}


def test_replaced_again_and_again(tmp_path, make, snapshot):
    path = make.embed(make.write(tmp_path / "c"))
    for seed in range(1, 6):
        make.embed(path, sha=f"{seed}" * 64, seed=seed)
        catalog = Catalog.open(path)
        np.testing.assert_array_equal(catalog.embeddings("simclr"), make.vectors(seed=seed))
        assert catalog.index_path("simclr").read_bytes() == b"index" + bytes([seed])
        np.testing.assert_array_equal(catalog.likelihood("simclr"), make.scores(seed=seed))
        side = catalog.index_path("simclr")
        assert side.with_name(f"{side.name}.json").exists()
        assert set(snapshot(path)) == catalog.manifest.files() | {"manifest.json"}


def test_one_by_one_is_the_same_as_together(tmp_path, make, snapshot):
    together = make.embed(make.write(tmp_path / "a"))
    path, rows = make.write(tmp_path / "b"), make.vectors()
    with CatalogUpdate(path) as update:
        update.add_embeddings("simclr", rows, weights_sha256="a" * 64)
    with CatalogUpdate(path) as update:
        update.add_index("simclr", make.saved(b"index\x00", b"{}"))
    with CatalogUpdate(path) as update:
        update.add_map("simclr", "umap", rows[:, :2])
    with CatalogUpdate(path) as update:
        update.add_map("simclr", "pca", rows[:, 2:4], projection=make.saved(b"projection"))
    with CatalogUpdate(path) as update:
        update.add_likelihood("simclr", make.scores(), make.saved(b"judge"))
    assert snapshot(path) == snapshot(together)


@pytest.mark.parametrize(
    "act",
    [
        lambda u, v: u.add_embeddings("simclr", v[:-1], weights_sha256="a"),
        lambda u, v: u.add_embeddings("simclr", v[:, 0], weights_sha256="a"),
        lambda u, v: u.add_embeddings("simclr", v.astype(float), weights_sha256="a"),
        lambda u, v: u.add_embeddings("simclr", v * np.float16(np.nan), weights_sha256="a"),
        lambda u, v: u.add_embeddings("../simclr", v, weights_sha256="a"),
        lambda u, v: u.add_map("simclr", "umap", v),
        lambda u, v: u.add_map("simclr", "u/map", v[:, :2]),
        lambda u, v: u.add_map("byol", "umap", v[:, :2]),
        lambda u, v: u.add_index("../byol", None),
        lambda u, v: u.add_likelihood("simclr", v[:-1], None),
        lambda u, v: u.add_likelihood("simclr", np.full_like(v, np.inf), None),
        lambda u, v: u.add_likelihood("byol", v, None),
    ],
)
def test_a_refused_addition_changes_nothing(tmp_path, make, snapshot, act):
    path = make.embed(make.write(tmp_path / "c"))
    before = snapshot(path)
    rows = make.vectors(seed=3)

    def refused() -> None:
        with CatalogUpdate(path) as update:
            update.add_embeddings("other", rows, weights_sha256="c" * 64)
            act(update, rows)

    with pytest.raises(CatalogError):
        refused()
    assert snapshot(path) == before
    assert not [p for p in path.rglob("*") if p.name.startswith(".")]


def test_two_updates_at_once_do_not_lose_one(tmp_path, make):
    path = make.write(tmp_path / "c")

    def overtaken() -> None:
        with CatalogUpdate(path) as slow:
            slow.add_embeddings("slow", make.vectors(), weights_sha256="a")
            with CatalogUpdate(path) as fast:
                fast.add_embeddings("fast", make.vectors(), weights_sha256="b")

    with pytest.raises(CatalogError, match="meanwhile"):
        overtaken()
    assert Catalog.open(path).encoders == ("fast",)


def test_an_update_of_a_catalogue_that_has_gone_is_refused_in_a_sentence(tmp_path, make):
    path = make.write(tmp_path / "c")

    def outlived() -> None:
        with CatalogUpdate(path) as update:
            update.add_embeddings("one", make.vectors(), weights_sha256="a")
            (path / "manifest.json").unlink()

    with pytest.raises(CatalogError, match="meanwhile"):
        outlived()


# A killed process

_WRITER = """
import sys, numpy as np
from pathlib import Path
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.sky.preprocess import Preprocessing

path = Path(sys.argv[1])
class Index:
    def save(self, path):
        path.write_bytes(bytes(300_000))
        path.with_name(path.name + ".json").write_text("{}")

generation = 0
while True:
    generation += 1
    n = 20 + generation % 50
    columns = {"name": [f"{generation}"] * n, "ra": np.full(n, generation), "dec": np.zeros(n)}
    images = np.full((n, 1, 16, 16), generation % 256, dtype=np.uint8)
    options = {"title": f"{generation}", "compact": generation % 2 == 0, "overwrite": True}
    with CatalogWriter(path, Preprocessing(size=16), **options) as writer:
        for rows in (slice(0, 10), slice(10, n)):
            writer.append({k: v[rows] for k, v in columns.items()}, images[rows])
    vectors = np.full((n, 4), generation % 1000, dtype=np.float32)
    with CatalogUpdate(path) as update:
        update.add_embeddings("e", vectors, weights_sha256=f"{generation}")
        update.add_index("e", Index())
        update.add_map("e", "pca", vectors[:, :2], projection=Index())
    if generation == 1:
        print("ready", flush=True)  # the first takes long, for imports; later ones milliseconds
"""


def check_one_generation(path: Path) -> int:
    """Return the generation of a catalogue after checking that all of it is of that one."""
    with Catalog.open(path) as catalog:
        generation = int(catalog.manifest.title)
        assert len(catalog) == 20 + generation % 50
        assert set(catalog.names) == {f"{generation}"}
        assert (np.rint(catalog.images[:] * 255) == generation % 256).all()
        if catalog.encoders:
            catalog.check_weights("e", f"{generation}")
            assert (catalog.embeddings("e") == generation % 1000).all()
            assert (catalog.map("e", "pca") == generation % 1000).all()
            assert catalog.index_path("e").stat().st_size == 300_000
        return generation


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_killed_process_leaves_the_old_or_the_new(tmp_path):
    path = tmp_path / "c"
    rng = random.Random(0)
    seen: set[int] = set()
    for attempt in range(48):
        if attempt >= 12 and len(seen) > 1:
            break  # on a busy machine the writer may not get far before it is killed
        with subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(rng.uniform(0, 0.25 * (1 + attempt // 12)))
            process.kill()
        seen.add(check_one_generation(path))
    assert len(seen) > 1  # it was killed at different moments indeed


def test_a_place_that_cannot_be_written_to_is_refused_in_words(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(CatalogError, match="cannot be written there"),
        new_catalog_folder(tmp_path / "file" / "catalogue"),
    ):
        pytest.fail("a folder below a file")
