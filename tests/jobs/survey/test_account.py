"""The account of a survey, and its history in words."""

from __future__ import annotations

import pytest

from radgalgui.jobs.survey.account import told


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"removed": 1}, "1 source removed"),
        ({"removed": 1200}, "1,200 sources removed"),
        ({"what": "append", "sources": 1, "rejected": 1, "plan": {"inputs": ["/a/b.fits"]}},
         "1 source added from b.fits (1 row left out)"),
        ({"what": "build", "sources": 2, "rejected": 3,
          "plan": {"inputs": ["a"], "table": "t.csv"}},
         "2 sources built of a and t.csv (3 rows left out)"),
    ],
)  # fmt: skip
def test_the_history_counts_one_source_as_one(step: dict[str, object], words: str) -> None:
    assert told(step) == words
