"""Pictures of drawn galaxies and of those they are drawn from, in the colours in use."""

from __future__ import annotations

from PySide6.QtGui import QPixmap

from radgalgui.gui.drawn import Galaxy, Sample
from radgalgui.gui.thumbnails import Thumbnails

__all__ = ["DrawPictures"]


class DrawPictures(Thumbnails):
    """Thumbnails of the catalogue, of drawn galaxies, and of galaxies in files."""

    def __init__(self, images: object, colour_map: str) -> None:
        self._drawn: dict[int, QPixmap] = {}
        super().__init__(images, colour_map)

    def set_colour_map(self, name: str) -> None:
        """Use other colours from now on."""
        super().set_colour_map(name)
        self._drawn.clear()

    def forget_drawn(self) -> None:
        """Forget the pictures of drawn galaxies: others will have their numbers."""
        self._drawn.clear()

    def of_sample(self, sample: Sample) -> QPixmap:
        """Return the picture of a drawn galaxy."""
        if sample.number not in self._drawn:
            self._drawn[sample.number] = self.draw(sample.image)
        return self._drawn[sample.number]

    def of_galaxy(self, galaxy: Galaxy | None) -> QPixmap | None:
        """Return the picture of a galaxy, None where none is known."""
        if galaxy is None:
            return None
        if galaxy.row is not None:
            return self.pixmap(galaxy.row) if self._images is not None else None
        return self.draw(galaxy.picture) if galaxy.picture is not None else None
