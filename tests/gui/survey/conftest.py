"""The wizard over made-up data, in a window of its own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

sys.path.insert(0, str(Path(__file__).parent))

from fake_intake import FakeBoard, FakeIntake

from radgalgui.gui.settings import Settings
from radgalgui.gui.survey.wizard import SurveyWizard


@pytest.fixture
def intake() -> FakeIntake:
    return FakeIntake()


@pytest.fixture
def board(tmp_path, qapp) -> FakeBoard:
    return FakeBoard(tmp_path)


@pytest.fixture
def wizard(qtbot, settings_folder, intake, board, tmp_path) -> Iterator[SurveyWizard]:
    """Return an open wizard; its threads must end with it."""
    before = set(threading.enumerate())
    parent = QWidget()
    made = SurveyWizard(parent, Settings(), board, intake, tmp_path / "home")
    with qtbot.waitExposed(made):
        made.open()
    yield made
    intake.held.set()
    made.end()
    parent.deleteLater()
    qtbot.waitUntil(lambda: set(threading.enumerate()) <= before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "my fields"
    made.mkdir()
    return made


@pytest.fixture
def table(tmp_path: Path) -> Path:
    made = tmp_path / "sources.csv"
    made.write_text("Name,RAJ2000,DEJ2000,Sint\n")
    return made
