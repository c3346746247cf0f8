"""The image of a row, wherever it lies, and what is known of it from the plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import ImageError
from radgalgui.jobs.survey.found import find_files, is_picture_name
from radgalgui.jobs.survey.mosaics import Mosaics
from radgalgui.jobs.survey.pictures import read_picture
from radgalgui.jobs.survey.plan import Options, Plan, Row
from radgalgui.jobs.survey.published import open_published
from radgalgui.jobs.survey.stacks import open_stack
from radgalgui.sky.fits import MINIMUM_SIDE, read_image
from radgalgui.sky.image import Beam, Note, SkyImage, SkyPosition

if TYPE_CHECKING:
    from astropy.wcs import WCS

__all__ = ["Images", "open_images", "with_assumptions"]

_NO_COORDINATES = Note(
    "no-wcs",
    "The image has no sky coordinates, and no pixel scale was given: its pixels are taken for the "
    "encoder's.",
)
_ASSUMED_SCALE = "assumed-scale"


class Images(Protocol):
    """Where the images of a plan's rows come from."""

    def image(self, row: Row) -> SkyImage:
        """Read the image of a row.

        Raises
        ------
        ImageError
            If there is none, or it cannot be used.
        """

    def close(self) -> None:
        """Let all files go."""


def open_images(plan: Plan) -> Images:
    """Open what the rows of a plan are cut from.

    Raises
    ------
    ImageError
        If it cannot be opened.
    """
    return _OPENERS[plan.kind](plan)


class _FileImages:
    """One file a row."""

    def __init__(self, plan: Plan) -> None:
        pass

    def image(self, row: Row) -> SkyImage:
        if row.path is None:
            raise ImageError("the row names no image", subject=row.name)
        if is_picture_name(row.path):
            return read_picture(row.path)
        return read_image(row.path)

    def close(self) -> None:
        pass


class _MosaicImages:
    """Many rows in each of a few large images."""

    def __init__(self, plan: Plan) -> None:
        inputs = [path for path in plan.inputs if path != plan.table]
        self._mosaics = Mosaics(find_files(inputs))

    def image(self, row: Row) -> SkyImage:
        return replace(self._mosaics.image_at(row.ra, row.dec), name=row.name)

    def close(self) -> None:
        self._mosaics.close()


class _StackImages:
    """One image of an array a row."""

    def __init__(self, plan: Plan) -> None:
        self._path = plan.inputs[0]
        self._stack = open_stack(self._path, plan.options.dataset)

    def image(self, row: Row) -> SkyImage:
        index = row.number if row.index is None else row.index
        if not 0 <= index < self._stack.layout.count:
            raise ImageError(
                f"holds {self._stack.layout.count} images, and none of number {index + 1}",
                subject=self._path,
            )
        return image_of_array(self._stack.image(index), row.name, self._path)

    def close(self) -> None:
        self._stack.close()


class _PublishedImages:
    """One image of a published set a row."""

    def __init__(self, plan: Plan) -> None:
        self._path = plan.inputs[0]
        self._set = open_published(plan.options.dataset, Path(self._path))

    def image(self, row: Row) -> SkyImage:
        index = row.number if row.index is None else row.index
        return image_of_array(self._set.image(index)[np.newaxis], row.name, self._path)

    def close(self) -> None:
        self._set.close()


def image_of_array(bands: NDArray[Any], name: str, origin: str) -> SkyImage:
    """Return an image without coordinates of an array (C, H, W).

    Raises
    ------
    ImageError
        If it is too small, or all its values are blank or the same.
    """
    if min(bands.shape[1:]) < MINIMUM_SIDE:
        raise ImageError(
            f"the image has {bands.shape[2]} x {bands.shape[1]} pixels, too few to hold a source",
            subject=name,
        )
    planes = bands.astype(np.float64 if bands.dtype.itemsize > 4 else np.float32)
    planes[~np.isfinite(planes)] = np.nan
    if np.isnan(planes).all():
        raise ImageError("all pixels are blank (NaN)", subject=name)
    if np.nanmin(planes) == np.nanmax(planes):
        raise ImageError(f"all pixels have the same value, {np.nanmin(planes):g}", subject=name)
    if len(planes) == 1:
        return SkyImage(planes[0], name, origin)
    note = Note("planes", f"The image has {len(planes)} bands: the first was taken.")
    return SkyImage(planes[0], name, origin, notes=(note,), bands=tuple(planes))


def with_assumptions(image: SkyImage, row: Row, options: Options) -> SkyImage:
    """Return an image with the pixel scale and beam of the plan, where it tells none itself.

    Its middle then lies at the row's position, or at an arbitrary one where none is known.
    """
    if image.beam is None and options.beam is not None:
        image = replace(image, beam=Beam(options.beam, options.beam))
    if image.wcs is not None:
        return image
    if options.pixel_scale is None:
        told = any(note.code == _NO_COORDINATES.code for note in image.notes)
        return image if told else replace(image, notes=(*image.notes, _NO_COORDINATES))
    kept = tuple(note for note in image.notes if note.code != _NO_COORDINATES.code)
    assumed = Note(
        _ASSUMED_SCALE,
        f'The image has no sky coordinates: pixels of {options.pixel_scale:g}", north up, were '
        "assumed.",
    )
    wcs = _flat_wcs(image.data.shape, _known(row) or SkyPosition(0.0, 0.0), options.pixel_scale)
    return replace(image, wcs=wcs, notes=(*kept, assumed))


def _known(row: Row) -> SkyPosition | None:
    known = math.isfinite(row.ra) and math.isfinite(row.dec)
    return SkyPosition(row.ra, row.dec) if known else None


def _flat_wcs(shape: tuple[int, ...], position: SkyPosition, scale: float) -> WCS:
    """Return a north-up TAN grid whose middle lies at a position."""
    from radgalgui.sky.celestial import north_up

    wcs = north_up(position, 1, scale)
    wcs.wcs.crpix = [(shape[1] + 1) / 2, (shape[0] + 1) / 2]
    wcs.wcs.set()
    wcs.pixel_shape = (shape[1], shape[0])
    return wcs


_OPENERS: Final[Mapping[str, Callable[[Plan], Images]]] = {
    "folder": _FileImages,
    "table": _FileImages,
    "mosaic": _MosaicImages,
    "stack": _StackImages,
    "published": _PublishedImages,
}
