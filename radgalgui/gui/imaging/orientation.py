"""Which way a picture lies on the sky, from its WCS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QTransform

if TYPE_CHECKING:
    from radgalgui.gui.sky_readout import SkyReadout

__all__ = ["directions", "upright"]

STEP = 0.5  # pixels


def upright(readout: SkyReadout, x: float, y: float) -> tuple[float, bool]:
    """Return how far a picture is to be turned, degrees clockwise, and whether to be mirrored.

    Then north is up, and east left, at a 0-based pixel; (0, False) where the WCS has no sky.
    """
    import numpy as np

    from radgalgui.sky.celestial import local_grid

    try:
        grid = local_grid(readout.wcs, x, y)
    except np.linalg.LinAlgError:
        return 0.0, False
    turn = grid.rotation if grid.east_left else -grid.rotation
    return (0.0 if abs(turn) < 1e-6 else turn), not grid.east_left


def directions(
    readout: SkyReadout, x: float, y: float, to_screen: QTransform
) -> tuple[QPointF, QPointF] | None:
    """Return where north and east are on the screen at a 0-based pixel, both of length 1.

    By the WCS itself, so that skewed pixels and any turn of the view count too; None off the sky.
    """
    import numpy as np

    from radgalgui.sky.celestial import icrs_to_pixel, pixel_to_icrs

    ra, dec = (float(v) for v in pixel_to_icrs(readout.wcs, x, y))
    if not (np.isfinite(ra) and np.isfinite(dec)) or abs(dec) > 89.99:
        return None
    step = readout.pixel_scale / 3600 * STEP
    ahead = icrs_to_pixel(
        readout.wcs, [ra, ra + step / np.cos(np.radians(dec))], [min(dec + step, 90.0), dec]
    )
    here = to_screen.map(QPointF(x, y))
    made = []
    for px, py in zip(*ahead, strict=True):
        way = to_screen.map(QPointF(float(px), float(py))) - here
        length = float(np.hypot(way.x(), way.y()))
        if not np.isfinite(length) or length == 0:
            return None
        made.append(way / length)
    return made[0], made[1]
