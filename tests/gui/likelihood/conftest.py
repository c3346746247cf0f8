"""A window over a catalogue whose sources have likelihoods, and its page on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from judging import JudgingEngine, make_judged_catalog
from PySide6.QtWidgets import QApplication

from radgalgui.gui.likelihood.page import LikelihoodPage


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a catalogue of 200 sources with likelihoods by two encoders."""
    folder = tmp_path_factory.mktemp("catalogs") / "judged"
    return make_judged_catalog(folder, encoders=("simclr", "byol"))


@pytest.fixture
def make_judged_window(make_window, qtbot):
    """Return a function that opens a window whose engine judges."""
    JudgingEngine.begin()

    def make(catalog: Path):
        made = make_window(catalog, engine=JudgingEngine)
        qtbot.waitUntil(lambda: made.desk.ready is not None)
        return made

    yield make
    JudgingEngine.begin()


@pytest.fixture
def judged_window(make_judged_window, judged):
    """Return a window over the catalogue with likelihoods."""
    return make_judged_window(judged)


@pytest.fixture
def open_page(qtbot):
    """Return a function that opens a window's page on likelihoods at a tab."""

    def at(window, title: str) -> LikelihoodPage:
        window.actions_["likelihoods"].trigger()
        page = window.commands.likelihoods.page
        page.turn_to(title)

        def in_front() -> bool:
            page.activateWindow()
            return QApplication.activeWindow() is page

        qtbot.waitUntil(in_front)
        return page

    return at
