"""Measuring as a part of the window: its tools, its list, and what is drawn on the pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QToolButton

from radgalgui.gui.dock import Dock, quiet_button
from radgalgui.gui.feature import Feature, Spec
from radgalgui.gui.measuring.bar import MeasuringBar
from radgalgui.gui.measuring.enlarging import Elbow, bring_list, enlarge
from radgalgui.gui.measuring.kinds import KINDS, Kind, Settings
from radgalgui.gui.measuring.measurement import Measurement, Wish
from radgalgui.gui.measuring.measuring_desk import MeasuringDesk
from radgalgui.gui.measuring.overlay import MeasuredOverlay
from radgalgui.gui.measuring.panel import MeasuredPanel
from radgalgui.gui.measuring.saved import as_text, save_measurements, save_profile
from radgalgui.gui.measuring.telling import details, sentence, title
from radgalgui.gui.measuring.tool import MeasuringTool
from radgalgui.gui.picture_view import PictureView
from radgalgui.gui.saving import export_rows
from radgalgui.gui.session import Change
from radgalgui.sky.measuring.profiles import Profile

if TYPE_CHECKING:
    from radgalgui.gui.imaging.picture import Sky
    from radgalgui.gui.theme import Tokens
    from radgalgui.gui.window import MainWindow

__all__ = ["MeasuringFeature"]

MENU = "&Image"
LIST, SHOW, EXPORT = "measurements", "measure_show", "measure_export"
LARGE = "image_large"


def _key(kind: Kind) -> str:
    return f"measure_{kind.value}"


def _specs() -> tuple[Spec, ...]:
    tools = [
        Spec(_key(k), MENU, w.menu, (w.keys,), w.tip, line=k is Kind.DISTANCE, checkable=True)
        for k, w in KINDS.items()
    ]
    return (
        *tools,
        Spec(
            SHOW,
            MENU,
            "Show &measurements on the pictures",
            ("Shift+M",),
            "Draw what was measured over the pictures",
            checkable=True,
        ),
        Spec(LIST, MENU, "&All measurements", ("Ctrl+Alt+M",), "As a list, with their profiles"),
        Spec(
            LARGE,
            MENU,
            "Pictures in a window of their &own",
            ("Shift+E",),
            "As large as the screen allows, to measure on; again puts them back",
            line=True,
        ),
        Spec(EXPORT, MENU, "E&xport measurements…", (), "As CSV, of all galaxies of this session"),
    )


class MeasuringFeature(Feature):
    """Takes tools, lets what is drawn be measured, and shows what came of it."""

    specs: ClassVar[tuple[Spec, ...]] = _specs()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.panel, self.bar = MeasuredPanel(), MeasuringBar()
        self.dock = Dock("measurements", "Measurements", self.panel, "measuring", guest=True)
        self.kind: Kind | None = None
        self.picked: Measurement | None = None
        self.visible = True
        self.elbow = Elbow(window)
        self.desk = MeasuringDesk(window.desk, window)

    def docks(self) -> dict[str, Dock]:
        """Return the list, closed on the first day; the tools stand in the galaxy's title."""
        self._window.docks["image"].title.add(self.button())
        for button in self.panel.buttons:
            self.dock.title.add(button)
        return {"measurements": self.dock}

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {
            **{_key(kind): partial(self.toggle, kind) for kind in KINDS},
            SHOW: self._show_or_hide,
            LIST: self.open_list,
            EXPORT: self._export,
            LARGE: partial(enlarge, self._window),
        }

    def connect(self) -> None:
        """Stand below the pictures, draw over them, and follow the session."""
        window = self._window
        self.tool = MeasuringTool(window)
        self.overlay = MeasuredOverlay(self._measured, lambda: self.picked)
        self.views: list[PictureView] = window.image.panes.views
        for view in self.views:
            view.overlays.append(self.overlay)
        window.image.extras.addWidget(self.bar)
        self.tool.drawn.connect(self._draw)
        self.desk.measured.connect(self._tell)
        self.desk.failed.connect(self.bar.say)
        self.desk.book.changed.connect(self.show)
        self.bar.kind_chosen.connect(self.take)
        self.bar.settings_changed.connect(self._set)
        self.bar.list_wanted.connect(self.open_list)
        self.bar.closed.connect(lambda: self.take(None))
        self.panel.picked.connect(self._pick)
        self.panel.removed.connect(self._remove)
        self.panel.copied.connect(self._copy)
        self.panel.exported.connect(self._export)
        self.panel.profile_exported.connect(self._export_profile)
        self.panel.pointed.connect(self._point)
        window.desk.session.subscribe(self._session_changed)
        self.refresh()

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.bar.set_theme(tokens)
        self.panel.set_theme(tokens)

    def close(self) -> None:
        """End the thread."""
        self.desk.close()

    # -- tools -----------------------------------------------------------------------------

    def toggle(self, kind: Kind) -> None:
        """Take a tool, or put it back if it was taken."""
        self.take(None if kind is self.kind else kind)

    def take(self, kind: Kind | None) -> None:
        """Take a tool; None for the hand."""
        self.tool.cancel()
        self.kind = kind
        if kind is not None:
            self.tool.kind = kind
        for view in self.views:
            view.tool = self.tool if kind is not None else None
        self.bar.show_kind(kind)
        self.elbow.spread("measuring", wide=kind is not None)
        self.refresh()

    def back(self) -> bool:
        """Drop what is being drawn, then put the tool back."""
        if self.tool.cancel():
            return True
        if self.kind is None:
            return False
        self.take(None)
        return True

    def refresh(self) -> None:
        """Offer tools where there is a picture, and show which is taken."""
        actions, session = self._window.actions_, self._window.desk.session
        able = session.current is not None or session.selected is not None
        for kind in KINDS:
            actions[_key(kind)].setEnabled(able)
            actions[_key(kind)].setChecked(kind is self.kind)
        actions[SHOW].setChecked(self.visible)
        actions[EXPORT].setEnabled(len(self.desk.book) > 0)

    def _set(self, settings: Settings) -> None:
        """Measure from now on in another way, and what is picked again."""
        self.tool.settings = settings
        if self.picked is not None and self.picked.kind is self.kind:
            self.desk.again(self.picked, settings)

    # -- what is drawn and told ------------------------------------------------------------

    def _draw(self, view: PictureView, wish: Wish, further: bool) -> None:
        if view.sky is not None:
            self.desk.ask(view.sky, wish, further=further)

    def _tell(self, made: Measurement) -> None:
        """Show what came of a drawing, in a line and in the list."""
        self.picked = made
        words = f"{title(made)}: {sentence(made)}"
        self.bar.say("  ·  ".join(filter(None, (words, details(made)))))
        self.show()
        if made.kind in (Kind.LINE, Kind.RADIAL):
            self.open_list()

    def _measured(self, sky: Sky) -> list[Measurement]:
        return self.desk.of(sky) if self.visible else []

    def listed(self) -> list[Measurement]:
        """Return what was measured on the galaxies that are shown."""
        found: dict[int, Measurement] = {}
        for pane in self._window.image.panes.shown:
            if pane.view.sky is not None:
                found.update({id(one): one for one in self.desk.of(pane.view.sky)})
        return list(found.values())

    def show(self) -> None:
        """Show the list, and draw it over the pictures."""
        rows = self.listed()
        if self.picked not in rows:
            self.picked = None
        self.panel.show_rows(rows, self.picked)
        self.dock.title.count.setText(f"{len(rows)}" if rows else "")
        self.bar.lack_beam(lacking=self.desk.lacks_beam())
        for view in self.views:
            view.update()
        self.refresh()

    def _pick(self, picked: Measurement | None) -> None:
        if picked is not self.picked:
            self.picked = picked
            self.show()

    def _remove(self, gone: list[Measurement]) -> None:
        """Let some go; they can be had back for a while."""
        book = self.desk.book
        before = book.all()
        book.remove(gone)
        what = title(gone[0]) if len(gone) == 1 else f"{len(gone)} measurements"
        undo = ("Undo", lambda: book.put_back(before))
        self._window.toasts.say(f"{what} removed", "info", undo)

    def _session_changed(self, change: Change) -> None:
        if change is Change.QUERIES:
            self.desk.forget_removed()
        elif change is not Change.CHOSEN:
            self.show()

    def _point(self, measurement: Measurement, distance: float) -> None:
        """Mark on the picture what is pointed at in a line's profile."""
        at, told = None, measurement.result
        along = told.distance if isinstance(told, Profile) and not told.scatter.size else None
        if along is not None and 0 <= distance <= along[-1] > 0:
            (x0, y0), (x1, y1) = measurement.wish.places[:2]
            share = distance / float(along[-1])
            at = (x0 + share * (x1 - x0), y0 + share * (y1 - y0))
        for view in self.views:
            own = view.sky is not None and view.sky.values is measurement.ground.sky.values
            view.mark(at if own else None)

    # -- actions ---------------------------------------------------------------------------

    def _show_or_hide(self) -> None:
        self.visible = self._window.actions_[SHOW].isChecked()
        self.show()

    def open_list(self) -> None:
        """Bring the list to the front."""
        bring_list(self._window, LIST)
        if self.kind is not None:
            self.elbow.spread("measuring", wide=True)

    def _copy(self) -> None:
        rows = self.panel.table.chosen or self.panel.table.rows
        QGuiApplication.clipboard().setText(as_text(rows))
        self._window.toasts.say(f"{len(rows)} measurements copied", "done")

    def _export(self) -> None:
        made = self.desk.book.all()
        write: Callable[[Path], int] = partial(save_measurements, made)
        export_rows(self._window, "Export measurements", "measurements.csv", write)

    def _export_profile(self, measurement: Measurement) -> None:
        name = f"{Path(measurement.ground.galaxy).stem}-profile-{measurement.number}.csv"
        write: Callable[[Path], int] = partial(save_profile, measurement)
        export_rows(self._window, "Export profile", name, write)

    def button(self) -> QToolButton:
        """Return the button in the galaxy's title that offers the tools."""
        actions = self._window.actions_
        button = quiet_button("ruler", "Measure on the pictures")
        menu = QMenu(button)
        menu.addActions([actions[_key(kind)] for kind in KINDS])
        menu.addSeparator()
        menu.addActions([actions[key] for key in (SHOW, LIST, EXPORT)])
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button
