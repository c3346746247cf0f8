"""What the desk has done in the background, and how it tells of errors there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import radgalgui_resources
from radgalgui.errors import RadGalError

__all__ = ["find_images_in", "generator_installed", "import_for_pictures", "sentence"]


def find_images_in(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Return the images of files and folders, and each path that has none with the reason."""
    from radgalgui.sky.files import find_images

    found: dict[Path, str] = {}
    for path in paths:
        try:
            found.update((image, "") for image in find_images([path]))
        except RadGalError as error:
            found[path] = str(error)
    return list(found.items())


def generator_installed() -> bool:
    """Whether the network is there that draws galaxies, and so can reconstruct them."""
    return radgalgui_resources.weights_path("vdvae").is_file()


def import_for_pictures() -> None:
    """Import what the first picture will need."""
    import astropy.coordinates
    import astropy.visualization
    import astropy.wcs  # noqa: F401


def sentence(error: Exception) -> str:
    """Return what to tell of an error: our own words, or its kind and its words."""
    if isinstance(error, RadGalError):
        return str(error)
    return f"Something unforeseen went wrong: {type(error).__name__}: {error}."
