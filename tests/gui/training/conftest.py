"""The training form over a board that writes down what is ordered, and starts nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from radgalgui.gui.settings import Settings
from radgalgui.gui.training.training_dialog import TrainingDialog
from radgalgui.jobs.work.orders import Order


class Board:
    """Takes orders."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    def start(self, order: Order) -> str:
        self.orders.append(order)
        return f"job-{len(self.orders)}"


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def dialog(qtbot, qapp, settings_folder, board, tmp_path: Path) -> Iterator[TrainingDialog]:
    """Return the form with its first recipe, a catalogue being open."""
    parent = QWidget()
    qtbot.addWidget(parent)
    made = TrainingDialog(parent, Settings(), board, tmp_path / "trainings")
    made.open(tmp_path / "survey")
    qtbot.waitUntil(lambda: made.draft.form is not None)
    yield made
    made.end()
    made.close()
