"""``radgalgui catalog coverage`` as a user types it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.entry import main
from radgalgui.jobs.work.library import add_encoder
from radgalgui.models.encoder import Encoder, pack
from radgalgui.models.weights import save_weights
from radgalgui.sky.preprocess import Preprocessing


def spots(path: Path, count: int, encoder: Encoder | None, *, static: int = 0) -> Path:
    """Write a catalogue of round spots, and of ``static`` images of noise after them."""
    rng = np.random.default_rng(count)
    y, x = np.mgrid[-32:32, -32:32]
    wide = rng.uniform(2, 9, (count, 1, 1, 1))
    images = np.exp(-0.5 * (x**2 + y**2) / wide**2).astype(np.float32)
    images = np.concatenate([images, rng.random((static, 1, 64, 64), dtype=np.float32)])
    n = count + static
    columns = {
        "name": np.array([f"spot {i}" for i in range(n)], dtype=object),
        "ra": np.linspace(0, 90, n),
        "dec": np.zeros(n),
    }
    with CatalogWriter(path, Preprocessing(), title=path.name) as writer:
        writer.append(columns, images)
    if encoder is not None:
        with Catalog.open(path) as catalog:
            vectors = encoder.embed(catalog.images[:])
        with CatalogUpdate(path) as update:
            update.add_embeddings("small", vectors, weights_sha256=encoder.sha256)
            update.add_map("small", "umap", vectors[:, :2].astype(np.float32))
    return path


@pytest.fixture(scope="module")
def two(make_untaught, tmp_path_factory):
    """Return two catalogues, the first embedded by an encoder of the user's own."""
    folder = tmp_path_factory.mktemp("coverage")
    network, card = make_untaught()
    weights = folder / "small.safetensors"
    save_weights(weights, pack(network, centre=np.zeros(network.dimension)), card)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RADGALGUI_HOME", str(folder / "home"))
        add_encoder(weights)
        first = spots(folder / "first", 100, Encoder.load(weights))
        yield str(first), str(spots(folder / "second", 70, None, static=30))


def test_the_sentence_and_the_sources_least_alike_are_printed(two, capsys):
    assert main(["catalog", "coverage", *two]) == 0
    out = capsys.readouterr().out.splitlines()
    assert "of 100 sources lie where the reference has sources" in out[0]
    assert "the 10 least alike" in out[2]
    assert out[3].split() == ["name", "novelty", "nearest", "similarity"]
    assert int(out[4].split()[1]) >= 70  # static


def test_json_and_csv_hold_the_same_numbers(two, capsys, tmp_path):
    table = tmp_path / "novelty.csv"
    assert main(["catalog", "coverage", *two, "--json", "--csv", str(table)]) == 0
    facts = json.loads(capsys.readouterr().out)
    rows = list(csv.DictReader(table.open(encoding="utf-8")))
    assert len(rows) == facts["sources"] == 100
    assert facts["encoder"] == "small"
    assert facts["low"] <= facts["share"] <= facts["high"]
    assert sum(row["new"] == "no" for row in rows) == round(100 * facts["share"])
    assert list(rows[0])[3:] == ["novelty", "new", "nearest", "similarity", "umap_x", "umap_y"]
    assert facts["share"] < 0.85


def test_what_cannot_be_compared_is_refused_in_a_line(two, capsys, tmp_path):
    first, second = two
    for arguments, words in (
        ([second, first], "no vectors to compare with"),
        ([first, first], "reference itself"),
        ([first, str(tmp_path)], str(tmp_path)),
        ([first, second, "--encoder", "byol"], "byol"),
        ([first, second, "--csv", str(tmp_path / "no" / "x.csv")], "no folder"),
    ):
        assert main(["catalog", "coverage", *arguments]) == 2
        error = capsys.readouterr().err.strip().splitlines()[-1]
        assert words in error
