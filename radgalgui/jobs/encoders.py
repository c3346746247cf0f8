"""Whether the encoder that made a catalogue's vectors is at hand; without loading torch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from radgalgui.errors import CatalogError, RadGalError, WeightsError
from radgalgui.files import sha256
from radgalgui.jobs.work.library import encoders
from radgalgui_resources import weights_path

if TYPE_CHECKING:
    from radgalgui.catalog.catalog import Catalog

__all__ = ["weights_at_hand", "weights_file", "weights_problem"]


def weights_file(encoder: str) -> Path:
    """Return the weights file of an encoder, one of the user's own too; it may be missing."""
    return encoders().get(encoder, weights_path(encoder))


def weights_at_hand(encoder: str) -> Path:
    """Return the weights file of the encoder of some vectors.

    Raises
    ------
    WeightsError
        If it is not on this computer, as when it was removed, or the catalogue comes from another.
    """
    path = weights_file(encoder)
    if not path.exists():
        raise WeightsError(
            f"the encoder {encoder!r}, which made the vectors, is not on this computer",
            remedy="get its weights, or embed the catalogue with another",
        )
    return path


def weights_problem(catalog: Catalog, encoder: str) -> str:
    """Return why a catalogue cannot be asked by one of its encoders, "" where it can.

    Its vectors compare with those of an image only if the same weights made both.
    """
    path = weights_file(encoder)
    try:
        catalog.check_weights(encoder, sha256(path))
    except CatalogError as error:
        remedy = f": radgalgui embed {catalog.path.name} --encoder {encoder}"
        return f"This catalogue can be looked at only: {error.what}; embed it again{remedy}"
    except (OSError, RadGalError):
        return (
            f"This catalogue can be looked at only: the encoder {encoder!r}, which made its "
            "vectors, is not on this computer; get its weights, or embed the catalogue with "
            "another."
        )
    return ""
