"""What the window survives and remembers: crashes, missing catalogues, themes, layouts."""

from __future__ import annotations

from importlib import metadata

import pytest
from fakes import FakeEngine, make_image
from hands import State, answered, ask, click_item, drop, idle
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTabBar,
    QTextBrowser,
)

from radgalgui import __version__
from radgalgui.gui import theme
from radgalgui.gui.app import run
from radgalgui.gui.choosing.tool import Tool
from radgalgui.gui.theme import DARK, LIGHT, ThemeChoice
from radgalgui.jobs.supervisor import Outcome

CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_crashed_engine_is_restarted_and_the_question_repeated(window, qtbot, tmp_path):
    path = make_image(tmp_path / "crash-once.fits")
    assert drop(window, [path, make_image(tmp_path / "next.fits")])
    qtbot.waitUntil(lambda: answered(window, 2) and idle(window))
    first, second = window.desk.session.queries
    assert first.state is second.state is State.ANSWERED
    assert len(FakeEngine.made) == 2
    assert "killed" in window.toasts.texts()[0]
    assert window.desk.ready is not None


def test_a_file_that_always_kills_the_engine_is_given_up(window, qtbot, tmp_path):
    drop(window, [make_image(tmp_path / "crash.fits"), make_image(tmp_path / "fine.fits")])
    qtbot.waitUntil(lambda: answered(window, 2) and idle(window))
    killer, other = window.desk.session.queries
    assert killer.state is State.REFUSED
    assert "asked twice" in killer.message
    assert other.state is State.ANSWERED


class Stillborn(FakeEngine):
    """An engine that cannot be started while it is ``dead``."""

    dead = True

    def start(self) -> None:
        if not Stillborn.dead:
            super().start()
            return
        self._on_end(Outcome("never-started", last_words="no such program"))


def test_an_engine_that_never_starts_is_told_once(make_window, catalog, qtbot, image):
    Stillborn.dead = True
    window = make_window(catalog, Stillborn)
    qtbot.waitUntil(lambda: bool(window.desk.problem))
    drop(window, [image])
    qtbot.waitUntil(lambda: answered(window))
    (query,) = window.desk.session.queries
    assert "no such program" in query.message
    assert len(window.toasts.texts()) == 1
    Stillborn.dead = False
    (again,) = (b for b in window.toasts.findChildren(QPushButton) if b.text() == "Try again")
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: query.state is State.ANSWERED)


def test_without_a_catalogue_the_window_says_so(make_window, tmp_path, qtbot, image):
    window = make_window(tmp_path / "nowhere")
    assert "nowhere" in window.map.message.text()
    assert window.map.message.isVisible()
    drop(window, [image])
    qtbot.waitUntil(lambda: answered(window))
    assert window.desk.session.queries[0].state is State.REFUSED


def test_files_dropped_before_the_engine_is_ready_wait(make_window, catalog, qtbot, image):
    window = make_window(catalog)
    drop(window, [image])
    qtbot.waitUntil(lambda: answered(window))
    assert window.desk.session.queries[0].state is State.ANSWERED


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_themes_keep_their_contrast(tokens):
    for text in (tokens.text, tokens.muted, tokens.warning, tokens.failure, tokens.accent_text):
        for ground in (tokens.window, tokens.panel, tokens.raised):
            assert contrast(text, ground) >= 4.5, (text, ground)
    assert contrast(tokens.inverse_text, tokens.inverse) >= 4.5
    assert contrast(tokens.accent, tokens.canvas) >= 3
    for ground in (tokens.window, tokens.panel, tokens.raised):  # cannot be pressed, can be read
        assert 2.5 <= contrast(tokens.disabled, ground) < contrast(tokens.muted, ground)


@pytest.mark.parametrize("alignment", ["AlignLeft", "AlignRight"])
def test_numbers_in_boxes_keep_away_from_the_frame(window, qtbot, alignment):
    box = QSpinBox()
    qtbot.addWidget(box)
    box.setAlignment(Qt.AlignmentFlag[alignment])
    box.show()
    field = box.lineEdit().geometry()
    assert field.left() >= 6
    assert box.width() - 1 - field.right() >= 6
    for x in (2, box.width() - 3):  # and the buttons without width cannot be pressed
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(x, box.height() // 2))
    assert box.value() == 0


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_messages_stay_in_front_of_panels_that_are_put_elsewhere(window, qtbot):
    window.toasts.say("A disk is full.", "failure")
    (toast,) = window.toasts.findChildren(QFrame, "toast")

    def in_front() -> bool:
        middle = toast.mapTo(window, toast.rect().center())
        return toast.isAncestorOf(window.childAt(middle) or window)

    qtbot.waitUntil(in_front)
    low, high = (1000, 600), (1000, 900)  # classes stand below the map, or below the neighbours
    for size in (high, low, high):
        window.resize(*size)
        qtbot.waitUntil(lambda size=size: window.size().toTuple() == size and in_front())
    window.docks["draw"].toggleViewAction().trigger()
    qtbot.waitUntil(lambda: window.docks["draw"].isVisible() and in_front())


def test_a_message_keeps_no_panel_behind_another(window, qtbot):
    def titles(bar) -> list[str]:
        return [bar.tabText(place) for place in range(bar.count())]

    window.toasts.say("A disk is full.", "failure")
    QTest.keyClick(window, Qt.Key.Key_J, CTRL)
    (tabs,) = (bar for bar in window.findChildren(QTabBar) if "Jobs" in titles(bar))
    other = tabs.tabRect(titles(tabs).index("Nearest galaxies"))
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=other.center())
    qtbot.waitUntil(lambda: tabs.tabText(tabs.currentIndex()) == "Nearest galaxies")
    QTest.keyClick(window, Qt.Key.Key_J, CTRL)
    qtbot.waitUntil(lambda: tabs.tabText(tabs.currentIndex()) == "Jobs")


def test_a_refusal_is_not_said_twice(window, qtbot, image, tmp_path):
    _, refused = ask(window, qtbot, [image, make_image(tmp_path / "refused.fits")])
    assert window.toasts.texts() == [refused.complaint]
    window.toasts.say("Something else.", "warning")
    click_item(window.queries, 1)
    assert window.desk.session.current is refused
    assert window.toasts.texts() == ["Something else."]


def test_the_theme_follows_the_system_unless_one_was_chosen(window, monkeypatch):
    system = QGuiApplication.styleHints().colorSchemeChanged
    for dark in (True, False, True):
        monkeypatch.setattr(theme, "system_is_dark", lambda dark=dark: dark)
        system.emit(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
        assert window.theme.tokens is (DARK if dark else LIGHT)
    window.commands.choose_theme(ThemeChoice.LIGHT)
    assert window.theme.tokens is LIGHT
    window.commands.choose_theme(ThemeChoice.SYSTEM)
    assert window.theme.tokens is DARK


def test_switching_the_theme_repaints_everything(window, qtbot, image):
    ask(window, qtbot, [image])
    for _ in range(2):
        before = window.theme.tokens
        QTest.keyClick(window.map.view, Qt.Key.Key_D, CTRL | Qt.KeyboardModifier.ShiftModifier)
        assert window.theme.tokens is not before
        corner = window.map.view.grab().toImage().pixelColor(2, 2)
        assert corner.name() == window.theme.tokens.canvas
        panel = window.docks["sources"].title.grab().toImage().pixelColor(2, 2)
        assert panel.name() == window.theme.tokens.panel


def test_another_theme_moves_nothing(window):
    def places() -> list:
        QApplication.sendPostedEvents()
        parts = (window.toolbar, window.map, window.map.view, *window.docks.values())
        return [part.geometry() for part in parts]

    first = places()
    for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT):
        window.commands.choose_theme(choice)
        assert places() == first


def test_size_docks_and_choices_are_remembered(make_window, catalog, qtbot):
    window = make_window(catalog)
    window.resize(960, 653)
    window.docks["queries"].close()
    window.commands.choose_theme(ThemeChoice.DARK)
    window.image.stretch.setCurrentText("log")
    window.commands.choose_map("pca")
    window.commands.choose_column("flux")
    window.close()
    again = make_window(catalog)
    assert (again.width(), again.height()) == (960, 653)
    assert not again.docks["queries"].isVisible()
    assert again.docks["sources"].isVisible()
    assert not again.docks["draw"].isVisible()  # Qt would show what was nowhere
    assert not again.docks["jobs"].isVisible()
    bars = [bar for bar in again.findChildren(QTabBar) if bar.isVisibleTo(again)]
    assert all(bar.y() > again.menuBar().height() for bar in bars if bar.parent() is again)
    assert again.theme.tokens is DARK
    assert again.image.display.stretch == "log"
    assert (again.presenter.method, again.presenter.column) == ("pca", "flux")
    QTest.keyClick(again.map.view, Qt.Key.Key_R, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert again.docks["queries"].isVisible()


def test_nonsense_in_the_settings_does_no_harm(make_window, catalog, settings_folder):
    folder = settings_folder / "RadGalGUI"
    folder.mkdir(parents=True)
    (folder / "RadGalGUI.ini").write_text(
        "[General]\nversion=x\ntheme=pink\n[image]\nstretch=?\ncolours=none\n[layout]\ndocks=5\n"
    )
    window = make_window(catalog)
    assert window.image.display.stretch == "linear"
    assert window.image.colours.currentText() == "inferno"


def test_the_map_can_be_changed_and_coloured(window, qtbot):
    umap = window.map.view.points.cells.bounds
    QTest.keyClick(window.map.view, Qt.Key.Key_M, CTRL)
    assert window.map.view.points.cells.bounds != umap
    window.map.columns.setFocus()
    titles = [window.map.columns.itemText(i) for i in range(window.map.columns.count())]
    window.map.columns.setCurrentIndex(titles.index("Class"))
    window.map.columns.activated.emit(titles.index("Class"))
    assert window.map.view.legend.accessibleDescription().startswith("Class: ")


def test_filtering_and_sorting_the_table(window, qtbot):
    QTest.keyClick(window.map.view, Qt.Key.Key_F, CTRL)
    QTest.keyClicks(window.filter_box, "frii")
    model = window.table.model()
    assert 0 < model.rowCount() < 300
    assert {model.index(r, 1).data() for r in range(model.rowCount())} == {"FRII"}
    assert f"{model.rowCount()} of 300" in window.docks["sources"].title.count.whole
    window.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    sizes = [float(model.index(r, 2).data()) for r in range(model.rowCount())]
    assert sizes == sorted(sizes, reverse=True)


def test_help_and_shortcuts_open(window, qtbot):
    window.table.setFocus()
    QTest.keyClick(window.table, Qt.Key.Key_F1)
    page = window.commands._help
    assert page.isVisible()
    assert "Sources" in page.windowTitle()
    QTest.keyClick(window.map.view, "?")
    assert "Ctrl+E" in page.text.toPlainText()
    page.close()


def colour_of_a_link(page: QTextBrowser) -> QColor:
    at = page.document().find("jobs")
    while not at.charFormat().isAnchor():
        at = page.document().find("jobs", at)
    return at.charFormat().foreground().color()


def test_links_of_the_help_take_the_colours_of_another_theme(window, qtbot):
    window.commands.show_help("map", "Map")
    page = window.findChild(QTextBrowser)
    for tokens in (LIGHT, DARK):
        if window.theme.tokens is not tokens:
            QTest.keyClick(window.map.view, Qt.Key.Key_D, CTRL | Qt.KeyboardModifier.ShiftModifier)
        assert window.theme.tokens is tokens
        assert colour_of_a_link(page) == page.palette().link().color()
    page.window().close()


def test_everything_that_takes_focus_has_a_name(window):
    for kind in (QAbstractButton, QComboBox, QLineEdit, QPushButton):
        for widget in window.findChildren(kind):
            if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                named = widget.accessibleName() or getattr(widget, "text", str)()
                assert named, widget


def test_every_action_has_a_menu_a_tip_and_no_shortcut_is_given_twice(window):
    actions = window.actions_.by_key.values()
    keys = [k.toString() for a in actions for k in a.shortcuts()]
    keys += [d.toggleViewAction().shortcut().toString() for d in window.docks.values()]
    assert len(keys) == len(set(keys))
    assert all(a.toolTip() and a.text() for a in actions)


def test_snapshot_answers_and_writes(catalog, image, tmp_path, capsys, settings_folder, qapp):
    out = tmp_path / "out"
    status = run([str(image)], catalog=catalog, snapshot=out, engine=FakeEngine)
    said = capsys.readouterr()
    assert status == 0
    names = ("neighbours.csv", "window.png", "panes.png")
    assert said.out.splitlines() == [str(out / name) for name in names]
    assert len((out / "neighbours.csv").read_text().splitlines()) == 21
    assert (out / "window.png").stat().st_size > 20_000


def test_snapshot_that_answers_nothing_fails_in_one_line(
    catalog, tmp_path, capsys, settings_folder, qapp
):
    bad = tmp_path / "refused.fits"
    bad.write_bytes(b"nothing")
    assert run([str(bad)], catalog=catalog, snapshot=tmp_path / "o", engine=FakeEngine) == 2
    said = capsys.readouterr()
    assert len(said.err.strip().splitlines()) == 1
    assert run([], catalog=tmp_path / "none", snapshot=tmp_path / "o", engine=FakeEngine) == 2


def test_a_number_is_typed_as_it_is_told_whatever_the_system_speaks(
    catalog, image, tmp_path, settings_folder, qtbot
):
    QLocale.setDefault(QLocale(QLocale.Language.German))
    assert run([str(image)], catalog=catalog, snapshot=tmp_path / "o", engine=FakeEngine) == 0
    box = QDoubleSpinBox()
    qtbot.addWidget(box)
    box.selectAll()
    QTest.keyClicks(box, "1.5")
    assert box.value() == 1.5


def test_tab_walks_map_galaxy_and_lists_in_reading_order(window, qtbot, image):
    ask(window, qtbot, [image])
    panel = window.map
    maps = [b for b in panel.chooser.findChildren(QAbstractButton) if b.text() in ("UMAP", "PCA")]
    order = [
        *(window.toolbar.buttons["export"], *maps, panel.columns, panel.view, panel.view.legend),
        *(panel.tool_buttons[Tool.HAND], panel.tool_buttons[Tool.LASSO]),
        *(window.gallery, window.classes.sets, window.queries, window.filter_box, window.table),
    ]
    chain, at = [], window.toolbar.buttons["open"]
    for _ in range(600):
        chain.append(at)
        at = at.nextInFocusChain()
    places = [chain.index(stop) for stop in order]
    assert len(maps) == 2
    assert places == sorted(places)


def test_the_page_about_tells_how_to_cite_and_what_it_runs_on(window, qtbot):
    window.actions_["about"].trigger()
    page = window.commands._help.text.toPlainText()
    for words in (f"RadGalGUI {__version__}", "Please cite", metadata.version("torch"), "doctor"):
        assert words in page
