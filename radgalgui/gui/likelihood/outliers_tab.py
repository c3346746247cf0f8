"""The tab of the least likely sources of the open catalogue."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from radgalgui.gui.choosing.tile_grid import TileGrid
from radgalgui.gui.desk import Desk
from radgalgui.gui.errands import sentence
from radgalgui.gui.facts import source_brief
from radgalgui.gui.flow import labelled
from radgalgui.gui.likelihood.empty import Empty, obstacle
from radgalgui.gui.likelihood.least import (
    TOPS,
    Least,
    class_text,
    least,
    least_text,
    predicted_text,
    save_least,
)
from radgalgui.gui.likelihood.percent import METHOD_TIPS, OFFERED, percent_text
from radgalgui.gui.likelihood.source_card import SourceCard
from radgalgui.gui.saving import ask_where
from radgalgui.gui.scrolled import scrolled
from radgalgui.gui.session import Change
from radgalgui.gui.settings import Settings
from radgalgui.gui.sources import Sources
from radgalgui.gui.theme import GRID, Tokens
from radgalgui.gui.thumbnails import Thumbnails
from radgalgui.gui.tiles import TileWords
from radgalgui.jobs.likelihood.methods import COMBINED, METHOD_WORDS

__all__ = ["OutliersTab"]

FIRST_TOP = 50


class OutliersTab(QWidget):
    """A gallery of the strangest, by any method; ``judge_wanted()`` asks for likelihoods."""

    title = "Least likely"
    judge_wanted = Signal()

    def __init__(self, desk: Desk, settings: Settings) -> None:
        super().__init__()
        self._desk, self._settings = desk, settings
        self._found: Least | None = None
        self._thumbnails: tuple[Sources, Thumbnails] | None = None
        self.methods, self.tops = QComboBox(), QComboBox()
        self.choose_button = QPushButton("Choose these")
        self.export_button = QPushButton("Export CSV…")
        self.words, self.said = QLabel(), QLabel()
        self.gallery, self.card = TileGrid("Least likely sources"), SourceCard()
        self.empty, self.stack = Empty(), QStackedWidget()
        self._prepare()
        self._lay_out()
        self._connect()

    # -- building --------------------------------------------------------------------------

    def _prepare(self) -> None:
        for method in OFFERED:
            self.methods.addItem(METHOD_WORDS[method], method)
            tip = METHOD_TIPS[method]
            self.methods.setItemData(self.methods.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        for top in TOPS:
            self.tops.addItem(str(top), top)
        self.tops.setCurrentIndex(TOPS.index(FIRST_TOP))
        self.methods.setAccessibleName("Method that judges")
        self.tops.setAccessibleName("How many sources are shown")
        for box in (self.methods, self.tops):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choose_button.setToolTip("Choose them on the map, in the table and in the gallery")
        self.export_button.setToolTip(
            "Write these sources with all percentiles, as radgalgui catalog outliers does (Ctrl+E)"
        )
        for button in (self.choose_button, self.export_button):
            button.setAutoDefault(False)
        for label in (self.words, self.said):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.said.setObjectName("muted")

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2 * GRID)
        top.addWidget(labelled("Judged by", self.methods))
        top.addWidget(labelled("Show", self.tops))
        top.addStretch(1)
        for button in (self.choose_button, self.export_button):
            top.addWidget(button)
        top.setSpacing(GRID)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.words)
        words.addWidget(self.said)
        self.side: QScrollArea = scrolled(self.card)
        self.side.setFixedWidth(self.card.width() + GRID + 4)
        halves = QHBoxLayout()
        halves.setSpacing(0)
        halves.addWidget(self.gallery, 1)
        halves.addWidget(self.side)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addLayout(words)
        column.addLayout(halves, 1)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)

    def _connect(self) -> None:
        desk = self._desk
        desk.sources_ready.connect(lambda _: self._renew())
        desk.encoder_changed.connect(lambda _: self._renew())
        desk.classifying.predicted.connect(self._renew)
        desk.session.subscribe(self._follow)
        self.methods.currentIndexChanged.connect(lambda _: self._renew())
        self.tops.currentIndexChanged.connect(lambda _: self._renew())
        self.gallery.chosen.connect(desk.session.select)
        self.gallery.searched.connect(desk.ask_source)
        self.card.search.clicked.connect(self._search)
        self.choose_button.clicked.connect(self.choose)
        self.export_button.clicked.connect(self.export)
        self.empty.wanted.connect(self.judge_wanted)

    def set_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.gallery.set_theme(tokens)
        self.card.set_theme(tokens)

    # -- showing ---------------------------------------------------------------------------

    def enter(self) -> None:
        """Show what the catalogue has; ask for classes where it tells none of what is shown."""
        self._renew()
        sources, found = self._desk.sources, self._found
        rows = found.rows if found is not None else ()
        if sources is not None and len(rows) and not any(map(sources.label, map(int, rows))):
            self._desk.classifying.want_predictions()
        self.gallery.setFocus()

    def leave(self) -> None:
        """Nothing goes on here."""

    @property
    def method(self) -> str:
        """What is looked by."""
        return str(self.methods.currentData())

    def _renew(self) -> None:
        """Find the strangest anew, where somebody looks."""
        if not self.isVisible():
            self._found = None
            return
        problem, helps = obstacle(self._desk)
        self.empty.say(problem, button=helps)
        self.stack.setCurrentIndex(0 if problem else 1)
        if problem or self._desk.sources is None or self._desk.sources.scores is None:
            self._found = None
            return
        sources, stored = self._desk.sources, self._desk.sources.scores
        self._found = least(stored, self.method, int(self.tops.currentData()))
        self.words.setText(least_text(self._found, stored))
        self.said.setText(class_text(self._found, sources))
        self.said.setVisible(bool(self.said.text()))
        pictures = self._pictures(sources)
        self.gallery.show_rows(self._found.rows, pictures, self._tile, self._tip)
        self._follow(Change.SELECTION)
        for button in (self.choose_button, self.export_button):
            button.setEnabled(bool(len(self._found.rows)))

    def _pictures(self, sources: Sources) -> Thumbnails:
        colours = self._settings.display().colour_map
        if self._thumbnails is None or self._thumbnails[0] is not sources:
            self._thumbnails = sources, Thumbnails(sources.images, colours)
        if self._thumbnails[1].colour_map != colours:  # chosen elsewhere meanwhile
            self._thumbnails[1].set_colour_map(colours)
        return self._thumbnails[1]

    def _percentile(self, row: int, method: str) -> float:
        sources = self._desk.sources
        assert sources is not None
        assert sources.scores is not None
        return float(sources.scores.column(method)[row])

    def _tile(self, row: int) -> TileWords:
        """Return what stands below a picture: percentile, size, class."""
        sources = self._desk.sources
        if sources is None or sources.scores is None or row >= len(sources):
            return "", "", ""
        size = sources.value("angular_size", row)
        words = sources.label(row) or predicted_text(self._desk.classifying.predictions, row)
        across = f"{size:.0f}″" if size == size else ""
        return percent_text(self._percentile(row, self.method)), across, words or sources.name(row)

    def _tip(self, row: int) -> str:
        """Return a source in a sentence, for the tooltip and the screen reader."""
        sources = self._desk.sources
        if sources is None or sources.scores is None:
            return ""
        lines = [sources.name(row), *source_brief(sources, row)]
        told = predicted_text(self._desk.classifying.predictions, row)
        lines += [told] if told else []
        for method in OFFERED:
            lines.append(f"{METHOD_WORDS[method]}: {percent_text(self._percentile(row, method))}")
        return "\n".join(lines)

    def _follow(self, change: Change) -> None:
        if change is not Change.SELECTION or self._found is None:
            return
        row, sources = self._desk.session.selected, self._desk.sources
        self.gallery.mark(row)
        shown = row if row is not None and self.gallery.sources.find(row) >= 0 else None
        if shown is None or sources is None:
            self.card.show_none()
            return
        facts = source_brief(sources, shown)
        told = predicted_text(self._desk.classifying.predictions, shown)
        facts += [told] if told else []
        values = {method: self._percentile(shown, method) for method in OFFERED}
        picture = self._pictures(sources).pixmap(shown)
        self.card.show_source(picture, sources.name(shown), facts, values)

    # -- doing -----------------------------------------------------------------------------

    def _search(self) -> None:
        if self._desk.session.selected is not None:
            self._desk.ask_source(self._desk.session.selected)

    def choose(self) -> None:
        """Choose all that are shown, everywhere in the window."""
        if self._found is not None and len(self._found.rows):
            one = f"“{METHOD_WORDS[self._found.method]}”"
            who = "all methods together" if self._found.method == COMBINED else one
            self._desk.session.choose(self._found.rows, f"least likely by {who}")

    def export(self) -> None:
        """Write what is shown to a file that the user names, as CSV."""
        found, sources = self._found, self._desk.sources
        if found is None or not len(found.rows) or sources is None or sources.scores is None:
            return
        name = f"least-likely-{sources.encoder}.csv"
        path = ask_where(self, self._settings, "Export the least likely", name)
        if path is None:
            return
        stored = sources.scores
        self._desk.background.run(
            lambda: save_least(path, sources, stored, found.rows),
            lambda _: self._say(f"{len(found.rows):,} rows written to {path}.", "muted"),
            lambda error: self._say(sentence(error), "failure"),
            writes=path.name,
        )

    def _say(self, text: str, style: str) -> None:
        """Say how an export ended, below the sentence on what is shown."""
        self.said.setObjectName(style)
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)
        self.said.setText(text)
        self.said.show()
