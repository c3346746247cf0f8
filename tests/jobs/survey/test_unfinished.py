"""Unfinished work: what was committed stays, what was not is cut off, and nobody else is let in."""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path

import pytest

from radgalgui.errors import CatalogError
from radgalgui.jobs.survey.unfinished import unfinished, unfinished_folder

SAME = {"the input": "abc", "the encoders": {"simclr": "123"}}


class Killed(BaseException):
    """Stands for the end of the process, which nothing of ours can answer."""


def work_at(out: Path, steps: int, *, die: float | None = None, **how: bool) -> bytes | None:
    """Append ten numbers a step; end in the middle of step ``die``, or whole."""
    with unfinished(out, SAME, **how) as work:
        for step in range(work.steps, steps):
            work.append("numbers", bytes(range(step, step + 5)))
            if step == die:
                raise Killed
            work.append("numbers", bytes(range(step + 5, step + 10)))
            work.append("others", b"x")
            work.commit(last=step)
        assert work.note("last") == steps - 1
        work.close()
        work.finished = True
        return work.path("numbers").read_bytes()


@pytest.mark.parametrize("die", [0, 1, 3])
def test_gone_on_with_the_bytes_are_the_same(tmp_path, die):
    whole = work_at(tmp_path / "a", 4)
    with pytest.raises(Killed):
        work_at(tmp_path / "b", 4, die=die)
    assert unfinished_folder(tmp_path / "b").exists() == (die > 0)  # nothing to go on from yet
    assert work_at(tmp_path / "b", 4, resume=True) == whole
    assert list(tmp_path.iterdir()) == []


def test_earlier_work_is_neither_overwritten_nor_taken_for_other_work(tmp_path):
    with pytest.raises(Killed):
        work_at(tmp_path / "c", 4, die=2)
    with pytest.raises(CatalogError, match="--resume to go on with it, or add --restart"):
        work_at(tmp_path / "c", 4)
    other = {**SAME, "the encoders": {"byol": "456"}}
    with (
        pytest.raises(CatalogError, match="the encoders differ"),
        unfinished(tmp_path / "c", other, resume=True),
    ):
        pass
    assert work_at(tmp_path / "c", 4, resume=True)


def test_begun_again_when_asked(tmp_path):
    with pytest.raises(Killed):
        work_at(tmp_path / "c", 4, die=2)
    with unfinished(tmp_path / "c", {"the input": "new"}, restart=True) as work:
        assert work.steps == 0
        assert not work.path("numbers").exists()


def test_two_at_once_are_refused(tmp_path):
    with (
        unfinished(tmp_path / "c", SAME),
        pytest.raises(CatalogError, match="another process is at work"),
        unfinished(tmp_path / "c", SAME, resume=True),
    ):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="other locks")
def test_a_network_folder_without_locks_can_be_worked_in(tmp_path, monkeypatch):
    def flock(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", flock)
    assert work_at(tmp_path / "c", 2)


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    folder = unfinished_folder(tmp_path / "c")
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work")
    for how in ({}, {"resume": True}, {"restart": True}):
        with (
            pytest.raises(CatalogError, match=r"move thesis\.tex away"),
            unfinished(tmp_path / "c", SAME, **how),
        ):
            pass
    assert (folder / "thesis.tex").read_text() == "years of work"


@pytest.mark.parametrize("name", ["plan.json", "state.json", "numbers"])
def test_damage_is_told(tmp_path, name):
    with pytest.raises(Killed):
        work_at(tmp_path / "c", 4, die=2)
    path = next(unfinished_folder(tmp_path / "c").rglob(name))
    path.write_bytes(path.read_bytes()[:7])
    with pytest.raises(CatalogError, match="damaged; add --restart"):
        work_at(tmp_path / "c", 4, resume=True)


def test_a_place_that_cannot_be_written_to_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(CatalogError, match="cannot be written there"),
        unfinished(tmp_path / "file" / "c", SAME),
    ):
        pass


def test_the_identity_is_readable(tmp_path):
    with unfinished(tmp_path / "c", SAME) as work:
        assert json.loads((work.folder / "plan.json").read_text()) == SAME
