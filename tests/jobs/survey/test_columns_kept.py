"""What a user's columns are in the catalogue: none hides another, and whole numbers stay whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from radgalgui.catalog.catalog import Catalog
from radgalgui.jobs.survey import build as build_module
from radgalgui.jobs.survey.change import append
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
