"""``radgalgui likelihood`` as a user types it, on a catalogue of some of the bundled sources."""

from __future__ import annotations

import csv
import json
import shutil

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.entry import main
from radgalgui.jobs.likelihood.methods import METHODS
from radgalgui.jobs.results import LIKELIHOOD_COLUMNS
from radgalgui.models.encoder import Encoder
from radgalgui_resources import catalog_path, example_path, weights_path

COLUMNS = (
    "query,encoder,log_likelihood,percentile,isolation_forest,local_outlier_factor,"
    "knn_distance,reconstruction,combined"
)


@pytest.fixture(scope="module")
def judged(write_catalog, make_judge, tmp_path_factory) -> str:
    """Return a catalogue of 100 sources with the likelihoods of one of its two encoders."""
    path = tmp_path_factory.mktemp("likelihood") / "judged"
    bundled = Catalog.open(catalog_path())
    encoder = Encoder.load(weights_path("simclr"))
    write_catalog(path, bundled.images[:100], encoder)
    make_judge(path, "simclr")
    from radgalgui.catalog.update import CatalogUpdate

    with CatalogUpdate(path) as update:
        vectors = np.asarray(bundled.embeddings("byol")[:100])
        sha = bundled.manifest.vectors["byol"].weights_sha256
        update.add_embeddings("byol", vectors, weights_sha256=sha)
    return str(path)


def likelihood(capsys, *arguments) -> tuple[int, list[dict[str, str]], list[str]]:
    """Run ``radgalgui likelihood ... --csv -`` and return (status, rows, lines of complaint)."""
    status = main(["likelihood", *map(str, arguments), "--csv", "-"])
    captured = capsys.readouterr()
    return status, list(csv.DictReader(captured.out.splitlines())), captured.err.splitlines()


def test_the_columns_are_those_that_were_asked_for(judged, capsys):
    status, rows, complaints = likelihood(capsys, example_path(), "--catalog", judged)
    assert (status, len(rows)) == (0, 1)
    assert tuple(COLUMNS.split(",")) == LIKELIHOOD_COLUMNS == tuple(rows[0])
    row = rows[0]
    assert row["encoder"] == "simclr"
    assert np.isfinite(float(row["log_likelihood"]))
    for name in ("percentile", *METHODS[1:4], "combined"):
        assert 0 <= float(row[name]) <= 100
    assert row["reconstruction"] == ""
    assert sum("note: Its reconstruction has no say" in line for line in complaints) == 1
    assert sum("100 sources" in line for line in complaints) == 1


def test_a_votable_says_what_its_columns_mean(judged, tmp_path):
    from astropy.io.votable import parse_single_table

    target = tmp_path / "told.vot"
    asked = ["likelihood", str(example_path()), "--catalog", judged, "--votable", str(target)]
    assert main(asked) == 0
    table = parse_single_table(target)
    assert table.get_field_by_id_or_name("log_likelihood").ucd == "stat.likelihood"
    assert table.get_field_by_id_or_name("combined").ucd == "stat.rank"
    assert table.array["reconstruction"].mask.all()


def test_noise_is_less_likely_than_a_galaxy_and_a_bad_file_is_named(judged, capsys, tmp_path):
    from astropy.io import fits

    rng = np.random.default_rng(0)
    image = fits.getdata(example_path())
    fits.writeto(tmp_path / "noise.fits", rng.normal(size=image.shape).astype(np.float32))
    (tmp_path / "bad.fits").write_text("nonsense")
    status, rows, complaints = likelihood(
        capsys,
        example_path(),
        tmp_path / "bad.fits",
        tmp_path / "noise.fits",
        "--catalog",
        judged,
    )
    assert status == 2
    assert [row["query"] for row in rows] == [example_path().stem, "noise"]
    galaxy, noise = (float(row["log_likelihood"]) for row in rows)
    assert galaxy > noise
    assert any("bad.fits" in line for line in complaints)


def test_all_asks_the_encoders_that_have_likelihoods(judged, capsys):
    status, rows, _ = likelihood(capsys, example_path(), "--catalog", judged, "--encoder", "all")
    assert status == 0
    assert [row["encoder"] for row in rows] == ["simclr"]


def test_a_table_is_printed_or_events(judged, capsys):
    assert main(["likelihood", str(example_path()), "--catalog", judged]) == 0
    title, head, line = capsys.readouterr().out.splitlines()
    assert "log-likelihood in nats" in title
    assert head.split()[:3] == ["encoder", "log-likelihood", "flow"]
    assert line.split()[0] == "simclr"
    assert main(["likelihood", str(example_path()), "--catalog", judged, "--events"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["kind"], told["sources"]) == ("Likelihood", 100)
    assert [row["method"] for row in told["opinions"]] == list(METHODS)


def test_what_cannot_be_told_is_refused_in_a_line(judged, capsys, tmp_path):
    bare = tmp_path / "bare"
    shutil.copytree(judged, bare)
    manifest = json.loads((bare / "manifest.json").read_text())
    del manifest["likelihoods"]
    (bare / "manifest.json").write_text(json.dumps(manifest))
    for arguments, words in (
        (["--encoder", "byol"], f"radgalgui catalog likelihood {judged} --encoder byol"),
        (["--encoder", "nosuch"], "nosuch"),
        (["--catalog", str(bare)], "--encoder simclr"),
        (["--catalog", str(bare), "--encoder", "all"], "--encoder all"),
        (["--catalog", str(tmp_path)], str(tmp_path)),
        (["--csv", str(tmp_path / "no" / "x.csv")], "no folder"),
        (["--position", "nowhere"], "nowhere"),
    ):
        asked = ["likelihood", str(example_path()), "--catalog", judged, *arguments]
        assert main(asked) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert words in captured.err
        assert len(captured.err.splitlines()) == 1
