"""The table of sources in the window: its filter, its columns, and what is saved of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QCursor

from radgalgui.gui.dock import quiet_button
from radgalgui.gui.errands import sentence
from radgalgui.gui.feature import Feature, Spec
from radgalgui.gui.saving import ask_where
from radgalgui.gui.sources import Sources
from radgalgui.gui.table.column_menu import ColumnMenu
from radgalgui.gui.table.columns import Columns
from radgalgui.gui.table.spare import SpareParts
from radgalgui.gui.theme import Tokens

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["TableFeature"]

FELT = 300  # ms after which work shows


class TableFeature(Feature):
    """Joins table, filter box and files."""

    specs: ClassVar[tuple[Spec, ...]] = (
        Spec(
            "save_table",
            "&File",
            "Save the &table of sources…",
            ("Ctrl+Alt+T",),
            "The sources and columns that the table shows, in its order: CSV, FITS, VOTable,"
            " Parquet",
            before="export_classes",
        ),
        Spec(
            "table_columns",
            "&Edit",
            "Colu&mns of the table…",
            ("Ctrl+Alt+V",),
            "Show, hide and move columns of the table of sources",
        ),
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.columns_button = quiet_button("columns", "Columns of the table (Ctrl+Alt+V)")
        self.save_button = quiet_button("export", "Save what the table shows (Ctrl+Alt+T)")

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what each of its actions does."""
        return {"save_table": self.save, "table_columns": self.show_columns}

    def connect(self) -> None:
        """Join table and box to each other, once the window stands."""
        window = self._window
        table, box, title = window.table, window.filter_box, window.docks["sources"].title
        self.menu = ColumnMenu(window)
        for number, button in enumerate((self.columns_button, self.save_button)):
            title.row.insertWidget(title.row.indexOf(box) + 1 + number, button)
        self._spare = SpareParts(
            title,
            (self.columns_button, self.save_button),
            (title.title, window.docks["sources"].help_button),
        )
        title.row.setStretchFactor(box, 0)  # it has the room of what is written in it
        self.columns_button.clicked.connect(self.show_columns)
        self.save_button.clicked.connect(self.save)
        table.columns_of = lambda sources: Columns.from_json(
            window.settings.table_columns(sources.path)
        )
        table.columns_changed.connect(self._keep_columns)
        table.columns_wanted.connect(self._open_menu)
        table.told.connect(box.set_sources)
        table.arranged.connect(self._arranged)
        table.arranger.found.connect(lambda _: box.say(""))
        table.arranger.refused.connect(lambda text: box.say(text, failure=True))
        table.arranger.unfinished.connect(box.say)
        box.help_wanted.connect(lambda: window.commands.show_help("sources", "Sources"))
        box.entered.connect(lambda: table.filter(box.text(), at_once=True))
        self._waiting = QTimer(window)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(FELT)
        self._waiting.timeout.connect(lambda: window.presenter.views.table_count.setText("…"))
        table.arranger.working.connect(self._work)
        self._connect_menu()

    def _connect_menu(self) -> None:
        table = self._window.table
        self.menu.toggled_column.connect(lambda name, on: table.show_column(name, shown=on))
        self.menu.fit_wanted.connect(table.fit_columns)
        self.menu.all_wanted.connect(
            lambda: table.set_columns(
                Columns(table.columns.order, frozenset(), table.columns.widths)
            )
        )
        self.menu.own_order_wanted.connect(
            lambda: table.set_columns(Columns((), table.columns.hidden, table.columns.widths))
        )

    def refresh(self) -> None:
        """Offer only what can be done now."""
        there = self._window.desk.sources is not None
        for key, button in (
            ("save_table", self.save_button),
            ("table_columns", self.columns_button),
        ):
            self._window.actions_[key].setEnabled(there)
            button.setEnabled(there)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._window.filter_box.set_theme(tokens)

    def close(self) -> None:
        """End what runs, as the window closes."""
        self._waiting.stop()
        self._window.table.arranger.close()

    # -- following -------------------------------------------------------------------------

    def _arranged(self) -> None:
        window = self._window
        window.table.mark(window.desk.session.selected)
        window.presenter.count_rows()

    def _work(self, working: bool) -> None:
        if working:
            self._waiting.start()
        else:
            self._waiting.stop()
            self._window.presenter.count_rows()

    # -- columns ---------------------------------------------------------------------------

    def show_columns(self) -> None:
        """Open the menu of the columns, below its button where that is seen."""
        button = self.columns_button
        if button.isVisible():
            self._open_menu(button.mapToGlobal(QPoint(0, button.height())))
        else:
            self._open_menu(QCursor.pos())

    def _open_menu(self, at: QPoint) -> None:
        table = self._window.table
        if table.rows.names:
            arranged = table.columns.arranged(table.rows.names)
            self.menu.show_columns(arranged, table.shown_columns())
            self.menu.popup(at)

    def _keep_columns(self) -> None:
        window, sources = self._window, self._window.table.rows.sources
        if sources is not None:
            window.settings.keep_table_columns(sources.path, window.table.columns.to_json())

    # -- saving ----------------------------------------------------------------------------

    def save(self) -> None:
        """Write the rows and columns that the table shows, as it shows them."""
        window = self._window
        sources, table = window.table.rows.sources, window.table
        if sources is None:
            return
        path = ask_where(window, window.settings, "Save the table", "sources.csv", _filters())
        if path is None:
            return
        window.desk.background.run(
            _writing(path, sources, table.shown_columns(), table.rows.order, table.filter_words),
            lambda told: window.toasts.say(told, "done"),
            lambda error: window.toasts.say(
                f"The table could not be written: {sentence(error)}", "failure"
            ),
            writes=path.name,
        )


def _filters() -> str:
    """Return the kinds of table as dialogs of Qt write them."""
    from radgalgui.catalog.table_files import TABLE_FORMATS

    return ";;".join(f"{name} (*{ending})" for ending, name in TABLE_FORMATS.items())


def _writing(
    path: Path, sources: Sources, names: list[str], rows: Any, words: str
) -> Callable[[], str]:
    """Return what writes a table in a thread, and tells of it."""

    def write() -> str:
        from radgalgui.catalog.table_files import write_table

        columns = {name: sources.columns[name] for name in names}
        count = write_table(path, columns, rows, description=f"{sources.title}: {words}")
        plural = "s" if len(names) > 1 else ""
        return f"{count:,} sources with {len(names)} column{plural} written to {path}"

    return write
