"""What to do with what a training made: keep it, and see or classify what is open with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.background import Background
from radgalgui.gui.errands import sentence
from radgalgui.gui.theme import GRID

if TYPE_CHECKING:
    from radgalgui.jobs.training import Result

__all__ = ["ResultDialog"]

WIDTH = 560
KEEP = (
    "Keep it among your encoders, and it is offered wherever an encoder is chosen: for new"
    " catalogues, for searching, to start other trainings from."
)
CLASSES = (
    "Keep it among your classifiers, and it is offered wherever labels are chosen: in the panel"
    " Class, and in a terminal by radgalgui classify --network. Further trainings can start from"
    " it."
)


class ResultDialog(QDialog):
    """Asks for a name and keeps an encoder or a classifier.

    ``kept(str, bool)`` tells an encoder's name, and whether the open catalogue shall be embedded
    with it; ``classifier_kept(str, bool)`` a classifier's, and whether it shall answer from now on.
    ``failed(str)`` tells why a result could not be looked at.
    """

    kept = Signal(str, bool)
    classifier_kept = Signal(str, bool)
    failed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModal(False)
        self._background = Background(self)
        self.result_: Result | None = None
        self.headline, self.words = QLabel(), QLabel()
        self.facts = QFormLayout()
        self.name = QLineEdit()
        self.embed, self.use = QCheckBox(), QCheckBox("Classify with it now")
        self.problem = QLabel()
        self.keep_button, self.close_button = QPushButton("Keep it"), QPushButton("Close")
        self._lay_out()
        self.keep_button.clicked.connect(self._keep)
        self.close_button.clicked.connect(self.close)
        self.name.textEdited.connect(lambda _: self._typed())

    def _lay_out(self) -> None:
        self.headline.setObjectName("headline")
        self.headline.setWordWrap(True)
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        self.problem.setObjectName("failure")
        self.problem.setWordWrap(True)
        self.keep_button.setObjectName("primary")
        self.keep_button.setDefault(True)
        self.close_button.setAutoDefault(False)
        self.facts.setHorizontalSpacing(2 * GRID)
        self.facts.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.keep_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(GRID + 4)
        column.addWidget(self.headline)
        column.addLayout(self.facts)
        column.addWidget(self.words)
        column.addLayout(self._naming())
        column.addWidget(self.embed)
        column.addWidget(self.use)
        column.addWidget(self.problem)
        column.addStretch(1)
        column.addLayout(foot)
        self.setMinimumWidth(WIDTH)

    def _naming(self) -> QHBoxLayout:
        self.called = QLabel("Keep it as")
        self.called.setObjectName("muted")
        self.called.setBuddy(self.name)
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(self.called)
        row.addWidget(self.name, 1)
        return row

    # -- coming and going ------------------------------------------------------------------

    def look(self, path: Path, catalogue: str, why_not: str, page: Callable[[Path], None]) -> None:
        """Look at what a training wrote, and show it.

        Parameters
        ----------
        path : Path
            The file.
        catalogue : str
            What the open catalogue is called, "" for none.
        why_not : str
            Why it cannot be embedded, "" where it can.
        page : callable
            Shows what is read in a browser.
        """

        def take(found: tuple[Result, str]) -> None:
            result, name = found
            if result.kind == "page":
                page(result.path)
            else:
                self._show(result, name, catalogue, why_not)

        self._background.run(
            lambda: _look(path), take, lambda error: self.failed.emit(sentence(error))
        )

    def end(self) -> None:
        """End the thread, before the window goes."""
        self._background.close()

    def _show(self, result: Result, name: str, catalogue: str, why_not: str) -> None:
        self.result_ = result
        is_encoder = result.kind == "encoder"
        self.setWindowTitle("A new encoder" if is_encoder else "A new classifier")
        self.headline.setText(f"{result.name} has been trained")
        self.words.setText(KEEP if is_encoder else CLASSES)
        self._tell({**result.facts, "File": str(result.path)})
        self.name.setText(name)
        self.name.setAccessibleName(f"Name of the {result.kind}")
        self.use.setVisible(not is_encoder)
        self.use.setChecked(bool(catalogue))
        self.use.setEnabled(bool(catalogue))
        self.use.setToolTip("" if catalogue else "No catalogue is open")
        self.embed.setVisible(is_encoder and bool(catalogue))
        self.embed.setText(f"Embed the open catalogue with it: {catalogue}")
        self.embed.setChecked(not why_not)
        self.embed.setEnabled(not why_not)
        self.embed.setToolTip(why_not)
        self._typed()
        self.show()
        self.raise_()
        self.activateWindow()
        self.name.setFocus()
        self.name.selectAll()

    def _tell(self, facts: dict[str, str]) -> None:
        while self.facts.rowCount():
            self.facts.removeRow(0)
        for name, value in facts.items():
            label, words = QLabel(name), QLabel(value)
            label.setObjectName("muted")
            words.setWordWrap(True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.facts.addRow(label, words)

    # -- keeping ---------------------------------------------------------------------------

    def _typed(self) -> None:
        self.problem.clear()
        self.problem.hide()
        self.keep_button.setEnabled(bool(self.name.text().strip()))

    def _keep(self) -> None:
        if self.result_ is None:
            return
        path, name = self.result_.path, self.name.text().strip()
        add, kept = (
            (_add, self._kept)
            if self.result_.kind == "encoder"
            else (_add_classifier, self._kept_classifier)
        )
        self.keep_button.setEnabled(False)
        self._background.run(lambda: add(path, name), kept, self._trouble, writes=f"“{name}”")

    def _kept(self, name: str) -> None:
        self.close()
        self.kept.emit(name, self.embed.isVisibleTo(self) and self.embed.isChecked())

    def _kept_classifier(self, name: str) -> None:
        self.close()
        self.classifier_kept.emit(name, self.use.isChecked())

    def _trouble(self, error: Exception) -> None:
        self.problem.setText(sentence(error))
        self.problem.show()
        self.keep_button.setEnabled(True)


def _look(path: Path) -> tuple[Result, str]:
    """Return what a file holds, and what it may be called."""
    from radgalgui.jobs.networks.kept import suggested_name
    from radgalgui.jobs.training import look_at

    result = look_at(path)
    return result, suggested_name(result.name) if result.kind == "classifier" else result.name


def _add(path: Path, name: str) -> str:
    from radgalgui.jobs.work.library import add_encoder

    return add_encoder(path, name).stem


def _add_classifier(path: Path, name: str) -> str:
    from radgalgui.jobs.networks.kept import add_network

    return add_network(path, name).stem
