"""The training images of a recipe: which sets, how much of each, kept in a cache."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from radgalgui.errors import DataError
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.simulate import simulate
from radgalgui_training.datasets.fields import read_fields
from radgalgui_training.datasets.frdeep import FRDEEP_FIELD, read_frdeep
from radgalgui_training.datasets.kept import Kept, join, keep, load_kept, save_kept
from radgalgui_training.datasets.labelled import LabelledImages, framed
from radgalgui_training.datasets.mirabest import read_mirabest
from radgalgui_training.datasets.rgd import read_rgd
from radgalgui_training.recipes.model import DataSettings

__all__ = ["CITATIONS", "counts", "training_images"]

# Raised whenever the same settings give other images, so that old caches are left alone.
_CACHE_VERSION: Final = 2
_SIMULATED_AT_ONCE: Final = 256
_FIRST: Final = (
    "FIRST survey, Becker, White & Helfand 1995, images (c) University of California 1994"
)
CITATIONS: Final = {
    "fields": _FIRST,
    "islands": _FIRST,
    "mirabest": "MiraBest, Porter & Scaife 2023; Miraghaei & Best 2017; from FIRST",
    "frdeep": "FR-DEEP NVSS, Tang et al. 2019; from NVSS, Condon et al. 1998",
    "rgd": "Radio Galaxy Dataset, Griese et al. 2023; from FIRST",
    "simulated": "sources simulated by RadGalGUI",
}
_PUBLISHED: Final = ("fields", "islands", "mirabest", "rgd", "frdeep")


def training_images(
    settings: DataSettings,
    preprocessing: Preprocessing,
    *,
    data: Path | None,
    cache: Path,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> dict[str, Kept]:
    """Return the training images of a recipe, set by set.

    Parameters
    ----------
    settings : DataSettings
        Which sets, and the share of each.
    preprocessing : Preprocessing
        Pixel scale and side that the encoder sees.
    data : Path or None
        The folder of the published data; not needed for simulated sources alone.
    cache : Path
        Where the sets are kept between trainings; never a folder of the project.

    Raises
    ------
    DataError
        If a set is chosen that is not there, or none is chosen.
    """
    if data is None and any(getattr(settings, name) > 0 for name in _PUBLISHED):
        raise DataError(
            "the recipe trains on published images",
            remedy="say where they lie (--data DIR), or set the shares in [data] to 0",
        )
    readers = _readers(settings, preprocessing, data or Path(), progress, cancel)
    if not readers:
        raise DataError("a recipe's [data] chooses no images", remedy="set a share above 0")
    parts: dict[str, Kept] = {}
    for name, read in readers.items():
        stem = cache / f"{name}-{_key(name, settings, preprocessing)}"
        kept = load_kept(stem)
        if kept is None:
            kept = read()
            save_kept(kept, stem)
        share = 1.0 if name == "simulated" else float(getattr(settings, name))
        parts[name] = kept.share(share, seed=0)
    return parts


def counts(parts: dict[str, Kept]) -> dict[str, int]:
    """Return how many images each set gave."""
    return {name: len(part) for name, part in parts.items()}


def _readers(
    settings: DataSettings,
    preprocessing: Preprocessing,
    data: Path,
    progress: Progress,
    cancel: CancelToken | None,
) -> dict[str, Callable[[], Kept]]:
    """Return how to make each set that the recipe chooses."""
    side, seen = settings.side, preprocessing.size

    def fields(*, islands: bool) -> Kept:
        return read_fields(
            data,
            side=side,
            preprocessing=preprocessing,
            islands=islands,
            progress=progress,
            cancel=cancel,
        )

    def labelled(images: LabelledImages, pixel_scale: float) -> Kept:
        scale = pixel_scale / images.pixel_scale
        return keep(framed(images.images, scale=scale, side=side), 0.0, side=side, seen=seen)

    readers: dict[str, Callable[[], Kept]] = {
        "fields": lambda: fields(islands=False),
        "islands": lambda: fields(islands=True),
        "mirabest": lambda: labelled(read_mirabest(data), preprocessing.pixel_scale),
        "rgd": lambda: labelled(read_rgd(data), preprocessing.pixel_scale),
        "frdeep": lambda: labelled(read_frdeep(data), FRDEEP_FIELD / seen),
        "simulated": lambda: _simulated(settings, preprocessing, progress, cancel),
    }
    return {name: read for name, read in readers.items() if getattr(settings, name) > 0}


def _simulated(
    settings: DataSettings,
    preprocessing: Preprocessing,
    progress: Progress,
    cancel: CancelToken | None,
) -> Kept:
    parts: list[Kept] = []
    for first in range(0, settings.simulated, _SIMULATED_AT_ONCE):
        count = min(_SIMULATED_AT_ONCE, settings.simulated - first)
        drawn = simulate(
            count,
            seed=settings.simulated_seed,
            first=first,
            size=settings.side,
            pixel_scale=preprocessing.pixel_scale,
            cancel=cancel,
        )
        noise = np.asarray(drawn.truth["noise"], dtype=np.float32)
        parts.append(keep(drawn.images, noise, side=settings.side, seen=preprocessing.size))
        progress(first + count, settings.simulated, "simulating sources")
    return join(parts)


def _key(name: str, settings: DataSettings, preprocessing: Preprocessing) -> str:
    """Return a short name for everything that the images of a set depend on."""
    matters = [_CACHE_VERSION, settings.side, preprocessing.to_dict()]
    if name == "simulated":
        matters += [settings.simulated, settings.simulated_seed]
    return hashlib.sha256(json.dumps(matters, sort_keys=True).encode()).hexdigest()[:12]
