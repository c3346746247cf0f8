"""Planted duplicates are found, decided upon and left out; the real ones of FIRST are found too."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.catalog.update import CatalogUpdate
from radgalgui.catalog.writer import CatalogWriter
from radgalgui.cli.main import run
from radgalgui.errors import CatalogError, UsageError
from radgalgui.jobs.duplicates.apply import leave_out
from radgalgui.jobs.duplicates.decisions import Decision, leaving, read_decisions
from radgalgui.jobs.duplicates.find import FOUND_BY, Within, find_duplicates, pair_rows
from radgalgui.models.encoder import Encoder
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_resources import catalog_path

N = 60


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Path:
    """Sixty sources; 50 is 3 cut again 1" away, 51 looks like 4 elsewhere, 52 stands beside 5."""
    rng = np.random.default_rng(2)
    ra, dec = rng.uniform(0, 360, N), rng.uniform(-60, 60, N)
    vectors = rng.normal(size=(N, 12)).astype(np.float32)
    flux = rng.uniform(0.01, 1, N)
    label = np.array(["FRI", "FRII"] * (N // 2), dtype=object)
    ra[50], dec[50] = ra[3], dec[3] + 1 / 3600
    vectors[50] = vectors[3] * 1.01 + rng.normal(0, 0.005, 12)
    vectors[51] = vectors[4]
    ra[52], dec[52] = ra[5], dec[5] - 3 / 3600
    ra[10] = np.nan
    flux[3], label[3], flux[50] = np.nan, "", 0.5
    columns = {
        "name": np.array([f"J{i:02d}" for i in range(N)], dtype=object),
        "ra": ra,
        "dec": dec,
        "flux": flux,
        "label": label,
    }
    path = tmp_path_factory.mktemp("planted") / "survey"
    images = rng.uniform(0, 1, (N, 1, 64, 64)).astype(np.float32)
    with CatalogWriter(path, Preprocessing(), title="Planted", simulated=True) as writer:
        writer.append(columns, images)
    with CatalogUpdate(path) as update:
        update.add_embeddings("simclr", vectors, weights_sha256="0" * 64)
        update.add_map("simclr", "pca", vectors[:, :2])
    return path


@pytest.fixture
def catalog(planted, tmp_path) -> Path:
    return Path(shutil.copytree(planted, tmp_path / "survey"))


def pairs(path: Path, within: Within) -> list[tuple[str, str, str]]:
    with Catalog.open(path) as catalog:
        rows = list(pair_rows(catalog, find_duplicates(catalog, within)))
    return [(row["left"], row["right"], row["found_by"]) for row in rows]


def test_what_was_planted_is_found_in_the_order_of_likelihood(planted):
    both = pairs(planted, Within(5.0, 0.01, "simclr"))
    assert both[0] == ("J03", "J50", "both")
    assert set(both[1:]) == {("J04", "J51", "image"), ("J05", "J52", "sky")}
    assert pairs(planted, Within(2.0)) == [("J03", "J50", "sky")]
    assert pairs(planted, Within(None, None, "simclr"))[0] == ("J04", "J51", "image")
    with Catalog.open(planted) as opened:
        found = find_duplicates(opened, Within(5.0, 0.01, "simclr"))
    assert found.separation[0] == pytest.approx(1.0, abs=1e-4)
    assert found.separation[1] > 1000
    assert found.distance.max() > 0.1  # also told of the pair that only the sky found
    assert found.limit == 0.01
    assert set(found.found_by) <= set(FOUND_BY)


def test_a_turned_image_is_the_same_where_orientation_is_ignored(
    tmp_path, small_weights, monkeypatch
):
    monkeypatch.setenv("RADGALGUI_HOME", str(tmp_path / "home"))
    (tmp_path / "home" / "encoders").mkdir(parents=True)
    shutil.copy(small_weights, tmp_path / "home" / "encoders" / "small.safetensors")
    encoder, path = Encoder.load(small_weights), tmp_path / "turned"
    eyes = encoder.preprocessing
    images = np.random.default_rng(4).uniform(0, 1, (12, 1, eyes.size, eyes.size))
    images = np.round(images * 255) / 255  # as catalogues keep them
    images[9] = np.rot90(images[2], axes=(1, 2))
    columns = {"name": np.array([f"J{i}" for i in range(12)], dtype=object)}
    columns |= {"ra": np.full(12, np.nan), "dec": np.full(12, np.nan)}
    with CatalogWriter(path, eyes, title="Turned", simulated=True) as writer:
        writer.append(columns, images.astype(np.float32))
    with CatalogUpdate(path) as update:
        vectors = encoder.embed(images.astype(np.float32))
        update.add_embeddings("small", vectors, weights_sha256=encoder.sha256)
    close = Within(None, 1e-5, "small")
    assert pairs(path, close) == []
    turned = Within(None, 1e-5, "small", ignore_orientation=True)
    assert pairs(path, turned) == [("J2", "J9", "image")]
    with Catalog.open(path) as opened, pytest.raises(CatalogError, match="no source has a pos"):
        find_duplicates(opened, Within(5.0))


def test_what_cannot_be_looked_for(planted):
    with Catalog.open(planted) as opened:
        with pytest.raises(UsageError, match="nothing is looked for"):
            find_duplicates(opened, Within(None))
        with pytest.raises(CatalogError, match="byol"):
            find_duplicates(opened, Within(None, None, "byol"))


D = Decision


@pytest.mark.parametrize(
    ("decisions", "out", "merged", "spared"),
    [
        ([D(1, 2, "left"), D(3, 4, "right"), D(5, 6, "both")], [2, 3], {}, []),
        ([D(1, 2, "merge")], [2], {1: [2]}, []),
        ([D(1, 2, "merge"), D(0, 1, "merge")], [1, 2], {0: [2, 1]}, []),
        ([D(1, 2, "left"), D(2, 3, "left"), D(3, 1, "left")], [2, 3], {}, [1]),
        ([D(1, 2, "left"), D(1, 2, "both")], [2], {}, []),
    ],
)
def test_decisions_taken_together(decisions, out, merged, spared):
    told = leaving(decisions)
    assert told.out.tolist() == out
    assert told.merged == merged
    assert told.spared == spared


def test_a_catalogue_without_duplicates_has_merged_values_and_all_its_parts(catalog, tmp_path):
    out = tmp_path / "clean"
    removed = leave_out(catalog, [D(3, 50, "merge"), D(4, 51, "right")], out=out)
    assert removed == 2
    with Catalog.open(out) as clean, Catalog.open(catalog) as before:
        assert len(before) == N
        assert len(clean) == N - 2
        at = clean.find("J03")
        row = clean.row(at)
        assert (row["flux"], row["label"], row["also"]) == (0.5, before.row(50)["label"], "J50")
        assert row["ra"] == before.row(3)["ra"]
        assert clean.find("J50") is clean.find("J04") is None
        assert np.array_equal(clean.embeddings("simclr")[at], before.embeddings("simclr")[3])
        assert np.array_equal(clean.images[at], before.images[3])
        assert "pca" in clean.maps("simclr")
        assert clean.index_path("simclr").exists()
    with pytest.raises(UsageError, match="there already"):
        leave_out(catalog, [D(3, 50, "left")], out=out)
    leave_out(catalog, [D(3, 50, "left")])
    with Catalog.open(catalog) as thinner:
        assert len(thinner) == N - 1
        assert "also" not in thinner.columns
    with pytest.raises(UsageError, match="no source out"):
        leave_out(catalog, [D(1, 2, "both")])


def test_the_catalogue_that_comes_along_stays_as_it_is():
    with pytest.raises(CatalogError, match="stays as it is"):
        leave_out(catalog_path(), [D(0, 1, "left")])


def test_by_command_pairs_become_decisions_and_a_new_catalogue(catalog, tmp_path, capsys):
    listed, out = tmp_path / "pairs.csv", tmp_path / "clean"
    ask = ["catalog", "duplicates", str(catalog)]
    assert run([*ask, "--arcsec", "5", "--distance", "0.01", "--csv", str(listed)]) == 0
    assert "3 pairs" in capsys.readouterr().err
    with listed.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    keeps = {"J50": "merge", "J51": "", "J52": "right"}
    with listed.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, [*rows[0], "keep"])
        writer.writeheader()
        writer.writerows({**row, "keep": keeps[row["right"]]} for row in rows)
    assert run([*ask, "--apply", str(listed), "--out", str(out)]) == 0
    assert "2 sources left out" in capsys.readouterr().err
    with Catalog.open(out) as clean:
        assert len(clean) == N - 2
        assert clean.find("J05") is None
    assert run([*ask, "--arcsec", "1.5"]) == 0
    table = capsys.readouterr().out
    assert "J03" in table
    assert "J52" not in table


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--distance", "near"], "is no number"),
        (["--encoder", "simclr"], "how alike"),
        (["--arcsec", "-3"], "no separation"),
        (["--out", "x"], "needs --apply"),
        (["--apply", "nowhere.csv"], "cannot be read"),
    ],
)
def test_commands_that_will_not_do(planted, arguments, why):
    with pytest.raises((UsageError, SystemExit), match=why):
        run(["catalog", "duplicates", str(planted), *arguments])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("left,right,keep\nJ1,J2,perhaps\n", "line 2 says to keep 'perhaps'"),
        ("left,right,keep\nJ1,J9,left\n", "no source 'J9'"),
        ("left,right,keep\ntwin,J1,left\n", "2 sources are called 'twin'"),
        ("left,keep\nJ1,left\n", "no column 'right'"),
        ("left,right\nJ1,J2\n", "no column 'keep'"),
        ("left;right;keep\nJ1;J2;left\n", "no column 'left'.*commas"),
        ("", "no column 'left'"),
        ("keep,left,right\nleft,J1\n", "no source ''"),
    ],
)
def test_decisions_that_cannot_be_read(tmp_path, text, why):
    path = tmp_path / "decisions.csv"
    path.write_text(text)
    names = ["J1", "J2", "twin", "twin"]
    with pytest.raises(UsageError, match=why):
        read_decisions(path, names)
    path.write_text("left,right,keep,left_row\r\ntwin,J1,LEFT,3\r\nJ1,J2,,\r\n")
    assert read_decisions(path, names) == [D(3, 0, "left")]


DATA = Path(os.environ.get("RADGALGUI_DATA", Path(__file__).parents[4] / "shared" / "data"))
TWICE = ("100_169.641+031.255_0.2181_0081.13", "102_169.640+031.253_0.2198_0060.00")


@pytest.mark.skipif(not (DATA / "first_fields").is_dir(), reason="no FIRST fields at hand")
def test_the_real_fields_hold_one_source_twice(tmp_path):
    from radgalgui.jobs.survey.build import build
    from radgalgui.jobs.survey.inputs import recognise

    folder = tmp_path / "fields"
    folder.mkdir()
    every = sorted((DATA / "first_fields").iterdir())
    for path in every:
        if path.name.startswith(TWICE) or path in every[::150]:
            (folder / path.name).symlink_to(path)
    out = tmp_path / "survey"
    build(recognise([folder]).plan, out, encoders={}, maps=())
    ((left, right, _),) = pairs(out, Within(5.0))
    assert {left, right} == set(TWICE)
