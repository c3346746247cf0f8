"""What a user's columns are in the catalogue: none hides another, and whole numbers stay whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.jobs.survey import build as build_module
from radgalgui.jobs.survey import change
from radgalgui.jobs.survey.inputs import recognise
from radgalgui.jobs.survey.plan import Plan
from radgalgui.sky.preprocess import Preprocessing


@pytest.fixture(autouse=True)
def seen_small(small: Preprocessing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_module, "shared_preprocessing", lambda _: small)


def plan(images: Path, table: Path, heading: str, *lines: str) -> Plan:
    """Return the plan of a table that names some of the images."""
    table.write_text("\n".join([heading, *lines]) + "\n")
    return recognise([images], table).plan


@pytest.mark.parametrize("heading", ["notes", "Notes"])
def test_notes_of_a_table_stand_beside_those_of_the_program(
    images: Path, tmp_path: Path, heading: str
) -> None:
    told = plan(images, tmp_path / "t.csv", f"file,flux,{heading}", "field_0.fits,3,a bent jet",
                "field_1.fits,bright,alone")  # fmt: skip
    build_module.build(told, tmp_path / "survey", encoders={})
    with Catalog.open(tmp_path / "survey") as catalog:
        assert list(catalog.column(f"table_{heading}")) == ["a bent jet", "alone"]
        assert "flux 'bright' cannot be used" in catalog.column("notes")[1]


def test_a_brightness_in_another_unit_is_not_taken_for_that_of_simulated_sources(
    images: Path, tmp_path: Path
) -> None:
    told = plan(images, tmp_path / "t.csv", "file,flux,peak_flux,Noise", "field_0.fits,1,12.5,0.15")
    build_module.build(told, tmp_path / "survey", encoders={})
    with Catalog.open(tmp_path / "survey") as catalog:
        assert list(catalog.column("table_peak_flux")) == [12.5]
        assert list(catalog.column("Noise")) == [0.15]
        assert not {"peak_flux", "noise"} & set(catalog.read_columns())


def test_whole_numbers_stay_whole_where_none_is_missing(images: Path, tmp_path: Path) -> None:
    out, heading = tmp_path / "survey", "file,name,epoch,field"
    build_module.build(plan(images, tmp_path / "a.csv", heading, "field_0.fits,A,1,2",
                            "field_1.fits,B,3,4"), out, encoders={})  # fmt: skip
    identifiers = np.array([2**60 + 1, 2**60 + 2])  # which no float64 holds
    with Catalog.open(out) as base:
        whole = {"epoch": base.column("epoch").astype(int), "field": identifiers}
        change.thinned(base, tmp_path / "whole", [], [], what="test", values=whole)
    change.append(tmp_path / "whole", plan(images, tmp_path / "b.csv", heading,
                                           "field_2.fits,C,5,6"), encoders={})  # fmt: skip
    with Catalog.open(tmp_path / "whole") as catalog:
        assert catalog.column("field").tolist() == [*identifiers.tolist(), 6]
        assert catalog.column("epoch").tolist() == [1, 3, 5]
        assert catalog.column("epoch").dtype == np.int64
    change.append(tmp_path / "whole", plan(images, tmp_path / "c.csv", heading,
                                           "field_3.fits,D,,7.5"), encoders={})  # fmt: skip
    with Catalog.open(tmp_path / "whole") as catalog:
        np.testing.assert_array_equal(catalog.column("epoch"), [1, 3, 5, np.nan])
        assert catalog.column("field")[3] == 7.5
