"""Joins what can be pressed in the window to what it does."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from radgalgui.gui.window import MainWindow

__all__ = ["join", "order_tabs"]


def join(window: MainWindow) -> None:
    """Connect panels, desk and actions, once all of them stand."""
    desk, session, commands = window.desk, window.desk.session, window.commands
    desk.classifying.changed.connect(commands.refresh)
    window.encoders.chosen.connect(commands.analysis.choose_encoder)
    window.classes.choice_changed.connect(commands.analysis.choose_classes)
    window.classes.chosen.connect(session.select)
    window.classes.more.clicked.connect(window.actions_["own_classifiers"].trigger)
    desk.said.connect(window.toasts.say)
    desk.engine_lost.connect(
        lambda text: window.toasts.say(text, "failure", ("Try again", desk.start_engine_again))
    )
    window.status.stop.clicked.connect(desk.stop_waiting)
    window.curtain.dropped.connect(desk.ask_paths)
    for feature in commands.features:
        feature.connect()
    window.toolbar.typed.connect(commands.ask_typed)
    window.map.view.picked.connect(session.select)
    window.map.method_chosen.connect(commands.choose_map)
    window.map.column_chosen.connect(commands.choose_column)
    window.gallery.chosen.connect(session.select)
    window.gallery.stepped.connect(session.step)
    window.gallery.searched.connect(desk.ask_source)
    window.table.chosen.connect(session.select)
    window.table.searched.connect(desk.ask_source)
    window.filter_box.textChanged.connect(commands.filter)
    window.queries.chosen.connect(session.show)
    window.queries.removed.connect(desk.remove)
    window.search_button.clicked.connect(commands.search_source)
    window.image.display_changed.connect(commands.choose_display)
    window.image.display_changed.connect(window.drawing.set_display)
    window.image.titled.connect(
        lambda name: window.docks["image"].title.title.setText(name or "Galaxy")
    )
    window.image.invitation.example_wanted.connect(commands.example)
    window.image.invitation.open_wanted.connect(commands.open)
    window.map.help_button.clicked.connect(lambda: commands.help_on(None))
    for dock in window.docks.values():
        dock.help_button.clicked.connect(lambda _=False, dock=dock: commands.help_on(dock))
    for view in (window.gallery, window.table, window.map.view):
        view.menu_wanted.connect(commands.drawing.menu_on_source)
    window.queries.menu_wanted.connect(commands.drawing.menu_on_query)
    window.draw_panel.samples.grid.menu_wanted.connect(commands.drawing.menu_on_sample)
    window.draw_panel.enlarge_wanted.connect(commands.drawing.enlarge)
    window.drawing.drawing.changed.connect(lambda _: commands.drawing.refresh())
    window.jobs.shown.connect(commands.jobs.open)
    window.jobs.counted.connect(window.docks["jobs"].title.count.setText)
    for choice, action in window.actions_.themes.items():
        action.triggered.connect(lambda _=False, choice=choice: commands.choose_theme(choice))


def order_tabs(window: MainWindow) -> None:
    """Let Tab walk the window in reading order."""
    image, bar, choosing = window.image, window.toolbar, window.commands.choosing.presenter
    order: list[QWidget] = [
        *(bar.buttons["open"], bar.path, window.encoders.box),
        *(bar.buttons["orientation"], bar.buttons["export"]),
        *window.map.stops,
        *choosing.bar.buttons,
        *(image.invitation.example, image.invitation.open, image.invitation.catalogue),
        *image.stops,
        *choosing.gallery_segments.buttons,
        *(window.search_button, window.gallery, window.tiles),
        *(window.classes.sets, window.classes.more),
        *(window.classes.strip, window.classes.levels),
        *(window.likelihood.more_button, window.likelihood.histogram, window.likelihood.bars),
        *(window.queries, *choosing.table_segments.buttons, window.filter_box, window.table),
    ]
    for before, after in itertools.pairwise(order):
        window.setTabOrder(before, after)
