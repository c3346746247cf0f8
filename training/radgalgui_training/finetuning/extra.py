"""Sources of related sets that may be learned from too, and which of them are the same source."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from radgalgui.errors import DataError
from radgalgui_training.datasets.labelled import LabelledImages, central_crop
from radgalgui_training.datasets.mirabest import is_confident, is_frii, read_mirabest
from radgalgui_training.datasets.rgd import read_rgd
from radgalgui_training.recipes.finetuning_model import LabelSettings

if TYPE_CHECKING:
    from radgalgui_training.finetuning.data import LabelledSet

__all__ = ["further_sources", "groups_by_position"]

# Catalogues name one source by its host, its core or its middle; a lobe may be a minute away.
_SAME: Final = 90.0  # arcsec
_UNCERTAIN: Final = (3, 4, 7)  # FRI, FRI with a wide angle, FRII; hybrids are of neither class


def further_sources(own: LabelledSet, settings: LabelSettings, data: Path) -> LabelledSet:
    """Return a set from FIRST with the sources of others as helpers.

    A helper within 90" of a source of the set is that source under another name and left out;
    sources of one neighbourhood form a group, which cross-validation never parts.

    Raises
    ------
    DataError
        If the set tells no positions, or a further one is missing.
    """
    mirabest, rgd = read_mirabest(data), read_rgd(data)
    side = own.images.shape[-1]
    positions = _positions(own, [mirabest, rgd])
    if positions is None:
        raise DataError(
            f"{settings.set} has no positions, by which sources of other sets could be told apart",
            remedy="set labels.extra to []",
        )
    parts = [_part(name, mirabest, rgd) for name in settings.extra]
    images = np.concatenate([central_crop(part.images, side) for part, _ in parts])
    labels = np.concatenate([labels for _, labels in parts])
    ra = np.concatenate([positions[0], *(part.ra for part, _ in parts)])
    dec = np.concatenate([positions[1], *(part.dec for part, _ in parts)])
    groups = groups_by_position(ra, dec)
    own = replace(own, groups=groups[: len(own)])
    return own.with_helpers(images, labels, groups[len(own) :])


def groups_by_position(
    ra: NDArray[np.float64], dec: NDArray[np.float64], *, within: float = _SAME
) -> NDArray[np.int64]:
    """Return a number for each source (N,): the same for those near to each other.

    Parameters
    ----------
    ra, dec : ndarray, shape (N,)
        Degrees.
    within : float
        Arcsec; a chain of near sources is one group.
    """
    right, up = np.radians(ra), np.radians(dec)
    places = np.stack([np.cos(up) * np.cos(right), np.cos(up) * np.sin(right), np.sin(up)], axis=-1)
    chord = 2 * np.sin(np.radians(within / 3600) / 2)
    pairs = cKDTree(places).query_pairs(chord, output_type="ndarray")
    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(ra),) * 2)
    numbers: NDArray[np.int64] = connected_components(links, directed=False)[1]
    return numbers.astype(np.int64)


def _part(
    name: str, mirabest: LabelledImages, rgd: LabelledImages
) -> tuple[LabelledImages, NDArray[np.str_]]:
    """Return a further set and its classes by name."""
    if name == "rgd":
        return rgd, np.asarray([rgd.classes[int(code)] for code in rgd.labels])
    uncertain = np.isin(mirabest.labels, _UNCERTAIN)
    part = mirabest.select(uncertain if name == "mirabest-uncertain" else _plain(mirabest))
    return part, np.where(is_frii(part.labels), "FRII", "FRI")


def _plain(mirabest: LabelledImages) -> NDArray[np.bool_]:
    """Tell the confident sources that are not bent: bent ones are a class of their own in RGD."""
    chosen: NDArray[np.bool_] = is_confident(mirabest.labels) & np.isin(mirabest.labels, (0, 5, 6))
    return chosen


def _positions(
    own: LabelledSet, sets: list[LabelledImages]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Find the positions of published images: those of the same pixels in a set that tells."""
    side = own.images.shape[-1]
    known = {
        image.tobytes(): (ra, dec)
        for part in sets
        for image, ra, dec in zip(central_crop(part.images, side), part.ra, part.dec, strict=True)
    }
    found = [known.get(image.tobytes()) for image in own.images]
    if any(place is None for place in found):
        return None
    ra, dec = np.asarray(found, dtype=np.float64).T
    return ra, dec
