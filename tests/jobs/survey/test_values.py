"""Cells of tables, as astronomers fill them."""

from __future__ import annotations

import math

import pytest

from radgalgui.errors import UsageError
from radgalgui.jobs.survey.values import (
    ARCSEC,
    JANSKY,
    is_blank,
    read_angle,
    read_measure,
    read_number,
    text_of,
)


@pytest.mark.parametrize("cell", ["", " ", "NaN", "null", "--", "n/a", "...", None, math.nan])
def test_nothing_is_written_in_many_ways(cell: object) -> None:
    assert is_blank(cell)  # type: ignore[arg-type]
    assert math.isnan(read_number(cell) or 0.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "number"),
    [("1.5", 1.5), (" -2 ", -2.0), ("187,25", 187.25), ("\N{MINUS SIGN}3.5", -3.5),
     ("1.2D3", 1200.0), (".5", 0.5), (7, 7.0)],
)  # fmt: skip
def test_numbers_are_read(cell: str, number: float) -> None:
    assert read_number(cell) == number


@pytest.mark.parametrize("cell", ["abc", "1 2", "12:30", "1.2.3", "inf", "0x10", "1_000"])
def test_what_is_no_number_is_none(cell: str) -> None:
    assert read_number(cell) is None


@pytest.mark.parametrize(
    ("cell", "unit", "degrees"),
    [("187.5", "deg", 187.5), (12.5, "hour", 187.5), ("3.2724923", "rad", 187.5),
     ("12:30:00", "deg", 187.5), ("12 30 00.0", "rad", 187.5), ("12h30m00s", "deg", 187.5),
     ("187.5d", "hour", 187.5), ("187.5 deg", "hour", 187.5), ("12.5h", "deg", 187.5),
     ("12h30m", "deg", 187.5), ("187d30m00s", "deg", 187.5)],
)  # fmt: skip
def test_right_ascensions_say_their_unit_or_have_the_columns(
    cell: str, unit: str, degrees: float
) -> None:
    assert read_angle(cell, unit, ra=True) == pytest.approx(degrees, abs=1e-5)


@pytest.mark.parametrize(
    ("cell", "degrees"),
    [("-00:30:00", -0.5), ("+21 30 00", 21.5), ("\N{MINUS SIGN}21d30m00s", -21.5),
     ("21°30′00″", 21.5), ("-0.5", -0.5), ("-89.9 deg", -89.9)],
)  # fmt: skip
def test_declinations_are_degrees(cell: str, degrees: float) -> None:
    assert read_angle(cell, "deg", ra=False) == pytest.approx(degrees, abs=1e-9)


@pytest.mark.parametrize("cell", ["north", "12:99:00", "twelve", "12:30:00:00", "5 kpc", "1e", "#"])
def test_an_angle_that_cannot_be_read_is_refused(cell: str) -> None:
    with pytest.raises(UsageError):
        read_angle(cell, "deg", ra=True)


@pytest.mark.parametrize(
    ("cell", "unit", "arcsec"),
    [("45", "arcsec", 45.0), ("0.75", "arcmin", 45.0), ("0.75 arcmin", "arcsec", 45.0),
     ('45"', "arcmin", 45.0), ("0.75'", "arcsec", 45.0), ("0.0125 deg", "arcsec", 45.0)],
)  # fmt: skip
def test_sizes_carry_their_unit_or_have_the_columns(cell: str, unit: str, arcsec: float) -> None:
    assert read_measure(cell, ARCSEC, unit) == pytest.approx(arcsec)


def test_a_size_in_another_unit_is_no_size() -> None:
    assert read_measure("45 kpc", ARCSEC, "arcsec") is None
    assert read_measure("bright", JANSKY, "mJy") is None
    assert read_measure("12 mJy", JANSKY, "Jy") == pytest.approx(0.012)


def test_identifiers_stay_as_they_are() -> None:
    assert text_of(588848901530583233) == "588848901530583233"
    assert text_of("J0012.10") == "J0012.10"
    assert text_of(3.0) == "3"
    assert text_of(math.nan) == ""
