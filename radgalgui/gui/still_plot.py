"""Plots that are looked at, not moved: without a menu, buttons, or a place among the tabs."""

from __future__ import annotations

from collections.abc import Mapping

import pyqtgraph as pg
from PySide6.QtCore import Qt

__all__ = ["still_plot"]


def still_plot(name: str, axes: Mapping[str, pg.AxisItem] | None = None) -> pg.PlotWidget:
    """Return an empty plot.

    Parameters
    ----------
    name : str
        What it is called for those who cannot see it.
    axes : mapping of str to AxisItem, optional
        Axes by their side, in place of plain ones.
    """
    plot = pg.PlotWidget(axisItems=axes)
    plot.setAccessibleName(name)
    plot.setMenuEnabled(False)
    plot.setMouseEnabled(x=False, y=False)
    plot.hideButtons()
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    menu = (
        plot.getPlotItem().getMenu()
    )  # made all the same, and nobody's: it would outlive the plot
    menu.setParent(plot, menu.windowFlags())
    return plot
