"""Names of sources."""

from __future__ import annotations

import math

import pytest

from radgalgui.jobs.survey.names import UniqueNames, name_of, told_by_name
from radgalgui.jobs.survey.plan import Rejected, Row


def test_mirabests_names_tell_class_position_redshift_and_size() -> None:
    told = told_by_name("210_187.207+021.947_0.1804_0026.31")

    assert told is not None
    assert (told.label, told.ra, told.dec) == ("FRII", 187.207, 21.947)
    assert told.columns["mirabest_class"] == "210"
    assert told.columns["confidence"] == "uncertain"
    assert told.columns["redshift"] == 0.1804
    assert told.columns["angular_size"] == 26.31


@pytest.mark.parametrize(
    ("name", "label"),
    [("100_010.451-009.284_0.0529_0080.60.png", "FRI"), ("300_1.0+2.0_0.1_30", "Hybrid")],
)
def test_mirabests_classes_are_three(name: str, label: str) -> None:
    told = told_by_name(name)
    assert told is not None
    assert told.label == label


@pytest.mark.parametrize(
    "name", ["field_3", "J134541.2+232253", "100_999.0+02.0_0.1_30", "900_1.0+2.0_0.1_30", ""]
)
def test_other_names_tell_nothing(name: str) -> None:
    assert told_by_name(name) is None


@pytest.mark.parametrize(
    ("path", "name"),
    [("a/RGZJ134541.2+232253.fits", "RGZJ134541.2+232253"), ("x.1.FITS.gz", "x.1"),
     ("m/100_1.0.png", "100_1.0"), ("y.JPEG", "y"), ("plain", "plain"),
     ("bad\udcff.fits", "bad\N{REPLACEMENT CHARACTER}")],
)  # fmt: skip
def test_a_file_names_its_source(path: str, name: str) -> None:
    assert name_of(path) == name


def test_equal_rows_are_one_source_and_equal_names_are_not() -> None:
    names = UniqueNames()
    first = Row(0, "A", 10.0, 20.0, columns={"flux": math.nan})
    admitted = [
        names.admit(row)
        for row in (
            first,
            Row(1, "A", 10.0, 20.0, columns={"flux": math.nan}),
            Row(2, "A", 11.0, 20.0, columns={"flux": math.nan}),
            Row(3, "A#2", 12.0, 20.0),
            Row(4, "A", 13.0, 20.0),
        )
    ]

    assert admitted[0] == first
    assert isinstance(admitted[1], Rejected)
    assert "row 1" in admitted[1].reason
    kept = [row for row in admitted if isinstance(row, Row)]
    assert len({row.name for row in kept}) == 4
    assert kept[1].name == "A#2"
    assert [note.code for note in kept[1].notes] == ["name-taken"]
