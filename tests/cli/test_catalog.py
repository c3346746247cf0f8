"""`radgalgui catalog` and `embed`: built, changed, looked into, refreshed from a terminal."""

from __future__ import annotations

import gc
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.entry import main
from radgalgui.jobs.survey import gather, parts
from radgalgui.jobs.work.reports import Device, Done, Failed, Note, Progress, from_line
from radgalgui.models.encoder import pack
from radgalgui.models.weights import save_weights

COUNT = 20


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay maps out without UMAP, which compiles for long, and work in small chunks."""
    flat = lambda vectors, **_: np.array(vectors[:, :2], dtype=np.float32)  # noqa: E731
    monkeypatch.setattr(parts, "umap_map", flat)
    monkeypatch.setattr(gather, "CHUNK", 8)


@pytest.fixture(scope="module")
def weights(make_untaught, tmp_path_factory) -> Path:
    network, card = make_untaught()
    path: Path = tmp_path_factory.mktemp("weights") / "small.safetensors"
    save_weights(path, pack(network, centre=np.zeros(network.dimension)), card)
    return path


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Path:
    rng = np.random.default_rng(0)
    y, x = np.mgrid[-32:32, -32:32]
    wide = rng.uniform(2, 9, (COUNT, 2, 1, 1))
    path: Path = tmp_path_factory.mktemp("stack") / "fields.npy"
    np.save(
        path, np.rint(255 * np.exp(-((x / wide[:, 0]) ** 2) - (y / wide[:, 1]) ** 2)).astype("u1")
    )
    return path


@pytest.fixture
def built(tmp_path, stack, weights, capsys) -> Path:
    out = tmp_path / "survey"
    assert (
        run("catalog", "build", stack, "--pixels", "ready", "--encoder", weights, "--out", out) == 0
    )
    assert capsys.readouterr().out.strip() == str(out)
    return out


def run(*words: object) -> int:
    return main([str(word) for word in words])


def test_build_tells_what_it_does_line_by_line(tmp_path, stack, weights, capsys):
    out = tmp_path / "survey"
    status = run("catalog", "build", stack, "--pixels", "ready", "--encoder", weights,
                 "--title", "Blobs", "--survey", "Nowhere", "--out", out, "--events")  # fmt: skip
    reports = [from_line(line) for line in capsys.readouterr().out.splitlines()]
    assert status == 0
    assert any(isinstance(each, Device) for each in reports)
    assert any(isinstance(each, Note) and f"{COUNT} images" in each.text for each in reports)
    phases = [each for each in reports if isinstance(each, Progress)]
    assert {each.total for each in phases if each.what.startswith("cutting out and")} == {COUNT}
    last = reports[-1]
    assert isinstance(last, Done)
    assert last.result == {"sources": COUNT, "rejected": 0, "report": str(out / "account.csv")}
    with Catalog.open(out) as catalog:
        assert catalog.manifest.title == "Blobs"
        assert set(catalog.column("survey")) == {"Nowhere"}
        assert catalog.encoders == ("small",)


def test_sources_are_removed_by_name_and_from_a_file(built, tmp_path, capsys):
    names = tmp_path / "names.txt"
    names.write_text("fields_0004\n\nfields_0011\n")
    assert run("catalog", "remove", built, "fields_0001", "--names-from", names) == 0
    with Catalog.open(built) as catalog:
        assert len(catalog) == COUNT - 3
    assert run("catalog", "remove", built, "fields_0001") == 2
    assert "perhaps you mean" in capsys.readouterr().err
    assert run("catalog", "remove", built) == 2


def test_sources_are_appended(built, tmp_path, stack, weights):
    more = tmp_path / "more.npy"
    np.save(more, np.load(stack)[:5])
    assert run("catalog", "append", built, more, "--pixels", "ready", "--encoder", weights) == 0
    with Catalog.open(built) as catalog:
        assert len(catalog) == COUNT + 5
        assert len(catalog.embeddings("small")) == COUNT + 5


def test_an_encoder_is_added_and_what_is_stale_is_made_anew(built, tmp_path, weights, capsys):
    from radgalgui.models.weights import load_weights

    tensors, card = load_weights(weights)
    second = tmp_path / "second.safetensors"
    save_weights(second, tensors, {**card, "name": "second"})
    assert run("embed", built, "--encoder", second, "--no-map") == 0
    with Catalog.open(built) as catalog:
        assert catalog.encoders == ("second", "small")
    capsys.readouterr()
    assert run("catalog", "info", built, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["stale"] == ["UMAP map of second: missing"]
    assert facts["history"] == [f"{COUNT} sources built of fields.npy"]
    assert run("catalog", "refresh", built) == 0
    assert run("catalog", "info", built) == 0
    assert "stale         none" in capsys.readouterr().out


def test_embed_builds_what_is_no_catalogue(tmp_path, stack, weights):
    out = tmp_path / "survey"
    assert run("embed", stack, "--pixels", "ready", "--encoder", weights, "--out", out) == 0
    with Catalog.open(out) as catalog:
        assert len(catalog) == COUNT


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["catalog", "build", "nowhere", "--out", "x"], "no such file"),
        (["catalog", "build", "{stack}", "--out", "x", "--column", "ra"], "--column ra=RAJ2000"),
        (["catalog", "build", "{stack}", "--out", "x", "--encoder", "simclrr"], "'simclr'"),
        (["catalog", "build", "{stack}", "--out", "x", "--device", "tpu"], "'tpu'"),
        (["catalog", "build", "{stack}", "--out", "x", "--pixel-scale", "-1"], "pixel_scale"),
        (["embed", "{stack}", "--encoder", "simclr"], "--out"),
        (["catalog", "refresh", "nowhere"], "nowhere"),
        (["catalog", "append", "nowhere", "{stack}"], "nowhere"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(
    words, complaint, stack, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert run(*(word.format(stack=stack) for word in words)) == 2
    told = [line for line in capsys.readouterr().err.splitlines() if "images of" not in line]
    assert complaint in told[-1]
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """Return a folder on a disk of three megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no small disk can be mounted here")
    yield place
    gc.collect()  # what an error was told with may still hold a file there
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_told_and_nothing_is_lost(small_disk, stack, weights, capsys):
    """With room again the build goes on."""
    out, hog = small_disk / "survey", small_disk / "hog"
    filled = os.statvfs(small_disk)
    hog.write_bytes(bytes(filled.f_bavail * filled.f_frsize - 150_000))
    words = ["catalog", "build", stack, "--pixels", "ready", "--encoder", weights, "--out", out]
    assert run(*words, "--events") == 2
    last = from_line(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(last, Failed)
    assert "the disk is full" in last.message
    assert "--resume" in last.message
    assert not out.exists()
    hog.unlink()
    assert run(*words, "--resume") == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    room = os.statvfs(small_disk)
    hog.write_bytes(bytes(room.f_bavail * room.f_frsize - 50_000))
    assert run("catalog", "remove", out, "fields_0003") == 2
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
