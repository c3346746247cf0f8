"""Pictures of one sky on several grids, and hands for them."""

from __future__ import annotations

import numpy as np
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.wcs import WCS
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from radgalgui.gui.imaging.picture import Sky
from radgalgui.gui.sky_readout import SkyReadout

RA, DEC = 187.7, 12.4
SCALE = 1.8


def make_wcs(size: int, *, scale: float = SCALE, turn: float = 0.0, mirrored: bool = False) -> WCS:
    """Return a TAN grid about RA, DEC whose north is turned towards -x, by a CD matrix."""
    wcs, a = WCS(naxis=2), np.radians(turn)
    wcs.wcs.ctype, wcs.wcs.crval = ["RA---TAN", "DEC--TAN"], [RA, DEC]
    wcs.wcs.crpix = [(size + 1) / 2] * 2
    cd = scale / 3600 * np.array([[-np.cos(a), np.sin(a)], [np.sin(a), np.cos(a)]])
    # Mirrored: east is where west was, and north stays.
    wcs.wcs.cd = cd * np.array([[-1, 1], [-1, 1]]) if mirrored else cd
    wcs.wcs.radesys = "ICRS"
    wcs.wcs.set()
    return wcs


def picture(
    wcs: WCS,
    size: int,
    *,
    sigma: float = 6.0,
    offset: tuple[float, float] = (20.0, 10.0),
    noise: float = 0.01,
    grid: str = "",
    box: tuple[float, float, float] | None = None,
) -> Sky:
    """Return a Gaussian of ``sigma`` arcsec, ``offset`` arcsec east and north of the middle."""
    there = SkyCoord(RA, DEC, unit="deg").spherical_offsets_by(*(v * u.arcsec for v in offset))
    x0, y0 = (float(v) for v in there.to_pixel(wcs))
    y, x = np.mgrid[:size, :size]
    scale = np.sqrt(abs(np.linalg.det(wcs.wcs.cd))) * 3600
    values = np.exp(-((x - x0) ** 2 + (y - y0) ** 2) * scale**2 / (2 * sigma**2))
    readout = SkyReadout(wcs.to_header(relax=True).tostring())
    return Sky(
        *(values.astype(np.float32), "Jy/beam", scale, readout, (5.4, 5.4, 0.0), box, grid, noise)
    )


def wheel(view: QWidget, clicks: int = 2, at: QPointF | None = None) -> None:
    """Turn the wheel over a picture, by default over its middle."""
    place = at or QPointF(view.rect().center())
    turned = QWheelEvent(
        place,
        QPointF(view.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 120 * clicks),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, turned)
