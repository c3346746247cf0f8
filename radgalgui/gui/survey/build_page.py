"""The last page before the work: what to call it, where to put it, which encoders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.flow import Flow
from radgalgui.gui.names import encoder_title
from radgalgui.gui.settings import Settings
from radgalgui.gui.survey.draft import Draft, Obstacle, folder_name, free_folder, obstacle
from radgalgui.gui.survey.page import Page, Remarks
from radgalgui.gui.survey.survey_desk import DEVICES, ENCODERS, LOOK, ROWS, SurveyDesk
from radgalgui.gui.theme import GRID, Tokens
from radgalgui.gui.work.words import duration

if TYPE_CHECKING:
    from radgalgui.jobs.survey.offers import EncoderOffer

__all__ = ["BuildPage"]

HINTS = {
    "replace": "Replace it, or choose another folder",
    "resume": "Go on, or begin again?",
    "other": "Choose another folder",
}
WORDS = (
    "Every encoder is a network that sees galaxies in its own way; the map changes with it."
    " With all of them you can compare."
)


class BuildPage(Page):
    """A form; ``encoders_changed()`` tells that other encoders were chosen."""

    encoders_changed = Signal()

    def __init__(self, draft: Draft, desk: SurveyDesk, settings: Settings, home: Path) -> None:
        super().__init__("Name it, and build", "")
        self._draft, self._desk, self._settings, self._home = draft, desk, settings, home
        self._own_folder = False
        self.title, self.folder = QLineEdit(), QLineEdit()
        self.choose = QPushButton("Choose…")
        self.replace = QCheckBox("Replace it")
        self.resume = QRadioButton("Go on where it stopped")
        self.restart = QRadioButton("Throw that away and begin again")
        self.remarks = Remarks("What stands in the way")
        self.boxes: dict[str, QCheckBox] = {}
        self.device = QComboBox()
        self.maps = QCheckBox("Lay out a UMAP map for each encoder")
        self.likelihood = QCheckBox("Tell how likely each source is")
        self.estimate = QLabel()
        self._prepare()
        self.column.addLayout(self._form())
        self.column.addStretch(1)
        self._connect()

    def _prepare(self) -> None:
        self.words.hide()
        self.title.setAccessibleName("Name of the catalogue")
        self.folder.setAccessibleName("Folder of the catalogue")
        self.device.setAccessibleName("Runs on")
        self.choose.setToolTip("Choose in which folder the catalogue is made")
        self.maps.setChecked(True)
        self.maps.setToolTip(
            "It groups what is alike, and takes longest; the plane of the two principal components"
            " (PCA) is always there"
        )
        self.likelihood.setToolTip(
            "For each encoder a flow learns what is usual in the catalogue; then sources and images"
            " that are unlike it can be found. It can be done later, too"
        )
        self.estimate.setObjectName("strong")
        self.estimate.setWordWrap(True)
        for box in (self.replace, self.resume, self.restart):
            box.hide()

    def _form(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID + 4)
        grid.setColumnStretch(1, 1)
        place = QHBoxLayout()
        place.setSpacing(GRID)
        place.addWidget(self.folder, 1)
        place.addWidget(self.choose)
        hurdles = QVBoxLayout()
        hurdles.setSpacing(GRID // 2)
        for widget in (self.remarks, self.replace, self.resume, self.restart):
            hurdles.addWidget(widget)
        self._encoders = QWidget()
        self._flow = Flow(self._encoders)
        self._flow.setSpacing(2 * GRID)
        about = QLabel(WORDS)
        about.setObjectName("muted")
        about.setWordWrap(True)
        self._add(grid, 0, "Name", self.title)
        grid.addWidget(_label("Folder", self.folder), 1, 0)
        grid.addLayout(place, 1, 1)
        grid.addLayout(hurdles, 2, 1)
        self._add(grid, 3, "Encoders", self._encoders)
        grid.addWidget(about, 4, 1)
        self._add(grid, 5, "Maps", self.maps)
        self._add(grid, 6, "Likelihoods", self.likelihood)
        grid.addWidget(_label("Runs on", self.device), 7, 0)
        grid.addWidget(self.device, 7, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(_label("Takes", self.estimate), 8, 0)
        grid.addWidget(self.estimate, 8, 1)
        return grid

    def _add(self, grid: QGridLayout, row: int, words: str, widget: QWidget) -> None:
        grid.addWidget(_label(words, widget), row, 0)
        grid.addWidget(widget, row, 1)

    def _connect(self) -> None:
        self.title.textEdited.connect(self._name)
        self.folder.textEdited.connect(self._type_folder)
        self.choose.clicked.connect(self.choose_folder)
        self.replace.toggled.connect(self._take)
        self.resume.toggled.connect(self._take)
        self.restart.toggled.connect(self._take)
        self.maps.toggled.connect(self._take)
        self.likelihood.toggled.connect(self._take)
        self.device.activated.connect(lambda _: self._take())
        self._desk.changed.connect(self._follow)

    # -- name and folder -------------------------------------------------------------------

    def show_data(self) -> None:
        """Propose a name and a folder for data that have just been recognised."""
        self._own_folder = False
        self.title.setText(self._draft.title)
        self._propose()

    def _name(self, text: str) -> None:
        self._draft.title = text.strip()
        self._propose()

    def _propose(self) -> None:
        if not self._own_folder:
            parent = Path(self._settings.folder("catalogues") or self._home)
            self.folder.setText(str(free_folder(parent, folder_name(self._draft.title))))
        self._take()

    def _type_folder(self) -> None:
        self._own_folder = True
        self._take()

    def choose_folder(self) -> None:
        """Let the user choose the folder in which the catalogue's own is made."""
        start = self._settings.folder("catalogues") or str(self._home)
        name = QFileDialog.getExistingDirectory(self, "Where to make the catalogue", start)
        if name:
            self._settings.keep_folder("catalogues", name)
            self._own_folder = False
            self._propose()

    @property
    def hurdle(self) -> Obstacle | None:
        """What stands in the way of writing there, None where nothing does."""
        return obstacle(Path(self.folder.text().strip()).expanduser())

    def _take(self) -> None:
        """Take the form into the draft, and show what stands in the way."""
        draft, hurdle = self._draft, self.hurdle
        text = self.folder.text().strip()
        draft.out = Path(text).expanduser() if text else None
        kind = hurdle.kind if hurdle is not None else ""
        self.replace.setVisible(kind == "replace")
        self.resume.setVisible(kind == "resume")
        self.restart.setVisible(kind == "resume")
        self.remarks.show_remarks([] if hurdle is None else [("warning", hurdle.text)])
        draft.overwrite = kind == "replace" and self.replace.isChecked()
        chosen = {"resume": self.resume, "restart": self.restart}
        ways = [way for way, button in chosen.items() if button.isChecked()]
        draft.attempt = ways[0] if kind == "resume" and ways else ""
        draft.maps = self.maps.isChecked()
        draft.likelihood = self.likelihood.isChecked()
        draft.device = str(self.device.currentData() or "auto")
        self._show_effort()
        self.changed.emit()

    # -- encoders and devices --------------------------------------------------------------

    def _follow(self, kind: str) -> None:
        if kind == ENCODERS and self._desk[ENCODERS].answer is not None:
            self._show_encoders()
        elif kind == DEVICES and self._desk[DEVICES].answer is not None:
            self._show_devices(self._desk[DEVICES].answer)

    def _show_encoders(self) -> None:
        known = {name: box.isChecked() for name, box in self.boxes.items()}
        while (item := self._flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self.boxes = {}
        first = next((o.preprocessing for o in self._offers() if not o.problem), None)
        for offer in self._offers():
            box = QCheckBox(encoder_title(offer.name))
            box.setEnabled(not offer.problem)
            same = offer.preprocessing == first
            box.setChecked(known.get(offer.name, same and not offer.problem))
            box.setToolTip(_about(offer))
            box.toggled.connect(lambda on, name=offer.name: self._toggle(name, on=on))
            self.boxes[offer.name] = box
            self._flow.addWidget(box)
            box.show()
        self._take_encoders()

    def _offers(self) -> list[EncoderOffer]:
        return self._desk[ENCODERS].answer or []

    def _toggle(self, name: str, *, on: bool) -> None:
        """Choose an encoder; those that see other fields cannot share its catalogue."""
        offers = {offer.name: offer for offer in self._offers()}
        if on:
            for other, box in self.boxes.items():
                if offers[other].preprocessing != offers[name].preprocessing:
                    box.blockSignals(True)
                    box.setChecked(False)
                    box.blockSignals(False)
        self._take_encoders()

    def _take_encoders(self) -> None:
        usable = [offer.name for offer in self._offers() if not offer.problem]
        chosen = tuple(name for name in usable if self.boxes[name].isChecked())
        self._draft.encoders = chosen
        self._draft.every_encoder = list(chosen) == [
            offer.name for offer in self._offers() if offer.bundled and not offer.problem
        ]
        self.encoders_changed.emit()
        self._take()

    def _show_devices(self, devices: list[tuple[str, str]]) -> None:
        chosen = self.device.currentData() or self._draft.device
        self.device.clear()
        for name, words in devices:
            self.device.addItem(words[:1].upper() + words[1:], name)
        self.device.setCurrentIndex(max(self.device.findData(chosen), 0))

    def _show_effort(self) -> None:
        """Say how long it will take, and how much room."""
        chosen = [offer for offer in self._offers() if offer.name in self._draft.encoders]
        checked, found = self._desk[ROWS].answer, self._desk[LOOK].answer
        count = checked.good if checked is not None else found.count if found is not None else 0
        if not (chosen and count and self.isVisible()):
            self.estimate.clear()
            return
        from radgalgui.jobs.likelihood.effort import judging_seconds
        from radgalgui.jobs.survey.effort import effort, processes_for  # imported in the thread

        plan = self._draft.plan
        told = effort(
            count,
            chosen,
            device=self._draft.device,
            maps=self._draft.maps,
            cutting=self._desk.seconds_a_cutout,
            cutters=processes_for(plan, count) if plan is not None else 0,
        )
        judging = judging_seconds(count, len(chosen)) if self._draft.likelihood else 0.0
        self.estimate.setText(effort_text(count, told.seconds + judging, told.size))

    # -- going on --------------------------------------------------------------------------

    def enter(self) -> None:
        """Look again at what is in the way."""
        self._propose()

    def first_focus(self) -> QWidget | None:
        """Return the name."""
        return self.title

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().set_theme(tokens)
        self.remarks.set_theme(tokens)

    @property
    def ready(self) -> bool:
        """Whether it can be built."""
        return not self.hint

    @property
    def hint(self) -> str:
        """What is still to be done."""
        hurdle, draft = self.hurdle, self._draft
        if not draft.title:
            return "Give it a name"
        if hurdle is not None and not (draft.overwrite or draft.attempt):
            return HINTS[hurdle.kind]
        return "" if draft.encoders else "Choose an encoder"


def effort_text(count: int, seconds: float, size: float) -> str:
    """Return how long and how large, in words: "about 4 min for 1,096 sources, 50 MB of disk"."""
    room = f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(size / 1e6, 1):.0f} MB"
    return f"About {duration(seconds)} for {count:,} sources, and {room} of disk"


def _label(words: str, buddy: QWidget) -> QLabel:
    label = QLabel(words)
    label.setObjectName("muted")
    label.setBuddy(buddy)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label


def _about(offer: EncoderOffer) -> str:
    eyes = offer.preprocessing
    if eyes is None:
        return offer.problem
    seen = f"sees {eyes.field_of_view:.0f}″ of sky in {eyes.size} × {eyes.size} pixels"
    more = "; draws galaxies, too" if offer.draws else ""
    return f"{offer.dimension} numbers a galaxy; {seen}{more}"
