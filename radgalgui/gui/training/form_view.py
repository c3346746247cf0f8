"""The fields of a recipe, group by group; those for the initiated only where they are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.names import encoder_title
from radgalgui.gui.settings import Settings
from radgalgui.gui.survey.draft import folder_name, free_folder
from radgalgui.gui.theme import GRID
from radgalgui.gui.training.catalogue_list import CatalogueList
from radgalgui.gui.training.draft import CATALOGUES, NOTHING, TrainingDraft
from radgalgui.gui.training.editors import Editor, editor_of
from radgalgui.gui.training.place_line import PlaceLine
from radgalgui.gui.training.source_bar import SourceBar

if TYPE_CHECKING:
    from radgalgui.jobs.recipes import FieldInfo, Group

__all__ = ["FormView"]

LABEL_WIDTH = 232
COMPARE = "Compare with one that starts from nothing"
COMPARE_TIP = (
    "Trains twice, side by side, and draws what each has learned after every pass: it shows what"
    " the start is worth"
)
PUBLISHED = tuple(f"data.{n}" for n in ("fields", "islands", "mirabest", "rgd", "frdeep", "sdss"))


class _File(NamedTuple):
    """A button that lets a file be chosen: its words, its dialog, and what it is for."""

    text: str
    title: str
    kinds: str
    purpose: str
    tip: str


WEIGHTS = _File(
    "File…",
    "Weights to start from",
    "Weights (*.safetensors)",
    "trainings",
    "Start from a weights file that is not kept among the encoders",
)
OWN_LABELS = _File(
    "Mine…",
    "Your labelled images",
    "NumPy archives (*.npz)",
    "labels",
    "Learn your own classes: an archive with the arrays images (N, height, width) and labels (N),"
    " written by numpy.savez",
)


class FormView(QScrollArea):
    """Editors in groups.

    ``changed()`` tells that the draft is another, ``explained(title, help)`` which field has the
    keys.
    """

    changed = Signal()
    explained = Signal(str, str)

    def __init__(self, draft: TrainingDraft, settings: Settings, home: Path) -> None:
        super().__init__()
        self._draft, self._settings, self._home = draft, settings, home
        self.editors: dict[str, Editor] = {}
        self.rows: dict[str, list[QWidget]] = {}
        self._groups: list[tuple[QWidget, list[str]]] = []
        self._devices: list[tuple[str, str]] = []
        self._open: Path | None = None
        self._all = False
        self.source = SourceBar()
        self.catalogues = CatalogueList(settings)
        self.data = PlaceLine("Folder of published images", "data", settings)
        self.out = PlaceLine("Folder of the result", "trainings", settings)
        self.compare = QCheckBox(COMPARE)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    # -- building --------------------------------------------------------------------------

    def show_form(self, devices: list[tuple[str, str]], catalogue: Path | None) -> None:
        """Show the recipe that the draft begins with."""
        self._devices, self._open = devices, catalogue
        self.editors, self.rows, self._groups = {}, {}, []
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 2 * GRID, GRID)
        column.setSpacing(3 * GRID)
        form = self._draft.form
        for group in form.groups if form is not None else ():
            column.addWidget(self._group(group))
        column.addStretch(1)
        self.setWidget(body)
        self.verticalScrollBar().setValue(0)
        self.refresh()

    def _group(self, group: Group) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        title = QLabel(group.title)
        title.setObjectName("strong")
        grid.addWidget(title, 0, 0, 1, 2)
        keys = []
        for field in group.fields:
            keys += self._before(grid, field)
            keys.append(self._row(grid, field))
            keys += self._after(grid, field)
        self._groups.append((box, keys))
        return box

    def _before(self, grid: QGridLayout, field: FieldInfo) -> list[str]:
        """Put what no recipe holds before a field: whose images, and where they lie."""
        if field.key == CATALOGUES:
            self.source = SourceBar()
            self.source.show_value(self._draft.source)
            self.source.changed.connect(self._take_source)
            self._add(grid, "source", "Learn from", self.source)
            self._add_data(grid)
            return ["source", "data"]
        if field.key == "labels.set":
            self._add_data(grid)
            return ["data"]
        return []

    def _add_data(self, grid: QGridLayout) -> None:
        self.data = PlaceLine("Folder of published images", "data", self._settings)
        self._draft.data = self._draft.data or self._settings.folder("data")
        self.data.show_value(self._draft.data)
        self.data.changed.connect(self._take_data)
        self._add(grid, "data", "Published images lie in", self.data)

    def _after(self, grid: QGridLayout, field: FieldInfo) -> list[str]:
        if field.key == ("label_set" if self._draft.is_classifier else "name"):
            self.out = PlaceLine("Folder of the result", "trainings", self._settings)
            self.out.changed.connect(self._take_out)
            self._add(grid, "out", "Written to", self.out)
            self._propose_out()
            return ["out"]
        if field.key != self._draft.start_key:
            return []
        self.compare = QCheckBox(COMPARE)
        self.compare.setToolTip(COMPARE_TIP)
        self.compare.setChecked(self._draft.compare)
        self.compare.toggled.connect(self._take_compare)
        self._add(grid, "compare", "", self.compare)
        return ["compare"]

    def _row(self, grid: QGridLayout, field: FieldInfo) -> str:
        if field.kind == "folders":
            self.catalogues = CatalogueList(self._settings)
            self.catalogues.show_value(self._draft.value(field.key))
            self.catalogues.offer_open(self._open)
            self.catalogues.changed.connect(self._take_catalogues)
            self._add(grid, field.key, field.title, self.catalogues, field.help)
            return field.key
        editor = self.editors[field.key] = editor_of(field, self._choices(field))
        editor.show_value(self._draft.value(field.key))
        editor.changed.connect(lambda: self._take(field.key, editor))
        editor.inner.installEventFilter(self)
        if field.key == self._draft.start_key:
            self._offer_file(editor, WEIGHTS)
        elif field.key == "labels.set":
            self._offer_file(editor, OWN_LABELS)
        self._add(grid, field.key, field.title, editor, field.help, field.unit)
        return field.key

    def _offer_file(self, editor: Editor, offer: _File) -> None:
        """Let a file be chosen that is not among what is on offer."""

        def choose() -> None:
            start = self._settings.folder(offer.purpose)
            name, _ = QFileDialog.getOpenFileName(self, offer.title, start, offer.kinds)
            if name:
                self._settings.keep_folder(offer.purpose, str(Path(name).parent))
                editor.show_value(name)
                self._take(editor.field.key, editor)

        button = QPushButton(offer.text)
        button.setAutoDefault(False)
        button.setToolTip(offer.tip)
        button.setAccessibleName(offer.title)
        button.clicked.connect(choose)
        editor.add(button)

    def _add(
        self,
        grid: QGridLayout,
        key: str,
        title: str,
        widget: QWidget,
        tip: str = "",
        unit: str = "",
    ) -> None:
        """Add a row: its name, its editor with its unit, and room for what is wrong with it."""
        at = grid.rowCount()
        label, fault = QLabel(title), QLabel()
        label.setObjectName("muted")
        label.setBuddy(widget)
        label.setToolTip(tip)
        top = Qt.AlignmentFlag.AlignTop if isinstance(widget, CatalogueList) else _MIDDLE
        label.setAlignment(Qt.AlignmentFlag.AlignRight | top)
        grid.addWidget(label, at, 0)
        if unit and isinstance(widget, Editor):
            words = QLabel(unit)
            words.setObjectName("muted")
            widget.add(words)
        grid.addWidget(widget, at, 1)
        fault.setObjectName("failure")
        fault.setWordWrap(True)
        fault.hide()
        grid.addWidget(fault, at + 1, 1)
        self.rows[key] = [label, widget, fault]

    def _choices(self, field: FieldInfo) -> list[tuple[str, str]] | None:
        """Return what a text is chosen from, None for what is typed."""
        form = self._draft.form
        if field.key == "training.device":
            return [(name, words[:1].upper() + words[1:]) for name, words in self._devices]
        if form is not None and field.key == self._draft.start_key:
            return [(each, _start_words(each)) for each in form.starts]
        return None

    # -- taking in -------------------------------------------------------------------------

    def _take(self, key: str, editor: Editor) -> None:
        self._draft.set(key, editor.value())
        self._propose_out()
        self._tell()

    def _take_out(self) -> None:
        self._draft.out, self._draft.own_out = self.out.value(), bool(self.out.value())
        self._tell()

    def _propose_out(self) -> None:
        """Propose a folder that is called after the result, until another is chosen."""
        if not self._draft.own_out:
            name = folder_name(self._draft.result_name)
            self._draft.out = str(free_folder(self._home, name))
            self.out.show_value(self._draft.out)

    def _take_source(self) -> None:
        self._draft.source = self.source.value()
        self._tell()

    def _take_catalogues(self) -> None:
        self._draft.set(CATALOGUES, self.catalogues.value())
        self._tell()

    def _take_data(self) -> None:
        self._draft.data = self.data.value()
        self._tell()

    def _take_compare(self) -> None:
        self._draft.compare = self.compare.isChecked()
        self._tell()

    def _tell(self) -> None:
        self.refresh()
        self.changed.emit()

    # -- what is seen ----------------------------------------------------------------------

    def show_all(self, everything: bool) -> None:
        """Show the fields for the initiated, too."""
        self._all = everything
        self.refresh()

    def refresh(self) -> None:
        """Show the rows that matter, and what is wrong with them."""
        draft = self._draft
        shown = {key: self._is_shown(key) for key in self.rows}
        for key, (label, widget, fault) in self.rows.items():
            label.setVisible(shown[key])
            widget.setVisible(shown[key])
            words = draft.faults.get(key, "")
            assert isinstance(fault, QLabel)
            fault.setText(words[:1].upper() + words[1:])
            fault.setVisible(shown[key] and bool(words))
        for box, keys in self._groups:
            box.setVisible(any(shown[key] for key in keys))
        self.compare.setEnabled(draft.value(draft.start_key) not in NOTHING)

    def _is_shown(self, key: str) -> bool:
        draft, field = self._draft, self._draft.fields.get(key)
        if key in draft.faults:
            return True
        if key == "data":
            return draft.wants_data and draft.source != "own"
        if key == CATALOGUES:
            return draft.source != "published"
        if key in PUBLISHED and draft.source == "own":
            return False
        if key == "name" and draft.is_classifier:
            return self._all
        return self._all or field is None or not field.advanced

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Explain the field that has the keys; let the wheel pass over fields that have not."""
        if event.type() == QEvent.Type.FocusIn:
            for editor in self.editors.values():
                if editor.inner is watched:
                    self.explained.emit(editor.field.title, editor.field.help)
                    self.ensureWidgetVisible(editor, 0, 2 * GRID)
        unfocused = isinstance(watched, QWidget) and not watched.hasFocus()
        if event.type() == QEvent.Type.Wheel and unfocused:
            event.ignore()
            return True
        return super().eventFilter(watched, event)


_MIDDLE = Qt.AlignmentFlag.AlignVCenter


def _start_words(name: str) -> str:
    return "Nothing: weights drawn by lot" if name in NOTHING else encoder_title(name)
