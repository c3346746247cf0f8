"""The five methods that judge how likely a source is: their names, order and words, everywhere."""

from __future__ import annotations

from typing import Final

__all__ = ["COMBINED", "METHODS", "METHOD_WORDS"]

METHODS: Final = (
    "log_likelihood",
    "isolation_forest",
    "local_outlier_factor",
    "knn_distance",
    "reconstruction",
)
"""In the order of the columns of stored scores; a score is higher for the more usual source."""

COMBINED: Final = "combined"
"""What stands for all methods together."""

METHOD_WORDS: Final = {
    "log_likelihood": "Flow",
    "isolation_forest": "Isolation forest",
    "local_outlier_factor": "Local outlier factor",
    "knn_distance": "Distance to neighbours",
    "reconstruction": "Reconstruction",
    "combined": "Together",
}
"""What users read."""
