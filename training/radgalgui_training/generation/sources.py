"""The real galaxies that networks are measured on, and those that they were taught."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from radgalgui.errors import DataError, ImageError, UsageError
from radgalgui.models.encoder import Encoder
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.celestial import icrs_to_pixel
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.fits import read_image
from radgalgui.sky.image import Cutout
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.simulate import simulate
from radgalgui_training.augment import Augmentation, Strength
from radgalgui_training.datasets.held_out import (
    field_position,
    first_fields,
    held_out_fields,
    near,
)
from radgalgui_training.datasets.kept import Kept
from radgalgui_training.datasets.mixture import training_images
from radgalgui_training.datasets.rgd import read_rgd
from radgalgui_training.recipes.model import DataSettings

__all__ = [
    "FieldSource",
    "check_alike",
    "data_of",
    "held_out_sources",
    "real_sources",
    "seen_by",
    "simulated_sources",
    "taught_images",
]

_UNCHANGED = Strength(rotate=False, zoom=0.0, shift=0.0, blur=0.0, noise=0.0, gain=0.0, soften=0.0)
_AT_ONCE = 256


@dataclass(frozen=True)
class FieldSource:
    """The source in the middle of a FIRST field.

    Parameters
    ----------
    name : str
        The field's.
    cutout : Cutout
        As a query is cut out.
    core : tuple of float
        (x, y) in the cutout, 0-based, of the position that the field was published for: the
        host galaxy's.
    """

    name: str
    cutout: Cutout
    core: tuple[float, float]


def data_of(encoder: Encoder) -> DataSettings:
    """Return which images an encoder was taught.

    Raises
    ------
    UsageError
        If its weights file does not say, or it held no fields out.
    """
    recipe: Mapping[str, Any] = encoder.card.get("recipe", {})
    settings = DataSettings(**recipe.get("data", {}))
    if settings.held_out <= 0:
        raise UsageError(
            f"the encoder {encoder.name!r} held no FIRST fields out to be measured on",
            remedy="train it with data.held_out above 0",
        )
    return settings


def check_alike(first: Encoder, others: Sequence[Encoder]) -> None:
    """Refuse to compare networks that see other images, or that were taught those held out.

    Raises
    ------
    UsageError
        If there is such a one.
    """
    held_out = data_of(first).held_out
    for other in others:
        if other.preprocessing != first.preprocessing:
            raise UsageError(
                f"the encoder {other.name!r} sees images in another way than {first.name!r}",
                remedy="compare networks of one [preprocessing]",
            )
        if data_of(other).held_out < held_out:
            raise UsageError(
                f"the encoder {other.name!r} was taught fields that {first.name!r} held out",
                remedy="compare networks of one data.held_out",
            )


def held_out_sources(
    root: Path,
    share: float,
    preprocessing: Preprocessing,
    *,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> list[FieldSource]:
    """Cut the sources out of the FIRST fields that were held out.

    Raises
    ------
    DataError
        If no source is found, or the fields are not there.
    """
    paths = held_out_fields(root, share)
    if not paths:
        raise DataError("holds no first_fields/*.fits.fz that were held out", subject=root)
    found: list[FieldSource] = []
    for number, path in enumerate(paths, start=1):
        if cancel is not None:
            cancel.check()
        try:
            cutout = make_cutout(read_image(path), preprocessing)
        except ImageError:
            continue  # a field without a source above the noise
        if cutout.noise > 0 and cutout.wcs is not None and cutout.seen.any():
            x, y = icrs_to_pixel(cutout.wcs, *field_position(path))
            found.append(FieldSource(path.name.split(".fits")[0], cutout, (float(x), float(y))))
        progress(number, len(paths), "cutting sources out of held-out fields")
    if not found:
        raise DataError("holds no field with a source above the noise", subject=root)
    return found


def taught_images(
    settings: DataSettings,
    preprocessing: Preprocessing,
    root: Path,
    cache: Path,
    *,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> dict[str, NDArray[np.float32]]:
    """Return the training images of a recipe as encoders see them, set by set, unchanged.

    Raises
    ------
    DataError
        If a set is missing or damaged.
    """
    parts = training_images(
        settings, preprocessing, data=root, cache=cache, progress=progress, cancel=cancel
    )
    return {name: seen_by(preprocessing, kept) for name, kept in parts.items()}


def seen_by(preprocessing: Preprocessing, kept: Kept) -> NDArray[np.float32]:
    """Return what an encoder sees of kept images, (N, C, S, S)."""
    view = Augmentation(_UNCHANGED, preprocessing)
    side = preprocessing.size
    seen = np.empty((len(kept), preprocessing.channels, side, side), np.float32)
    for first in range(0, len(kept), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        images, noise, depth = (
            torch.from_numpy(np.array(each[part])) for each in (kept.images, kept.noise, kept.depth)
        )
        seen[part] = view(images, noise, depth).numpy()
    return seen


def real_sources(
    root: Path,
    preprocessing: Preprocessing,
    taught: Mapping[str, NDArray[np.float32]],
    held_out: Sequence[FieldSource],
) -> NDArray[np.float32]:
    """Return each real FIRST source once: those of the fields, and others of the RGD.

    The sources in the middle of the fields, held-out ones too; the others in those fields; and
    of the Radio Galaxy Dataset those that share no sky with a field.  MiraBest's are the fields'.
    """
    positions = np.asarray([field_position(path) for path in first_fields(root)])
    rgd = read_rgd(root)
    elsewhere = rgd.select(~near(rgd.ra, rgd.dec, positions.reshape(-1, 2)))
    own = [taught[name] for name in ("fields", "islands") if name in taught]
    parts = [*own, np.stack([each.cutout.seen for each in held_out]), elsewhere.seen(preprocessing)]
    real = np.concatenate(parts)
    return real[real.any(axis=(1, 2, 3))]


def simulated_sources(
    count: int,
    preprocessing: Preprocessing,
    *,
    seed: int,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> NDArray[np.float32]:
    """Return simulated sources as encoders see them, (count, C, S, S)."""
    parts = []
    for first in range(0, count, _AT_ONCE):
        number = min(_AT_ONCE, count - first)
        drawn = simulate(
            number,
            seed=seed,
            first=first,
            size=preprocessing.size,
            pixel_scale=preprocessing.pixel_scale,
            cancel=cancel,
        )
        noise = np.asarray(drawn.truth["noise"], dtype=np.float32)
        parts.append(
            np.stack([
                preprocessing.see(image[None], float(level))
                for image, level in zip(drawn.images, noise, strict=True)
            ])
        )  # fmt: skip
        progress(first + number, count, "simulating sources")
    return np.concatenate(parts)
