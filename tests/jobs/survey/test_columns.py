"""What columns mean, guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from radgalgui.errors import UsageError
from radgalgui.jobs.survey.columns import Guessed, guess_columns
from radgalgui.jobs.survey.profiles import profiles_of
from radgalgui.jobs.survey.tables import open_table


def _guess(path: Path, head: str, *rows: str, chosen: dict[str, str] | None = None) -> Guessed:
    path = path / "table.csv"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    table = open_table(path)
    return guess_columns(table, profiles_of(table), chosen)


@pytest.mark.parametrize(
    ("head", "row", "roles"),
    [
        ("Source_name,RA,DEC,Total_flux,E_RA", "J1,10.5,20.1,0.1,0.01",
         {"name": "Source_name", "ra": "RA", "dec": "DEC", "flux": "Total_flux"}),
        ("RAJ2000,DEJ2000,e_RAJ2000,Name,LAS,z", "10.5,20.1,0.1,NVSS J1,30,0.1",
         {"ra": "RAJ2000", "dec": "DEJ2000", "name": "Name", "angular_size": "LAS",
          "redshift": "z"}),
        ("id,ra_host,dec_host,ra,dec,class", "7,1.5,2.5,1.6,2.6,FRI",
         {"name": "id", "ra": "ra", "dec": "dec", "label": "class"}),
        ("objID;hostRA;hostDec;morphology", "0012;1.5;2.5;FRII",
         {"name": "objID", "ra": "hostRA", "dec": "hostDec", "label": "morphology"}),
        ("filename,label", "a.fits,FRI", {"path": "filename", "label": "label"}),
        ("what,where", "a.fits.gz,south", {"path": "what"}),
        ("GLON,GLAT,flux [mJy]", "120.5,-3.2,4", {"ra": "GLON", "dec": "GLAT",
                                                  "flux": "flux [mJy]"}),
        ("alpha,delta", "12:30:11,-01:02:03", {"ra": "alpha", "dec": "delta"}),
        ("RA,comment", "10.5,fine", {}),
    ],
)  # fmt: skip
def test_names_and_values_tell_roles(
    tmp_path: Path, head: str, row: str, roles: dict[str, str]
) -> None:
    assert _guess(tmp_path, head, row).roles == roles


@pytest.mark.parametrize(
    ("head", "spread", "unit"),
    [("ra,dec", 1.0, "deg"), ("ra,dec", 24.0 / 360, "hour"), ("ra,dec", 6.283 / 360, "rad"),
     ("ra_deg,dec_deg", 20.0 / 360, "deg"), ("ra_hours,dec", 1.0, "hour"),
     ("RA [h],Dec [deg]", 0.01, "hour")],
)  # fmt: skip
def test_hours_degrees_and_radians_are_told_apart(
    tmp_path: Path, head: str, spread: float, unit: str
) -> None:
    tall = 1.0 if spread > 0.05 else 0.0174
    rows = [f"{spread * (360 * n / 30):.6f},{tall * (n - 15):.6f}" for n in range(30)]

    options = _guess(tmp_path, head, *rows).options

    assert options["ra_unit"] == unit
    assert options["dec_unit"] == ("rad" if unit == "rad" else "deg")


def test_units_of_sizes_and_fluxes_are_in_names(tmp_path: Path) -> None:
    options = _guess(tmp_path, "LAS (arcmin),S1400_mJy", "1.5,30").options

    assert options == {"angular_size_unit": "arcmin", "flux_unit": "mJy"}


def test_frames_are_in_names(tmp_path: Path) -> None:
    assert _guess(tmp_path, "RAB1950,DEB1950", "1,2").options.get("frame") in (None, "fk4")
    assert _guess(tmp_path, "RA_1950,DEC_1950", "1,2").options["frame"] == "fk4"
    assert _guess(tmp_path, "glon,glat", "1,2").options["frame"] == "galactic"


def test_the_users_choice_wins(tmp_path: Path) -> None:
    head, row = "id,ra_host,dec_host,ra,dec,class", "7,1.5,2.5,1.6,2.6,FRI"
    chosen = {"ra": "ra_host", "dec": "dec_host", "label": ""}

    guessed = _guess(tmp_path, head, row, chosen=chosen)

    assert guessed.roles == {"ra": "ra_host", "dec": "dec_host", "name": "id"}
    assert {c.name: c.why for c in guessed.columns}["ra_host"] == "chosen"


def test_names_in_other_alphabets_can_be_chosen(tmp_path: Path) -> None:
    chosen = {"ra": "α", "dec": "δ"}
    told = _guess(tmp_path, "Name,α,δ", "J1,10.5,20.1", chosen=chosen)
    assert told.roles == {"name": "Name", **chosen}
    assert told.options["ra_unit"] == "deg"


def test_a_column_that_is_not_there_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="RA_host"):
        _guess(tmp_path, "RA_host,DEC_host", "1,2", chosen={"ra": "RAhost"})
    with pytest.raises(UsageError, match="role"):
        _guess(tmp_path, "RA,DEC", "1,2", chosen={"colour": "RA"})
