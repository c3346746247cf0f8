"""Every error a user can cause is one line that names the thing and says what to do."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from radgalgui import errors


def test_the_message_leads_with_its_subject_and_ends_with_the_remedy():
    error = errors.ImageError("it is empty", subject=Path("a b.fits"), remedy="download it again")
    assert str(error) == "a b.fits: it is empty; download it again."


def test_a_question_keeps_its_mark_alone():
    error = errors.RecipeError("unknown key 'epoch'", remedy="did you mean 'epochs'?")
    assert str(error) == "unknown key 'epoch'; did you mean 'epochs'?"


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_a_message_is_one_printable_line(what, subject, remedy):
    message = str(errors.RadGalError(what, subject=subject, remedy=remedy))
    assert len(message.splitlines()) == 1
    assert message.isprintable()


def test_all_user_errors_share_a_base_and_cancelling_is_none_of_them():
    names = [n for n in errors.__all__ if n.endswith("Error")]
    assert all(issubclass(getattr(errors, n), errors.RadGalError) for n in names)
    assert not issubclass(errors.Cancelled, errors.RadGalError)


def test_every_class_stands_in_the_drawing():
    assert all(name in errors.__doc__ for name in errors.__all__)
