"""Tables written by whole columns come back from astropy and pyarrow as they were."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io.votable import validate
from astropy.table import Table
from pyarrow import parquet

from radgalgui.catalog.table_files import TABLE_FORMATS, table_format, write_table
from radgalgui.catalog.text import Text
from radgalgui.errors import UsageError

COUNT = 70
ROWS = np.array([5, 3, 69, 0, 3, 11])
FORMAT = {".csv": "ascii.csv", ".fits": "fits", ".vot": "votable"}


@pytest.fixture(scope="module")
def columns() -> dict:
    rng = np.random.default_rng(1)
    flux = rng.normal(size=COUNT)
    flux[3] = np.nan
    return {
        "name": Text.of([f'J{i} "a", b' for i in range(COUNT)]),
        "ra": rng.uniform(0, 360, COUNT),
        "label": Text.of(["FRI", None] * (COUNT // 2)),
        "flux": flux.astype(np.float32),
        "components": np.arange(COUNT, dtype=np.int32),
        "seen": np.arange(COUNT, dtype=np.uint16),
        "mine": np.arange(COUNT) % 2 == 1,
    }


@pytest.mark.parametrize("ending", FORMAT)
def test_what_is_written_is_read_by_astropy(columns, ending, tmp_path):
    path = tmp_path / f"t{ending}"
    assert write_table(path, columns, ROWS, description="a < b") == len(ROWS)
    back = Table.read(path, format=FORMAT[ending])
    assert back.colnames == list(columns)
    assert [str(v) for v in back["name"]] == columns["name"][ROWS].tolist()
    np.testing.assert_allclose(np.asarray(back["ra"]), columns["ra"][ROWS], rtol=0, atol=6e-8)
    flux = np.ma.filled(np.ma.asarray(back["flux"], dtype=np.float32), np.nan)
    np.testing.assert_array_equal(flux, columns["flux"][ROWS])
    words = ["" if np.ma.is_masked(v) else str(v) for v in back["label"]]
    assert words == columns["label"][ROWS].tolist()
    assert back["components"].tolist() == back["seen"].tolist() == ROWS.tolist()
    assert [str(v).lower() for v in back["mine"]] == [str(r % 2 == 1).lower() for r in ROWS]
    if ending != ".csv":
        assert str(back["ra"].unit) == "deg"
        assert str(back["flux"].unit) == "Jy"


def test_names_that_fits_cannot_hold_are_written_as_well_as_may_be(tmp_path):
    names = ["Größe [″]", "flux µJy", "flux μJy", "é", "a" * 90, "a" * 80]
    path = tmp_path / "t.fits"
    write_table(path, {name: np.array([float(n)]) for n, name in enumerate(names)})
    back = Table.read(path)
    wanted = ["Gro_e [__]", "flux _Jy", "flux _Jy_2", "e", "a" * 60, f"{'a' * 60}_2"]
    assert back.colnames == wanted
    assert [back[name][0] for name in wanted] == list(range(len(names)))


def test_numbers_in_a_csv_have_the_digits_that_mean_something(columns, tmp_path):
    path = tmp_path / "t.csv"
    write_table(
        path,
        {
            "ra": np.array([1 / 3]),
            "v": np.array(
                [
                    1 / 3,
                ],
                np.float32,
            ),
        },
    )
    assert path.read_bytes() == b'"ra","v"\r\n0.3333333,0.33333334\r\n'


def test_letters_beyond_ascii(tmp_path):
    words = {"name": Text.of(["Größe", "銀河", "x"])}
    write_table(tmp_path / "t.vot", words)
    back = Table.read(tmp_path / "t.vot", format="votable")
    assert [str(v) for v in back["name"]] == ["Größe", "銀河", "x"]
    write_table(tmp_path / "t.fits", words)
    assert [str(v) for v in Table.read(tmp_path / "t.fits")["name"]] == ["Gr??e", "??", "x"]


def test_a_votable_is_one_for_the_validator(columns, tmp_path):
    path = tmp_path / "t.vot"
    write_table(path, columns, ROWS)
    assert "found no violations" in validate(str(path), output=None)


def test_parquet_keeps_types_nulls_and_units(columns, tmp_path):
    path = tmp_path / "t.parquet"
    write_table(path, columns, ROWS, description="some")
    table = parquet.read_table(path)
    assert table.column("label").to_pylist() == [v or None for v in columns["label"][ROWS]]
    assert table.column("flux").null_count == 2
    assert str(table.schema.field("seen").type) == "uint16"
    assert table.schema.field("ra").metadata[b"unit"] == b"deg"


def test_no_rows_and_unknown_endings(columns, tmp_path):
    for ending in TABLE_FORMATS:
        path = tmp_path / f"none{ending}"
        assert write_table(path, columns, np.empty(0, np.int64)) == 0
        assert path.stat().st_size > 0
    assert len(Table.read(tmp_path / "none.fits")) == 0
    assert len(Table.read(tmp_path / "none.vot", format="votable")) == 0
    with pytest.raises(UsageError, match=r"\.xls is no kind of table.*\.fits"):
        table_format(tmp_path / "t.xls")
    with pytest.raises(UsageError, match="cannot be written"):
        write_table(tmp_path / "no" / "t.csv", columns)
    assert table_format(tmp_path / "T.XML") == ".vot"
