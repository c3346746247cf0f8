"""Conditions on columns: what they hold for, what is refused, and how a mistake is told."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.catalog.text import Text
from radgalgui.catalog.where import UnfinishedError, Where, is_condition, quoted
from radgalgui.errors import UsageError

SIZE = np.array([10.0, 40.0, np.nan, 31.0, 5.0])
LABEL = ["FRI", "FRII", "FRII", "", "it's"]
MINE = np.array([True, False, True, True, False])


@pytest.fixture(scope="module")
def where() -> Where:
    columns = {
        "name": Text.of([f"J{i}" for i in range(5)]),
        "label": Text.of(LABEL),
        "angular_size": SIZE,
        "count": np.arange(5, dtype=np.int32),
        "my doubles": MINE,
        "Good": ~MINE,
    }
    made = Where(columns)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("angular_size > 30", [1, 3]),
        ("ANGULAR_SIZE > 30 AND label = 'FRII'", [1]),
        ("NOT angular_size > 30", [0, 4]),
        ("angular_size IS NULL", [2]),
        ("label IS NULL OR label = 'it''s'", [3, 4]),
        ("label <> 'FRII'", [0, 4]),
        ("label IN ('FRI', 'FRII') AND count BETWEEN 0 AND 1", [0, 1]),
        ("name LIKE 'J_' AND sqrt(count) >= 2", [4]),
        ("my doubles", [0, 2, 3]),
        ('"my doubles" AND NOT good', [0, 2, 3]),
        ('NOT "my doubles" AND angular_size < 6', [4]),
        ("count = NULL", []),
    ],
)
def test_rows_that_fulfil_a_condition(where, condition, rows):
    assert where.rows(condition).tolist() == rows


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("anglar_size > 30", "no column anglar_size; perhaps you mean angular_size"),
        ("my_doubles AND good", 'perhaps you mean "my doubles"'),
        ("zzz > 1", 'there are name, label, angular_size, count, "my doubles", Good'),
        ("label = FRII", "single quotes, as in label = 'FRII'"),
        ('label = "FRII"', "single quotes, as in label = 'FRII'"),
        ("label > 3", "words cannot be compared with numbers"),
        ("angular_size > 'big'", "'big' is not a number"),
        ("avg(angular_size) > 3", "computed over all sources"),
        ("row_number() OVER () < 3", "computed over all sources"),
        ("nonsense(count) > 3", "no function nonsense"),
        ("count < 1 OR OR count > 2", "not understood near OR"),
        ("count > 1; DROP TABLE x", "only one condition"),
        ("count > 1, count > 2", "only one condition"),
        ("count IN (SELECT 1)", "cannot hold a SELECT"),
        ("true) UNION SELECT 1 WHERE (true", "cannot hold a SELECT"),
    ],
)
def test_mistakes_are_told_in_a_sentence(where, condition, said):
    with pytest.raises(UsageError, match=r"^[^\n]*$") as told:
        where.rows(condition)
    assert said in str(told.value)
    assert not isinstance(told.value, UnfinishedError)


@pytest.mark.parametrize(
    "condition",
    ["", "angular_size", "angular_size >", "(count > 1", "label = 'FR", "count > 1 AND", "count ="],
)
def test_what_breaks_off_is_not_yet_a_mistake(where, condition):
    with pytest.raises(UnfinishedError):
        where.rows(condition)


def test_nothing_but_the_columns_can_be_read(where, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    for condition in (
        f"count IN (FROM read_csv('{secret}'))",
        f"(FROM '{secret}') = 1",
        f"length(content) > 0 FROM read_text('{secret}')",
        "getenv('HOME') = 'x'",
        "secret = 1",  # a variable here is no column there
    ):
        with pytest.raises(UsageError):
            where.rows(condition)
    with pytest.raises(UsageError):
        where.rows("set_config('enable_external_access', true)")


COLUMNS = ("name", "label", "angular_size", "my doubles")


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("FRII", False),
        ("J1234+0512", False),
        ("3C 31 and friends", False),
        ("bent", False),
        ("is null", False),
        ("in (the) sky", False),
        ("'a = b'", False),
        ("angular_size > 30", True),
        ("label='FRII'", True),
        ("anglar_size<3", True),
        ("flux is not null", False),  # no such column: words
        ("label is not null", True),
        ("Name LIKE 'J1%'", True),
        ("my doubles", True),
        ('"my doubles" and not "my doubles"', True),
        ("my", False),
        ("", False),
    ],
)
def test_conditions_are_told_from_words(text, condition):
    assert is_condition(text, COLUMNS, ["my doubles"]) is condition


def test_names_are_spelt_as_conditions_need_them():
    assert [quoted(n) for n in ("flux", "my set", 'a"b', "3c")] == [
        *("flux", '"my set"', '"a""b"', '"3c"')
    ]
