"""Make the README's pictures: the real window, its real engine, simulated galaxies only.

``python -m tests.screens [FOLDER]``, which takes two minutes.  Nothing of a user's is read or
written: settings and folders are temporary.
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QPoint, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

import radgalgui_resources
from radgalgui.gui.desk import Desk
from radgalgui.gui.engine_link import bundled_engine
from radgalgui.gui.settings import Settings
from radgalgui.gui.theme import Theme, ThemeChoice
from radgalgui.gui.window import MainWindow
from tests.benchmarks.large_catalog import make_large_catalog

FOLDER = Path(__file__).parents[1] / "packaging" / "screenshots"
MILLION = 1_000_000
HEAVY = 1_000_000  # bytes
LONGEST = 120.0  # seconds that anything is waited for


def rest(seconds: float) -> None:
    """Let the window work; `QTest.qWait` would hold Python's lock against its threads."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def wait(until: Callable[[], bool]) -> None:
    """Let the window work until something holds."""
    for _ in range(round(LONGEST / 0.05)):
        rest(0.05)
        if until():
            return
    raise TimeoutError(f"waited {LONGEST:.0f} s in vain")


def drag(widget: QWidget, way: list[QPoint]) -> None:
    """Drag the left button along a way, slowly enough to be followed."""
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    QTest.mousePress(widget, left, none, way[0])
    for place in way[1:]:
        QTest.mouseMove(widget, place)
        rest(0.03)
    QTest.mouseRelease(widget, left, none, way[-1])
    rest(0.5)


class Screens:
    """One window, photographed in several states."""

    def __init__(self, app: QApplication, folder: Path, home: Path) -> None:
        self.folder, self.home = folder, home
        self.theme = Theme(app)
        self.desk = Desk(bundled_engine)
        self.window = MainWindow(self.desk, self.theme, Settings())
        self.window.show()
        self.desk.start(radgalgui_resources.catalog_path())
        wait(lambda: self.desk.sources is not None)

    def set_up(self, width: int, height: int, theme: ThemeChoice) -> None:
        """Take a size, a theme and the first day's layout."""
        self.theme.choose(theme)
        self.window.resize(width, height)
        rest(0.3)
        self.window.default_layout()
        rest(0.5)

    def ask_example(self) -> None:
        """Ask about the bundled example, and wait for the whole answer."""
        session = self.desk.session
        self.act("example")
        wait(lambda: session.current is not None and session.current.likelihood is not None)
        wait(lambda: session.current is not None and not session.current.open)
        rest(1.0)

    def act(self, *keys: str) -> None:
        """Carry out actions one after the other."""
        for key in keys:
            self.window.actions_[key].trigger()
            rest(0.4)

    def save(self, name: str) -> None:
        """Save what is seen; in 200 colours where a million points would make it heavy."""
        from PIL import Image

        self.window.map.view.setFocus()
        rest(1.0)
        path = self.folder / f"{name}.png"
        self.window.grab().save(str(path))
        with Image.open(path) as picture:
            made = picture.convert("RGB")
        made.save(path, optimize=True)
        if path.stat().st_size > HEAVY:
            made.quantize(200, dither=Image.Dither.NONE).save(path, optimize=True)

    # -- what is shown ---------------------------------------------------------------------

    def answer(self) -> None:
        """Show the first answer, as everybody sees it first."""
        self.set_up(1440, 900, ThemeChoice.LIGHT)
        self.ask_example()
        self.save("window-light")

    def images(self) -> None:
        """Show the map of images, at a small size."""
        self.set_up(1280, 720, ThemeChoice.LIGHT)
        self.act("map_images", "smaller_images", "smaller_images", "fit")
        rest(2.0)
        self.save("images-light")
        self.act("map_images", "to_query")

    def pictures(self) -> None:
        """Show grid, contours and a flux measured by mouse, at a small size."""
        self.set_up(1280, 720, ThemeChoice.DARK)
        self.act("image_grid", "image_contours", "measure_flux")
        view = self.window.image.panes.right.view
        middle = view.rect().center()
        drag(view, [middle + QPoint(9 * step, 0) for step in range(6)])
        QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
        self.save("pictures-dark")
        self.act("image_grid", "image_contours", "measure_show", "back", "back")

    def chosen(self) -> None:
        """Show a cluster taken with a lasso, on map, sky, table and in the gallery."""
        self.set_up(1440, 900, ThemeChoice.DARK)
        self.act("tool_lasso")
        view = self.window.map.view
        x, y = view.marks.marks.query or (0.0, 0.0)
        middle, turns = view.pixel_of(x, y), [2 * math.pi * step / 40 for step in range(41)]
        drag(
            view.viewport(),
            [middle + QPoint(round(70 * math.cos(t)), round(90 * math.sin(t))) for t in turns],
        )
        self.act("tool_hand", "see_chosen")
        self.save("window-dark")

    def sky(self) -> None:
        """Show a large screen: classes on the map and on the sky, the table filtered."""
        self.act("choose_none")
        self.set_up(2560, 1440, ThemeChoice.LIGHT)
        self.window.commands.choose_column("label")
        self.window.filter_box.setText("angular_size > 60 AND label = 'FRII'")
        self.act("sky", "to_query")
        self.save("large-light")

    def million(self) -> None:
        """Show a million made-up sources."""
        self.window.filter_box.clear()
        self.window.commands.choose_column("angular_size")
        self.act("remove")
        catalog = make_large_catalog(self.home / "million", MILLION)
        self.desk.open_catalog(catalog)
        wait(lambda: self.desk.sources is not None and len(self.desk.sources) == MILLION)
        self.set_up(2560, 1440, ThemeChoice.DARK)
        self.act("sky", "fit", "back")
        self.save("large-dark")


def main() -> None:
    """Make all pictures, into the folder that is named or the README's."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["RADGALGUI_HOME"] = home
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, home)
        app = QApplication([])
        screens = Screens(app, folder, Path(home))
        for scene in ("answer", "images", "pictures", "chosen", "sky", "million"):
            getattr(screens, scene)()
        screens.window.close()


if __name__ == "__main__":
    main()
