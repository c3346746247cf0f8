"""What columns of a catalogue are called, and how their values are written."""

from __future__ import annotations

import numpy as np

__all__ = ["COLUMN_TITLES", "PERCENTILES", "column_title", "column_words", "format_value"]

#: How columns are called in words, with their units; others keep their name, spelt out.
COLUMN_TITLES = {
    "name": "Name",
    "ra": "RA (°)",
    "dec": "Dec (°)",
    "label": "Class",
    "angular_size": "Angular size (″)",
    "measured_size": "Measured size (″)",
    "measured_flux": "Measured flux density (Jy)",
    "position_angle": "Position angle (°)",
    "bending": "Bending (°)",
    "inclination": "Inclination (°)",
    "noise": "Noise (Jy/beam)",
    "flux": "Flux density (Jy)",
    "peak_flux": "Peak flux (Jy/beam)",
    "likelihood_percentile": "Likelihood (percentile)",
    "together_percentile": "All methods (percentile)",
}

#: Columns that are not in the table but told by the likelihoods of the encoder in use, and by
#: which method: how usual a source is in the catalogue, by the flow and by all methods together.
PERCENTILES = {"likelihood_percentile": "log_likelihood", "together_percentile": "combined"}


def column_title(name: str) -> str:
    """Return a column's title for people."""
    if name in COLUMN_TITLES:
        return COLUMN_TITLES[name]
    spelt = name.replace("_", " ")
    return spelt[:1].upper() + spelt[1:]


def column_words(name: str) -> str:
    """Return what a column is called within a sentence, without its unit."""
    spelt = {"ra": "right ascension", "dec": "declination"}
    title = column_title(name).split(" (")[0]
    return spelt.get(name, title[:1].lower() + title[1:])


def format_value(name: str, value: object) -> str:
    """Return a value of a column as text: as many digits as mean something, "–" if unknown."""
    if isinstance(value, str):
        return value or "–"
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    number = float(value)  # type: ignore[arg-type]
    if not np.isfinite(number):
        return "–"
    if name in PERCENTILES:
        rest = min(number, 100 - number)
        return f"{number:.{1 if rest >= 1 else 2 if rest >= 0.01 else 4}f}"
    if name in ("ra", "dec"):
        return f"{number:+.6f}" if name == "dec" else f"{number:.6f}"
    return f"{number:.1f}" if abs(number) >= 10 else f"{number:.3g}"
