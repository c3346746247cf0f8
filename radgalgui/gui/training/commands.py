"""What the window does about trainings: opens the form, and puts their results to use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

import radgalgui_resources
from radgalgui.errors import RadGalError
from radgalgui.gui.feature import Feature
from radgalgui.gui.names import encoder_title
from radgalgui.gui.survey.commands import home_of_catalogues
from radgalgui.gui.training.own_classifiers import OwnClassifiers
from radgalgui.gui.training.own_encoders import OwnEncoders
from radgalgui.jobs.work.orders import Order

if TYPE_CHECKING:
    from radgalgui.gui.training.result_dialog import ResultDialog
    from radgalgui.gui.training.training_dialog import TrainingDialog
    from radgalgui.gui.window import MainWindow
    from radgalgui.gui.work.job import Job

__all__ = ["TrainingCommands"]

BUNDLED = (
    "The catalogue that comes along stays as it is: make one of your own, or open another, to see"
    " it through this encoder"
)


class TrainingCommands(Feature):
    """Slots of the actions about trainings."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.dialog: TrainingDialog | None = None
        self.result: ResultDialog | None = None
        self.own = OwnClassifiers(window, train=self.open_classifiers, look=self._look)
        self.encoders = OwnEncoders(window, train=self.open, look=self._look)

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each action does, by its key."""
        return {
            "train": self.open,
            "own_classifiers": self.own.open,
            "own_encoders": self.encoders.open,
        }

    def connect(self) -> None:
        """Tell the board what can be done with what a training made."""
        self._window.board.offer("train", "Use the result…", self.use)
        self.own.read()

    def open_classifiers(self) -> None:
        """Open the form, with a recipe that learns classes."""
        self.open(kind="classifier")

    def open(self, *, kind: str = "") -> None:
        """Open the form, perhaps with a recipe of a kind."""
        window = self._window
        if self.dialog is None:
            from radgalgui.gui.training.training_dialog import TrainingDialog  # a start need not

            home = home_of_catalogues() / "trainings"
            dialog = self.dialog = TrainingDialog(window, window.settings, window.board, home)
            dialog.set_theme(window.theme.tokens)
            window.theme.changed.connect(dialog.set_theme)
            dialog.help_wanted.connect(lambda: window.commands.show_help("training", "Training"))
            dialog.started.connect(window.commands.jobs.open)
        sources = window.desk.sources
        self.dialog.open(None if sources is None else sources.path, kind=kind)

    def use(self, job: Job) -> None:
        """Look at what a training made, and ask what to do with it."""
        if job.done is not None:
            self._look(Path(job.record.cwd) / job.done.path)

    def _look(self, path: Path) -> None:
        window = self._window
        if self.result is None:
            from radgalgui.gui.training.result_dialog import ResultDialog

            self.result = ResultDialog(window)
            self.result.kept.connect(self._kept)
            self.result.classifier_kept.connect(lambda name, use: self.own.add(name, use=use))
            self.result.failed.connect(lambda text: window.toasts.say(text, "failure"))
        sources = window.desk.sources
        name = "" if sources is None else sources.path.name
        self.result.look(path, name, self._why_not(), self._browse)

    def close(self) -> None:
        """End the threads, before the window goes."""
        self.own.close()
        self.encoders.close()
        for dialog in (self.dialog, self.result):
            if dialog is not None:
                dialog.end()

    # -- what becomes of a result ----------------------------------------------------------

    def _why_not(self) -> str:
        """Why the open catalogue cannot be embedded, "" where it can."""
        sources = self._window.desk.sources
        if sources is None:
            return "No catalogue is open"
        bundled = radgalgui_resources.path("catalogs").resolve()
        return BUNDLED if sources.path.resolve().is_relative_to(bundled) else ""

    def _kept(self, name: str, embed: bool) -> None:
        window, sources = self._window, self._window.desk.sources
        self.encoders.renew()
        if not embed or sources is None or self._why_not():
            window.toasts.say(f"{encoder_title(name)} is kept among your encoders.", "done")
            return
        title = f"Embedding {sources.path.name} with {encoder_title(name)}"
        words = ["embed", str(sources.path), "--encoder", name]
        try:
            window.board.start(Order("embed", title, words, sources.path, resumable=False))
        except RadGalError as error:
            window.toasts.say(str(error), "failure")
            return
        window.toasts.say(f"{encoder_title(name)} is kept. {title}…", "done")

    def _browse(self, path: Path) -> None:
        """Show a page in the browser."""
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._window.toasts.say(f"The page is {path}", "info")
