"""What all tests share: the folder of real images, and a screen for Qt where there is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real FIRST, NVSS and VLASS images, or skip where it is absent."""
    root = Path(os.environ.get("RADGALGUI_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not root.is_dir():
        pytest.skip(f"real images are not here: {root} (set RADGALGUI_DATA)")
    return root
