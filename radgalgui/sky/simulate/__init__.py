"""Simulated FIRST-like radio galaxies: population, shapes, telescope, files.

Never here: real survey data, networks, catalogues.
"""

from __future__ import annotations

from radgalgui.sky.simulate.files import simulated_header, simulated_wcs, write_simulated
from radgalgui.sky.simulate.population import KINDS
from radgalgui.sky.simulate.simulator import Simulated, simulate

__all__ = [
    "KINDS",
    "Simulated",
    "simulate",
    "simulated_header",
    "simulated_wcs",
    "write_simulated",
]
