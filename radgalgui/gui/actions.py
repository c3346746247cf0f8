"""Everything that can be done: each action once, with its words, shortcut and menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from radgalgui.gui.feature import Spec
from radgalgui.gui.theme import ThemeChoice

__all__ = ["Actions"]


SPECS = (
    Spec(
        "new_catalogue",
        "&File",
        "&New catalogue…",
        ("Ctrl+N",),
        "Make a map of your own images: a folder, a table with mosaics, a stack",
    ),
    Spec(
        "open_catalog",
        "&File",
        "Open cata&logue…",
        ("Ctrl+Alt+O",),
        "Show another catalogue: its map, its sources, what is like an image among them",
    ),
    Spec(
        "close_catalog",
        "&File",
        "Close catalo&gue",
        ("Ctrl+W",),
        "Go back to the simulated catalogue that comes along",
    ),
    Spec("open", "&File", "&Open images…", ("Ctrl+O",), "Search with FITS images"),
    Spec(
        "open_folder", "&File", "Open &folder…", ("Ctrl+Shift+O",), "Search with every image in it"
    ),
    Spec(
        "paste", "&File", "&Paste path", ("Ctrl+V",), "Search with the file whose path was copied"
    ),
    Spec("example", "&File", "Try an &example", ("Ctrl+Shift+E",), "A simulated FRII"),
    Spec("export", "&File", "Export neighbours as &CSV…", ("Ctrl+E",), "Neighbours of all queries"),
    Spec(
        "export_current", "&File", "Export &this query as CSV…", ("Ctrl+Alt+E",), "Its neighbours"
    ),
    Spec(
        "export_classes",
        "&File",
        "Export c&lasses as CSV…",
        ("Ctrl+Shift+X",),
        "What every classifier says of all queries",
    ),
    Spec(
        "export_likelihoods",
        "&File",
        "Export li&kelihoods as CSV…",
        ("Ctrl+Shift+Y",),
        "How usual all queries are, by every method",
    ),
    Spec(
        "export_pictures",
        "&File",
        "Export p&ictures…",
        ("Ctrl+Shift+P",),
        "What the encoder sees, reconstruction and residual as FITS, and all of them as PNG",
    ),
    Spec("quit", "&File", "&Quit", ("Ctrl+Q",)),
    Spec("undo", "&Edit", "&Undo selection", ("Ctrl+Z",), "Return to what was shown before"),
    Spec("redo", "&Edit", "&Redo selection", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Spec("back", "&Edit", "Step &back", ("Esc",), "Close a message, then the selection"),
    Spec("copy", "&Edit", "&Copy name and position", ("Ctrl+C",), "Of the source that is shown"),
    Spec("find", "&Edit", "&Find in sources", ("Ctrl+F",), "Filter the table by name or class"),
    Spec("path", "&Edit", "&Type a path", ("Ctrl+L",)),
    Spec(
        "choose_all",
        "&Choose",
        "&All in the table",
        ("Ctrl+A",),
        "Choose all sources that the table shows",
    ),
    Spec(
        "choose_nearest",
        "&Choose",
        "The &nearest galaxies",
        ("Ctrl+Alt+N",),
        "Choose the neighbours of the query",
    ),
    Spec("choose_others", "&Choose", "All &others instead", ("Ctrl+Alt+I",)),
    Spec("choose_none", "&Choose", "N&one", ("Ctrl+Alt+A",)),
    Spec("see_chosen", "&Choose", "Bring them into &view", ("Ctrl+Alt+F",)),
    Spec(
        "save_chosen",
        "&Choose",
        "&Save them as CSV…",
        ("Ctrl+Alt+S",),
        "The chosen sources with all columns of the table",
    ),
    Spec("tool_hand", "&Choose", "&Move the map", ("M",), "Dragging on the map moves it"),
    Spec(
        "tool_rectangle",
        "&Choose",
        "With a &rectangle",
        ("B",),
        "Dragging on the map draws a rectangle; Shift adds, Alt or Ctrl takes away",
    ),
    Spec(
        "tool_lasso",
        "&Choose",
        "With a &lasso",
        ("L",),
        "Dragging on the map draws a line around sources; Shift adds, Alt or Ctrl takes away",
    ),
    Spec(
        "search_source",
        "&Query",
        "Find &similar",
        ("Ctrl+Return",),
        "What is like the selected source?",
    ),
    Spec("next", "&Query", "&Next neighbour", ("Alt+Right",)),
    Spec("previous", "&Query", "&Previous neighbour", ("Alt+Left",)),
    Spec("next_query", "&Query", "Next &query", ("Alt+Down",)),
    Spec("previous_query", "&Query", "Previous q&uery", ("Alt+Up",)),
    Spec(
        "orientation",
        "&Query",
        "&Ignore orientation",
        ("Ctrl+I",),
        "Search with the mean over the eight rotations and flips, so that it does not matter"
        " how a galaxy lies",
    ),
    Spec("remove", "&Query", "&Remove from the list", ("Ctrl+Backspace",)),
    Spec("next_map", "&View", "Next &map", ("Ctrl+M",), "UMAP, t-SNE, PCA, your own"),
    Spec("fit", "&View", "&Whole map", ("Ctrl+0",)),
    Spec("zoom_in", "&View", "Zoom &in", ("+", "=", "Ctrl++", "Ctrl+=")),
    Spec("zoom_out", "&View", "Zoom &out", ("-", "Ctrl+-")),
    Spec(
        "to_query", "&View", "Go to the &query", ("Ctrl+G",), "Bring query and neighbours into view"
    ),
    Spec(
        "reconstruction",
        "&View",
        "&Reconstruction and residual",
        ("Ctrl+R",),
        "Beside the original and what the encoder sees",
    ),
    Spec(
        "same_limits",
        "&View",
        "Original as the &encoder sees it",
        ("Ctrl+Shift+M",),
        "Show the original with the limits and the stretch of the encoder's view",
    ),
    Spec(
        "jobs",
        "&View",
        "&Jobs that run and have run",
        ("Ctrl+J",),
        "How trainings and new catalogues stand, and what came of them",
    ),
    Spec("next_theme", "&View", "Light or dar&k", ("Ctrl+Shift+D",)),
    Spec("restore", "&View", "Restore default &layout", ("Ctrl+Shift+R",)),
    Spec(
        "next_encoder",
        "E&ncoder",
        "&Next encoder",
        ("Ctrl+Shift+N",),
        "See map, neighbours and classes through the next network",
    ),
    Spec(
        "train",
        "E&ncoder",
        "&Train an encoder or classifier…",
        ("Ctrl+T",),
        "Let a network learn from published images, or from a catalogue of your own",
    ),
    Spec(
        "own_encoders",
        "E&ncoder",
        "&Your encoders…",
        ("Ctrl+U",),
        "Those that you have kept, which catalogues need them, and how to remove one",
    ),
    Spec(
        "evaluation",
        "&Analyse",
        "&Evaluation…",
        ("Ctrl+Shift+V",),
        "How good encoders and classifiers are, beside the published numbers",
    ),
    Spec(
        "understand",
        "&Analyse",
        "&Understand the vector…",
        ("Ctrl+Shift+U",),
        "What its components hold, and which of them tell a column of the catalogue",
    ),
    Spec(
        "likelihoods",
        "&Analyse",
        "Li&kelihoods…",
        ("Ctrl+Shift+H",),
        "How likely galaxies are: sets side by side, the least likely, controls, other surveys",
    ),
    Spec(
        "colour_likelihood",
        "&Analyse",
        "Colour the map by likeli&hood",
        ("Ctrl+Alt+H",),
        "How usual each source is in the catalogue, as a percentile",
    ),
    Spec(
        "lay_over",
        "&Analyse",
        "Compare with another c&atalogue…",
        ("Ctrl+Alt+C",),
        "Lay its sources over this map, and tell how many lie where this one has sources",
    ),
    Spec("show_layer", "&Analyse", "&Show the other catalogue", ("Ctrl+Alt+L",)),
    Spec("take_off", "&Analyse", "Take the &other catalogue off the map", ("Ctrl+Alt+W",)),
    Spec(
        "next_labels",
        "&Analyse",
        "Next &label set",
        ("Ctrl+Shift+L",),
        "Classify by other labels",
    ),
    Spec(
        "own_classifiers",
        "&Analyse",
        "&Your classifiers…",
        ("Ctrl+Shift+T",),
        "Networks that learned your classes: train one, keep one, let it answer, remove it",
    ),
    Spec(
        "colour_classes",
        "&Analyse",
        "&Colour the map by predicted class",
        ("Ctrl+Shift+C",),
        "What classifiers say of every source of the catalogue",
    ),
    Spec(
        "draw",
        "&Draw",
        "&Galaxies never observed",
        ("Ctrl+Shift+G",),
        "Drawn by the network that learned from real ones",
    ),
    Spec("draw_others", "&Draw", "Draw &others", ("Ctrl+Shift+A",), "The same with another seed"),
    Spec(
        "draw_around",
        "&Draw",
        "Draw &around this galaxy",
        ("Ctrl+Alt+G",),
        "Its broad shape is kept and the rest drawn anew",
    ),
    Spec(
        "save_drawn",
        "&Draw",
        "&Save drawn galaxies…",
        ("Ctrl+Shift+S",),
        "A FITS file each, and a contact sheet",
    ),
    Spec("walk", "&Draw", "&Walk between two galaxies", ("Ctrl+Shift+W",), "As a film"),
    Spec("walk_from", "&Draw", "Walk &from here", ("Ctrl+[",), "From the galaxy that is shown"),
    Spec("walk_to", "&Draw", "Walk &to here", ("Ctrl+]",), "To the galaxy that is shown"),
    Spec(
        "components",
        "&Draw",
        "&Components of the vector",
        ("Ctrl+Shift+K",),
        "What changes in a galaxy with each of them",
    ),
    Spec("help", "&Help", "&Help", ("F1",), "On the panel in use"),
    Spec("shortcuts", "&Help", "&Keyboard shortcuts", ("?",)),
    Spec("about", "&Help", "&About RadGalGUI"),
)

#: A line is drawn in the menus before these.
AFTER_LINE = {
    "open",
    "export",
    "quit",
    "back",
    "copy",
    "find",
    "next",
    "next_query",
    "orientation",
    "remove",
    "fit",
    "train",
    "reconstruction",
    "jobs",
    "next_theme",
    "lay_over",
    "see_chosen",
    "tool_hand",
    "next_labels",
    "save_drawn",
    "walk",
    "components",
    "about",
}
MENUS = (
    *("&File", "&Edit", "&Choose", "&Query", "&View", "&Image"),
    *("E&ncoder", "&Analyse", "&Draw", "&Help"),
)
CHECKABLE = {
    *("orientation", "show_layer", "reconstruction", "same_limits"),
    *("tool_hand", "tool_rectangle", "tool_lasso"),
}
#: Shorter words for buttons.
BRIEF = {"open": "Open", "export": "Export CSV"}


class Actions:
    """The window's actions by key, and its menus."""

    def __init__(
        self,
        window: QMainWindow,
        slots: dict[str, Callable[[], None]],
        further: Sequence[Spec] = (),
    ) -> None:
        self._window = window
        self._specs = (*SPECS, *further)
        self.by_key: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {title: window.menuBar().addMenu(title) for title in MENUS}
        for spec in self._specs:
            self._add(spec, slots[spec.key])
        self.themes = self._theme_menu()
        for menu in self.menus.values():
            menu.menuAction().setVisible(bool(menu.actions()))

    def __getitem__(self, key: str) -> QAction:
        return self.by_key[key]

    def _add(self, spec: Spec, slot: Callable[[], None]) -> None:
        action = QAction(spec.text, self._window)
        action.setObjectName(spec.key)
        action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
        keys = f" ({spec.keys[0]})" if spec.keys else ""
        action.setIconText(BRIEF.get(spec.key, spec.text.replace("&", "")))
        action.setToolTip((spec.tip or spec.text.replace("&", "")) + keys)
        action.setCheckable(spec.checkable or spec.key in CHECKABLE)
        action.triggered.connect(lambda _checked=False: slot())
        self._insert(spec, action)
        self._window.addAction(action)
        self.by_key[spec.key] = action

    def _insert(self, spec: Spec, action: QAction) -> None:
        menu, follower = self.menus[spec.menu], self.by_key.get(spec.before)
        if follower is None:
            if spec.line or spec.key in AFTER_LINE:
                menu.addSeparator()
            menu.addAction(action)
            return
        menu.insertAction(follower, action)
        if spec.line:
            menu.insertSeparator(action)

    def _theme_menu(self) -> dict[ThemeChoice, QAction]:
        menu = QMenu("&Theme", self._window)
        group = QActionGroup(self._window)
        made = {}
        for choice, text in (
            (ThemeChoice.SYSTEM, "As the &system"),
            (ThemeChoice.LIGHT, "&Light"),
            (ThemeChoice.DARK, "&Dark"),
        ):
            action = group.addAction(text)
            action.setCheckable(True)
            menu.addAction(action)
            made[choice] = action
        view = self.menus["&View"]
        view.insertMenu(self.by_key["next_theme"], menu)
        return made

    def shortcuts(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return for each menu its actions' words and keys, for the list of shortcuts."""
        listed = []
        for title in MENUS:
            rows = [
                (spec.text.replace("&", ""), " or ".join(spec.keys))
                for spec in self._specs
                if spec.menu == title and spec.keys
            ]
            listed.append((title.replace("&", ""), rows))
        return listed
