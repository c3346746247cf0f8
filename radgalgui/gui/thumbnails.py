"""Small pictures of catalogue sources, made when first asked for and kept."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPixmap

from radgalgui.gui.colours import lookup_table

__all__ = ["Thumbnails", "indexed_image", "plane"]

KEPT = 2000


def plane(image: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the (S, S) plane to show of a (C, S, S) image: its mean over the bands."""
    values = np.asarray(image, dtype=np.float32)
    return values if values.ndim == 2 else np.asarray(values.mean(axis=0), dtype=np.float32)


def indexed_image(levels: NDArray[np.uint8], table: NDArray[np.uint8]) -> QImage:
    """Return levels (H, W), row 0 at the bottom as FITS has it, in the colours of ``table``."""
    rgb = np.ascontiguousarray(table[levels[::-1]])
    height, width, _ = rgb.shape
    return QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def coloured_image(levels: NDArray[np.uint8]) -> QImage:
    """Return bands (3, H, W), red first and row 0 at the bottom, as one coloured picture."""
    rgb = np.ascontiguousarray(np.moveaxis(levels[:, ::-1], 0, -1))
    height, width, _ = rgb.shape
    return QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


class Thumbnails:
    """Pictures of what the encoder saw of each source: in one colour map, or of three bands."""

    def __init__(self, images: Any, colour_map: str = "inferno") -> None:
        self._images = images
        self._kept: OrderedDict[int, QPixmap] = OrderedDict()
        self.set_colour_map(colour_map)

    def set_colour_map(self, name: str) -> None:
        """Use other colours from now on."""
        self.colour_map = name
        self.table = lookup_table(name)
        self._kept.clear()

    def seen(self, index: int) -> NDArray[np.float32]:
        """Return what the encoder saw of a source, (S, S) in [0, 1]."""
        return plane(self._images[index])

    def pixmap(self, index: int) -> QPixmap:
        """Return a source's picture at its own size; scale it when drawing."""
        if index not in self._kept:
            self._kept[index] = self.draw(self._images[index])
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(index)
        return self._kept[index]

    def draw(self, values: NDArray[np.floating]) -> QPixmap:
        """Return values in [0, 1], (S, S) or (C, S, S), as a picture; three bands in colour."""
        three = values.ndim == 3 and len(values) == 3
        shown = values if three else plane(values)
        levels = np.clip(np.nan_to_num(shown) * 255, 0, 255).astype(np.uint8)
        if three:
            return QPixmap.fromImage(coloured_image(levels))
        return QPixmap.fromImage(indexed_image(levels, self.table))
