"""A survey of one's own becomes a catalogue: whole, accounted for, the same after every stop."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import Cancelled, CatalogError, UsageError
from radgalgui.jobs.survey import gather
from radgalgui.jobs.survey.build import Built, build
from radgalgui.jobs.survey.unfinished import unfinished_folder
from radgalgui.models.weights import load_weights, save_weights
from radgalgui.progress import CancelToken
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.fits import read_image


@pytest.fixture
def encoders(small_weights) -> dict[str, Path]:
    return {"small": small_weights}


@pytest.fixture
def built(tmp_path, fields, plan_of, encoders) -> Built:
    return build(plan_of(fields), tmp_path / "survey", encoders=encoders)


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_every_row_is_a_source_or_is_told_why_not(built, fields):
    assert (built.count, built.rejected) == (10, 2)
    with built.report.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [int(row["row"]) for row in rows] == list(range(1, 13))
    assert {row["name"] for row in rows} == {path.stem for path in fields.iterdir()}
    rejected = {row["name"]: row["reason"] for row in rows if row["verdict"] == "rejected"}
    assert set(rejected) == {"a text", "blank"}
    assert all(reason.endswith(".") for reason in rejected.values())
    with Catalog.open(built.path) as catalog:
        kept = [row["name"] for row in rows if row["verdict"] == "kept"]
        assert list(catalog.names) == kept


def test_a_source_of_the_catalogue_is_what_a_query_would_be(built, fields, small_encoder):
    """Dropped on the window, its own file finds itself."""
    with Catalog.open(built.path) as catalog:
        row = catalog.find("field 3")
        cutout = make_cutout(read_image(fields / "field 3.fits"), small_encoder.preprocessing)
        assert np.abs(catalog.images[row] - cutout.seen).max() <= 0.5 / 255 + 1e-6
        assert catalog.column("ra")[row] == pytest.approx(cutout.position.ra)
        assert catalog.column("angular_size")[row] == pytest.approx(cutout.angular_size)
        assert catalog.column("origin")[row] == str(fields / "field 3.fits")
        # Of what is stored, so that another encoder may be added to the same images.
        vectors = small_encoder.embed(catalog.images[:])
        np.testing.assert_allclose(catalog.embeddings("small"), vectors, atol=2e-3)
        catalog.check_weights("small", small_encoder.sha256)
        assert set(catalog.maps("small")) == {"umap", "pca"}
        assert catalog.index_path("small").exists()


def test_columns_that_hold_nothing_are_left_out(built):
    with Catalog.open(built.path) as catalog:
        assert {"name", "ra", "dec", "flux", "peak_snr"} <= set(catalog.columns)
        assert not {"label", "survey"} & set(catalog.columns)
        assert catalog.column("flux").dtype == np.float64


def test_what_was_done_is_written_down(built, fields):
    history = json.loads((built.path / "history.json").read_text())
    assert [step["what"] for step in history] == ["build"]
    assert history[0]["plan"]["inputs"] == [str(fields)]
    assert sorted(path.name for path in built.path.parent.iterdir()) == ["survey"]


def test_chunks_do_not_show_in_table_and_images(
    built, tmp_path, fields, plan_of, encoders, monkeypatch
):
    monkeypatch.setattr(gather, "CHUNK", 5)
    other = build(plan_of(fields), tmp_path / "other", encoders=encoders)
    for name in ("images.npy", "sources.parquet", "account.csv"):
        assert (other.path / name).read_bytes() == (built.path / name).read_bytes()


@pytest.mark.parametrize(
    ("phase", "count"),
    [("cutting out and", 4), ("cutting out and", 8), ("writing", 0), ("building", 0)],
)
def test_stopped_and_gone_on_with_nothing_differs(
    built, tmp_path, fields, plan_of, encoders, phase, count
):
    token, out, said = CancelToken(), tmp_path / "again", []

    def progress(done, total, what="", /):
        if what.startswith(phase) and done >= count:
            token.cancel()

    with pytest.raises(Cancelled):
        build(plan_of(fields), out, encoders=encoders, progress=progress, cancel=token)
    assert not out.exists()
    plan = plan_of(fields)
    again = build(plan, out, encoders=encoders, resume=True, note=lambda *note: said.append(note))
    assert (again.count, again.rejected) == (built.count, built.rejected)
    assert files(out) == files(built.path)
    assert "earlier attempt" in said[0][1]
    assert not unfinished_folder(out).exists()


def test_done_already_is_done(built, fields, plan_of, encoders):
    """A process may be killed when the catalogue is in its place, but before it could say so."""
    before = files(built.path)
    again = build(plan_of(fields), built.path, encoders=encoders, resume=True)
    assert again == built
    assert files(built.path) == before
    with pytest.raises(CatalogError, match="already"):
        build(plan_of(fields), built.path, encoders=encoders)


def test_other_input_is_not_gone_on_with(tmp_path, fields, stack, plan_of, encoders):
    token = CancelToken()

    def progress(done, total, what="", /):
        token.cancel() if done >= 4 and "embedding" in what else None

    plan = plan_of(fields)
    with pytest.raises(Cancelled):
        build(plan, tmp_path / "c", encoders=encoders, progress=progress, cancel=token)
    with pytest.raises(CatalogError, match="--resume to go on"):
        build(plan, tmp_path / "c", encoders=encoders)
    for what, other, weights in (
        ("the input", plan_of(stack), encoders), ("the encoders", plan, {}),
    ):  # fmt: skip
        with pytest.raises(CatalogError, match=f"{what}.* differ"):
            build(other, tmp_path / "c", encoders=weights, resume=True)
    assert build(plan_of(stack), tmp_path / "c", encoders=encoders, restart=True).count == 60


def test_a_catalogue_is_replaced_only_when_asked(built, stack, plan_of, encoders):
    with pytest.raises(CatalogError, match="--overwrite"):
        build(plan_of(stack), built.path, encoders=encoders)
    assert build(plan_of(stack), built.path, encoders=encoders, overwrite=True).count == 60
    with Catalog.open(built.path) as catalog:
        assert len(catalog) == 60
        assert set(files(built.path)) == catalog.manifest.files() | {"manifest.json"}


def test_images_that_are_ready_are_taken_as_they_are(tmp_path, stack, plan_of, encoders):
    out = build(plan_of(stack, pixels="ready"), tmp_path / "c", encoders=encoders).path
    with Catalog.open(out) as catalog:
        np.testing.assert_array_equal(np.rint(catalog.images[:][:, 0] * 255), np.load(stack))


def test_without_encoders_or_maps(tmp_path, stack, plan_of, encoders):
    plan = plan_of(stack, pixels="ready")
    with Catalog.open(build(plan, tmp_path / "a", encoders={}).path) as catalog:
        assert catalog.encoders == ()
    flat = build(plan, tmp_path / "b", encoders=encoders, maps=("pca",))
    with Catalog.open(flat.path) as catalog:
        assert catalog.maps("small") == ("pca",)


def test_where_nothing_is_kept_the_account_is(tmp_path, encoders, plan_of):
    folder = tmp_path / "broken"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.fits").write_text("no FITS file")
    with pytest.raises(CatalogError, match=r"none of the 3 rows .*c-account\.csv"):
        build(plan_of(folder), tmp_path / "c", encoders=encoders)
    assert len((tmp_path / "c-account.csv").read_text().splitlines()) == 4
    assert not (tmp_path / "c").exists()
    assert not unfinished_folder(tmp_path / "c").exists()


def test_encoders_must_see_alike(tmp_path, fields, plan_of, small_weights):
    tensors, card = load_weights(small_weights)
    card = {**card, "name": "wide", "preprocessing": {**card["preprocessing"], "pixel_scale": 5.0}}
    other = tmp_path / "wide.safetensors"
    save_weights(other, tensors, card)
    with pytest.raises(CatalogError, match=r"pixel_scale 1\.8 and 5\.0"):
        build(plan_of(fields), tmp_path / "c", encoders={"small": small_weights, "wide": other})
    with pytest.raises(UsageError, match="'small', not 'another'"):
        build(plan_of(fields), tmp_path / "c", encoders={"another": small_weights})
    assert not (tmp_path / "c.unfinished").exists()


def test_a_file_that_nobody_thought_of_stops_nothing(tmp_path, fields, plan_of, monkeypatch):
    from radgalgui.jobs.survey import cutting

    whole = cutting.make_cutout

    def fragile(image, *arguments, **options):
        if image.name == "field 2":
            raise ZeroDivisionError("by zero")
        if image.name == "field 3":
            raise MemoryError
        return whole(image, *arguments, **options)

    monkeypatch.setattr(cutting, "make_cutout", fragile)
    built = build(plan_of(fields), tmp_path / "c", encoders={})
    assert (built.count, built.rejected) == (8, 4)
    account = built.report.read_text()
    assert "cannot be read (ZeroDivisionError: by zero)" in account
    assert "more memory than there is" in account
