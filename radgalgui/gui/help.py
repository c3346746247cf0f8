"""Help pages, the list of shortcuts, and what this program is: one quiet window for all."""

from __future__ import annotations

import html
import platform
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QTextBlockFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

import radgalgui_resources
from radgalgui import __version__
from radgalgui.gui.theme import GRID
from radgalgui.jobs.work.library import data_folder

__all__ = ["HelpWindow", "about_text", "shortcuts_text"]

LINE_HEIGHT = 130  # per cent
PACKAGES = ("PySide6", "torch", "numpy", "astropy")  # whose versions are asked for first


class HelpWindow(QDialog):
    """Shows one page at a time, beside the main window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModal(False)
        self.resize(560, 640)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(self._follow)
        self.text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.text.document().setDocumentMargin(2 * GRID)
        self.text.setAccessibleName("Help")
        self._write: Callable[[], None] = self.text.clear
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)

    def show_page(self, page: str, title: str) -> None:
        """Show a page of the bundled help."""
        path = radgalgui_resources.path("help", f"{page}.md")
        self._show(partial(self.text.setMarkdown, path.read_text(encoding="utf-8")), title)

    def _follow(self, link: QUrl) -> None:
        """Open another page of the help, or a page of the web in the browser."""
        page = link.toString()
        if not link.isRelative():
            QDesktopServices.openUrl(link)
        elif radgalgui_resources.path("help", f"{page}.md").is_file():
            self.show_page(page, f"Help: {page.capitalize()}")

    def show_html(self, text: str, title: str) -> None:
        """Show a page made here."""
        self._show(partial(self.text.setHtml, text), title)

    def changeEvent(self, event: QEvent) -> None:
        """Write the page anew in the colours of another theme: those of links are part of it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            bar = self.text.verticalScrollBar()
            at = bar.value()
            self._renew()
            bar.setValue(at)

    def _renew(self) -> None:
        self._write()
        _space_lines(self.text.document())

    def _show(self, write: Callable[[], None], title: str) -> None:
        self.setWindowTitle(title)
        self._write = write
        self._renew()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self.show()
        self.raise_()
        self.activateWindow()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)


def _space_lines(document: QTextDocument) -> None:
    """Set the lines of a page further apart, for reading."""
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    lines = QTextBlockFormat()
    lines.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor.mergeBlockFormat(lines)


def shortcuts_text(listed: list[tuple[str, list[tuple[str, str]]]]) -> str:
    """Return the list of shortcuts as a page."""
    parts = ["<h2>Keyboard shortcuts</h2>"]
    gallery = (
        "In the gallery",
        [("Walk the neighbours", "Arrow keys"), ("Search from the source", "Return")],
    )
    films = ("In a film strip", [("Walk along it", "Arrow keys"), ("Play or pause", "Space")])
    drawn = ("Among drawn galaxies", [("Search from one", "Return"), ("Stop drawing", "Esc")])
    histogram = (
        "In a histogram of likelihoods",
        [
            ("Walk the bins", "Arrow keys"),
            ("Widen a range", "Shift with arrow keys"),
            ("Choose the sources in it", "Return"),
            ("Add them, or take them away", "Shift+Return, Alt+Return"),
        ],
    )
    tabs = ("On the page of likelihoods", [("Next tab", "Ctrl+Tab"), ("Export", "Ctrl+E")])
    for title, rows in [*listed, gallery, drawn, films, histogram, tabs]:
        if not rows:
            continue
        lines = "".join(
            f"<tr><td width='250'>{html.escape(text)}</td><td>{html.escape(keys)}</td></tr>"
            for text, keys in rows
        )
        parts.append(f"<h4>{html.escape(title)}</h4><table cellpadding='3'>{lines}</table>")
    return "".join(parts)


def about_text() -> str:
    """Return what this program is, how to cite it and what it runs on, as a page."""
    parts = [f"{name} {_version(name)}" for name in PACKAGES]
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return (
        f"<h2>RadGalGUI {html.escape(__version__)}</h2>"
        "<p>Explore what neural encoders learned of radio galaxies, on your desktop and offline."
        "</p>"
        "<p>Nothing you open leaves this computer.</p>"
        "<h4>In your own work</h4>"
        f"<p>Please cite RadGalGUI {html.escape(__version__)}, the FIRST survey (Becker et al. "
        "1995), the labels that answered (MiraBest: Porter &amp; Scaife 2023; Radio Galaxy "
        "Dataset: Griese et al. 2023; FR-DEEP: Tang et al. 2019), and the papers of the methods "
        "you used, which each panel's help names (F1).</p>"
        "<h4>When something goes wrong</h4>"
        f"<p>This is {html.escape(machine)}, {html.escape(', '.join(parts))}. In a terminal, "
        "<b>radgalgui doctor</b> tells more, and what is missing.</p>"
        f"<p>Your own encoders, maps and jobs lie in {html.escape(str(data_folder()))}.</p>"
        "<p>BSD 3-clause licence.</p>"
    )


def _version(package: str) -> str:
    from importlib import metadata  # with all of email: the window opens without

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "(missing)"
