"""The encoders that a user has kept: what there is to say of each, who needs it, and its removal.

Where they lie, and how they are kept, is in `radgalgui.jobs.work.library`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import radgalgui_resources
from radgalgui.catalog.manifest import MANIFEST, Manifest
from radgalgui.errors import RadGalError, UsageError, WeightsError
from radgalgui.files import sha256
from radgalgui.jobs.keeping import kept_beside
from radgalgui.jobs.work.copies import check_kept_name, listed, remove_copy
from radgalgui.jobs.work.ledger import Ledger
from radgalgui.jobs.work.library import encoders_folder, jobs_folder
from radgalgui.models.weights import read_card
from radgalgui.sky.preprocess import Preprocessing

__all__ = [
    "OwnEncoder",
    "catalogs_with",
    "has_vectors",
    "known_catalogs",
    "own_encoders",
    "read_own",
    "remove_encoder",
]

_SUFFIX = ".safetensors"


def own_encoders() -> dict[str, Path]:
    """Return the user's own encoders by name; only the folder is read."""
    found = sorted(encoders_folder().glob(f"*{_SUFFIX}"))
    return {path.stem: path for path in found if not path.name.startswith(".")}


@dataclass(frozen=True)
class OwnEncoder:
    """An encoder that was kept, from the card of its weights file.

    Parameters
    ----------
    name : str
        What it was kept as.
    path : Path
        The weights file.
    dimension : int
        Numbers in a vector.
    field : float
        How much of the sky it sees, arcsec.
    images : int
        How many it learned from; 0 where its card does not tell.
    """

    name: str
    path: Path
    dimension: int
    field: float
    images: int

    @property
    def words(self) -> str:
        """What it is, in a sentence."""
        learned = f" It learned from {self.images:,} images." if self.images else ""
        return f"{self.dimension} numbers a galaxy, of {self.field:.0f}″ of sky.{learned}"


def read_own(path: Path) -> OwnEncoder:
    """Return what a weights file says of itself; the tensors are not read.

    Raises
    ------
    WeightsError
        If it is missing or damaged, or holds no encoder.
    """
    card = read_card(path)
    try:
        if "classes" in card:
            raise ValueError("it tells classes")
        told: dict[str, Any] = card.get("training_data") or {}
        seen = Preprocessing.from_dict(card["preprocessing"])
        return OwnEncoder(
            name=path.name.removesuffix(_SUFFIX),
            path=path,
            dimension=int(card["dimension"]),
            field=seen.size * seen.pixel_scale,
            images=sum(map(int, told.values())),
        )
    except (AttributeError, KeyError, TypeError, ValueError, UsageError) as error:
        raise WeightsError(
            f"does not tell what an encoder's card must ({error})",
            subject=path,
            remedy="train it again, or remove it",
        ) from error


def remove_encoder(name: str) -> Path:
    """Delete one of the user's own encoders.

    What its training wrote elsewhere stays.  Catalogues with vectors of it can from now on be
    looked at only (`catalogs_with` names them).

    Parameters
    ----------
    name : str
        As `own_encoders` lists it.

    Returns
    -------
    Path
        The weights file that was there.

    Raises
    ------
    UsageError
        If none of this name was kept, it comes with the program, a path is given, or the file
        cannot be deleted.
    """
    check_kept_name(name)
    path = own_encoders().get(name)
    if path is None:
        raise _not_kept(name)
    remove_copy(path)
    return path


def _not_kept(name: str) -> UsageError:
    if radgalgui_resources.weights_path(name).is_file():
        return UsageError(
            f"the encoder {name!r} comes with the program",
            remedy="only those of your own can be removed",
        )
    known = own_encoders()
    return UsageError(
        f"no encoder {name!r} of your own is kept in {encoders_folder()}",
        remedy=f"choose {listed(list(known))}" if known else None,
    )


# -- who needs one -------------------------------------------------------------------------------


def known_catalogs(further: Iterable[Path] = ()) -> list[Path]:
    """Return the catalogues that are known on this computer, each once.

    They are those in ``further``, those that a job has written to, and those of which something
    is kept in the user's own folder.  Whether they are still there is not looked at.
    """
    ordered = [record.cwd / record.order.out for record in Ledger(jobs_folder()).records()]
    found = [*further, *ordered, *kept_beside()]
    return list(dict.fromkeys(path.absolute() for path in found))


def has_vectors(catalog: Path, weights: Path) -> bool:
    """Whether a folder holds a catalogue with vectors that the weights in a file have made.

    Vectors of other weights that are called the same are not of these.  A folder that holds no
    catalogue, or one that cannot be read, has none.
    """
    if not (catalog / MANIFEST).is_file():
        return False
    try:
        part = Manifest.read(catalog).vectors.get(weights.stem)
        return part is not None and part.weights_sha256 == sha256(weights)
    except (OSError, RadGalError):
        return False


def catalogs_with(weights: Path, catalogs: Iterable[Path]) -> list[Path]:
    """Return those of some catalogues that have vectors of an encoder of the user's own."""
    return [path for path in catalogs if has_vectors(path, weights)]
