"""A histogram as a figure, PNG or SVG, and its numbers as CSV."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from radgalgui.errors import UsageError
from radgalgui.files import replaced_file
from radgalgui.gui.likelihood.chart import Chart, Mark
from radgalgui.gui.likelihood.plotting import Frame, paint, paint_legend
from radgalgui.gui.theme import LIGHT

__all__ = ["columns", "rows", "save_figure", "save_numbers"]

SIZE = QSize(1120, 600)
RATIO = 2  # pixels of a PNG for each of the window
MARGIN = 16
DOTS_PER_METRE = round(96 * RATIO / 0.0254)


def save_figure(
    path: Path, chart: Chart, marks: tuple[Mark, ...], *, title: str, font: QFont
) -> None:
    """Write a figure on white, with a legend: SVG where the file is called so, else PNG.

    Raises
    ------
    UsageError
        If the file cannot be written.
    """
    try:
        with replaced_file(path) as beside:
            if path.suffix.lower() == ".svg":
                done = _svg(beside, chart, marks, title, font)
            else:
                done = _png(beside, chart, marks, title, font)
            if not done:
                raise OSError("the picture could not be written")
    except OSError as error:
        raise UsageError(
            "the figure cannot be written", subject=path, remedy="choose another folder"
        ) from error


def _png(path: Path, chart: Chart, marks: tuple[Mark, ...], title: str, font: QFont) -> bool:
    image = QImage(SIZE * RATIO, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(DOTS_PER_METRE)
    image.setDotsPerMeterY(DOTS_PER_METRE)
    image.setDevicePixelRatio(RATIO)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    _draw(painter, chart, marks, title, font)
    painter.end()
    return bool(image.save(str(path)))  # the kind by its ending, which stays beside


def _svg(path: Path, chart: Chart, marks: tuple[Mark, ...], title: str, font: QFont) -> bool:
    made = QSvgGenerator()
    made.setFileName(str(path))
    made.setSize(SIZE)
    made.setViewBox(QRectF(0, 0, SIZE.width(), SIZE.height()))
    made.setTitle(title)
    painter = QPainter()
    if not painter.begin(made):
        return False
    painter.fillRect(QRectF(0, 0, SIZE.width(), SIZE.height()), Qt.GlobalColor.white)
    _draw(painter, chart, marks, title, font)
    return painter.end()


def _draw(
    painter: QPainter, chart: Chart, marks: tuple[Mark, ...], title: str, font: QFont
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    plain = QFont(font)
    plain.setPixelSize(13)
    painter.setFont(plain)
    room = QRectF(MARGIN, MARGIN + 24, SIZE.width() - 2 * MARGIN, SIZE.height() - 2 * MARGIN - 24)
    frame = Frame.of(chart, room, plain, marks, brief=False)
    paint(painter, frame, LIGHT, marks=marks)
    paint_legend(painter, frame, LIGHT)
    strong = QFont(plain)
    strong.setWeight(QFont.Weight.DemiBold)
    painter.setFont(strong)
    painter.setPen(LIGHT.text)
    painter.drawText(QRectF(room.left(), MARGIN, room.width(), 20), title)


def columns(chart: Chart) -> tuple[str, ...]:
    """Return the columns of the CSV: a bin's edges, and of each set counts and per cent."""
    names = [f"{series.title}" for series in chart.series]
    pairs = [(f"{name} (count)", f"{name} (per cent)") for name in names]
    return ("from", "to", *(name for pair in pairs for name in pair))


def rows(chart: Chart) -> list[dict[str, Any]]:
    """Return a row a bin, the two for what lies far off among them; their ends are infinite."""
    names, made = columns(chart), []
    wholes = [max(int(counts.sum()), 1) for counts in chart.counts]
    for bin_ in range(chart.bins.count + 2):
        values: list[Any] = [_edge(chart.bins.edge(bin_)), _edge(chart.bins.edge(bin_ + 1))]
        for counts, whole in zip(chart.counts, wholes, strict=True):
            values += [int(counts[bin_]), round(100 * int(counts[bin_]) / whole, 6)]
        made.append(dict(zip(names, values, strict=True)))
    return made


def _edge(value: float) -> str | float:
    if math.isinf(value):
        return "-inf" if value < 0 else "inf"
    return round(value, 9)


def save_numbers(path: Path, chart: Chart) -> int:
    """Write the numbers of a histogram as CSV; return how many rows.

    Raises
    ------
    RadGalError
        If the file cannot be written.
    """
    from radgalgui.catalog.export import write_csv

    made = rows(chart)
    write_csv(path, columns(chart), made)
    return len(made)
