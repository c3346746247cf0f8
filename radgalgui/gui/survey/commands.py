"""What the window does about catalogues of the user's own: opens the wizard, and what it made."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths

from radgalgui.gui.feature import Feature
from radgalgui.gui.session import Change
from radgalgui.gui.survey.intake import SurveyIntake
from radgalgui.jobs.work.library import data_folder

if TYPE_CHECKING:
    from radgalgui.gui.survey.wizard import SurveyWizard
    from radgalgui.gui.window import MainWindow

__all__ = ["SurveyCommands"]

#: The kinds of jobs that end with a catalogue.
MADE = ("build", "append", "remove", "embed", "refresh", "likelihood")
MANY = 20  # images in one question, from which on a catalogue may have been meant


class SurveyCommands(Feature):
    """Slots of actions on the user's own surveys."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.wizard: SurveyWizard | None = None
        self._offered = False

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {"new_catalogue": self.open}

    def connect(self) -> None:
        """Listen to what asks for a catalogue elsewhere in the window."""
        window = self._window
        window.curtain.catalogue_wanted.connect(self.open)
        window.curtain.opened.connect(self.open_catalogue)
        window.image.invitation.catalogue_wanted.connect(lambda: self.open())
        window.desk.session.subscribe(self._asked)
        for kind in MADE:
            window.board.offer(
                kind,
                "Open the map",
                lambda job: self.open_catalogue(job.record.cwd / job.record.order.out),
            )

    def _asked(self, change: Change) -> None:
        """Offer a catalogue when very many images are searched with: it may have been meant."""
        if change is not Change.QUERIES:
            return
        queries = self._window.desk.session.queries
        waiting = [q.path for q in queries if q.open and q.path and q.position is None]
        if len(waiting) < MANY:
            self._offered = self._offered and bool(waiting)
        elif not self._offered:
            self._offered = True
            folders = list(dict.fromkeys(path.parent for path in waiting))
            self._window.toasts.say(
                f"Searching with {len(waiting):,} images, one after another. A catalogue shows"
                " them all on a map of their own.",
                "info",
                ("Make a catalogue…", lambda: self.open(folders)),
                stays=True,
            )

    def open(self, paths: list[Path] | None = None) -> None:
        """Open the wizard, with data if some were dropped."""
        window = self._window
        if self.wizard is None:
            from radgalgui.gui.survey.wizard import SurveyWizard  # nothing that a start waits for

            self.wizard = SurveyWizard(
                window, window.settings, window.board, SurveyIntake(), home_of_catalogues()
            )
            self.wizard.set_theme(window.theme.tokens)
            window.theme.changed.connect(self.wizard.set_theme)
            self.wizard.help_wanted.connect(
                lambda: window.commands.show_help("own-survey", "Your own survey")
            )
            self.wizard.open_wanted.connect(self.open_catalogue)
            self.wizard.jobs_wanted.connect(window.commands.jobs.open)
        self.wizard.open(paths)

    def open_catalogue(self, path: Path) -> None:
        """Open a catalogue in the window."""
        self._window.toasts.withdraw("done")
        self._window.desk.open_catalog(path)

    def close(self) -> None:
        """End the wizard's threads, before the window goes."""
        if self.wizard is not None:
            self.wizard.end()


def home_of_catalogues() -> Path:
    """Return the folder in which new catalogues are made unless another is chosen."""
    if os.environ.get("RADGALGUI_HOME"):
        return data_folder() / "catalogues"
    where = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(where or Path.home()) / "RadGalGUI"
