"""Labelled images to learn from: which, at what scale, and which of them are one source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from radgalgui.errors import DataError
from radgalgui.sky.preprocess import Preprocessing
from radgalgui_training.datasets.kept import Kept
from radgalgui_training.datasets.labelled import central_crop, framed
from radgalgui_training.finetuning.archive import read_archive
from radgalgui_training.finetuning.extra import further_sources
from radgalgui_training.published import DATASETS, read_published
from radgalgui_training.recipes.finetuning_model import LabelSettings

__all__ = ["LabelledSet", "labelled_set"]

_WIDER: Final = 1.5


@dataclass(frozen=True)
class LabelledSet:
    """Images and classes, in memory; every array has one entry an image.

    Parameters
    ----------
    images : ndarray, shape (N, H, W) or (N, C, H, W)
        Background taken out, not yet stretched; the source in the middle.
    labels : ndarray, shape (N,), str
        Classes by name, two or more.
    groups : ndarray, shape (N,), int64
        The same number for images that show the same source, or the same sky.
    scale : float
        Side of a pixel that the network sees over that of the images'.
    helpers : int
        How many images at the end are only learned from, and never measured on.
    """

    images: NDArray[Any]
    labels: NDArray[np.str_]
    groups: NDArray[np.int64]
    scale: float = 1.0
    helpers: int = 0

    def __len__(self) -> int:
        return len(self.images)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes, sorted as text."""
        return tuple(str(name) for name in np.unique(self.labels))

    @property
    def codes(self) -> NDArray[np.int64]:
        """The place of each image's class among `classes`, (N,)."""
        codes: NDArray[np.int64] = np.unique(self.labels, return_inverse=True)[1].astype(np.int64)
        return codes

    @property
    def channels(self) -> int:
        """Bands of an image."""
        return 1 if self.images.ndim == 3 else int(self.images.shape[1])

    @property
    def own(self) -> int:
        """How many images are measured on: all but the helpers, the first of all."""
        return len(self) - self.helpers

    def seen(self, preprocessing: Preprocessing) -> NDArray[np.float32]:
        """Return what the network sees of the images that are its own, (own, C, S, S)."""
        planes = framed(self._bands()[: self.own], scale=self.scale, side=preprocessing.size)
        return preprocessing.see(planes, noise=0)

    def kept(self, preprocessing: Preprocessing, *, side: int | None = None) -> Kept:
        """Return all images for `radgalgui_training.augment.Augmentation`.

        Parameters
        ----------
        preprocessing : Preprocessing
            What the network will see.
        side : int, optional
            Pixels to keep around a source; 1.5 times what the network sees by default.

        Returns
        -------
        Kept
            As many as there are, also those without emission, which stay 0.
        """
        wide = side or 2 * round(preprocessing.size * _WIDER / 2)
        planes = framed(self._bands(), scale=self.scale, side=max(wide, preprocessing.size))
        peak = central_crop(planes, preprocessing.size).max(axis=(1, 2, 3))
        scaled = planes / np.where(peak > 0, peak, 1)[:, None, None, None]
        noise, depth = (make(len(planes), dtype=np.float32) for make in (np.zeros, np.ones))
        return Kept(scaled.astype(np.float16), noise, depth)

    def with_helpers(
        self, images: NDArray[Any], labels: NDArray[np.str_], groups: NDArray[np.int64]
    ) -> LabelledSet:
        """Return the set with images that are only learned from.

        Those of other classes, and those of a group that the set has already, are left out.
        """
        useful = np.isin(labels, self.classes) & ~np.isin(groups, self.groups)
        return replace(
            self,
            images=np.concatenate([self.images, images[useful]]),
            labels=np.concatenate([self.labels, labels[useful]]),
            groups=np.concatenate([self.groups, groups[useful]]),
            helpers=self.helpers + int(useful.sum()),
        )

    def _bands(self) -> NDArray[Any]:
        return self.images[:, None] if self.images.ndim == 3 else self.images


def labelled_set(
    settings: LabelSettings, preprocessing: Preprocessing, *, data: Path | None
) -> tuple[LabelledSet, Preprocessing]:
    """Read the labelled images of a recipe: a published training part, or a user's archive.

    Parameters
    ----------
    settings : LabelSettings
        Which.
    preprocessing : Preprocessing
        What the network has seen so far.
    data : Path or None
        The folder of published images; not needed for an archive.

    Returns
    -------
    labelled : LabelledSet
    preprocessing : Preprocessing
        What it shall see of these images: other pixels where another field is shown.

    Raises
    ------
    DataError
        If they are not there or not what they should be.
    """
    if settings.set not in DATASETS:
        labelled, sight = _archive(settings, preprocessing)
        return _checked(labelled, settings.set, sight), sight
    if data is None:
        raise DataError(
            f"the recipe learns from {settings.set}", remedy="say where it lies (--data DIR)"
        )
    published = read_published(settings.set, data).training_part()
    sight = _sight(
        settings, preprocessing, field=published.look.field, survey_scale=published.pixel_scale
    )
    own = LabelledSet(
        published.images,
        published.labels,
        _numbers(np.arange(len(published)) if published.groups is None else published.groups),
        scale=sight.pixel_scale / published.pixel_scale,
    )
    if settings.extra:
        own = further_sources(own, settings, data)
    return _checked(own, settings.set, sight), sight


def _sight(
    settings: LabelSettings,
    preprocessing: Preprocessing,
    *,
    field: float | None = None,
    survey_scale: float = 0.0,
) -> Preprocessing:
    """Return what the network shall see: pixels such that the field fills the side, the beam."""
    size = settings.size or preprocessing.size
    wanted = settings.field or field or preprocessing.field_of_view
    return replace(
        preprocessing,
        size=size,
        pixel_scale=wanted / size,
        beam=preprocessing.beam if settings.beam is None else settings.beam,
        softening=settings.softening or preprocessing.softening,
        survey_scale=survey_scale,
    )


def _archive(
    settings: LabelSettings, preprocessing: Preprocessing
) -> tuple[LabelledSet, Preprocessing]:
    """Read a user's own labels: an archive of NumPy arrays."""
    path = Path(settings.set)
    archive = read_archive(path)
    own = archive.pixel_scale
    groups = np.arange(len(archive.labels)) if archive.groups is None else archive.groups
    if own is not None and not own > 0:
        raise DataError(f"pixel_scale is {own}, and not above 0", subject=path)
    sight = _sight(settings, preprocessing, survey_scale=own or 0.0)
    # Without a scale, the pixels are those that the encoder was trained on.
    scale = sight.pixel_scale / (own or preprocessing.pixel_scale)
    return LabelledSet(archive.images, archive.labels, _numbers(groups), scale=scale), sight


def _numbers(groups: ArrayLike) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = np.unique(np.asarray(groups), return_inverse=True)[1]
    return numbers.astype(np.int64).reshape(-1)


def _checked(labelled: LabelledSet, subject: str, sight: Preprocessing) -> LabelledSet:
    """Refuse what cannot be learned from."""
    images, count = labelled.images, len(labelled.labels)
    if images.ndim not in (3, 4) or images.shape[-1] != images.shape[-2]:
        raise DataError(
            f"images are of shape {images.shape}",
            subject=subject,
            remedy="make them (N, H, H) or (N, C, H, H)",
        )
    if not (len(images) == count == len(labelled.groups)):
        raise DataError(f"{len(images)} images and {count} labels do not fit", subject=subject)
    if not np.issubdtype(images.dtype, np.number) or not np.isfinite(images).all():
        raise DataError("images hold what is no finite number", subject=subject)
    if labelled.channels != sight.channels:
        raise DataError(
            f"images have {labelled.channels} bands, and the network takes {sight.channels}",
            subject=subject,
            remedy="start from an encoder of as many bands, or from none",
        )
    if len(labelled.classes) < 2:
        raise DataError("has fewer than two classes", subject=subject, remedy="label another class")
    return labelled
