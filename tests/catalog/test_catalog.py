"""A catalogue gives back what was written, and says in a sentence what does not fit."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import CatalogError


def test_the_table_comes_back(folder, make):
    columns, _ = make.chunk(0, make.count)
    catalog = Catalog.open(folder)
    assert len(catalog) == make.count
    assert catalog.columns == tuple(columns)
    assert catalog.names.tolist() == columns["name"]
    assert catalog.column("ra").dtype == np.float64
    np.testing.assert_array_equal(catalog.column("ra"), columns["ra"])
    np.testing.assert_array_equal(catalog.column("size"), columns["size"])
    assert catalog.column("label").tolist() == [label or "" for label in columns["label"]]


def test_rows_are_plain_and_unknown_numbers_none(folder, make):
    columns, _ = make.chunk(0, make.count)
    catalog = Catalog.open(folder)
    for i in (0, 5, 6, make.count - 1):
        row = catalog.row(i)
        assert row["name"] == columns["name"][i]
        assert row["ra"] == columns["ra"][i]
        assert row["size"] is None if i % 5 == 0 else row["size"] == columns["size"][i]
        json.dumps(row, allow_nan=False)
    assert catalog.row(-1) == catalog.row(make.count - 1)
    for out in (make.count, -make.count - 1):
        with pytest.raises(IndexError):
            catalog.row(out)


def test_sources_are_found_by_name(folder, make):
    catalog = Catalog.open(folder)
    for i in range(make.count):
        assert catalog.find(catalog.names[i]) == i
    assert catalog.find("SIM J9999+00") is None


def test_columns_are_shared_and_so_read_only(folder):
    column = Catalog.open(folder).column("ra")
    with pytest.raises(ValueError, match="read-only"):
        column[0] = 0


def test_an_unknown_column_names_those_there_are(folder):
    with pytest.raises(CatalogError, match="name, ra, dec, label, size"):
        Catalog.open(folder).column("flux")


# Images


def test_images_come_back_to_half_a_level(folder, make):
    _, images = make.chunk(0, make.count)
    found = Catalog.open(folder).images
    assert found.shape == (make.count, 1, make.side, make.side)
    assert found[:].dtype == np.float32
    assert np.abs(found[:] - images).max() <= 0.5 / 255 + 1e-6
    assert ((found[:] == 0) == (np.rint(images * 255) == 0)).all()


@pytest.mark.parametrize(
    "key",
    [
        0,
        -1,
        np.int64(3),
        slice(2, 9),
        slice(None, None, -3),
        slice(20, 5),
        slice(-4, None),
        [4],
        [7, 1, 7, -2],
        np.array([], dtype=int),
        [],
        np.arange(30) % 4 == 0,
    ],
)
def test_images_are_chosen_as_from_an_array(folder, key):
    images = Catalog.open(folder).images
    whole = images[:]
    expected = (
        whole[np.array(key, dtype=int) if key == [] else key]
        if isinstance(key, list)
        else whole[key]
    )
    np.testing.assert_array_equal(images[key], expected)


@pytest.mark.parametrize("key", [30, -31, [0, 30], [-31], [0.5], [[1, 2]]])
def test_images_out_of_range_are_refused(folder, key):
    with pytest.raises(IndexError):
        Catalog.open(folder).images[key]


def test_threads_may_read_at_once(folder, make):
    """The first reading of table and images happens in all threads together."""
    reference = Catalog.open(folder)
    whole, names = reference.images[:], reference.names
    catalog = Catalog.open(folder)

    def read(seed: int) -> bool:
        rng = np.random.default_rng(seed)
        for _ in range(20):
            rows = rng.integers(0, make.count, 20)
            assert (catalog.images[rows] == whole[rows]).all()
            assert catalog.row(int(rows[0]))["name"] == names[rows[0]]
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(16)))


# What encoders made


def test_vectors_and_maps_come_back(folder, make):
    catalog = Catalog.open(folder)
    rows = make.vectors()
    assert catalog.encoders == ("simclr",)
    assert catalog.dimension("simclr") == rows.shape[1]
    np.testing.assert_array_equal(catalog.embeddings("simclr"), rows)
    assert isinstance(catalog.embeddings("simclr"), np.memmap)
    assert set(catalog.maps("simclr")) == {"pca", "umap"}
    np.testing.assert_array_equal(catalog.map("simclr", "umap"), rows[:, :2])
    assert catalog.map("simclr", "pca").dtype == np.float32
    assert catalog.index_path("simclr").read_bytes() == b"index\x00"
    assert catalog.index_path("simclr").with_name("simclr.hnsw.json").exists()
    assert catalog.projection_path("simclr", "pca").read_bytes() == b"projection"
    assert catalog.projection_path("simclr", "umap") is None


def test_likelihoods_come_back(folder, make):
    catalog = Catalog.open(folder)
    np.testing.assert_array_equal(catalog.likelihood("simclr"), make.scores())
    assert isinstance(catalog.likelihood("simclr"), np.memmap)
    assert catalog.likelihood("simclr").dtype == np.float32
    assert catalog.judge_path("simclr").read_bytes() == b"judge"


def test_likelihoods_that_were_never_told_name_the_command(folder):
    edit(folder, lambda values: values.pop("likelihoods"))  # as older programs wrote it
    catalog = Catalog.open(folder)
    with pytest.raises(
        CatalogError, match=r"run: radgalgui catalog likelihood .* --encoder simclr"
    ):
        catalog.likelihood("simclr")


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.embeddings("byol"),
        lambda c: c.dimension("byol"),
        lambda c: c.index_path("byol"),
        lambda c: c.likelihood("byol"),
        lambda c: c.judge_path("byol"),
        lambda c: c.map("byol", "pca"),
        lambda c: c.map("simclr", "tsne"),
        lambda c: c.check_weights("byol", "a" * 64),
    ],
)
def test_what_is_not_there_is_refused_by_name(folder, ask):
    with pytest.raises(CatalogError, match=r"byol|tsne"):
        ask(Catalog.open(folder))
    assert Catalog.open(folder).maps("byol") == ()


def test_weights_are_checked_by_their_hash(folder):
    catalog = Catalog.open(folder)
    catalog.check_weights("simclr", "a" * 64)
    with pytest.raises(CatalogError, match="other weights"):
        catalog.check_weights("simclr", "b" * 64)


# What does not fit


def edit(folder: Path, change) -> None:
    path = folder / "manifest.json"
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))


@pytest.mark.parametrize(
    ("part", "ask"),
    [
        ("indexes", lambda c: c.index_path("simclr")),
        ("maps", lambda c: c.map("simclr", "pca")),
        ("likelihoods", lambda c: c.likelihood("simclr")),
        ("likelihoods", lambda c: c.judge_path("simclr")),
    ],
)
def test_parts_of_other_weights_are_refused(folder, part, ask):
    def change(values):
        entry = values[part]["simclr"]
        (entry["pca"] if part == "maps" else entry)["weights_sha256"] = "b" * 64

    edit(folder, change)
    with pytest.raises(CatalogError, match="other weights"):
        ask(Catalog.open(folder))


def test_any_missing_file_is_named(folder, snapshot):
    for name in snapshot(folder):
        path = folder / name
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(CatalogError, match=name.replace(".", r"\.")) as caught:
            Catalog.open(folder)
        assert "\n" not in str(caught.value)
        path.write_bytes(content)
    Catalog.open(folder)


def test_any_truncated_file_is_found_at_opening(folder, snapshot):
    # Checked by those who read them:
    beside = {"index/simclr.hnsw.json", "maps/simclr-pca.npz", "likelihood/simclr.safetensors"}
    for name in set(snapshot(folder)) - beside:
        path = folder / name
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])
        with pytest.raises(CatalogError):
            Catalog.open(folder)
        path.write_bytes(content)


def read_all(folder: Path) -> None:
    catalog = Catalog.open(folder)
    for name in catalog.columns:
        catalog.column(name)
    catalog.images[:]
    catalog.embeddings("simclr")
    for method in catalog.maps("simclr"):
        catalog.map("simclr", method)
    catalog.likelihood("simclr")


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.update(count=29),
        lambda v: v.update(count=31),
        lambda v: v["preprocessing"].update(size=13),
        lambda v: v["preprocessing"].update(channels=3),
        lambda v: v["vectors"]["simclr"].update(dimension=4),
        lambda v: v["likelihoods"]["simclr"].update(dimension=4),
    ],
)
def test_sizes_that_do_not_fit_are_refused(folder, change):
    read_all(folder)
    edit(folder, change)
    with pytest.raises(CatalogError):
        read_all(folder)


@pytest.mark.parametrize("part", ["sources", "images", "vectors", "maps", "likelihoods"])
def test_files_of_another_kind_are_refused(folder, part):
    values = json.loads((folder / "manifest.json").read_text())
    entry = values[part]
    entry = entry if "file" in entry else entry["simclr"]
    entry = entry if "file" in entry else entry["pca"]
    path = folder / entry["file"]
    path.write_bytes(b"?" * path.stat().st_size)
    with pytest.raises(CatalogError, match=path.name):
        read_all(folder)


def test_no_object_array_is_ever_loaded(folder):
    """A pickle inside an array file could run code."""
    path = folder / "embeddings" / "simclr.npy"
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)
    edit(folder, lambda v: v["vectors"]["simclr"].update(bytes=path.stat().st_size))
    with pytest.raises(CatalogError, match="cannot be read"):
        Catalog.open(folder).embeddings("simclr")


def test_a_folder_without_catalogue_is_refused(tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "nothing", tmp_path / "file"):
        with pytest.raises(CatalogError, match="not a catalogue"):
            Catalog.open(path)


def test_closing_lets_arrays_live_and_reading_go_on(folder):
    with Catalog.open(folder) as catalog:
        names, rows = catalog.names, catalog.embeddings("simclr")
        first = catalog.images[0]
    assert names[0] == "SIM J0000+00"
    assert np.isfinite(rows).all()
    np.testing.assert_array_equal(catalog.images[0], first)
    catalog.close()


def test_opening_loads_nothing_heavy(folder):
    """The window opens a catalogue before its first paint."""
    program = (
        "import sys; from radgalgui.catalog.catalog import Catalog;"
        f"c = Catalog.open({str(folder)!r}); c.embeddings('simclr'); c.map('simclr', 'pca');"
        "print([m for m in ('pyarrow', 'pandas', 'h5py', 'torch', 'astropy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
