"""Positions as people write them: any way of typing one place is that place."""

from __future__ import annotations

import math

import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from hypothesis import given
from hypothesis import strategies as st

from radgalgui.errors import UsageError
from radgalgui.sky.coordinates import parse_position, position_name
from radgalgui.sky.image import SkyPosition

PLACES = st.builds(
    SkyPosition, st.floats(0, 360, exclude_max=True), st.floats(-90, 90, allow_subnormal=False)
)


def _apart(a: SkyPosition, b: SkyPosition) -> float:
    """Return arcsec between two positions."""
    first, second = (SkyCoord(p.ra, p.dec, unit="deg") for p in (a, b))
    return float(first.separation(second).to_value(u.arcsec))


@given(PLACES, st.integers(6, 10))
def test_degrees_there_and_back(place, digits) -> None:
    text = f"{place.ra:.{digits}f} {place.dec:+.{digits}f}"
    assert _apart(parse_position(text), place) < 3600 * 10**-digits


@given(PLACES)
def test_galactic_there_and_back(place) -> None:
    galactic = SkyCoord(place.ra, place.dec, unit="deg").galactic
    text = f"l={galactic.l.deg:.6f} b={galactic.b.deg:+.6f}"
    assert _apart(parse_position(text), place) < 0.01


@given(PLACES)
def test_agrees_with_astropy(place) -> None:
    theirs = SkyCoord(place.ra, place.dec, unit="deg").to_string("hmsdms", sep=":", precision=6)
    assert _apart(parse_position(theirs), place) < 1e-4


@pytest.mark.parametrize(
    "text",
    [
        "13:45:41.23 +23:22:53.4",
        "13 45 41.23 +23 22 53.4",
        "13 45 41.23 23 22 53.4",
        "13h45m41.23s +23d22m53.4s",
        "13h45m41.23s, 23d22m53.4s",
        "13h 45m 41.23s  23° 22′ 53.4″",
        "13h45m41.23s 23°22'53.4''",
        "13:45:41.23+23:22:53.4",
        "  13:45:41.23,+23:22:53.4 ",
        "J134541.23+232253.4",
        "j2000 13:45:41.23 +23:22:53.4",
        "206.421792 23.3815",
        "206.421792, +23.3815",
        "206.421792d 23.3815d",
        "ICRS 206.421792 +23.3815",
        "206.421792 +23.3815 (J2000)",
        "13:45:41.23 +23:22:53.4, ICRS",
    ],
)
def test_one_place_in_many_ways(text) -> None:
    assert _apart(parse_position(text), SkyPosition(206.42179167, 23.3815)) < 0.01


@pytest.mark.parametrize(
    "text",
    [
        "B1950 12:28:17.57 +12:40:01.7",
        "12 28 17.57 +12 40 01.7 B1950.0",
        "12h28m17.57s 12°40'01.7'' (FK4)",
        "fk4 187.073208 12.667139",
        "B122817.57+124001.7",
    ],
)
def test_what_is_told_for_1950_is_brought_to_our_days(text) -> None:
    """The core of M 87, as it is given in both."""
    assert _apart(parse_position(text), SkyPosition(187.70593, 12.39112)) < 0.5


def test_galactic_names_are_galactic_degrees() -> None:
    assert parse_position("G283.78-74.49") == parse_position("l=283.78 b=-74.49")
    assert parse_position("g010+02.5") == parse_position("galactic 10, 2.5")


@pytest.mark.parametrize("zero", ["-00 30 00", "-00:30:00", "-0d30m", "\u22120:30", "-0.5"])
def test_the_sign_of_zero_counts(zero) -> None:
    ra = "12.5" if "." in zero else "00 50 00"
    assert parse_position(f"{ra} {zero}").dec == -0.5


@pytest.mark.parametrize(
    "text",
    ["", "M 87", "12", "12:00", "1 2 3", "10 91", "10 -91", "361 0", "-1 0", "25:00:00 +1:00:00",
     "12:60:00 +1:00:00", "12:00:00 +1:00:61", "nan nan", "inf 0", "1e400 0", "12,", "a,b",
     "1:2:3:4 5:6:7:8", "10 20; DROP", "l=10", "l=10 b=95", "\0"],
)  # fmt: skip
def test_what_is_no_position_is_refused_in_a_sentence(text) -> None:
    with pytest.raises(UsageError) as caught:
        parse_position(text)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@given(st.text(max_size=40))
def test_no_text_gets_out_as_anything_else(text) -> None:
    try:
        place = parse_position(text)
    except UsageError:
        return
    assert 0 <= place.ra < 360
    assert -90 <= place.dec <= 90


def test_positions_make_names_that_are_cut_off_not_rounded() -> None:
    assert position_name(206.4218, 23.381666) == "J134541.2+232253"
    assert position_name(0.0, -0.2) == "J000000.0-001200"
    assert position_name(359.99999999, 10.0).startswith("J235959.9")
    assert position_name(359.99999999999, 10.0) == "J000000.0+100000"  # there is no 24th hour
    assert position_name(math.nan, 1.0) == ""
