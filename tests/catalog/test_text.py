"""Words that Arrow keeps behave as the object arrays that they stand for."""

from __future__ import annotations

import numpy as np
import pytest

from radgalgui.catalog.text import UNKNOWN, Text, as_column

WORDS = ["FRII", "FRI", None, "bent", "FRII", "", "Ärger 3C 31", "fri"]
PLAIN = np.array([word or "" for word in WORDS], dtype=object)


@pytest.fixture
def text() -> Text:
    return Text.of(WORDS)


@pytest.mark.parametrize(
    "key", [slice(1, 4), [3, 0, 3], np.array([-1, 2]), PLAIN == "FRII", slice(None)]
)
def test_parts_are_those_of_the_array(text, key):
    assert text[key].tolist() == PLAIN[key].tolist()


def test_single_words_and_all_of_them(text):
    assert [text[i] for i in (0, 2, -1)] == ["FRII", "", "fri"]
    assert text.tolist() == PLAIN.tolist() == list(text) == np.asarray(text).tolist()
    assert len(text) == 8
    assert text.shape == (8,)
    assert text.dtype.kind == "O"
    assert (text == "FRII").tolist() == (PLAIN == "FRII").tolist()
    assert (text != "").tolist() == (PLAIN != "").tolist()
    with pytest.raises(IndexError):
        text[8]


def test_codes_name_the_words_and_nothing_that_is_unknown(text):
    codes, words = text.codes()
    assert "" not in words
    told = [words[code] if code != UNKNOWN else "" for code in codes]
    assert told == PLAIN.tolist()
    assert text.counts() == {"FRII": 2, "FRI": 1, "bent": 1, "Ärger 3C 31": 1, "fri": 1}


def test_ranks_are_the_order_of_the_words_with_the_unknown_at_the_end(text):
    order = np.argsort(text.ranks(), kind="stable")
    known = sorted(word for word in PLAIN if word)
    assert PLAIN[order].tolist() == [*known, "", ""]
    same = text.ranks()
    assert same[0] == same[4]


def test_parts_of_words_are_found_whatever_the_case(text):
    for wanted in ("fri", "3c", "ärg", "II", "*", ".", ""):
        expected = [wanted.casefold() in word.casefold() for word in PLAIN]
        assert text.contains(wanted).tolist() == expected, wanted
        many = Text.of(WORDS * 9)  # of few kinds: looked for among these, once they are known
        many.codes()
        assert many.contains(wanted).tolist() == expected * 9, wanted


def test_nothing_and_numbers(text):
    empty = Text.of([])
    assert len(empty) == 0
    assert empty.counts() == {}
    assert empty.ranks().tolist() == []
    numbers = np.arange(3.0)
    assert as_column(numbers) is numbers
    assert as_column(text) is text
    assert as_column(PLAIN).tolist() == PLAIN.tolist()
    assert as_column(np.array(["a", "b"])).tolist() == ["a", "b"]
