"""What is in view of a picture as a FITS file: from the file itself wherever there is one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from radgalgui.gui.imaging.picture import Sky
from radgalgui.gui.picture_view import PictureView

__all__ = ["Cut", "cut_of"]


@dataclass(frozen=True)
class Cut:
    """A part of a picture that can be written.

    Parameters
    ----------
    sky : Sky
        The picture.
    columns, rows : tuple of int
        Its pixels in view: the first and the one after the last.
    path : Path or None
        The file whose pixels the picture shows, perhaps reduced; None where it was made.
    """

    sky: Sky
    columns: tuple[int, int]
    rows: tuple[int, int]
    path: Path | None

    @property
    def words(self) -> str:
        """What would be written."""
        if self.path is not None:
            return f"the pixels in view as they stand in {self.path.name}, with their coordinates"
        wide, high = (end - start for start, end in (self.columns, self.rows))
        return f"{wide} × {high} pixels as they are shown, with their coordinates"

    def writer(self) -> Callable[[Path], Any]:
        """Return what writes it, in whatever thread: with a WCS of its own."""
        readout = self.sky.readout
        apart = replace(self.sky, readout=None if readout is None else readout.apart())
        mine = replace(self, sky=apart)
        return mine._copy_file if self.path is not None else mine._copy_shown

    def _copy_shown(self, target: Path) -> None:
        from radgalgui.sky.image import Beam, SkyImage
        from radgalgui.sky.section import write_section

        sky = self.sky
        image = SkyImage(
            np.asarray(sky.values),
            "picture",
            "",
            wcs=sky.readout.wcs if sky.readout is not None else None,
            unit=sky.unit,
            beam=Beam(*sky.beam) if sky.beam else None,
        )
        write_section(target, image, self.columns, self.rows)

    def _copy_file(self, target: Path) -> None:
        """Find the part of the file by the positions of its corners; the scale may be another."""
        from radgalgui.sky.celestial import icrs_to_pixel, pixel_to_icrs
        from radgalgui.sky.fits import read_image
        from radgalgui.sky.section import write_section

        assert self.path is not None
        image, columns, rows = read_image(self.path), self.columns, self.rows
        if image.wcs is not None and self.sky.readout is not None:
            edges = np.array([(x, y) for x in columns for y in rows], float) - 0.5
            ra, dec = pixel_to_icrs(self.sky.readout.wcs, edges[:, 0], edges[:, 1])
            x, y = icrs_to_pixel(image.wcs, ra, dec)
            columns, rows = _whole(x), _whole(y)
        write_section(target, image, columns, rows)


def cut_of(view: PictureView, path: Path | None) -> Cut | None:
    """Return the part of a picture that is in view; None where there is no picture."""
    if view.sky is None:
        return None
    height, width = view.sky.values.shape
    part = view.port.own_stage().part
    columns = max(math.floor(part.left()), 0), min(math.ceil(part.right()), width)
    rows = max(math.floor(part.top()), 0), min(math.ceil(part.bottom()), height)
    if columns[0] >= columns[1] or rows[0] >= rows[1]:
        return None
    return Cut(view.sky, columns, rows, path)


def _whole(edges: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[int, int]:
    """Return the pixels between edges: the first and the one after the last."""
    finite = edges[np.isfinite(edges)]
    if not finite.size:
        return 0, 0
    return round(float(finite.min()) + 0.5), round(float(finite.max()) + 0.5)
