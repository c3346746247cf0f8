"""What the window remembers: sizes, docks, theme, how pictures are shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from radgalgui.gui.display import LIMITS, STRETCHES, Display, Wishes
from radgalgui.gui.imaging.choices import Choices
from radgalgui.gui.theme import ThemeChoice

__all__ = ["VERSION", "Settings"]

#: Raised when docks or keys change so that what was stored no longer fits.
VERSION = 5

MOST_RECENT = 10  # catalogues that are remembered


class Settings:
    """Typed settings over a `QSettings` file; what does not fit is ignored."""

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store or QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "RadGalGUI", "RadGalGUI"
        )
        if self._number("version", VERSION) != VERSION:
            self._store.remove("layout")
        self._store.setValue("version", VERSION)

    def _number(self, key: str, default: int) -> int:
        try:
            return int(str(self._store.value(key, default)))
        except ValueError:
            return default

    def _text(self, key: str, default: str) -> str:
        return str(self._store.value(key, default))

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def layout(self) -> tuple[QByteArray, QByteArray]:
        """Return the window's geometry and the places of its docks, empty where unknown."""
        return self._bytes("layout/geometry"), self._bytes("layout/docks")

    def guests(self) -> list[str]:
        """Return the panels that were open though they are closed on the first day."""
        return self._text("layout/guests", "").split()

    def keep_layout(
        self, geometry: QByteArray, docks: QByteArray, guests: Sequence[str] = ()
    ) -> None:
        """Remember geometry, docks, and which of those are open that are closed at first."""
        self._store.setValue("layout/guests", " ".join(guests))
        self._store.setValue("layout/geometry", geometry)
        self._store.setValue("layout/docks", docks)

    def theme(self) -> ThemeChoice:
        """Return the theme that was chosen."""
        try:
            return ThemeChoice(self._text("theme", ThemeChoice.SYSTEM.value))
        except ValueError:
            return ThemeChoice.SYSTEM

    def keep_theme(self, choice: ThemeChoice) -> None:
        """Remember the theme."""
        self._store.setValue("theme", choice.value)

    def display(self) -> Display:
        """Return how pictures are shown."""
        default = Display()
        stretch = self._text("image/stretch", default.stretch)
        limits = self._text("image/limits", default.limits)
        return Display(
            stretch if stretch in STRETCHES else default.stretch,
            limits if limits in LIMITS else default.limits,
            self._text("image/colours", default.colour_map),
        )

    def choices(self) -> Choices:
        """Return what lies over the pictures."""
        return Choices.read(self._text("image/over", ""))

    def keep_choices(self, choices: Choices) -> None:
        """Remember what lies over the pictures."""
        self._store.setValue("image/over", choices.text())

    def keep_display(self, display: Display) -> None:
        """Remember how pictures are shown."""
        self._store.setValue("image/stretch", display.stretch)
        if display.limits in LIMITS:  # those by hand belong to one image
            self._store.setValue("image/limits", display.limits)
        self._store.setValue("image/colours", display.colour_map)

    def wishes(self) -> Wishes:
        """Return which pictures are wanted."""
        default = Wishes()
        return Wishes(
            self._text("image/reconstruction", str(default.reconstruction)).lower() != "false",
            self._text("image/same_limits", str(default.same_limits)).lower() == "true",
        )

    def keep_wishes(self, wishes: Wishes) -> None:
        """Remember which pictures are wanted."""
        self._store.setValue("image/reconstruction", wishes.reconstruction)
        self._store.setValue("image/same_limits", wishes.same_limits)

    def map_method(self) -> str:
        """Return the map that was shown last, "" where none was."""
        return self._text("map/method", "")

    def colour_column(self) -> str:
        """Return the column that coloured the map."""
        return self._text("map/colour", "angular_size")

    def keep_map(self, method: str, column: str) -> None:
        """Remember map and colour."""
        self._store.setValue("map/method", method)
        self._store.setValue("map/colour", column)

    def point_style(self) -> tuple[float, float]:
        """Return size and opacity of the map's points, as multiples of what is usual."""
        try:
            size, opacity = (float(v) for v in self._text("map/points", "1 1").split())
        except ValueError:
            return 1.0, 1.0
        return min(max(size, 0.4), 2.5), min(max(opacity, 0.1), 1.0)

    def keep_point_style(self, size: float, opacity: float) -> None:
        """Remember size and opacity of the map's points."""
        self._store.setValue("map/points", f"{size:.6g} {opacity:.6g}")

    def encoder(self) -> str:
        """Return the encoder that was used last, "" where none was chosen."""
        return self._text("encoder", "")

    def keep_encoder(self, encoder: str) -> None:
        """Remember the encoder."""
        self._store.setValue("encoder", encoder)

    def label_set(self) -> str:
        """Return whose labels were learned last, "" where none were chosen."""
        return self._text("classes/labels", "")

    def level(self) -> float:
        """Return the level of conformal sets, 0 where none was chosen."""
        try:
            return float(self._text("classes/level", "0"))
        except ValueError:
            return 0.0

    def keep_classes(self, label_set: str, level: float) -> None:
        """Remember label set and level."""
        self._store.setValue("classes/labels", label_set)
        self._store.setValue("classes/level", level)

    def nearest(self, default: int) -> int:
        """Return how many sources "the nearest" are."""
        return max(self._number("choosing/nearest", default), 1)

    def keep_nearest(self, count: int) -> None:
        """Remember how many sources "the nearest" are."""
        self._store.setValue("choosing/nearest", count)

    def sky_frame(self) -> str:
        """Return whose north is up on the sky, "icrs" or "galactic"."""
        return "galactic" if self._text("sky/frame", "icrs") == "galactic" else "icrs"

    def keep_sky_frame(self, frame: str) -> None:
        """Remember whose north is up on the sky."""
        self._store.setValue("sky/frame", frame)

    def map_tiles(self) -> tuple[bool, int]:
        """Return whether the map shows images in place of points, and their size in pixels."""
        shown = self._text("map/images", "false").lower() == "true"
        return shown, self._number("map/image_size", 64)

    def keep_map_tiles(self, *, shown: bool, size: int) -> None:
        """Remember whether the map shows images in place of points, and their size."""
        self._store.setValue("map/images", shown)
        self._store.setValue("map/image_size", size)

    def table_columns(self, catalog: Path) -> str:
        """Return how the columns of a catalogue were shown, "" where nobody changed that."""
        return self._text(f"table/{_key(catalog)}", "")

    def keep_table_columns(self, catalog: Path, text: str) -> None:
        """Remember how the columns of a catalogue are shown."""
        self._store.setValue(f"table/{_key(catalog)}", text)

    def folder(self, purpose: str) -> str:
        """Return the folder last used for opening or saving, "" where none was."""
        return self._text(f"folders/{purpose}", "")

    def keep_folder(self, purpose: str, folder: str) -> None:
        """Remember a folder."""
        self._store.setValue(f"folders/{purpose}", folder)

    def recent_catalogs(self) -> list[tuple[Path, str]]:
        """Return the folders and titles of the catalogues that were open, the last one first."""
        try:
            stored = json.loads(self._text("catalogs/recent", "[]"))
            return [(Path(str(path)), str(title)) for path, title in stored][:MOST_RECENT]
        except (ValueError, TypeError):
            return []

    def keep_catalog(self, path: Path, title: str) -> None:
        """Remember a catalogue that was opened."""
        others = [(p, t) for p, t in self.recent_catalogs() if p != path]
        rows = [(str(p), t) for p, t in [(path, title), *others]]
        self._store.setValue("catalogs/recent", json.dumps(rows[:MOST_RECENT]))

    def last_catalog(self) -> Path | None:
        """Return the folder of the catalogue that was open last, None for the bundled one."""
        return self._path("catalogs/last")

    def keep_last_catalog(self, path: Path | None) -> None:
        """Remember the catalogue that is open, None for the bundled one."""
        self._store.setValue("catalogs/last", json.dumps(path and str(path)))

    def unfinished_catalog(self) -> Path | None:
        """Return the folder of the catalogue whose opening never came to an end, None if it did."""
        return self._path("catalogs/opening")

    def keep_unfinished_catalog(self, path: Path | None) -> None:
        """Remember, at once, that a catalogue is being opened; None when that came to an end."""
        if path != self.unfinished_catalog():
            self._store.setValue("catalogs/opening", json.dumps(path and str(path)))
            self.sync()

    def _path(self, key: str) -> Path | None:
        try:
            stored = json.loads(self._text(key, "null"))
        except ValueError:
            return None
        return Path(stored) if stored and isinstance(stored, str) else None

    def sync(self) -> None:
        """Write to disk."""
        self._store.sync()


def _key(path: Path) -> str:
    """Return a folder's name for a file of settings, which knows no slashes in names."""
    return hashlib.sha256(str(path.absolute()).encode(errors="surrogateescape")).hexdigest()[:16]
