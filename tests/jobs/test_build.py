"""Catalogues are built whole or not at all, the same each time, and embedded by real encoders."""

from __future__ import annotations

import csv
from pathlib import Path

import h5py
import numpy as np
import pytest
from astropy.io import fits
from sklearn.decomposition import PCA

from radgalgui.analysis.metrics import neighbour_share
from radgalgui.analysis.neighbours import ExactIndex, HnswIndex
from radgalgui.analysis.projection import PcaProjection
from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import Cancelled, CatalogError, UsageError, WeightsError
from radgalgui.jobs.build import build_from_arrays, build_simulated
from radgalgui.jobs.simulated import simulate_files, simulated_chunks
from radgalgui.jobs.survey import parts
from radgalgui.jobs.survey.embed import embed_catalog
from radgalgui.jobs.survey.vectors import halved
from radgalgui.models.encoder import Encoder
from radgalgui.models.registry import build as build_network
from radgalgui.models.weights import save_weights
from radgalgui.progress import CancelToken, silent
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.fits import read_image
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.simulate import simulate

N, SEED = 24, 5
SMALL = Preprocessing(size=32)


def save_encoder(path: Path, name: str = "tiny", *, seed: int = 0, size: int = 32) -> Path:
    """Write the weights of a small untrained network."""
    import torch

    torch.manual_seed(seed)
    architecture = {"name": "resnet", "depth": 18, "width": 0.125, "stem_kernel": 3}
    network = build_network(architecture)
    tensors = {f"network.{k}": v.numpy() for k, v in network.state_dict().items()}
    # An untrained network gives zeros now and then; a centre takes them off the origin.
    tensors["centre"] = np.full(network.dimension, 0.02, dtype=np.float32)
    card = {
        "name": name,
        "architecture": architecture,
        "preprocessing": Preprocessing(size=size).to_dict(),
        "dimension": network.dimension,
    }
    save_weights(path, tensors, card)
    return path


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    return save_encoder(tmp_path_factory.mktemp("weights") / "tiny.safetensors")


@pytest.fixture
def no_umap(monkeypatch):
    """UMAP is tested with the maps; here its compiling would take longer than all the rest."""

    def circle(vectors, **options):
        angle = np.linspace(0, 6, len(vectors), dtype=np.float32)
        return np.stack([np.cos(angle), np.sin(angle)], axis=1)

    monkeypatch.setattr(parts, "umap_map", circle)


@pytest.fixture
def built(tmp_path, weights, no_umap) -> Catalog:
    return build_simulated(tmp_path / "c", n=N, seed=SEED, encoders={"tiny": weights}, compact=True)


def test_says_plainly_that_it_is_simulated(built):
    manifest = built.manifest
    assert manifest.simulated
    assert manifest.title == "Simulated FIRST-like sources"
    assert "Not observations" in manifest.description
    assert manifest.seed == SEED
    assert {"radgalgui", "numpy", "torch", "hnswlib", "umap-learn"} <= set(manifest.software)
    assert set(built.column("survey")) == {"simulated"}
    assert all(origin.startswith("simulated:") for origin in built.column("origin"))


def test_the_table_is_the_truth(built):
    truth = simulate(N, seed=SEED).truth
    assert built.columns[:7] == (
        "name", "ra", "dec", "angular_size", "label", "flux", "survey",
    )  # fmt: skip
    assert set(truth) <= set(built.columns)
    for name, values in truth.items():
        np.testing.assert_array_equal(built.column(name), values)


def test_images_are_what_the_encoder_sees_of_the_files(built, tmp_path):
    """A source's own FITS file, dropped on the window, is the source of the catalogue."""
    for k, path in enumerate(simulate_files(tmp_path / "files", n=N, seed=SEED)):
        cutout = make_cutout(read_image(path), SMALL)
        assert built.find(path.stem) == k
        assert np.abs(built.images[k] - cutout.seen).max() <= 0.5 / 255 + 1e-6


def test_vectors_index_and_maps_belong_together(built, weights):
    encoder = Encoder.load(weights)
    built.check_weights("tiny", encoder.sha256)
    vectors = built.embeddings("tiny")
    assert vectors.dtype == np.float16
    np.testing.assert_allclose(vectors, encoder.embed(built.images[:]), atol=2e-3)
    index = HnswIndex.load(built.index_path("tiny"), built.embeddings("tiny"))
    # An untrained network makes near twins, whose order is chance; their similarity is not.
    found, exact = index.search(vectors, 5)[1], ExactIndex(vectors).search(vectors, 5)[1]
    np.testing.assert_allclose(found, exact, atol=1e-5)
    assert set(built.maps("tiny")) == {"pca", "umap"}
    projection = PcaProjection.load(built.projection_path("tiny", "pca"))
    np.testing.assert_allclose(projection.project(vectors), built.map("tiny", "pca"), atol=1e-5)


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_the_same_numbers_make_the_same_bytes(built, tmp_path, weights):
    again = build_simulated(
        tmp_path / "d", n=N, seed=SEED, encoders={"tiny": weights}, compact=True
    )
    assert files(again.path) == files(built.path)


def test_chunks_do_not_show(monkeypatch):
    whole = list(simulated_chunks(7, 3, SMALL, silent, None))
    monkeypatch.setattr("radgalgui.jobs.simulated._CHUNK", 3)
    pieces = list(simulated_chunks(7, 3, SMALL, silent, None))
    assert [len(images) for _, images in pieces] == [3, 3, 1]
    np.testing.assert_array_equal(np.concatenate([i for _, i in pieces]), whole[0][1])
    for name, values in whole[0][0].items():
        np.testing.assert_array_equal(np.concatenate([c[name] for c, _ in pieces]), values)


@pytest.mark.parametrize("size", [31, 32, 64, 120])
def test_the_source_is_in_the_middle_of_any_size(size):
    """A bright compact source's peak is within the simulator's own offset of the centre."""
    columns, images = next(simulated_chunks(12, 1, Preprocessing(size=size), silent, None))
    assert images.shape == (12, 1, size, size)
    alone = (columns["label"] == "compact") & (columns["chance_neighbours"] == 0)
    compact = np.flatnonzero(alone)
    assert len(compact)
    for k in compact:
        y, x = np.unravel_index(images[k, 0].argmax(), (size, size))
        assert np.hypot(x - (size - 1) / 2, y - (size - 1) / 2) < 2.5


def test_progress_counts_through_all_steps(tmp_path, weights, no_umap):
    told: list[tuple] = []
    build_simulated(
        tmp_path / "c", n=N, seed=1, encoders={"tiny": weights}, progress=lambda *a: told.append(a)
    )
    simulating = [done for done, total, what in told if what == "simulating" and total == N]
    assert simulating == list(range(1, N + 1))
    assert {what for _, _, what in told} == {
        "simulating", "embedding images", "building the neighbour index",
        "finding the principal components",
    }  # fmt: skip


@pytest.mark.parametrize("moment", ["simulating", "embedding images", "building"])
def test_cancelling_leaves_nothing(tmp_path, weights, no_umap, moment):
    token = CancelToken()

    def progress(done, total, what="", /):
        if what.startswith(moment):
            token.cancel()

    with pytest.raises(Cancelled):
        build_simulated(
            tmp_path / "c",
            n=40,
            seed=1,
            encoders={"tiny": weights},
            progress=progress,
            cancel=token,
        )
    assert list(tmp_path.iterdir()) == []


def test_a_catalogue_is_replaced_only_when_asked(built, weights):
    before = files(built.path)
    with pytest.raises(CatalogError, match="already"):
        build_simulated(built.path, n=3, seed=1)
    assert files(built.path) == before
    assert len(build_simulated(built.path, n=3, seed=1, overwrite=True)) == 3


def test_without_encoders_there_are_no_vectors(tmp_path):
    catalog = build_simulated(tmp_path / "c", n=3, seed=1)
    assert catalog.encoders == ()
    assert catalog.images.shape == (3, 1, 64, 64)
    assert "torch" not in catalog.manifest.software


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_sources_have_the_maps_that_can_be_made(tmp_path, weights, n, no_umap):
    catalog = build_simulated(tmp_path / "c", n=n, seed=1, encoders={"tiny": weights})
    assert catalog.maps("tiny") == (() if n == 1 else ("pca",))
    assert len(HnswIndex.load(catalog.index_path("tiny"), catalog.embeddings("tiny"))) == n


def test_refuses_weights_of_another_name(tmp_path, weights):
    with pytest.raises(UsageError, match="'tiny', not 'simclr'"):
        build_simulated(tmp_path / "c", n=3, seed=1, encoders={"simclr": weights})
    with pytest.raises(WeightsError):
        build_simulated(tmp_path / "c", n=3, seed=1, encoders={"x": tmp_path / "none"})
    with pytest.raises(UsageError):
        build_simulated(tmp_path / "c", n=0, seed=1)
    assert list(tmp_path.iterdir()) == []


# An encoder more


def test_a_further_encoder_is_added_and_replaced(built, tmp_path):
    before = files(built.path)
    other = save_encoder(tmp_path / "o.safetensors", "other", seed=1)
    embed_catalog(built.path, other)
    catalog = Catalog.open(built.path)
    assert set(catalog.encoders) == {"tiny", "other"}
    kept = {k: v for k, v in files(built.path).items() if "other" not in k and k != "manifest.json"}
    assert kept.items() <= before.items()
    first = np.array(catalog.embeddings("other"))
    embed_catalog(built.path, save_encoder(tmp_path / "o.safetensors", "other", seed=2))
    catalog = Catalog.open(built.path)
    assert not np.array_equal(catalog.embeddings("other"), first)
    assert set(files(built.path)) == catalog.manifest.files() | {"manifest.json"}


def test_an_encoder_for_other_images_is_refused(built, tmp_path):
    before = files(built.path)
    other = save_encoder(tmp_path / "o.safetensors", "other", size=64)
    with pytest.raises(CatalogError, match="size 32"):
        embed_catalog(built.path, other)
    assert files(built.path) == before


def test_a_cancelled_addition_changes_nothing(built, tmp_path):
    before = files(built.path)
    token = CancelToken()
    other = save_encoder(tmp_path / "o.safetensors", "other")
    with pytest.raises(Cancelled):
        embed_catalog(
            built.path,
            other,
            progress=lambda _, __, what="", /: token.cancel() if "index" in what else None,
            cancel=token,
        )
    assert files(built.path) == before


# Given images


def test_given_images_make_a_catalogue(tmp_path, weights, no_umap):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (600, 1, 32, 32), dtype=np.uint8)
    columns = {
        "name": [f"s{i}" for i in range(600)],
        "ra": rng.uniform(0, 360, 600),
        "dec": np.full(600, np.nan),
        "label": rng.choice(["FRI", "FRII"], 600),
    }
    catalog = build_from_arrays(
        tmp_path / "c",
        images,
        columns,
        preprocessing=SMALL,
        title="Given",
        encoders={"tiny": weights},
    )
    assert not catalog.manifest.simulated
    np.testing.assert_array_equal(np.rint(catalog.images[:] * 255), images)
    assert catalog.column("label").tolist() == columns["label"].tolist()
    assert catalog.row(0)["dec"] is None
    assert catalog.embeddings("tiny").shape == (600, 64)


def test_given_images_must_fit_their_columns(tmp_path):
    columns = {"name": ["a"], "ra": [0.0], "dec": [0.0]}
    with pytest.raises(CatalogError):
        build_from_arrays(
            tmp_path / "c", np.zeros((2, 1, 32, 32)), columns, preprocessing=SMALL, title="t"
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e6])
def test_vectors_keep_their_directions_on_disk(scale):
    vectors = (scale * np.random.default_rng(0).standard_normal((50, 64))).astype(np.float32)
    stored = halved(vectors)
    assert stored.dtype == (np.float16 if scale == 1.0 else np.float32)
    units, kept = (
        v / np.linalg.norm(v, axis=1, keepdims=True) for v in (vectors, stored.astype(np.float32))
    )
    assert ((units * kept).sum(axis=1) > 1 - 1e-6).all()


@pytest.mark.real
def test_real_galaxies_lie_near_their_like(shared_data, tmp_path):
    """Of real images, already the principal components of the pixels know compact from FRII."""
    with h5py.File(shared_data / "rgd" / "galaxy_data_h5.h5") as file:
        groups = [group for group in list(file.values())[:600] if "Img" in group]
        pixels = np.stack([group["Img"][118:182, 118:182] for group in groups])
        columns = {
            "name": [group.name.strip("/") for group in groups],
            "ra": [float(np.ravel(group["Img"].attrs["RA"])[0]) for group in groups],
            "dec": [float(np.ravel(group["Img"].attrs["DEC"])[0]) for group in groups],
            "label": [str(np.ravel(group["Label_literature"][()])[0]) for group in groups],
        }
    settings = Preprocessing()
    images = settings.see(pixels[:, None], 0.0)
    catalog = build_from_arrays(
        tmp_path / "c", images, columns, preprocessing=settings, title="Real", compact=True
    )
    labels = catalog.column("label")
    flat = catalog.images[:].reshape(len(catalog), -1)
    kept = np.flatnonzero(flat.any(axis=1))
    components = PCA(32, random_state=0).fit_transform(flat[kept])
    share = neighbour_share(components, labels[kept], 10)["all"]
    chance = np.square(np.unique(labels[kept], return_counts=True)[1] / len(kept)).sum()
    assert share > chance + 0.1


# Files


def test_files_and_their_truth(tmp_path):
    paths = simulate_files(tmp_path / "out", n=4, seed=2)
    simulated = simulate(4, seed=2)
    with (tmp_path / "out" / "truth.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["file"] for row in rows] == [path.name for path in paths]
    assert [row["name"] for row in rows] == simulated.truth["name"].tolist()
    for path, row, image in zip(paths, rows, simulated.images, strict=True):
        np.testing.assert_array_equal(fits.getdata(path), image)
        assert float(row["flux"]) > 0
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        simulate_files(tmp_path / "none", n=4, seed=2, cancel=token)
