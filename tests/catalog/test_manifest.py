"""The manifest: there and back, and what makes it unusable."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radgalgui.catalog.manifest import Manifest, Part, check_name
from radgalgui.errors import CatalogError
from radgalgui.sky.preprocess import Preprocessing

names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,8}", fullmatch=True)
files = st.builds("{}/{}.npy".format, names, names)
parts = st.builds(
    Part,
    file=files,
    bytes=st.integers(0, 10**12),
    weights_sha256=st.text("0123456789abcdef", max_size=64),
    dimension=st.integers(0, 4096),
    beside=st.lists(files, max_size=2).map(tuple),
)
manifests = st.builds(
    Manifest,
    title=st.text(max_size=20),
    description=st.text(max_size=20),
    simulated=st.booleans(),
    count=st.integers(0, 10**9),
    seed=st.none() | st.integers(0, 2**63),
    preprocessing=st.builds(Preprocessing, size=st.integers(1, 512), channels=st.integers(1, 5)),
    software=st.dictionaries(names, names, max_size=3),
    sources=parts,
    images=parts,
    vectors=st.dictionaries(names, parts, max_size=3),
    indexes=st.dictionaries(names, parts, max_size=3),
    maps=st.dictionaries(names, st.dictionaries(names, parts, max_size=2), max_size=2),
    likelihoods=st.dictionaries(names, parts, max_size=3),
)


@settings(max_examples=30)
@given(manifests)
def test_what_is_written_is_read(manifest):
    text = manifest.to_json()
    assert Manifest.from_json(text, subject="x") == manifest
    assert Manifest.from_json(text.encode(), subject="x").to_json() == text


@settings(max_examples=30)
@given(manifests)
def test_renaming_there_and_back_changes_nothing(manifest):
    away = {name: f"~{name}" for name in manifest.files()}
    moved = manifest.renamed(away)
    assert moved.files() == set(away.values())
    assert moved.renamed({v: k for k, v in away.items()}) == manifest


VALID = Manifest(
    "t", 3, Preprocessing(), Part("sources.parquet", 1), Part("images.npy", 2)
).to_json()


@pytest.mark.parametrize("key", ["title", "simulated", "count", "preprocessing", "sources"])
def test_a_missing_key_is_named(key):
    values = json.loads(VALID)
    del values[key]
    with pytest.raises(CatalogError, match=f"x: the manifest lacks '{key}'"):
        Manifest.from_json(json.dumps(values), subject="x")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"version": 2}, "newer"),
        ({"version": "1"}, "version"),
        ({"version": 0}, "version"),
        ({"format": "fits"}, "RadGalGUI"),
        ({"count": -1}, "-1"),
        ({"count": 2.5}, "2.5"),
        ({"count": True}, "True"),
        ({"simulated": "no"}, "simulated"),
        ({"title": 3}, "3"),
        ({"preprocessing": {"sise": 64}}, "sise"),
        ({"preprocessing": []}, "cannot be used"),
        ({"sources": "sources.parquet"}, "cannot be used"),
        ({"images": {"file": "images.npy"}}, "bytes"),
        ({"maps": {"simclr": 1}}, "cannot be used"),
        ({"vectors": {"a/b": {"file": "x", "bytes": 1}}}, "a/b"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_one_sentence(change, what):
    text = json.dumps({**json.loads(VALID), **change})
    with pytest.raises(CatalogError, match=what) as caught:
        Manifest.from_json(text, subject="x")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("x: ")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", b"\xff\xfe", '"text"', "[" * 100_000])
def test_what_is_no_manifest_is_refused(text):
    with pytest.raises(CatalogError):
        Manifest.from_json(text, subject="x")


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../x", "a/../../x", "", "c:\\x", "a\\b", "C:x", ".", "a/./b", "a//b"]
)
def test_no_file_outside_the_folder_is_named(name):
    values = json.loads(VALID)
    values["images"]["file"] = name
    with pytest.raises(CatalogError):
        Manifest.from_json(json.dumps(values), subject="x")


@pytest.mark.parametrize("name", ["", ".", "..", "~x", "-x", "a/b", "a b", "é", "x\n"])
def test_names_that_make_no_file_are_refused(name):
    with pytest.raises(CatalogError):
        check_name(name)


def test_names_of_encoders_are_kept():
    for name in ("simclr", "byol-v1.2", "vdvae_64", "A+B"):
        assert check_name(name) == name
