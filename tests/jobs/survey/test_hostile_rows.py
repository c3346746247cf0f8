"""Five hundred hostile rows of a table: every one accounted for, the good ones cut."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.errors import ImageError
from radgalgui.jobs.survey import build as build_module
from radgalgui.jobs.survey import gather
from radgalgui.jobs.survey.cutting import Cutter
from radgalgui.jobs.survey.inputs import recognise
from radgalgui.jobs.survey.plan import Rejected, Row
from radgalgui.jobs.survey.rows import rows
from radgalgui.sky.preprocess import Preprocessing

PLACES = ((150.0, 2.0), (150.5, 2.5), (151.0, -0.5), (151.5, 3.5))  # those of `images`
_REFUSED_BY_IMAGE = {"no image", "outside its image"}


@pytest.fixture(scope="module")
def folder(images: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of the images, and one file that is none."""
    where: Path = tmp_path_factory.mktemp("hostile") / "images"
    shutil.copytree(images, where)
    (where / "broken.fits").write_text("<html>not found</html>")
    return where


@pytest.fixture(scope="module")
def told(folder: Path, make_sky: ModuleType) -> tuple[list[object], list[Row | Rejected], object]:
    """Return the hostile rows, what became of each, and the plan."""
    hostile = make_sky.hostile_rows(PLACES)
    table = make_sky.write_rows(folder.parent / "hostile.csv", hostile)
    recognised = recognise([folder], table)
    assert recognised.kind == "table"
    assert recognised.count == 500
    return hostile, list(rows(recognised.plan)), recognised.plan


def test_every_row_gives_exactly_one(told) -> None:
    hostile, found, _ = told

    assert len(hostile) == len(found) == 500
    assert [each.number for each in found] == list(range(500))


def test_bad_rows_are_rejected_with_their_reason_and_good_ones_kept(told) -> None:
    hostile, found, _ = told
    for row, each in zip(hostile, found, strict=True):
        if row.says is None or row.kind in _REFUSED_BY_IMAGE:
            assert isinstance(each, Row), (row, each)
            continue
        assert isinstance(each, Rejected), (row, each)
        assert row.says in each.reason, (row, each)
        assert "\n" not in each.reason


def test_kept_rows_have_names_of_their_own_and_columns_of_one_type(told) -> None:
    kept = [each for each in told[1] if isinstance(each, Row)]

    assert len({row.name for row in kept}) == len(kept)
    kinds = {tuple((name, type(value)) for name, value in row.columns.items()) for row in kept}
    assert len(kinds) == 1


def test_mixed_units_come_out_as_one(told) -> None:
    hostile, found, _ = told
    by_kind: dict[str, Row] = {}
    for row, each in zip(hostile, found, strict=True):
        if isinstance(each, Row):
            by_kind.setdefault(row.kind, each)

    assert by_kind["good"].columns["angular_size"] == 12.0
    assert by_kind["size in minutes"].columns["angular_size"] == pytest.approx(12.0)
    assert by_kind["good"].columns["flux"] == pytest.approx(0.03)
    assert by_kind["flux in Jy"].columns["flux"] == pytest.approx(0.03)
    for kind in ("sexagesimal", "another unit"):
        assert by_kind[kind].ra == pytest.approx(PLACES[0][0], abs=1e-4), kind
        assert by_kind[kind].dec == pytest.approx(PLACES[0][1], abs=1e-4), kind
    for kind in ("size in parsecs", "size below zero"):
        assert np.isnan(by_kind[kind].columns["angular_size"])
        assert "unreadable" in {note.code for note in by_kind[kind].notes}
    assert by_kind["latin-1"].name.endswith("é")
    assert by_kind["quoted"].name.endswith('C, the "big" one')


def test_good_rows_are_cut_and_the_others_refused_in_words(told, small: Preprocessing) -> None:
    hostile, found, plan = told
    refused = 0
    with Cutter(plan, small) as cutter:
        for row, each in list(zip(hostile, found, strict=True))[:80]:
            if row.kind in _REFUSED_BY_IMAGE:
                with pytest.raises(ImageError, match=row.says):
                    cutter.cut(each)
                refused += 1
            elif isinstance(each, Row):
                cut = cutter.cut(each)
                assert cut.ra == pytest.approx(PLACES[row.at][0], abs=2e-3)
                assert cut.dec == pytest.approx(PLACES[row.at][1], abs=2e-3)
                assert cut.seen.max() == pytest.approx(1.0)
    assert refused == 4


def test_the_catalogue_holds_the_good_ones_and_its_account_tells_of_all(
    told, tmp_path: Path, small: Preprocessing, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile, found, plan = told
    monkeypatch.setattr(build_module, "shared_preprocessing", lambda _: small)
    monkeypatch.setattr(gather, "CHUNK", 100)
    built = build_module.build(plan, tmp_path / "survey", encoders={})

    with built.report.open(encoding="utf-8", newline="") as stream:
        account = list(csv.DictReader(stream))
    assert [int(line["row"]) for line in account] == list(range(1, 501))
    for row, each, line in zip(hostile, found, account, strict=True):
        assert line["name"] == each.name
        assert line["verdict"] == ("kept" if row.says is None else "rejected"), (row, line)
        assert (row.says or "") in line["reason"]
    with Catalog.open(built.path) as catalog:
        assert list(catalog.names) == [
            each["name"] for each in account if each["verdict"] == "kept"
        ]
        assert built.count + built.rejected == 500
