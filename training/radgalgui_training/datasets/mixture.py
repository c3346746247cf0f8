"""The training images of a recipe: which sets, how much of each, kept in a cache."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import DataError, RecipeError
from radgalgui.files import replaced_file
from radgalgui.progress import CancelToken, Notice, Progress, silent, unheard
from radgalgui.sky.preprocess import Preprocessing
from radgalgui.sky.simulate import simulate
from radgalgui_training.datasets.catalog import catalog_state, read_catalog
from radgalgui_training.datasets.fields import read_fields
from radgalgui_training.datasets.frdeep import FRDEEP_FIELD, FRDEEP_SOFTENING, read_frdeep
from radgalgui_training.datasets.held_out import held_out_positions, near
from radgalgui_training.datasets.kept import Kept, join, keep, kept_file, load_kept, save_kept
from radgalgui_training.datasets.labelled import LabelledImages, framed
from radgalgui_training.datasets.mirabest import read_mirabest
from radgalgui_training.datasets.rgd import read_rgd
from radgalgui_training.datasets.sdss import read_sdss
from radgalgui_training.datasets.sizes import angular_sizes
from radgalgui_training.recipes.model import DataSettings

__all__ = ["CITATIONS", "citations", "counts", "training_images"]

# Raised whenever the same settings give other images, so that old caches are left alone.
_CACHE_VERSION: Final = 3
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
    "sdss": "Galaxy Zoo 1, Lintott et al. 2008; from SDSS, York et al. 2000",
    "simulated": "sources simulated by RadGalGUI",
}
_PUBLISHED: Final = ("fields", "islands", "mirabest", "rgd", "frdeep", "sdss")
_BANDS: Final = {"sdss": 3}  # all others have one
_CATALOG: Final = "catalog "  # before the name of a catalogue's folder


def training_images(
    settings: DataSettings,
    preprocessing: Preprocessing,
    *,
    data: Path | None,
    cache: Path,
    progress: Progress = silent,
    note: Notice = unheard,
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

    progress, note, cancel
        Told how far it is, told what is remarkable about the images, and looked at.

    Raises
    ------
    CatalogError
        If what is named as a catalogue is none, or is damaged.
    DataError
        If a set is chosen that is not there, none is chosen, or no source is as large as the
        recipe asks.
    RecipeError
        If a chosen set has not as many bands as the encoder sees.
    """
    if data is None and any(getattr(settings, name) > 0 for name in _PUBLISHED):
        raise DataError(
            "the recipe trains on published images",
            remedy="say where they lie (--data DIR), or set the shares in [data] to 0",
        )
    readers = _readers(settings, preprocessing, data or Path(), progress, cancel)
    readers |= _catalogs(settings, preprocessing, progress, note, cancel)
    if not readers:
        raise DataError("a recipe's [data] chooses no images", remedy="set a share above 0")
    _check_bands(readers, preprocessing)
    parts: dict[str, Kept] = {}
    for name, read in readers.items():
        stem = cache / f"{_file_name(name)}-{_key(name, settings, preprocessing)}"
        kept = load_kept(stem)
        if kept is None:
            kept = read()
            save_kept(kept, stem)
        share = float(getattr(settings, name)) if name in _PUBLISHED else 1.0
        chosen = kept.drawn(share, seed=0)
        if settings.size_cut > 0 or settings.sizes:
            own = preprocessing.pixel_scale
            scale = FRDEEP_FIELD / preprocessing.size if name == "frdeep" else own
            sizes = _sizes(kept, stem, scale, progress, cancel)
            chosen = chosen[sizes[chosen] >= settings.size_cut]
            # A decoder is told how large a source looks, whatever its pixels measure.
            kept = replace(kept, sizes=sizes * np.float32(own / scale))
        parts[name] = kept.select(chosen)
    if settings.size_cut > 0 and not any(map(len, parts.values())):
        raise DataError(
            f'no source measures {settings.size_cut:g}" or more', remedy="lower data.size_cut"
        )
    return parts


def citations(names: Iterable[str]) -> list[str]:
    """Return whom to cite for sets by their names; a catalogue of one's own speaks for itself."""
    return sorted({CITATIONS.get(name, f"images of the {name}") for name in names})


def _check_bands(names: Iterable[str], preprocessing: Preprocessing) -> None:
    for name in names:
        if name.startswith(_CATALOG):  # looks for itself
            continue
        if (bands := _BANDS.get(name, 1)) != preprocessing.channels:
            raise RecipeError(
                f"preprocessing.channels = {preprocessing.channels}, and the images of "
                f"data.{name} have {bands}",
                remedy="choose sets of as many bands as the network takes",
            )


def _sizes(
    kept: Kept, stem: Path, scale: float, progress: Progress, cancel: CancelToken | None
) -> NDArray[np.float32]:
    """Return the angular size of each source, measured once and kept beside the images."""
    path = kept_file(stem, "sizes")
    if path.is_file():
        known: NDArray[np.float32] = np.load(path, allow_pickle=False)
        if known.shape == (len(kept),):
            return known
    sizes = angular_sizes(kept, scale, progress=progress, cancel=cancel)
    with replaced_file(path) as beside, beside.open("wb") as stream:
        np.save(stream, sizes, allow_pickle=False)
    return sizes


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
    away = held_out_positions(data, settings.held_out) if settings.held_out > 0 else None

    def fields(*, islands: bool) -> Kept:
        return read_fields(
            data,
            side=side,
            preprocessing=preprocessing,
            islands=islands,
            held_out=away,
            progress=progress,
            cancel=cancel,
        )

    def labelled(images: LabelledImages, pixel_scale: float, *, depth: float = 1.0) -> Kept:
        scale = pixel_scale / images.pixel_scale
        if away is not None:
            images = images.select(~near(images.ra, images.dec, away))
        shown = framed(images.images, scale=scale, side=side)
        return keep(shown, 0.0, side=side, seen=seen, depth=depth)

    deep = FRDEEP_SOFTENING / preprocessing.softening

    readers: dict[str, Callable[[], Kept]] = {
        "fields": lambda: fields(islands=False),
        "islands": lambda: fields(islands=True),
        "mirabest": lambda: labelled(read_mirabest(data), preprocessing.pixel_scale),
        "rgd": lambda: labelled(read_rgd(data), preprocessing.pixel_scale),
        "frdeep": lambda: labelled(read_frdeep(data), FRDEEP_FIELD / seen, depth=deep),
        "sdss": lambda: labelled(read_sdss(data), preprocessing.pixel_scale),
        "simulated": lambda: _simulated(settings, preprocessing, progress, cancel),
    }
    return {name: read for name, read in readers.items() if getattr(settings, name) > 0}


def _catalogs(
    settings: DataSettings,
    preprocessing: Preprocessing,
    progress: Progress,
    note: Notice,
    cancel: CancelToken | None,
) -> dict[str, Callable[[], Kept]]:
    """Return how to read each catalogue, by the name of its folder."""
    readers: dict[str, Callable[[], Kept]] = {}
    for name, folder in _folders(settings).items():
        readers[name] = partial(
            read_catalog,
            folder,
            side=settings.side,
            preprocessing=preprocessing,
            progress=progress,
            note=note,
            cancel=cancel,
        )
    return readers


def _folders(settings: DataSettings) -> dict[str, Path]:
    """Return the folders of the catalogues by names that differ where the folders' names do not."""
    found: dict[str, Path] = {}
    for text in dict.fromkeys(settings.catalogs):
        folder = Path(text).expanduser()
        name, number = f"{_CATALOG}{folder.name or folder.resolve().name}", 2
        while name in found:
            name, number = f"{_CATALOG}{folder.name} ({number})", number + 1
        found[name] = folder
    return found


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


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name)


def _key(name: str, settings: DataSettings, preprocessing: Preprocessing) -> str:
    """Return a short name for everything that the images of a set depend on."""
    matters = [_CACHE_VERSION, settings.side, preprocessing.to_dict()]
    if settings.held_out > 0 and name != "simulated":
        matters.append(settings.held_out)
    if name == "simulated":
        matters += [settings.simulated, settings.simulated_seed]
    if name.startswith(_CATALOG):
        matters = [*matters[:3], catalog_state(_folders(settings)[name])]
    return hashlib.sha256(json.dumps(matters, sort_keys=True).encode()).hexdigest()[:12]
