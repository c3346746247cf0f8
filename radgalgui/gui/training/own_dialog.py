"""The user's own classifiers in a list: what each learned, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from radgalgui.gui.table_model import LEFT, RIGHT, Head
from radgalgui.gui.training.own_list import OwnList
from radgalgui.gui.training.own_row import OwnRow

__all__ = ["OwnDialog"]


class OwnDialog(OwnList):
    """Lists kept classifiers; ``used(str)`` tells by name which shall answer."""

    used = Signal(str)

    kinds = "classifiers"
    about = (
        "Networks that learned classes from labelled images. One that you choose answers in the"
        " panel Class, where possible beside six classifiers that learn the same classes."
    )
    nothing = (
        "You have no classifiers of your own yet.\n\n"
        "Train one on labelled images: published ones, or yours.\n"
        "Or add the file of one that was trained elsewhere, by radgalgui train."
    )
    heads = (
        Head("Name", "What you have called it", LEFT),
        Head("Tells apart", "The classes that it learned", LEFT),
        Head("Learned from", "Labelled images", RIGHT),
        Head(
            "Accuracy",
            "Share of sources whose class it told rightly without having learned from them",
            RIGHT,
        ),
        Head("", "Whether it answers in the panel Class", LEFT),
    )

    def __init__(self, parent: QWidget) -> None:
        self.in_use = ""
        super().__init__(parent)
        self.use_button = self.button("Classify with it", "It answers from now on (Return)")
        self.use_button.clicked.connect(lambda: self.with_one(self.take))
        self.foot.insertWidget(0, self.use_button)

    def show_rows(self, rows: list[OwnRow], in_use: str) -> None:
        """Show what is kept, and which answers; the row that was chosen stays so."""
        self.in_use = in_use
        self.rows.renew()
        self.show_kept(rows, in_use)

    def cells(self, row: OwnRow) -> Sequence[str]:
        """Return the texts of a row."""
        use = ("chosen" if row.problem else "answers now") if row.name == self.in_use else ""
        told = ("cannot be used", "", "") if row.problem else row.told
        return (row.name, *told, use)

    def consequences(self, row: OwnRow) -> str:
        """Say that other labels answer in place of one that answers now."""
        now = "It answers in the panel Class now; other labels take its place."
        return now if row.name == self.in_use else ""

    def offer(self, one: OwnRow | None) -> None:
        """Enable what can be done with the row that is chosen."""
        super().offer(one)
        usable = one is not None and not one.problem and one.name != self.in_use
        self.use_button.setEnabled(usable)

    def take(self, row: OwnRow) -> None:
        """Let one answer."""
        if not row.problem:
            self.used.emit(row.name)
