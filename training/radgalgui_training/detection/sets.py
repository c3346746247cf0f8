"""Sets of images drawn by code that detection is measured on, and what networks see in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from radgalgui.analysis.opinions import reconstruction_score
from radgalgui.files import replaced_file
from radgalgui.progress import CancelToken, Progress, silent
from radgalgui.sky.cutout import make_cutout
from radgalgui.sky.simulate import KINDS
from radgalgui.sky.simulate.contaminants import EXTENDED, contaminant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from radgalgui.models.encoder import Encoder
    from radgalgui.models.generator import Generator
    from radgalgui.sky.preprocess import Preprocessing

__all__ = ["ORDINARY", "SETTINGS", "SIX", "STRANGE", "Eyes", "Setting", "Told", "draw_set"]

ORDINARY: Final = "galaxy"

SIX: Final[dict[str, tuple[str, ...]]] = {
    "noise": ("noise",),
    "point": ("point",),
    "doubled": ("doubled",),
    "artefact": ("artefact",),
    "coarse": ("coarse",),
    "rare shapes": ("x-shaped", "double-double"),
}
"""What the mean is taken over: noise of a telescope, point sources, doubled images, stripes, pixels
of twice the scale, and the two shapes left out of training, which count as one."""

STRANGE: Final = (
    "noise",
    "point",
    "doubled",
    "artefact",
    "coarse",
    "x-shaped",
    "double-double",
    "white-noise",
    "magnified",
    "blocks",
    "stripes",
)
"""All that is measured, each against ordinary galaxies."""

_SHAPES: Final = {"x-shaped": "X-shaped", "double-double": "double-double"}
_OF_GALAXIES: Final = (ORDINARY, "doubled", "artefact", "coarse", "magnified")
_SEEDS: Final = 7_000_000  # far from those of the bundled catalogue and of the encoders' trainings


@dataclass(frozen=True)
class Setting:
    """Among which sources others are to be found strange.

    Parameters
    ----------
    name, words : str
        What it is called, and what it is.
    kinds : tuple of str
        Kinds of simulated sources that are ordinary in it.
    least : float
        Their largest angular size at least, arcsec.
    """

    name: str
    words: str
    kinds: tuple[str, ...]
    least: float

    def holds(self, kinds: NDArray[np.str_], sizes: NDArray[np.floating]) -> NDArray[np.intp]:
        """Return which sources, of such kinds and angular sizes (arcsec), are ordinary in it."""
        return np.flatnonzero(np.isin(kinds, self.kinds) & (sizes >= self.least))


SETTINGS: Final = (
    Setting(
        "extended",
        'extended galaxies of 20" (four beams) and more: FRI, FRII, wide- and narrow-angle '
        "tails, one-sided and hybrid ones; compact, resolved, X-shaped and double-double sources "
        "are left out",
        EXTENDED,
        20.0,
    ),
    Setting(
        "all",
        "all kinds of sources as the simulated catalogue holds them: 58 % of them are compact or "
        "barely resolved, and X-shaped and double-double sources are among them",
        KINDS,
        0.0,
    ),
)


@dataclass(frozen=True)
class Told:
    """What encoders and a generator make of a set of images.

    Parameters
    ----------
    vectors : dict of str to ndarray, each shape (n, D)
        By the name of the encoder.
    reconstruction : ndarray, shape (n,)
        `radgalgui.analysis.opinions.reconstruction_score`; NaN where nothing was seen.
    """

    vectors: dict[str, NDArray[np.float32]]
    reconstruction: NDArray[np.float64]


@dataclass(frozen=True)
class Eyes:
    """All that look at the images, and a folder for what they saw, so that it is seen once.

    Parameters
    ----------
    encoders : mapping of str to Encoder
        With one way of making images ready.
    generator : Generator
        Which draws each image again.
    folder : Path, optional
        Where to keep what was told.
    generator_sha256 : str, optional
        Hash of the generator's weights, where it is none of the encoders.
    """

    encoders: Mapping[str, Encoder]
    generator: Generator
    folder: Path | None = None
    generator_sha256: str = ""

    @property
    def preprocessing(self) -> Preprocessing:
        """How images are made ready."""
        return self.generator.preprocessing

    def look(
        self,
        name: str,
        setting: Setting,
        count: int,
        *,
        seed: int,
        progress: Progress = silent,
        cancel: CancelToken | None = None,
    ) -> Told:
        """Draw a set of images, look at it, and keep what was told.

        Parameters
        ----------
        name : str
            `ORDINARY` or one of `STRANGE`.
        setting : Setting
            What is ordinary.
        count, seed : int
            How many images; the same numbers give the same images.

        Raises
        ------
        Cancelled
            If the user asked to stop; what was told of whole sets stays in the folder.
        """
        kept = None
        if self.folder is not None:
            kept = self.folder / f"{self._key(name, setting, count, seed)}.npz"
            if kept.is_file():
                return self._read(kept)
        seen = draw_set(
            name, setting, count, self.preprocessing, seed=seed, progress=progress, cancel=cancel
        )
        vectors = {
            name: encoder.embed(seen, cancel=cancel) for name, encoder in self.encoders.items()
        }
        drawn = self.generator.reconstruct(seen, cancel=cancel)
        softening = self.preprocessing.softening
        told = Told(vectors, reconstruction_score(seen, drawn, softening=softening))
        if kept is not None:
            with replaced_file(kept) as beside, beside.open("wb") as stream:
                np.savez(stream, reconstruction=told.reconstruction, **told.vectors)  # type: ignore[arg-type]
        return told

    def _key(self, name: str, setting: Setting, count: int, seed: int) -> str:
        """Return the name of a set's file: the same for the same images and the same eyes."""
        eyes = [encoder.sha256 for encoder in self.encoders.values()]
        if self.generator.name not in self.encoders:
            eyes.append(self.generator_sha256)
        about = [name, *_drawn_of(name, setting), count, seed, self.generator.name, eyes]
        return f"{name}-{hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]}"

    def _read(self, path: Path) -> Told:
        with np.load(path, allow_pickle=False) as kept:
            vectors = {name: kept[name] for name in self.encoders}
            return Told(vectors, kept["reconstruction"])


def draw_set(
    name: str,
    setting: Setting,
    count: int,
    preprocessing: Preprocessing,
    *,
    seed: int,
    progress: Progress = silent,
    cancel: CancelToken | None = None,
) -> NDArray[np.float32]:
    """Draw images that go the way of a query.

    Returns
    -------
    ndarray, shape (count, C, S, S), float32
        What encoders see.
    """
    kinds, least = _drawn_of(name, setting)
    what = ORDINARY if name in _SHAPES else name
    # Shapes differ from ordinary galaxies in their seed too, or they would be of their sizes.
    start = _SEEDS + 10 * seed + (1 + list(_SHAPES).index(name) if name in _SHAPES else 0)
    images = []
    for index in range(count):
        if cancel is not None:
            cancel.check()
        image = contaminant(what, index, seed=start, kinds=kinds, least=least)
        images.append(make_cutout(image, preprocessing).seen)
        progress(index + 1, count, f"drawing {name}")
    return np.stack(images)


def _drawn_of(name: str, setting: Setting) -> tuple[tuple[str, ...], float]:
    """Return of what galaxies a set is drawn, and how large they are at least."""
    if name in _SHAPES:
        return (_SHAPES[name],), 0.0
    return (setting.kinds, setting.least) if name in _OF_GALAXIES else (EXTENDED, 0.0)
