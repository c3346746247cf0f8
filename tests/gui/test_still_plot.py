"""Plots that are not moved."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from radgalgui.gui.evaluation_page import EvaluationPage
from radgalgui.gui.settings import Settings
from radgalgui.gui.understand_plots import ComponentPlot


def ownerless_menus() -> list[QMenu]:
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, QMenu) and widget.title() == "Plot Options"
    ]


def test_no_menu_outlives_the_page_of_a_plot(qapp, settings_folder):
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # of earlier tests
    before, owner = len(ownerless_menus()), QWidget()
    page, plot = EvaluationPage(owner, Settings()), ComponentPlot()
    items = [view.plot.getPlotItem() for view in (page.roc, page.reliability, plot)]
    plot.setParent(owner)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(items) == 3  # as signals hold them
    assert len(ownerless_menus()) == before
