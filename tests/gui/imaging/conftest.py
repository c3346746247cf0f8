"""Pictures of one sky on several grids."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from made_skies import make_wcs, picture

from radgalgui.gui.imaging.picture import Sky


@pytest.fixture(scope="module")
def skies() -> tuple[Sky, Sky]:
    """Return an image turned by 25 degrees, and a cutout of it with north up and other pixels."""
    whole = picture(make_wcs(160, scale=1.1, turn=25.0), 160, box=(79.5, 79.5, 104.7))
    return whole, picture(make_wcs(64), 64, grid="one")
