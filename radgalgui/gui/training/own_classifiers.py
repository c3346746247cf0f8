"""The user's own classifiers: on offer among the labels, listed, put to use, and removed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from radgalgui.gui.background import Background
from radgalgui.gui.errands import sentence
from radgalgui.gui.names import NETWORK_SET, own_network, set_title
from radgalgui.gui.training.own_row import OwnRow
from radgalgui.gui.training.weights_file import choose_weights

if TYPE_CHECKING:  # the list is imported where it is opened: the window paints before
    from radgalgui.gui.training.own_dialog import OwnDialog
    from radgalgui.gui.window import MainWindow
    from radgalgui.jobs.networks.kept import NetworkWords

__all__ = ["OwnClassifiers"]

Told = tuple["dict[str, NetworkWords]", list[OwnRow], str]


class OwnClassifiers:
    """Reads, off the window's thread, what there is to say of the classifiers that were kept.

    ``train`` opens the form of a training, ``look`` asks what to do with a file.
    """

    def __init__(
        self, window: MainWindow, *, train: Callable[[], None], look: Callable[[Path], None]
    ) -> None:
        self._window, self._train, self._look = window, train, look
        self._background = Background(window)
        self.dialog: OwnDialog | None = None

    def close(self) -> None:
        """End the thread, before the window goes."""
        self._background.close()

    def read(self, then: Callable[[], None] | None = None) -> None:
        """Offer those that are there now, each with its words."""

        def take(told: Told) -> None:
            words, rows, folder = told
            self._window.desk.classifying.offer_own(words)
            if self.dialog is not None:
                self.dialog.folder = folder
                self.dialog.show_rows(rows, self._in_use())
            if then is not None:
                then()

        self._background.run(_told, take, lambda _: None)

    def add(self, name: str, *, use: bool) -> None:
        """Offer one more, and classify with it from now on if it shall be used."""
        kept = f"“{name}” is kept among your classifiers."
        self.read(
            lambda: self._use(name) if use else self._window.toasts.say(kept, "done"),
        )

    # -- the list --------------------------------------------------------------------------

    def open(self) -> None:
        """Show the list; it is read anew, as a terminal may have changed it."""
        if self.dialog is None:
            self.dialog = self._make()
        self.read(self.dialog.open)

    def _make(self) -> OwnDialog:
        from radgalgui.gui.training.own_dialog import OwnDialog

        window = self._window
        dialog = OwnDialog(window)
        dialog.set_theme(window.theme.tokens)
        window.theme.changed.connect(dialog.set_theme)
        window.desk.classifying.changed.connect(
            lambda: dialog.show_rows(dialog.rows.rows, self._in_use())
        )
        dialog.used.connect(self._use)
        dialog.removed.connect(self._remove)
        dialog.train_wanted.connect(self._train)
        dialog.file_wanted.connect(self._choose_file)
        dialog.help_wanted.connect(lambda: window.commands.show_help("classes", "Class"))
        return dialog

    def _in_use(self) -> str:
        return own_network(self._window.desk.classifying.label_set)

    def _use(self, name: str) -> None:
        """Let one answer from now on, where it can be seen."""
        window = self._window
        level = window.desk.classifying.level
        window.commands.analysis.choose_classes(f"{NETWORK_SET}{name}", level)
        window.docks["classes"].show()
        window.docks["classes"].raise_()
        window.toasts.say(f"“{name}” answers in the panel Class.", "done")

    def _choose_file(self) -> None:
        """Let the user choose what a training wrote, and ask for its name."""
        path = choose_weights(self.dialog, self._window.settings, "classifier")
        if path is not None:
            self._look(path)

    def _remove(self, name: str) -> None:
        """Delete one; where it answered, the first labels take its place."""

        def removed(_: object) -> None:
            self.read(lambda: self._tell_removed(name))

        def failed(error: Exception) -> None:
            self.read(lambda: self._say(sentence(error)))  # it may be gone already

        self._background.run(
            lambda: _remove(name), removed, failed, writes=f"the removal of “{name}”"
        )

    def _say(self, problem: str) -> None:
        if self.dialog is not None:
            self.dialog.say(problem)

    def _tell_removed(self, name: str) -> None:
        window = self._window
        classifying = window.desk.classifying
        window.settings.keep_classes(*classifying.choice)
        now = classifying.label_set
        text = f"“{name}” is removed." + (f" {set_title(now)} answers." if now else "")
        window.toasts.say(text, "done")


def _told() -> Told:
    from radgalgui.jobs.networks.kept import network_words, networks, networks_folder

    kept = networks()
    words = {f"{NETWORK_SET}{name}": network_words(name) for name in kept}
    rows = [_row(name, path) for name, path in kept.items()]
    return words, rows, str(networks_folder())


def _row(name: str, path: Path) -> OwnRow:
    from radgalgui.errors import RadGalError
    from radgalgui.jobs.networks.taught import read_taught

    try:
        taught = read_taught(path)
    except RadGalError as error:
        return OwnRow(name, (), "", problem=str(error))
    images = f"{taught.sources:,} images" if taught.sources else ""
    accuracy = "not measured" if taught.accuracy is None else f"{taught.accuracy:.3f}"
    return OwnRow(name, (", ".join(taught.classes), images, accuracy), taught.words)


def _remove(name: str) -> Path:
    from radgalgui.jobs.networks.kept import remove_network

    return remove_network(name)
