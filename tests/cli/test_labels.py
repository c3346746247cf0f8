"""``radgalgui labels`` refuses in a line what it cannot make."""

from __future__ import annotations

import pytest

from radgalgui.entry import main


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nosuch", "--root", "."], "no labels 'nosuch'; choose among mirabest, rgd, frdeep"),
        (["mirabest"], "--root"),
        (["mirabest", "--root", "/nonexistent"], "/nonexistent: holds no data_batch_1"),
        (["mirabest", "--root", ".", "--encoder", "nosuch"], "nosuch.safetensors: is not there"),
        (["mirabest", "--root", ".", "--out", __file__], "is a file, not a folder"),
    ],
)
def test_what_cannot_be_made_is_said_in_one_line(arguments, words, capsys):
    assert main(["labels", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert len(captured.err.splitlines()) == 1
