"""Trained weights, the simulated catalogue, examples, icons and help pages, found as paths.

A leaf: it imports nothing of the project.  ``jobs``, ``cli`` and ``gui`` open it and hand
paths down; the layers below never know where a file came from.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

__all__ = [
    "BUNDLED_CATALOG",
    "FIRST_ENCODER",
    "catalog_path",
    "classifier_path",
    "example_path",
    "labels_path",
    "path",
    "sets_path",
    "weights_path",
]

BUNDLED_CATALOG = "simulated-first"

# The encoder to begin with: the best of those that are bundled, by cross-validation.
FIRST_ENCODER = "simclr"


def path(*parts: str) -> Path:
    """Return the path of a bundled file or folder, whether or not it exists."""
    return Path(str(files(__name__))).joinpath(*parts)


def catalog_path(name: str = BUNDLED_CATALOG) -> Path:
    """Return the folder of a bundled catalogue."""
    return path("catalogs", name)


def weights_path(encoder: str) -> Path:
    """Return the weights file of a bundled encoder."""
    return path("weights", f"{encoder}.safetensors")


def labels_path(label_set: str) -> Path:
    """Return the file of labelled vectors that classifiers learn from."""
    return path("labels", f"{label_set}.safetensors")


def sets_path(label_set: str) -> Path:
    """Return the file of a label set's vectors as its images lie, which is what is judged."""
    return path("sets", f"{label_set}.safetensors")


def classifier_path(label_set: str) -> Path:
    """Return the weights file of the network that was fine-tuned on a label set."""
    return path("classifiers", f"{label_set}.safetensors")


def example_path(name: str = "simulated-frii.fits") -> Path:
    """Return a bundled example image."""
    return path("examples", name)
