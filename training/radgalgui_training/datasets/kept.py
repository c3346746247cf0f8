"""Images kept for training: wider than the encoder sees, and not yet clipped or stretched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radgalgui.errors import DataError
from radgalgui.files import replaced_file
from radgalgui_training.datasets.labelled import central_crop

__all__ = ["Kept", "join", "keep", "kept_file", "load_kept", "save_kept"]


@dataclass(frozen=True)
class Kept:
    """Images ready for `radgalgui_training.augment.Augmentation`.

    Parameters
    ----------
    images : ndarray, shape (N, C, K, K), float16
        Sky values over the source's peak, with their noise; blanks are 0.  Float16 keeps 11
        bits below the peak, where 8-bit images keep 8 in all.
    noise : ndarray, shape (N,), float32
        Noise over the peak; 0 where the background was taken out by those who published.
    depth : ndarray, shape (N,), float32
        Softening of the stretch that a source is shown with, over the encoder's own.
    sizes : ndarray, shape (N,), float32, optional
        Largest angular size on the encoder's scale, arcsec; 0 where it is not known.
    """

    images: NDArray[np.float16]
    noise: NDArray[np.float32]
    depth: NDArray[np.float32]
    sizes: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.images)

    def share(self, share: float, *, seed: int) -> Kept:
        """Return that share of the images, drawn once and for all by the seed."""
        return self.select(self.drawn(share, seed=seed))

    def drawn(self, share: float, *, seed: int) -> NDArray[np.intp]:
        """Return the places of the images that `share` returns, ascending."""
        count = round(share * len(self))
        return np.sort(np.random.default_rng(seed).permutation(len(self))[:count])

    def select(self, chosen: NDArray[np.intp]) -> Kept:
        """Return the images at some places."""
        sizes = None if self.sizes is None else self.sizes[chosen]
        return Kept(self.images[chosen], self.noise[chosen], self.depth[chosen], sizes)


def keep(
    images: NDArray[Any],
    noise: NDArray[np.floating] | float,
    *,
    side: int,
    seen: int,
    depth: float = 1.0,
) -> Kept:
    """Return the middle of images, over their peaks.

    Parameters
    ----------
    images : ndarray, shape (N, H, W) or (N, C, H, W)
        Sky values or published pixels; NaN counts as no emission.
    noise : ndarray, shape (N,), or float
        In the images' unit; 0 where the background was taken out.
    side : int
        Pixels to keep.
    seen : int
        Pixels in the middle that the peak is looked for in: those that the encoder sees.
    depth : float
        Softening that all of them are shown with, over the encoder's own.

    Returns
    -------
    Kept
        Without the images that are empty in the middle.
    """
    bands = images[:, None] if images.ndim == 3 else images
    values = np.nan_to_num(central_crop(bands, side).astype(np.float32), posinf=0.0, neginf=0.0)
    peak = central_crop(values, seen).max(axis=(1, 2, 3))
    level = np.broadcast_to(np.asarray(noise, dtype=np.float32), peak.shape)
    useful = peak > 3 * level
    scaled = values[useful] / peak[useful, None, None, None]
    depths = np.full(len(scaled), depth, dtype=np.float32)
    return Kept(scaled.astype(np.float16), level[useful] / peak[useful], depths)


def join(parts: Iterable[Kept]) -> Kept:
    """Return all images of several sets, one set after the other.

    Raises
    ------
    DataError
        If there is none.
    """
    several = [part for part in parts if len(part)]
    if not several:
        raise DataError("no source rises above the noise in the images")
    return Kept(
        np.concatenate([part.images for part in several]),
        np.concatenate([part.noise for part in several]),
        np.concatenate([part.depth for part in several]),
        _joined_sizes(several),
    )


def _joined_sizes(parts: list[Kept]) -> NDArray[np.float32] | None:
    sizes = [part.sizes for part in parts if part.sizes is not None]
    return np.concatenate(sizes) if len(sizes) == len(parts) else None


def save_kept(kept: Kept, stem: Path) -> None:
    """Write ``STEM.noise.npy``, ``.depth.npy`` and then ``.images.npy``, beside and renamed."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    for name, array in (("noise", kept.noise), ("depth", kept.depth), ("images", kept.images)):
        with replaced_file(kept_file(stem, name)) as beside, beside.open("wb") as stream:
            np.save(stream, array, allow_pickle=False)


def load_kept(stem: Path) -> Kept | None:
    """Read what `save_kept` wrote, images as a memory map; None where it is not there."""
    if not all(kept_file(stem, name).is_file() for name in ("images", "noise", "depth")):
        return None
    images = np.load(kept_file(stem, "images"), mmap_mode="r", allow_pickle=False)
    noise, depth = (
        np.load(kept_file(stem, name), allow_pickle=False) for name in ("noise", "depth")
    )
    return Kept(images, noise, depth)


def kept_file(stem: Path, name: str) -> Path:
    """Return the file of a set's images, noise or whatever else belongs to its sources."""
    return stem.with_name(f"{stem.name}.{name}.npy")
