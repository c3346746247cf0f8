"""Looks: what an encoder sees through them, and how they are told in words."""

from __future__ import annotations

import pytest

from radgalgui.errors import UsageError
from radgalgui.sky.look import Look, look_words
from radgalgui.sky.preprocess import Preprocessing


def test_a_look_changes_pixels_and_stretch_and_nothing_else():
    own = Preprocessing(size=32, pixel_scale=2.7, survey_scale=1.8)
    assert Look().sight(own) == own
    seen = Look(960.0, 0.02).sight(own)
    assert seen.field_of_view == pytest.approx(960)
    assert (seen.softening, seen.size, seen.beam, seen.survey_scale) == (0.02, 32, own.beam, 1.8)
    assert Look(softening=0.02).sight(own).pixel_scale == own.pixel_scale
    assert Look(beam=45.0).sight(own).beam == 45


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_what_is_no_length_is_refused(value):
    with pytest.raises(UsageError, match="the field of a look cannot be"):
        Look(field=value)
    with pytest.raises(UsageError, match="the softening of a look cannot be"):
        Look(softening=value)
    with pytest.raises(UsageError, match="the beam of a look cannot be"):
        Look(beam=value)


@pytest.mark.parametrize(
    ("looks", "words"),
    [
        ([], ""),
        ([Look()], ""),
        ([Look(960.0, 0.02)], "16′ wide at softening 0.02"),
        ([Look(25.34)], "25.3″ wide"),
        ([Look(softening=0.02)], "as wide as the encoder's own field at softening 0.02"),
        (
            [Look(f, s) for f in (720.0, 960.0) for s in (0.05, 0.01)],
            "12′ and 16′ wide, each at softening 0.05 and 0.01, vectors side by side",
        ),
        (
            [Look(720.0, 0.05), Look(960.0, 0.01)],
            "12′ wide at softening 0.05 and 16′ wide at softening 0.01, vectors side by side",
        ),
        (
            [Look(), Look(720.0)],
            "as wide as the encoder's own field and 12′ wide, vectors side by side",
        ),
        (
            [Look(720.0), Look(720.0, 0.02)],
            "12′ wide at softening the encoder's own and 0.02, vectors side by side",
        ),
        ([Look(rings=True)], "the emission in rings"),
        ([Look(720.0, rings=True)], "12′ wide, the emission in rings"),
        (
            [Look(f, 0.02, rings=True) for f in (720.0, 960.0)],
            "12′ and 16′ wide, each at softening 0.02, "
            "vectors side by side and the emission in rings",
        ),
    ],
)
def test_looks_are_told_in_words(looks, words):
    assert look_words(looks) == words
