"""What is looked at: an image that a user asks about, cut out for whichever network asks."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from radgalgui.catalog.catalog import Catalog
from radgalgui.jobs.events import Event, NoteText, Picture, Seen
from radgalgui.progress import CancelToken
from radgalgui.sky import cutout
from radgalgui.sky.celestial import local_grid, section
from radgalgui.sky.extraction import pixel_scale
from radgalgui.sky.image import Cutout, Note, SkyImage, SkyPosition
from radgalgui.sky.noise import noise_level
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.reduce import reduce_image

__all__ = ["Sight", "StoredSight", "number", "sees_alike", "shown"]

_LARGEST_PICTURE = 2048  # pixels a side that are sent to be looked at
_AROUND = 600.0  # arcsec of a mosaic that are sent with a position in it
_LEAST_AROUND = 512  # and no fewer pixels


class Sight:
    """An image and the source meant in it; cut once for each way of seeing, and kept.

    Parameters
    ----------
    image : SkyImage
        As it was read.
    position : SkyPosition, optional
        Where the source lies; by default the source chosen by `make_cutout`.
    """

    def __init__(self, image: SkyImage, position: SkyPosition | None = None) -> None:
        self.image = image
        self._position = position
        self._shown, self._origin = _around(image, position)
        self._reduction = -(-max(self._shown.data.shape) // _LARGEST_PICTURE)
        self._pieces: dict[Preprocessing, Cutout] = {}

    def piece(self, preprocessing: Preprocessing) -> Cutout:
        """Return the source as a network with this preprocessing wants it.

        Raises
        ------
        ImageError
            If there is nothing to be cut out.
        """
        if preprocessing not in self._pieces:
            self._pieces[preprocessing] = cutout.make_cutout(
                self.image, preprocessing, position=self._position
            )
        return self._pieces[preprocessing]

    def view(self, preprocessing: Preprocessing) -> NDArray[np.float32]:
        """Return what a network with this preprocessing sees, (C, S, S) in [0, 1]."""
        return self.piece(preprocessing).seen

    def picture(self, job: str) -> Picture:
        """Return the event that shows the image, reduced where it is huge.

        Of a huge one in which a position was asked for, only the sky around it is shown.
        """
        image = self.image
        shown = reduce_image(self._shown, self._reduction)
        beam = image.beam
        return Picture(
            job=job,
            name=image.name,
            origin=image.origin,
            original=shown.data.astype(np.float32, copy=False),
            reduction=self._reduction,
            header=_header(shown.wcs),
            unit=image.unit,
            beam=() if beam is None else (beam.major, beam.minor, beam.position_angle),
            notes=_notes(image.notes),
            noise=noise_level(shown.data),
        )

    def seen(self, job: str, preprocessing: Preprocessing) -> Seen:
        """Return the event that shows the cutout and what the network sees of it."""
        piece, scale = self.piece(preprocessing), preprocessing.pixel_scale
        own_scale = scale if self.image.wcs is None else self._scale_at(*piece.pixel)
        position = piece.position
        pixel = [
            (at - by + 0.5) / self._reduction - 0.5
            for at, by in zip(piece.pixel, self._origin, strict=True)
        ]
        return Seen(
            job=job,
            cutout=piece.data,
            seen=piece.seen,
            pixel=(pixel[0], pixel[1]),
            box=piece.seen.shape[-1] * scale / own_scale / self._reduction,
            pixel_scale=scale,
            header=_header(piece.wcs),
            ra=None if position is None else position.ra,
            dec=None if position is None else position.dec,
            noise=piece.noise,
            peak_snr=number(piece.peak_snr),
            angular_size=piece.angular_size,
            notes=_notes(piece.notes),
        )

    def _scale_at(self, x: float, y: float) -> float:
        """Return arcsec a pixel of the image at a place; in its middle, at the sphere's limb."""
        try:
            return local_grid(self.image.wcs, x, y).scale
        except np.linalg.LinAlgError:
            return pixel_scale(self.image)


def shown(
    sight: Sight, job: str, preprocessing: Preprocessing, cancel: CancelToken
) -> Generator[Event, None, Seen]:
    """Yield `Picture` and `Seen`, each as soon as it is known, and return the second.

    Raises
    ------
    ImageError
        If there is nothing to be cut out.
    Cancelled
        If cancelled.
    """
    yield sight.picture(job)
    cancel.check()
    seen = sight.seen(job, preprocessing)
    yield seen
    cancel.check()
    return seen


class StoredSight:
    """A source of a catalogue, of which only what encoders saw is stored."""

    def __init__(self, catalog: Catalog, index: int) -> None:
        self._catalog, self._index = catalog, index

    def view(self, preprocessing: Preprocessing) -> NDArray[np.float32] | None:
        """Return what a network sees, (C, S, S); None for one that sees in another way."""
        if not sees_alike(preprocessing, self._catalog.manifest.preprocessing):
            return None
        image: NDArray[np.float32] = self._catalog.images[self._index]
        return image


def sees_alike(one: Preprocessing, other: Preprocessing) -> bool:
    """Whether two networks see a source alike, whatever survey each was trained on."""
    return replace(one, survey_scale=0.0) == replace(other, survey_scale=0.0)


def _around(image: SkyImage, position: SkyPosition | None) -> tuple[SkyImage, tuple[int, int]]:
    """Return what is shown of an image, and its first pixel (x, y) there."""
    whole = image, (0, 0)
    if position is None or image.wcs is None or max(image.data.shape) <= _LARGEST_PICTURE:
        return whole
    x, y = image.sky_to_pixel(position)
    try:
        half = max(round(_AROUND / local_grid(image.wcs, x, y).scale), _LEAST_AROUND) // 2
    except (np.linalg.LinAlgError, ValueError):  # off the sphere: the cutout will say so
        return whole
    height, width = image.data.shape
    x0, y0 = max(round(x) - half, 0), max(round(y) - half, 0)
    y1, x1 = min(round(y) + half, height), min(round(x) + half, width)
    if y1 <= y0 or x1 <= x0:  # outside the image, which the cutout will say
        return whole
    part = image.data[y0:y1, x0:x1]
    return replace(image, data=part, wcs=section(image.wcs, x0, y0), bands=()), (x0, y0)


def number(value: object) -> float | None:
    """Return a finite float, or None for what is missing."""
    if value is None or not np.isfinite(value):  # type: ignore[call-overload]
        return None
    return float(value)  # type: ignore[arg-type]


def _header(wcs: object) -> str:
    return "" if wcs is None else wcs.to_header(relax=True).tostring()  # type: ignore[attr-defined]


def _notes(notes: tuple[Note, ...]) -> list[NoteText]:
    return [NoteText(code=note.code, text=note.text) for note in notes]
