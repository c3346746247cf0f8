"""The real window over a small catalogue and an engine in a thread; nothing may be left behind."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

sys.path.insert(0, str(Path(__file__).parent))

from drawing import DrawingEngine
from fakes import FakeEngine, make_catalog, make_image

from radgalgui.gui import class_desk, desk, sources, toasts
from radgalgui.gui.desk import Desk
from radgalgui.gui.settings import Settings
from radgalgui.gui.theme import Theme
from radgalgui.gui.window import MainWindow
from radgalgui.jobs import draw
from radgalgui.jobs.draw import GeneratorFacts
from radgalgui.sky.preprocess import Preprocessing

PATIENCE = 60_000  # ms: what comes in time costs nothing, and machines may be busy

#: What the platform without a screen says of itself.
PLATFORM = ("This plugin does not support", "QFontDatabase", "XKB", "xkbcommon", "Detected locale")


class PatientBot(QtBot):
    """Waits as long as a busy machine may need, however little a test would give it."""

    def waitActive(self, widget, *, timeout: int = PATIENCE):
        return super().waitActive(widget, timeout=max(timeout, PATIENCE))

    def waitExposed(self, widget, *, timeout: int = PATIENCE):
        return super().waitExposed(widget, timeout=max(timeout, PATIENCE))

    def waitSignal(self, signal, *, timeout: int = PATIENCE, **how):
        return super().waitSignal(signal, timeout=max(timeout, PATIENCE), **how)

    def waitUntil(self, callback, *, timeout: int = PATIENCE) -> None:
        super().waitUntil(callback, timeout=max(timeout, PATIENCE))


@pytest.fixture
def qtbot(qapp, request) -> PatientBot:
    return PatientBot(request)


@pytest.fixture(autouse=True)
def messages_stay(monkeypatch) -> None:
    """Let no message go by itself while a test on a busy machine is still on its way to it."""
    monkeypatch.setattr(toasts, "BRIEF_MS", 3_600_000)


@pytest.fixture(autouse=True)
def numbers_have_points() -> None:
    """Let numbers be written as `run` has them written, whatever the system speaks."""
    QLocale.setDefault(QLocale.c())


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_catalog(tmp_path_factory.mktemp("catalogs") / "tests")


@pytest.fixture(scope="session")
def two_encoders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogs") / "two"
    return make_catalog(folder, 200, encoders=("simclr", "byol"))


@pytest.fixture
def shipped(monkeypatch) -> None:
    """Let MiraBest and RGD be there as label sets."""
    monkeypatch.setattr(class_desk, "shipped_sets", lambda: ["mirabest", "rgd"])


@pytest.fixture(autouse=True)
def no_shipped_labels(monkeypatch) -> None:
    """Keep label sets that come with the program out of tests that do not ask for them."""
    monkeypatch.setattr(class_desk, "shipped_sets", list)


@pytest.fixture(autouse=True)
def weights_at_hand(monkeypatch) -> None:
    """Let the encoders of all catalogues be installed, unless a test says otherwise."""
    monkeypatch.setattr(sources, "weights_problem", lambda _catalog, _encoder: "")


@pytest.fixture(autouse=True)
def no_generator(monkeypatch) -> None:
    """Let no network that draws be installed, unless a test asks for `reconstructing`."""
    monkeypatch.setattr(desk, "generator_installed", lambda: False)


@pytest.fixture
def reconstructing(make_window, monkeypatch) -> None:
    """Let a network that draws be installed; for `make_window` before it is called."""
    monkeypatch.setattr(desk, "generator_installed", lambda: True)
    FakeEngine.reconstructs = True


@pytest.fixture(autouse=True)
def no_window_left() -> Iterator[None]:
    """Delete windows of `run`, too: they would be restyled with all that are made after them."""
    yield
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, MainWindow):
            widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch) -> Path:
    """Keep jobs, and what else the user owns, in a folder of the test."""
    folder = tmp_path / "home"
    monkeypatch.setenv("RADGALGUI_HOME", str(folder))
    return folder


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return make_image(tmp_path / "double.fits")


@pytest.fixture
def settings_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "settings"
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    return folder


@pytest.fixture
def make_window(qtbot, qtlog, qapp, settings_folder) -> Iterator:
    """Return a function that opens a window; all are closed, and must leave nothing behind."""
    FakeEngine.crashed.clear()
    FakeEngine.made.clear()
    FakeEngine.missing.clear()
    FakeEngine.refused_sets.clear()
    FakeEngine.reconstructs = False
    FakeEngine.held.set()
    before = set(threading.enumerate())
    opened: list[MainWindow] = []

    def make(catalog: Path | None, engine=FakeEngine) -> MainWindow:
        """Open a window on a catalogue, or with None on whichever it begins with."""
        settings, theme = Settings(), Theme(qapp)
        theme.choose(settings.theme())
        window = MainWindow(Desk(engine), theme, settings)
        opened.append(window)
        window.show()
        with qtbot.waitActive(window, timeout=5_000):
            window.activateWindow()
        if catalog is None:
            window.commands.catalogs.begin()
        else:
            window.desk.start(catalog)
        qtbot.waitUntil(lambda: bool(window.desk.sources or window.desk.problem), timeout=10_000)
        return window

    yield make
    for window in opened:
        if not window.close():  # it asks what becomes of work that runs
            window.close()
        window.theme.release()
        window.deleteLater()
    qtbot.waitUntil(lambda: set(threading.enumerate()) <= before, timeout=5_000)
    # What is left of a window would be restyled when the next one is made.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    said = [r.message for r in qtlog.records if not any(p in r.message for p in PLATFORM)]
    assert said == []


@pytest.fixture
def window(make_window, catalog, qtbot) -> MainWindow:
    """Return a window whose catalogue and engine are ready."""
    made = make_window(catalog)
    qtbot.waitUntil(lambda: made.desk.ready is not None, timeout=10_000)
    return made


@pytest.fixture
def facts():
    """Return a function that says what the network that draws is."""

    def make(*, conditioned: bool = True) -> GeneratorFacts:
        return GeneratorFacts("vdvae", Preprocessing(), conditioned, 12)

    return make


@pytest.fixture
def make_drawing_window(make_window, catalog, facts, monkeypatch, qtbot):
    """Return a function that opens a window whose engine draws."""
    DrawingEngine.held.set()
    DrawingEngine.refusal, DrawingEngine.fatal = "", False
    DrawingEngine.drawn.clear()

    def make() -> MainWindow:
        made = make_window(catalog, engine=DrawingEngine)
        qtbot.waitUntil(lambda: made.desk.ready is not None, timeout=10_000)
        return made

    monkeypatch.setattr(draw, "installed_generator", facts)
    return make


@pytest.fixture
def drawing_window(make_drawing_window) -> MainWindow:
    """Return a window whose catalogue and engine are ready, and whose network draws."""
    return make_drawing_window()
