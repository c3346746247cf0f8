"""The first page: what the user has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from radgalgui.gui.elided import Elided
from radgalgui.gui.settings import Settings
from radgalgui.gui.survey.draft import Draft
from radgalgui.gui.survey.drop_field import DropField
from radgalgui.gui.survey.page import Page
from radgalgui.gui.survey.survey_desk import LOOK, Errand, SurveyDesk
from radgalgui.gui.theme import GRID, Tokens

if TYPE_CHECKING:
    from radgalgui.jobs.survey.inputs import Recognised

__all__ = ["TABLES", "DataPage"]

TABLES = (".csv", ".tsv", ".txt", ".dat", ".vot", ".votable", ".xml", ".parquet")
TABLE_FILTER = (
    "Tables (*.csv *.tsv *.txt *.dat *.vot *.votable *.xml *.fits *.fit *.parquet);;All files (*)"
)
WHAT = (
    "FITS, PNG or JPEG images, in a folder",
    "a table (CSV, VOTable, FITS, Parquet) that names images",
    "a table of positions, together with one or more mosaics",
    "a stack of images (.npy, HDF5)",
    "files of MiraBest, FR-DEEP or the Radio Galaxy Dataset",
)


class DataPage(Page):
    """A field for drops that turns into what was found; ``taken()`` tells of new data."""

    taken = Signal()

    def __init__(self, draft: Draft, desk: SurveyDesk, settings: Settings) -> None:
        super().__init__(
            "What do you have?",
            "Your images stay where they are and are only read. Nothing leaves this computer.",
        )
        self._draft, self._desk, self._settings = draft, desk, settings
        self.field = DropField()
        self.column.addWidget(self.field, 1)
        self.table_line = self._table_line()
        self.column.addWidget(self.table_line)
        self.field.dropped.connect(self.take)
        self.field.folder_wanted.connect(self.choose_folder)
        self.field.files_wanted.connect(self.choose_files)
        desk.changed.connect(self._follow)
        self._show(desk[LOOK])

    def _table_line(self) -> QWidget:
        line = QWidget()
        self.table_words = Elided("muted")
        self.add_table = QPushButton("Add a table…")
        self.add_table.setToolTip("A table with a row for each image: names, positions, labels")
        self.no_table = QPushButton("Leave it out")
        self.add_table.clicked.connect(self.choose_table)
        self.no_table.clicked.connect(lambda: self._ask(self._draft.inputs, None))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        title = QLabel("Table")
        title.setObjectName("strong")
        for widget in (title, self.table_words, self.add_table, self.no_table):
            row.addWidget(widget, 1 if widget is self.table_words else 0)
        return line

    # -- taking ----------------------------------------------------------------------------

    def take(self, paths: list[Path]) -> None:
        """Look at what was dropped or chosen; a table and images belong together."""
        before = self._draft.inputs
        table_before = len(before) == 1 and _is_table(before[0])
        tables = [path for path in paths if _is_table(path)]
        if len(paths) == 1 and tables and before and not table_before:
            self._ask(before, paths[0])
        elif table_before and not tables:
            self._ask(tuple(paths), before[0])
        else:
            self._ask(tuple(paths), None)

    def _ask(self, inputs: tuple[Path, ...], table: Path | None) -> None:
        self._draft.forget()
        self._draft.inputs, self._draft.table = inputs, table
        self._desk.look(list(inputs), table)

    def clear(self) -> None:
        """Forget the data."""
        self._draft.forget()
        self._desk.forget_all()

    def choose_folder(self) -> None:
        """Let the user choose a folder."""
        name = QFileDialog.getExistingDirectory(
            self, "A folder of images", self._settings.folder("survey")
        )
        if name:
            self._settings.keep_folder("survey", str(Path(name).parent))
            self.take([Path(name)])

    def choose_files(self) -> None:
        """Let the user choose files: images, a table, a stack."""
        names, _ = QFileDialog.getOpenFileNames(
            self, "Images, tables or stacks", self._settings.folder("survey"), "All files (*)"
        )
        if names:
            self._settings.keep_folder("survey", str(Path(names[0]).parent))
            self.take([Path(name) for name in names])

    def choose_table(self) -> None:
        """Let the user choose the table that belongs to the images."""
        name, _ = QFileDialog.getOpenFileName(
            self, "A table of these images", self._settings.folder("survey"), TABLE_FILTER
        )
        if name:
            self._ask(self._draft.inputs, Path(name))

    # -- showing ---------------------------------------------------------------------------

    def _follow(self, kind: str) -> None:
        if kind == LOOK:
            self._show(self._desk[LOOK])

    def _show(self, errand: Errand) -> None:
        field, found = self.field, errand.answer
        field.set_busy(busy=errand.open)
        field.set_first(first=found is None)
        if errand.open:
            field.say(f"Looking at {_names(self._draft.inputs)}…", "Nothing is changed.")
        elif errand.problem:
            sentence = errand.problem[:1].upper() + errand.problem[1:]
            field.say("This cannot be used", sentence, sign="failure", colour="failure")
        elif found is not None:
            self._take(found)
            first, _, rest = found.summary.partition(". ")
            words = "\n".join(filter(None, (rest, _where(self._draft.inputs))))
            field.say(first.rstrip("."), words, sign="check", colour="text")
        else:
            field.say("Drop your images here", "\n".join(WHAT))
        self._show_table(found)
        self.changed.emit()

    def _take(self, found: Recognised) -> None:
        draft = self._draft
        if draft.found is None:
            draft.found = found.plan
            draft.title = found.plan.title or _title(draft.inputs)
            self.taken.emit()

    def _show_table(self, found: Recognised | None) -> None:
        plan = self._draft.plan
        kinds = ("folder", "mosaic", "table")
        fits = found is not None and plan is not None and plan.kind in kinds
        if fits and plan is not None and self._draft.inputs == (Path(plan.table or ""),):
            fits = False  # it was given by itself
        self.table_line.setVisible(fits)
        if not fits or plan is None:
            return
        if plan.table is None:
            self.table_words.setText(
                "None. Positions come from the images themselves; a table can add labels and more."
            )
        else:
            self.table_words.setText(str(plan.table))
        self.add_table.setText("Add a table…" if plan.table is None else "Another table…")
        self.add_table.setVisible(plan.kind != "table")
        self.no_table.setVisible(self._draft.table is not None and plan.kind == "folder")

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().set_theme(tokens)
        self.field.set_theme(tokens)

    @property
    def ready(self) -> bool:
        """Whether the data have been recognised."""
        return self._draft.found is not None

    @property
    def hint(self) -> str:
        """What is still to be done."""
        if self._desk[LOOK].open:
            return "Looking at your data…"
        return "" if self.ready else "Drop or choose your data first"

    def first_focus(self) -> QWidget | None:
        """Return the folder's button while nothing is chosen."""
        return None if self.ready else self.field.folder


def _is_table(path: Path) -> bool:
    return path.suffix.lower() in TABLES


def _names(paths: tuple[Path, ...]) -> str:
    return paths[0].name if len(paths) == 1 else f"{len(paths):,} files and folders"


def _where(paths: tuple[Path, ...]) -> str:
    """Return where the data are."""
    shown = [str(path) for path in paths[:3]]
    more = len(paths) - len(shown)
    return "\n".join([*shown, f"and {more:,} more"] if more > 0 else shown)


def _title(paths: tuple[Path, ...]) -> str:
    """Return what to call a catalogue of these."""
    first = paths[0]
    if len(paths) > 1 and not first.is_dir():
        return first.parent.name
    return first.name if first.is_dir() else first.name.split(".")[0]
