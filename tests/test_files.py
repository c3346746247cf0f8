"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from radgalgui.files import replaced_file


def test_what_the_system_refuses_is_told_by_the_name_that_was_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "not-there" / "report.html"
    with pytest.raises(FileNotFoundError) as refused, replaced_file(target) as beside:
        beside.write_text("report")
    assert refused.value.filename == str(target)
    target = tmp_path / "report.html"
    target.write_text("before")
    with pytest.raises(OSError, match="No space") as full, replaced_file(target):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert full.value.filename == str(target)
    with pytest.raises(FileNotFoundError) as other, replaced_file(target):
        (tmp_path / "another").read_text()
    assert other.value.filename == str(tmp_path / "another")
    assert target.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
