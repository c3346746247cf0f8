"""Figures as files and on the clipboard: PNG, PDF and SVG, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import (
    QGuiApplication,
    QImage,
    QImageWriter,
    QPageLayout,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPdfWriter,
)

from radgalgui.errors import UsageError
from radgalgui.files import replaced_file
from radgalgui.gui.keeping.figure import Figure, Look, whole_pixels

__all__ = ["ENDINGS", "as_image", "save"]

ENDINGS = {"PNG": ".png", "PDF": ".pdf", "SVG": ".svg"}
MOST_PIXELS = 20_000  # a side of a PNG
PICTURES = 3.0  # pixels for each of the screen's that pictures in PDF and SVG have
POINTS = 72.0  # an inch


def as_image(figure: Figure, size: QSizeF, look: Look) -> QImage:
    """Return a figure as pixels, ``look.ratio`` for each of the screen's.

    Raises
    ------
    UsageError
        If that are more than can be held.
    """
    pixels = whole_pixels(size, look.ratio)
    if max(pixels.width(), pixels.height()) > MOST_PIXELS:
        raise UsageError(
            f"a picture of {pixels.width():,} × {pixels.height():,} pixels is too large",
            remedy="choose less sharpness, or PDF",
        )
    image = QImage(pixels, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(look.ratio)
    image.fill(look.paper)
    _paint(image, figure, size, look)
    return image


def save(figure: Figure, path: Path, kind: str, size: QSizeF, look: Look) -> None:
    """Write a figure.

    Parameters
    ----------
    figure : Figure
        What is painted.
    path : Path
        Where to; what stands there is replaced when all is written.
    kind : {"PNG", "PDF", "SVG"}
        The format.
    size : QSizeF
        In pixels of the screen; it is that large in PDF and SVG, too.
    look : Look
        Of a PNG, ``ratio`` pixels stand for each of the screen's.

    Raises
    ------
    UsageError
        If it cannot be written there, or is too large.
    """
    writers: dict[str, Callable[[Path], None]] = {
        "PNG": lambda beside: _save_png(figure, beside, size, look),
        "PDF": lambda beside: _save_pdf(figure, beside, size, replace(look, ratio=PICTURES)),
        "SVG": lambda beside: _save_svg(figure, beside, size, replace(look, ratio=PICTURES)),
    }
    try:
        with replaced_file(path) as beside:
            writers[kind](beside)
            if not beside.is_file() or not beside.stat().st_size:
                raise OSError("the system refused")
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror or error}",
            subject=path,
            remedy="choose a folder that you may write to",
        ) from None


def _save_png(figure: Figure, path: Path, size: QSizeF, look: Look) -> None:
    image = as_image(figure, size, look)
    metre = 39.3700787 * _dots() * look.ratio
    image.setDevicePixelRatio(1.0)
    image.setDotsPerMeterX(round(metre))
    image.setDotsPerMeterY(round(metre))
    writer = QImageWriter(str(path), QByteArray(b"PNG"))  # whatever the name ends with
    if not writer.write(image):
        raise OSError(writer.errorString())


def _save_pdf(figure: Figure, path: Path, size: QSizeF, look: Look) -> None:
    writer = QPdfWriter(str(path))
    writer.setTitle(figure.title)
    writer.setCreator("RadGalGUI")
    writer.setResolution(round(_dots()))  # so that words have the size that they have on the screen
    points = size * (POINTS / _dots())
    page = QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    orientation = QPageLayout.Orientation.Portrait  # the page has the figure's own shape
    writer.setPageLayout(
        QPageLayout(page, orientation, QMarginsF(), QPageLayout.Unit.Point, QMarginsF())
    )
    _paint(writer, figure, size, look)


def _save_svg(figure: Figure, path: Path, size: QSizeF, look: Look) -> None:
    from PySide6.QtSvg import QSvgGenerator

    writer = QSvgGenerator()
    writer.setFileName(str(path))
    writer.setTitle(figure.title)
    writer.setDescription("Made by RadGalGUI")
    writer.setResolution(round(_dots()))
    writer.setSize(whole_pixels(size, 1.0))
    writer.setViewBox(QRectF(0, 0, size.width(), size.height()))
    _paint(writer, figure, size, look)


def _paint(device: QPaintDevice, figure: Figure, size: QSizeF, look: Look) -> None:
    painter = QPainter()
    if not painter.begin(device):
        raise OSError("nothing can be painted there")
    try:
        whole = QRectF(0, 0, size.width(), size.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(QGuiApplication.font())
        painter.fillRect(whole, look.paper)
        figure.paint(painter, whole, look)
    finally:
        painter.end()


def _dots() -> float:
    """Return pixels of the screen an inch, as words are measured there."""
    screen = QGuiApplication.primaryScreen()
    return float(screen.logicalDotsPerInch()) if screen is not None else 96.0
