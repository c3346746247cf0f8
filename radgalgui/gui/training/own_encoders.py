"""The user's own encoders: listed with the catalogues that need them, and removed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from radgalgui.gui.background import Aside, Background
from radgalgui.gui.errands import sentence
from radgalgui.gui.training.own_row import OwnRow
from radgalgui.gui.training.weights_file import choose_weights

if TYPE_CHECKING:  # the list is imported where it is opened: the window paints before
    from radgalgui.gui.training.encoders_dialog import EncodersDialog
    from radgalgui.gui.window import MainWindow

__all__ = ["OwnEncoders"]

#: How long a catalogue's disk may take to answer, milliseconds.
PATIENCE_MS = 4_000


class _Told(NamedTuple):
    rows: list[OwnRow]
    weights: dict[str, Path]
    catalogs: list[Path]
    folder: str


class OwnEncoders:
    """Reads, off the window's thread, what there is to say of the encoders that were kept.

    ``train`` opens the form of a training, ``look`` asks what to do with a file.
    """

    def __init__(
        self, window: MainWindow, *, train: Callable[[], None], look: Callable[[Path], None]
    ) -> None:
        self._window, self._train, self._look = window, train, look
        self._background, self._aside = Background(window), Aside(window)
        self._asked = 0
        self.dialog: EncodersDialog | None = None

    def close(self) -> None:
        """Hear of nothing any more, before the window goes."""
        self._background.close()
        self._aside.close()

    def open(self) -> None:
        """Show the list; it is read anew, as a terminal may have changed it."""
        if self.dialog is None:
            self.dialog = self._make()
        self._read(self.dialog.open)

    def renew(self) -> None:
        """Show what is kept now, if the list has been opened."""
        if self.dialog is not None:
            self._read(lambda: None)

    def _make(self) -> EncodersDialog:
        from radgalgui.gui.training.encoders_dialog import EncodersDialog

        window = self._window
        dialog = EncodersDialog(window)
        dialog.set_theme(window.theme.tokens)
        window.theme.changed.connect(dialog.set_theme)
        dialog.removed.connect(self._remove)
        dialog.train_wanted.connect(self._train)
        dialog.file_wanted.connect(self._choose_file)
        dialog.help_wanted.connect(lambda: window.commands.show_help("training", "Training"))
        return dialog

    # -- reading ---------------------------------------------------------------------------

    def _read(self, then: Callable[[], None]) -> None:
        sources = self._window.desk.sources
        further = [] if sources is None else [sources.path]
        further += [path for path, _ in self._window.settings.recent_catalogs()]

        def take(told: _Told) -> None:
            if self.dialog is not None:
                self.dialog.folder = told.folder
                self.dialog.show_kept(told.rows)
                self._look_into(told, self.dialog)
            then()

        self._background.run(lambda: _told(further), take, self._trouble)

    def _look_into(self, told: _Told, dialog: EncodersDialog) -> None:
        """Find out which catalogues need which encoder; nobody waits for their disks."""
        self._asked += 1
        number, catalogs = self._asked, told.catalogs if told.weights else []
        open_ = set(catalogs)
        needs: dict[Path, list[str]] = {}
        silent: list[Path] = []

        def show() -> None:
            needed = {
                name: [path for path in catalogs if name in needs.get(path, ())]
                for name in told.weights
            }
            dialog.show_needed(needed, silent, looking=bool(open_))

        def take(path: Path, names: list[str] | None) -> None:
            if number != self._asked:
                return
            open_.discard(path)
            if names is None:
                silent.append(path)
            else:
                needs[path] = names
            show()

        show()

        def fail(path: Path, error: Exception) -> None:
            take(path, None if isinstance(error, TimeoutError) else [])

        for path in catalogs:
            self._aside.ask(
                partial(_needed_by, path, told.weights),
                partial(take, path),
                partial(fail, path),
                patience_ms=PATIENCE_MS,
            )

    # -- changing --------------------------------------------------------------------------

    def _choose_file(self) -> None:
        """Let the user choose what a training wrote, and ask for its name."""
        path = choose_weights(self.dialog, self._window.settings, "encoder")
        if path is not None:
            self._look(path)

    def _remove(self, name: str) -> None:
        """Delete one; what is open goes on with it until it is opened again."""
        say = self._window.toasts.say

        def removed(_: object) -> None:
            self._read(lambda: say(f"“{name}” is removed.", "done"))

        def failed(error: Exception) -> None:
            self._read(lambda: self._trouble(error))  # it may be gone already

        self._background.run(
            lambda: _remove(name), removed, failed, writes=f"the removal of “{name}”"
        )

    def _trouble(self, error: Exception) -> None:
        if self.dialog is not None:
            self.dialog.say(sentence(error))


def _told(further: list[Path]) -> _Told:
    from radgalgui.jobs.networks.encoders import known_catalogs, own_encoders
    from radgalgui.jobs.work.library import encoders_folder

    kept = own_encoders()
    rows = [_row(name, path) for name, path in kept.items()]
    return _Told(rows, kept, known_catalogs(further), str(encoders_folder()))


def _row(name: str, path: Path) -> OwnRow:
    from radgalgui.errors import RadGalError
    from radgalgui.jobs.networks.encoders import read_own

    try:
        own = read_own(path)
    except RadGalError as error:
        return OwnRow(name, (), "", problem=str(error))
    images = f"{own.images:,} images" if own.images else ""
    return OwnRow(name, (f"{own.field:.0f}″", f"{own.dimension}", images), own.words)


def _needed_by(catalog: Path, weights: dict[str, Path]) -> list[str]:
    """Return the encoders of which a catalogue has vectors."""
    from radgalgui.jobs.networks.encoders import has_vectors

    return [name for name, path in weights.items() if has_vectors(catalog, path)]


def _remove(name: str) -> Path:
    from radgalgui.jobs.networks.encoders import remove_encoder

    return remove_encoder(name)
