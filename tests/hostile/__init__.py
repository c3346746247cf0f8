"""Broken, foreign and hostile files, each with what must come of it; needs no pytest.

``CASES`` is a list of `Case`.  ``case.build(folder)`` makes the file in an empty folder and returns
its path.  Every door of the program (library, command line, window) is tested with all of them:
a test that takes ``hostile_case`` runs once for each.
"""

from __future__ import annotations

from . import coordinates, files, refused, sources
from .cases import CASES, Case
from .made import DEC, NOISE, RA, header, mosaic, save, sky
from .rows import HostileRow, hostile_rows, write_rows

__all__ = [
    "CASES",
    "DEC",
    "NOISE",
    "RA",
    "Case",
    "HostileRow",
    "coordinates",
    "files",
    "header",
    "hostile_rows",
    "mosaic",
    "refused",
    "save",
    "sky",
    "sources",
    "write_rows",
]
