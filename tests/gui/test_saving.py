"""Where exports go, as the dialog that the user answers has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from radgalgui.gui.saving import ask_where
from radgalgui.gui.settings import Settings

PICTURES = "PNG (*.png);;SVG (*.svg)"


@pytest.fixture
def answer(monkeypatch, settings_folder):
    """Return a function that has the dialog answered in turn, and the names it began with."""

    def ready(*answers: tuple[str, str]) -> list[str]:
        left, begun = list(answers), []

        def ask(_parent, _title, start, _filters) -> tuple[str, str]:
            begun.append(start)
            return left.pop(0)

        monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
        return begun

    return ready


@pytest.mark.parametrize(
    ("typed", "filters", "kind", "name"),
    [
        ("a", "CSV (*.csv)", "", "a.csv"),
        ("a.txt", "CSV (*.csv)", "", "a.txt"),
        ("a", PICTURES, "SVG (*.svg)", "a.svg"),
        ("a.v2", PICTURES, "PNG (*.png)", "a.v2.png"),
        ("a.SVG", PICTURES, "PNG (*.png)", "a.SVG"),
    ],
)
def test_a_name_gets_its_ending(qapp, answer, tmp_path, typed, filters, kind, name):
    answer((str(tmp_path / typed), kind))
    assert ask_where(None, Settings(), "Save", "x", filters) == tmp_path / name
    assert Path(Settings().folder("export")) == tmp_path


def test_what_is_there_is_not_replaced_unasked(qapp, answer, tmp_path):
    there = tmp_path / "a.png"
    there.touch()
    begun = answer((str(tmp_path / "a"), "PNG (*.png)"), ("", ""))
    assert ask_where(None, Settings(), "Save", "x", PICTURES) is None
    assert begun[1] == str(there)
    answer((str(there), "PNG (*.png)"))  # the dialog itself has asked
    assert ask_where(None, Settings(), "Save", "x", PICTURES) == there
